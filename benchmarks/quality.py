"""How much boilerplate the rules find and what they cost, on the shared gold sets; figures are held by floors.

    python benchmarks/quality.py DATA                     families, languages, strata of both sets, provenance, near misses
    python benchmarks/quality.py DATA --peers             measure the peers that are installed again, beside their pinned figures
    python benchmarks/quality.py DATA --write-floors      raise the floors of floors.toml to what was measured
    python benchmarks/quality.py DATA --lower-floors WHY  write them even where they fall; WHY is recorded
    python benchmarks/quality.py DATA --corpus 2000       for each rule lines it takes from corpus-dev, to be read

DATA is the shared folder. `text-val` is scored blind: aggregates only, nothing of it is printed. Exit 1: a figure is below its
floor. Exit 2: the data are not those the floors were measured on.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import floors
import peers_quality
import removed
from predict import cleaned, cleaner, read_jsonl, row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clean.records import Result

SETS = {  # name → the files its digest is over
    "text-dev": ("docs.jsonl", "labels.tsv"),
    "text-val": ("docs.jsonl", "labels.bin"),
    "provenance-dev": ("gold.jsonl", "names.tsv"),
    "boilerplate": ("near-misses.tsv", "near-misses-multi.tsv"),
}
LABELS = ("promo", "caption", "syndication", "ui")
MIN_DOCUMENTS = 7  # of a language, to be a group
MIN_LINES = 20  # a share of fewer lines is no figure to pin


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the shared folder")
    parser.add_argument("--matcher", default="fast", help="fast or reference")
    parser.add_argument("--peers", action="store_true", help="measure the installed peers on text-dev")
    parser.add_argument("--write-floors", action="store_true", help="raise the floors to what was measured")
    parser.add_argument("--lower-floors", default="", metavar="WHY", help="write all floors, also lower ones; say why")
    parser.add_argument("--list-fp", type=int, default=0, help="body lines lost to print (text-dev and provenance-dev)")
    parser.add_argument(
        "--list-fn", type=int, default=0, help="lines and values missed to print (text-dev and provenance-dev)"
    )
    removed.add_sample_arguments(parser)
    options = parser.parse_args()
    if options.corpus:
        removed.print_samples(options)
        return 0
    return score(options)


def score(options: argparse.Namespace) -> int:
    """Score both text sets, provenance and near misses; print the tables; hold the floors."""
    folder: Path = options.data
    corpus = {name: floors.digest([folder / name / file for file in files]) for name, files in SETS.items()}
    with tempfile.TemporaryDirectory() as scratch:
        dev, dev_results = predicted(folder / "text-dev", Path(scratch), options.matcher)
        val, _ = predicted(folder / "text-val", Path(scratch), options.matcher)
        tables = {"text-dev": dev_groups(folder / "text-dev", dev), "text-val": scored(folder / "text-val", val)}
        facts = scored(folder / "provenance-dev", dev)
        for name, groups in tables.items():
            print(table(name, groups, peers_quality.pinned(name)), "\n")
        print(taken(folder / "text-dev", dev_results), "\n")
        lists = [f"--list-fp={options.list_fp}", f"--list-fn={options.list_fn}"]
        print(run(folder / "provenance-dev" / "score.py", dev, lists))
        if options.list_fp or options.list_fn:
            print(run(folder / "text-dev" / "score.py", dev, lists))
        if options.peers:
            print(table("peers, measured now", measured_peers(folder / "text-dev", Path(scratch)), []), "\n")
    lost = near_misses(folder / "boilerplate", options.matcher)
    figures = {**pinnable(tables), **provenance_figures(facts), ("near misses", "all", "lost"): float(len(lost))}
    return held(figures, corpus, options)


def predicted(folder: Path, scratch: Path, matcher: str) -> tuple[Path, list[Result]]:
    """One prediction a document, written for the scorers; texts go in as they are, with their address where there is one."""
    records = read_jsonl(folder / "docs.jsonl")
    results = list(cleaned([(record["text"], record.get("url")) for record in records], matcher))
    return written(
        scratch / f"{folder.name}.jsonl", records, [row(r["id"], x) for r, x in zip(records, results, strict=True)]
    ), results


def written(path: Path, records: Sequence[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> Path:
    """A JSONL file of one row a record."""
    with path.open("w", encoding="utf-8") as target:
        for _, one in zip(records, rows, strict=True):
            target.write(json.dumps(one) + "\n")
    return path


def scored(folder: Path, predictions: Path, *extra: str) -> dict[str, Any]:
    """The figures a scorer gives as JSON."""
    figures: dict[str, Any] = json.loads(run(folder / "score.py", predictions, [*extra, "--json"]))
    return figures


def run(script: Path, predictions: Path, extra: list[str]) -> str:
    """One scorer as its own process: it is given, not ours."""
    command = [sys.executable, str(script), str(predictions), *extra]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{script}: {done.stderr}")
    return done.stdout


def dev_groups(folder: Path, predictions: Path) -> dict[str, Any]:
    """The groups that the other scorer gives by itself: all, strata, English or not, languages."""
    records = read_jsonl(folder / "docs.jsonl")
    groups = {"all": scored(folder, predictions)}
    for stratum in dict.fromkeys(record["stratum"] for record in records):
        groups[f"stratum {stratum}"] = scored(folder, predictions, f"--stratum={stratum}")
    groups["en"] = scored(folder, predictions, "--lang=en")
    groups["non-en"] = scored(folder, predictions, "--lang=non-en")
    for language, count in sorted(Counter(record["lang"] for record in records).items()):
        if count >= MIN_DOCUMENTS and language != "en":
            some = [record for record in records if record["lang"] == language]
            docs = written(predictions.with_name(f"docs-{language}.jsonl"), some, some)
            groups[f"lang {language}"] = scored(folder, predictions, f"--docs={docs}")
    return groups


def table(title: str, groups: Mapping[str, Any], peers: Sequence[Mapping[str, Any]]) -> str:
    """One row a group: precision, recall, recall a family, spans inside body lines, body loss, clean documents damaged."""
    rows = [("", "docs", "prec", "recall", *LABELS, "spans", "body loss", "damaged")]
    for name, found in groups.items():
        by_label = [_of(*found["recall_by_label"][label][:2]) for label in LABELS]
        rows.append(
            (name, str(found["docs"]), _share(found["precision"]), _share(found["recall"]), *by_label, _of(*spans(found)),
             f"{100 * found['body_loss']:.3f} %", f"{found['of_those_with_keep_line_removed']}/{found['docs_without_boilerplate']}")
        )  # fmt: skip
    for peer in peers:
        loss = f"{100 * peer['body_loss']:.2f} %" if "body_loss" in peer else "-"
        damaged = str(peer.get("clean_damaged", "-"))
        rows.append(
            (
                f"{peer['name']} (pinned)",
                "",
                _share(peer.get("precision")),
                _share(peer.get("recall")),
                *("-",) * 4,
                str(peer.get("spans", "-")),
                loss,
                damaged,
            )
        )
    widths = [max(len(line[i]) for line in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(c.ljust(w) if not i else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
        for line in rows
    ]
    return "\n".join([f"== {title}", *lines])


def spans(found: Mapping[str, Any]) -> tuple[int, int]:
    """Boilerplate spans inside body lines: found, all."""
    pairs = [found["mixed_spans"][label] for label in LABELS if label in found["mixed_spans"]]
    return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


def _share(value: float | None) -> str:
    return "-" if value is None or value != value else f"{value:.3f}"  # noqa: PLR0124 - NaN


def _of(found: int, total: int) -> str:
    return f"{found}/{total}" if total else "-"


def pinnable(tables: Mapping[str, Mapping[str, Any]]) -> dict[floors.Key, float]:
    """The figures of both sets that stand on enough lines to be held."""
    figures: dict[floors.Key, float] = {}
    for name, groups in tables.items():
        for group, found in groups.items():
            if found["tp"] + found["fp"] >= MIN_LINES:
                figures[name, group, "precision"] = found["precision"]
            if found["tp"] + found["fn"] >= MIN_LINES:
                figures[name, group, "recall"] = found["recall"]
            for label, (hit, total, _) in found["recall_by_label"].items():
                if total >= MIN_LINES:
                    figures[name, group, f"recall_{label}"] = round(hit / total, 4)
            if not group.startswith("lang "):
                figures[name, group, "body_loss"] = found["body_loss"]
                figures[name, group, "clean_damaged"] = float(found["of_those_with_keep_line_removed"])
            hit, total = spans(found)
            if total >= MIN_LINES or (group == "all" and total):
                figures[name, group, "spans_found"] = round(hit / total, 4)
    return figures


def provenance_figures(facts: Mapping[str, Any]) -> dict[floors.Key, float]:
    """Precision and recall over all fields."""
    return {("provenance-dev", "all", name): round(facts["micro"][name], 4) for name in ("precision", "recall")}


def taken(folder: Path, results: Sequence[Result]) -> str:
    """What each category took from text-dev: lines that are boilerplate, not scored either way, and body."""
    labels: dict[str, dict[int, str]] = {}
    for line in (folder / "labels.tsv").read_text(encoding="utf-8").splitlines():
        name, number, _, label = line.split("\t")
        labels.setdefault(name, {})[int(number)] = label
    counts: dict[str, Counter[str]] = {}
    for record, result in zip(read_jsonl(folder / "docs.jsonl"), results, strict=True):
        text = record["text"]
        for piece in result.removed:
            at = piece.start + len(piece.text) - len(piece.text.lstrip())
            first = text.count("\n", 0, at)
            for number in range(first, first + piece.text.strip().count("\n") + 1):
                label = labels[record["id"]].get(number)
                if label is not None:
                    kind = (
                        "body"
                        if label == "keep"
                        else "boilerplate"
                        if label.partition(":")[0] in (*LABELS, "mixed")
                        else "unscored"
                    )
                    counts.setdefault(piece.category, Counter())[kind] += 1
    lines = [f"== text-dev, lines taken by family{'':<12}boilerplate  unscored  body"]
    lines += [
        f"{name:<44}{row['boilerplate']:>11}{row['unscored']:>10}{row['body']:>6}"
        for name, row in sorted(counts.items())
    ]
    return "\n".join(lines)


def measured_peers(folder: Path, scratch: Path) -> dict[str, Any]:
    """Every installed peer on text-dev, by the same scorer."""
    records = read_jsonl(folder / "docs.jsonl")
    groups = {}
    for name, cut in peers_quality.installed().items():
        rows = [{"id": record["id"], "removed": cut(record["text"], record["lang"])} for record in records]
        groups[name] = scored(folder, written(scratch / "peer.jsonl", records, rows))
    return groups


def near_misses(folder: Path, matcher: str) -> list[str]:
    """The near-miss sentences of which anything is taken, printed with the rules that did it."""
    lost = []
    for name in SETS["boilerplate"]:
        with (folder / name).open(encoding="utf-8", newline="") as rows:
            for record in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
                result = cleaner(matcher).clean(record["sentence"])
                if result.removed:
                    lost.append(record["sentence"])
                    print(
                        f"near miss lost: {name}: {record['sentence']} [{', '.join(piece.rule for piece in result.removed)}]"
                    )
    print(f"near misses that lose a character: {len(lost)}")
    return lost


def held(figures: Mapping[floors.Key, float], corpus: Mapping[str, str], options: argparse.Namespace) -> int:
    """Compare with the pinned floors, or write them. What falls is named, whatever was asked."""
    pinned = floors.read()
    below = floors.broken(pinned, figures)
    for line in below:
        print(f"below the floor: {line}")
    writing = options.write_floors or options.lower_floors
    others = floors.strangers(pinned, corpus)
    if others and not options.lower_floors:
        print(f"the floors were measured on other data: {', '.join(others)}; --lower-floors WHY pins these")
        return 2
    if writing:
        made = floors.raised(pinned, figures, corpus, options.lower_floors)
        floors.FILE.write_text(floors.render(made), encoding="utf-8")
        print(f"{floors.FILE.name} written: {len(made.values)} figures pinned")
    if not pinned.values and not writing:
        print("no floors are pinned; --write-floors does")
    return 1 if below and not options.lower_floors else 0


if __name__ == "__main__":
    sys.exit(main())
