"""Documents in and records out as Arrow columns: the only room of the core that knows pyarrow."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from clean import schema
from clean.errors import ConfigError
from clean.records import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTHING = Result()
_OURS = tuple(column for column in schema.DATA[[c.name for c in schema.DATA].index(schema.BATCH_FROM) :])


def inputs(batch: pa.RecordBatch, text: str, url: str | None) -> tuple[list[str | None], list[str | None]]:
    """Texts and addresses of a batch as Python strings. Raises ConfigError naming what is there."""
    texts = _strings(batch, text)
    if texts is None:
        raise ConfigError(
            f"the batch has no column {text!r}", help=f"its columns are {', '.join(map(repr, batch.schema.names))}"
        )
    urls = _strings(batch, url) if url else None
    return texts, urls if urls is not None else [None] * batch.num_rows


def _strings(batch: pa.RecordBatch, name: str) -> list[str | None] | None:
    found = batch.schema.get_all_field_indices(name)
    if not found:
        return None
    if len(found) > 1:
        raise ConfigError(
            f"the batch has {len(found)} columns named {name!r}",
            help="rename one of them: which is meant is not guessed",
        )
    column = batch.column(found[0])
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    if not (
        pa.types.is_string(column.type)
        or pa.types.is_large_string(column.type)
        or pa.types.is_string_view(column.type)
        or pa.types.is_null(column.type)
    ):
        raise ConfigError(f"the column {name!r} is {column.type}, not text", help="cast it to string")
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError as error:
        raise ConfigError(f"the column {name!r} holds bytes that are not UTF-8", help=str(error)) from error


def outputs(batch: pa.RecordBatch, text: str, results: Sequence[Result | None], ruleset: str) -> pa.RecordBatch:
    """The user's columns with `text` replaced, then ours; a user's column with one of our names becomes `input_<name>`."""
    ours = {column.name for column in _OURS}
    names, arrays = [], []
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        if name == text:
            array = pa.array([None if r is None else r.text for r in results], pa.string())  # noqa: PLW2901 - this column is replaced
        names.append(f"input_{name}" if name in ours else name)
        arrays.append(array)
    if clash := {name for name in names if names.count(name) > 1 and name.startswith("input_")}:
        raise ConfigError(f"the batch has both {min(clash)[6:]!r} and {min(clash)!r}", help="rename one of them")
    rows = [_row(result, ruleset) for result in results]
    for column in _OURS:
        names.append(column.name)
        arrays.append(pa.array([row[column.name] for row in rows], schema.arrow_type(column.type)))
    fields = [pa.field(name, array.type, _nullable(name)) for name, array in zip(names, arrays, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


def _nullable(name: str) -> bool:
    column = schema.BY_NAME.get(name)
    return name == "text" or column is None or column.type.endswith("?")


def _row(result: Result | None, ruleset: str) -> dict[str, Any]:
    """One result as column values; a null text counts nothing and holds empty lists."""
    known = result or _NOTHING
    row: dict[str, Any] = {name: getattr(known, name) for name in schema.PROVENANCE}
    if known.published_date:
        row["published_date"] = date.fromisoformat(known.published_date)
    row["media"] = [asdict(media) for media in known.media]
    row["contributors"] = [asdict(contributor) for contributor in known.contributors]
    row["evidence"] = [asdict(evidence) for evidence in known.evidence]
    row["removed"] = [asdict(removal) for removal in known.removed]
    row["kept"] = [asdict(finding) for finding in known.kept]
    row.update(
        input_chars=known.input_chars, removed_chars=known.removed_chars, over_budget=known.over_budget, ruleset=ruleset
    )
    text_sha256 = _sha256(known.text)
    row["text_sha256"] = text_sha256
    row["input_sha256"] = text_sha256 if not known.removed else _sha256(_before(known))
    return row


def _before(result: Result) -> str:
    from clean.edit import restore  # noqa: PLC0415 - kept beside its one use

    return restore(result.text, result.removed)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
