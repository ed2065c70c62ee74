"""How well articles come out of pages, and what a page costs beside trafilatura alone, in one run.

    python benchmarks/pages.py DATA                quality of all pages, speed of every fourth
    python benchmarks/pages.py DATA --every 1      speed of all of them
    python benchmarks/pages.py DATA --outputs DIR  keep the texts: DIR/ours, DIR/rules, DIR/trafilatura

DATA is a folder with `gold.jsonl` (page, url, segments `with` and `without`) and `pages.tar.xz`, or the folder above its `html-dev`.
Quality: precision and recall over those segments, of trafilatura's own `extract`, of the article `clean.page.read` gives, and of
the text the rules leave of it. Speed: pages a CPU second, page by page in turn, page facts and rules included; the rules are
compiled and warmed beforehand, as a run has them, and the seconds that takes are said. Exit 1: a figure is below its bar.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
import tarfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from trafilatura import extract

from clean import Cleaner, page
from clean.errors import SourceError

PRECISION, RECALL, LOST, SPEED = 0.92, 0.945, 5, 0.85  # the bars
BATCH = 500


@dataclass
class Row:
    """A page of the gold set and what came out of it."""

    name: str
    url: str
    wanted: list[str]
    unwanted: list[str]
    raw: bytes
    texts: dict[str, str] = field(default_factory=dict)
    found: Any = None


def main() -> int:
    """Score, time, print, hold the bars."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the pages and their gold")
    parser.add_argument("--every", type=int, default=4, metavar="N", help="time every Nth page")
    parser.add_argument("--outputs", type=Path, help="keep the texts here")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    rows = load(options.data / "html-dev" if (options.data / "html-dev").is_dir() else options.data)
    cleaner = Cleaner()
    warm = warmed(cleaner, rows)
    seconds = {"trafilatura": 0.0, "ours": 0.0}
    timed = 0
    for number, row in enumerate(rows):
        base, ours = run(row)
        if number % options.every == 0:
            timed += 1
            seconds["trafilatura"] += base
            seconds["ours"] += ours
    seconds["rules"] = rules(cleaner, rows, options.every)
    keep(rows, options.outputs)
    ratio = seconds["trafilatura"] / (seconds["ours"] + seconds["rules"])
    fine = scores(rows)
    per_page = {name: 1000 * value / timed for name, value in seconds.items()}
    print(
        f"ms a page over {timed}: trafilatura {per_page['trafilatura']:.2f}, article and facts {per_page['ours']:.2f}, "
        f"rules {per_page['rules']:.2f}; pages a CPU second {ratio:.3f} x trafilatura (rules warmed in {warm:.1f} s)"
    )
    return 0 if fine and ratio >= SPEED else 1


def load(folder: Path) -> list[Row]:
    """The pages with their gold."""
    with tarfile.open(folder / "pages.tar.xz") as tar:
        raw = {Path(m.name).name: tar.extractfile(m).read() for m in tar if m.isfile()}  # type: ignore[union-attr]
    lines = (folder / "gold.jsonl").read_text("utf-8").splitlines()
    return [Row(r["page"], r["url"], r["with"], r["without"], raw[r["page"]]) for r in map(json.loads, lines)]


def run(row: Row) -> tuple[float, float]:
    """Both extractors on one page; their CPU seconds."""
    begun = time.process_time()
    row.texts["trafilatura"] = extract(row.raw, url=row.url, include_comments=False) or ""
    between = time.process_time()
    try:
        row.found = page.read(row.raw, url=row.url if row.url.startswith("http") else None)
    except SourceError:
        row.found = None
    row.texts["ours"] = row.found.text if row.found else ""
    return between - begun, time.process_time() - between


def rules(cleaner: Cleaner, rows: list[Row], every: int) -> float:
    """Clean all texts; CPU seconds for every Nth page."""
    cleaned(cleaner, rows)
    chosen = rows[::every]
    begun = time.process_time()
    cleaned(cleaner, chosen)
    return time.process_time() - begun


def cleaned(cleaner: Cleaner, rows: list[Row]) -> None:
    """What the rules leave of each article, page facts merged as in a run."""
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        batch = pa.RecordBatch.from_pydict(
            {"text": [r.texts["ours"] for r in part], "url": [r.found and r.found.url for r in part]}
        )
        stated = {number: row.found.stated for number, row in enumerate(part) if row.found}
        for row, text in zip(
            part, cleaner.clean_counted(batch, stated=stated)[0].column("text").to_pylist(), strict=True
        ):
            row.texts["rules"] = text


def warmed(cleaner: Cleaner, rows: list[Row]) -> float:
    """Compile the rules and load all that is loaded at first use."""
    begun = time.process_time()
    for row in rows[:20]:
        run(row)
    texts = [re.sub(r"<[^>]+>", "\n", row.raw.decode("utf-8", "replace"))[:20_000] for row in rows[::2]]
    cleaner.clean_batch(pa.RecordBatch.from_pydict({"text": texts}))
    return time.process_time() - begun


def scores(rows: list[Row]) -> bool:
    """Print precision and recall of each text; whether the bars hold for the last."""
    fine = True
    base = held(rows, "trafilatura")
    for name in ("trafilatura", "ours", "rules"):
        found = held(rows, name)
        wanted = [hit for (_, kind, _), hit in found.items() if kind == "with"]
        unwanted = sum(hit for (_, kind, _), hit in found.items() if kind == "without")
        kept = sum(wanted)
        precision, recall = kept / max(1, kept + unwanted), kept / len(wanted)
        lost = sum(base[key] and not hit for key, hit in found.items() if key[1] == "with")
        print(
            f"{name:12} precision {precision:.4f}  recall {recall:.4f}  F1 {2 * precision * recall / (precision + recall):.4f}  "
            f"unwanted kept {unwanted}  wanted lost {lost}"
        )
        fine = precision >= PRECISION and recall >= RECALL and lost <= LOST
    return fine


def held(rows: list[Row], name: str) -> dict[tuple[str, str, int], bool]:
    """(page, kind, number) → whether the text holds that segment, blanks made single."""
    found = {}
    for row in rows:
        text = flat(row.texts[name])
        for kind, segments in (("with", row.wanted), ("without", row.unwanted)):
            for number, segment in enumerate(segments):
                found[row.name, kind, number] = flat(segment) in text
    return found


def flat(text: str) -> str:
    """Every run of blanks as one."""
    return re.sub(r"\s+", " ", text)


def keep(rows: list[Row], folder: Path | None) -> None:
    """Write the texts for another scorer."""
    for name in ("trafilatura", "ours", "rules") if folder else ():
        (folder / name).mkdir(parents=True, exist_ok=True)  # type: ignore[operator]
        for row in rows:
            (folder / name / f"{row.name.removesuffix('.html')}.txt").write_text(row.texts[name], "utf-8")  # type: ignore[operator]


if __name__ == "__main__":
    sys.exit(main())
