"""Plain text: one file is one document, decoded as `charset` says."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from clean.errors import SourceError
from clean.sources import charset
from clean.sources.batches import Batcher, Document, fault_reject
from clean.sources.model import Columns, Fields, Input, Survey
from clean.sources.streams import whole

if TYPE_CHECKING:
    from collections.abc import Iterator


def survey(file: Input, asked: Fields) -> Survey:  # noqa: ARG001 - every reader has this signature
    """Nothing to see: plain text has no fields."""
    return Survey(documents=1)


def read(file: Input, found: Survey, columns: Columns) -> Iterator[Any]:
    """The one document of the file, or the one reject."""
    batcher = Batcher(file.source_path, columns)
    try:
        raw, trailing = whole(file)
        made = charset.decode(raw, found.encoding)
    except SourceError as error:
        yield fault_reject(file.source_path, error)
        return
    batcher.add(Document(made.text, 0, 0, hashlib.sha256(raw).hexdigest(), made.encoding))
    yield from batcher.close()
    if trailing is not None:
        yield fault_reject(file.source_path, trailing)
