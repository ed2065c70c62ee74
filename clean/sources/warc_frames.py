"""Where WARC records begin and end in a stream, and every place where one does not end as it says.

Libraries end a cut file in silence, so the frames are ours: a record is whole only if its Content-Length is there, the two
line ends behind it are there, and in a gzip file nothing else stands in its member. After damage reading goes on at the next
gzip member, or in a plain file at the next record head.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clean.errors import SourceError
from clean.sources.packing import BOMB_FREE_BYTES, BOMB_RATIO, CHUNK_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

SLICE_BYTES: Final = 1 << 16  # zlib copies what follows a member: feed it little
MAX_HEAD_BYTES: Final = 1 << 20
MAX_DAMAGE: Final = 200  # places: looking for the next member costs time, and a file may be made of such places
MAX_HELD_BYTES: Final = 8 << 20  # of raw bytes, to find the next member in after damage
END: Final = b"\r\n\r\n"
MAGIC: Final = b"\x1f\x8b\x08"
_LENGTH: Final = re.compile(rb"(?im)^Content-Length:[ \t]*([^\r\n]*?)[ \t]*\r?$")
_TYPE: Final = re.compile(rb"(?im)^WARC-Type:[ \t]*([a-z]+)")
_HEAD: Final = re.compile(rb"WARC/[01]\.[0-9]+\r?\n")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_NEXT: Final = re.compile(rb"\r?\n\r?\n(?=WARC/[01]\.[0-9]+\r?\n)")
_NEXT_CHARS: Final = 32  # more than _NEXT can span


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes in order. `start` is where in the file a member begins with them; `fault` ends the member before its time."""

    data: bytes = b""
    start: int | None = None
    fault: SourceError | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One record as it lies: head with its blank line, block; `block` is cut at the limit, `length` is what is there.

    `offset` is the place to seek to in the file, None where a record does not begin a member. `fault` says why it is none.
    """

    kind: str
    head: bytes
    block: bytes
    length: int
    offset: int | None
    fault: SourceError | None = None


def _fault(what: str, reason: str = "bad_warc", at: int | None = None) -> SourceError:
    place = "" if at is None else f" (from byte {at} on)"
    return SourceError(f"{what}{place}", stage="read", reason=reason)


def plain(pieces: Iterator[bytes]) -> Iterator[Piece]:
    """An unpacked stream, or one whose packing marks no records: one member."""
    start: int | None = 0
    try:
        for data in pieces:
            yield Piece(data, start)
            start = None
    except SourceError as error:
        yield Piece(start=start, fault=error)


def gzip_members(raw: Iterator[bytes]) -> Iterator[Piece]:
    """The members of a gzip stream; a damaged one is a fault, and reading goes on at the next that holds a record."""
    members = _GzipMembers()
    for whole in raw:
        for at in range(0, len(whole), SLICE_BYTES):
            yield from members.feed(whole[at : at + SLICE_BYTES])
    yield from members.close()


class _GzipMembers:
    """Takes raw bytes, gives pieces. What the member at hand was read from is kept, to look for the next one in it."""

    def __init__(self) -> None:
        self.state = "between"  # between members, begun one, inside one, lost after damage
        self.start = self.packed = self.made = self.damaged = 0
        self.engine = zlib.decompressobj(31)
        self.member = bytearray()

    def feed(self, data: bytes) -> Iterator[Piece]:
        """The pieces of the next raw bytes."""
        self.packed += len(data)
        self.member += data
        while data:
            if self.state == "lost":
                data = self._found()
            if self.state == "between" and data:
                data = data.lstrip(b"\0")
                self.member = bytearray(data)
                self.engine, self.start = zlib.decompressobj(31), self.packed - len(data)
                self.state = "begun" if data else "between"
            if not data:
                return
            try:
                out = self.engine.decompress(data, CHUNK_BYTES)
            except zlib.error as error:
                yield self._damage(f"gzip data is damaged ({error})", "corrupt")
                data = self._found()
                continue
            yield from self._given(out)
            if self.engine.eof:
                data, self.state = self.engine.unused_data, "between"
                self.member = bytearray(data)
            else:
                data = self.engine.unconsumed_tail
        if len(self.member) > MAX_HELD_BYTES:
            del self.member[:-MAX_HELD_BYTES]

    def _given(self, out: bytes) -> Iterator[Piece]:
        self.made += len(out)
        if self.made > BOMB_FREE_BYTES and self.made > BOMB_RATIO * self.packed:
            raise _fault(f"grows to more than {BOMB_RATIO} times its size", "bomb", self.start)
        if out or self.state == "begun":
            yield Piece(out, self.start if self.state == "begun" else None)
            self.state = "inside"

    def _damage(self, what: str, reason: str) -> Piece:
        begun, self.state = self.state == "begun", "lost"
        self.damaged += 1
        if self.damaged > MAX_DAMAGE:
            raise _fault(f"more than {MAX_DAMAGE} damaged places; the rest is not read", "corrupt", self.start)
        return Piece(start=self.start if begun else None, fault=_fault(what, reason, self.start))

    def _found(self) -> bytes:
        """What was kept from the next member on; nothing when there is none in it."""
        rest = _found(bytes(self.member[1:]))
        self.member = bytearray(rest) if rest else self.member[-len(MAGIC) :]
        if rest:
            self.state = "between"
        return rest

    def close(self) -> Iterator[Piece]:
        """What is to say at the end. A damaged member can swallow whole ones up to there without an error."""
        if not self.packed:
            yield Piece(start=0, fault=_fault("zero bytes: no gzip data; fetch the file again", "truncated"))
        while self.state in ("begun", "inside"):
            yield self._damage("a gzip member that begins here has no end; fetch the file again", "truncated")
            rest = self._found()
            self.packed -= len(rest)
            yield from self.feed(rest)


def _found(data: bytes) -> bytes:
    """The data from the next gzip member that holds a record on; empty when there is none."""
    at = data.find(MAGIC)
    while at >= 0:
        try:
            if zlib.decompressobj(31).decompress(data[at : at + 4096], 5).startswith(b"WARC/"[: len(data) - at]):
                return data[at:]
        except zlib.error:
            pass
        at = data.find(MAGIC, at + 1)
    return b""


class Tape:
    """Pieces as one buffer that stops at the end of each member."""

    def __init__(self, pieces: Iterator[Piece]) -> None:
        self._pieces = pieces
        self._next: Piece | None = None
        self._held = bytearray()
        self.offset: int | None = None  # of the member in the file
        self.taken = 0  # bytes of the member that are gone
        self.fault: SourceError | None = None

    def next_member(self) -> bool:
        """Pass to the next member, leaving what is left of this one; False at the end of the stream."""
        while self.more():
            self.drop(len(self._held))
        if self._next is None:
            return False
        piece, self._next = self._next, None
        self._held = bytearray(piece.data)
        self.offset, self.taken, self.fault = piece.start, 0, piece.fault
        return True

    def more(self) -> bool:
        """Take one more piece of the member; False at its end."""
        if self._next is not None or self.fault is not None:
            return False
        piece = next(self._pieces, None)
        if piece is None:
            return False
        if piece.start is not None:
            self._next = piece
            return False
        self._held += piece.data
        self.fault = piece.fault
        return piece.fault is None

    def fill(self, size: int) -> bool:
        """Hold at least `size` bytes, if the member has them."""
        while len(self._held) < size and self.more():
            pass
        return len(self._held) >= size

    def peek(self) -> bytearray:
        """What is held."""
        return self._held

    def take(self, size: int) -> bytes:
        """The next bytes; fewer when fewer are held."""
        data = bytes(self._held[:size])
        self.drop(len(data))
        return data

    def drop(self, size: int) -> None:
        """Let bytes that are held go."""
        del self._held[:size]
        self.taken += size

    def put_back(self, data: bytes) -> None:
        """Hold bytes again that were taken."""
        self._held[:0] = data
        self.taken -= len(data)

    def skip(self, size: int) -> int:
        """Let the next bytes go without holding them all; how many there were."""
        left = size
        while left and self.fill(1):
            step = min(left, len(self._held))
            self.drop(step)
            left -= step
        return size - left


def frames(pieces: Iterator[Piece], wanted: frozenset[str], limit: int, *, addressed: bool) -> Iterator[Frame]:
    """Every record and every stretch of damage, in order. Blocks of kinds that are not wanted are left empty.

    `addressed` says that the file is not packed: every record has its place in it.
    """
    tape = Tape(_until_bomb(pieces))
    while tape.next_member():
        while (frame := _frame(tape, wanted, limit, addressed)) is not None:
            yield frame


def _until_bomb(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """A fault that is raised ends the stream: it becomes the last piece."""
    try:
        yield from pieces
    except SourceError as error:
        yield Piece(fault=error)


def _frame(tape: Tape, wanted: frozenset[str], limit: int, addressed: bool) -> Frame | None:
    while tape.fill(1) and tape.peek()[0] in b"\r\n":
        tape.drop(1)
    if addressed:
        offset: int | None = tape.taken
    else:
        offset = tape.offset if not tape.taken else None
    if not tape.fill(1):
        fault, tape.fault = tape.fault, None
        return None if fault is None else Frame("", b"", b"", 0, offset, fault)
    head = _head(tape)
    if isinstance(head, SourceError):
        fault = _spent(tape) or head
        _resync(tape)
        return Frame("", b"", b"", 0, offset, fault)
    kind = _TYPE.search(head)
    name = kind[1].decode().lower() if kind else "unknown"
    digits = _LENGTH.search(head)
    if digits is None or not digits[1].isdigit() or len(digits[1]) > 18:
        fault = _fault(f"Content-Length is {'not there' if digits is None else repr(digits[1][:40].decode('latin-1'))}")
        _resync(tape)
        return Frame(name, head, b"", 0, offset, fault)
    length = int(digits[1])
    block, there = _block(tape, length, limit if name in wanted else 0)
    fault = _ending(tape, length, there, addressed=addressed)
    if fault is not None:
        tape.put_back(block)
        _resync(tape)
    return Frame(name, head, block, there, offset, fault)


def _spent(tape: Tape) -> SourceError | None:
    fault, tape.fault = tape.fault, None
    return fault


def _head(tape: Tape) -> bytes | SourceError:
    """A record's head with its blank line, taken; what is held when there is none."""
    size = 4096
    while True:
        enough = tape.fill(size)
        end = _HEAD_END.search(tape.peek())
        if end is not None or not enough or size >= MAX_HEAD_BYTES:
            break
        size *= 4
    if not _HEAD.match(tape.peek()):
        return _fault("no WARC record begins here")
    if end is None:
        return _fault("the head of a record has no end", "bad_warc" if enough else "truncated")
    return tape.take(end.end())


def _block(tape: Tape, length: int, limit: int) -> tuple[bytes, int]:
    """(the block up to the limit, how many bytes of it are there)."""
    tape.fill(min(length, limit))
    block = tape.take(min(length, limit))
    return block, len(block) + tape.skip(length - len(block))


def _ending(tape: Tape, length: int, there: int, *, addressed: bool) -> SourceError | None:
    """What is wrong with a record's end; the line ends behind it are taken."""
    if there < length:
        damage = _spent(tape)
        if damage is not None:
            return damage
        what = f"Content-Length says {length} bytes; there are {there}"
        return _fault(f"{what}: the file ends inside the record", "truncated") if addressed else _fault(what)
    if tape.fill(len(END)):
        if tape.peek().startswith(END):
            tape.drop(len(END))
            # A member's checksum stands behind its last record: only past it is the record known to be as written.
            return None if tape.peek() or tape.more() else _spent(tape)
        if _HEAD.match(tape.peek().lstrip(b"\r\n")[:20]):
            return None  # fewer line ends than the standard wants
        return _fault(f"Content-Length {length} does not lead to the end of the record")
    if tape.fault is not None:
        return _spent(tape)
    left = tape.take(len(END))
    return _fault(f"Content-Length {length} does not lead to the end of the record") if left.strip(b"\r\n") else None


def _resync(tape: Tape) -> None:
    """Drop what is held up to the next record's head, or all of the member."""
    while True:
        found = _NEXT.search(tape.peek())
        if found is not None:
            tape.drop(found.end())
            return
        tape.drop(max(0, len(tape.peek()) - _NEXT_CHARS))
        if not tape.more():
            tape.drop(len(tape.peek()))
            return
