"""Made-up news of any size: seeded, in six languages, with the boilerplate that the built-in rules' own examples show.

    python benchmarks/corpus.py OUT --mb 40 --hit 60 --seed 1

Writes OUT/part-00000.parquet and on (`id`, `url`, `text`), a block of documents at a time: memory stays flat at any size.
A document depends on the seed and its number alone. Names in the examples (Ana Sample, Jordan Reyes, Sampletown) are
replaced by invented ones, so that lines repeat about as seldom as real ones.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from words import FIRST_NAMES, HOSTS, LANGUAGES, SYLLABLES, Language

from clean import Cleaner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clean.ruleset.model import Rule

BLOCK: Final = 256  # documents made at once
DOCUMENT_BYTES: Final = 5_000
LINE_BYTES: Final = 185  # about 22 lines a document: sentences are not cut
NEAR_MISS_SHARE: Final = 0.25  # of documents that hold a near miss
HITS: Final = (1, 1, 2, 2, 2, 3, 3, 3, 4, 5)  # how many pieces of boilerplate a document with any has
SHARD_MB: Final = 256
GROUP_ROWS: Final = 5_000
MAX_MB: Final = 100_000
_NEUTRAL: Final = "The bridge was opened in spring."
_STAND_INS: Final = ("Ana Sample", "Jordan Reyes", "Sampletown")
_SCHEMA: Final = pa.schema([("id", pa.string()), ("url", pa.string()), ("text", pa.string())])


@dataclass(frozen=True)
class Piece:
    """A line of boilerplate: where it stands, for whose pages, and its text with places for invented names."""

    place: str  # head, tail or any
    host: str
    text: str


@dataclass(frozen=True)
class Pieces:
    """What the rules' examples give: pieces that fire, and lines that nearly do."""

    hits: tuple[Piece, ...]
    near: tuple[str, ...]


@cache
def pieces() -> Pieces:
    """The examples of the built-in rules that do in a made-up page what they do in their pack."""
    cleaner = Cleaner()
    hits, near = [], set()
    for rule in cleaner.rules:
        for example in rule.match:
            piece = _piece(rule, example.text)
            text = page(piece.place, piece.text)
            if any(
                found.rule == rule.id
                for found in cleaner.clean(text, f"https://{piece.host}/" if piece.host else None).removed
            ):
                hits.append(piece)
        near |= {example.text for example in rule.no_match if "\n" not in example.text and len(example.text) > 20}
    quiet = [text for text in sorted(near) if not cleaner.clean(page("any", text)).removed]
    return Pieces(tuple(hits), tuple(quiet))


def _piece(rule: Rule, text: str) -> Piece:
    """Where an example belongs: its neighbours in the example are dropped if they are only there to be neighbours."""
    lines = [line for line in text.split("\n") if line.strip() and line.strip() != "The council votes on Monday."]
    place = (
        "head"
        if rule.zone == "head"
        else "any"
        if rule.zone in ("any", "body") and rule.units != ("block",)
        else "tail"
    )
    body = "\n".join(lines).replace("{", "").replace("}", "")
    for stand_in in _STAND_INS:
        body = body.replace(stand_in, "{}")
    return Piece(place, rule.outlets[0] if rule.outlets else "", body)


def page(place: str, text: str) -> str:
    """A small page with a piece at its place, to see what the rules make of it."""
    body = "\n".join([_NEUTRAL] * 14)
    piece = text.replace("{}", "Mira Kelros")
    return (
        f"{piece}\n{body}" if place == "head" else f"{body}\n{piece}" if place == "tail" else f"{body}\n{piece}\n{body}"
    )


class Maker:
    """Documents by number. `hit` is the share of them, in percent, that hold boilerplate."""

    def __init__(self, seed: int, hit: int, document_bytes: int = DOCUMENT_BYTES) -> None:
        self.seed, self.hit, self.bytes = seed, hit, document_bytes
        self.pieces = pieces()
        rng = np.random.default_rng(seed)
        surnames = [_surname(rng) for _ in range(6_000)]
        self.names = [f"{FIRST_NAMES[i % len(FIRST_NAMES)]} {name}" for i, name in enumerate(surnames)]
        self.phrases = [_phrases(language, surnames) for language in LANGUAGES]

    def block(self, number: int, size: int = BLOCK) -> pa.RecordBatch:
        """The documents of one block."""
        rng = np.random.default_rng((self.seed, number))
        languages = rng.choice(len(LANGUAGES), size, p=[language.share for language in LANGUAGES])
        rows = [self._document(rng, int(which)) for which in languages]
        first = number * BLOCK
        ids = [f"{self.seed:04d}-{first + row:010d}" for row in range(size)]
        urls = [f"https://{host}/{first + row}" for row, (host, _) in enumerate(rows)]
        return pa.RecordBatch.from_arrays(
            [pa.array(ids), pa.array(urls), pa.array([text for _, text in rows])], schema=_SCHEMA
        )

    def _document(self, rng: np.random.Generator, which: int) -> tuple[str, str]:
        wanted = int(self.bytes * (0.4 + 1.2 * rng.random()))
        lines = self._body(rng, which, wanted)
        host = HOSTS[int(rng.integers(len(HOSTS)))]
        if rng.random() < NEAR_MISS_SHARE:
            lines.insert(int(rng.integers(len(lines) + 1)), self.pieces.near[int(rng.integers(len(self.pieces.near)))])
        if rng.random() * 100 < self.hit:
            host = self._boilerplate(rng, lines, host)
        return host, ("\n\n" if rng.random() < 0.5 else "\n").join(lines)

    def _boilerplate(self, rng: np.random.Generator, lines: list[str], host: str) -> str:
        for index in rng.integers(len(self.pieces.hits), size=HITS[int(rng.integers(len(HITS)))]):
            piece = self.pieces.hits[int(index)]
            names = [self.names[int(i)] for i in rng.integers(len(self.names), size=piece.text.count("{}"))]
            at = {"head": 0, "tail": len(lines)}.get(piece.place, int(rng.integers(1, len(lines) + 1)))
            lines.insert(at, piece.text.format(*names))
            host = piece.host or host
        return host

    def _body(self, rng: np.random.Generator, which: int, wanted: int) -> list[str]:
        """Lines of one to a few sentences, about `wanted` bytes."""
        language, pools = LANGUAGES[which], self.phrases[which]
        lines: list[str] = []
        line: list[str] = []
        left, size = wanted, 0
        for draw in rng.random((max(1, wanted // 60), 10)).tolist():
            sentence = _sentence(language, pools, draw)
            line.append(sentence)
            size += len(sentence) * language.wide
            if size >= 2 * LINE_BYTES * draw[9]:
                lines.append(language.space.join(line))
                left, size, line = left - size, 0, []
            if left - size <= 0:
                break
        return [*lines, language.space.join(line)] if line else lines


def _sentence(language: Language, pools: dict[str, list[str]], dice: list[float]) -> str:
    """Two clauses, or a quotation; every part is drawn from a pool by its own number in [0, 1)."""
    space = language.space

    def draw(pool: str, at: float) -> str:
        listed = pools[pool]
        return listed[int(at * len(listed))]

    clause = space.join(
        (draw("subject", dice[0]), draw("verb", dice[1]), draw("object", dice[2]), draw("where", dice[3]))
    )
    if dice[8] < 0.2:
        low, high = language.quotes
        return f"{low}{clause}{high}, {draw('said', dice[4])} {draw('name', dice[5])}{language.stop}"
    second = space.join((draw("subject", dice[4]), draw("verb", dice[5]), draw("object", dice[6])))
    return (
        f"{clause}{draw('join', dice[7])} {second}{language.stop}"
        if space
        else f"{clause}{draw('join', dice[7])}{second}。"
    )


def _phrases(language: Language, surnames: list[str]) -> dict[str, list[str]]:
    """Pools of ready parts, a few thousand each, so that text compresses about as well as real news."""
    space = language.space
    names = [f"{FIRST_NAMES[i * 7 % len(FIRST_NAMES)]} {name}" for i, name in enumerate(surnames)]
    numbers = [str(17 + 13 * i) for i in range(700)]
    objects = [f"{adjective}{space}{noun}" for adjective in language.adjectives for noun in language.nouns]
    if language.tag == "en":
        objects = [f"the {item}" for item in objects]
        objects += [f"the {name} {noun}" for name in surnames[1_000:2_500] for noun in language.nouns[::3]]
        objects += [f"{number} {noun}s" for number in numbers for noun in language.nouns[:9] if noun[-1] != "y"]
    else:
        objects += [f"{noun}{space}{name}" for name in surnames[1_000:2_500] for noun in language.nouns[::3]]
        objects += [f"{noun} {number}" for number in numbers for noun in language.nouns[:4]]
    return {
        "subject": [*language.subjects * 60, *names],
        "verb": list(language.verbs),
        "object": objects,
        "where": [f"{place}{space}{time}" for place in language.places for time in language.times]
        + [f"{language.near}{name}{space}{time}" for name in surnames[:3_000] for time in language.times],
        "said": list(language.said),
        "name": names,
        "join": list(language.joins),
    }


def _surname(rng: np.random.Generator) -> str:
    return "".join(SYLLABLES[int(i)] for i in rng.integers(len(SYLLABLES), size=int(rng.integers(2, 4)))).capitalize()


def batches(seed: int, hit: int, megabytes: float, document_bytes: int = DOCUMENT_BYTES) -> Iterator[pa.RecordBatch]:
    """Blocks of documents until their texts come to so many megabytes (10^6 bytes)."""
    maker, made, number = Maker(seed, hit, document_bytes), 0, 0
    while made < megabytes * 1e6:
        size = min(BLOCK, max(1, int((megabytes * 1e6 - made) / document_bytes) + 1))
        block = maker.block(number, size)
        made += text_bytes(block)
        number += 1
        yield block


def text_bytes(batch: Any) -> int:
    """UTF-8 bytes of the column `text`."""
    return sum(len(chunk) for chunk in _buffers(batch.column("text")))


def _buffers(column: Any) -> list[memoryview]:
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    found = []
    for chunk in chunks:
        _, offsets, data = chunk.buffers()
        ends = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        found.append(memoryview(data)[ends[0] : ends[-1]] if data is not None else memoryview(b""))
    return found


def write(out: Path, seed: int, hit: int, megabytes: float, shard_mb: int = SHARD_MB) -> list[Path]:
    """Write the shards; one block and one row group are held at a time."""
    out.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    writer, held, rows, size = None, [], 0, 0
    for block in batches(seed, hit, megabytes):
        if writer is None:
            paths.append(out / f"part-{len(paths):05d}.parquet")
            writer = pq.ParquetWriter(paths[-1], _SCHEMA, compression="zstd", compression_level=3)
        held.append(block)
        rows += block.num_rows
        size += text_bytes(block)
        full = size >= shard_mb * 1e6
        if rows >= GROUP_ROWS or full:
            writer.write_table(pa.Table.from_batches(held))
            held, rows = [], 0
        if full:
            writer.close()
            writer, size = None, 0
    if writer is not None:
        if held:
            writer.write_table(pa.Table.from_batches(held))
        writer.close()
    return paths


def main() -> int:
    """Write a corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder for the shards; made if need be")
    parser.add_argument("--mb", type=float, default=40, help="megabytes of text (10^6 bytes), up to 100,000")
    parser.add_argument("--hit", type=int, default=60, help="percent of documents with boilerplate")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other documents")
    parser.add_argument("--shard-mb", type=int, default=SHARD_MB, help="megabytes of text a file")
    options = parser.parse_args()
    if not 0 < options.mb <= MAX_MB:
        parser.error(f"--mb {options.mb:g}: more than 0, at most {MAX_MB}")
    paths = write(options.out, options.seed, options.hit, options.mb, options.shard_mb)
    print(f"{len(paths)} files, {sum(path.stat().st_size for path in paths) / 1e6:.1f} MB on disk, in {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
