"""A stream of bytes as text with its own line ends: for readers that read rows, not whole files.

Bytes that are no UTF-8 are carried to the row they stand in, so that one bad row costs one row.
"""

from __future__ import annotations

import io
import itertools
import re
from typing import TYPE_CHECKING, Any, Final

from clean.charsets import codec_of_mark
from clean.errors import SourceError
from clean.sources.streams import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clean.sources.model import Input

BYTE: Final = re.compile("[\udc80-\udcff]")  # a byte that is no UTF-8, carried through decoding
BUFFER_BYTES: Final = 1 << 20


class _Bytes(io.RawIOBase):
    """Pieces of a stream as a file that can only be read on."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._held = memoryview(piece)
        size = min(len(into), len(self._held))
        into[:size] = self._held[:size]
        self._held = self._held[size:]
        return size


class TextLines:
    r"""A file's lines as text; their ends, `\n`, `\r\n` or `\r`, stay. `codec` is what the bytes are decoded with.

    `trailing` holds the fault of data behind a whole packed stream once the lines are out. Raises SourceError for any other
    damage, for a line over `limit` characters, and where a codec other than UTF-8 does not fit.
    """

    def __init__(self, file: Input, declared: str | None, limit: int) -> None:
        self.trailing: SourceError | None = None
        self.limit, self.line = limit, 0
        pieces = self._pieces(file)
        head = b""
        while len(head) < 4 and (piece := next(pieces, None)) is not None:
            head += piece
        self.codec = codec_of_mark(head) or declared or "utf-8"
        errors = "surrogateescape" if self.codec in ("utf-8", "utf-8-sig") else "strict"
        raw = _Bytes(itertools.chain([head], pieces))
        self._text = io.TextIOWrapper(io.BufferedReader(raw, BUFFER_BYTES), self.codec, errors, newline="")

    def _pieces(self, file: Input) -> Iterator[bytes]:
        try:
            yield from chunks(file)
        except SourceError as error:
            if error.reason != "trailing_data":
                raise
            self.trailing = error

    def __iter__(self) -> Iterator[str]:
        """The lines."""
        try:
            while line := self._text.readline(self.limit):
                self.line += 1
                if len(line) >= self.limit and line[-1] not in "\r\n":
                    raise SourceError("the line is too long", stage="read", reason="too_large")
                yield line
        except UnicodeDecodeError as error:
            raise self.undecodable(error.object[error.start : error.start + 1]) from error

    def undecodable(self, bad: bytes | str) -> SourceError:
        """The fault of a byte that is none of the codec's characters, or of a text that carries one."""
        if isinstance(bad, str):
            at = BYTE.search(bad)
            bad = bytes([ord(at.group()) - 0xDC00]) if at else b""
        what = f"byte 0x{bad.hex()} is not {self.codec}; say what it is with --encoding, or convert the file, e.g. with iconv"
        return SourceError(what, stage="decode", reason="encoding")
