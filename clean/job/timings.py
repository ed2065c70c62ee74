"""Where a run's time goes: CPU seconds by stage, additive over shards. Told to whoever asks, never written to a part or run.json."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")
# rules: load, prove, compile. plan: find the inputs and take their digests. clean: match, decide and build columns.
STAGES: Final = ("rules", "plan", "read", "repair", "clean", "write", "digest")


@dataclass(slots=True)
class Timings:
    """CPU seconds of this process, all its threads together, and the text they were spent on."""

    seconds: dict[str, float] = field(default_factory=dict)
    text_bytes: int = 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside to a stage."""
        begun = time.process_time()
        try:
            yield
        finally:
            self._add(name, time.process_time() - begun)

    def _add(self, name: str, seconds: float) -> None:
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds

    def each(self, name: str, items: Iterable[T]) -> Iterator[T]:
        """The items, the time it takes to make them counted to a stage."""
        source = iter(items)
        while True:
            with self.stage(name):
                try:
                    item = next(source)
                except StopIteration:
                    return
            yield item

    def add(self, other: Timings) -> None:
        """Put another shard's into these."""
        for name, seconds in other.seconds.items():
            self._add(name, seconds)
        self.text_bytes += other.text_bytes

    def lines(self) -> list[str]:
        """A line a stage, in order, with what it took of each megabyte (10^6 bytes of UTF-8 text), and their sum."""
        total = sum(self.seconds.values())
        megabytes = self.text_bytes / 1e6
        rows = [(name, self.seconds[name]) for name in STAGES if name in self.seconds]
        return [
            f"{name:<8} {seconds:>9.2f} s {seconds / total if total else 0:>6.1%} {_rate(seconds, megabytes)}"
            for name, seconds in [*rows, ("all", total)]
        ]


def _rate(seconds: float, megabytes: float) -> str:
    if not megabytes:
        return "no text"
    speed = f"{megabytes / seconds:>9,.1f} MB/s" if seconds else "        -     "
    return f"{1000 * seconds / megabytes:>8.2f} ms/MB {speed}"
