"""Parquet: one row, one document. Row groups one at a time, page checksums verified, every string checked for UTF-8."""

# Names of files are bytes here: they need not be UTF-8.
# ruff: noqa: PTH123
from __future__ import annotations

import contextlib
import hashlib
import io
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
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
from clean.sources.streams import file_sha256, is_gzip_name, os_fault, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_UNPACKED_BYTES: Final = 1 << 30  # a .parquet.gz must be held whole: the format is read from its end


def survey(file: Input, asked: Fields) -> Survey:
    """The file's digest, its field choice, the types of its other columns: the footer only, no pages."""
    sha256 = file_sha256(file.path)
    try:
        with _open(file) as parquet:
            names = parquet.schema_arrow.names
            types = {field.name: plain_type(field.type) for field in parquet.schema_arrow}
            _check_names(names, file.source_path)
            nested = [path for field in parquet.schema_arrow for path in _inside(field.name, field.type)]
            roles = fields.choose(names, asked, where=file.source_path, nested=nested)
            _check_text_type(types[roles.text], roles.text, file.source_path)
    except SourceError as error:
        return Survey(sha256, fault=fault_reject(file.source_path, error))
    mapped = roles.names()
    return Survey(sha256, roles, types={name: kind for name, kind in types.items() if name not in mapped})


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
            if is_gzip_name(file.path):
                source: Any = pa.BufferReader(_unpacked(file.path))
            else:
                source = stack.enter_context(open(file.path, "rb"))
                _check_magic(source)
            options = {"page_checksum_verification": True, "arrow_extensions_enabled": False}
            parquet = stack.enter_context(pq.ParquetFile(source, **options))
        except (pa.ArrowException, MemoryError, ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:  # without a number it is pyarrow's complaint
                raise os_fault(error) from error
            what = f"not a whole Parquet file ({_said(error)})"
            raise SourceError(what, stage="open", reason="corrupt", where=file.source_path) from error
        yield parquet


def _unpacked(path: bytes) -> bytes:
    data, trailing = whole(path, MAX_UNPACKED_BYTES)
    if trailing is not None:
        raise trailing
    return data


def _check_magic(source: io.BufferedReader) -> None:
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


def read(file: Input, roles: Roles | None, columns: Columns) -> Iterator[Any]:
    """Every row as a document or a reject. What is whole of a damaged row group is kept; one reject tells of the rest."""
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
    wanted = [name for name in parquet.schema_arrow.names if name in roles.names() or name in columns.names]
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
        self.batch = pa.RecordBatch.from_arrays([_plain(a) for a in batch.columns], names=batch.schema.names)
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
