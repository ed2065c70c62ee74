"""`clean report OUT`: coverage, counted from the parts."""

from __future__ import annotations

import os
from pathlib import Path

import click

from clean.cli import terminal
from clean.cli.options import color_flag
from clean.errors import SinkError


@click.command("report", short_help="Count what was removed: by rule, category and host.")
@click.argument("out", metavar="OUT")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A table for a person, or JSON.",
)
@click.option("-o", "--to", metavar="FILE", help="Write to FILE instead of standard output.")
@color_flag
def command(out: str, form: str, to: str | None, color: str) -> int:
    """Count what was removed: per rule, category and host, with rules that never fired and what was rejected."""
    import sys  # noqa: PLC0415 - beside its one use

    from clean.report import collect, render  # noqa: PLC0415 - --help must not pay for pyarrow

    coverage = collect.collect(Path(out))
    bold = not to and terminal.coloured(color, sys.stdout)
    made = render.to_json(coverage) if form == "json" else render.to_text(coverage, terminal.escape, bold=bold)
    if to is None:
        terminal.out(made.encode())
        return 0
    target = Path(to)
    temporary = target.with_name(f".{target.name}.tmp-{os.getpid()}")
    try:
        temporary.write_bytes(made.encode())
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise SinkError(f"cannot write: {error.strerror}", where=to, help="name another file with -o") from error
    return 0
