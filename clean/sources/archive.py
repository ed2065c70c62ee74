"""Zip and tar: every member of a known suffix is read by its own reader, from a stream; archives inside, one level deep.

`source_path` is `archive!/member`. Hidden members and unknown suffixes are skipped and counted, as in a folder.
"""

# Names of files are bytes here: they need not be UTF-8.
# ruff: noqa: PTH122
from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from clean.errors import SourceError
from clean.sources import registry, tars, zips
from clean.sources.batches import fault_reject
from clean.sources.members import MAX_NESTED_BYTES, Member, fault
from clean.sources.model import Columns, Fields, Input, Skipped, Survey
from clean.sources.packing import bare
from clean.sources.streams import chunks, seekable

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK: Final = "!/"


def survey(file: Input, asked: Fields) -> Survey:
    """The surveys of the members that have fields. A fault of a member stays that member's own."""
    surveys: dict[int, Survey] = {}
    documents = 0
    try:
        for number, item in enumerate(_items(file)):
            if isinstance(item, Input) and item.fault is None and registry.has_fields(item.path):
                surveys[number] = _surveyed(item, asked)
                documents += surveys[number].documents
            elif isinstance(item, Input):
                documents += 1
    except SourceError as error:
        if not surveys and not documents:
            return Survey(fault=fault_reject(file.source_path, error))
        # What is whole is read; `read` tells of the damage after it.
    return Survey(members=surveys, documents=documents)


def _surveyed(item: Input, asked: Fields) -> Survey:
    try:
        found: Survey = registry.reader_of(item.path).survey(item, asked)
    except SourceError as error:
        return Survey(fault=fault_reject(item.source_path, error))
    return replace(found, encoding=asked.encoding)


def read(file: Input, found: Survey, columns: Columns) -> Iterator[Any]:
    """Every member's documents and rejects, in the archive's order, and what was skipped."""
    skipped: Counter[str] = Counter()
    try:
        for number, item in enumerate(_items(file)):
            if isinstance(item, str):
                skipped[item] += 1
            elif item.fault is not None:
                yield item.fault
            else:
                known = found.members.get(number, Survey(encoding=found.encoding))
                yield from _read(item, known, columns)
    except SourceError as error:
        yield fault_reject(file.source_path, error)
    for kind, count in sorted(skipped.items()):
        yield Skipped(kind, count)


def _read(item: Input, known: Survey, columns: Columns) -> Iterator[Any]:
    if known.fault is not None:
        yield known.fault
        return
    try:
        yield from registry.reader_of(item.path).read(item, known, columns)
    except SourceError as error:
        yield fault_reject(item.source_path, error)


def _items(file: Input) -> Iterator[Input | str]:
    """Every member as an input, or the kind it is skipped as; members of an archive inside stand in its place."""
    seen: Counter[str] = Counter()
    for member in _members(file):
        name = _once(_label(member.name), seen)
        path = f"{file.source_path}{MARK}{name}"
        raw = member.name.encode("utf-8", "surrogateescape")
        if member.fault is not None or member.stream is None:
            yield Input(raw, path, fault=fault_reject(path, member.fault or fault("it has no bytes", "corrupt")))
            continue
        inner = Input(raw, path, stream=member.stream)
        kind = _passed_over(raw)
        if kind is not None:
            yield kind
        elif not registry.is_archive(raw):
            yield inner
        elif MARK in file.source_path:
            what = "an archive inside an archive inside an archive; one level is read: unpack it yourself"
            yield replace(inner, fault=fault_reject(path, fault(what, "nested_archive")))
        else:
            yield from _nested(inner)


def _nested(inner: Input) -> Iterator[Input | str]:
    try:
        yield from _items(inner)
    except SourceError as error:
        yield replace(inner, stream=None, fault=fault_reject(inner.source_path, error))


def _passed_over(name: bytes) -> str | None:
    """The kind a member is skipped as: hidden, or of a suffix that says no format."""
    parts = name.split(b"/")
    if any(part.startswith(b".") and part != b"." for part in parts) or parts[-1] == b"_SUCCESS":
        return "hidden"
    if registry.is_known(name):
        return None
    suffix = os.path.splitext(parts[-1])[1].lower().decode("utf-8", "backslashreplace")
    return suffix[:20] or "no suffix"


def _label(name: str) -> str:
    r"""A member's name as valid UTF-8 without `./` before it; bytes that are none become `\xNN`."""
    raw = name.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "backslashreplace").removeprefix("./")


def _once(name: str, seen: Counter[str]) -> str:
    """An archive may hold a name twice: the second goes by `name#2`."""
    seen[name] += 1
    return name if seen[name] == 1 else f"{name}#{seen[name]}"


def _members(file: Input) -> Iterator[Member]:
    if not bare(file.path).endswith(b".zip"):
        yield from tars.members(chunks(file))
        return
    with seekable(file, MAX_NESTED_BYTES) as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(0)
        yield from zips.members(opened, size)
