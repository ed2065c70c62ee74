"""What seeds/README.md says of each document is true: nothing but the lines it names ever goes, and all come back."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from reading import load

import clean
from clean import page

SEEDS = Path(__file__).parents[1] / "seeds"
PAGE = (SEEDS / "README.md").read_text(encoding="utf-8")
NAMED = {
    name: [text for text in furniture.strip().split(" · ") if text]
    for name, furniture in re.findall(r"^\| `([^`]+)` \| [^|]+ \|([^|]*)\|$", PAGE, re.MULTILINE)
}
MUST_NOT_CHANGE = [
    ("003_clean.txt", 0),
    ("004_quotes-boilerplate.txt", 0),
    ("016_records.jsonl", 2),
    ("018_table.parquet", 2),
    ("020_table.csv", 2),
    ("022_crawl.warc.gz", 1),
    ("024_bundle.tar.xz", 0),
]


def documents(name: str) -> list[tuple[str, str | None]]:
    """Texts and addresses of a file."""
    raw = (SEEDS / name).read_bytes()
    if name.endswith(".parquet"):
        return [(row["text"], row["url"]) for row in pq.read_table(SEEDS / name).to_pylist()]
    if name.endswith(".html"):
        found = page.read(raw)
        return [(found.text, found.url)]
    if name.endswith(".jsonl"):
        return [(record["text"], record["url"]) for record in map(json.loads, raw.decode().splitlines())]
    if name.endswith((".txt", ".txt.gz")) and "1252" not in name:
        return [((gzip.decompress(raw) if name.endswith(".gz") else raw).decode(), None)]
    rows, rejects, _ = load(SEEDS / name)  # the readers of these have tests of their own
    assert not rejects
    return [(row["text"], row["url"]) for row in rows]


ALL = [(name, number) for name in NAMED for number in range(len(documents(name)))]


def shown(text: str) -> str:
    return "".join(re.sub("[\u00ad\u200b]", "", text).split())


def test_every_document_stands_in_the_page():
    assert {path.name for path in SEEDS.iterdir() if path.name[0] != "."} == {
        *NAMED,
        "README.md",
        "000_bb869597a4b66297.txt",
    }
    assert f"ends as {len(ALL) + 1} rows" in PAGE


@pytest.mark.parametrize("name", NAMED)
def test_the_lines_named_stand_in_the_document(name):
    text = shown("\n".join(text for text, _ in documents(name)))
    assert [line for line in NAMED[name] if shown(line) not in text] == []


@pytest.mark.parametrize(("name", "number"), ALL)
def test_nothing_but_the_lines_named_goes(name, number):
    text, url = documents(name)[number]
    fixed, _ = clean.repair(text)
    result = clean.clean(fixed, url)
    assert clean.restore(result.text, result.removed) == fixed
    furniture = "\n".join(map(shown, NAMED[name]))
    joined = furniture.replace("\n", "")
    assert [r.text for r in result.removed if shown(r.text) not in furniture and shown(r.text) not in joined] == []


@pytest.mark.parametrize(("name", "number"), MUST_NOT_CHANGE)
def test_clean_documents_do_not_change(name, number):
    text, url = documents(name)[number]
    result = clean.clean(text, url)
    assert result.text == text
    assert result.removed == ()


def test_windows_line_ends_stay():
    text, _ = documents("007_windows.txt")[0]
    cleaned = clean.clean(text).text
    assert cleaned.count("\n") == cleaned.count("\r\n") > 5


def test_the_wrongly_decoded_record_is_repaired():
    assert clean.repair(documents("016_records.jsonl")[5][0])[0].startswith("Café owners")
