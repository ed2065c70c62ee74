"""The payload of an HTTP response as a crawl kept it, its transfer and content encodings undone.

Crawlers often undo an encoding and leave its header. A header that the bytes contradict is taken as said by nobody.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

import brotli

from clean.errors import SourceError
from clean.sources.model import MAX_DOCUMENT_BYTES
from clean.sources.packing import PACKINGS, Ratio, corrupt, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STEP_BYTES: Final = 1 << 16
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_GZIP: Final = PACKINGS[0]
_ZSTD: Final = PACKINGS[-1]


def decoded(payload: bytes, headers: Mapping[str, str]) -> bytes:
    """The payload, transfer and content encodings undone; `headers` are HTTP fields, their names in small letters.

    Raises SourceError for an encoding that is unknown, cut or damaged, and for a payload over the limit.
    """
    data = payload
    if "chunked" in headers.get("transfer-encoding", "").lower():
        data = _dechunked(data)
    codings = [c.strip().lower() for c in headers.get("content-encoding", "").split(",")]
    for coding in reversed([c for c in codings if c and c != "identity"]):
        data = _undone(data, coding)
    if len(data) > MAX_DOCUMENT_BYTES:
        raise SourceError(f"the payload is larger than {MAX_DOCUMENT_BYTES >> 20} MB", stage="read", reason="too_large")
    return data


def _dechunked(data: bytes) -> bytes:
    at = 0
    parts: list[bytes] = []
    while found := _CHUNK.match(data, at):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(parts)
        part = data[found.end() : found.end() + size]
        if len(part) < size:
            raise corrupt("the payload ends inside a chunk", "truncated")
        parts.append(part)
        at = found.end() + size
        at += 2 if data.startswith(b"\r\n", at) else 1 if data.startswith(b"\n", at) else 0
    if not parts:
        return data  # the crawler undid it
    if b"\n" in data[at : at + STEP_BYTES]:
        raise corrupt("the chunks of the payload are damaged")
    raise corrupt("the payload ends before its last chunk", "truncated")


def _undone(data: bytes, coding: str) -> bytes:
    if not data:
        return data
    if coding in ("gzip", "x-gzip"):
        return _whole(unpack(iter([data]), _GZIP)) if data.startswith(_GZIP.magics) else data
    if coding == "zstd":
        return _whole(unpack(iter([data]), _ZSTD)) if data.startswith(_ZSTD.magics) else data
    if coding == "deflate":
        return _whole(_inflated(data))
    if coding == "br":
        return _whole(_unbrotlied(data))
    what = f'the content encoding "{coding[:40]}" is not one we undo; expected gzip, deflate, br or zstd'
    raise SourceError(what, stage="read", reason="unsupported_encoding")


def _whole(pieces: Iterator[bytes]) -> bytes:
    parts, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_DOCUMENT_BYTES:
            raise SourceError(
                f"the payload is larger than {MAX_DOCUMENT_BYTES >> 20} MB", stage="read", reason="too_large"
            )
        parts.append(piece)
    return b"".join(parts)


def _inflated(data: bytes) -> Iterator[bytes]:
    """`deflate` is zlib by the standard and raw deflate by some servers; text that is neither was undone before."""
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        engine, ratio, begun = zlib.decompressobj(bits), Ratio(), False
        ratio.packed = len(data)
        left = data
        try:
            while not engine.eof and left:
                piece = engine.decompress(left, STEP_BYTES)
                left = engine.unconsumed_tail
                ratio.count(len(piece))
                begun = begun or bool(piece)
                yield piece
        except zlib.error as error:
            if begun:
                raise corrupt(f"the deflate data of the payload is damaged ({error})") from error
            continue
        if not engine.eof:
            raise corrupt("the deflate data of the payload ends too early", "truncated")
        return
    yield data


def _unbrotlied(data: bytes) -> Iterator[bytes]:
    engine, ratio = brotli.Decompressor(), Ratio()
    ratio.packed = len(data)
    try:
        piece = engine.process(data, output_buffer_limit=STEP_BYTES)
        while True:
            ratio.count(len(piece))
            yield piece
            if engine.is_finished() or (not piece and engine.can_accept_more_data()):
                break
            piece = engine.process(b"", output_buffer_limit=STEP_BYTES)
    except brotli.error as error:
        if not ratio.made and data.lstrip()[:1] == b"<":  # the crawler undid it
            yield data
            return
        raise corrupt(f"the brotli data of the payload is damaged ({error})") from error
    if not engine.is_finished():
        raise corrupt("the brotli data of the payload ends too early", "truncated")
