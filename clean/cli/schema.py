"""`clean schema`: the columns, from the one place that knows them."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from clean import schema
from clean.cli import terminal


@click.command("schema", short_help="Show the columns that are written.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A table for a person, or JSON.",
)
def command(form: str) -> int:
    """Show every column of data/ and rejects/: name, type, purpose, term of a standard it answers to.

    A type ending in ? may be null, which means "not stated". Offsets and lengths count code points, half-open.
    """
    tables = {"data": schema.DATA, "rejects": schema.REJECTS}
    if form == "json":
        record = {
            "schema_version": schema.SCHEMA_VERSION,
            "offset_unit": schema.OFFSET_UNIT,
            **{name: [asdict(column) for column in columns] for name, columns in tables.items()},
            "structs": {name: dict(fields) for name, fields in schema.STRUCTS.items()},
        }
        terminal.out_line(json.dumps(record, indent=1, ensure_ascii=False))
        return 0
    terminal.out_line(f"schema {schema.SCHEMA_VERSION}; offsets in {schema.OFFSET_UNIT}s")
    for name, columns in tables.items():
        wide, types = max(len(c.name) for c in columns), max(len(c.type) for c in columns)
        terminal.out_line(f"\n{name}/")
        for column in columns:
            term = "" if column.term == "-" else f"  [{column.term}]"
            terminal.out_line(f"  {column.name:<{wide}}  {column.type:<{types}}  {column.purpose}{term}")
    for name, fields in schema.STRUCTS.items():
        terminal.out_line(f"\n{name}: " + ", ".join(f"{field} {kind}" for field, kind in fields))
    return 0
