"""What is named on the command line: patterns, lists, standard input, limits; and lines beside Parquet."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reading import lines, load, put

from clean import sources
from clean.errors import ConfigError, SourceError
from clean.sources import discover
from clean.sources.groups import named
from clean.sources.model import Fields

TEXT = "The council met on Tuesday.\nSign up for our newsletter\nIt rose at noon.\n"


@pytest.fixture
def tree(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("d/01/a.txt", "d/01/b.jsonl", "d/02/a.txt", "d/02/deep/c.txt", "d/.hidden.txt", "e/a.txt", "[x].txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, b'{"text": "x"}\n')
    return tmp_path


def found(*words, lists=()):
    result = discover.discover(words, sources.SUFFIXES, lists=lists)
    return [item.source_path for item in result.inputs if item.fault is None]


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        pytest.param(["d/*/a.txt"], ["01/a.txt", "02/a.txt"], id="names begin after the last fixed folder"),
        pytest.param(
            ["d/0?/*"], ["01/a.txt", "01/b.jsonl", "02/a.txt", "02/deep/c.txt"], id="a folder matched is read"
        ),
        pytest.param(["d/**/*.txt"], ["01/a.txt", "02/a.txt", "02/deep/c.txt"], id="any depth"),
        pytest.param(["d/**"], ["01/a.txt", "01/b.jsonl", "02/a.txt", "02/deep/c.txt"], id="each file once"),
        pytest.param(["*/*/a.txt"], ["d/01/a.txt", "d/02/a.txt"], id="no fixed folder"),
        pytest.param(["d/[0-1]1/a.txt"], ["01/a.txt"], id="sets"),
        pytest.param(["d/*/a.txt", "e"], ["d/01/a.txt", "d/02/a.txt", "e/a.txt"], id="beside another input"),
        pytest.param(["d/01/*", "d/01/a.txt"], ["a.txt", "b.jsonl"], id="each place once"),
        pytest.param(["[x].txt"], ["[x].txt"], id="an existing path wins over the pattern"),
    ],
)
def test_patterns(tree, words, paths):
    assert found(*words) == paths


def test_a_pattern_that_matches_nothing(tree):
    with pytest.raises(SourceError, match=r"d/\*\.csv: the pattern matches no file"):
        found("d/*.csv")


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        pytest.param(b"d/01/a.txt\nd/02/a.txt\n", ["01/a.txt", "02/a.txt"], id="names begin below the common folder"),
        pytest.param(b"d/01/a.txt\r\n\r\nd/01/../01/a.txt\nd/02", ["01/a.txt", "02/a.txt", "02/deep/c.txt"], id="blank lines, one place twice, a folder"),
        pytest.param(b"d/02/deep/c.txt\n", ["c.txt"], id="one"),
    ],
)  # fmt: skip
def test_lists(tree, text, paths):
    assert found(lists=[text]) == paths


def test_a_list_that_names_what_is_not_there(tree):
    with pytest.raises(SourceError, match=r"d/gone\.txt, d/away\.txt: no such file"):
        named([], [b"d/01/a.txt\nd/gone.txt\nd/away.txt"])
    with pytest.raises(ConfigError, match="names no file"):
        named([], [b"\n"])


# --- dotted names


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_dotted_name_leads_into_nested_fields(tmp_path, kind):
    values = [
        {"n": 1, "article": {"text": "one", "meta": {"link": "https://a.example/1"}, "lang": "en"}},
        {"n": 2, "article": {"text": None, "meta": {"link": None}, "lang": None}},
        {"n": 3, "article": None},
        {"n": 4, "article": {"text": "four", "meta": {"link": "https://a.example/4"}, "lang": "de"}},
    ]
    path = tmp_path / f"a.{kind}"
    put(path, lines(*values)) if kind == "jsonl" else pq.write_table(pa.Table.from_pylist(values), path)
    rows, rejects, _ = load(path, Fields(text="article.text", url="article.meta.link"))
    assert [(r["text"], r["url"], r["n"]) for r in rows] == [
        ("one", "https://a.example/1", 1),
        ("four", "https://a.example/4", 4),
    ]
    assert [r.source_record for r in rejects] == [1, 2]
    assert {r.reason for r in rejects} <= {"text_null", "text_missing"}
    # What is mapped is not passed on a second time.
    left = [json.loads(r["article"]) if kind == "jsonl" else r["article"] for r in rows]
    assert [value["lang"] for value in left] == ["en", "de"]
    assert all("text" not in value and "link" not in value.get("meta", {}) for value in left)


def test_a_name_with_a_dot_of_its_own_comes_first(tmp_path):
    rows, _, _ = load(put(tmp_path / "a.jsonl", lines({"a.b": "own", "a": {"b": "nested"}})), Fields(text="a.b"))
    assert [row["text"] for row in rows] == ["own"]


@pytest.mark.parametrize(
    ("row", "role"),
    [
        pytest.param({"url": "https://a.example/1", "maintext": "t", "title": "h", "authors": ["A"], "date_publish": "2024-03-01"}, "maintext", id="crawled news export"),
        pytest.param({"uuid": "k", "url": "https://a.example/1", "text": "t", "thread": {"site": "a.example"}}, "text", id="feed of a news search"),
        pytest.param({"id": "k", "source": "a", "title": "h", "content": "t", "published_utc": 1}, "content", id="collection of outlets"),
        pytest.param({"article_id": 1, "body": "t"}, "body", id="body"),
    ],
)  # fmt: skip
def test_the_names_people_use(tmp_path, row, role):
    rows, rejects, united = load(put(tmp_path / "a.jsonl", lines(row)))
    assert not rejects
    assert rows[0]["text"] == row[role]
    passed = set(row) - {role, "url", "id", "uuid", "article_id"}
    assert set(united.names) == passed


# --- through the command


def given_stdin(monkeypatch, raw):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))


def table(out):
    return pq.read_table(out / "data").to_pylist()


@pytest.mark.parametrize(
    ("name", "raw"),
    [("stdin.jsonl", lines({"text": TEXT})), ("a.csv", f'text\n"{TEXT}"\n'.encode()), ("a.txt", TEXT.encode())],
)
def test_standard_input(tmp_path, clean, monkeypatch, name, raw):
    given_stdin(monkeypatch, raw)
    more = [] if name == "stdin.jsonl" else ["--stdin-name", name]
    code, out, err = clean("run", "-", "-o", tmp_path / "out", *more)
    assert (code, out) == (0, ""), err
    assert [(row["source_path"], row["text"].count("newsletter")) for row in table(tmp_path / "out")] == [(name, 0)]
    assert json.loads((tmp_path / "out/run.json").read_text())["used"]["roots"] == [name]
    put(tmp_path / name, raw)
    assert clean("verify", tmp_path / "out", "--sources", tmp_path)[0] == 0


def test_standard_input_beside_files_and_as_a_list(tmp_path, clean, monkeypatch):
    put(tmp_path / "a.txt", TEXT.encode())
    given_stdin(monkeypatch, lines({"text": "x"}))
    assert clean("run", tmp_path / "a.txt", "-", "-o", tmp_path / "one")[0] == 0
    assert [row["source_path"] for row in table(tmp_path / "one")] == ["a.txt", "stdin.jsonl"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{tmp_path}/a.txt\n".encode())))
    assert clean("run", "--files-from", "-", "-o", tmp_path / "two")[0] == 0
    assert [row["source_path"] for row in table(tmp_path / "two")] == ["a.txt"]
    assert str(tmp_path) not in (tmp_path / "two/run.json").read_text()


@pytest.mark.parametrize(("limit", "rows", "rejects"), [(1, 1, 0), (2, 1, 1), (3, 2, 1), (5, 4, 1), (99, 5, 1)])
def test_limit(tmp_path, clean, limit, rows, rejects):
    put(tmp_path / "a.jsonl", lines({"text": "one"}, {"text": None}, {"text": "three"}))
    put(tmp_path / "b.csv", b"text\nfour\nfive\nsix\n")
    code, _, err = clean("run", tmp_path / "a.jsonl", tmp_path / "b.csv", "-o", tmp_path / "out", "--limit", limit)
    counts = json.loads((tmp_path / "out/run.json").read_text())["counts"]
    assert counts["documents"] == min(limit, 6)
    assert len(table(tmp_path / "out")) + sum(counts["rejects"].values()) == min(limit, 6)
    assert code == (2 if counts["rejects"] else 0)
    assert ("1 further file not opened" in err) == (limit <= 3)
    assert clean("verify", tmp_path / "out", "--sources", tmp_path)[0] == 0


def test_lines_beside_parquet(tmp_path, clean):
    when = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
    columns = {
        "text": [TEXT, "x"],
        "when": [when, None],
        "raw": [b"\xff", b""],
        "tags": [["a"], []],
        "n": [float("nan"), 1.5],
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    assert clean("run", tmp_path / "a.parquet", "-o", tmp_path / "out", "--format", "jsonl")[0] == 0
    made = [json.loads(line) for line in (tmp_path / "out/jsonl/part-00000.jsonl").read_bytes().splitlines()]
    rows = table(tmp_path / "out")
    assert [list(line) for line in made] == [list(row) for row in rows]
    for name in ("id", "text", "removed", "kept", "evidence", "input_sha256", "over_budget", "tags"):
        assert [line[name] for line in made] == [row[name] for row in rows]
    assert [(line["when"], line["raw"], line["n"]) for line in made] == [
        ("2024-03-01T12:00:00Z", "/w==", None),
        (None, "", 1.5),
    ]
    assert clean("verify", tmp_path / "out", "--sources", tmp_path)[0] == 0
    first = (tmp_path / "out/jsonl/part-00000.jsonl").read_bytes()
    assert clean("run", tmp_path / "a.parquet", "-o", tmp_path / "out", "--format", "jsonl", "--overwrite")[0] == 0
    assert (tmp_path / "out/jsonl/part-00000.jsonl").read_bytes() == first
    # A later run without lines takes the old ones away: OUT holds one run.
    assert clean("run", tmp_path / "a.parquet", "-o", tmp_path / "out", "--overwrite")[0] == 0
    assert not list((tmp_path / "out/jsonl").iterdir())


@pytest.mark.parametrize("name", ["nonsense", "utf-7", "base64", "rot13"])
def test_an_encoding_that_is_none(tmp_path, clean, name):
    put(tmp_path / "a.txt", b"x")
    code, _, err = clean("run", tmp_path / "a.txt", "-o", tmp_path / "out", "--encoding", name)
    assert code == 2
    assert "expected e.g. cp1252" in err
