"""What a megabyte costs, stage by stage and from file to file."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import corpus
import pyarrow as pa
import pyarrow.parquet as pq
from measure import ROUNDS, interleaved, medians

from clean import Cleaner
from clean.columns import Documents, slices
from clean.job import run as job
from clean.job.plan import Options
from clean.matching.fast import FastMatcher
from clean.output import write
from clean.repair import doubtful

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

BATCH_ROWS: Final = 2_048
COPIED: Final = ("id", "url", "text")


def made(
    megabytes: float, hit: int, document_bytes: int = corpus.DOCUMENT_BYTES, seed: int = 1
) -> list[pa.RecordBatch]:
    """Made-up documents in batches as a run reads them."""
    table = pa.Table.from_batches(list(corpus.batches(seed, hit, megabytes, document_bytes))).combine_chunks()
    rows = max(1, min(BATCH_ROWS, (8 << 20) // document_bytes))
    return [batch for batch in table.to_batches(max_chunksize=rows) if batch.num_rows]


def megabytes(batches: Sequence[pa.RecordBatch]) -> float:
    """10^6 bytes of text."""
    return sum(corpus.text_bytes(batch) for batch in batches) / 1e6


def cleaning(cleaner: Cleaner, batches: Sequence[pa.RecordBatch]) -> Callable[[], Any]:
    """Arrow to Arrow, everything but files."""
    return lambda: [cleaner.clean_counted(batch) for batch in batches]


def scanning(matcher: FastMatcher, batches: Sequence[pa.RecordBatch]) -> Callable[[], Any]:
    """The scan alone."""
    documents = [Documents(batch, "text", "url") for batch in batches]
    return lambda: [matcher.nominator().nominate(given.data, given.offsets, given.urls) for given in documents]


def stages(batches: Sequence[pa.RecordBatch], folder: Path, rounds: int = ROUNDS) -> dict[str, float]:
    """Milliseconds a megabyte of each stage. `confirm, decide, columns` is what cleaning takes beyond scan and sha256."""
    cleaner = Cleaner()
    matcher = FastMatcher(cleaner.loaded.chosen())
    matcher.nominator()
    cleaning(cleaner, batches)()  # compiles what is compiled at first use
    source, part = folder / "stages.parquet", write_source(batches, folder / "stages.parquet")
    job.run(Options(inputs=(str(source),), out=str(folder / "stages-out"), overwrite=True))
    part = folder / "stages-out" / "data" / "part-00000.parquet"
    table = pq.read_table(part)
    texts = [slices(batch.column("text")) for batch in batches]
    took = medians(
        {
            "read": lambda: [None for _ in pq.ParquetFile(source).iter_batches(BATCH_ROWS)],
            "repair gate": lambda: [doubtful(listed) for listed in texts],
            "scan": scanning(matcher, batches),
            "clean": cleaning(cleaner, batches),
            "sha256": lambda: [hashlib.sha256(text).hexdigest() for listed in texts for text in listed],
            "write": lambda: _write(table, folder / "again.parquet"),
        },
        rounds,
    )
    took["confirm, decide, columns"] = took["clean"] - took["scan"] - took["sha256"]
    size = megabytes(batches)
    order = ("read", "repair gate", "scan", "confirm, decide, columns", "sha256", "write")
    return {name: 1000 * took[name] / size for name in order}


def _write(table: pa.Table, path: Path) -> None:
    writer = write.PartWriter(path, table.schema)
    for batch in table.to_batches(max_chunksize=BATCH_ROWS):
        writer.write(batch)
    writer.close()


def write_source(batches: Sequence[pa.RecordBatch], path: Path) -> Path:
    """The documents as a Parquet file somebody might have: zstd 3, 5,000 rows a group."""
    pq.write_table(pa.Table.from_batches(batches), path, compression="zstd", compression_level=3, row_group_size=5_000)
    return path


def passthrough(source: Path, target: Path) -> None:
    """Read and write the same columns: zstd 3, groups as in a part, no dictionary for texts that are all different."""
    file = pq.ParquetFile(source)
    columns = [name for name in file.schema_arrow.names if name in COPIED]
    arrow = pa.schema([file.schema_arrow.field(name) for name in columns])
    writer = pq.ParquetWriter(
        target, arrow, compression="zstd", compression_level=3, version="2.6", use_dictionary=False,
        write_statistics=[name for name in columns if name != "text"], write_page_checksum=True, write_page_index=True,
    )  # fmt: skip
    held: list[pa.RecordBatch] = []
    for batch in file.iter_batches(BATCH_ROWS, columns=columns):
        held.append(batch)
        if sum(one.num_rows for one in held) >= write.GROUP_ROWS:
            writer.write_table(pa.Table.from_batches(held, arrow).combine_chunks())
            held = []
    if held:
        writer.write_table(pa.Table.from_batches(held, arrow).combine_chunks())
    writer.close()


def end_to_end(sources: dict[str, Path], folder: Path, rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """`clean run` against a copy, for every source, by a cleaner that has met all its rules; `ratio_with_start` is of a new one.

    The made-up text uses every rule in its first megabytes, so that a new cleaner compiles 10 ms of `regex` for nearly every hit.
    """
    cleaner = Cleaner()
    variants: dict[str, Callable[[], Any]] = {}
    started = {}
    for name, source in sources.items():
        variants[f"copy {name}"] = lambda source=source: passthrough(source, folder / "copy.parquet")
        variants[f"run {name}"] = lambda source=source: _clean(source, folder, cleaner)
        started[name] = interleaved({"new": lambda source=source: _clean(source, folder, Cleaner())}, 1)["new"][0]
        _clean(source, folder, cleaner)
    took = interleaved(variants, rounds)
    found = {}
    for name, source in sources.items():
        size = _text_megabytes(source)
        ratios = sorted(a / b for a, b in zip(took[f"run {name}"], took[f"copy {name}"], strict=True))
        copy, run_ = (sorted(took[f"{what} {name}"])[rounds // 2] for what in ("copy", "run"))
        found[name] = {
            "mb": size,
            "copy_ms_per_mb": 1000 * copy / size,
            "run_ms_per_mb": 1000 * run_ / size,
            "ratio": ratios[rounds // 2],
            "ratio_with_start": started[name] / copy,
        }
    return found


def _text_megabytes(source: Path) -> float:
    batches = pq.ParquetFile(source).iter_batches(BATCH_ROWS, columns=["text"])
    return sum(corpus.text_bytes(batch) for batch in batches) / 1e6


def _clean(source: Path, folder: Path, cleaner: Cleaner) -> None:
    """A run with this cleaner, which remembers no line of an earlier one."""
    cleaner._matcher._local = threading.local()  # noqa: SLF001 - what it remembers is nobody else's business
    with mock.patch.object(job, "Cleaner", return_value=cleaner):
        job.run(Options(inputs=(str(source),), out=str(folder / "out"), overwrite=True))
