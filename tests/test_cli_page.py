"""Pages through the real command line: text, explain, run, verify; files, folders, rejects."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from test_page import BODY, html

from clean import sources
from clean.sources.columns import unite
from clean.sources.discover import discover
from clean.sources.model import Fields, Reject

PAGE = html(
    "<p>Sign up for our newsletter.</p>",
    head="<meta charset=utf-8><link rel=canonical href='https://courier.example/x'><title>W</title>",
)


ROOT = str(Path(__file__).parents[1])


def run(*args, cwd):
    words = [sys.executable, "-m", "clean", *map(str, args)]
    return subprocess.run(
        words,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": ROOT, "PYTHONUTF8": "1"},
    )


def test_text_and_explain(tmp_path):
    (tmp_path / "a.htm").write_text(PAGE, "utf-8")
    done = run("text", "a.htm", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\n") == ["Harbour wall to be rebuilt", *BODY]
    told = run("explain", "a.htm", "--format", "json", cwd=tmp_path)
    record = json.loads(told.stdout)
    assert record["headline"] == "Harbour wall to be rebuilt"
    assert ["page.html.h1", None] in [[one["rule"], one["start"]] for one in record["evidence"]]


def test_a_page_without_an_article(tmp_path):
    (tmp_path / "a.html").write_text("<html><body></body></html>", "utf-8")
    done = run("text", "a.html", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "a.html: no article is found on the page" in done.stderr


def test_a_folder_of_pages_and_texts(tmp_path):
    pages = tmp_path / "in" / "pages"
    pages.mkdir(parents=True)
    (pages / "a.html").write_text(PAGE, "utf-8")
    (pages / "b.HTM").write_bytes(
        PAGE.replace("charset=utf-8", "charset=windows-1252").replace("winter", "wïnter").encode("cp1252")
    )
    (pages / "c.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (pages / "d.html").write_bytes(b"\x89PNG\r\n\x1a\n")
    (pages / "e.txt").write_text("Plain.", "utf-8")
    done = run("run", "in", "-o", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "5 documents: 4 rows, 1 rejected" in done.stderr + done.stdout
    rows = [row for path in sorted((tmp_path / "out" / "data").iterdir()) for row in pq.read_table(path).to_pylist()]
    assert [(row["source_path"], row["encoding"], row["host"], row["headline"]) for row in rows] == [
        ("pages/a.html", "utf-8", "courier.example", "Harbour wall to be rebuilt"),
        ("pages/b.HTM", "cp1252", "courier.example", "Harbour wall to be rebuilt"),
        ("pages/c.html.gz", "utf-8", "courier.example", "Harbour wall to be rebuilt"),
        ("pages/e.txt", "utf-8", None, None),
    ]
    assert rows[0]["id"] != rows[2]["id"]
    assert [one["text"].strip() for one in rows[0]["removed"]] == ["Sign up for our newsletter."]
    rejects = [row for path in (tmp_path / "out" / "rejects").iterdir() for row in pq.read_table(path).to_pylist()]
    assert [(row["source_path"], row["stage"], row["reason"]) for row in rejects] == [
        ("pages/d.html", "decode", "binary")
    ]
    assert run("verify", "out", "--sources", "in", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_cut_gzip_is_no_page(tmp_path, cut):
    packed = gzip.compress(PAGE.encode())
    (tmp_path / "a.html.gz").write_bytes(packed[: int(len(packed) * cut)])
    found = discover([str(tmp_path / "a.html.gz")], sources.SUFFIXES)
    (item,) = found.inputs
    (piece,) = sources.read(item, sources.survey(item, Fields()), unite([]))
    assert isinstance(piece, Reject)
    assert piece.reason == "truncated"
