"""Packed streams: gzip, bzip2, xz and zstd, every member of them, with every damage told.

All that was whole before the damage is handed out first; then SourceError is raised: truncated, corrupt, trailing data, bomb.
"""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from clean.errors import SourceError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHUNK_BYTES: Final = 1 << 20
BOMB_FREE_BYTES: Final = 64 << 20  # RELIABILITY 3.3: a ratio counts only past this
BOMB_RATIO: Final = 200
XZ_MEMORY_BYTES: Final = 256 << 20  # xz -9 wants 65 MB; a header may ask for 4 GB


class Engine(Protocol):
    """What takes one member apart: the decompressor objects of bz2, lzma and zstd."""

    @property
    def eof(self) -> bool:
        """Whether the member is whole."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out without new input."""

    @property
    def unused_data(self) -> bytes:
        """What follows the member."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most `max_length` bytes; what is not used yet is kept inside."""


class _Gzip:
    """zlib's object in the manners of the others, which keep unused input themselves."""

    def __init__(self) -> None:
        self._engine, self._held = zlib.decompressobj(31), b""

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def needs_input(self) -> bool:
        return not self._held

    @property
    def unused_data(self) -> bytes:
        return self._engine.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = self._engine.decompress(self._held + data if self._held else data, max_length)
        self._held = self._engine.unconsumed_tail
        return out


@dataclass(frozen=True, slots=True)
class Packing:
    """One way to pack a stream: its suffix, what people call it, how a member begins and is taken apart.

    `padding` says that zero bytes may follow a member (gzip on tapes, xz by its standard).
    """

    suffix: str
    name: str
    magics: tuple[bytes, ...]
    engine: Callable[[], Any]
    padding: bool = False


_SKIPPABLE: Final = tuple(bytes((low, 0x2A, 0x4D, 0x18)) for low in range(0x50, 0x60))
PACKINGS: Final = (
    Packing(".gz", "gzip", (b"\x1f\x8b",), _Gzip, padding=True),
    Packing(".bz2", "bzip2", (b"BZh",), bz2.BZ2Decompressor),
    Packing(
        ".xz", "xz", (b"\xfd7zXZ\0",),
        lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES), padding=True,
    ),
    Packing(".zst", "zstd", (b"\x28\xb5\x2f\xfd", *_SKIPPABLE), zstd.ZstdDecompressor),
)  # fmt: skip
SUFFIXES: Final = tuple(packing.suffix for packing in PACKINGS)
SHORT: Final = {".tgz": ".tar.gz", ".tbz": ".tar.bz2", ".tbz2": ".tar.bz2", ".txz": ".tar.xz", ".tzst": ".tar.zst"}
FAULTS: Final = (zlib.error, lzma.LZMAError, zstd.ZstdError, OSError, EOFError, ValueError, MemoryError)
_HEADS: Final = tuple(
    (magic + (b"1AY&SY" if packing.name == "bzip2" else b""), packing)
    for packing in PACKINGS
    for magic in packing.magics
)


def _spelt_out(name: bytes) -> bytes:
    """A name in small letters, `.tgz` as `.tar.gz`."""
    name = name.lower()
    for short, long in SHORT.items():
        if name.endswith(short.encode()):
            return name.removesuffix(short.encode()) + long.encode()
    return name


def packing_of(name: bytes) -> Packing | None:
    """The packing a file name says."""
    name = _spelt_out(name)
    return next((p for p in PACKINGS if name.endswith(p.suffix.encode())), None)


def bare(name: bytes) -> bytes:
    """The name without its packing's suffix, in small letters."""
    packing, name = packing_of(name), _spelt_out(name)
    return name.removesuffix(packing.suffix.encode()) if packing else name


def refuse_packed(head: bytes) -> None:
    """Raise SourceError where a plain name holds a packed stream; `head` is the file's first piece."""
    for magic, packing in _HEADS:
        # The level digit of bzip2 stands between its two magics.
        if (head[:3] + head[4:10] if packing.name == "bzip2" else head).startswith(magic):
            what = f"{packing.name} data under a name without {packing.suffix}; add {packing.suffix} to the name"
            raise corrupt(what)


def corrupt(what: str, reason: str = "corrupt") -> SourceError:
    """A fault of the stream itself."""
    return SourceError(what, stage="read", reason=reason)


class Ratio:
    """Counts what goes in and comes out; raises `bomb` past the limits."""

    def __init__(self) -> None:
        self.packed = self.made = 0

    def count(self, made: int) -> None:
        """More came out."""
        self.made += made
        if self.made > BOMB_FREE_BYTES and self.made > BOMB_RATIO * self.packed:
            what = f"grows to more than {BOMB_RATIO} times its size; unpack it yourself if it is meant"
            raise corrupt(what, "bomb")


def unpack(raw: Iterator[bytes], packing: Packing) -> Iterator[bytes]:
    """Every member of a packed stream, in pieces of at most CHUNK_BYTES. Padding is skipped where the format has it."""
    ratio, engine, begun, members = Ratio(), packing.engine(), False, 0
    for piece in raw:
        ratio.packed += len(piece)
        data = piece
        while True:
            if not begun:
                if members and packing.padding:
                    data = data.lstrip(b"\0")
                if not data:
                    break
                if members:
                    _refuse_trailing(data, ratio.packed, packing)
                begun = True
            out = _more(engine, data, packing, ratio.made if ratio.made or members else -1)
            ratio.count(len(out))
            if out:
                yield out
            if engine.eof:
                data, engine, begun, members = engine.unused_data, packing.engine(), False, members + 1
            elif engine.needs_input:
                break
            else:
                data = b""
    if begun or not members:
        what = f"the {packing.name} data ends too early, after {ratio.made} bytes of text; fetch the file again"
        raise corrupt(what, "truncated")


def _refuse_trailing(data: bytes, packed: int, packing: Packing) -> None:
    if not any(magic.startswith(data[: len(magic)]) for magic in packing.magics):
        what = (
            f"bytes that are no {packing.name} data follow from byte {packed - len(data)} on; what came before is kept"
        )
        raise corrupt(what, "trailing_data")


def _more(engine: Engine, data: bytes, packing: Packing, made: int) -> bytes:
    try:
        return engine.decompress(data, CHUNK_BYTES)
    except FAULTS as error:
        what = (
            f"not {packing.name} data, whatever the name says"
            if made < 0
            else f"{packing.name} data is damaged after {made} good bytes"
        )
        raise corrupt(f"{what} ({' '.join(str(error).split())[:100] or type(error).__name__})") from error
