"""WARC 1.0 and 1.1: a response that holds a page, or text that a crawl has made of one, is a document.

All else is counted as skipped, by kind. Records count from 0, whatever they are, so that a row leads back to its record.
Heads are FastWARC's to parse; where records end is ours (see `warc_frames`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from fastwarc.warc import WarcRecord

from clean.errors import SourceError
from clean.sources import charset, pages, payload
from clean.sources.batches import Batcher, Document, fault_reject
from clean.sources.model import MAX_DOCUMENT_BYTES, Columns, Fields, Input, Reject, Skipped, Survey
from clean.sources.packing import packing_of
from clean.sources.streams import chunks, raw
from clean.sources.warc_frames import Frame, frames, gzip_members, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WANTED: Final = frozenset({"response", "resource", "conversion"})
MAX_BLOCK_BYTES: Final = MAX_DOCUMENT_BYTES + (1 << 20)  # the payload and the head of its response
PAGE_TYPES: Final = ("text/html", "application/xhtml+xml")
TEXT_TYPE: Final = "text/plain"
SNIFFED_BYTES: Final = 1024
_PAGE: Final = re.compile(
    rb"(?i)^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.DOTALL
)
_HTTP: Final = re.compile(rb"HTTP/[0-9.]+[ \t]+([0-9]{3})[^\r\n]*\r?\n")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class _Payload:
    """What a record carries. `status` 0 = no HTTP head; `data` as it lies in the record."""

    data: bytes
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = None  # the field as it stands


def survey(file: Input, asked: Fields) -> Survey:  # noqa: ARG001 - every reader has this signature
    """Nothing to see: records have no fields of the user's."""
    return Survey()


def read(file: Input, found: Survey, columns: Columns) -> Iterator[Any]:  # noqa: ARG001 - as above
    """Every document of the file, a reject for each stretch of damage, and what was skipped."""
    batcher = Batcher(file.source_path, columns)
    skipped: Counter[str] = Counter()
    for number, frame in enumerate(_frames(file)):
        try:
            made = _document(frame, number, file.source_path)
        except SourceError as error:
            batcher.reject(_reject(error, frame, number, file.source_path))
        else:
            if isinstance(made, Document):
                batcher.add(made)
            else:
                skipped[made] += 1
        if batcher.full():
            yield from batcher.take()
    yield from batcher.close()
    for kind, count in sorted(skipped.items()):
        yield Skipped(kind, count)


def _frames(file: Input) -> Iterator[Frame]:
    packing = packing_of(file.path)
    if packing is not None and packing.suffix == ".gz":
        return frames(gzip_members(raw(file)), WANTED, MAX_BLOCK_BYTES, addressed=False)
    return frames(plain(chunks(file)), WANTED, MAX_BLOCK_BYTES, addressed=packing is None)


def _document(frame: Frame, number: int, source_path: str) -> Document | str:
    """The document of a record, or the kind it is skipped as. Raises SourceError for a record that is broken."""
    if frame.fault is not None:
        raise frame.fault
    if frame.kind not in WANTED:
        return f"WARC {frame.kind}"
    record = _parsed(frame.head + frame.block)
    carried = _carried(record, frame)
    kind = _kind(carried, frame, record)
    if kind not in (TEXT_TYPE, "page"):
        return kind
    _check(frame, record)
    data = payload.decoded(carried.data, carried.headers)
    where = f"{source_path}: record {number}"
    page = pages.Page(
        data, source_path, number, frame.offset, hashlib.sha256(carried.data).hexdigest(), carried.content_type, record.record_id or None, _url(record), record.record_date, carried.headers,
    )  # fmt: skip
    try:
        return pages.read(page) if kind == "page" else _plain_text(page)
    except SourceError as error:
        error.where = where
        raise


def _parsed(data: bytes) -> Any:
    try:
        record = WarcRecord.from_bytes(data)
        if record.is_http:
            record.parse_http(quirks_mode=True)
    except (OSError, ValueError) as error:
        what = f"the head of the record cannot be read ({' '.join(str(error).split())[:200]})"
        raise SourceError(what, stage="read", reason="bad_warc") from error
    return record


def _carried(record: Any, frame: Frame) -> _Payload:
    if not record.is_http or frame.kind != "response":
        return _Payload(frame.block, content_type=record.headers.get("Content-Type"))
    if record.http_headers is not None and record.http_headers.status_code:
        headers: dict[str, str] = {}
        for name, value in record.http_headers.items():
            headers.setdefault(name.lower(), value)
        data = record.reader.read()
        return _Payload(data, record.http_headers.status_code, headers, headers.get("content-type"))
    status = _HTTP.match(frame.block)  # a head of nothing but its status line
    end = _HEAD_END.search(frame.block)
    if status is None or end is None:
        raise SourceError("the response has no HTTP head", stage="read", reason="bad_warc")
    return _Payload(frame.block[end.end() :], int(status[1]))


def _media_type(field: str | None) -> str | None:
    """The type/subtype of a Content-Type field, in small letters."""
    return (field or "").partition(";")[0].strip().lower() or None


def _kind(carried: _Payload, frame: Frame, record: Any) -> str:
    """`page`, TEXT_TYPE, or what a record is skipped as. A response of text/plain is no article: robots.txt, source code."""
    if carried.status and not 200 <= carried.status < 300:
        return f"HTTP {carried.status}"
    kind = _media_type(carried.content_type)
    if kind in PAGE_TYPES:
        return "page"
    if kind is None or kind == "application/octet-stream":
        kind = _media_type(record.headers.get("WARC-Identified-Payload-Type")) or kind
        if kind in PAGE_TYPES or _PAGE.match(carried.data[:SNIFFED_BYTES]):
            return "page"
    if kind == TEXT_TYPE and frame.kind in ("conversion", "resource"):
        return TEXT_TYPE
    return f"WARC {frame.kind} {kind[:40] if kind else 'without a type'}"


def _check(frame: Frame, record: Any) -> None:
    """Raise SourceError where a record is too large, cut by its crawler, or not what its digest says."""
    if frame.length > len(frame.block):
        what = f"the record has {frame.length} bytes; more than {MAX_DOCUMENT_BYTES >> 20} MB are no document"
        raise SourceError(what, stage="read", reason="too_large")
    cut = record.headers.get("WARC-Truncated")
    if cut:
        raise SourceError(f"the crawler cut the page (WARC-Truncated: {cut[:40]})", stage="read", reason="truncated")
    algorithm, _, digest = (record.headers.get("WARC-Block-Digest") or "").partition(":")
    name = algorithm.strip().lower().replace("-", "")
    if name not in ("sha1", "sha256", "sha512", "md5"):
        return
    found = hashlib.new(name, frame.block, usedforsecurity=False).digest()
    if not _agrees(found, digest.strip()):
        raise SourceError(f"the block does not have the {name} its head says", stage="read", reason="digest")


def _agrees(found: bytes, said: str) -> bool:
    """Whether a digest in base 16 or 32 is this one; what is neither says nothing."""
    try:
        wanted = (
            bytes.fromhex(said)
            if len(said) == 2 * len(found)
            else base64.b32decode(said.upper() + "=" * (-len(said) % 8))
        )
    except (ValueError, binascii.Error):
        return True
    return len(wanted) != len(found) or hmac.compare_digest(wanted, found)


def _url(record: Any) -> str | None:
    url = (record.headers.get("WARC-Target-URI") or "").strip()
    return url.removeprefix("<").removesuffix(">") or None


def _plain_text(page: pages.Page) -> Document:
    """Text a crawl has made of a page; WET files are UTF-8 by their standard."""
    made = charset.decode(page.raw)
    return Document(
        made.text,
        page.record,
        page.offset,
        page.sha256,
        made.encoding,
        page.key,
        page.url,
        retrieved_at=page.retrieved_at,
    )


def _reject(error: SourceError, frame: Frame, number: int, source_path: str) -> Reject:
    if not error.where:
        error.where = f"{source_path}: record {number}"
    reject = fault_reject(source_path, error, record=number, offset=frame.offset)
    if not frame.head:
        return reject
    try:
        record = WarcRecord.from_bytes(frame.head)
    except (OSError, ValueError):
        return reject
    return replace(reject, record_id=record.record_id or None, url=_url(record))
