"""Gathers documents into record batches of bounded size, keeping rejects in step so that neither piles up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from clean import schema
from clean.sources.model import FRAME, MAX_BATCH_BYTES, MAX_BATCH_ROWS, Columns, Reject, Skipped, frame_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from clean.errors import SourceError
    from clean.records import Stated


MAX_MESSAGE_CHARS: Final = 1000  # field names in it come from outside and may be as long as a text


@dataclass(frozen=True, slots=True)
class Document:
    """One document as a reader found it. `extra` holds the user's other values by user name, `stated` what its page says."""

    text: str
    record: int
    offset: int | None
    sha256: str
    encoding: str
    key: str | None = None
    url: str | None = None
    retrieved_at: datetime | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    stated: Stated | None = None


class Batcher:
    """Documents and rejects of one file in, bounded batches out: `add` and `reject` while `full()` is False, then `take`."""

    def __init__(self, source_path: str, columns: Columns) -> None:
        self.source_path, self.columns = source_path, columns
        self.schema = frame_schema(columns)
        self._documents: list[Document] = []
        self._rejects: list[Reject] = []
        self._bytes = 0

    def add(self, document: Document) -> None:
        """Take a document."""
        self._documents.append(document)
        self._bytes += 4 * len(document.text) if not document.text.isascii() else len(document.text)

    def reject(self, reject: Reject) -> None:
        """Take a reject."""
        self._rejects.append(reject)

    def full(self) -> bool:
        """Whether it is time to `take`."""
        return self._bytes >= MAX_BATCH_BYTES or max(len(self._documents), len(self._rejects)) >= MAX_BATCH_ROWS

    def take(self) -> Iterator[Any]:
        """The rejects gathered so far, then the batch they stood among; the batcher is empty after."""
        documents, rejects = self._documents, self._rejects
        self._documents, self._rejects, self._bytes = [], [], 0
        yield from rejects
        if documents:
            yield self._batch(documents)

    def close(self) -> Iterator[Any]:
        """What is left."""
        return self.take()

    def _batch(self, documents: list[Document]) -> Any:
        frame: dict[str, list[Any]] = {
            "source_path": [self.source_path] * len(documents),
            "source_record": [d.record for d in documents],
            "source_offset": [d.offset for d in documents],
            "source_sha256": [d.sha256 for d in documents],
            "record_id": [d.key for d in documents],
            "encoding": [d.encoding for d in documents],
            "url": [d.url for d in documents],
            "retrieved_at": [d.retrieved_at for d in documents],
            "text": [d.text for d in documents],
        }
        arrays = [pa.array(frame[name], self.schema.field(name).type) for name in FRAME]
        for name, output in self.columns.names.items():
            arrays.append(pa.array([d.extra.get(name) for d in documents], self.schema.field(output).type))
        batch = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        return (
            with_stated(batch, [d.stated for d in documents]) if any(d.stated is not None for d in documents) else batch
        )


def with_stated(batch: Any, stated: Sequence[Stated | None]) -> Any:
    """A reader's batch with what pages state of its rows, in the columns `evidence` and `media` behind all others."""
    for name, items in (
        ("evidence", [[] if said is None else [one._asdict() for one in said.evidence] for said in stated]),
        ("media", [[] if said is None else [one._asdict() for one in said.media] for said in stated]),
    ):
        field_ = schema.arrow_field(name, schema.BY_NAME[name].type)
        batch = batch.append_column(field_, pa.array(items, field_.type))
    return batch


def joined(pieces: Iterator[Any]) -> Iterator[Any]:
    """The pieces, small batches put together: a file is often one short document, and a batch has its price.

    Rejects pass at once, so that they still come before the batch they stood among.
    """
    held: list[Any] = []
    rows = size = 0
    for piece in pieces:
        if isinstance(piece, (Reject, Skipped)):
            yield piece
            continue
        if held and (
            rows + piece.num_rows > MAX_BATCH_ROWS or size >= MAX_BATCH_BYTES or piece.schema != held[0].schema
        ):
            yield _together(held)
            held, rows, size = [], 0, 0
        held.append(piece)
        rows += piece.num_rows
        size += piece.nbytes
    if held:
        yield _together(held)


def _together(batches: list[Any]) -> Any:
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)


def fault_reject(
    source_path: str, error: SourceError, *, record: int | None = None, offset: int | None = None
) -> Reject:
    """A SourceError as the reject it stands for; `record` is the first record that is lost."""
    where = error.where or source_path
    message = f"{where}: {error.message}" + (f"; {error.help}" if error.help else "")
    if len(message) > MAX_MESSAGE_CHARS:
        message = message[: MAX_MESSAGE_CHARS - 1] + "…"
    return Reject(source_path, error.stage, error.reason, message, record, offset)
