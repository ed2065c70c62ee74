"""JSON Lines beside Parquet: the same rows, every column, one object a line, for people who want lines."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from clean.output import plain
from clean.output.folder import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS_AT_ONCE: Final = 256  # Python objects of a batch weigh many times its bytes


class LinesWriter:
    """Rows in, lines out, in the form of `plain`: keys in column order.

    A number JSON does not know (NaN, Infinity) is null here; the Parquet part keeps it.
    """

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._file = path.open("wb")

    def write(self, batch: Any) -> None:
        """Take a batch."""
        for start in range(0, batch.num_rows, ROWS_AT_ONCE):
            self._file.write(b"".join(map(plain.json_line, plain.rows(batch.slice(start, ROWS_AT_ONCE)))))
        self.rows += batch.num_rows

    def close(self) -> None:
        """Write what is held."""
        self._file.close()


class Both:
    """Gives every batch to several writers; `schema` and `rows` are those of the first."""

    def __init__(self, first: Any, *others: Any) -> None:
        self.first, self.others = first, others
        self.schema = first.schema

    @property
    def rows(self) -> int:
        """Rows written so far."""
        rows: int = self.first.rows
        return rows

    def write(self, batch: Any) -> None:
        """Take a batch."""
        for writer in (self.first, *self.others):
            writer.write(batch)


@contextlib.contextmanager
def part(out: Path, name: str) -> Iterator[LinesWriter]:
    """A part under construction; it takes its name when the block ends well."""
    with replacing(out, name) as temporary:
        writer = LinesWriter(temporary)
        try:
            yield writer
        finally:
            writer.close()
