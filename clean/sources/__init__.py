"""Bytes to documents: the suffix table is the door. A new format is one small module and one line here.

A reader module has `survey(file, fields) -> Survey` and `read(file, roles, columns) -> batches and rejects`. Modules are
imported when a file of theirs is met. This room knows nothing of cleaning or of the output.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from clean.errors import SourceError
from clean.sources.model import Columns, Fields, Input, Reject, Roles, Survey

if TYPE_CHECKING:
    from collections.abc import Iterator

READERS: Final = {
    ".txt": "clean.sources.txt",
    ".jsonl": "clean.sources.jsonl",
    ".ndjson": "clean.sources.jsonl",
    ".parquet": "clean.sources.parquet",
    ".html": "clean.sources.html",
    ".htm": "clean.sources.html",
}
PACKINGS: Final = ("", ".gz")
SUFFIXES: Final = tuple(suffix + packing for suffix in READERS for packing in PACKINGS)


def _reader(path: bytes) -> Any:
    name = path.lower().removesuffix(b".gz")
    return importlib.import_module(next(module for suffix, module in READERS.items() if name.endswith(suffix.encode())))


def survey(file: Input, asked: Fields) -> Survey:
    """A first look at a file: digest, fields, the user's columns. A fault is in the survey, never raised."""
    if file.fault is not None:
        return Survey(fault=file.fault)
    try:
        found: Survey = _reader(file.path).survey(file, asked)
    except SourceError as error:
        return Survey(fault=_fault(file, error))
    return found


def read(file: Input, found: Survey, columns: Columns) -> Iterator[Any]:
    """Record batches and Rejects of a file. Only rejects describe faults; nothing of ours is raised."""
    if found.fault is not None:
        yield found.fault
        return
    try:
        yield from _reader(file.path).read(file, found.roles, columns)
    except SourceError as error:
        yield _fault(file, error)


def _fault(file: Input, error: SourceError) -> Reject:
    return Reject(file.source_path, error.stage, error.reason, f"{error.where or file.source_path}: {error.message}")


__all__ = ["READERS", "SUFFIXES", "Columns", "Fields", "Input", "Reject", "Roles", "Survey", "read", "survey"]
