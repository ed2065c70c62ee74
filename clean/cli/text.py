"""`clean text [FILE|-]`: the cleaned text on standard output, nothing else."""

from __future__ import annotations

from typing import Any

import click

from clean.cli import terminal
from clean.cli.documents import read_document, repaired
from clean.cli.options import cleaner_arguments, rule_flags


@click.command("text", short_help="Clean one text to standard output.")
@click.argument("file", default="-", metavar="[FILE|-]")
@click.option("--url", metavar="URL", help="Address of the text, for rules that hold for one outlet.")
@click.option("--no-repair", is_flag=True, help="Do not repair broken encodings before cleaning.")
@rule_flags
def command(**given: Any) -> int:
    """Clean one text file, the article of one page (.html, .htm), or standard input, and write what is left to standard output.

    Exit 0: done, changed or not. Exit 2: the text or a rule pack cannot be read.
    """
    from clean.cleaner import Cleaner  # noqa: PLC0415 - --help must not pay for the engine
    from clean.prove import proved  # noqa: PLC0415

    cleaner = proved(Cleaner(**cleaner_arguments(given)))
    document = read_document(given["file"])
    result = cleaner.clean(repaired(document.text, wanted=not given["no_repair"]), given["url"] or document.url)
    terminal.out(result.text.encode())
    return 0
