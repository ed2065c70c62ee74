"""What readers take and give: inputs, chosen fields, surveys, rejects. Plain frozen data, fit for another process.

A reader yields Arrow record batches with the columns of `FRAME` and then the user's, mixed with `Reject`s and `Skipped`. Every
record of a file is a row of a batch or a reject, never both, never neither. Rejects come before the batch they stood among, at
most `MAX_BATCH_ROWS` of them, so that whoever writes them can keep record order without holding many.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from clean import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FRAME: Final = (
    "source_path", "source_record", "source_offset", "source_sha256", "record_id", "encoding", "url", "retrieved_at", "text",
)  # fmt: skip
MAX_BATCH_ROWS: Final = 2048
MAX_BATCH_BYTES: Final = 8 << 20  # of text
MAX_DOCUMENT_BYTES: Final = 64 << 20  # RELIABILITY 3.3
MAX_USER_COLUMNS: Final = 1000  # a JSONL file whose keys are data would otherwise become a table as wide as it is long


@dataclass(frozen=True, slots=True)
class Reject:
    """A file or record that is no row: one row of OUT/rejects. `source_record` None = the whole file or its rest."""

    source_path: str
    stage: str
    reason: str
    message: str
    source_record: int | None = None
    source_offset: int | None = None
    source_sha256: str | None = None
    record_id: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """What is no document and no fault, by kind: records of a crawl that hold no article, members of unknown suffix."""

    kind: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Fields:
    """What was asked for: field names (None = find it), the encoding of text and CSV files (None = see the bytes)."""

    text: str | None = None
    url: str | None = None
    id: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Roles:
    """The field names a file is read by. `aloud` lists the roles that were found, not asked for."""

    text: str
    url: str | None = None
    id: str | None = None
    aloud: tuple[str, ...] = ()

    def names(self) -> frozenset[str]:
        """Every mapped field name."""
        return frozenset(name for name in (self.text, self.url, self.id) if name is not None)

    def inside(self, column: str) -> list[tuple[str, ...]]:
        """Where below a top-level column mapped fields lie: `article` of the role `article.text` gives `("text",)`."""
        heads = (name.partition(".") for name in sorted(self.names()))
        return [tuple(rest.split(".")) for head, dot, rest in heads if dot and head == column]


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read: where it lies (bytes: names need not be UTF-8) and what it is called in the output.

    `fault` says the file cannot be read at all; it is then its one reject. `stream` gives the bytes where there is no file
    to open, as for a member of an archive: it can be called once, and `path` only says the format. `address` is where a
    remote file lies; `path` is then its name.
    """

    path: bytes
    source_path: str
    size: int = 0
    fault: Reject | None = None
    stream: Callable[[], Iterator[bytes]] | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first look at a file found: its bytes' digest, the field choice, the user's other columns.

    `types` are Arrow types (Parquet); `kinds` are the sorts of values met (JSONL): bool, int, wide, float, string, json.
    `dialect` is what a reader needs to know again: the delimiter of a CSV file. `encoding` is the one asked for.
    `members` are the surveys of an archive's members by their number, `documents` how many records were counted.
    """

    sha256: str = ""
    roles: Roles | None = None
    types: dict[str, Any] = field(default_factory=dict)
    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    fault: Reject | None = None
    dialect: str = ""
    encoding: str | None = None
    members: dict[int, Survey] = field(default_factory=dict)
    documents: int = 0


@dataclass(frozen=True, slots=True)
class Columns:
    """The user's columns of a whole run: output schema, user name → output name, and which hold JSON text."""

    schema: Any
    names: dict[str, str] = field(default_factory=dict)
    as_json: frozenset[str] = frozenset()

    @property
    def renamed(self) -> dict[str, str]:
        """The names that had to change because they are ours."""
        return {old: new for old, new in self.names.items() if old != new}


def frame_schema(columns: Columns) -> Any:
    """The Arrow schema of a reader's batches."""
    import pyarrow as pa  # noqa: PLC0415 - names of formats are listed without it

    ours = [schema.arrow_field(name, schema.BY_NAME[name].type) for name in FRAME]
    return pa.schema([*ours, *columns.schema])
