"""`clean verify OUT`: every promise checked; exit 1 on findings."""

from __future__ import annotations

from pathlib import Path

import click

from clean.cli import terminal

FIRST_FINDINGS = 20


@click.command("verify", short_help="Check every promise an OUT folder makes.")
@click.argument("out", metavar="OUT")
@click.option(
    "--sources", metavar="DIR", help="Also read the inputs again below DIR and compare digests, encodings and repairs."
)
def command(out: str, sources: str | None) -> int:
    """Check an OUT folder: digests of its files, columns, spans, lengths, that every row gives its input back.

    DIR is the folder that was given to run, or with several inputs the folder that holds them. Exit 1: findings.
    """
    from clean.output.verify import verify  # noqa: PLC0415 - --help must not pay for pyarrow

    checked = verify(Path(out), Path(sources) if sources else None)
    for finding in checked.findings[:FIRST_FINDINGS]:
        terminal.err(f"{terminal.escape(finding.where)}: {terminal.escape(finding.what, 500)}")
    if checked.count > FIRST_FINDINGS:
        terminal.err(f"... and {checked.count - FIRST_FINDINGS:,} more")
    against = ", compared with their sources" if sources else ""
    terminal.out_line(
        f"{checked.rows:,} rows, {checked.rejects:,} rejects, {checked.parts:,} parts checked{against}: {checked.count:,} findings"
    )
    return 1 if checked.count else 0
