"""Every body line that the rules take, over texts known to be body: a line here is a fault of a rule, or a known one.

    python benchmarks/clean_bodies.py DATA [--every N]

DATA is the shared folder. Read are the `keep` lines of text-dev, and the wanted segments of the pages of html-dev: a page's
article text as trafilatura extracts it, cleaned, must hold each wanted segment that it held before. What is lost is printed
with rule and digest; rules/known_false_positives.toml accepts a line by digest (never by its text), with a reason. Exit 1: a
line is lost and not listed, or listed and no longer lost.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tarfile
import tomllib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from predict import cleaned, cleaner, read_jsonl

from clean.ruleset.load import builtin_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clean.records import Result

SHOWN_CHARS = 160


class Lost(NamedTuple):
    """A body line, or a segment, of which something goes."""

    where: str
    rule: str
    text: str

    @property
    def digest(self) -> str:
        """What names the line in rules/known_false_positives.toml."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def main() -> int:
    """List what is lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the shared folder")
    parser.add_argument("--matcher", default="fast", help="fast or reference")
    parser.add_argument("--every", type=int, default=1, help="look at every so many-th page alone")
    options = parser.parse_args()
    lost = [*lines(options.data / "text-dev", options.matcher), *segments(options.data / "html-dev", options)]
    known = accepted()
    met = {(one.rule, one.digest) for one in lost}
    for one in lost:
        mark = "known" if (one.rule, one.digest) in known else "LOST "
        print(f"{mark} {one.where}  {one.rule}  {one.digest}  {' '.join(one.text.split())[:SHOWN_CHARS]}")
    stale = sorted(known - met) if options.every == 1 else []
    for rule, digest in stale:
        print(f"listed and no longer lost: {rule} {digest}")
    new = met - known
    print(f"{len(met)} body lines lost, {len(met & known)} of them known")
    return 1 if new or stale else 0


def accepted() -> set[tuple[str, str]]:
    """(rule, digest) of the known false positives in other people's texts."""
    text = (builtin_folder() / "known_false_positives.toml").read_text(encoding="utf-8")
    return {(entry["id"], entry["sha256"]) for entry in tomllib.loads(text).get("known", []) if "sha256" in entry}


def lines(folder: Path, matcher: str) -> Iterator[Lost]:
    """The `keep` lines of text-dev of which a character goes that is no blank."""
    labels: dict[str, dict[int, str]] = {}
    for row in (folder / "labels.tsv").read_text(encoding="utf-8").splitlines():
        name, number, _, label = row.split("\t")
        labels.setdefault(name, {})[int(number)] = label
    records = read_jsonl(folder / "docs.jsonl")
    kept = 0
    for record, result in zip(
        records, cleaned([(record["text"], record["url"]) for record in records], matcher), strict=True
    ):
        at = 0
        for number, line in enumerate(record["text"].split("\n")):
            if labels[record["id"]].get(number) == "keep":
                kept += 1
                for rule in _taking(result, at, line):
                    yield Lost(f"text-dev {record['id']}:{number}", rule, line.strip())
            at += len(line) + 1
    print(f"text-dev: {kept:,} keep lines of {len(records)} documents")


def _taking(result: Result, at: int, line: str) -> list[str]:
    """The rules that take something of a line but blanks."""
    return [
        piece.rule
        for piece in result.removed
        if piece.start < at + len(line)
        and piece.end > at
        and line[max(0, piece.start - at) : max(0, piece.end - at)].strip()
    ]


def segments(folder: Path, options: argparse.Namespace) -> Iterator[Lost]:
    """The wanted segments of html-dev that stand in the extracted text and no longer in the cleaned one."""
    gold = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    wanted = {row["page"]: row for row in gold[:: options.every]}
    pages = segments_held = 0
    with ProcessPoolExecutor() as pool:
        for held, found in pool.map(_page, _pages(folder / "pages.tar.xz", wanted, options.matcher), chunksize=8):
            pages += 1
            segments_held += held
            yield from found
    print(f"html-dev: {segments_held:,} wanted segments in the extracted text of {pages} pages")


def _pages(archive: Path, wanted: dict[str, dict[str, object]], matcher: str) -> Iterator[tuple[object, bytes, str]]:
    with tarfile.open(archive, "r|xz") as opened:
        for member in opened:
            row = wanted.get(Path(member.name).name)
            if row is not None and (content := opened.extractfile(member)) is not None:
                yield row, content.read(), matcher


def _page(job: tuple[dict[str, object], bytes, str]) -> tuple[int, list[Lost]]:
    import trafilatura  # noqa: PLC0415 - loaded where pages are read

    row, html, matcher = job
    text = trafilatura.extract(html) or ""
    result = cleaner(matcher).clean(text, row["url"])
    before, after = _flat(text), _flat(result.text)
    held = [segment for segment in row["with"] if _flat(segment) in before]
    lost = []
    for segment in held:
        if _flat(segment) not in after:
            rules = [piece.rule for piece in result.removed if _overlap(_flat(segment), _flat(piece.text))]
            lost += [Lost(f"html-dev {row['page']}", rule, segment.strip()) for rule in rules or ["(across a cut)"]]
    return len(held), lost


def _overlap(segment: str, piece: str) -> bool:
    return bool(piece) and (segment in piece or piece in segment)


def _flat(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    sys.exit(main())
