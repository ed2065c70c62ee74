"""The rows of an OUT folder for tools that do not read Parquet: JSON lines, CSV, and Dolma's documents and attributes.

Parts are read in order, a few hundred rows at a time; page checksums are verified, and Dolma's texts are held against
`input_sha256`. The same OUT gives the same bytes, gzip for the same zlib.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from clean import schema
from clean.errors import SinkError
from clean.output.about import run_name
from clean.output.plain import cells, json_line, rows
from clean.output.read import batches, load_run, restore_row
from clean.output.target import packed_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS_AT_ONCE: Final = 256  # Python objects of a batch weigh many times its bytes
ATTRIBUTES: Final = "newsclean"  # the folder below attributes/, and how the names in it begin
KEYS: Final = ("source_path", "source_record", "record_id", "url", "host")  # into a Dolma document's metadata
_PART: Final = re.compile(r"data/part-\d{5}\.parquet")


class Export:
    """A finished run to be exported. Raises SinkError when OUT is none, or its parts are not those of run.json."""

    def __init__(self, out: Path) -> None:
        self.out, self.run = out, load_run(out)
        self.parts = _parts(out, self.run)
        self.schema = _schema(self.parts)
        self.documents = 0

    @property
    def name(self) -> str:
        """What the run is called: its inputs, by their last components."""
        return run_name(str(root) for root in self.run.get("used", {}).get("roots", []))

    def _batches(self, path: Path) -> Iterator[Any]:
        for batch in batches(path, rows=ROWS_AT_ONCE):
            yield batch
            self.documents += batch.num_rows

    def jsonl(self, sink: IO[bytes]) -> None:
        """Every column of every row, one JSON object a line."""
        for path in self.parts:
            for batch in self._batches(path):
                sink.write(b"".join(json_line(row) for row in rows(batch)))

    def csv(self, sink: IO[bytes]) -> None:
        """Every column of every row: a header, then a record a row. Texts are quoted, what is not stated is not."""
        table = cells(pa.RecordBatch.from_pylist([], schema=self.schema)).schema
        with pa.csv.CSVWriter(pa.PythonFile(_Kept(sink), mode="w"), table) as writer:
            for path in self.parts:
                for batch in self._batches(path):
                    writer.write_batch(cells(batch))

    def dolma(self, folder: Path, source: str | None = None) -> None:
        """Below `folder`: documents/part-NNNNN.jsonl.gz with the inputs, attributes/newsclean/ with the spans, line by line."""
        for path in self.parts:
            name = f"{path.stem}.jsonl.gz"
            with (
                packed_file(folder / "documents" / name) as documents,
                packed_file(folder / "attributes" / ATTRIBUTES / name) as attributes,
            ):
                for batch in self._batches(path):
                    for row in rows(batch):
                        document = self._document(row, self.name if source is None else source)
                        documents.write(json_line(document))
                        attributes.write(
                            json_line({"id": document["id"], "source": document["source"], "attributes": spans(row)})
                        )

    def _document(self, row: dict[str, Any], source: str) -> dict[str, Any]:
        restored = restore_row(row)
        if not restored.true:
            raise SinkError(
                "the row does not give its input back (input_sha256 differs)",
                where=f"{self.out}, document {row['id']}",
                help="clean verify says more; run again with --overwrite",
            )
        made = {"id": row["id"], "text": restored.text, "source": source}
        for key, column in (("added", "retrieved_at"), ("created", "published_at")):
            if row[column] is not None:
                made[key] = row[column]
        user = [name for name in row if name not in schema.BY_NAME]
        return {**made, "metadata": {name: row[name] for name in (*KEYS, *schema.PROVENANCE, *user)}}


def spans(row: dict[str, Any]) -> dict[str, list[list[float]]]:
    """A row's `removed` and `kept` as Dolma spans: name → [[start, end, 1.0], ...], sorted and disjoint.

    A name is `newsclean__removed__<category>` or `newsclean__kept_<reason>__<category>`, with `_` for `.` and `-`, so that a
    JSON path can hold it. Kept spans of one name that overlap are united.
    """
    found: dict[str, list[list[float]]] = {}
    for kind, items in (("removed", row["removed"]), ("kept", row["kept"])):
        for item in sorted(items, key=lambda item: (item["start"], item["end"])):
            reason = f"_{item['reason']}" if kind == "kept" else ""
            name = f"{ATTRIBUTES}__{kind}{reason}__{attribute(item['category'])}"
            held = found.setdefault(name, [])
            if held and item["start"] < held[-1][1]:
                held[-1][1] = max(held[-1][1], item["end"])
            else:
                held.append([item["start"], item["end"], 1.0])
    return dict(sorted(found.items()))


def attribute(category: str) -> str:
    """A category as part of an attribute's name.

    >>> attribute("syndication.press-release")
    'syndication_press_release'
    """
    return category.replace(".", "_").replace("-", "_")


def _parts(out: Path, run: dict[str, Any]) -> list[Path]:
    """The data parts that run.json names, each there and of its size."""
    found = []
    for item in run["generated"]:
        name = str(item.get("path")) if isinstance(item, dict) else ""
        if not _PART.fullmatch(name):
            continue
        path = out / name
        if not path.is_file():
            raise SinkError("is missing; run.json names it", where=f"{out}/{name}", help="clean verify says more")
        if path.stat().st_size != item.get("bytes"):
            raise SinkError(
                "was changed: its size is not that of run.json", where=f"{out}/{name}", help="clean verify says more"
            )
        found.append(path)
    return sorted(found)


def _schema(parts: list[Path]) -> Any:
    """The columns of all parts. Raises SinkError where they are not ours or differ."""
    ours = schema.arrow_schema(schema.DATA)
    first = None
    for path in parts:
        where = f"{path.parent.name}/{path.name}"
        try:
            held = pq.read_schema(str(path)).remove_metadata()
        except (pa.ArrowException, OSError) as error:
            raise SinkError(
                f"is damaged: {' '.join(str(error).split())[:200]}", where=where, help="run again with --overwrite"
            ) from error
        missing = [name for name in ours.names if name not in held.names]
        if missing:
            raise SinkError(f"has no column {', '.join(missing)[:200]}", where=where, help="clean verify says more")
        if first is not None and not held.equals(first):
            raise SinkError("holds other columns than the first part", where=where, help="clean verify says more")
        first = first or held
    return ours if first is None else first


class _Kept:
    """A sink whose end is its owner's business: Arrow closes what it is given."""

    closed = False

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink = sink

    def write(self, data: bytes) -> int:
        return self._sink.write(data)

    def flush(self) -> None:
        self._sink.flush()

    def close(self) -> None:
        return

    def writable(self) -> bool:
        return True
