"""`clean explain FILE`: every line with the rule that took or kept it, and what the rule learned from it."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from clean.cli import terminal
from clean.cli.documents import read_document, repaired
from clean.cli.options import cleaner_arguments, color_flag, rule_flags

if TYPE_CHECKING:
    from clean.records import Result

LINE_CHARS = 88
_PAINT = {"-": "\x1b[31m", "~": "\x1b[33m", "?": "\x1b[36m"}


@click.command("explain", short_help="Show every line of a text with the rule that takes or keeps it.")
@click.argument("file", metavar="FILE")
@click.option("--url", metavar="URL", help="Address of the text, for rules that hold for one outlet.")
@click.option("--no-repair", is_flag=True, help="Do not repair broken encodings before cleaning.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Lines for a person, or one JSON record.",
)
@rule_flags
@color_flag
def command(**given: Any) -> int:
    """Show each line of a text file (- is standard input): `-` it goes, `~` a part goes, `?` a rule matched but it stays.

    Below a line stand the rules that matched it, why one that matched did not take it, and the values they gave. Of a page
    (.html, .htm) the lines are those of its article, and what the page states stands below them.
    """
    from clean.cleaner import Cleaner  # noqa: PLC0415 - --help must not pay for the engine
    from clean.prove import proved  # noqa: PLC0415

    cleaner = proved(Cleaner(**cleaner_arguments(given)))
    document = read_document(given["file"])
    text = repaired(document.text, wanted=not given["no_repair"])
    result = cleaner.clean(text, given["url"] or document.url, document.stated)
    if given["form"] == "json":
        terminal.out_line(json.dumps(_record(text, result), ensure_ascii=False, indent=1))
        return 0
    import sys  # noqa: PLC0415 - beside its one use

    for line in _lines(text, result, paint=terminal.coloured(given["color"], sys.stdout)):
        terminal.out_line(line)
    return 0


def _record(text: str, result: Result) -> dict[str, Any]:
    shown = {
        column.name: [item._asdict() if hasattr(item, "_asdict") else item for item in value]
        if isinstance(value := getattr(result, column.name), tuple)
        else value
        for column in fields(result)
        if column.name != "limits"
    }
    return {"input": text, **shown}


def _lines(text: str, result: Result, *, paint: bool) -> list[str]:
    shown: list[str] = []
    at = 0
    for number, line in enumerate(text.split("\n"), 1):
        start, end = at, at + len(line)
        at = end + 1
        if not line.strip():
            continue
        removed = [r for r in result.removed if r.start < end and r.end > start]
        gone = not _left(text, start, end, removed).strip()
        kept = [f for f in result.kept if f.start < end and f.end > start]
        mark = "-" if gone and removed else "~" if removed else "?" if kept else " "
        body = terminal.escape(line.strip(), LINE_CHARS)
        shown.append(
            f"{number:4} {_PAINT[mark] if paint and mark in _PAINT else ''}{mark} {body}{chr(27) + '[0m' if paint and mark in _PAINT else ''}"
        )
        shown += [f"         {r.rule}@{r.version} removes [{r.start},{r.end})" for r in removed]
        shown += [f"         {f.rule}@{f.version} stays: {f.reason} [{f.start},{f.end})" for f in kept]
        shown += [
            f"           {e.field} = {terminal.escape(e.value, LINE_CHARS)}"
            for e in result.evidence
            if e.start is not None and start <= e.start < max(end, start + 1)
        ]
    page = [e for e in result.evidence if e.start is None]
    shown += ["from the page:"] if page else []
    shown += [f"           {e.field} = {terminal.escape(e.value, LINE_CHARS)} ({e.rule})" for e in page]
    share = 100 * result.removed_chars / result.input_chars if result.input_chars else 0.0
    shown.append(
        f"{result.removed_chars:,} of {result.input_chars:,} characters go ({share:.1f} %)"
        + (", over budget: the text stays whole" if result.over_budget else "")
    )
    return shown


def _left(text: str, start: int, end: int, removed: list[Any]) -> str:
    """What of a line stays."""
    parts, at = [], start
    for removal in removed:
        parts.append(text[at : max(at, removal.start)])
        at = max(at, removal.end)
    return "".join(parts) + text[at : max(at, end)]
