"""What the archive readers share: a member as an input, its limits, and which names are refused.

A member's name is a label, never a path: nothing is unpacked to disk, no link is followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clean.errors import SourceError
from clean.sources.packing import BOMB_FREE_BYTES, BOMB_RATIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_MEMBER_BYTES: Final = 1 << 30  # RELIABILITY 3.3
MAX_MEMBERS: Final = 1_000_000
MAX_NESTED_BYTES: Final = 256 << 20  # a zip inside an archive is read from its end, so it is held in memory
_DRIVE: Final = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name, its bytes (to be read before the next member is asked for), or why it is not read."""

    name: str
    stream: Callable[[], Iterator[bytes]] | None = None
    fault: SourceError | None = None


def fault(what: str, reason: str) -> SourceError:
    """Something wrong with a member or an archive."""
    return SourceError(what, stage="open", reason=reason)


def unsafe(name: str) -> SourceError | None:
    """The fault of a name that would lead out of a folder it were unpacked into."""
    parts = re.split(r"[/\\]", name)
    if ".." in parts or not parts[0] or _DRIVE.match(name):
        return fault("the member's name leads out of the archive; it is not read", "unsafe_path")
    return None


def counted(pieces: Iterator[bytes], packed: int) -> Iterator[bytes]:
    """The pieces of a member up to its limits, whatever its header says. `packed` is what it takes in the archive."""
    made = 0
    for piece in pieces:
        made += len(piece)
        if made > MAX_MEMBER_BYTES:
            raise SourceError(
                f"the member is larger than {MAX_MEMBER_BYTES >> 30} GB", stage="read", reason="too_large"
            )
        if made > BOMB_FREE_BYTES and made > BOMB_RATIO * max(1, packed):
            what = f"the member grows to more than {BOMB_RATIO} times its size; unpack it yourself if it is meant"
            raise SourceError(what, stage="read", reason="bomb")
        yield piece
