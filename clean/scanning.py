"""The multi-pattern scanner: all calls to hyperscan (Vectorscan) stand here.

Byte patterns go in with their flags; a database comes out that scans a buffer and appends an event a match. It is compiled
once, travels as a blob, and keeps a scratch for each thread. The GIL is released while it scans.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import hyperscan

from clean.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ONCE: Final = hyperscan.HS_FLAG_SINGLEMATCH
CASELESS: Final = hyperscan.HS_FLAG_CASELESS
UTF8: Final = hyperscan.HS_FLAG_UTF8
ANY_LINE_END: Final = hyperscan.HS_FLAG_DOTALL


@dataclass(slots=True)
class Database:
    """Compiled patterns. An event's id is the pattern's number in the list it was compiled from. Pickles as its blob."""

    blob: bytes
    _local: threading.local = field(default_factory=threading.local, repr=False)

    @classmethod
    def compiled(cls, patterns: Sequence[tuple[str, int]]) -> Database:
        """Compile (pattern, flags) pairs. Raises ConfigError where the scanner refuses one."""
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        try:
            database.compile(
                expressions=[pattern.encode() for pattern, _ in patterns],
                ids=list(range(len(patterns))),
                elements=len(patterns),
                flags=[flags for _, flags in patterns],
            )
        except hyperscan.error as error:
            raise ConfigError(
                f"the scan database cannot be built: {error}", help="--matcher reference needs none"
            ) from error
        return cls(bytes(hyperscan.dumpb(database)))

    def __getstate__(self) -> bytes:
        return self.blob

    def __setstate__(self, blob: bytes) -> None:
        self.blob = blob
        self._local = threading.local()

    def scanner(self) -> Callable[[Any, Callable[..., Any]], None]:
        """`scan(buffer, on_event)` for this thread; `on_event(id, start, end, flags, context)` must only append."""
        scan: Callable[[Any, Callable[..., Any]], None] | None = getattr(self._local, "scan", None)
        if scan is None:
            database = hyperscan.loadb(self.blob, hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)

            def scan(buffer: Any, on_event: Callable[..., Any]) -> None:
                database.scan(buffer, match_event_handler=on_event)

            self._local.scan = scan
        return scan
