"""The members of a tar stream, in its order. It is read once from front to back, whatever it is packed with.

The standard library ends at a damaged or missing header as if the archive were whole: what stands there is looked at.
"""

from __future__ import annotations

import struct
import tarfile
from typing import TYPE_CHECKING, Final

from clean.errors import SourceError
from clean.sources.members import MAX_MEMBERS, Member, counted, fault, unsafe

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP_BYTES: Final = 1 << 18
BLOCK_BYTES: Final = 512
MAX_READ_BYTES: Final = 16 << 20  # the library reads long names in one go, of the length a header claims
# What the library raises where bytes are not what it expects.
FAULTS: Final = (
    tarfile.TarError, ValueError, OverflowError, RecursionError, EOFError, MemoryError, struct.error, LookupError, TypeError,
)  # fmt: skip


class Forward:
    """A stream as a file that can seek forwards, and back over what was read last: all that reading a tar in order asks."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = bytearray()
        self._at = 0  # of the first byte held
        self._here = 0
        self.last = b""  # what the last read gave
        self.damage: SourceError | None = None

    def tell(self) -> int:
        """Where the next byte stands."""
        return self._here

    def seek(self, to: int, whence: int = 0) -> int:
        """Go to a place; one that is gone is refused."""
        if whence or to < self._at:
            raise ValueError("a stream is read forwards only")
        self._here = to
        return to

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes from here on."""
        if not 0 <= size <= MAX_READ_BYTES:
            raise ValueError(f"a header claims {size} bytes of names")
        self._let_go()
        while self._at + len(self._held) < self._here + size:
            try:
                piece = next(self._pieces, None)
            except SourceError as error:
                self.damage = error
                raise
            if piece is None:
                break
            self._held += piece
            self._let_go()
        start = max(0, self._here - self._at)
        self.last = bytes(self._held[start : start + size])
        self._here += len(self.last)
        return self.last

    def _let_go(self) -> None:
        """Hold no more than one block of what is behind."""
        gone = min(len(self._held), self._here - self._at - BLOCK_BYTES)
        if gone > 0:
            del self._held[:gone]
            self._at += gone


def members(pieces: Iterator[bytes]) -> Iterator[Member]:
    """The members of an unpacked tar stream. Raises SourceError where it is damaged or ends before its end."""
    stream = Forward(pieces)
    end = 0
    try:
        archive = tarfile.open(fileobj=stream, mode="r:")  # type: ignore[call-overload]  # noqa: SIM115 - nothing to close
        number = 0
        while True:
            info = archive.next()
            if info is None:
                break
            archive.members.clear()  # the library keeps them all
            number += 1
            if number > MAX_MEMBERS:
                raise fault(f"more than {MAX_MEMBERS:,} members; the rest is not read", "too_many")
            end = info.offset_data + info.size
            if not info.isdir():
                yield _member(stream, info)
                if stream.damage is not None:
                    return  # the member was told that the archive ends in it
    except FAULTS as error:
        what = " ".join(str(error).split())[:200] or type(error).__name__
        if not stream.last and not stream.tell():
            raise fault("zero bytes: no tar archive; fetch it again", "truncated") from error
        reason = "truncated" if "end of data" in what or "truncated" in what else "corrupt"
        raise fault(f"the tar archive is damaged from byte {end} on ({what})", reason) from error
    if len(stream.last) < BLOCK_BYTES:
        raise fault(f"the tar archive ends at byte {stream.tell()} without its end mark; fetch it again", "truncated")
    if stream.last.strip(b"\0"):
        raise fault(f"the tar archive is damaged from byte {stream.tell() - BLOCK_BYTES} on", "corrupt")


def _member(stream: Forward, info: tarfile.TarInfo) -> Member:
    wrong = unsafe(info.name)
    if wrong is None and (info.issym() or info.islnk()):
        wrong = fault("a link; it is not followed", "unsafe_path")
    if wrong is None and not info.isreg():
        wrong = fault("a device, pipe or other thing that is no file; it is not read", "not_a_file")
    if wrong is None and info.issparse():
        wrong = fault("a sparse file; pack it anew without holes (tar without -S)", "unsupported_encoding")
    if wrong is not None:
        return Member(info.name, fault=wrong)
    offset, size = info.offset_data, info.size
    return Member(info.name, lambda: counted(_pieces(stream, offset, size), size))


def _pieces(stream: Forward, offset: int, size: int) -> Iterator[bytes]:
    stream.seek(offset)
    left = size
    while left:
        piece = stream.read(min(STEP_BYTES, left))
        if not piece:
            stream.damage = fault("the archive ends inside the member; fetch it again", "truncated")
            raise stream.damage
        left -= len(piece)
        yield piece
