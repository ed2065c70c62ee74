"""The same text through other people's cleaners, and through the loop over the rules that a user would write.

Each peer gets as many of the documents as it needs for a second or so; all take turns in one run. None of them does the
same work: what each does is told beside its figure.
"""

from __future__ import annotations

import contextlib
import html
import io
import logging
import re
from typing import TYPE_CHECKING, Any, Final

import regex
from measure import ROUNDS, medians
from stages import cleaning, megabytes

from clean import Cleaner
from clean.matching.units import FRAMES
from clean.ruleset.widen import emit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from clean.ruleset.model import Rule, RuleSet
    from clean.ruleset.pattern import Entity

DOES: Final = {
    "clean": "all rules, cleaned text, provenance, digests; Arrow to Arrow",
    "loop, regex": "every rule on every line, `regex`: which lines a rule takes, no more",
    "loop, re": "the same with `re`, the rules that compile there",
    "datatrove C4QualityFilter": "line filter, sentence count off",
    "jusText": "text as <p>, English stop words",
    "trafilatura": "text as <p>, extract()",
    "trafilatura, fast": "the same with fast=True",
    "clean-text": "clean() as it comes",
    "ftfy": "fix_text(): what the gate keeps good text from",
}
DOCUMENTS: Final = {"loop, regex": 60, "loop, re": 60, "datatrove C4QualityFilter": 800, "jusText": 60, "trafilatura": 120, "trafilatura, fast": 120, "clean-text": 40, "ftfy": 100}  # fmt: skip


def peers(batches: Sequence[pa.RecordBatch], rounds: int = ROUNDS) -> dict[str, dict[str, Any]]:
    """MB per CPU second of every peer, and why some are missing."""
    texts = [text for batch in batches for text in batch.column("text").to_pylist()]
    cleaner = Cleaner()
    variants: dict[str, Callable[[], Any]] = {"clean": cleaning(cleaner, batches)}
    sizes = {"clean": megabytes(batches)}
    notes, missing = dict(DOES), {}
    for name, make in _makers(cleaner.loaded, notes).items():
        try:
            work = make()
        except ImportError as error:
            missing[name] = f"not installed: {error.name}"
            continue
        some = texts[: DOCUMENTS[name]]
        sizes[name] = sum(len(text.encode()) for text in some) / 1e6
        variants[name] = lambda work=work, some=some: [work(text) for text in some]
    with contextlib.redirect_stdout(io.StringIO()):
        for variant in variants.values():
            variant()
        took = medians(variants, rounds)
    speed = {name: sizes[name] / seconds for name, seconds in took.items()}
    rows = {
        name: {"mb_per_s": value, "clean_is": speed["clean"] / value, "does": notes[name]}
        for name, value in speed.items()
    }
    return {"speed": rows, "missing": missing}


def _makers(ruleset: RuleSet, notes: dict[str, str]) -> dict[str, Callable[[], Callable[[str], Any]]]:
    return {
        "loop, regex": lambda: _loop(ruleset, regex, notes, "loop, regex"),
        "loop, re": lambda: _loop(ruleset, re, notes, "loop, re"),
        "datatrove C4QualityFilter": _datatrove,
        "jusText": _justext,
        "trafilatura": lambda: _trafilatura(fast=False),
        "trafilatura, fast": lambda: _trafilatura(fast=True),
        "clean-text": _cleantext,
        "ftfy": _ftfy,
    }


def _loop(ruleset: RuleSet, engine: Any, notes: dict[str, str], name: str) -> Callable[[str], Any]:
    """Every rule's widened pattern in its frame, the names of organisations written out."""

    def names(entity: Entity) -> tuple[str, ...]:
        listed = {
            text for e in ruleset.entities.entities if set(e.kinds) & set(entity.kinds) for text in (e.name, *e.aliases)
        }
        return tuple(sorted(listed, key=lambda text: (-len(text), text)))

    compiled = []
    for rule in ruleset.rules:
        with contextlib.suppress(Exception):  # `re` refuses \\p{L} and repeated group names
            compiled.append(engine.compile(_framed(rule, names), engine.IGNORECASE if rule.fold else 0))
    notes[name] += f" ({len(compiled)} of {len(ruleset.rules)} rules)"
    searches = [pattern.search for pattern in compiled]

    def work(text: str) -> int:
        return sum(search(line) is not None for line in text.split("\n") if line for search in searches)

    return work


def _framed(rule: Rule, names: Callable[[Entity], tuple[str, ...]]) -> str:
    core = emit(rule.tree, fold=rule.fold, entities=names)
    if rule.units in (("line",), ("block",)):
        lead, trail = FRAMES["line"]
        return f"^{lead}(?:{core}){trail}$"
    return core


def _datatrove() -> Callable[[str], Any]:
    from datatrove.data import Document  # noqa: PLC0415 - a peer need not be there
    from datatrove.pipeline.filters import C4QualityFilter  # noqa: PLC0415

    chosen = C4QualityFilter(min_num_sentences=-1)
    return lambda text: chosen.filter(Document(text=text, id="1"))


def _justext() -> Callable[[str], Any]:
    import justext  # noqa: PLC0415

    words = justext.get_stoplist("English")
    return lambda text: justext.justext(_page(text), words)


def _trafilatura(*, fast: bool) -> Callable[[str], Any]:
    import trafilatura  # noqa: PLC0415

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return lambda text: trafilatura.extract(_page(text), fast=fast)


def _cleantext() -> Callable[[str], Any]:
    from cleantext import clean  # noqa: PLC0415

    return clean


def _ftfy() -> Callable[[str], Any]:
    from ftfy import fix_text  # noqa: PLC0415

    return fix_text


def _page(text: str) -> str:
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in text.split("\n") if line)
    return f"<html><head><title>x</title></head><body><article>{body}</article></body></html>"
