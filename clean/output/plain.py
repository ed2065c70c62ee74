"""Arrow values as JSON and as cells of a table, with nothing lost that the form can hold; the same with or without pandas.

Times are RFC 3339 (UTC as `Z`), days ISO 8601, bytes base64, decimals text, durations whole numbers of their unit, maps
lists of pairs. JSON knows no NaN and no infinity: they are null.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

_OPTIONS: Final = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
# What spreadsheets take for a formula at the start of a cell, as OWASP lists it, and our own mark, so that it can be undone.
_FORMULA: Final = "\\A([=+\\-@\t\r\n'\uff1d\uff0b\uff0d\uff20])"


def json_line(value: Any) -> bytes:
    """A value as JSON and a line end."""
    return orjson.dumps(value, default=_told, option=_OPTIONS | orjson.OPT_APPEND_NEWLINE)


def _told(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def rows(batch: Any) -> list[dict[str, Any]]:
    """The rows of a batch, every value one that `json_line` writes."""
    made: list[dict[str, Any]] = plain(batch).to_pylist()
    return made


def plain(batch: Any) -> Any:
    """The batch in types that Python holds exactly: times with a zone in UTC, nanoseconds as text, durations as numbers."""
    return pa.RecordBatch.from_arrays([_plain(column) for column in batch.columns], names=batch.schema.names)


def _plain(column: Any) -> Any:
    made = column
    for leaf in (_in_utc, _exact):  # in this order: text of a time in another zone would need a table of zones
        target = _mapped(made.type, leaf)
        made = made if made.type.equals(target) else made.cast(target)
    # At the top the blank between day and hour becomes the T of RFC 3339; inside lists Arrow's own form stays.
    was_time = pa.types.is_timestamp(column.type) and pa.types.is_string(made.type)
    return pc.replace_substring(made, " ", "T", max_replacements=1) if was_time else made


def _in_utc(arrow: Any) -> Any:
    return pa.timestamp(arrow.unit, "UTC") if pa.types.is_timestamp(arrow) and arrow.tz else arrow


def _exact(arrow: Any) -> Any:
    t = pa.types
    if (t.is_timestamp(arrow) or t.is_time(arrow)) and arrow.unit == "ns":
        return pa.string()
    if t.is_duration(arrow):
        return pa.int64()
    return pa.float32() if t.is_float16(arrow) else arrow


def _mapped(arrow: Any, leaf: Callable[[Any], Any]) -> Any:
    """The type with `leaf` done to every type in it that holds no other."""
    t = pa.types
    if t.is_dictionary(arrow):
        return _mapped(arrow.value_type, leaf)
    if t.is_struct(arrow):
        return pa.struct([_field(field, leaf) for field in arrow])
    if t.is_map(arrow):
        return pa.map_(_mapped(arrow.key_type, leaf), _field(arrow.item_field, leaf))
    if t.is_fixed_size_list(arrow):
        return pa.list_(_field(arrow.value_field, leaf), arrow.list_size)
    if t.is_list(arrow) or t.is_large_list(arrow):
        return (pa.list_ if t.is_list(arrow) else pa.large_list)(_field(arrow.value_field, leaf))
    return leaf(arrow)


def _field(field: Any, leaf: Callable[[Any], Any]) -> Any:
    return field.with_type(_mapped(field.type, leaf))


def cells(batch: Any) -> Any:
    """The batch as a table of cells: numbers and truth values as they are, all else text; nested values are JSON.

    A text that a spreadsheet would take for a formula gets one `'` before it, and so does one that starts with `'`: who
    takes one leading `'` away from every text has what stood there. Column names are treated alike.
    """
    columns = [_cells(column) for column in plain(batch).columns]
    return pa.RecordBatch.from_arrays(columns, names=guarded(pa.array(batch.schema.names, pa.string())).to_pylist())


def _cells(column: Any) -> Any:
    t, arrow = pa.types, column.type
    if t.is_boolean(arrow) or t.is_integer(arrow) or t.is_floating(arrow) or t.is_decimal(arrow) or t.is_null(arrow):
        return column
    if t.is_string(arrow) or t.is_large_string(arrow) or t.is_string_view(arrow):
        return guarded(column.cast(pa.large_string()))
    return guarded(pa.array([_cell(value) for value in column.to_pylist()], pa.large_string()))


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    written = orjson.dumps(value, default=_told, option=_OPTIONS).decode()
    return written if isinstance(value, (list, dict, tuple)) else written.strip('"')


def guarded(texts: Any) -> Any:
    r"""Arrow texts that no spreadsheet takes for formulas.

    >>> guarded(pa.array(["=1+1", "'a", "a=1"])).to_pylist()
    ["'=1+1", "''a", 'a=1']
    """
    return pc.replace_substring_regex(texts, _FORMULA, r"'\1")
