"""Figures that must not fall: pinned in floors.toml with the digest of the corpus they were measured on.

A figure is named by set, group and what it measures (`text-dev`, `stratum main`, `recall`). Floors rise by being written
again; one is lowered only with a reason, which stays in the file.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE = Path(__file__).with_name("floors.toml")
CEILINGS = ("body_loss", "clean_damaged", "lost")  # the less, the better; everything else is a floor
SLACK = 1e-9
Key = tuple[str, str, str]


@dataclass(slots=True)
class Floors:
    """What is pinned: a digest a set, a value a figure, and every lowering with its reason."""

    corpus: dict[str, str] = field(default_factory=dict)
    values: dict[Key, float] = field(default_factory=dict)
    lowered: list[dict[str, str | float]] = field(default_factory=list)


def digest(files: Sequence[Path]) -> str:
    """sha256 over the names and bytes of the files of a set."""
    found = hashlib.sha256()
    for file in files:
        found.update(f"{file.name}\0{file.stat().st_size}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()


def read(path: Path = FILE) -> Floors:
    """The pinned floors; none where there is no file."""
    if not path.exists():
        return Floors()
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    values = {
        (name, group, figure): value
        for name, groups in table.get("floor", {}).items()
        for group, figures in groups.items()
        for figure, value in figures.items()
    }
    return Floors(table.get("corpus", {}), values, table.get("lowered", []))


def worse(figure: str, now: float, pinned: float) -> bool:
    """Whether a figure is on the wrong side of its floor."""
    return now > pinned + SLACK if figure in CEILINGS else now < pinned - SLACK


def broken(floors: Floors, figures: Mapping[Key, float]) -> list[str]:
    """A line for each floor that does not hold, and for each whose figure is no longer measured."""
    lines = []
    for key, pinned in floors.values.items():
        name, now = " / ".join(key), figures.get(key)
        if now is None:
            lines.append(f"{name}: pinned at {pinned:g}, no longer measured")
        elif worse(key[2], now, pinned):
            lines.append(
                f"{name}: {now:g}, {'at most' if key[2] in CEILINGS else 'at least'} {pinned:g} was reached before"
            )
    return lines


def strangers(floors: Floors, corpus: Mapping[str, str]) -> list[str]:
    """The sets whose bytes are not those the floors were measured on."""
    return [name for name, wanted in floors.corpus.items() if corpus.get(name) != wanted]


def raised(floors: Floors, figures: Mapping[Key, float], corpus: Mapping[str, str], reason: str = "") -> Floors:
    """The floors moved to the figures. Those that would fall stay, unless a reason says why they may."""
    values, lowered = dict(floors.values), list(floors.lowered)
    for key, now in figures.items():
        pinned = floors.values.get(key)
        if pinned is None or not worse(key[2], now, pinned):
            values[key] = now
        elif reason:
            values[key] = now
            lowered.append({"figure": " / ".join(key), "from": pinned, "to": now, "reason": reason})
    if reason:
        values = {key: value for key, value in values.items() if key in figures}
    return Floors(dict(corpus), values, lowered)


def render(floors: Floors) -> str:
    """The file's text."""
    lines = [
        "# Figures of benchmarks/quality.py that must not get worse; body_loss, clean_damaged and lost at most, all others at",
        "# least. Written by it: --write-floors raises, --lower-floors REASON may lower and is recorded below.",
        "",
        "[corpus]",
        *(f"{json.dumps(name)} = {json.dumps(found)}" for name, found in sorted(floors.corpus.items())),
    ]
    groups: dict[tuple[str, str], list[str]] = {}
    for (name, group, figure), value in floors.values.items():
        groups.setdefault((name, group), []).append(f"{figure} = {value:g}")
    for (name, group), rows in groups.items():
        lines += ["", f"[floor.{json.dumps(name)}.{json.dumps(group)}]", *rows]
    for entry in floors.lowered:
        lines += [
            "",
            "[[lowered]]",
            *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()),
        ]
    return "\n".join(lines) + "\n"
