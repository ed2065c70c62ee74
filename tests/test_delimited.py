"""CSV and TSV: every row under the header is a row or a reject, its cells exactly as they stood."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import load, put

from clean.sources import delimited
from clean.sources.model import Fields

HEAD = b"id,url,text,words\n"


def test_row(tmp_path):
    rows, rejects, united = load(
        put(tmp_path / "a.csv", HEAD + 'k,https://a.example/x,"One ""two"",\n\nthree €",007\n'.encode())
    )
    assert not rejects
    assert [(r["record_id"], r["url"], r["text"], r["words"]) for r in rows] == [
        ("k", "https://a.example/x", 'One "two",\n\nthree €', "007")
    ]
    assert (rows[0]["source_record"], rows[0]["source_offset"], rows[0]["encoding"]) == (0, None, "utf-8")
    assert rows[0]["source_sha256"] == hashlib.sha256(rows[0]["text"].encode()).hexdigest()
    assert united.schema.field("words").type == pa.string()


@pytest.mark.parametrize(
    ("name", "raw", "texts"),
    [
        pytest.param("a.csv", b"", [], id="zero bytes"),
        pytest.param("a.csv", b"\n \n", [], id="blank lines only"),
        pytest.param("a.csv", b"id,text\n", [], id="header only"),
        pytest.param("a.csv", b"\n\nid,text\n\n1,a\n \n2,b", ["a", "b"], id="blank lines are no rows"),
        pytest.param("a.csv", b"text\r\na\r\nb\r\n", ["a", "b"], id="Windows line ends"),
        pytest.param("a.csv", b"text\ra\rb\r", ["a", "b"], id="lone CR"),
        pytest.param("a.csv", b'text\n"a\rb\r\nc\n"\n', ["a\rb\r\nc\n"], id="line ends inside a cell stay"),
        pytest.param("a.csv", b"text,id\n,1\n", [""], id="an empty cell is an empty text"),
        pytest.param("a.csv", 'text\n"a\u2028b\x85c"\n'.encode(), ["a\u2028b\x85c"], id="other separators end no row"),
        pytest.param("a.csv", b"text,id\na\0b,1\n", ["a\0b"], id="NUL"),
        pytest.param("a.csv", b"id;text\n1;a, b\n", ["a, b"], id="semicolons"),
        pytest.param("a.csv", b"id|text\n1|a; b\n", ["a; b"], id="pipes"),
        pytest.param("a.tsv", b"id\ttext\n1\ta, b\n", ["a, b"], id="tabs"),
        pytest.param("a.csv", codecs.BOM_UTF8 + b'"text"\na\n', ["a"], id="UTF-8 mark before a quoted name"),
        pytest.param("a.tsv", codecs.BOM_UTF16_LE + "id\ttext\r\n1\tä\r\n".encode("utf-16-le"), ["ä"], id="UTF-16, as spreadsheets save it"),
        pytest.param("a.csv", b'id,"the\ntext",text\n1,a,b\n', ["b"], id="a name over two lines"),
        pytest.param("a.csv", b"text\n=1+1\n", ["=1+1"], id="formulas are text"),
    ],
)  # fmt: skip
def test_read(tmp_path, name, raw, texts):
    rows, rejects, _ = load(put(tmp_path / name, raw))
    assert [row["text"] for row in rows] == texts
    assert not rejects


@pytest.mark.parametrize(
    ("raw", "good", "faults"),
    [
        pytest.param(b"1,u\n2,u,b,w\n", ["2"], [("bad_csv", 0, "a.csv:2: the row has 2 fields; the header names 4")], id="too few fields"),
        pytest.param(b"1,u,a,w\n2,u,b,w,x\n", ["1"], [("bad_csv", 1, "a.csv:3: the row has 5 fields; the header names 4")], id="too many fields"),
        pytest.param(b'1,u,"a" b,w\n2,u,b,w\n', ["2"], [("bad_csv", 0, "a.csv:2: the row cannot be read")], id="text behind a quote"),
        pytest.param(
            b'1,u,"He said "no" today\nand left",w\n2,u,b,w\n', ["2"], [("bad_csv", 0, "a.csv:2: ")], id="the lines of a broken row are one reject"
        ),
        pytest.param(b'1,u,a,w\n2,u,"b,w\n3,u,c,w\n', ["1"], [("bad_csv", None, "a.csv:3: a quote opens here")], id="a quote never closed"),
        pytest.param(b"1,u,a\xe9,w\n2,u,b,w\n", ["2"], [("encoding", 0, "a.csv:2: byte 0xe9 is not utf-8")], id="one row is not UTF-8"),
        pytest.param(b"1,u,a,\xff\n2,u,b,w\n", ["2"], [("encoding", 0, "a.csv:2: byte 0xff")], id="in another column"),
    ],
)  # fmt: skip
def test_rejected(tmp_path, raw, good, faults):
    rows, rejects, _ = load(put(tmp_path / "a.csv", HEAD + raw))
    assert [row["record_id"] for row in rows] == good
    assert [(r.reason, r.source_record) for r in rejects] == [(reason, record) for reason, record, _ in faults]
    assert all(r.message.startswith(said) for r, (_, _, said) in zip(rejects, faults, strict=True))


@pytest.mark.parametrize(
    ("raw", "asked", "reason", "says"),
    [
        pytest.param(b"id,words\n1,a\n", Fields(), "no_column", "the fields are: id, words", id="no text"),
        pytest.param(b"id,words\n1,a\n", Fields(text="txet"), "no_column", 'no field "txet"', id="misspelt"),
        pytest.param(b"text,body\n1,a\n", Fields(), "no_column", "more than one field could be the text: text, body", id="two"),
        pytest.param(b"text,text\n1,a\n", Fields(), "duplicate_column", "two columns have one name: text", id="text twice"),
        pytest.param(b"text,x,x\n1,a,b\n", Fields(), "duplicate_column", "two columns have one name: x", id="another twice"),
        pytest.param(b"text;a|text\n", Fields(), "no_column", "parted by comma (or one of semicolon, tab, pipe)", id="two delimiters fit"),
        pytest.param(b"t\xe9xt,text\n", Fields(), "encoding", "a.csv:1: byte 0xe9", id="header not UTF-8"),
        pytest.param(b",".join(b"c%d" % i for i in range(1200)) + b",text\n", Fields(), "too_many", "1000 columns", id="too wide"),
    ],
)  # fmt: skip
def test_no_header(tmp_path, raw, asked, reason, says):
    rows, rejects, _ = load(put(tmp_path / "a.csv", raw), asked)
    assert not rows
    assert [r.reason for r in rejects] == [reason]
    assert says in rejects[0].message


def test_a_declared_encoding(tmp_path):
    path = put(tmp_path / "a.csv", "text\nà la carte €\n".encode("cp1252"))
    assert load(path)[1][0].reason == "encoding"
    rows, _, _ = load(path, Fields(encoding="cp1252"))
    assert [(row["text"], row["encoding"]) for row in rows] == [("à la carte €", "cp1252")]


def test_an_endless_line_ends_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "MAX_LINE_CHARS", 50)
    rows, rejects, _ = load(put(tmp_path / "a.csv", b"text\nshort\n" + b"x" * 99 + b"\nnext\n"))
    assert [row["text"] for row in rows] == ["short"]
    assert [(r.reason, r.source_record) for r in rejects] == [("too_large", None)]


def test_whole_rows_before_a_cut_are_kept(tmp_path):
    packed = gzip.compress(
        b"text\n" + b"".join(b'"%d %s"\n' % (i, hashlib.sha256(b"%d" % i).hexdigest().encode() * 9) for i in range(99))
    )
    for cut in (len(packed) - 9, len(packed) // 2):
        rows, rejects, _ = load(put(tmp_path / "a.csv.gz", packed[:cut]))
        assert [row["source_record"] for row in rows] == list(range(len(rows)))
        assert len(rows) > 20
        assert [(r.reason, r.source_record) for r in rejects] == [("truncated", None)]


CELLS = st.text(st.characters(codec="utf-8"), max_size=8)


@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=300, deadline=None)
def test_what_the_standard_library_writes_is_read_back(tmp_path_factory, cells, delimiter, end):
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("text", "other"), *cells])
    rows, rejects, _ = load(put(tmp_path_factory.mktemp("c") / "a.csv", made.getvalue().encode()))
    assert not rejects
    assert [(row["text"], row["other"]) for row in rows] == cells


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
@pytest.mark.parametrize("head", [b"", b"text,other\n"])
def test_any_bytes_end_as_rows_or_rejects(tmp_path_factory, head, raw):
    load(put(tmp_path_factory.mktemp("c") / "a.csv", head + raw))
