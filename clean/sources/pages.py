"""The one door for HTML, wherever it lies: a file, a WARC record, a member of an archive."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clean import page as pages
from clean.sources.batches import Document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came: its bytes, what was declared of them, and where it stands.

    `raw` is the payload, transfer and content encodings undone. `content_type` is the field as HTTP has it, None where there
    is none; `headers` are all HTTP fields, names in small letters. `sha256` is that of the payload as it lies.
    """

    raw: bytes
    source_path: str
    record: int
    offset: int | None
    sha256: str
    content_type: str | None = None
    key: str | None = None
    url: str | None = None
    retrieved_at: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def read(page: Page) -> Document:
    """The article of a page as a document, with what the page states. Raises SourceError where there is none."""
    found = pages.read(page.raw, content_type=page.content_type, url=page.url, headers=tuple(page.headers.items()))
    return Document(
        found.text, page.record, page.offset, page.sha256, found.encoding, page.key, page.url or found.url,
        page.retrieved_at, stated=found.stated,
    )  # fmt: skip
