"""`clean restore OUT`: the original texts, checked against their digests as they go out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clean.cli import terminal
from clean.errors import ConfigError, SinkError

if TYPE_CHECKING:
    from clean.output.read import Restored


@click.command("restore", short_help="Give the original texts back.")
@click.argument("out", metavar="OUT")
@click.option("--id", "only", metavar="ID", help="Restore this one document.")
@click.option(
    "-o", "--to", metavar="DIR", help="Write one file a document, DIR/ID.txt, instead of JSON lines to standard output."
)
def command(out: str, only: str | None, to: str | None) -> int:
    """Give the texts back as they were before cleaning (after encoding repairs, which the column `fixes` records).

    Without -o: one JSON object a line with id, source_path, source_record, text.
    """
    from clean.output.read import restored  # noqa: PLC0415 - --help must not pay for pyarrow

    folder = _folder(to) if to else None
    count, untrue = 0, []
    for document in restored(Path(out), only):
        count += 1
        if not document.true:
            untrue.append(document.id)
            continue
        if folder is None:
            terminal.out(_json(document))
        else:
            _write(folder, document)
    if only and not count:
        raise ConfigError(f'no document has the id "{only}"', where=out, help="ids are in the column id of data/")
    for key in untrue[:20]:
        terminal.err(
            f"error: {terminal.escape(key)}: the row does not give its input back (input_sha256 differs); not written"
        )
    if untrue:
        terminal.err(f"{len(untrue):,} of {count:,} not restored; clean verify says more")
        return 2
    if folder is not None:
        terminal.err(f"{count:,} document{'' if count == 1 else 's'} restored to {terminal.escape(to)}")
    return 0


def _json(document: Restored) -> bytes:
    record = {
        "id": document.id,
        "source_path": document.source_path,
        "source_record": document.source_record,
        "text": document.text,
    }
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _folder(to: str) -> Path:
    folder = Path(to)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise SinkError(
                "the folder is not empty; nothing in it is replaced",
                where=to,
                help="name a new or empty folder with -o",
            )
    except OSError as error:
        raise SinkError(f"cannot write: {error.strerror}", where=to, help="name another folder with -o") from error
    return folder


def _write(folder: Path, document: Restored) -> None:
    # Named by id: source paths come from outside and may not be safe as names of files.
    name = "".join(char for char in document.id if char.isalnum())[:64] + ".txt"
    try:
        with (folder / name).open("xb") as file:
            file.write(document.text.encode())
    except OSError as error:
        raise SinkError(f"cannot write {name}: {error.strerror}", where=str(folder)) from error
