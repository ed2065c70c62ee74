"""`clean export OUT`: the rows for tools that do not read Parquet."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from clean.cli import terminal
from clean.cli.inputs import many

FORMATS = ("dolma", "jsonl", "csv", "prov")


@click.command("export", short_help="Write the rows as JSON lines, CSV or Dolma, the run as PROV-JSON.")
@click.argument("out", metavar="OUT")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    required=True,
    help="Dolma documents with attributes, JSON lines, CSV, or the run as PROV-JSON.",
)
@click.option(
    "-o",
    "--to",
    metavar="TO",
    help="New file to write instead of standard output, gzipped if its name ends in .gz; for dolma a new or empty folder.",
)
@click.option(
    "--source", metavar="NAME", help="The `source` of Dolma documents; the names of the inputs when not given."
)
def command(out: str, form: str, to: str | None, source: str | None) -> int:
    """Write what OUT holds for other tools. Nothing that is there already is replaced; a failed export leaves nothing.

    dolma: below TO documents/ (the input texts, restored) and attributes/newsclean/ (the spans taken out or kept, by
    category). jsonl and csv: every column of every row. prov: run.json as PROV-JSON.
    """
    if form == "dolma" and to is None:
        raise click.UsageError("dolma is a folder of files: name a new or empty one with -o")
    if source is not None and form != "dolma":
        raise click.UsageError("--source is for --format dolma")
    from clean.output import export, prov, target  # noqa: PLC0415 - --help must not pay for pyarrow
    from clean.output.read import load_run  # noqa: PLC0415 - as above

    folder, place = Path(out), Path(to) if to is not None else None
    if form == "prov":
        record = json.dumps(prov.render(load_run(folder)), indent=1, ensure_ascii=True).encode() + b"\n"
        if place is None:
            terminal.out(record)
            return 0
        with target.new_file(place, folder) as file:
            file.write(record)
        terminal.err(f"the run exported to {terminal.escape(to)}")
        return 0
    made = export.Export(folder)
    if form == "dolma" and place is not None:
        with target.new_folder(place, folder) as below:
            made.dolma(below, source)
    else:
        write = made.csv if form == "csv" else made.jsonl
        if place is None:
            write(sys.stdout.buffer)
            return 0
        with target.new_file(place, folder) as file:
            write(file)
    terminal.err(f"{many(made.documents, 'document')} exported to {terminal.escape(to)}")
    return 0
