"""Coverage of one OUT folder: one streaming pass over its parts, columns read only as needed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from clean.output.read import REJECTS, batches, load_run, parts

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS: Final = ["host", "input_chars", "removed_chars", "removed", "kept", "over_budget"]


@dataclass(slots=True)
class Tally:
    """How often something removed text: documents, non-blank lines, characters."""

    documents: int = 0
    lines: int = 0
    characters: int = 0
    kept: int = 0  # documents in which it matched and its text stayed


@dataclass(slots=True)
class HostTally:
    """What one host's documents lost."""

    documents: int = 0
    changed: int = 0
    characters: int = 0
    removed: int = 0


@dataclass(slots=True)
class Coverage:
    """Everything a report shows."""

    run: dict[str, Any]
    rows: int = 0
    changed: int = 0
    over_budget: int = 0
    characters: int = 0
    removed: int = 0
    rules: dict[str, Tally] = field(default_factory=dict)
    categories: dict[str, Tally] = field(default_factory=dict)
    hosts: dict[str, HostTally] = field(default_factory=dict)
    rejects: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)  # why matches stayed

    @property
    def silent(self) -> list[str]:
        """Rules of the run that never matched."""
        return sorted(rule["id"] for rule in self.run["plan"]["rules"] if rule["id"] not in self.rules)

    @property
    def share(self) -> float:
        """Share of all characters taken out."""
        return self.removed / self.characters if self.characters else 0.0


def collect(out: Path) -> Coverage:
    """Count one OUT folder. Raises SinkError when it is not a finished run or is damaged."""
    coverage = Coverage(load_run(out))
    for path in parts(out):
        for batch in batches(path, COLUMNS):
            for row in batch.to_pylist():
                _row(coverage, row)
    for path in parts(out, REJECTS):
        for batch in batches(path, ["reason"]):
            coverage.rejects.update(batch.column("reason").to_pylist())
    return coverage


def _row(coverage: Coverage, row: dict[str, Any]) -> None:
    coverage.rows += 1
    coverage.characters += row["input_chars"]
    coverage.removed += row["removed_chars"]
    coverage.changed += row["removed_chars"] > 0
    coverage.over_budget += row["over_budget"]
    host = coverage.hosts.setdefault(row["host"] or "", HostTally())
    host.documents += 1
    host.changed += row["removed_chars"] > 0
    host.characters += row["input_chars"]
    host.removed += row["removed_chars"]
    for column, tallies in (("rule", coverage.rules), ("category", coverage.categories)):
        for item in row["removed"]:
            tally = tallies.setdefault(item[column], Tally())
            tally.lines += sum(1 for line in item["text"].split("\n") if line.strip())
            tally.characters += item["end"] - item["start"]
        for name in {item[column] for item in row["removed"]}:
            tallies[name].documents += 1
        for name in {item[column] for item in row["kept"]}:
            tallies.setdefault(name, Tally()).kept += 1
    coverage.reasons.update(item["reason"] for item in row["kept"])
