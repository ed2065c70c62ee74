"""What the verbs that read many files share: field flags, the allowance of rejects, what is said of a plan and its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from clean.cli import terminal
from clean.cli.options import cleaner_arguments

if TYPE_CHECKING:
    from clean.job.counts import Counts
    from clean.job.plan import Options, Plan
    from clean.job.run import Summary, Watch
    from clean.sources.model import Reject

F = TypeVar("F", bound=Callable[..., Any])
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


def input_flags(function: F) -> F:
    """Where the text of a record stands, whether it is repaired, how many rejects end well."""
    for option in reversed(
        (
            click.option(
                "--text-field",
                metavar="NAME",
                help="Field or column that holds the text; found by itself if exactly one known name exists.",
            ),
            click.option("--url-field", metavar="NAME", help="Field or column that holds the address; found likewise."),
            click.option("--id-field", metavar="NAME", help="Field or column that holds your own key; found likewise."),
            click.option("--no-repair", is_flag=True, help="Do not repair broken encodings before cleaning."),
            click.option(
                "--max-rejects",
                type=_AllowanceType(),
                default=Allowance(),
                metavar="N|P%",
                help="Exit 0 with up to this many rejects, as a count or a percentage.",
            ),
        )
    ):
        function = option(function)
    return function


def options(given: dict[str, Any], **more: Any) -> Options:
    """The flags of `input_flags` and `rule_flags`, and the argument `inputs`, as the options of a job."""
    from clean.job.plan import Options  # noqa: PLC0415 - --help must not pay for pyarrow
    from clean.sources.model import Fields  # noqa: PLC0415

    chosen = cleaner_arguments(given)
    return Options(
        inputs=given["inputs"],
        fields=Fields(given["text_field"] or None, given["url_field"] or None, given["id_field"] or None),
        rules=tuple(chosen.pop("rules")),
        repair=not given["no_repair"],
        **chosen,
        **more,
    )


def watched(progress: terminal.Progress, *, quiet: bool, writes: bool = True) -> Watch:
    """What is said while a job goes on; one that writes nothing has no columns to speak of."""
    from clean.job.run import Watch  # noqa: PLC0415 - as above

    return Watch(
        planned=lambda plan: _say_plan(plan, quiet=quiet, writes=writes),
        surveying=lambda path: progress.show(f"looking at {path}"),
        documents=lambda count: progress.show(f"{count:,} documents"),
    )


def _say_plan(plan: Plan, *, quiet: bool, writes: bool) -> None:
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
    for old, new in plan.columns.renamed.items() if writes else ():
        terminal.err(
            f"your column {terminal.escape(old)} is written as {terminal.escape(new)}: the name is one of ours"
        )
    if plan.skipped:
        terminal.err(
            "skipped: " + ", ".join(f"{count} {terminal.escape(kind)}" for kind, count in plan.skipped.items())
        )
    if not plan.files:
        terminal.err("nothing to read: the inputs hold no file of a format we know")


def tell_rejects(summary: Summary, given: dict[str, Any], *, more: str) -> str:
    """Say the first rejects; `more` says where the others are. The reasons with their counts, for the last lines."""
    rejected = summary.counts.rejected
    limit = len(summary.told) if given["verbose"] else FIRST_REJECTS
    for reject in summary.told[:limit]:
        terminal.err(_reject_line(reject, colour=terminal.coloured(given["color"])))
    if rejected > limit:
        terminal.err(f"... and {rejected - limit:,} more; {more}")
    return ", ".join(f"{reason} {count:,}" for reason, count in sorted(summary.counts.rejects.items()))


def verdict(counts: Counts, allowance: Allowance, reasons: str) -> int:
    """0 where the rejects are within the allowance; else 2, and the last line says what would accept them."""
    if allowance.covers(counts):
        return 0
    terminal.err(
        f"{counts.rejected:,} of {counts.documents:,} rejected ({reasons}); --max-rejects {enough(counts)} accepts"
    )
    return 2


def _reject_line(reject: Reject, *, colour: bool) -> str:
    rest = reject.message.removeprefix(reject.source_path)
    name = terminal.escape(reject.source_path) if rest != reject.message else ""
    reason = f"\x1b[31m{reject.reason}\x1b[0m" if colour else reject.reason
    return f"rejected [{reason}] {name}{terminal.escape(rest, 500)}"


def many(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def enough(counts: Counts) -> str:
    """The smallest round allowance that would have accepted these rejects."""
    if counts.documents >= 1000:
        for percent in (0.1, 0.5, 1, 5, 10):
            if counts.rejected <= percent / 100 * counts.documents:
                return f"{percent:g}%"
    return str(counts.rejected)
