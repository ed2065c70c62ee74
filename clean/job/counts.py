"""What a run counts: additive, so that shards may be counted anywhere and put together in any order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc

from clean.output.about import language_of


@dataclass(slots=True)
class Counts:
    """The numbers of a shard or a run."""

    rows: int = 0
    changed: int = 0
    over_budget: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    limits: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)  # ISO 639, of the tags that rows declare
    licenses: Counter[str | None] = field(default_factory=Counter)  # None: rows that state none
    skipped: Counter[str] = field(default_factory=Counter)  # inside files; whole files are the plan's

    @property
    def rejected(self) -> int:
        """All rejects."""
        return sum(self.rejects.values())

    @property
    def documents(self) -> int:
        """Rows and rejects: everything that came in."""
        return self.rows + self.rejected

    def add(self, other: Counts) -> None:
        """Put another count into this one."""
        self.rows += other.rows
        self.changed += other.changed
        self.over_budget += other.over_budget
        self.rejects.update(other.rejects)
        self.removed.update(other.removed)
        self.limits.update(other.limits)
        self.languages.update(other.languages)
        self.licenses.update(other.licenses)
        self.skipped.update(other.skipped)

    def add_batch(self, batch: Any) -> None:
        """Count an output batch."""
        self.rows += batch.num_rows
        self.changed += pc.sum(pc.greater(batch.column("removed_chars"), 0)).as_py() or 0
        self.over_budget += pc.sum(batch.column("over_budget")).as_py() or 0
        flat = pc.list_flatten(batch.column("removed"))
        lengths = pc.subtract(pc.struct_field(flat, "end"), pc.struct_field(flat, "start"))
        for category, length in zip(pc.struct_field(flat, "category").to_pylist(), lengths.to_pylist(), strict=True):
            self.removed[category] += length
        for tag, rows in _value_counts(batch.column("language")):
            if tag is not None and (language := language_of(tag)):
                self.languages[language] += rows
        self.licenses.update(dict(_value_counts(batch.column("license"))))

    def record(self, skipped: dict[str, int]) -> dict[str, Any]:
        """The `counts` of run.json."""
        return {
            "documents": self.documents,
            "changed": self.changed,
            "rejects": dict(sorted(self.rejects.items())),
            "removed": dict(sorted(self.removed.items())),
            "over_budget": self.over_budget,
            "skipped": dict(sorted((self.skipped + Counter(skipped)).items())),
            "limits": dict(sorted(self.limits.items())),
        }


def _value_counts(column: Any) -> list[tuple[str | None, int]]:
    return [(item["values"], item["counts"]) for item in pc.value_counts(column).to_pylist()]
