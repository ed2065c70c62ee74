"""Where a run's time goes: CPU seconds by stage, additive over shards. Told to whoever asks, never written to a part or run.json."""

from __future__ import annotations

import time
from collections import Counter
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

    seconds: Counter[str] = field(default_factory=Counter)
    text_bytes: int = 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside to a stage."""
        begun = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] += time.process_time() - begun

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
        self.seconds.update(other.seconds)
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
