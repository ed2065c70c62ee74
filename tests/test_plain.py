"""Arrow values as JSON and as cells: one table of types, the same with and without pandas."""

import datetime as dt
import json

import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clean.output.plain import cells, guarded, json_line, rows

NS = pa.timestamp("ns")
# values, their JSON, their cells (text is text, the rest is a number, a truth value or nothing)
TYPES = [
    pytest.param(pa.array(["a", "", None]), ["a", "", None], ["a", "", None], id="text"),
    pytest.param(pa.array(["x", "=1"]).dictionary_encode(), ["x", "=1"], ["x", "'=1"], id="dictionary"),
    pytest.param(pa.array(["-x", None], pa.string_view()), ["-x", None], ["'-x", None], id="view"),
    pytest.param(pa.array([-5, None]), [-5, None], [-5, None], id="integer"),
    pytest.param(pa.array([2**64 - 1], pa.uint64()), [2**64 - 1], [2**64 - 1], id="64 bits"),
    pytest.param(pa.array([True, None]), [True, None], [True, None], id="truth"),
    pytest.param(pa.array([1.5, float("inf")]), [1.5, None], [1.5, float("inf")], id="float"),
    pytest.param(pa.array([1.5], pa.float32()).cast(pa.float16()), [1.5], [1.5], id="half float"),
    pytest.param(pa.nulls(1), [None], [None], id="nothing"),
    pytest.param(pa.array(["-1.50"]).cast(pa.decimal128(9, 2)), ["-1.50"], [-1.5], id="decimal"),
    pytest.param(pa.array([b"\xfb\xff", None]), ["+/8=", None], ["'+/8=", None], id="bytes"),
    pytest.param(pa.array([1, None], pa.date32()), ["1970-01-02", None], ["1970-01-02", None], id="day"),
    pytest.param(pa.array([1], pa.time64("us")), ["00:00:00.000001"], ["00:00:00.000001"], id="hour"),
    pytest.param(pa.array([1], pa.time64("ns")), ["00:00:00.000000001"], ["00:00:00.000000001"], id="hour, ns"),
    pytest.param(pa.array([1], pa.timestamp("s")), ["1970-01-01T00:00:01"], ["1970-01-01T00:00:01"], id="time"),
    pytest.param(
        pa.array([1], pa.timestamp("us", "UTC")),
        ["1970-01-01T00:00:00.000001Z"],
        ["1970-01-01T00:00:00.000001Z"],
        id="UTC",
    ),
    pytest.param(
        pa.array([1], pa.timestamp("s", "Asia/Tokyo")), ["1970-01-01T00:00:01Z"], ["1970-01-01T00:00:01Z"], id="zone"
    ),
    pytest.param(
        pa.array([1, None], NS),
        ["1970-01-01T00:00:00.000000001", None],
        ["1970-01-01T00:00:00.000000001", None],
        id="ns",
    ),
    pytest.param(
        pa.array([1], pa.timestamp("ns", "Asia/Tokyo")),
        ["1970-01-01T00:00:00.000000001Z"],
        ["1970-01-01T00:00:00.000000001Z"],
        id="ns, zone",
    ),
    pytest.param(pa.array([-1], pa.duration("ns")), [-1], [-1], id="duration"),
    pytest.param(pa.array([["=a"], [], None]), [["=a"], [], None], ['["=a"]', "[]", None], id="list"),
    pytest.param(
        pa.array([[1]], pa.list_(NS)),
        [["1970-01-01 00:00:00.000000001"]],
        ['["1970-01-01 00:00:00.000000001"]'],
        id="list of ns",
    ),
    pytest.param(pa.array([[1, 2]], pa.list_(pa.int8(), 2)), [[1, 2]], ["[1,2]"], id="list of two"),
    pytest.param(pa.array([[{"a": None}]]), [[{"a": None}]], ['[{"a":null}]'], id="structs"),
    pytest.param(
        pa.array([{"a": 1}], pa.struct([("a", pa.duration("s"))])), [{"a": 1}], ['{"a":1}'], id="struct of duration"
    ),
    pytest.param(pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), [[["k", 1]]], ['[["k",1]]'], id="map"),
    pytest.param(
        pa.array([[("k", 1)]], pa.map_(pa.string(), NS)),
        [[["k", "1970-01-01 00:00:00.000000001"]]],
        ['[["k","1970-01-01 00:00:00.000000001"]]'],
        id="map of ns",
    ),
]


@pytest.mark.parametrize(("column", "as_json", "as_cells"), TYPES)
def test_types(column, as_json, as_cells):
    batch = pa.RecordBatch.from_arrays([column], names=["x"])
    assert [json.loads(json_line(row))["x"] for row in rows(batch)] == as_json
    made = cells(batch).column("x").to_pylist()
    assert [float(v) if column.type == pa.decimal128(9, 2) else v for v in made] == as_cells


GUARDED = [
    *(pytest.param(f"{mark}1", f"'{mark}1", id=repr(mark)) for mark in "=+-@\t\r\n'＝＋－＠"),
    *(pytest.param(text, text, id=repr(text)) for text in ("", "a=1", " =1", "1", "a\n=1", "–1", "\u200b=1")),
]


@pytest.mark.parametrize(("text", "want"), GUARDED)
def test_what_a_spreadsheet_would_run_is_guarded(text, want):
    assert guarded(pa.array([text])).to_pylist() == [want]


@settings(deadline=None, derandomize=True)
@given(st.lists(st.text("=+-@\t\r\n'＝a,\"\0é", max_size=4) | st.none()))
def test_the_guard_can_be_undone(texts):
    made = guarded(pa.array(texts, pa.string())).to_pylist()
    assert [t if t is None else t.removeprefix("'") for t in made] == texts
    assert not [t for t in made if t and t[0] in "=+-@\t\r\n＝"]


def test_names_of_columns_are_guarded():
    assert cells(pa.RecordBatch.from_pydict({"=x": [1], "y": [2]})).schema.names == ["'=x", "y"]


def test_a_day_is_read_back():
    day = dt.date(2024, 2, 29)
    batch = pa.RecordBatch.from_pydict({"d": [day]})
    assert dt.date.fromisoformat(cells(batch).column("d")[0].as_py()) == day
