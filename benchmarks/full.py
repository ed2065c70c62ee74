"""Everything `make bench` measures, into results.json, RESULTS.md and the charts. Wants the peers installed."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import charts
import growth
import peers
import pyarrow.parquet as pq
import stages
import workers
from bench import HITS
from measure import ROUNDS, machine, rounded

from clean.ruleset.load import load

if TYPE_CHECKING:
    from collections.abc import Callable

HERE: Final = Path(__file__).parent
CORPUS_MB: Final = 40
REAL_MB: Final = 40
BEGIN, END = "<!-- engine: made by benchmarks/bench.py --write -->", "<!-- /engine -->"
# What issue and design ask for: label, figure, bar, whether the figure must be at most (or at least) the bar.
BARS: Final = (
    ("run / copy, 30 % of documents hit", ("end_to_end", "30 %", "ratio"), 2.0, True),
    ("run / copy, 60 %", ("end_to_end", "60 %", "ratio"), 2.4, True),
    ("run / copy, 95 %", ("end_to_end", "95 %", "ratio"), 2.9, True),
    ("times the naive `regex` loop", ("peers", "speed", "loop, regex", "clean_is"), 80, False),
    ("times datatrove's C4 filter", ("peers", "speed", "datatrove C4QualityFilter", "clean_is"), 5, False),
    ("times jusText", ("peers", "speed", "jusText", "clean_is"), 60, False),
    ("times trafilatura", ("peers", "speed", "trafilatura", "clean_is"), 25, False),
    ("scan at 1,500 rules / at 400", ("growth", "scan_1500_to_400"), 1.3, True),
    ("ms/MB at 16 x the text / at 1 x", ("growth", "text_16_to_1"), 1.1, True),
    ("worker start, 400 rules, s", ("start", "400 rules", "worker_s"), 0.3, True),
    ("worker start, 1,500 rules, s", ("start", "1,500 rules", "worker_s"), 0.6, True),
    ("load and database, 1,500 rules, s", ("start", "1,500 rules", "load_and_database_s"), 2.0, True),
    ("`clean text`, one document, s", ("start", "clean text, built-in rules", "text_s"), 0.7, True),
    ("peak memory, MB", ("memory", "peak_mb"), 600, True),
)


def full(data: Path | None, *, write: bool) -> int:
    """Measure all, print it, and write it down if asked."""
    figures = measured(data)
    section = rendered(figures)
    print(section)
    if write:
        (HERE / "results.json").write_text(json.dumps(rounded(figures), indent=1) + "\n", encoding="utf-8")
        (HERE / "growth.svg").write_text(charts.growth(figures["growth"]), encoding="utf-8")
        (HERE / "peers.svg").write_text(charts.peers(figures["peers"]["speed"]), encoding="utf-8")
        page = HERE / "RESULTS.md"
        before, _, rest = page.read_text(encoding="utf-8").partition(f"\n{BEGIN}")
        after = rest.partition(f"{END}\n")[2]
        page.write_text(f"{before.rstrip()}\n\n{section}{after}", encoding="utf-8")
    return 0


def measured(data: Path | None) -> dict[str, Any]:
    """All figures, by name; each part is told on stderr when it is there, for the whole takes long."""
    figures: dict[str, Any] = {"machine": machine(), "rounds": ROUNDS, "rules": len(load().rules)}
    figures |= {"corpus_mb": CORPUS_MB, "real_mb": REAL_MB}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, measure in _parts(folder, data).items():
            figures[part] = measure()
            print(f"{part}: {json.dumps(rounded(figures[part]))}", file=sys.stderr, flush=True)
    return figures


def _parts(folder: Path, data: Path | None) -> dict[str, Callable[[], Any]]:
    """What is measured, in order."""
    corpora = {hit: stages.made(CORPUS_MB, hit) for hit in HITS}
    sources = {f"{hit} %": stages.write_source(batches, folder / f"{hit}.parquet") for hit, batches in corpora.items()}
    if data:
        sources["real"] = _real(data, folder / "real.parquet")
    return {
        "end_to_end": lambda: stages.end_to_end(sources, folder),
        "stages": lambda: {f"{hit} %": stages.stages(corpora[hit], folder) for hit in HITS},
        "peers": lambda: peers.peers(corpora[60][:2]),
        "start": lambda: workers.start(folder),
        "growth": lambda: _growth(folder),
        "memory": lambda: workers.memory(folder),
    }


def _growth(folder: Path) -> dict[str, Any]:
    by_rules, by_text = growth.by_rules(folder, 16), growth.by_text(2.5)
    return {
        "rules": by_rules,
        "text": by_text,
        "scan_1500_to_400": by_rules["1500"]["scan_ms_per_mb"] / by_rules["400"]["scan_ms_per_mb"],
        "text_16_to_1": by_text["16"] / by_text["1"],
        "hits": growth.by_hits(8),
        "length": growth.by_length(8),
        "one_line": growth.on_one_line(),
    }


def _real(data: Path, target: Path) -> Path:
    """The first articles of corpus-dev: id, url, text."""
    taken, size = [], 0
    for path in sorted((data / "corpus-dev").glob("*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches(stages.BATCH_ROWS, columns=list(stages.COPIED)):
            if size < REAL_MB * 1e6:
                taken.append(batch)
                size += batch.column("text").nbytes
    return stages.write_source(taken, target)


def rendered(figures: dict[str, Any]) -> str:
    """The section of RESULTS.md."""
    on = figures["machine"]
    lines = [
        BEGIN, "## Engine", "",
        f"`make bench DATA=…` (`python benchmarks/bench.py --write --data DATA`): {on['processor']}, {on['cores']} cores shared with",
        (f"others, {on['system']}, {on['python']}; {figures['rules']} built-in rules; CPU seconds, medians of {figures['rounds']} rounds in turn. "
        f"Text is made up"), f"(`benchmarks/corpus.py`, seed 1, {figures['corpus_mb']} MB), `real` is {figures['real_mb']} MB of articles. `results.json` has all figures.", "",
        "| bar | wanted | found | |", "|---|---|---|---|",
    ]  # fmt: skip
    for label, path, bar, at_most in BARS:
        value: Any = figures
        for key in path:
            value = value.get(key, {}) if isinstance(value, dict) else {}
        holds = value != {} and (value <= bar if at_most else value >= bar)
        sign, shown = ("≤" if at_most else "≥"), "not measured" if value == {} else f"{value:.3g}"
        lines.append(f"| {label} | {sign} {bar:g} | {shown} | {'holds' if holds else '**missed**'} |")
    lines += ["", "| run against copy | copy, ms/MB | run, ms/MB | ratio | with start |", "|---|---|---|---|---|"]
    for name, row in figures["end_to_end"].items():
        lines.append(
            f"| {name} | {row['copy_ms_per_mb']:.1f} | {row['run_ms_per_mb']:.1f} | {row['ratio']:.2f} | {row['ratio_with_start']:.2f} |"
        )
    return "\n".join([*lines, *_tables(figures), END, ""])


def _tables(figures: dict[str, Any]) -> list[str]:
    """The smaller tables."""
    names = list(next(iter(figures["stages"].values())))
    grown = figures["growth"]
    lines = ["", "| stages, ms/MB | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for hit, row in figures["stages"].items():
        lines.append(f"| {hit} | " + " | ".join(f"{row[name]:.2f}" for name in names) + " |")
    lines += [
        "",
        "![Growth](growth.svg)",
        "",
        "| rules | scan, ms/MB | database, s | database, MB |",
        "|---|---|---|---|",
    ]
    for count, row in grown["rules"].items():
        lines.append(
            f"| {int(count):,} | {row['scan_ms_per_mb']:.2f} | {row['compile_s']:.2f} | {row['database_mb']:.1f} |"
        )
    for key, title in (("text", "times the text"), ("hits", "% of documents hit"), ("length", "bytes a document")):
        row = grown[key]
        lines += ["", f"| {title} | " + " | ".join(row) + " |", "|---" * (len(row) + 1) + "|"]
        lines.append("| ms/MB | " + " | ".join(f"{value:.1f}" for value in row.values()) + " |")
    line = grown["one_line"]
    lines += ["", f"One line of {line['mb']} MB: scan {line['scan']:.1f} ms/MB, the whole {line['clean']:.1f} ms/MB."]
    lines += ["", "![Peers](peers.svg)", "", "| peer | MB/s | `clean` is | what it does |", "|---|---|---|---|"]
    for name, row in figures["peers"]["speed"].items():
        lines.append(f"| {name} | {row['mb_per_s']:.3g} | x {row['clean_is']:.3g} | {row['does']} |")
    lines += [f"| {name} | | | {why} |" for name, why in figures["peers"]["missing"].items()]
    lines += ["", "| start, CPU s beyond imports | load | database | worker | `clean text` |", "|---|---|---|---|---|"]
    for name, row in figures["start"].items():
        cells = [f"{row[key]:.2f}" if key in row else "" for key in ("load_s", "database_s", "worker_s", "text_s")]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["", "| peak memory | MB |", "|---|---|"]
    return lines + [f"| {name} | {row['peak_mb']:.0f} |" for name, row in figures["memory"]["runs"].items()]
