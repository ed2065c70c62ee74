"""What the rules take from unlabelled text, for a person to read.

    python benchmarks/removed.py draw CORPUS --to FILE.tsv    300 removed lines over all of CORPUS, stratified by rule, to be marked
    python benchmarks/removed.py read FILE.tsv                the marks read back: share of body, the ten worst rules

CORPUS is a folder of Parquet files with `id`, `host`, `url`, `language`, `text`. The texts are their publishers': FILE must lie
outside the project. In the column `mark` write b (body), x (boilerplate) or ? (cannot tell). How many lines of a rule are drawn
grows with the square root of how often it fires; the share of body is told as drawn and weighted back.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import heapq
import math
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
from predict import cleaned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clean.records import Removal, Result

PROJECT = Path(__file__).resolve().parents[1]
LINES = 300
SAMPLES_PER_RULE = 6
SAMPLE_SEED = 7
CONTEXT_CHARS = 80
WORST = 10
COLUMNS = ("mark", "rule", "category", "fires", "language", "host", "id", "before", "removed", "after")
MARKS = ("b", "x", "?")


def main() -> int:
    """Draw lines, or read the marks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    drawing = verbs.add_parser("draw", help="write lines to be marked")
    drawing.add_argument("corpus", type=Path, help="folder of Parquet files")
    drawing.add_argument("--to", type=Path, required=True, help="TSV to write, outside the project")
    drawing.add_argument("--lines", type=int, default=LINES, help="how many lines")
    drawing.add_argument("--every", type=int, default=1, help="take every so many-th document alone")
    drawing.add_argument("--seed", type=int, default=SAMPLE_SEED, help="which lines are drawn")
    drawing.add_argument("--matcher", default="fast", help="fast or reference")
    verbs.add_parser("read", help="read the marks back").add_argument("marked", type=Path, help="the TSV, marked")
    options = parser.parse_args()
    if options.verb == "read":
        return read(options.marked)
    if options.to.resolve().is_relative_to(PROJECT):
        sys.exit(f"error: {options.to}: lies inside the project, which holds nobody's texts; name a file elsewhere")
    found = collected(options.corpus, options)
    chosen = drawn(found, options.lines)
    with options.to.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(
            target, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, escapechar=None, lineterminator="\n"
        )
        writer.writerows([COLUMNS, *(["", *one] for one in chosen)])
    print(
        f"{found.documents:,} documents, {sum(found.fires.values()):,} removals of {len(found.fires)} rules; {len(chosen)} lines in {options.to}"
    )
    return 0


@dataclass(slots=True)
class Collected:
    """How often each rule fires, and of each the lines with the lowest draw: any order of documents gives the same."""

    documents: int = 0
    fires: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[tuple[str, tuple[str, ...]]]] = field(default_factory=lambda: defaultdict(list))


def collected(folder: Path, options: argparse.Namespace) -> Collected:
    """Every removal of the corpus, counted; of each rule at most `lines` kept."""
    found = Collected()
    for path in sorted(folder.glob("*.parquet")):
        for documents in _batches(path, options.every):
            results = cleaned([(document["text"], document["url"]) for document in documents], options.matcher)
            for document, result in zip(documents, results, strict=True):
                found.documents += 1
                for piece in result.removed:
                    found.fires[piece.rule] += 1
                    _keep(found, document, piece, options)
    return found


def _batches(path: Path, every: int) -> Iterator[list[dict[str, Any]]]:
    at = 0
    for batch in pq.ParquetFile(path).iter_batches(4096, columns=["id", "host", "url", "language", "text"]):
        records = batch.to_pylist()
        yield [record for number, record in enumerate(records, at) if number % every == 0]
        at += len(records)


def _keep(found: Collected, document: Mapping[str, Any], piece: Removal, options: argparse.Namespace) -> None:
    draw = hashlib.sha256(f"{options.seed}\0{document['id']}\0{piece.start}\0{piece.rule}".encode()).hexdigest()
    text = document["text"]
    row = (
        piece.rule,
        piece.category,
        "",
        document["language"] or "",
        document["host"] or "",
        document["id"],
        flat(text[max(0, piece.start - CONTEXT_CHARS) : piece.start]),
        flat(piece.text),
        flat(text[piece.end : piece.end + CONTEXT_CHARS]),
    )
    lines = found.lines[piece.rule]
    lines.append((draw, row))
    if len(lines) >= 2 * options.lines:
        found.lines[piece.rule] = heapq.nsmallest(options.lines, lines)


def flat(text: str) -> str:
    """A text in one cell of a TSV: line ends and tabs as they are written in code."""
    return text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")


def drawn(found: Collected, wanted: int) -> list[tuple[str, ...]]:
    """The lines to be marked, by rule; how many of each `shares` says."""
    counts = shares(found.fires, wanted)
    rows = []
    for rule in sorted(counts):
        for _, row in heapq.nsmallest(counts[rule], found.lines[rule]):
            rows.append((*row[:2], str(found.fires[rule]), *row[3:]))
    return rows


def shares(fires: Mapping[str, int], wanted: int) -> dict[str, int]:
    """How many lines of each rule: one after another to the rule with the highest root of its count over what it would have."""
    counts = dict.fromkeys(fires, 0)
    for _ in range(min(wanted, sum(fires.values()))):
        left = [rule for rule in fires if counts[rule] < fires[rule]]
        counts[min(left, key=lambda rule: (-math.sqrt(fires[rule]) / (counts[rule] + 1), rule))] += 1
    return {rule: count for rule, count in counts.items() if count}


def read(path: Path) -> int:
    """Print what the marks say. Exit 2 where one cannot be read."""
    with path.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not rows or set(COLUMNS) - set(rows[0]):
        print(
            f"error: {path}: no table of `removed.py draw`; expected the columns {', '.join(COLUMNS)}", file=sys.stderr
        )
        return 2
    marks = [(row["mark"] or "").strip().lower() for row in rows]
    for number, mark in enumerate(marks, 2):
        if mark and mark not in MARKS:
            print(
                f"error: {path}:{number}: mark {mark!r}; expected b (body), x (boilerplate) or ? (cannot tell)",
                file=sys.stderr,
            )
            return 2
    print("\n".join(summary([(row["rule"], int(row["fires"]), mark) for row, mark in zip(rows, marks, strict=True)])))
    return 0


def summary(marked: Sequence[tuple[str, int, str]]) -> list[str]:
    """Lines of figures for (rule, how often it fires, mark)."""
    said = Counter(mark for _, _, mark in marked)
    judged = said["b"] + said["x"]
    lines = [
        f"{len(marked)} lines: {said['x']} boilerplate, {said['b']} body, {said['?']} cannot be told, {said['']} not marked"
    ]
    if not judged:
        return lines
    rules: dict[str, Counter[str]] = defaultdict(Counter)
    fires = {rule: count for rule, count, _ in marked}
    for rule, _, mark in marked:
        rules[rule][mark] += 1
    told = {rule: found for rule, found in rules.items() if found["b"] + found["x"]}
    lost = {rule: fires[rule] * found["b"] / (found["b"] + found["x"]) for rule, found in told.items()}
    weight = sum(fires[rule] for rule in told)
    lines.append(
        f"body: {said['b'] / judged:.2%} of the lines as drawn, {sum(lost.values()) / weight:.2%} weighted by how often each rule fires"
    )
    worst = sorted((rule for rule in told if told[rule]["b"]), key=lambda rule: (-lost[rule], rule))[:WORST]
    lines += ["worst rules (body of judged, body lines it is reckoned to take):"] if worst else []
    lines += [
        f"  {rule:<56} {told[rule]['b']} of {told[rule]['b'] + told[rule]['x']:<4} {lost[rule]:>8.0f}" for rule in worst
    ]
    return lines


def add_sample_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `print_samples`."""
    parser.add_argument(
        "--corpus", type=int, default=0, help="run over so many documents of corpus-dev and print samples"
    )
    parser.add_argument("--language", default="en", help="language of the corpus sample; `all` takes every one")
    parser.add_argument("--samples", type=int, default=SAMPLES_PER_RULE, help="lines printed for each rule")
    parser.add_argument("--seed", type=int, default=SAMPLE_SEED, help="which documents are drawn")


def print_samples(options: argparse.Namespace) -> None:
    """For each rule how many documents and spans it takes, with samples drawn evenly over outlets."""
    documents = _drawn(options.data / "corpus-dev", options.corpus, options.language, options.seed)
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    counts: Counter[str] = Counter()
    results = cleaned([(document["text"], document["url"]) for document in documents], options.matcher)
    lost = total = 0
    for document, result in zip(documents, results, strict=True):
        total += result.input_chars
        lost += result.removed_chars
        for rule, piece in _pieces(result, document["text"]):
            counts[rule] += 1
            found[rule][document["host"] or "?"].append(piece)
    for rule in sorted(found):
        print(f"\n{rule}  spans {counts[rule]}  outlets {len(found[rule])}")
        for host, piece in _samples(found[rule], options.samples):
            print(f"    {host:24.24} | {' '.join(piece.split())[:230]}")
    print(f"\n{len(documents)} documents, {lost / max(total, 1):.2%} of the characters taken")


def _drawn(folder: Path, wanted: int, language: str, seed: int) -> list[dict[str, Any]]:
    """A fixed sample of the corpus, outlets weighted evenly."""
    columns = ["id", "host", "url", "language"]
    tables = {path: pq.read_table(path, columns=columns) for path in sorted(folder.glob("*.parquet"))}
    by_host: dict[str, list[tuple[Path, int]]] = defaultdict(list)
    for path, table in tables.items():
        for at, (host, tag) in enumerate(zip(table["host"].to_pylist(), table["language"].to_pylist(), strict=True)):
            if language in ("all", tag):
                by_host[host or "?"].append((path, at))
    chance = random.Random(seed)
    for host in sorted(by_host):
        chance.shuffle(by_host[host])
    hosts = sorted(by_host)
    chosen: dict[Path, list[int]] = defaultdict(list)
    taken = 0
    while taken < wanted and hosts:
        for host in list(hosts):
            if not by_host[host]:
                hosts.remove(host)
            elif taken < wanted:
                path, at = by_host[host].pop()
                chosen[path].append(at)
                taken += 1
    return [record for path in sorted(chosen) for record in pq.read_table(path).take(sorted(chosen[path])).to_pylist()]


def _pieces(result: Result, text: str) -> list[tuple[str, str]]:
    """(rule, text) of all removed, and of what is tagged with the mark `tag`."""
    cut = [(piece.rule, piece.text) for piece in result.removed]
    return cut + [
        (f"{found.rule} (tag)", text[found.start : found.end]) for found in result.kept if found.reason == "tag"
    ]


def _samples(by_host: dict[str, list[str]], wanted: int) -> list[tuple[str, str]]:
    """Texts drawn from as many outlets as there are, each text once."""
    chance = random.Random(SAMPLE_SEED)
    pairs = sorted({(host, piece) for host, listed in by_host.items() for piece in listed})
    chance.shuffle(pairs)
    seen: Counter[str] = Counter()
    ranked = []
    for host, piece in pairs:
        ranked.append((seen[host], host, piece))
        seen[host] += 1
    return [(host, piece) for _, host, piece in sorted(ranked, key=lambda item: item[0])[:wanted]]


if __name__ == "__main__":
    sys.exit(main())
