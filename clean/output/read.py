"""Reading an OUT folder back: its run.json, its parts row group by row group, its documents restored."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clean.edit import restore as put_back
from clean.errors import CleanError, SinkError
from clean.output.folder import DATA, REJECTS, RUN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def load_run(out: Path) -> dict[str, Any]:
    """run.json. Raises SinkError when OUT is not the finished output of a run."""
    path = out / RUN
    try:
        record = json.loads(path.read_bytes())
    except FileNotFoundError:
        what = (
            "no such folder"
            if not out.exists()
            else f"holds no {RUN}: not the output of a run, or of one that did not finish"
        )
        raise SinkError(what, where=str(out), help="give the folder that `clean run -o` wrote") from None
    except (OSError, ValueError, RecursionError) as error:
        raise SinkError(
            f"{RUN} cannot be read ({type(error).__name__})", where=str(out), help="run again with --overwrite"
        ) from error
    if not isinstance(record, dict) or not isinstance(record.get("generated"), list) or "schema_version" not in record:
        raise SinkError(f"{RUN} is not one of ours", where=str(out))
    return record


def parts(out: Path, folder: str = DATA) -> list[Path]:
    """The parts of one folder, in order."""
    return sorted((out / folder).glob("part-*.parquet"))


def batches(path: Path, columns: list[str] | None = None, rows: int = 1000) -> Iterator[Any]:
    """A part's batches, page checksums verified. Raises SinkError when it is damaged."""
    try:
        with pq.ParquetFile(str(path), page_checksum_verification=True) as file:
            # Group by group: over several groups at once the reader holds all it has read until the file is closed
            # (pyarrow 26: 169 MB after 15 groups; one at a time 31 MB at most).
            for group in range(file.num_row_groups):
                yield from file.iter_batches(rows, row_groups=[group], columns=columns)
    except (pa.ArrowException, OSError) as error:
        raise SinkError(
            f"is damaged: {' '.join(str(error).split())[:200]}",
            where=f"{path.parent.name}/{path.name}",
            help="run again with --overwrite",
        ) from error


@dataclass(frozen=True, slots=True)
class Restored:
    """One document's input again. `true` says whether it hashes to what was read."""

    id: str
    source_path: str
    source_record: int
    text: str
    true: bool


_COLUMNS = ["id", "source_path", "source_record", "text", "removed", "input_sha256"]


def restored(out: Path, only: str | None = None) -> Iterator[Restored]:
    """Every document's input, or that of the document `only`."""
    load_run(out)
    for path in parts(out):
        for batch in batches(path, _COLUMNS):
            wanted = batch if only is None else batch.filter(pc.equal(batch.column("id"), only))
            for row in wanted.to_pylist():
                yield restore_row(row)


def restore_row(row: dict[str, Any]) -> Restored:
    """One row's input. A row that cannot be put together again is not true."""
    try:
        text = put_back(row["text"], row["removed"])
    except (CleanError, ValueError, IndexError, TypeError):
        return Restored(row["id"], row["source_path"], row["source_record"], row["text"], true=False)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Restored(row["id"], row["source_path"], row["source_record"], text, digest == row["input_sha256"])


__all__ = ["DATA", "REJECTS", "Restored", "batches", "load_run", "parts", "restored"]
