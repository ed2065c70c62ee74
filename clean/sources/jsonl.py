"""JSON Lines: one object, one document. Records are physical lines from 0, so that line N is record N - 1."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from clean.errors import SourceError
from clean.sources import fields, json_line
from clean.sources.batches import Batcher, Document, fault_reject
from clean.sources.model import MAX_DOCUMENT_BYTES, MAX_USER_COLUMNS, Columns, Fields, Input, Roles, Survey
from clean.sources.streams import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

BOM: Final = b"\xef\xbb\xbf"
UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
NESTED_LOOKED_AT: Final = 20  # objects


def survey(file: Input, asked: Fields) -> Survey:
    """One pass over the file: the fields of the first object that names a text, the sorts of all others."""
    roles: Roles | None = None
    kinds: dict[str, set[str]] = {}
    first: SourceError | None = None
    nested: set[str] = set()
    count = 0
    try:
        for _, value in _objects(file):
            count += 1
            if isinstance(value, SourceError):
                continue
            _meet(kinds, value, file.source_path)
            if roles is None:
                if count <= NESTED_LOOKED_AT:
                    nested |= _nested(value)
                roles, unchosen = _choose(value, asked, file.source_path)
                first = first or unchosen
    except SourceError as error:
        if error.reason in ("too_many", "not_object", "encoding") or not kinds:
            # Kept out of the job by its own reject; a cut or damaged stream is told by `read`, after what is whole.
            return Survey(fault=fault_reject(file.source_path, error, record=None))
    if kinds and roles is None:
        fault = first if first and any(name in kinds for name in fields.TEXT_NAMES) else None
        fault = fault or fields.no_column(kinds, asked, where=file.source_path, nested=nested)
        return Survey(fault=fault_reject(file.source_path, fault))
    mapped = roles.names() if roles else frozenset()
    others = {name: frozenset(met - {""}) for name, met in kinds.items() if name not in mapped}
    return Survey(roles=roles, kinds=others, documents=count)


def _meet(kinds: dict[str, set[str]], value: dict[str, Any], where: str) -> None:
    for name, item in value.items():
        kinds.setdefault(name, set()).add(json_line.kind(item))
    if len(kinds) > MAX_USER_COLUMNS:
        what = f"more than {MAX_USER_COLUMNS} different fields: keys that are data; put them into one field"
        raise SourceError(what, stage="read", reason="too_many", where=where)


def _choose(value: dict[str, Any], asked: Fields, where: str) -> tuple[Roles | None, SourceError | None]:
    """The first object that holds a text field decides for the file; url and id are then looked for in it too."""
    try:
        return fields.choose(fields.reached(value, asked), asked, where=where), None
    except SourceError as error:
        return None, error


def _nested(value: dict[str, Any]) -> set[str]:
    """Dotted paths of text fields one level down: only to say so in a message."""
    return {f"{n}.{k}" for n, v in value.items() if isinstance(v, dict) for k in fields.TEXT_NAMES if k in v}


def _objects(file: Input) -> Iterator[tuple[tuple[int, int, bytes], dict[str, Any] | SourceError]]:
    """((record, offset, line), object or what is wrong with it) for each line that is not blank."""
    first = True
    for record, (offset, line) in enumerate(lines(file)):
        where = f"{file.source_path}:{record + 1}"
        if line is None:
            yield (
                (record, offset, b""),
                SourceError("the line is too long", stage="read", reason="too_large", where=where),
            )
            continue
        if record == 0 and line.startswith(UTF16_MARKS):
            raise SourceError(
                "UTF-16 data; JSON Lines must be UTF-8: convert it, e.g. with iconv",
                stage="decode",
                reason="encoding",
                where=where,
            )
        bare = line.removeprefix(BOM) if record == 0 else line
        if not bare.strip():
            continue
        try:
            value: dict[str, Any] | SourceError = json_line.parse(bare, where=where)
        except SourceError as error:
            if first and bare.strip()[:1] in (b"[", b"{") and _spread(bare):
                raise SourceError(
                    "a JSON array or object over several lines; expected one whole object on each line (jq -c '.[]' makes it so)",
                    stage="read",
                    reason="not_object",
                    where=where,
                ) from error
            value = error
        first = False
        yield (record, offset, line), value


def _spread(line: bytes) -> bool:
    """Whether a first line that is no JSON value opens one that goes on: `[`, `{`, or an array never closed."""
    bare = line.strip()
    return bare in (b"[", b"{") or (bare.startswith(b"[") and not bare.endswith(b"]"))


def read(file: Input, found: Survey, columns: Columns) -> Iterator[Any]:
    """Every line as a document or a reject, in order."""
    roles = found.roles
    batcher = Batcher(file.source_path, columns)
    record = -1
    try:
        for (record, offset, line), value in _objects(file):
            digest = hashlib.sha256(line).hexdigest()
            try:
                batcher.add(_document(value, roles, columns, (record, offset, digest), file.source_path))
            except SourceError as error:
                batcher.reject(_reject(error, (record, offset, digest), value, roles, file.source_path))
            if batcher.full():
                yield from batcher.take()
    except SourceError as error:
        yield from batcher.close()
        error.where = error.where or f"{file.source_path}:{record + 2}"
        yield fault_reject(file.source_path, error)
        return
    yield from batcher.close()


Place = tuple[int, int, str]  # record, offset, sha256


def _document(
    value: dict[str, Any] | SourceError, roles: Roles | None, columns: Columns, place: Place, source_path: str
) -> Document:
    where = f"{source_path}:{place[0] + 1}"
    if isinstance(value, SourceError):
        raise value
    if roles is None:
        raise SourceError("no text field", stage="read", reason="text_missing", where=where)
    text, there_is = fields.dig(value, roles.text)
    if not isinstance(text, str):
        if not there_is:
            there = ", ".join(list(value)[: fields.MAX_NAMES_TOLD]) or "none"
            what, reason = f'no field "{roles.text}"; the fields are: {there}', "text_missing"
        elif text is None:
            what, reason = f'"{roles.text}" is null; expected a string', "text_null"
        else:
            what, reason = f'"{roles.text}" is {json_line.sort_of(text)}; expected a string', "text_type"
        raise SourceError(what, stage="read", reason=reason, where=where)
    if len(text) > MAX_DOCUMENT_BYTES:
        raise SourceError(
            f'"{roles.text}" is longer than {MAX_DOCUMENT_BYTES >> 20} MB',
            stage="read",
            reason="too_large",
            where=where,
        )
    mapped = roles.names()
    extra = {
        name: _value(_left(value[name], name, roles), name, columns)
        for name in columns.names
        if name in value and name not in mapped
    }
    key, url = (_told(value, name) for name in (roles.id, roles.url))
    record, offset, digest = place
    return Document(text, record, offset, digest, "utf-8", key, url, extra=extra)


def _told(value: dict[str, Any], name: str | None) -> str | None:
    return json_line.as_text(fields.dig(value, name)[0]) if name else None


def _left(value: Any, name: str, roles: Roles) -> Any:
    paths = roles.inside(name) if isinstance(value, dict) else ()
    return fields.without(value, paths) if paths else value


def _value(value: Any, name: str, columns: Columns) -> Any:
    if value is None:
        return None
    if name in columns.as_json:
        return json_line.dump(value)
    if isinstance(value, json_line.Wide):  # NaN, Infinity, -Infinity in a column of numbers
        return float(value.digits)
    return float(value) if columns.schema.field(columns.names[name]).type == "double" else value


def _reject(error: SourceError, place: Place, value: Any, roles: Roles | None, source_path: str) -> Any:
    record, offset, digest = place
    reject = replace(fault_reject(source_path, error, record=record, offset=offset), source_sha256=digest)
    if not isinstance(value, dict) or roles is None:
        return reject
    key, url = (_told(value, name) for name in (roles.id, roles.url))
    return replace(reject, record_id=key, url=url)


def survey_kinds_type(kinds: frozenset[str]) -> tuple[Any, bool]:
    """(Arrow type, whether it holds JSON text) for the sorts of values met in one column over all JSONL files."""
    import pyarrow as pa  # noqa: PLC0415 - as in schema

    if not kinds or kinds == {"string"}:
        return pa.string(), False
    if kinds == {"bool"}:
        return pa.bool_(), False
    if kinds <= {"int", "wide"}:
        return pa.int64(), False
    if kinds <= {"int", "float"}:  # whole numbers up to 2**53 are exact as doubles
        return pa.float64(), False
    return pa.string(), True
