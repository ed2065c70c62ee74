"""CSV and TSV: a header, then one row, one document. Read as a stream; a row that does not fit is a reject with its line.

The first row names the columns, always. Values are strings and stay as they stand: `007` is no number. Blank lines are no
records. Records count the rows from 0, the header left out.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from clean.errors import SourceError
from clean.sources import fields
from clean.sources.batches import Batcher, Document, fault_reject
from clean.sources.model import MAX_DOCUMENT_BYTES, MAX_USER_COLUMNS, Columns, Fields, Input, Reject, Roles, Survey
from clean.sources.packing import bare
from clean.sources.textlines import BYTE, TextLines

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
HEADER_LINES: Final = 100  # a quoted name may hold line ends
MAX_LINE_CHARS: Final = 2 * MAX_DOCUMENT_BYTES
_ENDLESS: Final = ("field larger than field limit", "unexpected end of data")  # of a quote that is never closed


def survey(file: Input, asked: Fields) -> Survey:
    """The header: column names, the delimiter they are parted by, which of them is the text."""
    header = _header(file, asked.encoding)
    if not header:
        return Survey()
    dialect, names, roles = _choose(header, file, asked)
    if len(names) > MAX_USER_COLUMNS:
        what = f"more than {MAX_USER_COLUMNS} columns; is the first line the header?"
        raise SourceError(what, stage="read", reason="too_many", where=f"{file.source_path}:1")
    mapped = roles.names()
    return Survey(roles=roles, types={name: pa.string() for name in names if name not in mapped}, dialect=dialect)


def _header(file: Input, encoding: str | None) -> list[str]:
    """The lines the header may stand on; none for a file without one."""
    lines = TextLines(file, encoding, MAX_LINE_CHARS)
    found: list[str] = []
    try:
        for line in itertools.islice(lines, HEADER_LINES):
            if BYTE.search(line) and not any(map(str.strip, found)):
                raise lines.undecodable(line)
            found.append(line)
    except SourceError as error:
        if not any(map(str.strip, found)):
            error.where = f"{file.source_path}:{lines.line or 1}"
            raise
        # Damage below the header is told by `read`, after what is whole.
    return found if any(map(str.strip, found)) else []


def _first_row(lines: Iterator[str], delimiter: str) -> list[str]:
    """The header: the first row that is not blank. Not strict: what is no header is told by the names it lacks."""
    return next(row for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1 or "".join(row).strip())


def _choose(header: list[str], file: Input, asked: Fields) -> tuple[str, list[str], Roles]:
    """(delimiter, names, roles): the suffix's own delimiter where it finds a text, else the one other that does."""
    own = "\t" if bare(file.path).endswith(b".tsv") else ","
    where = f"{file.source_path}:1"
    found: list[tuple[str, list[str], Roles]] = []
    first: SourceError | None = None
    for delimiter in (own, *(d for d in DELIMITERS if d != own)):
        try:
            found.append((delimiter, *_names(header, delimiter, asked, where)))
        except SourceError as error:
            first = first or error
        if found and delimiter == own:
            return found[0]
    if len(found) == 1:
        delimiter, names, roles = found[0]
        return delimiter, names, replace(roles, aloud=(*roles.aloud, f"delimiter = {DELIMITERS[delimiter]}"))
    assert first is not None  # the own delimiter found nothing
    if first.reason == "no_column":
        others = ", ".join(name for delimiter, name in DELIMITERS.items() if delimiter != own)
        first.message += f"; the first line must name the columns, parted by {DELIMITERS[own]} (or one of {others})"
    raise first


def _names(header: list[str], delimiter: str, asked: Fields, where: str) -> tuple[list[str], Roles]:
    try:
        names = _first_row(iter(header), delimiter)
    except (csv.Error, StopIteration) as error:
        what = f"the header cannot be read ({error}); expected column names on one line"
        raise SourceError(what, stage="read", reason="bad_csv", where=where) from error
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        what = f"two columns have one name: {', '.join(twice[: fields.MAX_NAMES_TOLD])}; rename one"
        raise SourceError(what, stage="read", reason="duplicate_column", where=where)
    return names, fields.choose(names, asked, where=where)


def read(file: Input, found: Survey, columns: Columns) -> Iterator[Any]:
    """Every row as a document or a reject, in order."""
    if found.roles is None:  # no header, no rows
        return
    batcher = Batcher(file.source_path, columns)
    rows = _Rows(file, found, found.roles)
    try:
        for record, row in rows:
            if isinstance(row, SourceError):
                batcher.reject(fault_reject(file.source_path, row, record=record))
            else:
                try:
                    batcher.add(rows.document(record, row, columns))
                except SourceError as error:
                    batcher.reject(rows.reject(error, record, row))
            if batcher.full():
                yield from batcher.take()
    except SourceError as error:
        yield from batcher.close()
        error.where = error.where or f"{file.source_path}:{rows.lines.line + 1}"
        yield fault_reject(file.source_path, error)
        return
    yield from batcher.close()
    if rows.lines.trailing is not None:
        yield fault_reject(file.source_path, rows.lines.trailing)


class _Rows:
    """The rows of a file under its header."""

    def __init__(self, file: Input, found: Survey, roles: Roles) -> None:
        self.where, self.roles = file.source_path, roles
        self.lines = TextLines(file, found.encoding, MAX_LINE_CHARS)
        self.delimiter = found.dialect
        self.names: list[str] = []
        self.begun = 1  # line the current row begins on

    def __iter__(self) -> Iterator[tuple[int, list[str] | SourceError]]:
        """(record, its cells or what is wrong with it). A damaged row ends at the next row that fits the header."""
        csv.field_size_limit(MAX_DOCUMENT_BYTES)  # the module's own limit, 131,072, is no article's
        lines = iter(self.lines)
        self.names = _first_row(lines, self.delimiter)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        record, damaged = 0, False
        while True:
            self.begun = self.lines.line + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if str(error).startswith(_ENDLESS):
                    raise self._fault(
                        "a quote opens here and is never closed; the rest of the file is in it"
                    ) from error
                if not damaged:
                    yield (
                        record,
                        self._fault(f"the row cannot be read ({error}); double the quotes inside a quoted field"),
                    )
                    record += 1
                damaged = True
                continue
            if len(row) == len(self.names):
                damaged = False
                yield record, row
                record += 1
            elif not damaged and (len(row) > 1 or "".join(row).strip()):  # blank lines are no rows
                what = f"the row has {len(row)} field{'' if len(row) == 1 else 's'}; the header names {len(self.names)}"
                yield record, self._fault(what)
                record += 1

    def _fault(self, what: str, reason: str = "bad_csv") -> SourceError:
        return SourceError(what, stage="read", reason=reason, where=f"{self.where}:{self.begun}")

    def document(self, record: int, row: list[str], columns: Columns) -> Document:
        """A row as a document. Raises SourceError where a cell is not of the file's encoding."""
        joined = self.delimiter.join(row)
        if not joined.isascii() and BYTE.search(joined):
            error = self.lines.undecodable(joined)
            error.where = f"{self.where}:{self.begun}"
            raise error
        values = dict(zip(self.names, row, strict=True))
        text = values[self.roles.text]
        extra = {name: values[name] for name in columns.names if name in values and name not in self.roles.names()}
        digest = hashlib.sha256(text.encode()).hexdigest()
        return Document(text, record, None, digest, self.lines.codec, *self._keys(values), extra=extra)

    def _keys(self, values: dict[str, str]) -> tuple[str | None, str | None]:
        key, url = (values[name] if name else None for name in (self.roles.id, self.roles.url))
        return key or None, url or None  # an empty cell states nothing

    def reject(self, error: SourceError, record: int, row: list[str]) -> Reject:
        """What is wrong with a row, with its key and address where those can be told."""
        told = (
            None if value is None or BYTE.search(value) else value
            for value in self._keys(dict(zip(self.names, row, strict=True)))
        )
        key, url = told
        return replace(fault_reject(self.where, error, record=record), record_id=key, url=url)
