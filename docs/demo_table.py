"""The table `make demo` ends with: one document of an OUT folder, what went, what is known of it; the input written back.

Usage: python docs/demo_table.py OUT SOURCE_PATH RESTORED_FILE. Reads the Parquet with pyarrow alone, as a stranger would.
"""

# ruff: noqa: INP001, T201 - a script beside the pages, no part of the package
from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

import clean

WIDTHS = (14, 44, 22)  # span, rule, category
TEXT_CHARS = 60


def main(out: str, source_path: str, restored_file: str) -> int:
    """Print the tables, write the restored text; 1 when it is not the text that was read."""
    rows = ds.dataset(Path(out) / "data").to_table(filter=ds.field("source_path") == source_path).to_pylist()
    if len(rows) != 1:
        print(f"error: {len(rows)} rows of {out} come from {source_path}; expected one", file=sys.stderr)
        return 1
    row = rows[0]
    restored = clean.restore(row["text"], row["removed"])
    Path(restored_file).write_bytes(restored.encode())
    for line in (*gone(row, restored), "", *known(row, restored)):
        print(line)
    print()
    return int(hashlib.sha256(restored.encode()).hexdigest() != row["input_sha256"])


def gone(row: dict[str, Any], restored: str) -> list[str]:
    """What was taken out, by which rule."""
    before, after = lines(restored), lines(row["text"])
    head = f"{row['source_path']}: {before} lines, {before - after} taken out, {after} stay"
    counts = f"{row['input_chars']:,} characters, {row['removed_chars']:,} taken out; sha256 of the text {row['text_sha256'][:16]}…"
    table = [("span", "rule", "category", "text taken out")]
    table += [
        (f"[{r['start']},{r['end']})", f"{r['rule']}@{r['version']}", r["category"], r["text"]) for r in row["removed"]
    ]
    return [head, counts, "", *(cells(*entry) for entry in table)]


def known(row: dict[str, Any], restored: str) -> list[str]:
    """What the text says about itself, and where."""
    table = [("span", "column", "value", "text it stands in")]
    for fact in row["evidence"]:
        place, said = ("", f"({fact['rule']})")
        if fact["start"] is not None:
            place, said = f"[{fact['start']},{fact['end']})", restored[fact["start"] : fact["end"]]
        table.append((place, fact["field"], fact["value"], said))
    return [
        cells(span, field, short(value, WIDTHS[1] + 2), said, (WIDTHS[0], 18, 46)) for span, field, value, said in table
    ]


def cells(first: str, second: str, third: str, last: str, widths: tuple[int, ...] = WIDTHS) -> str:
    """One line of a table."""
    return "  ".join(
        (*(f"{cell:<{width}}" for cell, width in zip((first, second, third), widths, strict=True)), short(last))
    ).rstrip()


def short(text: str, limit: int = TEXT_CHARS) -> str:
    """One printable line of at most `limit` characters."""
    said = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return said if len(said) <= limit else said[: limit - 1] + "…"


def lines(text: str) -> int:
    """How many lines are not blank."""
    return sum(bool(line.strip()) for line in text.split("\n"))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
