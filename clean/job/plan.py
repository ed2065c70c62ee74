"""What a run will do, settled before it does anything: files in order, their digests, columns, shards.

A pure function of the inputs and the options: no clock, no machine, no order of arguments.
"""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from clean import sources
from clean.errors import ConfigError
from clean.sources import columns, discover
from clean.sources.model import Columns, Fields, Input, Survey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHARD_BYTES: Final = 128 << 20  # on disk: about a minute of work


@dataclass(frozen=True, slots=True)
class Options:
    """Everything a run is told. Which of it changes bytes is `bytes_matter`."""

    inputs: tuple[str, ...]
    out: str
    lists: tuple[bytes, ...] = ()  # texts of lists of further inputs, one path a line
    standard: Input | None = None  # standard input, held in a file while the run lasts
    limit: int | None = None  # documents to read at most
    lines: bool = False  # JSON Lines beside Parquet
    fields: Fields = field(default_factory=Fields)
    rules: tuple[str, ...] = ()
    builtin: bool = True
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    budget: float = 0.8
    matcher: str = "fast"
    repair: bool = True
    overwrite: bool = False

    def bytes_matter(self) -> dict[str, Any]:
        """The options that change what is written, for run.json."""
        return {
            "text_field": self.fields.text, "url_field": self.fields.url, "id_field": self.fields.id, "builtin": self.builtin,
            "select": list(self.select), "ignore": list(self.ignore), "keep": list(self.keep), "drop": list(self.drop),
            "budget": self.budget, "repair": self.repair, "encoding": self.fields.encoding, "limit": self.limit,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shard:
    """Consecutive files that become one data part and one rejects part."""

    number: int
    files: tuple[tuple[Input, Survey], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The work, whole."""

    shards: tuple[Shard, ...]
    columns: Columns
    skipped: dict[str, int]
    roles: dict[str, list[str]]
    bytes: int
    manifest_sha256: str
    unread: int = 0  # files a limit leaves out

    @property
    def files(self) -> list[tuple[Input, Survey]]:
        """Every file with its survey, in order."""
        return [item for shard in self.shards for item in shard.files]


def make(options: Options, tick: Callable[[str], None] = lambda _: None) -> Plan:
    """Find and survey the inputs. Raises SourceError or ConfigError for what must stop a run before its work."""
    found = _found(options)
    _check_paths([item.source_path for item in found.inputs])
    surveyed = []
    documents = 0
    for item in found.inputs:
        if options.limit is not None and documents >= options.limit:
            break  # the limit is reached with the files before: this one is not opened
        tick(item.source_path)
        survey = sources.survey(item, options.fields)
        documents += survey.documents
        surveyed.append((item, survey))
    united = columns.unite([(item.source_path, survey) for item, survey in surveyed])
    return Plan(
        shards=_shards(surveyed),
        columns=united,
        skipped=found.skipped,
        roles=_roles([survey for _, survey in surveyed]),
        bytes=sum(item.size for item, _ in surveyed),
        manifest_sha256=manifest(surveyed),
        unread=len(found.inputs) - len(surveyed),
    )


def _found(options: Options) -> discover.Found:
    """Every input, standard input among them, in order of `source_path` bytes."""
    found = discover.discover(options.inputs, sources.SUFFIXES, out=options.out, lists=options.lists)
    if options.standard is None:
        return found
    inputs = sorted([*found.inputs, options.standard], key=lambda item: item.source_path.encode())
    return discover.Found(tuple(inputs), found.skipped)


def _check_paths(paths: Sequence[str]) -> None:
    r"""Names fall together when one holds `\xNN` for a byte that is no UTF-8 in the other, or is given to standard input."""
    twice = [path for path, following in itertools.pairwise(paths) if path == following]
    if twice:
        raise ConfigError(
            "two inputs have the same name in the output",
            where=twice[0],
            help="rename one, or run them apart",
        )


def _shards(files: Sequence[tuple[Input, Survey]]) -> tuple[Shard, ...]:
    groups: list[list[tuple[Input, Survey]]] = [[]]
    size = 0
    for item in files:
        if groups[-1] and size + item[0].size > SHARD_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(item)
        size += item[0].size
    return tuple(Shard(number, tuple(group)) for number, group in enumerate(groups))


def _roles(surveys: Sequence[Survey]) -> dict[str, list[str]]:
    """Which field names served as what, over all files."""
    met: dict[str, set[str]] = {"text": set(), "url": set(), "id": set()}
    for survey in (part for whole in surveys for part in (whole, *whole.members.values())):
        if survey.roles is not None and survey.fault is None:
            for role, name in (("text", survey.roles.text), ("url", survey.roles.url), ("id", survey.roles.id)):
                met[role] |= {name} if name else set()
    return {role: sorted(names) for role, names in met.items()}


def manifest(files: Sequence[tuple[Input, Survey]]) -> str:
    """One digest over path, size and sha256 of every input."""
    digest = hashlib.sha256()
    for item, survey in files:
        digest.update(f"{item.source_path}\0{item.size}\0{survey.sha256}\n".encode())
    return digest.hexdigest()
