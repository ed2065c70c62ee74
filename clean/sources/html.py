"""HTML: one file is one page, its article the document; what the page states of it goes along as evidence."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from clean.errors import SourceError
from clean.sources import pages
from clean.sources.batches import Batcher, fault_reject
from clean.sources.model import Columns, Fields, Input, Survey
from clean.sources.streams import whole

if TYPE_CHECKING:
    from collections.abc import Iterator


def survey(file: Input, asked: Fields) -> Survey:  # noqa: ARG001 - every reader has this signature
    """Nothing to see: a page has no fields."""
    return Survey(documents=1)


def read(file: Input, found: Survey, columns: Columns) -> Iterator[Any]:  # noqa: ARG001 - as above
    """The article of the page, or the one reject."""
    batcher = Batcher(file.source_path, columns)
    try:
        raw, trailing = whole(file)
        batcher.add(pages.read(pages.Page(raw, file.source_path, 0, 0, hashlib.sha256(raw).hexdigest())))
    except SourceError as error:
        yield fault_reject(file.source_path, error)
        return
    yield from batcher.close()
    if trailing is not None:
        yield fault_reject(file.source_path, trailing)
