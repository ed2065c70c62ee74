"""Look only: the whole line from bytes to judgements, as a run takes it, and nothing written anywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clean.edit import restore
from clean.job import plan as planning
from clean.job.run import Summary, Watch, compile_rules
from clean.job.shard import Done, Setting, Work, carry
from clean.output import write
from clean.sources.registry import is_one_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from clean.job.plan import Options


@dataclass(frozen=True, slots=True)
class Spotted:
    """A stretch a run would take out. `source_record` None = the file is one document.

    `line` and `column` count from 1 in the document (after repairs), at the first character that is no blank; `start` and
    `end` are code points, half-open, with the blanks that go too; `text` is without them.
    """

    source_path: str
    source_record: int | None
    line: int
    column: int
    start: int
    end: int
    rule: str
    version: int
    category: str
    text: str


def check(options: Options, tell: Callable[[Spotted], None], *, watch: Watch | None = None) -> Summary:
    """Hand every stretch that `run` with these options would take out to `tell`, in order of file, record and place.

    `options.out` is not looked at. Raises RuleError, ConfigError or SourceError as `run` does before its work.
    """
    watch = watch or Watch()
    cleaner = compile_rules(options)
    plan = planning.make(options, watch.surveying)
    watch.planned(plan)
    summary = Summary(plan=plan)
    setting = Setting(Path(), plan.columns, {}, options.repair)
    eyes = _Eyes(write.data_schema(plan.columns.schema, {}), tell)
    for shard in plan.shards:
        if options.limit is not None:
            setting = replace(setting, limit=options.limit - summary.counts.documents)
        done, before = Done(), summary.counts.documents
        work = Work(cleaner, setting, eyes, _Blind(write.rejects_schema({})), done)
        carry(shard, setting, work, lambda count, before=before: watch.documents(before + count))  # type: ignore[misc]
        summary.counts.add(done.counts)
        summary.told += done.told
    return summary


@dataclass(frozen=True, slots=True)
class _Blind:
    """Takes batches and does nothing: `Work` counts them."""

    schema: Any

    def write(self, batch: Any) -> None:
        """Take a batch."""


@dataclass(frozen=True, slots=True)
class _Eyes:
    """Takes the batches a part writer would, and tells what was taken out of them."""

    schema: Any
    tell: Callable[[Spotted], None]

    def write(self, batch: Any) -> None:
        """Tell every removal of a batch."""
        removed = batch.column("removed")
        for row in range(batch.num_rows):
            if not len(removed[row]):
                continue
            pieces = removed[row].as_py()
            text = restore(batch.column("text")[row].as_py(), pieces)
            path = batch.column("source_path")[row].as_py()
            record = None if is_one_document(path.encode()) else batch.column("source_record")[row].as_py()
            for piece in pieces:
                self.tell(_spotted(path, record, text, piece))


def _spotted(path: str, record: int | None, text: str, piece: dict[str, Any]) -> Spotted:
    shown = piece["text"].strip()
    at = piece["start"] + piece["text"].index(shown)
    return Spotted(
        source_path=path,
        source_record=record,
        line=text.count("\n", 0, at) + 1,
        column=at - text.rfind("\n", 0, at),
        start=piece["start"],
        end=piece["end"],
        rule=piece["rule"],
        version=piece["version"],
        category=piece["category"],
        text=shown,
    )
