"""Parquet parts, exactly as SCHEMA 4: the same rows give the same bytes however they arrive."""

from __future__ import annotations

import contextlib
import inspect
import io
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clean import schema
from clean.output.folder import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GROUP_ROWS: Final = 10_000
GROUP_BYTES: Final = 64 << 20  # of text
BLOOM: Final = {"ndv": GROUP_ROWS, "fpp": 0.01}  # SCHEMA 4.8
BLOOM_COLUMNS: Final = ("id", "url", "text_sha256")
DICTIONARY_FIELDS: Final = ("rule", "version", "category", "reason", "field", "value")  # of the structs, SCHEMA 4.6
TEXTS: Final = ("text", "removed.list.element.text")  # no statistics: their bounds are page-long strings


def data_schema(user: Any, metadata: dict[str, str]) -> Any:
    """The schema of a data part: ours, then the user's columns."""
    fields = [*schema.arrow_schema(schema.DATA), *user]
    return pa.schema(fields, {key.encode(): value.encode() for key, value in metadata.items()})


def rejects_schema(metadata: dict[str, str]) -> Any:
    """The schema of a rejects part."""
    return pa.schema(list(schema.arrow_schema(schema.REJECTS)), {k.encode(): v.encode() for k, v in metadata.items()})


def file_metadata(version: str, ruleset: str) -> dict[str, str]:
    """The keys every part carries (SCHEMA 4.12)."""
    return {
        "clean.schema_version": schema.SCHEMA_VERSION,
        "clean.version": version,
        "clean.ruleset": ruleset,
        "clean.offset_unit": schema.OFFSET_UNIT,
    }


def _leaves(arrow: Any) -> list[str]:
    """The Parquet leaf paths of a schema, as the writer itself names them."""
    sink = io.BytesIO()
    pq.ParquetWriter(sink, arrow).close()
    made = pq.ParquetFile(sink).schema
    return [made.column(i).path for i in range(len(made.names))]


def _dictionary(path: str) -> bool:
    column, _, rest = path.partition(".")
    if column not in schema.BY_NAME:
        return column not in {c.name for c in schema.REJECTS} or column in ("stage", "reason", "source_path")
    struct_field = rest.rpartition(".")[2]
    return schema.BY_NAME[column].dictionary or path == TEXTS[1] or struct_field in DICTIONARY_FIELDS


def options(arrow: Any, *, ordered: bool = True) -> dict[str, Any]:
    """The writer's options for a schema; `ordered` says that rows come in order of path and record."""
    leaves = _leaves(arrow)
    chosen: dict[str, Any] = {
        "compression": "zstd", "compression_level": 3, "version": "2.6", "data_page_version": "1.0",
        "use_dictionary": [path for path in leaves if _dictionary(path)],
        "write_statistics": [path for path in leaves if path not in TEXTS],
        "write_page_checksum": True, "write_page_index": True, "store_schema": True,
    }  # fmt: skip
    if ordered:
        by = [("source_path", "ascending"), ("source_record", "ascending")]
        chosen["sorting_columns"] = pq.SortingColumn.from_ordering(arrow, by)
    blooms = {name: BLOOM for name in BLOOM_COLUMNS if name in arrow.names}
    if "text" in arrow.names and "bloom_filter_options" in inspect.signature(pq.ParquetWriter.__init__).parameters:
        chosen["bloom_filter_options"] = blooms
    return chosen


class PartWriter:
    """Rows in, row groups out: a group closes at 10,000 rows or 64 MiB of text, counted by row and not by batch."""

    def __init__(self, path: Path, arrow: Any, *, text: str | None = "text", ordered: bool = True) -> None:
        self.schema, self.text, self.rows = arrow, text if text in arrow.names else None, 0
        self._writer = pq.ParquetWriter(str(path), arrow, **options(arrow, ordered=ordered))
        self._held: list[Any] = []
        self._rows = self._bytes = 0

    def write(self, batch: Any) -> None:
        """Take a batch of the part's schema."""
        start = 0
        sizes = (
            pc.fill_null(pc.binary_length(batch.column(self.text)), 0).to_pylist()
            if self.text
            else [0] * batch.num_rows
        )
        for row, size in enumerate(sizes):
            self._rows += 1
            self._bytes += size
            if self._rows >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
                self._held.append(batch.slice(start, row + 1 - start))
                start = row + 1
                self._flush()
        if start < batch.num_rows:
            self._held.append(batch.slice(start))
        self.rows += batch.num_rows

    def _flush(self) -> None:
        # One chunk per column: page breaks follow chunk borders and would differ with the batches (SCHEMA 4.10).
        table = pa.Table.from_batches(self._held, self.schema).combine_chunks()
        if table.num_rows:
            self._writer.write_table(table, row_group_size=GROUP_ROWS)
        self._held, self._rows, self._bytes = [], 0, 0

    def close(self) -> None:
        """Write the last group and the footer."""
        self._flush()
        self._writer.close()

    def abandon(self) -> None:
        """Close without caring for the result; the temporary file is about to go."""
        with contextlib.suppress(pa.ArrowException, OSError):
            self._writer.close()


@contextlib.contextmanager
def part(out: Path, name: str, arrow: Any, *, ordered: bool = True) -> Iterator[PartWriter]:
    """A part under construction; it takes its name when the block ends well."""
    with replacing(out, name) as temporary:
        writer = PartWriter(temporary, arrow, ordered=ordered)
        try:
            yield writer
            writer.close()
        except BaseException:
            writer.abandon()
            raise
