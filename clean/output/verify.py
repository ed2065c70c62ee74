"""Every invariant of SCHEMA 1, checked over an OUT folder, and on request against the inputs themselves.

Nothing here raises for a finding: findings are listed. Only an OUT that is not the output of a run at all is an error.
"""

# Names of files are bytes here: they need not be UTF-8.
# ruff: noqa: PTH113, PTH118, PTH202
from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from clean import schema, sources
from clean.errors import ConfigError, SinkError
from clean.output import croissant
from clean.output.folder import CROISSANT, REJECTS, sha256
from clean.output.read import batches, load_run, parts, restore_row
from clean.repair import repair
from clean.sources.columns import unite
from clean.sources.model import Fields, Input, Reject, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_HELD: Final = 1000  # findings kept for the telling; all are counted


@dataclass(frozen=True, slots=True)
class Finding:
    """A promise not kept: where (document id, part, file) and what."""

    where: str
    what: str


@dataclass(slots=True)
class Checked:
    """What was looked at and what was found."""

    rows: int = 0
    rejects: int = 0
    parts: int = 0
    count: int = 0
    findings: list[Finding] = field(default_factory=list)

    def find(self, where: str, what: str) -> None:
        """Note a finding."""
        self.count += 1
        if len(self.findings) < MAX_HELD:
            self.findings.append(Finding(where, what))


def verify(out: Path, below: Path | None = None) -> Checked:
    """Check `out`, and its inputs below the folder `below`. Raises SinkError when `out` is no finished run."""
    run = load_run(out)
    if below is not None and not below.is_dir():
        raise ConfigError("is not a folder; expected the folder that was given to run", where=str(below))
    checked = Checked()
    _files(out, run, checked)
    _croissant(out, run, checked)
    for path in parts(out):
        checked.parts += 1
        _part(path, run, checked)
    for path in parts(out, REJECTS):
        checked.parts += 1
        _rejects(path, checked)
    documents = run.get("counts", {}).get("documents")
    if documents != checked.rows + checked.rejects:
        checked.find(
            "run.json",
            f"counts {documents} documents; the parts hold {checked.rows} rows and {checked.rejects} rejects",
        )
    if below is not None:
        for path in parts(out):
            _sources(path, run, below, checked)
    return checked


def _files(out: Path, run: dict[str, Any], checked: Checked) -> None:
    """Files against what run.json says of them."""
    named = {str(item.get("path")): item for item in run["generated"] if isinstance(item, dict)}
    for name, item in named.items():
        path = out / name
        if not path.is_file():
            checked.find(name, "is missing; run.json names it")
            continue
        digest, size = sha256(path)
        if (digest, size) != (item.get("sha256"), item.get("bytes")):
            checked.find(
                name,
                f"was changed: {size} bytes, sha256 {digest[:16]}...; run.json says {item.get('bytes')}, {str(item.get('sha256'))[:16]}...",
            )
        if item.get("rows") is not None and name.endswith(".parquet"):  # the digest says all of the lines beside
            _row_count(path, name, item["rows"], checked)
    for path in [*parts(out), *parts(out, REJECTS)]:
        name = f"{path.parent.name}/{path.name}"
        if name not in named:
            checked.find(name, "run.json does not name it")


def _croissant(out: Path, run: dict[str, Any], checked: Checked) -> None:
    """croissant.json against run.json and the columns. Runs of earlier versions have none."""
    path = out / CROISSANT
    named = any(item.get("path") == CROISSANT for item in run["generated"] if isinstance(item, dict))
    if not path.is_file():
        return  # told with the files, when run.json names it
    if not named:
        checked.find(CROISSANT, "run.json does not name it")
    table = None
    for part in parts(out)[:1]:
        with contextlib.suppress(pa.ArrowException, OSError):  # told when its rows are read
            table = pq.read_schema(str(part))
    for what in croissant.findings(path.read_bytes(), run["generated"], table):
        checked.find(CROISSANT, what)


def _row_count(path: Path, name: str, rows: int, checked: Checked) -> None:
    try:
        found = pq.read_metadata(str(path)).num_rows
    except (pa.ArrowException, OSError):
        return  # told when its rows are read
    if found != rows:
        checked.find(name, f"holds {found} rows; run.json says {rows}")


def _part(path: Path, run: dict[str, Any], checked: Checked) -> None:
    name = f"{path.parent.name}/{path.name}"
    try:
        held = pq.read_schema(str(path))
        wanted = schema.arrow_schema(schema.DATA)
        for at, want in enumerate(wanted):
            if at >= len(held) or held.field(at).name != want.name or not held.field(at).type.equals(want.type):
                found = str(held.field(at)) if at < len(held) else "nothing"
                checked.find(name, f"column {at + 1} is {found}; expected {want.name}: {want.type}")
                return
        seen: set[str] = set()
        for batch in batches(path, [column.name for column in schema.DATA]):
            for row in batch.to_pylist():
                checked.rows += 1
                if row["id"] in seen:
                    checked.find(row["id"], "the id stands twice in its part")
                seen.add(row["id"])
                for what in row_findings(row, run["plan"]["ruleset"]):
                    checked.find(row["id"], what)
    except SinkError as error:
        checked.find(name, error.message)
    except (pa.ArrowException, OSError) as error:
        checked.find(name, f"is damaged: {' '.join(str(error).split())[:200]}")


def row_findings(row: dict[str, Any], ruleset: str) -> Iterator[str]:
    """What is wrong with one row."""
    missing = [c.name for c in schema.DATA if not c.type.endswith("?") and row[c.name] is None]
    if missing:
        yield f"null where the schema allows none: {', '.join(missing)}"
        return
    text, removed = row["text"], row["removed"]
    if len(text) != row["input_chars"] - row["removed_chars"]:
        yield f"the text has {len(text)} characters; input_chars - removed_chars is {row['input_chars'] - row['removed_chars']}"
    if hashlib.sha256(text.encode()).hexdigest() != row["text_sha256"]:
        yield "text_sha256 is not that of the text"
    end = 0
    for at, item in enumerate(removed):
        if item["end"] - item["start"] != len(item["text"]) or item["end"] <= item["start"]:
            yield f"removed[{at}] spans [{item['start']}, {item['end']}) but holds {len(item['text'])} characters"
        if item["start"] < end:
            yield f"removed[{at}] starts at {item['start']}, before the end of the one before it"
        end = item["end"]
    if sum(len(item["text"]) for item in removed) != row["removed_chars"]:
        yield "removed_chars is not the sum of the removed texts"
    if not restore_row(row).true:
        yield "the input put together again does not hash to input_sha256"
    if row["ruleset"] != ruleset:
        yield "ruleset is not that of run.json"
    for item in row["kept"]:
        if not 0 <= item["start"] <= item["end"] <= row["input_chars"] or item["reason"] not in schema.KEPT_REASONS:
            yield f"kept: {item['rule']} [{item['start']}, {item['end']}) {item['reason']} is out of bounds"
    yield from _evidence(row)


def _evidence(row: dict[str, Any]) -> Iterator[str]:
    """Each scalar that is stated has evidence of the same field and value; dates keep their offset there."""
    said: dict[str, set[str]] = {}
    for item in row["evidence"]:
        said.setdefault(item["field"], set()).add(item["value"])
    for name in schema.SCALARS:
        value = row[name]
        if value is None:
            continue
        if name == "published_at":
            fits = bool(said.get(name))
        else:
            text = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
            fits = text in said.get(name, ()) or (
                name == "published_date" and any(v.startswith(text) for v in said.get(name, ()))
            )
        if not fits:
            yield f"{name} is {str(value)[:80]!r} and no evidence says so"


def _rejects(path: Path, checked: Checked) -> None:
    try:
        for batch in batches(path):
            for row in batch.to_pylist():
                checked.rejects += 1
                if row.get("reason") not in schema.REASONS or row.get("stage") not in schema.STAGES:
                    checked.find(
                        f"rejects/{path.name}",
                        f"{row.get('source_path')}: reason {row.get('reason')!r} at stage {row.get('stage')!r} is not on the list",
                    )
    except SinkError as error:
        checked.find(f"rejects/{path.name}", error.message)


_COMPARED: Final = ["id", "source_path", "source_record", "source_sha256", "encoding", "fixes", "input_sha256"]


def _sources(path: Path, run: dict[str, Any], below: Path, checked: Checked) -> None:
    """Read the inputs of one part again and compare each record with its row."""
    wanted: dict[str, dict[tuple[str, int], dict[str, Any]]] = {}
    try:
        for batch in batches(path, _COMPARED):
            for row in batch.to_pylist():
                file = _file_of(below, row["source_path"])
                wanted.setdefault(file, {})[row["source_path"], row["source_record"]] = row
    except SinkError:
        return  # told already
    options = run["plan"].get("options", {})
    fields = Fields(*(options.get(name) for name in ("text_field", "url_field", "id_field", "encoding")))
    for source_path, rows in wanted.items():
        item = _input(below, source_path)
        if item is None:
            checked.find(source_path, "the input is not there any more, or not below the folder given")
            continue
        for key, record in _reread(item, fields):
            row = rows.pop(key, None)
            for what in _compare(row, record, repaired=options.get("repair", True)) if row else ():
                checked.find(row["id"], what)
        for row in rows.values():
            checked.find(row["id"], f"{row['source_path']} record {row['source_record']} cannot be read any more")


def _file_of(below: Path, source_path: str) -> str:
    """The file a row comes from: of `a.tar!/b.txt` the archive, unless a file has that very name."""
    if "!/" not in source_path or _input(below, source_path) is not None:
        return source_path
    return source_path.partition("!/")[0]


def _input(below: Path, source_path: str) -> Input | None:
    """The file a source path names below a folder; never one outside it."""
    path = os.path.join(os.fsencode(below), source_path.encode())
    root, real = os.path.realpath(os.fsencode(below)), os.path.realpath(path)
    inside = real.startswith(root.rstrip(b"/") + b"/") and os.path.isfile(real)
    return (
        Input(path, source_path, os.path.getsize(real))
        if inside and source_path.lower().endswith(sources.SUFFIXES)
        else None
    )


_Record = tuple[str, str, str]  # source_sha256, encoding, text


def _reread(item: Input, fields: Fields) -> Iterator[tuple[tuple[str, int], _Record]]:
    """((source_path, record), what it holds now) for every document of a file."""
    survey = sources.survey(item, fields)
    names = ("source_path", "source_record", "source_sha256", "encoding", "text")
    for piece in sources.read(item, survey, unite([])):
        if not isinstance(piece, (Reject, Skipped)):
            for path, number, *record in zip(*(piece.column(n).to_pylist() for n in names), strict=True):
                digest, encoding, text = record
                yield (path, number), (digest, encoding, text)


def _compare(row: dict[str, Any], record: _Record, *, repaired: bool) -> Iterator[str]:
    place = f"{row['source_path']} record {row['source_record']}"
    digest, encoding, text = record
    if digest != row["source_sha256"]:
        yield f"{place} was changed since: source_sha256 differs"
        return
    if encoding != row["encoding"]:
        yield f"{place} is read as {encoding} now, as {row['encoding']} then"
    mended, fixes = repair(text) if repaired else (text, ())
    if list(fixes) != list(row["fixes"]) or hashlib.sha256(mended.encode()).hexdigest() != row["input_sha256"]:
        yield f"{place}: repairs {list(row['fixes'])} do not lead from the source to the input again"
