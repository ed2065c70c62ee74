"""One shard: files in, one data part and one rejects part out. A top-level function of plain arguments, fit for a worker.

A document the core fails on costs that document alone. No clock, machine or order of workers reaches a part.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from clean import schema, sources
from clean.columns import slices, stated
from clean.errors import CleanError, ConfigError
from clean.hosts import host_of
from clean.job.counts import Counts
from clean.job.keys import public, row_id
from clean.job.timings import Timings
from clean.output import lines, write
from clean.output.folder import DATA, LINES, REJECTS, part_name, sha256
from clean.records import Stated
from clean.repair import doubtful, repair
from clean.sources.batches import joined
from clean.sources.model import MAX_BATCH_ROWS, Columns, Reject, Skipped
from clean.sources.registry import is_archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from clean.job.plan import Shard


@dataclass(frozen=True, slots=True)
class Setting:
    """What every shard of a run shares."""

    out: Path
    columns: Columns
    metadata: dict[str, str]
    repair: bool = True
    lines: bool = False
    limit: int | None = None  # documents of this shard


@dataclass(slots=True)
class Done:
    """What a shard made: run.json's `generated` rows, its counts, the first rejects to tell a person about."""

    generated: list[dict[str, Any]] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    told: list[Reject] = field(default_factory=list)
    timings: Timings = field(default_factory=Timings)


MAX_TOLD = 1000


def run_shard(shard: Shard, setting: Setting, cleaner: Any, tick: Callable[[int], None] = lambda _: None) -> Done:
    """Clean every file of the shard and write its two parts."""
    data_schema = write.data_schema(setting.columns.schema, setting.metadata)
    rejects_schema = write.rejects_schema(setting.metadata)
    names = part_names(shard.number, lines_too=setting.lines)
    done = Done()
    ordered = not any(is_archive(item.path) for item, _ in shard.files)  # an archive keeps the order of its own
    with ExitStack() as parts:
        data = parts.enter_context(write.part(setting.out, names[0], data_schema, ordered=ordered))
        rejects = parts.enter_context(write.part(setting.out, names[1], rejects_schema, ordered=ordered))
        beside = [parts.enter_context(lines.part(setting.out, name)) for name in names[2:]]
        carry(shard, setting, Work(cleaner, setting, lines.Both(data, *beside), rejects, done), tick)
        with done.timings.stage("write"):
            parts.close()
    for name, rows in zip(names, (data.rows, rejects.rows, *(part.rows for part in beside)), strict=True):
        with done.timings.stage("digest"):
            digest, size = sha256(setting.out / name)
        done.generated.append({"path": name, "rows": rows, "bytes": size, "sha256": digest})
    return done


def part_names(number: int, *, lines_too: bool) -> list[str]:
    """The files of a shard: data, rejects and, when asked for, lines."""
    folders = [DATA, REJECTS, LINES] if lines_too else [DATA, REJECTS]
    return [part_name(folder, number) for folder in folders]


def carry(shard: Shard, setting: Setting, work: Work, tick: Callable[[int], None] = lambda _: None) -> None:
    """Read every file of the shard, up to the limit, and hand what comes to `work`, in order."""
    done = work.done
    for piece in done.timings.each("read", joined(_pieces(shard, setting))):
        if isinstance(piece, Reject):
            work.reject(piece)
        elif isinstance(piece, Skipped):
            done.counts.skipped[piece.kind] += piece.count
        else:
            work.batch(piece)
        tick(done.counts.documents)
    work.settle()
    tick(done.counts.documents)


def _pieces(shard: Shard, setting: Setting) -> Iterator[Any]:
    """What the readers give, up to the limit: rows and rejects alike; what lies behind it is not read."""
    left = setting.limit
    for item, survey in shard.files:
        for piece in sources.read(item, survey, setting.columns):
            if left is None or isinstance(piece, Skipped):
                yield piece
            elif left <= 0:
                return
            elif isinstance(piece, Reject):
                left -= 1
                yield piece
            else:
                yield piece.slice(0, left)
                left -= min(left, piece.num_rows)


class Work:
    """Carries batches through repair and the core into `data`, and rejects in record order into `rejects`.

    The two are anything with a `schema` and a `write(batch)`: part writers, or eyes that only look.
    """

    def __init__(self, cleaner: Any, setting: Setting, data: Any, rejects: Any, done: Done) -> None:
        self.cleaner, self.setting, self.data, self.rejects, self.done = cleaner, setting, data, rejects, done
        self.pending: list[Reject] = []

    def batch(self, frame: Any) -> None:
        """Clean a reader's batch, write what is good, keep what is not for `settle`."""
        timings = self.done.timings
        timings.text_bytes += pc.sum(pc.binary_length(frame.column("text"))).as_py() or 0
        with timings.stage("repair"):
            frame, fixes = self._repaired(frame)
        try:
            with timings.stage("clean"):
                cleaned, limits = self._cleaned(frame)
            self._write(frame, fixes, cleaned, limits)
        except Exception:  # noqa: BLE001 - whatever the core raises, it may cost one document only
            self._singly(frame, fixes)
        self.settle()

    def reject(self, reject: Reject) -> None:
        """Keep a reader's reject until the batch it stood among has passed; those of earlier batches can go."""
        self.pending.append(reject)
        if len(self.pending) >= 4 * MAX_BATCH_ROWS:
            latest = self.pending[-2 * MAX_BATCH_ROWS :]
            del self.pending[-2 * MAX_BATCH_ROWS :]
            self.settle()
            self.pending = latest

    def _cleaned(self, frame: Any) -> tuple[Any, dict[str, int]]:
        handed, pages = frame.select(["text", "url"]), self._stated(frame)
        cleaned: tuple[Any, dict[str, int]] = (
            self.cleaner.clean_counted(handed, stated=pages) if pages else self.cleaner.clean_counted(handed)
        )
        return cleaned

    def _stated(self, frame: Any) -> dict[int, Stated]:
        """What pages say of rows, and behind it the outlet whose own the host of an address is."""
        found = stated(frame)
        for row, url in enumerate(frame.column("url").to_pylist()):
            if said := self.cleaner.outlet(url):
                before = found.get(row, Stated())
                found[row] = Stated((*before.evidence, said), before.media)
        return dict(sorted(found.items()))

    def _singly(self, frame: Any, fixes: list[tuple[str, ...]]) -> None:
        for row in range(frame.num_rows):
            one = frame.slice(row, 1)
            try:
                with self.done.timings.stage("clean"):
                    cleaned, limits = self._cleaned(one)
            except Exception as error:  # noqa: BLE001 - as above
                self.pending.append(_core_reject(one, error))
            else:
                self._write(one, fixes[row : row + 1], cleaned, limits)

    def _repaired(self, frame: Any) -> tuple[Any, list[tuple[str, ...]]]:
        urls = [None if url is None else public(url) for url in frame.column("url").to_pylist()]
        frame = frame.set_column(
            frame.schema.get_field_index("url"), frame.schema.field("url"), pa.array(urls, pa.string())
        )
        fixes: list[tuple[str, ...]] = [()] * frame.num_rows
        if not self.setting.repair:
            return frame, fixes
        column = frame.column("text")
        made = {}
        for row in doubtful(slices(column)):
            text, steps = repair(column[row].as_py())
            if steps:
                made[row], fixes[row] = text, steps
        if made:
            texts = [made.get(row, text) for row, text in enumerate(column.to_pylist())]
            index = frame.schema.get_field_index("text")
            frame = frame.set_column(index, frame.schema.field("text"), pa.array(texts, pa.string()))
        return frame, fixes

    def _write(self, frame: Any, fixes: list[tuple[str, ...]], cleaned: Any, limits: dict[str, int]) -> None:
        with self.done.timings.stage("write"):
            batch = assemble(frame, fixes, cleaned, self.data.schema)
            self.data.write(batch)
            self.done.counts.add_batch(batch)
        self.done.counts.limits.update(limits)

    def settle(self) -> None:
        """Write the rejects gathered so far, in record order, whole-file ones last."""
        pending, self.pending = self.pending, []
        if not pending:
            return
        # Members of one archive stay in its order.
        order = {path: at for at, path in enumerate(dict.fromkeys(reject.source_path for reject in pending))}
        pending.sort(key=lambda r: (order[r.source_path], r.source_record is None, r.source_record or 0))
        rows = [{**asdict(reject), "url": None if reject.url is None else public(reject.url)} for reject in pending]
        self.rejects.write(pa.RecordBatch.from_pylist(rows, schema=self.rejects.schema))
        self.done.counts.rejects.update(reject.reason for reject in pending)
        self.done.told += pending[: MAX_TOLD - len(self.done.told)]


def assemble(frame: Any, fixes: list[tuple[str, ...]], cleaned: Any, target: Any) -> Any:
    """The output batch: the job's and the reader's columns, the core's, the user's, in the order of `target`."""
    paths, records, digests = (frame.column(n).to_pylist() for n in ("source_path", "source_record", "source_sha256"))
    own = {
        "id": [row_id(*key) for key in zip(paths, records, digests, strict=True)],
        "fixes": [list(steps) for steps in fixes],
        "host": [host_of(url) for url in frame.column("url").to_pylist()],
    }
    ours = set(schema.BY_NAME)
    arrays = []
    for column in target:
        if column.name in own:
            arrays.append(pa.array(own[column.name], column.type))
        elif column.name in ours and column.name in cleaned.schema.names and column.name != "url":
            arrays.append(cleaned.column(column.name))
        else:
            arrays.append(frame.column(column.name))
    return pa.RecordBatch.from_arrays(arrays, schema=target)


def _core_reject(one: Any, error: Exception) -> Reject:
    row = one.select(
        ["source_path", "source_record", "source_offset", "source_sha256", "record_id", "url", "text"]
    ).to_pylist()[0]
    # A ConfigError is a text over the core's limit; anything else is a fault of the engine, which has no code of its own.
    reason = "too_large" if isinstance(error, ConfigError) else "worker_died"
    what = (
        str(error)
        if isinstance(error, CleanError)
        else f"the engine failed on this document ({type(error).__name__}: {error})"
    )
    text = " ".join(what.split())[:500]
    row.pop("text")
    return Reject(
        **row,
        stage="match",
        reason=reason,
        message=f"{row['source_path']}: record {row['source_record']}: {text}",
    )
