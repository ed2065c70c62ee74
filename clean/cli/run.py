"""`clean run IN... -o OUT`: the whole job, and what is said about it."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

import click

from clean.cli import terminal
from clean.cli.inputs import input_flags, many, options, standard_input, tell_rejects, verdict, watched
from clean.cli.options import rule_flags, talk_flags

if TYPE_CHECKING:
    from clean.job.run import Summary


@click.command("run", short_help="Clean files and folders into an OUT folder of Parquet.")
@click.argument("inputs", nargs=-1, metavar="IN...")
@click.option(
    "-o",
    "--out",
    required=True,
    metavar="OUT",
    help="Folder or address to write: new, empty, or with --overwrite one of ours.",
)
@rule_flags
@input_flags
@click.option("--overwrite", is_flag=True, help="Replace an earlier run in OUT; only files that run named are touched.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "jsonl"]),
    default="parquet",
    show_default=True,
    help="jsonl writes the rows as JSON Lines too, into OUT/jsonl beside the Parquet parts.",
)
@click.option("--timings", is_flag=True, help="Say where the time went: CPU seconds and megabytes a second by stage.")
@talk_flags
def command(**given: Any) -> int:
    """Clean the files and folders IN into OUT: data/, rejects/, run.json and a dataset card.

    Reads .txt, .jsonl, .ndjson, .csv, .tsv, .parquet and .warc, each also with .gz, .bz2, .xz or .zst, and all of these
    inside .zip and .tar. IN may be a pattern ("2024-*/*.jsonl.zst"), an address (s3://bucket/folder), or - for standard
    input. What cannot be read becomes a row in rejects/ with its reason and place; the rest is done. Exit 0: nothing
    rejected, or no more than --max-rejects. Exit 2: anything else.
    """
    from clean.job.run import run  # noqa: PLC0415 - --help must not pay for pyarrow

    progress = terminal.Progress(on=sys.stderr.isatty() and not given["quiet"])
    lines = given["form"] == "jsonl"
    with contextlib.ExitStack() as stack:
        standard = stack.enter_context(standard_input(given))
        out = stack.enter_context(_place(given["out"], overwrite=given["overwrite"]))
        asked = options(given, out=out, overwrite=given["overwrite"], standard=standard, lines=lines)
        try:
            summary = run(asked, allowed=given["max_rejects"].covers, watch=watched(progress, quiet=given["quiet"]))
        finally:
            progress.clear()
    return _end(summary, given)


def _place(out: str, *, overwrite: bool) -> contextlib.AbstractContextManager[str]:
    """The local folder to write: OUT itself, or one that is sent to OUT when it is an address."""
    from clean.sources.remote import is_address  # noqa: PLC0415 - as above

    if not is_address(out):
        return contextlib.nullcontext(out)
    from clean.output.upload import staged  # noqa: PLC0415 - as above

    return staged(out, overwrite=overwrite)


def _end(summary: Summary, given: dict[str, Any]) -> int:
    counts = summary.counts
    reasons = tell_rejects(summary, given, more=f"all are in {terminal.escape(given['out'])}/rejects")
    if not given["quiet"]:
        removed = sum(counts.removed.values())
        terminal.err(
            f"{many(counts.documents, 'document')}: {many(counts.rows, 'row')}, {counts.rejected:,} rejected{f' ({reasons})' if reasons else ''}; "
            f"{counts.changed:,} changed, {many(removed, 'character')} taken out, {counts.over_budget:,} over budget"
        )
    for line in summary.timings.lines() if given["timings"] else ():
        terminal.err(line)
    return verdict(counts, given["max_rejects"], reasons)
