"""Bytes to documents. `registry` is the door: suffix → reader, one small module a format.

This room knows nothing of cleaning or of the output.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clean.errors import SourceError
from clean.sources.model import Columns, Fields, Input, Reject, Roles, Survey
from clean.sources.registry import READERS, SUFFIXES, reader_of
from clean.sources.streams import file_sha256

if TYPE_CHECKING:
    from collections.abc import Iterator


def survey(file: Input, asked: Fields) -> Survey:
    """A first look at a file: digest, fields, the user's columns. A fault is in the survey, never raised."""
    if file.fault is not None:
        return Survey(fault=file.fault)
    try:
        sha256 = file_sha256(file)
        found: Survey = reader_of(file.path).survey(file, asked)
    except SourceError as error:
        return Survey(fault=_fault(file, error))
    return replace(found, sha256=sha256, encoding=asked.encoding)


def read(file: Input, found: Survey, columns: Columns) -> Iterator[Any]:
    """Record batches, Rejects and Skipped of a file. Only rejects describe faults; nothing of ours is raised."""
    if found.fault is not None:
        yield found.fault
        return
    try:
        yield from reader_of(file.path).read(file, found, columns)
    except SourceError as error:
        yield _fault(file, error)


def _fault(file: Input, error: SourceError) -> Reject:
    return Reject(file.source_path, error.stage, error.reason, f"{error.where or file.source_path}: {error.message}")


__all__ = ["READERS", "SUFFIXES", "Columns", "Fields", "Input", "Reject", "Roles", "Survey", "read", "survey"]
