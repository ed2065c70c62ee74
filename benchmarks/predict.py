"""What the shared scorers read: spans taken out, and our provenance columns under the names of their guide."""

from __future__ import annotations

import json
import re
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from clean.records import Result

_PERMISSION = re.compile(r"(?i)(?:re-?)?(?:posted|published|printed|used) (?:here )?with (?:the )?(?:kind )?permission")


@cache
def cleaner(matcher: str) -> clean.Cleaner:
    """The built-in rules, compiled once a process."""
    return clean.Cleaner(matcher=matcher)


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Every record of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def cleaned(documents: Iterable[tuple[str, str | None]], matcher: str) -> Iterator[Result]:
    """The result of each (text, url), in order, on all cores."""
    with ProcessPoolExecutor() as pool:
        yield from pool.map(_one, ((matcher, *document) for document in documents), chunksize=8)


def _one(job: tuple[str, str, str | None]) -> Result:
    matcher, text, url = job
    return cleaner(matcher).clean(text, url)


def row(name: str, result: Result) -> dict[str, Any]:
    """One line of a prediction file: `removed` for the line scorers, `provenance` for the other."""
    return {
        "id": name,
        "removed": [[piece.start, piece.end] for piece in result.removed],
        "provenance": provenance(result),
    }


def provenance(result: Result) -> dict[str, list[Any]]:
    """Our columns under the fields of provenance-dev/GUIDE.md; only the text's own evidence is in a Result."""
    by_role: dict[str, list[str]] = {}
    for contributor in result.contributors:
        field = {"reporting": "reporting_by", "editing": "editing_by"}.get(contributor.role, "contributor")
        by_role.setdefault(field, []).append(contributor.name)
    said = [result.usage_terms] if result.usage_terms and _PERMISSION.search(result.usage_terms) else []
    fields = {
        "publisher": _values(result, "publisher"),
        "wire": _stated(result, "wire"),  # "/ AFP, EFE e Reuters": the column holds the first, the evidence all
        "distributor": _values(result, "distributor"),
        "copyright_holder": _values(result, "copyright_holder"),
        "copyright_year": _values(result, "copyright_year"),
        "photo_credit": [_credit(media) for media in result.media if media.credit],
        "byline": list(result.authors),
        "dateline_place": _values(result, "dateline_place"),
        "dateline_date": _values(result, "published_date"),
        "licence": _values(result, "license") + ["posted with permission" for _ in said],
        "original_source": _values(result, "original_source"),
        **by_role,
    }
    return {field: values for field, values in fields.items() if values}


def _values(result: Result, column: str) -> list[str]:
    """The winner of a scalar column alone: what a reader of our table sees."""
    value = getattr(result, column)
    return [] if value is None else [str(value)]


def _stated(result: Result, column: str) -> list[str]:
    """Every value in the evidence of a column, each once."""
    return list(dict.fromkeys(piece.value for piece in result.evidence if piece.field == column))


def _credit(media: Any) -> dict[str, Any]:
    credit = {"agency": list(media.agencies), "via": list(media.via)}
    return {"photographer": media.photographer, **credit} if media.photographer else credit
