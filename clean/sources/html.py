"""HTML: one file is one page, its article the document; what the page states of it goes along as evidence."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from clean import page
from clean.errors import SourceError
from clean.sources.batches import Batcher, Document, fault_reject
from clean.sources.model import Columns, Fields, Input, Roles, Survey
from clean.sources.streams import file_sha256, whole

if TYPE_CHECKING:
    from collections.abc import Iterator


def survey(file: Input, asked: Fields) -> Survey:  # noqa: ARG001 - every reader has this signature
    """The file's digest: a page has no fields."""
    return Survey(sha256=file_sha256(file.path))


def read(file: Input, roles: Roles | None, columns: Columns) -> Iterator[Any]:  # noqa: ARG001 - as above
    """The article of the page, or the one reject."""
    batcher = Batcher(file.source_path, columns)
    try:
        raw, trailing = whole(file.path)
        batcher.add(document(raw, page.read(raw)))
    except SourceError as error:
        yield fault_reject(file.source_path, error)
        return
    yield from batcher.close()
    if trailing is not None:
        yield fault_reject(file.source_path, trailing)


def document(
    raw: bytes, found: page.Page, *, record: int = 0, offset: int | None = 0, key: str | None = None
) -> Document:
    """A page that was read as the document it is: for files here, for records and members elsewhere."""
    return Document(
        found.text,
        record,
        offset,
        hashlib.sha256(raw).hexdigest(),
        found.encoding,
        key=key,
        url=found.url,
        stated=found.stated,
    )
