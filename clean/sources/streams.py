"""Bytes in order, plain or gzip, with every damage told: truncated, corrupt, trailing data, bombs, wrong names.

All that was whole before the damage is handed out first; then SourceError is raised.
"""

# Names of files are bytes here: they need not be UTF-8.
# ruff: noqa: PTH123
from __future__ import annotations

import errno
import hashlib
import os
import zlib
from typing import TYPE_CHECKING, Any, Final

from clean.errors import SourceError
from clean.sources.model import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK_BYTES: Final = 1 << 20
MAX_LINE_BYTES: Final = 2 * MAX_DOCUMENT_BYTES  # JSON escapes make a line longer than its text
BOMB_FREE_BYTES: Final = 64 << 20  # RELIABILITY 3.3: a ratio counts only past this
BOMB_RATIO: Final = 200
GZIP_MAGIC: Final = b"\x1f\x8b"


def os_fault(error: OSError) -> SourceError:
    """An operating system error as ours; the text is the system's own words, without its paths."""
    reason = {errno.ENOENT: "not_found", errno.ELOOP: "link_loop", errno.EISDIR: "not_a_file"}.get(
        error.errno or 0, "unreadable"
    )
    what = os.strerror(error.errno) if error.errno else type(error).__name__
    return SourceError(
        f"cannot be opened or read: {what}; check the path and its permissions", stage="open", reason=reason
    )


def is_gzip_name(path: bytes) -> bool:
    """Whether the name says gzip."""
    return path.lower().endswith(b".gz")


def chunks(path: bytes) -> Iterator[bytes]:
    """The decompressed bytes of a file, in pieces of at most a few MB."""
    try:
        with open(path, "rb", buffering=0) as file:
            if is_gzip_name(path):
                yield from _gunzip(iter(lambda: file.read(CHUNK_BYTES), b""))
                return
            first = True
            while piece := file.read(CHUNK_BYTES):
                if first:
                    _refuse_gzip(piece)
                first = False
                yield piece
    except OSError as error:
        raise os_fault(error) from error


def _refuse_gzip(head: bytes) -> None:
    if head.startswith(GZIP_MAGIC):
        raise _corrupt("gzip data under a name without .gz; add .gz to the name")


def _corrupt(what: str, reason: str = "corrupt") -> SourceError:
    return SourceError(what, stage="read", reason=reason)


def _gunzip(raw: Iterator[bytes]) -> Iterator[bytes]:
    """Every member of a gzip stream. Zero bytes after a member are padding; anything else is `trailing_data`."""
    packed = made = 0
    engine, begun, members = zlib.decompressobj(31), False, 0
    for piece in raw:
        packed += len(piece)
        data = piece
        while data:
            if not begun and members:
                data = data.lstrip(b"\0")
                if not data:
                    break
                _refuse_trailing(data, packed)
            begun = True
            out = _inflate(engine, data, made if made or members else -1)
            made += len(out)
            if made > BOMB_FREE_BYTES and made > BOMB_RATIO * packed:
                what = f"grows to more than {BOMB_RATIO} times its size; unpack it yourself if it is meant"
                raise _corrupt(what, "bomb")
            if out:
                yield out
            if engine.eof:
                data, engine, begun, members = engine.unused_data, zlib.decompressobj(31), False, members + 1
            else:
                data = engine.unconsumed_tail
    if begun or not members:
        raise _corrupt(f"the gzip data ends too early, after {made} bytes of text; fetch the file again", "truncated")


def _refuse_trailing(data: bytes, packed: int) -> None:
    if data[:1] != GZIP_MAGIC[:1]:
        what = f"bytes that are no gzip data follow from byte {packed - len(data)} on; what came before is kept"
        raise _corrupt(what, "trailing_data")


def _inflate(engine: Any, data: bytes, made: int) -> bytes:
    try:
        out: bytes = engine.decompress(data, CHUNK_BYTES)
    except zlib.error as error:
        what = "not gzip data, whatever the name says" if made < 0 else f"gzip data is damaged after {made} good bytes"
        raise _corrupt(f"{what} ({error})") from error
    return out


def whole(path: bytes, limit: int = MAX_DOCUMENT_BYTES) -> tuple[bytes, SourceError | None]:
    """A file's decompressed bytes, at most `limit`; with them the error if data trailed a whole gzip stream."""
    parts, size = [], 0
    try:
        for piece in chunks(path):
            size += len(piece)
            if size > limit:
                break
            parts.append(piece)
    except SourceError as error:
        if error.reason != "trailing_data":
            raise
        return b"".join(parts), error
    if size > limit:
        raise SourceError(f"larger than {limit >> 20} MB", stage="read", reason="too_large")
    return b"".join(parts), None


def lines(path: bytes) -> Iterator[tuple[int, bytes | None]]:
    r"""(offset, line without its `\n` or `\r\n`) for every line of the file; None for a line over the limit.

    A last line without an end counts, unless the stream was damaged before it was whole.
    """
    offset, size = 0, 0
    pieces: list[bytes] = []
    try:
        for chunk in chunks(path):
            start = 0
            while (end := chunk.find(b"\n", start)) >= 0:
                size += end - start
                if size > MAX_LINE_BYTES:
                    yield offset, None
                else:
                    line = b"".join((*pieces, chunk[start:end])) if pieces else chunk[start:end]
                    yield offset, line.removesuffix(b"\r")
                offset += size + 1
                start, size, pieces = end + 1, 0, []
            size += len(chunk) - start
            if size > MAX_LINE_BYTES:
                pieces = []
            elif start < len(chunk):
                pieces.append(chunk[start:])
    except SourceError as error:
        if error.reason == "trailing_data" and size:
            yield offset, b"".join(pieces) if size <= MAX_LINE_BYTES else None
        raise
    if size:
        yield offset, b"".join(pieces).removesuffix(b"\r") if size <= MAX_LINE_BYTES else None


def file_sha256(path: bytes) -> str:
    """sha256 of a file's bytes as they lie on disk."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb", buffering=0) as file:
            while piece := file.read(CHUNK_BYTES):
                digest.update(piece)
    except OSError as error:
        raise os_fault(error) from error
    return digest.hexdigest()
