"""What one worker needs: memory at its highest, and CPU before its first document. Each is measured in a process of its own."""

from __future__ import annotations

import json
import pickle
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import corpus
import growth
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BIG_MB: Final = 2_100
ROUNDS: Final = 5
# ru_maxrss begins with what the parent held; the high-water mark of the kernel begins with the program.
_PEAK: Final = """
import pathlib, resource, sys
def peak_mb():
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
"""
_RUN: Final = f"""
{_PEAK}
from clean.job.plan import Options
from clean.job.run import run
import time
begun = time.process_time()
run(Options(inputs=(sys.argv[1],), out=sys.argv[2], overwrite=True))
print('{{"peak_mb": %f, "cpu_s": %f}}' % (peak_mb(), time.process_time() - begun))
"""
_EMPTY: Final = f"""
{_PEAK}
import clean.job.run, clean.sources.parquet, clean.matching.fast, clean.columns, ftfy
print('{{"peak_mb": %f}}' % peak_mb())
"""
_LOAD: Final = """
import sys, time
import clean.cleaner, clean.matching.fast, hyperscan, ftfy, regex
from clean.ruleset.load import load
from clean.ruleset.model import RuleSet
begun = time.process_time()
loaded = load(sys.argv[2:])
loaded = RuleSet.of(loaded.rules[: int(sys.argv[1])], loaded.entities)
rules = time.process_time() - begun
begun = time.process_time()
clean.matching.fast.FastMatcher(loaded).nominator()
print('{"load_s": %f, "database_s": %f}' % (rules, time.process_time() - begun))
"""
_WORKER: Final = """
import pickle, sys, time
import clean.cleaner, clean.columns, clean.matching.fast, hyperscan, ftfy, regex
import numpy as np
import pyarrow as pa
raw = open(sys.argv[1], "rb").read()
begun = time.process_time()
matcher = pickle.loads(raw)
matcher.nominator().nominate(b"The council met.", np.array([0, 16]))
print('{"worker_s": %f, "blob_mb": %f}' % (time.process_time() - begun, len(raw) / 1e6))
"""
_TEXT: Final = """
import sys, time
import clean.cli.text, clean.cleaner, clean.repair, ftfy, regex, clean.matching.fast, hyperscan
from clean.cli import call
begun = time.process_time()
call(["text", sys.argv[1]])
print('{"text_s": %f}' % (time.process_time() - begun), file=sys.stderr)
"""


def _told(code: str, *arguments: object, error: bool = False) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    figures: dict[str, float] = json.loads((done.stderr if error else done.stdout).strip().split("\n")[-1])
    return figures


def _median(code: str, *arguments: object, error: bool = False, rounds: int = ROUNDS) -> dict[str, float]:
    rows = [_told(code, *arguments, error=error) for _ in range(rounds)]
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def memory(folder: Path, big_mb: int = BIG_MB) -> dict[str, Any]:
    """Peak memory of `clean run` on a large file, a one-line file and next to nothing; `imports` is the floor."""
    big, line, small = folder / "big.parquet", folder / "line.parquet", folder / "small.parquet"
    _repeated(big, big_mb)
    pq.write_table(pa.Table.from_batches([growth.long_line()]), line)
    pq.write_table(pa.Table.from_batches([corpus.Maker(1, 60).block(0)]), small)
    found = {"imports": _told(_EMPTY), "256 documents": _told(_RUN, small, folder / "m")}
    found["one line of 50 MB"] = _told(_RUN, line, folder / "m")
    found[f"{big_mb:,} MB of text in one file"] = _told(_RUN, big, folder / "m")
    return {"runs": found, "peak_mb": max(row["peak_mb"] for row in found.values())}


def _repeated(path: Path, megabytes: int) -> None:
    """So much text in one Parquet file; beyond 100 MB the documents come again under other keys."""
    blocks = list(corpus.batches(1, 60, min(megabytes, 100)))
    size = sum(corpus.text_bytes(block) for block in blocks) / 1e6
    group: Sequence[Any] = blocks
    with pq.ParquetWriter(path, blocks[0].schema, compression="zstd", compression_level=3) as writer:
        for turn in range(max(1, -(-megabytes // int(size)))):
            for first in range(0, len(group), 20):
                table = pa.Table.from_batches(group[first : first + 20])
                ids = pa.array([f"{turn}-{name}" for name in table.column("id").to_pylist()])
                writer.write_table(table.set_column(0, "id", ids))


def start(folder: Path, counts: tuple[int, ...] = (400, 1_500)) -> dict[str, dict[str, float]]:
    """CPU before the first document: load and compile in the leader, the worker from its blob, `clean text` on one file."""
    from clean.matching.fast import FastMatcher  # noqa: PLC0415 - beside its use
    from clean.ruleset.load import load  # noqa: PLC0415

    builtin = len(load().rules)
    found = {}
    for count in counts:
        pack = growth.pack(folder / f"invented-{count}.toml", max(1, count - builtin))
        matcher = FastMatcher(growth.rulesets(folder, (count,))[count])
        matcher.nominator()
        blob = folder / f"{count}.pickle"
        blob.write_bytes(pickle.dumps(matcher))
        found[f"{count:,} rules"] = {**_median(_LOAD, count, pack), **_median(_WORKER, blob)}
    text = folder / "one.txt"
    text.write_text(corpus.Maker(1, 95).block(0, 1).column("text")[0].as_py(), encoding="utf-8")
    for row in found.values():
        row["load_and_database_s"] = row["load_s"] + row["database_s"]
    found["clean text, built-in rules"] = _median(_TEXT, text, error=True)
    return found
