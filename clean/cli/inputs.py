"""What the verbs that read many files share: field flags, the allowance of rejects, what is said of a plan and its end."""

from __future__ import annotations

import codecs
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from clean.cli import terminal
from clean.cli.options import cleaner_arguments

if TYPE_CHECKING:
    from clean.job.counts import Counts
    from clean.job.plan import Options, Plan
    from clean.job.run import Summary, Watch
    from clean.sources.model import Input, Reject

F = TypeVar("F", bound=Callable[..., Any])
FIRST_REJECTS = 20
NO_CHARSETS: Final = ("utf-7", "unicode_escape", "raw-unicode-escape", "idna", "punycode", "undefined")


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
            click.option(
                "--encoding",
                metavar="NAME",
                callback=_codec,
                help="Encoding of text and CSV files that say none themselves, e.g. cp1252.",
            ),
            click.option(
                "--files-from",
                multiple=True,
                type=click.File("rb"),
                metavar="FILE",
                help="Read further inputs from FILE, one path a line; - is standard input (repeatable).",
            ),
            click.option(
                "--stdin-name",
                default="stdin.jsonl",
                show_default=True,
                metavar="NAME",
                help="What standard input, IN -, goes by; its suffix says the format.",
            ),
            click.option(
                "--limit",
                type=click.IntRange(min=1),
                metavar="N",
                help="Stop after N documents, rows and rejects together.",
            ),
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
    text, url, key = (given[f"{role}_field"] or None for role in ("text", "url", "id"))
    return Options(
        inputs=tuple(word for word in given["inputs"] if word != "-"),
        lists=tuple(file.read() for file in given["files_from"]),
        limit=given["limit"],
        fields=Fields(text, url, key, given["encoding"]),
        rules=tuple(chosen.pop("rules")),
        repair=not given["no_repair"],
        **chosen,
        **more,
    )


@contextmanager
def standard_input(given: dict[str, Any]) -> Iterator[Input | None]:
    """Standard input as an input when IN names it: held in a file of its own until the block ends, as it is read twice.

    Raises UsageError where nothing at all is named, or the name given to it says no format.
    """
    if not given["inputs"] and not given["files_from"]:
        raise click.UsageError("Missing argument 'IN...'.")
    if "-" not in given["inputs"]:
        yield None
        return
    from clean.sources import SUFFIXES  # noqa: PLC0415 - as above
    from clean.sources.model import Input  # noqa: PLC0415

    name = given["stdin_name"]
    suffix = max((s for s in SUFFIXES if name.lower().endswith(s)), key=len, default=None)
    if suffix is None or "/" in name:
        raise click.UsageError(
            f'"{name}" says no format for standard input; expected a file name like stdin.csv.gz (--stdin-name)'
        )
    if any(file.name in ("<stdin>", "-") for file in given["files_from"]):
        raise click.UsageError("standard input is either a document dump (IN -) or a list (--files-from -)")
    with tempfile.NamedTemporaryFile(
        prefix="clean-", suffix=suffix
    ) as held:  # mode 600, a random name, gone at the end
        shutil.copyfileobj(sys.stdin.buffer, held, 1 << 20)
        held.flush()
        yield Input(os.fsencode(held.name), name, held.tell())


def _codec(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    """The codec's own name. `utf-7` and the codecs that are no charsets are none."""
    if name is None:
        return None
    try:
        "x".encode(name)
        found = codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        raise click.BadParameter(f'"{name}" is no encoding we know; expected e.g. cp1252, latin-1, gb18030') from error
    if found in NO_CHARSETS:
        raise click.BadParameter(f'"{name}" is no charset of files; expected e.g. cp1252, latin-1, gb18030')
    return found


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
        for part in (survey, *survey.members.values())
        if part.roles and part.roles.aloud
        for note in [", ".join(part.roles.aloud)]
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
    if plan.unread:
        terminal.err(f"--limit: {many(plan.unread, 'further file')} not opened")
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
    if summary.counts.skipped and not given["quiet"]:
        kinds = sorted(summary.counts.skipped.items())
        terminal.err("skipped inside: " + ", ".join(f"{count:,} {terminal.escape(kind)}" for kind, count in kinds))
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
