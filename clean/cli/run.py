"""`clean run IN… -o OUT`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from clean.cli import terminal
from clean.cli.options import cleaner_arguments, rule_flags, talk_flags

if TYPE_CHECKING:
    from clean.job.counts import Counts
    from clean.job.plan import Plan
    from clean.job.run import Summary
    from clean.sources.model import Reject

FIRST_REJECTS = 20


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many rejects end well: a count, or a share of all documents."""

    count: int = 0
    share: float = 0.0

    def covers(self, counts: Counts) -> bool:
        """Whether these rejects are within it."""
        return counts.rejected <= max(self.count, self.share * counts.documents)


class _AllowanceType(click.ParamType[Allowance]):
    name = "count or percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Allowance:
        if isinstance(value, Allowance):
            return value
        found = re.fullmatch(r"([0-9]+)|([0-9]+(?:\.[0-9]+)?)%", str(value))
        if not found or (found[2] and float(found[2]) > 100):
            self.fail(f'"{value}" is neither a count nor a percentage; expected e.g. 10 or 0.1%', param, ctx)
        return Allowance(count=int(found[1])) if found[1] else Allowance(share=float(found[2]) / 100)


@click.command("run", short_help="Clean files and folders into an OUT folder of Parquet.")
@click.argument("inputs", nargs=-1, required=True, metavar="IN...")
@click.option(
    "-o", "--out", required=True, metavar="OUT", help="Folder to write: new, empty, or with --overwrite one of ours."
)
@click.option(
    "--text-field",
    metavar="NAME",
    help="Field or column that holds the text; found by itself if exactly one known name exists.",
)
@click.option("--url-field", metavar="NAME", help="Field or column that holds the address; found likewise.")
@click.option("--id-field", metavar="NAME", help="Field or column that holds your own key; found likewise.")
@rule_flags
@click.option("--no-repair", is_flag=True, help="Do not repair broken encodings before cleaning.")
@click.option(
    "--max-rejects",
    type=_AllowanceType(),
    default=Allowance(),
    metavar="N|P%",
    help="Exit 0 with up to this many rejects, as a count or a percentage.",
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier run in OUT; only files that run named are touched.")
@click.option("--timings", is_flag=True, help="Say where the time went: CPU seconds and megabytes a second by stage.")
@talk_flags
def command(**given: Any) -> int:
    """Clean the files and folders IN into OUT: data/, rejects/, run.json and a dataset card.

    Reads .txt, .jsonl, .ndjson and .parquet, each also with .gz. What cannot be read becomes a row in rejects/ with its
    reason and place; the rest is done. Exit 0: nothing rejected, or no more than --max-rejects. Exit 2: anything else.
    """
    from clean.job.plan import Options  # noqa: PLC0415 - --help must not pay for pyarrow
    from clean.job.run import Watch, run  # noqa: PLC0415
    from clean.sources.model import Fields  # noqa: PLC0415

    if "-" in given["inputs"]:
        raise click.UsageError("run reads files and folders; clean text - reads standard input")
    chosen = cleaner_arguments(given)
    options = Options(
        inputs=given["inputs"], out=given["out"],
        fields=Fields(given["text_field"] or None, given["url_field"] or None, given["id_field"] or None),
        rules=tuple(chosen.pop("rules")), repair=not given["no_repair"], overwrite=given["overwrite"], **chosen,
    )  # fmt: skip
    import sys  # noqa: PLC0415 - beside its one use

    progress = terminal.Progress(on=sys.stderr.isatty() and not given["quiet"])
    watch = Watch(
        planned=lambda plan: _say_plan(plan, quiet=given["quiet"]),
        surveying=lambda path: progress.show(f"looking at {path}"),
        documents=lambda count: progress.show(f"{count:,} documents"),
    )
    try:
        summary = run(options, allowed=given["max_rejects"].covers, watch=watch)
    finally:
        progress.clear()
    return _end(summary, given)


def _say_plan(plan: Plan, *, quiet: bool) -> None:
    """The field choices, once each, and what was passed over."""
    if quiet:
        return
    said = dict.fromkeys(
        note
        for _, survey in plan.files
        if survey.roles and survey.roles.aloud
        for note in [", ".join(survey.roles.aloud)]
    )
    for note in list(said)[:FIRST_REJECTS]:
        terminal.err(f"fields found: {terminal.escape(note)} (--text-field, --url-field, --id-field choose others)")
    for old, new in plan.columns.renamed.items():
        terminal.err(
            f"your column {terminal.escape(old)} is written as {terminal.escape(new)}: the name is one of ours"
        )
    if plan.skipped:
        terminal.err(
            "skipped: " + ", ".join(f"{count} {terminal.escape(kind)}" for kind, count in plan.skipped.items())
        )
    if not plan.files:
        terminal.err("nothing to read: the inputs hold no file of a format we know")


def _end(summary: Summary, given: dict[str, Any]) -> int:
    counts = summary.counts
    limit = len(summary.told) if given["verbose"] else FIRST_REJECTS
    for reject in summary.told[:limit]:
        terminal.err(_reject_line(reject, colour=terminal.coloured(given["color"])))
    if counts.rejected > limit:
        terminal.err(f"... and {counts.rejected - limit:,} more; all are in {terminal.escape(given['out'])}/rejects")
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(counts.rejects.items()))
    if not given["quiet"]:
        removed = sum(counts.removed.values())
        terminal.err(
            f"{_many(counts.documents, 'document')}: {_many(counts.rows, 'row')}, {counts.rejected:,} rejected{f' ({reasons})' if reasons else ''}; "
            f"{counts.changed:,} changed, {_many(removed, 'character')} taken out, {counts.over_budget:,} over budget"
        )
    for line in summary.timings.lines() if given["timings"] else ():
        terminal.err(line)
    if given["max_rejects"].covers(counts):
        return 0
    terminal.err(
        f"{counts.rejected:,} of {counts.documents:,} rejected ({reasons}); --max-rejects {_enough(counts)} accepts"
    )
    return 2


def _reject_line(reject: Reject, *, colour: bool) -> str:
    rest = reject.message.removeprefix(reject.source_path)
    name = terminal.escape(reject.source_path) if rest != reject.message else ""
    reason = f"\x1b[31m{reject.reason}\x1b[0m" if colour else reject.reason
    return f"rejected [{reason}] {name}{terminal.escape(rest, 500)}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _enough(counts: Counts) -> str:
    """The smallest round allowance that would have accepted these rejects."""
    if counts.documents >= 1000:
        for percent in (0.1, 0.5, 1, 5, 10):
            if counts.rejected <= percent / 100 * counts.documents:
                return f"{percent:g}%"
    return str(counts.rejected)
