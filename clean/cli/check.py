"""`clean check IN...`: what `run` would take out, place by place. Nothing is written; exit 1 on findings."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from clean.cli import terminal
from clean.cli.inputs import input_flags, many, options, standard_input, tell_rejects, verdict, watched
from clean.cli.options import rule_flags, talk_flags

if TYPE_CHECKING:
    from clean.job.check import Spotted
    from clean.job.run import Summary


@click.command("check", short_help="Look only: name every line that run would take out.")
@click.argument("inputs", nargs=-1, metavar="IN...")
@rule_flags
@input_flags
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A line a finding for a person, or one JSON object a line.",
)
@talk_flags
def command(**given: Any) -> int:
    """Look at the files and folders IN and name what run would take out, by file, line and rule. Nothing is written.

    Reads what run reads. Exit 0: nothing would go. Exit 1: something would. Exit 2: an input cannot be read, or more
    documents are rejected than --max-rejects allows; the rest is looked at.
    """
    from clean.job.check import check  # noqa: PLC0415 - --help must not pay for pyarrow

    progress = terminal.Progress(on=sys.stderr.isatty() and not given["quiet"])
    found = 0

    def tell(spotted: Spotted) -> None:
        nonlocal found
        found += 1
        progress.clear()
        terminal.out_line(_json(spotted) if given["form"] == "json" else _line(spotted))

    with standard_input(given) as standard:
        asked = options(given, out="", standard=standard)
        try:
            summary = check(asked, tell, watch=watched(progress, quiet=given["quiet"], writes=False))
        finally:
            progress.clear()
    return _end(summary, found, given)


def _end(summary: Summary, found: int, given: dict[str, Any]) -> int:
    counts = summary.counts
    reasons = tell_rejects(summary, given, more="-v names them")
    if not given["quiet"]:
        removed = sum(counts.removed.values())
        terminal.err(
            f"{many(counts.documents, 'document')}: {counts.changed:,} would change, {counts.rejected:,} rejected{f' ({reasons})' if reasons else ''}; "
            f"{many(found, 'finding')}, {many(removed, 'character')}, {counts.over_budget:,} over budget"
        )
    return verdict(counts, given["max_rejects"], reasons) or (1 if found else 0)


def _line(spotted: Spotted) -> str:
    record = "" if spotted.source_record is None else f"[{spotted.source_record}]"
    place = f"{terminal.escape(spotted.source_path)}{record}:{spotted.line}:{spotted.column}"
    return f"{place}: {terminal.escape(spotted.rule)}@{spotted.version} {terminal.escape(spotted.text)}"


def _json(spotted: Spotted) -> str:
    return json.dumps(asdict(spotted), ensure_ascii=False)
