"""Documents in and records out as Arrow columns: the only room of the core that knows pyarrow.

Columns are built in bulk: untouched texts are the input's own buffers, cleaned text is joined from slices of them, spans
and evidence are flat arrays behind offsets. Only rows with findings ever become Python objects.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clean import schema, segment
from clean.errors import ConfigError
from clean.records import Evidence, Media, Stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clean.records import Result

_OURS: Final = tuple(column for column in schema.DATA[[c.name for c in schema.DATA].index(schema.BATCH_FROM) :])
_MAX_BYTES: Final = 2**31 - 1  # what one Arrow string array holds


class Documents:
    """The texts of a batch as UTF-8 slices of one buffer, and their addresses."""

    def __init__(self, batch: pa.RecordBatch, text: str, url: str | None) -> None:
        column = _strings(batch, text)
        if column is None:
            names = ", ".join(map(repr, batch.schema.names))
            raise ConfigError(f"the batch has no column {text!r}", help=f"its columns are {names}")
        self.texts = column
        self.offsets, self.data = _buffer(column)
        self.valid = None if not column.null_count else column.is_valid().to_numpy(zero_copy_only=False)
        urls = _strings(batch, url) if url else None
        self.urls: list[str | None] = [None] * len(column) if urls is None else urls.to_pylist()

    def __len__(self) -> int:
        return len(self.texts)

    def slices(self) -> list[memoryview]:
        """The UTF-8 bytes of every text; a null one is empty."""
        return _slices(self.offsets, self.data)

    def followed_by(self, texts: Sequence[str], rows: Sequence[int]) -> tuple[Any, Any, list[str | None]]:
        """(data, offsets, addresses) of the documents and, behind them, of other texts that belong to `rows`."""
        more = [text.encode() for text in texts]
        base, end = int(self.offsets[0]), int(self.offsets[-1])
        ends = np.cumsum([len(part) for part in more], dtype=np.int64) + (end - base)
        data = memoryview(b"".join([self.data[base:end], *more]))
        return data, np.concatenate([self.offsets - base, ends]), [*self.urls, *(self.urls[row] for row in rows)]

    def is_null(self, row: int) -> bool:
        """Whether a text is null."""
        return self.valid is not None and not self.valid[row]

    def long_lines(self) -> int:
        """How many lines line rules do not see, over all texts; only lines of that many bytes are looked at."""
        raw = np.frombuffer(self.data, np.uint8)[: self.offsets[-1]]
        breaks = np.concatenate([self.offsets[:1] - 1, np.flatnonzero(raw == ord("\n")), self.offsets[-1:]])
        found = 0
        for index in np.flatnonzero(np.diff(breaks) > segment.MAX_LINE_CHARS).tolist():
            low, high = breaks[index] + 1, breaks[index + 1]  # what stands between line ends; documents may end in it
            cuts = [
                low,
                *self.offsets[np.searchsorted(self.offsets, low, "right") : np.searchsorted(self.offsets, high)],
                high,
            ]
            for start, end in pairwise(cuts):
                line = str(self.data[start:end], "utf-8") if end - start > segment.MAX_LINE_CHARS else ""
                found += len(segment.without_marks(line).strip()) > segment.MAX_LINE_CHARS
        return found


def stated(batch: pa.RecordBatch) -> dict[int, Stated]:
    """What pages say of the rows of a reader's batch that came from pages: its columns `evidence` and `media`, if it has them."""
    if not {"evidence", "media"} <= set(batch.schema.names):
        return {}
    rows = zip(batch.column("evidence").to_pylist(), batch.column("media").to_pylist(), strict=True)
    return {
        row: Stated(tuple(Evidence(**item) for item in evidence or ()), tuple(_media(item) for item in media or ()))
        for row, (evidence, media) in enumerate(rows)
        if evidence or media
    }


def _media(item: dict[str, Any]) -> Media:
    return Media(**{**item, "agencies": tuple(item["agencies"]), "via": tuple(item["via"])})


def slices(texts: pa.Array) -> list[memoryview]:
    """The UTF-8 bytes of every text of an Arrow string array, without a copy; a null one is empty."""
    return _slices(*_buffer(texts))


def _buffer(texts: pa.Array) -> tuple[np.ndarray[Any, np.dtype[np.int64]], memoryview]:
    """Offsets and bytes of an Arrow string array."""
    wide = texts.cast(pa.large_string())
    _, offsets, data = wide.buffers()
    bounds = (
        np.frombuffer(offsets, np.int64)[wide.offset : wide.offset + len(wide) + 1]
        if offsets
        else np.zeros(1, np.int64)
    )
    return bounds, memoryview(data) if data is not None else memoryview(b"")


def _slices(offsets: np.ndarray[Any, np.dtype[np.int64]], data: memoryview) -> list[memoryview]:
    return [data[low:high] for low, high in pairwise(offsets.tolist())]


def _strings(batch: pa.RecordBatch, name: str) -> pa.Array | None:
    """A column of texts as Arrow `string`. Raises ConfigError where it is another type or stands twice."""
    found = batch.schema.get_all_field_indices(name)
    if not found:
        return None
    if len(found) > 1:
        raise ConfigError(
            f"the batch has {len(found)} columns named {name!r}",
            help="rename one of them: which is meant is not guessed",
        )
    column = batch.column(found[0])
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    kind = column.type
    if not (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_null(kind)
    ):
        raise ConfigError(f"the column {name!r} is {kind}, not text", help="cast it to string")
    if pa.types.is_large_string(kind) and column.nbytes > _MAX_BYTES:
        raise ConfigError(
            f"the column {name!r} holds {column.nbytes} bytes", help="hand over batches of less than 2 GiB"
        )
    try:
        column = column.cast(pa.string())
        column.validate(full=True)
    except pa.ArrowInvalid as error:
        raise ConfigError(f"the column {name!r} holds bytes that are not UTF-8", help=str(error)) from error
    return column


def outputs(
    batch: pa.RecordBatch, text: str, documents: Documents, results: Mapping[int, Result], ruleset: str
) -> pa.RecordBatch:
    """The user's columns with `text` replaced, then ours; a user's column with one of our names becomes `input_<name>`.

    `results` holds the rows a rule had something to say about, in row order; all others are untouched.
    """
    ours = {column.name for column in _OURS}
    names = [f"input_{name}" if name in ours else name for name in batch.schema.names]
    if clash := sorted(name for name in names if name.startswith("input_") and names.count(name) > 1):
        raise ConfigError(f"the batch has both {clash[0][6:]!r} and {clash[0]!r}", help="rename one of them")
    changed = {row: result.text.encode() for row, result in results.items() if result.removed}
    texts = _edited(documents, changed) if changed else documents.texts
    arrays = [texts if name == text else array for name, array in zip(batch.schema.names, batch.columns, strict=True)]
    made = {
        **_measures(documents, results, changed),
        **_lists(len(documents), results),
        **_scalars(len(documents), results),
    }
    made["ruleset"] = pa.repeat(ruleset, len(documents))
    fields = [
        batch.schema.field(index).with_name(name).with_type(arrays[index].type) for index, name in enumerate(names)
    ]
    fields += [schema.arrow_field(column.name, column.type) for column in _OURS]
    return pa.RecordBatch.from_arrays([*arrays, *(made[column.name] for column in _OURS)], schema=pa.schema(fields))


def _edited(documents: Documents, changed: Mapping[int, bytes]) -> pa.Array:
    """All texts, the changed ones replaced: one join of slices, offsets moved by what was cut before them."""
    parts: list[Any] = []
    offsets, data = documents.offsets, documents.data
    sizes = np.diff(offsets)
    at = int(offsets[0])
    for row, cleaned in changed.items():
        low, high = int(offsets[row]), int(offsets[row + 1])
        parts += (data[at:low], cleaned)
        sizes[row] = len(cleaned)
        at = high
    parts.append(data[at : int(offsets[-1])])
    ends = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=ends[1:])
    validity = None if documents.valid is None else pa.array(documents.valid).buffers()[1]
    buffers = [validity, pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
    return pa.Array.from_buffers(pa.string(), len(sizes), buffers)


def _measures(documents: Documents, results: Mapping[int, Result], changed: Mapping[int, bytes]) -> dict[str, pa.Array]:
    """Lengths and digests."""
    chars = pc.fill_null(pc.utf8_length(documents.texts), 0)
    removed = np.zeros(len(documents), np.int32)
    over = np.zeros(len(documents), bool)
    for row, result in results.items():
        removed[row] = result.removed_chars
        over[row] = result.over_budget
    sha256 = hashlib.sha256
    inputs = [sha256(part).hexdigest() for part in documents.slices()]
    after = inputs.copy() if changed else inputs
    for row, cleaned in changed.items():
        after[row] = sha256(cleaned).hexdigest()
    return {
        "input_chars": chars.cast(pa.int32()),
        "removed_chars": pa.array(removed),
        "over_budget": pa.array(over),
        "input_sha256": pa.array(inputs, pa.string()),
        "text_sha256": pa.array(after, pa.string()) if changed else pa.array(inputs, pa.string()),
    }


def _lists(rows: int, results: Mapping[int, Result]) -> dict[str, pa.Array]:
    """Every list column: flat values behind offsets."""
    found = {}
    for column in _OURS:
        if column.type.startswith("list"):
            items = [(row, getattr(result, column.name)) for row, result in results.items()]
            flat = [item for _, values in items for item in values]
            found[column.name] = pa.ListArray.from_arrays(
                _offsets(rows, items), _flat(column.type[5:-1], flat), schema.arrow_type(column.type)
            )
    return found


def _offsets(rows: int, items: Sequence[tuple[int, Sequence[Any]]]) -> pa.Array:
    counts = np.zeros(rows + 1, np.int32)
    for row, values in items:
        counts[row + 1] = len(values)
    return pa.array(np.cumsum(counts, dtype=np.int32))


def _flat(item: str, values: Sequence[Any]) -> pa.Array:
    """The values of a list column: texts, or records of one of our structs."""
    if item not in schema.STRUCTS:
        return pa.array(values, pa.string())
    fields = [schema.arrow_field(name, notation) for name, notation in schema.STRUCTS[item]]
    arrays = [_field(notation, [getattr(value, name) for value in values]) for name, notation in schema.STRUCTS[item]]
    return pa.StructArray.from_arrays(arrays, fields=fields)


def _field(notation: str, values: Sequence[Any]) -> pa.Array:
    if not notation.startswith("list"):
        return pa.array(values, schema.arrow_type(notation))
    ends = np.fromiter(accumulate((len(value) for value in values), initial=0), np.int32, len(values) + 1)
    flat = pa.array([part for value in values for part in value], pa.string())
    return pa.ListArray.from_arrays(pa.array(ends), flat, schema.arrow_type(notation))


def _scalars(rows: int, results: Mapping[int, Result]) -> dict[str, pa.Array]:
    """The provenance scalars: null but where a row says something."""
    return {name: _sparse(rows, schema.BY_NAME[name].type, _stated(name, results)) for name in schema.SCALARS}


def _stated(name: str, results: Mapping[int, Result]) -> Iterator[tuple[int, Any]]:
    for row, result in results.items():
        value = getattr(result, name)
        if value is not None:
            yield row, _READ[name](value) if name in _READ else value


_READ: Final = {"published_date": date.fromisoformat, "published_at": datetime.fromisoformat}


def _sparse(rows: int, notation: str, stated: Iterator[tuple[int, Any]]) -> pa.Array:
    values: list[Any] | None = None
    for row, value in stated:
        values = values or [None] * rows
        values[row] = value
    return (
        pa.nulls(rows, schema.arrow_type(notation)) if values is None else pa.array(values, schema.arrow_type(notation))
    )
