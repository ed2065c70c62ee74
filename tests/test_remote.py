"""Inputs and outputs behind an address, through fsspec's memory file system and a web server of our own."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import threading
import zipfile

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from reading import lines

from clean import sources
from clean.errors import SourceError
from clean.sources import discover, remote

TEXT = "The council met on Tuesday.\nSign up for our newsletter\nIt rose at noon.\n"


@pytest.fixture
def store():
    fs = fsspec.filesystem("memory")
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    yield fs
    MemoryFileSystem.store.clear()


@pytest.fixture
def dump(store, tmp_path):
    store.pipe("/dump/01/a.txt", TEXT.encode())
    store.pipe("/dump/01/b.jsonl.gz", gzip.compress(lines({"text": "one"}, {"text": None})))
    store.pipe("/dump/02/.hidden.txt", b"x")
    store.pipe("/dump/02/_SUCCESS", b"")
    store.pipe("/dump/02/picture.png", b"x")
    pq.write_table(pa.table({"text": [f"t{i}" for i in range(9)]}), tmp_path / "c.parquet", row_group_size=2)
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("x.txt", TEXT)
    for name in ("c.parquet", "d.zip"):
        store.pipe(f"/dump/02/{name}", (tmp_path / name).read_bytes())
    return store


def found(*words, lists=()):
    result = discover.discover(words, sources.SUFFIXES, lists=lists)
    return [item.source_path for item in result.inputs if not item.fault], result.skipped


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        pytest.param(["memory://dump"], ["01/a.txt", "01/b.jsonl.gz", "02/c.parquet", "02/d.zip"], id="folder"),
        pytest.param(["memory://dump/01/a.txt"], ["a.txt"], id="file"),
        pytest.param(["memory://dump/*/*.txt"], ["01/a.txt"], id="pattern"),
        pytest.param(["memory://dump/**/*.parquet"], ["02/c.parquet"], id="any depth"),
        pytest.param(["memory://dump/01", "memory://dump/02/d.zip"], ["01/a.txt", "01/b.jsonl.gz", "d.zip"], id="beside another"),
        pytest.param(["memory://dump/01/a.txt", "memory://dump/01/a.txt"], ["a.txt"], id="once"),
    ],
)  # fmt: skip
def test_found(dump, words, paths):
    assert found(*words)[0] == paths


def test_folder_rules_hold(dump):
    assert found("memory://dump")[1] == {".png": 1, "hidden": 2}


def test_lists_of_addresses(dump):
    text = b"memory://dump/01/a.txt\nmemory://dump/02/c.parquet\n"
    assert found(lists=[text])[0] == ["01/a.txt", "02/c.parquet"]


def test_what_is_not_there(dump):
    for word in ("memory://dump/gone.txt", "memory://dump/*.csv"):
        with pytest.raises(SourceError, match="no such file or folder") as error:
            found(word)
        assert error.value.reason == "not_found"


def test_in_and_out(dump, clean, tmp_path):
    code, _, err = clean("run", "memory://dump", "-o", "memory://made/out", "--format", "jsonl")
    assert code == 2
    assert "13 documents: 12 rows, 1 rejected (text_null 1)" in err
    made = {name.removeprefix("/made/out/") for name in dump.find("/made/out")}
    assert made == {
        "README.md",
        "croissant.json",
        "run.json",
        "data/part-00000.parquet",
        "rejects/part-00000.parquet",
        "jsonl/part-00000.jsonl",
    }
    assert json.loads(dump.cat_file("/made/out/run.json"))["used"]["roots"] == ["dump"]
    # The same bytes as from files.
    dump.get("/dump", str(tmp_path / "dump"), recursive=True)
    clean("run", tmp_path / "dump", "-o", tmp_path / "out")
    assert dump.cat_file("/made/out/data/part-00000.parquet") == (tmp_path / "out/data/part-00000.parquet").read_bytes()
    dump.get("/made/out", str(tmp_path / "fetched"), recursive=True)
    assert clean("verify", tmp_path / "fetched", "--sources", tmp_path / "dump")[0] == 0


def test_out_is_refused_and_replaced_as_a_folder_is(dump, clean):
    args = ["run", "memory://dump/01/a.txt", "-o", "memory://made"]
    assert clean(*args, "--format", "jsonl")[0] == 0
    code, _, err = clean(*args)
    assert code == 2
    assert "memory://made: the address holds a run already\n  help: --overwrite replaces it" in err
    assert clean(*args, "--overwrite")[0] == 0
    assert not dump.find("/made/jsonl")
    dump.pipe("/made/mine.txt", b"x")
    code, _, err = clean(*args, "--overwrite")
    assert code == 2
    assert "holds what this tool did not write: mine.txt" in err
    assert dump.cat_file("/made/mine.txt") == b"x"


def test_a_send_that_fails_leaves_no_run(dump, clean, monkeypatch):
    real, calls = MemoryFileSystem.put_file, []

    def put_file(self, *args, **more):
        calls.append(args)
        if len(calls) == 3:
            raise OSError("the store is full")
        return real(self, *args, **more)

    monkeypatch.setattr(MemoryFileSystem, "put_file", put_file)
    code, _, err = clean("run", "memory://dump/01/a.txt", "-o", "memory://made")
    assert code == 2
    assert "memory://made: cannot be written (OSError: the store is full)" in err
    assert "/made/run.json" not in dump.find("/made")


def test_a_file_that_fails_while_read_costs_itself_alone(dump, clean, monkeypatch):
    real = remote.pieces

    def pieces(address):
        if address.endswith("a.txt"):
            raise remote.fault(address, TimeoutError("the store does not answer"))
        return real(address)

    monkeypatch.setattr(remote, "pieces", pieces)
    code, _, err = clean("run", "memory://dump/01", "-o", "memory://made")
    assert code == 2
    assert "TimeoutError: the store does not answer" in err
    assert "rejected (text_null 1, unreadable 1)" in err


@pytest.mark.parametrize(
    "word", ["s3://bucket/a.txt", "gs://bucket/a.txt", "hf://datasets/x/y.parquet", "nonsense://x/a.txt"]
)
def test_a_store_without_its_package(clean, tmp_path, monkeypatch, word):
    def url_to_fs(address):
        if address.startswith("nonsense"):
            raise ValueError("Protocol not known: nonsense")
        raise ImportError("Install the package of this store")

    monkeypatch.setattr("fsspec.core.url_to_fs", url_to_fs)
    code, _, err = clean("run", word, "-o", tmp_path / "out")
    assert code == 2
    protocol = word.partition(":")[0]
    assert f"pip install 'newsclean[{protocol}]'" in err or (protocol == "nonsense" and "Protocol not known" in err)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://me:secret@news.example/a/b.jsonl.gz?token=x#y", "https://news.example/a/b.jsonl.gz"),
        ("s3://bucket/a", "s3://bucket/a"),
        ("simplecache::s3://bucket/a", "simplecache::s3://bucket/a"),
    ],
)
def test_no_credentials_are_shown(address, name):
    assert remote.is_address(address)
    assert remote.shown(address) == name


@pytest.mark.parametrize("word", ["a.txt", "./a:b.txt", "C:/x.txt", "/data/x//y.txt", "a/b://c.txt"])
def test_a_path_is_no_address(word):
    assert not remote.is_address(word)


@pytest.fixture
def server(tmp_path):
    (tmp_path / "web").mkdir()
    (tmp_path / "web/a.jsonl.gz").write_bytes(gzip.compress(lines({"text": TEXT})))

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=tmp_path / "web")
    ) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_from_the_web(server, clean, tmp_path):
    assert clean("run", f"{server}/a.jsonl.gz?key=secret", "-o", tmp_path / "out")[0] == 0
    (row,) = pq.read_table(tmp_path / "out/data").to_pylist()
    assert (row["source_path"], "newsletter" in row["text"]) == ("a.jsonl.gz", False)
    assert "secret" not in (tmp_path / "out/run.json").read_text()
    code, _, err = clean("run", f"{server}/gone.txt", "-o", tmp_path / "gone")
    assert code == 2
    assert "gone.txt: no such file or folder" in err
