"""Plain text: one file is one document. UTF-8, or UTF-16/32 that says so with a byte-order mark; nothing is guessed."""

from __future__ import annotations

import codecs
import hashlib
from typing import TYPE_CHECKING, Any

from clean.errors import SourceError
from clean.sources.batches import Batcher, Document, fault_reject
from clean.sources.model import Columns, Fields, Input, Reject, Survey
from clean.sources.streams import whole
from clean.sources.textlines import codec_of_mark

if TYPE_CHECKING:
    from collections.abc import Iterator


def survey(file: Input, asked: Fields) -> Survey:  # noqa: ARG001 - every reader has this signature
    """Nothing to see: plain text has no fields."""
    return Survey(documents=1)


def read(file: Input, found: Survey, columns: Columns) -> Iterator[Any]:  # noqa: ARG001 - as above
    """The one document of the file, or the one reject."""
    batcher = Batcher(file.source_path, columns)
    try:
        raw, trailing = whole(file)
        text, encoding = decode(raw)
    except SourceError as error:
        yield fault_reject(file.source_path, error)
        return
    batcher.add(Document(text, 0, 0, hashlib.sha256(raw).hexdigest(), encoding))
    yield from batcher.close()
    if trailing is not None:
        yield fault_reject(file.source_path, trailing)


def decode(raw: bytes) -> tuple[str, str]:
    """(text, encoding) of the bytes. Raises SourceError `encoding` naming the first byte that does not fit."""
    encoding = codec_of_mark(raw) or "utf-8"
    # UTF-16 without a mark is valid UTF-8 laced with NULs when the text is ASCII. A stray NUL is the text's own.
    if encoding == "utf-8" and len(raw) >= 4 and raw.count(0) * 4 > len(raw):
        raise _undecodable("more than a quarter of the bytes are zero: UTF-16 without a byte-order mark, or no text")
    try:
        return raw.decode(encoding), encoding
    except UnicodeDecodeError as error:
        at = error.start + (len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0)
        raise _undecodable(f"byte {at} is not {encoding} ({error.reason})") from error


def _undecodable(what: str) -> SourceError:
    return SourceError(
        f"{what}; expected UTF-8 or a byte-order mark: convert it, e.g. with iconv", stage="decode", reason="encoding"
    )


__all__ = ["Reject", "decode", "read", "survey"]
