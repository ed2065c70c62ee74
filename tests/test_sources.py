"""Readers: every record is a row or a reject, in order, exactly as it stood."""

import codecs
import gzip
import hashlib
import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import lines, load, put

from clean import sources
from clean.errors import ConfigError, SourceError
from clean.sources import discover, packing, streams
from clean.sources.charset import decode
from clean.sources.fields import TEXT_NAMES
from clean.sources.model import Fields, Input

# --- plain text


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        pytest.param(b"", "", "utf-8", id="zero bytes are an empty text"),
        pytest.param(b" \r\n\t", " \r\n\t", "utf-8", id="blanks stay"),
        pytest.param("naïve\0x".encode(), "naïve\0x", "utf-8", id="a NUL is the text's own"),
        pytest.param(codecs.BOM_UTF8 + b"a", "a", "utf-8-sig", id="UTF-8 mark"),
        pytest.param(codecs.BOM_UTF16_LE + "ä€".encode("utf-16-le"), "ä€", "utf-16", id="UTF-16 LE mark"),
        pytest.param(codecs.BOM_UTF16_BE + "ä€".encode("utf-16-be"), "ä€", "utf-16", id="UTF-16 BE mark"),
        pytest.param(codecs.BOM_UTF32_LE + "ä€".encode("utf-32-le"), "ä€", "utf-32", id="UTF-32 LE mark"),
        pytest.param(codecs.BOM_UTF32_BE + "ä€".encode("utf-32-be"), "ä€", "utf-32", id="UTF-32 BE mark"),
    ],
)
def test_decoded(raw, text, encoding):
    made = decode(raw)
    assert (made.text, made.encoding) == (text, encoding)
    assert raw.decode(encoding) == text


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        pytest.param(b"caf\xe9 x", "byte 3 is not utf-8", id="latin-1"),
        pytest.param(b"\xff", "byte 0", id="one bad byte"),
        pytest.param("plain".encode("utf-16-le"), "UTF-16 without a byte-order mark", id="UTF-16 without mark"),
        pytest.param(codecs.BOM_UTF16_LE + b"a\0b", "utf-16", id="half a unit"),
        pytest.param(b"a\xc0\xaf", "byte 1", id="overlong"),
        pytest.param(codecs.BOM_UTF8 + b"ab\xff", "byte 5", id="the offset counts the mark"),
    ],
)
def test_not_decoded(raw, says):
    with pytest.raises(SourceError, match=says) as error:
        decode(raw)
    assert error.value.reason == "encoding"


def test_txt_row(tmp_path):
    rows, rejects, _ = load(put(tmp_path / "a.txt", b"one\ntwo"))
    assert not rejects
    assert rows == [
        {
            "source_path": "a.txt", "source_record": 0, "source_offset": 0, "source_sha256": hashlib.sha256(b"one\ntwo").hexdigest(),
            "record_id": None, "encoding": "utf-8", "url": None, "retrieved_at": None, "text": "one\ntwo",
        }
    ]  # fmt: skip


# --- gzip


def test_members_are_one_text(tmp_path):
    rows, rejects, _ = load(put(tmp_path / "a.txt.gz", gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 512))
    assert [row["text"] for row in rows] == ["one two"]
    assert not rejects


@pytest.mark.parametrize(
    ("data", "reason", "good"),
    [
        pytest.param(gzip.compress(b"text " * 9)[:-4], "truncated", 0, id="cut in the trailer"),
        pytest.param(b"", "truncated", 0, id="zero bytes"),
        pytest.param(gzip.compress(b"x") + gzip.compress(b"y")[:-3], "truncated", 0, id="second member cut"),
        pytest.param(gzip.compress(b"text")[:-8] + bytes(8), "corrupt", 0, id="wrong checksum"),
        pytest.param(b"plain text", "corrupt", 0, id="no gzip at all"),
        pytest.param(gzip.compress(b"text") + b"garbage", "trailing_data", 1, id="garbage behind"),
    ],
)
def test_damaged_gzip_text(tmp_path, data, reason, good):
    rows, rejects, _ = load(put(tmp_path / "a.txt.gz", data))
    assert [reject.reason for reject in rejects] == [reason]
    assert len(rows) == good
    assert rejects[0].message.startswith("a.txt.gz: ")


def test_cut_jsonl_keeps_whole_lines(tmp_path):
    whole = lines(*({"text": f"{i} " + hashlib.sha256(str(i).encode()).hexdigest() * 50} for i in range(400)))
    packed = gzip.compress(whole)
    rows, rejects, _ = load(put(tmp_path / "a.jsonl.gz", packed[: len(packed) // 2]))
    assert len(rows) > 10
    assert [row["source_record"] for row in rows] == list(range(len(rows)))
    assert [(r.reason, r.source_record) for r in rejects] == [("truncated", None)]
    assert f":{len(rows) + 1}: " in rejects[0].message


def test_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "BOMB_FREE_BYTES", 1 << 20)
    _, rejects, _ = load(put(tmp_path / "a.txt.gz", gzip.compress(bytes(8 << 20))))
    assert [r.reason for r in rejects] == ["bomb"]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1 << 20])
def test_lines_do_not_depend_on_chunks(tmp_path, monkeypatch, chunk):
    raw = "a\r\n\nb\u2028c\x85d\r\n\r\nlast".encode()
    path = put(tmp_path / "a.jsonl", raw)
    monkeypatch.setattr(streams, "CHUNK_BYTES", chunk)
    got = list(streams.lines(Input(os.fsencode(path), "a.jsonl")))
    assert got == [(0, b"a"), (3, b""), (4, "b\u2028c\x85d".encode()), (14, b""), (16, b"last")]
    assert all(raw[at : at + len(line)] == line for at, line in got)


def test_a_line_over_the_limit_is_one_reject(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "MAX_LINE_BYTES", 100)
    path = put(tmp_path / "a.jsonl", lines({"text": "x"}, {"text": "y" * 200}, {"text": "z"}))
    rows, rejects, _ = load(path)
    assert [row["text"] for row in rows] == ["x", "z"]
    assert [(r.reason, r.source_record) for r in rejects] == [("too_large", 1)]


# --- JSON Lines


def test_jsonl_row(tmp_path):
    first = b'{"id": 7, "url": "https://a.example/x", "text": "one"}\r\n'
    second = b'{"id": "k", "text": "two", "words": 2}'
    rows, rejects, united = load(put(tmp_path / "a.jsonl", first + second))
    assert not rejects
    assert [(r["record_id"], r["url"], r["text"], r["source_offset"], r["words"]) for r in rows] == [
        ("7", "https://a.example/x", "one", 0, None),
        ("k", None, "two", len(first), 2),
    ]
    assert rows[0]["source_sha256"] == hashlib.sha256(first[:-2]).hexdigest()
    assert united.schema.field("words").type == pa.int64()


REJECTED = [
    pytest.param(b'{"text": ', "bad_json", id="cut"),
    pytest.param(b"[1]", "not_object", id="array"),
    pytest.param(b"7", "not_object", id="number"),
    pytest.param(b"null", "not_object", id="null"),
    pytest.param(b'{"id": 1}', "text_missing", id="no text"),
    pytest.param(b'{"text": null}', "text_null", id="null text"),
    pytest.param(b'{"text": 3}', "text_type", id="number text"),
    pytest.param(b'{"text": ["a"]}', "text_type", id="list text"),
    pytest.param(b'{"text": "a", "text": "b"}', "duplicate_key", id="text twice"),
    pytest.param(b'{"text": "a", "te\\u0078t": "b"}', "duplicate_key", id="text twice, once escaped"),
    pytest.param(b'{"text": "a", "x" :1, "x"\t: 2}', "duplicate_key", id="another key twice, with blanks"),
    pytest.param(b'{"text": "a", "m": {"k": 1, "k": 1}}', "duplicate_key", id="twice, deeper"),
    pytest.param(b'{"text": "half \\ud83d"}', "surrogate", id="lone surrogate"),
    pytest.param(b'{"text": "a", "k\\udc00": 1}', "surrogate", id="lone surrogate in a key"),
    pytest.param(b'{"text": "caf\xe9"}', "encoding", id="not UTF-8"),
    pytest.param(b'{"text": "a"} {"text": "b"}', "bad_json", id="two on a line"),
    pytest.param(b'{"text": "a"},', "bad_json", id="comma behind"),
    pytest.param(b'{"text": "a", "x": ' + b"[" * 99999 + b"]" * 99999 + b"}", "bad_json", id="too deep"),
]


@pytest.mark.parametrize(("line", "reason"), REJECTED)
def test_jsonl_reject(tmp_path, line, reason):
    rows, rejects, _ = load(put(tmp_path / "a.jsonl", lines({"text": "before"}, line, {"text": "after"})))
    assert [row["text"] for row in rows] == ["before", "after"]
    assert [(r.reason, r.source_record) for r in rejects] == [(reason, 1)]
    assert rejects[0].message.startswith("a.jsonl:2: ")
    assert rejects[0].source_sha256 == hashlib.sha256(line).hexdigest()


def test_no_number_is_rounded(tmp_path):
    line = b'{"id": 1180591620717411303424, "text": "t", "n": 12345678901234567890123, "f": 0.5, "deep": {"n": 99999999999999999999}}'
    rows, _, _ = load(put(tmp_path / "a.jsonl", line))
    assert rows[0]["record_id"] == "1180591620717411303424"
    assert rows[0]["n"] == "12345678901234567890123"
    assert rows[0]["deep"] == '{"n":99999999999999999999}'
    assert rows[0]["f"] == 0.5


@pytest.mark.parametrize(
    ("values", "kind", "want"),
    [
        pytest.param([True, None], pa.bool_(), [True, None], id="bool"),
        pytest.param([1, -5], pa.int64(), [1, -5], id="int"),
        pytest.param([1, 0.5], pa.float64(), [1.0, 0.5], id="int and float"),
        pytest.param([2**60, 0.5], pa.string(), [str(2**60), "0.5"], id="int no double holds"),
        pytest.param(["a", None], pa.string(), ["a", None], id="string"),
        pytest.param([None, None], pa.string(), [None, None], id="only null"),
        pytest.param(["a", 1], pa.string(), ['"a"', "1"], id="mixed is JSON text"),
        pytest.param([["a"], {"b": 1}], pa.string(), ['["a"]', '{"b":1}'], id="nested is JSON text"),
    ],
)
def test_user_column_types(tmp_path, values, kind, want):
    rows, rejects, united = load(put(tmp_path / "a.jsonl", lines(*({"text": "t", "v": v} for v in values))))
    assert not rejects
    assert united.schema.field("v").type == kind
    assert [row["v"] for row in rows] == want


def test_array_file_is_one_reject(tmp_path):
    _, rejects, _ = load(put(tmp_path / "a.jsonl", json.dumps([{"text": "a"}] * 50, indent=1).encode()))
    assert [r.reason for r in rejects] == ["not_object"]


# A second field of a known text name is a question to the user, asked elsewhere.
KEYS = st.text(max_size=5).filter(lambda key: key not in {*TEXT_NAMES} - {"text"})


@given(
    st.lists(
        st.dictionaries(KEYS, st.none() | st.booleans() | st.integers() | st.text(), max_size=4),
        max_size=6,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_objects_are_rows_or_rejects(tmp_path_factory, objects):
    objects = [{**value, "text": str(value.get("text", ""))} for value in objects]
    raw = b"".join(json.dumps(value).encode() + b"\n" for value in objects)
    rows, rejects, _ = load(put(tmp_path_factory.mktemp("j") / "a.jsonl", raw))
    assert len(rows) + len(rejects) == len(objects)
    assert [row["text"] for row in rows] == [o["text"] for o in objects]


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.txt", "a.txt.gz", "a.parquet"])
def test_any_bytes_end_as_rows_or_rejects(tmp_path_factory, name, raw):
    rows, rejects, _ = load(put(tmp_path_factory.mktemp("b") / name, raw))
    assert rows or rejects or not raw.removeprefix(codecs.BOM_UTF8).strip()


# --- Parquet


def table(path, columns_, **options):
    pq.write_table(pa.table(columns_) if isinstance(columns_, dict) else columns_, path, **options)
    return path


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.binary(),
        pa.large_binary(),
        pa.dictionary(pa.int32(), pa.string()),
    ],
    ids=str,
)
def test_parquet_text_types(tmp_path, kind):
    values = ["ein", None, "drei €"] if kind != pa.binary() else [b"ein", None, "drei €".encode()]
    rows, rejects, _ = load(
        table(tmp_path / "a.parquet", {"id": [1, 2, 3], "text": pa.array(values, kind), "n": [1, 2, 3]})
    )
    assert [(r["text"], r["record_id"], r["source_record"], r["n"]) for r in rows] == [
        ("ein", "1", 0, 1),
        ("drei €", "3", 2, 3),
    ]
    assert [(r.reason, r.source_record, r.record_id) for r in rejects] == [("text_null", 1, "2")]
    assert rows[1]["source_sha256"] == hashlib.sha256("drei €".encode()).hexdigest()


def test_parquet_values_pass_untouched(tmp_path):
    passed = {
        "tags": pa.array([["a"], None], pa.list_(pa.string())),
        "meta": pa.array([{"x": 1}, {"x": None}]),
        "when": pa.array([1, 2], pa.timestamp("ms")),
        "small": pa.array([1, None], pa.int8()),
        "nothing": pa.nulls(2),
        "dict": pa.array(["u", "v"]).dictionary_encode(),
        "view": pa.array(["w", "x"], pa.string_view()),
    }
    rows, _, united = load(table(tmp_path / "a.parquet", {"text": ["t", "u"], **passed}))
    for name in ("tags", "meta", "when", "small"):
        assert united.schema.field(name).type == passed[name].type
    assert (
        united.schema.field("dict").type
        == united.schema.field("nothing").type
        == united.schema.field("view").type
        == pa.string()
    )
    assert [{n: row[n] for n in passed} for row in rows] == pa.table(passed).to_pylist()


def test_parquet_bad_utf8_in_another_column(tmp_path):
    bad = pa.Array.from_buffers(pa.string(), 2, pa.array([b"good", b"b\xff"], pa.binary()).buffers())
    rows, rejects, _ = load(table(tmp_path / "a.parquet", {"text": ["t", "u"], "who": bad}))
    assert [row["who"] for row in rows] == ["good"]
    assert [(r.reason, r.source_record) for r in rejects] == [("encoding", 1)]


def test_parquet_row_numbers_over_groups(tmp_path):
    rows, _, _ = load(table(tmp_path / "a.parquet", {"text": [f"t{i}" for i in range(7)]}, row_group_size=3))
    assert [(r["source_record"], r["text"]) for r in rows] == [(i, f"t{i}") for i in range(7)]


def test_parquet_gz(tmp_path):
    plain = table(tmp_path / "x.parquet", {"text": ["t"]})
    rows, rejects, _ = load(put(tmp_path / "a.parquet.gz", gzip.compress(plain.read_bytes())))
    assert [r["text"] for r in rows] == ["t"]
    assert not rejects


def test_parquet_metadata_of_others_is_dropped(tmp_path):
    schema = pa.schema([("text", pa.string()), ("n", pa.int64())], {"pandas": "{}", "huggingface": "{}"})
    _, _, united = load(table(tmp_path / "a.parquet", pa.table({"text": ["t"], "n": [1]}, schema=schema)))
    assert not united.schema.metadata


# --- field names


@pytest.mark.parametrize(
    ("names", "asked", "role"),
    [
        pytest.param(["content", "headline"], Fields(), ("content", None, None), id="one known name"),
        pytest.param(["text", "link", "_id"], Fields(), ("text", "link", "_id"), id="all three"),
        pytest.param(["text", "url", "link"], Fields(), ("text", None, None), id="two addresses: neither"),
        pytest.param(["text", "words"], Fields(text="words"), ("words", None, None), id="asked for"),
        pytest.param(
            ["text", "content"], Fields(text="content", url="text"), ("content", "text", None), id="asked for both"
        ),
    ],
)
def test_roles(tmp_path, names, asked, role):
    path = table(tmp_path / "a.parquet", {name: ["x"] for name in names})
    survey = sources.survey(Input(os.fsencode(path), "a.parquet"), asked)
    assert (survey.roles.text, survey.roles.url, survey.roles.id) == role


@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
@pytest.mark.parametrize(
    ("row", "asked", "says"),
    [
        pytest.param(
            {"text": "a", "content": "b"},
            Fields(),
            "more than one field could be the text: text, content; say which with --text-field",
            id="two",
        ),
        pytest.param({"words": "a"}, Fields(), "the fields are: words", id="none known"),
        pytest.param({"text": "a"}, Fields(text="txet"), 'no field "txet"', id="misspelt"),
        pytest.param(
            {"id": "a", "article": {"text": "b"}},
            Fields(),
            "there is text inside article.text: --text-field article.text takes it from there",
            id="nested",
        ),
    ],
)
def test_no_column(tmp_path, suffix, row, asked, says):
    path = tmp_path / f"a.{suffix}"
    table(path, pa.Table.from_pylist([row])) if suffix == "parquet" else put(path, lines(row, row))
    rows, rejects, _ = load(path, asked)
    assert not rows
    assert [r.reason for r in rejects] == ["no_column"]
    assert says in rejects[0].message


# --- columns over files


def test_names_of_ours_are_renamed(tmp_path):
    rows, _, united = load(table(tmp_path / "a.parquet", {"text": ["t"], "removed": ["mine"], "reason": ["mine"]}))
    assert united.renamed == {"removed": "input_removed"}
    assert rows[0]["input_removed"] == rows[0]["reason"] == "mine"


def test_a_taken_stand_in_stops_the_run(tmp_path):
    with pytest.raises(ConfigError, match="input_removed"):
        load(table(tmp_path / "a.parquet", {"text": ["t"], "removed": ["mine"], "input_removed": ["too"]}))


def test_columns_unite_without_loss(tmp_path):
    table(
        tmp_path / "a.parquet", {"text": ["t"], "n": pa.array([1], pa.int8()), "s": pa.array(["x"], pa.large_string())}
    )
    table(tmp_path / "b.parquet", {"text": ["u"], "n": pa.array([2], pa.int64()), "s": ["y"], "only": [True]})
    put(tmp_path / "c.jsonl", lines({"text": "v", "n": 3, "s": "z"}))
    put(tmp_path / "d.txt", b"w")
    rows, rejects, united = load(tmp_path)
    assert not rejects
    assert united.schema.field("n").type == pa.int64()
    assert [(r["text"], r["n"], r["s"], r["only"]) for r in rows] == [
        ("t", 1, "x", None),
        ("u", 2, "y", True),
        ("v", 3, "z", None),
        ("w", None, None, None),
    ]


def test_columns_that_cannot_unite_stop_the_run(tmp_path):
    table(tmp_path / "a.parquet", {"text": ["t"], "n": [1]})
    table(tmp_path / "b.parquet", {"text": ["u"], "n": ["two"]})
    with pytest.raises(ConfigError, match=r'b\.parquet: the column "n" is string here and int64 in a file before'):
        load(tmp_path)


# --- finding files


def found(*paths, out=None):
    result = discover.discover([str(path) for path in paths], sources.SUFFIXES, out=out and str(out))
    return (
        [item.source_path for item in result.inputs],
        [item.fault.reason for item in result.inputs if item.fault],
        result.skipped,
    )


def test_folder(tmp_path):
    for name in ("b.txt", "a/z.jsonl", "a.txt", ".hidden.txt", "_SUCCESS", "x.docx", "no", "a/UP.TXT"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        put(path, b"")
    assert found(tmp_path) == (
        ["a.txt", "a/UP.TXT", "a/z.jsonl", "b.txt"],
        [],
        {".docx": 1, "hidden": 2, "no suffix": 1},
    )


def test_several_inputs_go_by_their_last_component(tmp_path):
    for name in ("one/a.txt", "two/a.txt", "c.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        put(path, b"")
    assert found(tmp_path / "two", tmp_path / "one", tmp_path / "c.txt")[0] == ["c.txt", "one/a.txt", "two/a.txt"]
    assert found(tmp_path / "one")[0] == ["a.txt"]
    assert found(tmp_path / "one", tmp_path / "one/../one")[0] == ["a.txt"]
    (tmp_path / "x/one").mkdir(parents=True)
    with pytest.raises(ConfigError, match="end in the same name: one"):
        found(tmp_path / "one", tmp_path / "x/one")


def test_named_outright(tmp_path):
    put(tmp_path / "a.docx", b"")
    put(tmp_path / ".h.txt", b"")
    os.mkfifo(tmp_path / "p.txt")
    (tmp_path / "d.txt").symlink_to("nowhere")
    (tmp_path / "s.txt").symlink_to("s.txt")
    assert found(tmp_path / ".h.txt")[1] == []
    for name, reason in (
        ("a.docx", "unknown_format"),
        ("p.txt", "not_a_file"),
        ("d.txt", "dangling_link"),
        ("s.txt", "link_loop"),
    ):
        assert found(tmp_path / name) == ([name], [reason], {})
    with pytest.raises(SourceError, match=r"gone\.txt: no such file"):
        found(tmp_path / "gone.txt")


def test_links_in_a_folder(tmp_path):
    inside = tmp_path / "in"
    (inside / "sub").mkdir(parents=True)
    put(inside / "sub/a.txt", b"")
    put(tmp_path / "secret.txt", b"")
    (inside / "loop").symlink_to(".")
    (inside / "again.txt").symlink_to("sub/a.txt")
    (inside / "out.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "gone.txt").symlink_to("nowhere")
    assert found(inside) == (["gone.txt", "out.txt", "sub/a.txt"], ["dangling_link", "unsafe_path"], {"link": 2})


def test_output_is_no_input(tmp_path):
    put(tmp_path / "a.txt", b"")
    (tmp_path / "out/data").mkdir(parents=True)
    put(tmp_path / "out/data/part-00000.parquet", b"")
    assert found(tmp_path, out=tmp_path / "out")[0] == ["a.txt"]
    for inside in (tmp_path / "out", tmp_path / "out/data"):
        with pytest.raises(ConfigError, match="inside the output folder"):
            found(inside, out=tmp_path / "out")


def test_a_name_that_is_not_utf8(tmp_path):
    try:
        path = os.fsencode(tmp_path) + b"/x\xff.txt"
        with open(path, "wb"):  # noqa: PTH123 - a path that is no text
            pass
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert found(tmp_path)[0] == [r"x\xff.txt"]
