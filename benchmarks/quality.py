"""How much boilerplate the rules find and what they cost, on the shared gold sets and on unlabelled text.

    python benchmarks/quality.py DATA [--matcher reference]      one table: development, blind validation, provenance, near misses
    python benchmarks/quality.py DATA --corpus 2000              for each rule lines it takes from corpus-dev, to be read
    python benchmarks/quality.py DATA --floors                   exit 1 below the floors of FLOORS

DATA is the shared folder. `text-val` is scored blind: aggregates only, nothing of it is printed.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
from predict import cleaned, cleaner, read_jsonl, row

if TYPE_CHECKING:
    from clean.records import Result

# Never lowered silently: measured on text-dev and provenance-dev, 2026-11.
FLOORS = {
    "precision": 0.97,
    "recall": 0.25,
    "max_body_loss": 0.0015,
    "max_clean_damaged": 1,
    "provenance_precision": 0.90,
}
SAMPLES_PER_RULE = 6
SAMPLE_SEED = 7


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the shared folder")
    parser.add_argument("--matcher", default="fast", help="fast or reference")
    parser.add_argument(
        "--corpus", type=int, default=0, help="run over so many documents of corpus-dev and print samples"
    )
    parser.add_argument("--language", default="en", help="language of the corpus sample; `all` takes every one")
    parser.add_argument("--samples", type=int, default=SAMPLES_PER_RULE, help="lines printed for each rule")
    parser.add_argument("--seed", type=int, default=SAMPLE_SEED, help="which documents are drawn")
    parser.add_argument("--list-fp", type=int, default=0, help="body lines lost to print (text-dev and provenance-dev)")
    parser.add_argument(
        "--list-fn", type=int, default=0, help="lines and values missed to print (text-dev and provenance-dev)"
    )
    parser.add_argument("--floors", action="store_true", help="exit 1 where a figure is below its floor")
    options = parser.parse_args()
    if options.corpus:
        print_corpus(options)
        return 0
    return score(options)


def score(options: argparse.Namespace) -> int:
    """Score both text sets, provenance and near misses; print one table."""
    with tempfile.TemporaryDirectory() as folder:
        dev = predict_file(options.data / "text-dev" / "docs.jsonl", Path(folder, "dev.jsonl"), options.matcher)
        val = predict_file(options.data / "text-val" / "docs.jsonl", Path(folder, "val.jsonl"), options.matcher)
        lists = [f"--list-fp={options.list_fp}", f"--list-fn={options.list_fn}"]
        text = scored(options.data / "text-dev" / "score.py", dev, [])
        facts = scored(options.data / "provenance-dev" / "score.py", dev, [])
        print(shown(options.data / "text-dev" / "score.py", dev, lists, "text-dev"))
        print(shown(options.data / "text-val" / "score.py", val, [], "text-val (blind)"))
        print(shown(options.data / "provenance-dev" / "score.py", dev, lists, "provenance-dev"))
    hit = near_misses(options.data / "boilerplate", options.matcher)
    for name, (sentence, rules) in hit:
        print(f"near miss lost: {name}: {sentence} [{', '.join(rules)}]")
    print(f"near misses that lose a character: {len(hit)}")
    return verdict(text, facts, len(hit)) if options.floors else 0


def predict_file(documents: Path, out: Path, matcher: str) -> Path:
    """Write one prediction a document; texts go in as they are, with their address where the set has one."""
    records = read_jsonl(documents)
    results = cleaned([(record["text"], record.get("url")) for record in records], matcher)
    with out.open("w", encoding="utf-8") as target:
        for record, result in zip(records, results, strict=True):
            target.write(json.dumps(row(record["id"], result)) + "\n")
    return out


def scored(script: Path, predictions: Path, extra: list[str]) -> dict[str, Any]:
    """The figures a scorer gives as JSON."""
    figures: dict[str, Any] = json.loads(run(script, predictions, [*extra, "--json"]))
    return figures


def shown(script: Path, predictions: Path, extra: list[str], title: str) -> str:
    """The scorer's own text under a title."""
    return f"== {title}\n{run(script, predictions, extra)}"


def run(script: Path, predictions: Path, extra: list[str]) -> str:
    """One scorer as its own process: it is given, not ours."""
    command = [sys.executable, str(script), str(predictions), *extra]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{script}: {done.stderr}")
    return done.stdout


def near_misses(folder: Path, matcher: str) -> list[tuple[str, tuple[str, list[str]]]]:
    """The near-miss sentences of which anything is taken, with the rules that did it."""
    hit = []
    for name in ("near-misses.tsv", "near-misses-multi.tsv"):
        with (folder / name).open(encoding="utf-8", newline="") as table:
            for record in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
                result = cleaner(matcher).clean(record["sentence"])
                if result.removed:
                    hit.append((name, (record["sentence"], [piece.rule for piece in result.removed])))
    return hit


def verdict(text: dict[str, Any], facts: dict[str, Any], near: int) -> int:
    """Whether every floor holds; each that does not is told."""
    checks = {
        f"text-dev precision {text['precision']} >= {FLOORS['precision']}": text["precision"] >= FLOORS["precision"],
        f"text-dev recall {text['recall']} >= {FLOORS['recall']}": text["recall"] >= FLOORS["recall"],
        f"text-dev body loss {text['body_loss']} <= {FLOORS['max_body_loss']}": text["body_loss"]
        <= FLOORS["max_body_loss"],
        "text-dev clean documents damaged": text["of_those_with_keep_line_removed"] <= FLOORS["max_clean_damaged"],
        f"provenance precision {facts['micro']['precision']:.3f}": facts["micro"]["precision"]
        >= FLOORS["provenance_precision"],
        f"near misses hit: {near}": near == 0,
    }
    for check, holds in checks.items():
        if not holds:
            print(f"below the floor: {check}")
    return 0 if all(checks.values()) else 1


def print_corpus(options: argparse.Namespace) -> None:
    """For each rule how many documents and spans it takes, with samples drawn evenly over outlets."""
    documents = drawn(options.data / "corpus-dev", options.corpus, options.language, options.seed)
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    counts: Counter[str] = Counter()
    results = cleaned([(document["text"], document["url"]) for document in documents], options.matcher)
    lost = total = 0
    for document, result in zip(documents, results, strict=True):
        total += result.input_chars
        lost += result.removed_chars
        for rule, piece in pieces(result, document["text"]):
            counts[rule] += 1
            found[rule][document["host"] or "?"].append(piece)
    for rule in sorted(found):
        print(f"\n{rule}  spans {counts[rule]}  outlets {len(found[rule])}")
        for host, piece in samples(found[rule], options.samples):
            print(f"    {host:24.24} | {' '.join(piece.split())[:230]}")
    print(f"\n{len(documents)} documents, {lost / max(total, 1):.2%} of the characters taken")


def drawn(folder: Path, wanted: int, language: str, seed: int) -> list[dict[str, Any]]:
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


def pieces(result: Result, text: str) -> list[tuple[str, str]]:
    """(rule, text) of all removed, and of what is tagged with the mark `tag`."""
    cut = [(piece.rule, piece.text) for piece in result.removed]
    return cut + [
        (f"{found.rule} (tag)", text[found.start : found.end]) for found in result.kept if found.reason == "tag"
    ]


def samples(by_host: dict[str, list[str]], wanted: int) -> list[tuple[str, str]]:
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
