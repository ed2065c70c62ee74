"""Parquet: one row, one document. Row groups one at a time, page checksums verified, every string checked for UTF-8."""

from __future__ import annotations

import contextlib
import hashlib
import io
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clean.errors import SourceError
from clean.sources import fields
from clean.sources.batches import fault_reject
from clean.sources.model import (
    FRAME,
    MAX_BATCH_BYTES,
    MAX_BATCH_ROWS,
    MAX_DOCUMENT_BYTES,
    Columns,
    Fields,
    Input,
    Reject,
    Roles,
    Survey,
    frame_schema,
)  # fmt: skip
from clean.sources.streams import os_fault, seekable

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_UNPACKED_BYTES: Final = 1 << 30  # a .parquet.gz must be held whole: the format is read from its end


def survey(file: Input, asked: Fields) -> Survey:
    """The field choice of a file and the types of its other columns: the footer only, no pages."""
    try:
        with _open(file) as parquet:
            names, arrow = parquet.schema_arrow.names, parquet.schema_arrow
            rows = parquet.metadata.num_rows
        types = {field.name: plain_type(field.type) for field in arrow}
        _check_names(names, file.source_path)
        nested = [path for field in arrow for path in _inside(field.name, field.type)]
        wanted = [name for name in (asked.text, asked.url, asked.id) if name and "." in name]
        deep = {name: kind for name in wanted if name not in types and (kind := _type_at(arrow, name))}
        roles = fields.choose([*names, *deep], asked, where=file.source_path, nested=nested)
        _check_text_type({**types, **deep}[roles.text], roles.text, file.source_path)
    except SourceError as error:
        return Survey(fault=fault_reject(file.source_path, error))
    mapped = roles.names()
    others = {name: _left_type(kind, roles.inside(name)) for name, kind in types.items() if name not in mapped}
    return Survey(roles=roles, types={name: kind for name, kind in others.items() if kind is not None}, documents=rows)


def _type_at(schema: Any, name: str) -> Any:
    """The type at a dotted path through structs, or None."""
    head, *rest = name.split(".")
    if head not in schema.names:
        return None
    kind = schema.field(head).type
    for part in rest:
        if not pa.types.is_struct(kind) or kind.get_field_index(part) < 0:
            return None
        kind = kind.field(part).type
    return plain_type(kind)


def _left_type(kind: Any, paths: list[tuple[str, ...]]) -> Any:
    """A struct's type without the fields that are mapped; None when nothing is left of it."""
    if not paths:
        return kind
    kept = []
    for field in kind:
        below = [rest for head, *rest in paths if head == field.name]
        left = field.type if not below else None if [] in below else _left_type(field.type, [tuple(b) for b in below])
        if left is not None:
            kept.append(field.with_type(left))
    return pa.struct(kept) if kept else None


def _check_names(names: list[str], where: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        what = f"two columns have one name: {', '.join(twice)}; rename one"
        raise SourceError(what, stage="read", reason="duplicate_column", where=where)


def plain_type(kind: Any) -> Any:
    """A user column's type in our output: dictionaries decoded, typeless columns become strings."""
    if pa.types.is_dictionary(kind):
        return plain_type(kind.value_type)
    plain = {
        pa.null(): pa.string(),
        pa.string_view(): pa.string(),
        pa.binary_view(): pa.binary(),
    }  # views: no `take` kernel
    return plain.get(kind, kind)


def _is_texty(kind: Any) -> bool:
    t = pa.types
    return any(
        is_it(kind)
        for is_it in (
            t.is_string,
            t.is_large_string,
            t.is_string_view,
            t.is_binary,
            t.is_large_binary,
            t.is_binary_view,
        )
    )


def _check_text_type(kind: Any, name: str, where: str) -> None:
    if not _is_texty(kind):
        raise SourceError(f'"{name}" is {kind}; expected strings', stage="read", reason="text_type", where=where)


def _inside(name: str, kind: Any, depth: int = 4) -> Iterator[str]:
    """Dotted paths of known text fields inside structs."""
    if pa.types.is_struct(kind) and depth:
        for i in range(kind.num_fields):
            field = kind.field(i)
            if field.name in fields.TEXT_NAMES:
                yield f"{name}.{field.name}"
            yield from _inside(f"{name}.{field.name}", field.type, depth - 1)


@contextlib.contextmanager
def _open(file: Input) -> Iterator[Any]:
    """The Parquet file, footer read; closed with the block. Raises SourceError when it is none."""
    with contextlib.ExitStack() as stack:
        try:
            source = stack.enter_context(seekable(file, MAX_UNPACKED_BYTES))
            _check_magic(source)
            options = {"page_checksum_verification": True, "arrow_extensions_enabled": False}
            parquet = stack.enter_context(pq.ParquetFile(source, **options))
        except (pa.ArrowException, MemoryError, ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:  # without a number it is pyarrow's complaint
                raise os_fault(error) from error
            what = f"not a whole Parquet file ({_said(error)})"
            raise SourceError(what, stage="open", reason="corrupt", where=file.source_path) from error
        yield parquet


def _check_magic(source: Any) -> None:
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    head = source.read(4)
    source.seek(max(0, size - 4))
    tail = source.read(4)
    source.seek(0)
    if head == tail == b"PARE":
        raise SourceError("the Parquet file is encrypted", stage="open", reason="encrypted")
    if head == b"PAR1" != tail or size == 0:
        what = "zero bytes" if size == 0 else "the end of the Parquet file is missing"
        raise SourceError(f"{what}; fetch the file again", stage="open", reason="truncated")


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def read(file: Input, found: Survey, columns: Columns) -> Iterator[Any]:
    """Every row as a document or a reject. What is whole of a damaged row group is kept; one reject tells of the rest."""
    roles = found.roles
    assert roles is not None  # a file without a text column never comes here
    try:
        with _open(file) as parquet:
            start = 0
            for group in range(parquet.num_row_groups):
                yield from _group(parquet, group, start, (file.source_path, roles, columns))
                start += parquet.metadata.row_group(group).num_rows
    except SourceError as error:
        yield fault_reject(file.source_path, error)


def _group(parquet: Any, group: int, start: int, what: tuple[str, Roles, Columns]) -> Iterator[Any]:
    source_path, roles, columns = what
    heads = {name.partition(".")[0] for name in roles.names()} | roles.names()
    wanted = [name for name in parquet.schema_arrow.names if name in heads or name in columns.names]
    at = start
    try:
        size = _rows_at_once(parquet.metadata.row_group(group))
        for batch in parquet.iter_batches(size, row_groups=[group], columns=wanted):
            yield from _Rows(source_path, roles, columns, batch, at).out()
            at += batch.num_rows
    except (pa.ArrowException, OSError, MemoryError) as error:
        place = f"row group {group + 1} of {parquet.num_row_groups} is damaged from row {at} on"
        message = f"{source_path}: {place} ({_said(error)}); the other groups are kept"
        yield Reject(source_path, "read", "corrupt", message, at)


def _rows_at_once(group: Any) -> int:
    size = group.total_byte_size // max(1, group.num_rows)
    return int(min(MAX_BATCH_ROWS, max(1, MAX_BATCH_BYTES // max(1, size))))


class _Rows:
    """One Arrow batch of the file on its way to ours: bad rows out, frame columns made."""

    def __init__(self, source_path: str, roles: Roles, columns: Columns, batch: Any, start: int) -> None:
        self.source_path, self.roles, self.columns, self.start = source_path, roles, columns, start
        arrays = {name: _plain(batch.column(name)) for name in batch.schema.names}
        deep = {name: _plain(_at(arrays, name)) for name in sorted(roles.names()) if name not in arrays}
        arrays = {
            name: left for name, array in arrays.items() if (left := _left(array, roles.inside(name))) is not None
        }
        self.batch = pa.RecordBatch.from_pydict({**arrays, **deep})
        self.faults: dict[int, tuple[str, str, str]] = {}  # row → stage, reason, what

    def out(self) -> Iterator[Any]:
        """Batches within bounds, each after the rejects that stood before its end."""
        raw = self.batch.column(self.roles.text).cast(pa.large_binary()).to_pylist()
        for row, value in enumerate(raw):
            if fault := self._fault(value):
                self.faults[row] = fault
        for name in self.batch.schema.names:
            if name != self.roles.text:
                self._check_column(name)
        good = [row for row in range(len(raw)) if row not in self.faults]
        bad = sorted(self.faults)
        for part in _bounded(good, raw):
            while bad and bad[0] < part[-1]:
                yield self._reject(bad.pop(0), raw)
            yield self._frame(part, raw)
        for row in bad:
            yield self._reject(row, raw)

    def _reject(self, row: int, raw: list[bytes | None]) -> Reject:
        stage, reason, what = self.faults[row]
        record, value = self.start + row, raw[row]
        digest = None if value is None else hashlib.sha256(value).hexdigest()
        key, url = (self._told(name, row) for name in (self.roles.id, self.roles.url))
        message = f"{self.source_path}: row {record}: {what}"
        return Reject(self.source_path, stage, reason, message, record, None, digest, key, url)

    def _fault(self, value: bytes | None) -> tuple[str, str, str] | None:
        name = self.roles.text
        if value is None:
            return "read", "text_null", f'"{name}" is null; expected a string'
        if len(value) > MAX_DOCUMENT_BYTES:
            return "read", "too_large", f'"{name}" is larger than {MAX_DOCUMENT_BYTES >> 20} MB'
        try:
            value.decode("utf-8")
        except UnicodeDecodeError as error:
            return "decode", "encoding", f'byte {error.start} of "{name}" is not UTF-8 ({error.reason})'
        return None

    def _check_column(self, name: str) -> None:
        """Arrow does not check strings on reading: find the rows whose bytes are no UTF-8."""
        column = self.batch.column(name)
        if _valid(column):
            return
        for row in range(len(column)):
            if not _valid(column.take(pa.array([row]))):
                self.faults.setdefault(row, ("decode", "encoding", f'"{name}" is not UTF-8'))

    def _told(self, name: str | None, row: int) -> str | None:
        if name is None or (row in self.faults and f'"{name}"' in self.faults[row][2]):
            return None
        return _as_text(self.batch.column(name)[row].as_py())

    def _frame(self, rows: list[int], raw: list[bytes]) -> Any:
        target = frame_schema(self.columns)
        texts = [raw[row] for row in rows]
        roles, picked = self.roles, self.batch.take(pa.array(rows, pa.int64()))
        keys, urls = (
            [_as_text(v) for v in picked.column(n).to_pylist()] if n else [None] * len(rows)
            for n in (roles.id, roles.url)
        )
        frame: dict[str, Any] = {
            "source_path": [self.source_path] * len(rows),
            "source_record": [self.start + row for row in rows],
            "source_offset": [None] * len(rows),
            "source_sha256": [hashlib.sha256(text).hexdigest() for text in texts],
            "record_id": keys,
            "encoding": ["utf-8"] * len(rows),
            "url": urls,
            "retrieved_at": [None] * len(rows),
            "text": [text.decode("utf-8") for text in texts],
        }
        arrays = [pa.array(frame[name], target.field(name).type) for name in FRAME]
        mapped = roles.names()
        for name, output in self.columns.names.items():
            kind = target.field(output).type
            held = name in picked.schema.names and name not in mapped
            arrays.append(picked.column(name).cast(kind) if held else pa.nulls(len(rows), kind))
        return pa.RecordBatch.from_arrays(arrays, schema=target)


def _plain(array: Any) -> Any:
    """Dictionaries decoded, typeless arrays and views as plain ones."""
    while pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    kind = plain_type(array.type)
    if pa.types.is_string_view(
        array.type
    ):  # through bytes: a cast between strings would check UTF-8 for the whole batch
        return pa.array(array.view(pa.binary_view()).to_pylist(), pa.binary()).view(kind)
    return array if array.type.equals(kind) else array.cast(kind)


def _at(arrays: dict[str, Any], name: str) -> Any:
    """The values at a dotted path through structs, null where a struct above is null."""
    head, *rest = name.split(".")
    return pc.struct_field(arrays[head], rest)


def _left(array: Any, paths: list[tuple[str, ...]]) -> Any:
    """A struct column without the fields that are mapped; None when nothing is left of it."""
    if not paths:
        return array
    kept = {}
    for field in array.type:
        below = [tuple(rest) for head, *rest in paths if head == field.name]
        left = None if () in below else _left(array.field(field.name), below)
        if left is not None:
            kept[field.name] = left
    return pa.StructArray.from_arrays(list(kept.values()), list(kept), mask=array.is_null()) if kept else None


def _valid(array: Any) -> bool:
    try:
        array.validate(full=True)
    except pa.ArrowException:
        return False
    return True


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def _bounded(rows: list[int], raw: list[bytes]) -> Iterator[list[int]]:
    part: list[int] = []
    size = 0
    for row in rows:
        part.append(row)
        size += len(raw[row])
        if size >= MAX_BATCH_BYTES or len(part) >= MAX_BATCH_ROWS:
            yield part
            part, size = [], 0
    if part:
        yield part
