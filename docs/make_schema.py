"""Writes docs/schema.md from clean/schema.py: `python docs/make_schema.py`. A test compares the two."""

# ruff: noqa: INP001 - a script beside the pages, no part of the package
from __future__ import annotations

from pathlib import Path

from clean import schema

TARGET = Path(__file__).with_name("schema.md")
BY = {
    "S": "the source reader",
    "J": "the job",
    "N": "the repair of encodings",
    "D": "decision and edit",
    "P": "rules",
    "H": "page facts (HTML)",
    "M": "a column you mapped",
}


def render() -> str:
    """The page, from the columns and closed lists of `clean.schema`."""
    parts = [
        (
            f"# The rows newsclean writes, schema {schema.SCHEMA_VERSION}\n\n"
            "Generated from `clean/schema.py` by `python docs/make_schema.py`; `clean schema` prints the same on a terminal.\n\n"
            f'Types are Arrow types; `?` = may be null, which means "not stated". Offsets and lengths count {schema.OFFSET_UNIT}s, '
            "half-open, into the **input** text (the text after `fixes`). A list is never null: `[]` means looked and found none. "
            "`timestamp` is microseconds in UTC, `date` a calendar day.\n\n"
            f"Filled by: {', '.join(f'**{letter}** {name}' for letter, name in BY.items())}."
        ),
        _columns("data/", "One row per document, in `OUT/data/part-NNNNN.parquet`.", schema.DATA),
        (
            f"`Cleaner.clean_batch` replaces your text column and adds the columns from `{schema.BATCH_FROM}` on; the ones before "
            "it belong to the job. Your own columns follow ours, untouched; one with a name of ours is written as `input_<name>`."
        ),
        _columns(
            "rejects/",
            "One row per failed file, record or document, in `OUT/rejects/part-NNNNN.parquet`.",
            schema.REJECTS,
        ),
        _structs(),
        _lists(),
        _captures(),
        _promises(),
    ]
    return "\n\n".join(parts) + "\n"


def _columns(title: str, about: str, columns: tuple[schema.Column, ...]) -> str:
    head = f"## {title}\n\n{about}\n\n| # | column | type | by | what it is for | standard term |\n|---|---|---|---|---|---|"
    rows = [
        f"| {number} | `{column.name}` | `{column.type}` | {column.by} | {_cell(column.purpose)} | {_cell(column.term)} |"
        for number, column in enumerate(columns, 1)
    ]
    return "\n".join((head, *rows))


def _structs() -> str:
    rows = [
        f"| `{name}` | {', '.join(f'`{field}` {_cell(kind)}' for field, kind in fields)} |"
        for name, fields in schema.STRUCTS.items()
    ]
    return "\n".join(("## Structs\n\n| list of | fields |\n|---|---|", *rows))


def _lists() -> str:
    lists = {
        "category": schema.CATEGORIES,
        "`kept.reason`": schema.KEPT_REASONS,
        "`contributors.role`": schema.ROLES,
        "`media.kind`": schema.MEDIA_KINDS,
        "entity kind": schema.ENTITY_KINDS,
        "`rejects.stage`": schema.STAGES,
        "`rejects.reason`": schema.REASONS,
    }
    rows = [f"| {name} | {', '.join(f'`{value}`' for value in values)} |" for name, values in lists.items()]
    return "\n".join(("## Closed lists\n\n| list | values |\n|---|---|", *rows))


def _captures() -> str:
    rows = [f"| `{name}` | `{capture.column}` | {capture.kind} |" for name, capture in schema.CAPTURES.items()]
    return "\n".join(
        (
            "## Captures\n\nNamed groups a rule may use, and the column each feeds.\n\n| capture | column | read as |\n|---|---|---|",
            *rows,
        )
    )


def _promises() -> str:
    return """## What holds for every row

`clean verify OUT` checks it, and so can any engine:

- putting `removed` back into `text` gives a text whose sha256 is `input_sha256`;
- the length of `text` is `input_chars` - `removed_chars`; each `removed.text` is as long as its span;
- `removed` is sorted by start, never overlaps, never holds an empty span;
- each provenance value has a row in `evidence` with its column, value, place and rule.

```sql
-- DuckDB
SELECT id, sha256(list_reduce(removed, lambda t, r: t[:r.start] || r.text || t[r.start+1:], text)) = input_sha256 AS ok FROM 'OUT/data/*.parquet';
```

```python
# any engine whose rows are Python
for r in removed:
    text = text[: r["start"]] + r["text"] + text[r["start"] :]
```"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;") if "`" not in text else text.replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
