"""Bytes in order, packed or plain, whole or line by line, from a file, an archive member or an address."""

# Names of files are bytes here: they need not be UTF-8.
# ruff: noqa: PTH123
from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
from typing import TYPE_CHECKING, Any, Final

from clean.errors import SourceError
from clean.sources import packing, remote
from clean.sources.model import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clean.sources.model import Input

CHUNK_BYTES: Final = 1 << 20
MAX_LINE_BYTES: Final = 2 * MAX_DOCUMENT_BYTES  # JSON escapes make a line longer than its text


def os_fault(error: OSError) -> SourceError:
    """An operating system error as ours; the text is the system's own words, without its paths."""
    reason = {errno.ENOENT: "not_found", errno.ELOOP: "link_loop", errno.EISDIR: "not_a_file"}.get(
        error.errno or 0, "unreadable"
    )
    what = os.strerror(error.errno) if error.errno else type(error).__name__
    return SourceError(
        f"cannot be opened or read: {what}; check the path and its permissions", stage="open", reason=reason
    )


def raw(file: Input) -> Iterator[bytes]:
    """The bytes as they lie, in pieces of at most a few MB."""
    if file.stream is not None:
        yield from file.stream()
        return
    if file.address is not None:
        yield from remote.pieces(file.address)
        return
    try:
        with open(file.path, "rb", buffering=0) as opened:
            while piece := opened.read(CHUNK_BYTES):
                yield piece
    except OSError as error:
        raise os_fault(error) from error


@contextlib.contextmanager
def seekable(file: Input, limit: int) -> Iterator[Any]:
    """The unpacked bytes as a file to be read anywhere in: of a packed file or a member, held in memory up to `limit`."""
    if file.stream is not None or packing.packing_of(file.path):
        data, trailing = whole(file, limit)
        if trailing is not None:
            raise trailing
        yield io.BytesIO(data)
    elif file.address is not None:
        with remote.opened(file.address) as opened:
            yield opened
    else:
        try:
            opened = open(file.path, "rb")  # noqa: SIM115 - closed below; its own errors are not those of the block
        except OSError as error:
            raise os_fault(error) from error
        with opened:
            yield opened


def chunks(file: Input) -> Iterator[bytes]:
    """The unpacked bytes of a file, in pieces of at most a few MB."""
    wrapped = packing.packing_of(file.path)
    if wrapped is not None:
        yield from packing.unpack(raw(file), wrapped)
        return
    first = True
    for piece in raw(file):
        if first:
            packing.refuse_packed(piece)
        first = False
        yield piece


def whole(file: Input, limit: int = MAX_DOCUMENT_BYTES) -> tuple[bytes, SourceError | None]:
    """A file's unpacked bytes, at most `limit`; with them the error if data trailed a whole packed stream."""
    parts, size = [], 0
    try:
        for piece in chunks(file):
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


def lines(file: Input) -> Iterator[tuple[int, bytes | None]]:
    r"""(offset, line without its `\n` or `\r\n`) for every line of the file; None for a line over the limit.

    A last line without an end counts, unless the stream was damaged before it was whole.
    """
    offset, size = 0, 0
    pieces: list[bytes] = []
    try:
        for chunk in chunks(file):
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


def file_sha256(file: Input) -> str:
    """sha256 of a file's bytes as they lie."""
    digest = hashlib.sha256()
    for piece in raw(file):
        digest.update(piece)
    return digest.hexdigest()
