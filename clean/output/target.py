"""Where an export goes: a file or folder that takes its name when all is written, or nothing at all.

Nothing that is there already is replaced, and nothing is put into an OUT folder, which holds what its run names alone.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import secrets
import shutil
from pathlib import Path
from typing import IO, TYPE_CHECKING

from clean.errors import SinkError

if TYPE_CHECKING:
    from collections.abc import Iterator


def refuse(to: Path, out: Path, *, folder: bool) -> None:
    """Raise SinkError where `to` cannot be a new file, or a new or empty folder, outside `out`."""
    where = str(to)
    if to.resolve().is_relative_to(out.resolve()):
        raise SinkError(
            "lies in the output folder of a run, which holds nothing else",
            where=where,
            help="name another place with -o",
        )
    if os.path.lexists(to):
        if not folder or to.is_symlink() or not to.is_dir():
            raise SinkError(
                "is there already; nothing is replaced", where=where, help="name another with -o, or move it away"
            )
        if any(to.iterdir()):
            raise SinkError(
                "the folder is not empty; nothing in it is replaced",
                where=where,
                help="name a new or empty folder with -o",
            )
    if not to.absolute().parent.is_dir():
        raise SinkError(
            "the folder it would stand in does not exist", where=where, help="make it, or name another with -o"
        )


@contextlib.contextmanager
def new_file(to: Path, out: Path) -> Iterator[IO[bytes]]:
    """A file to write; gzipped when its name ends in .gz. Raises SinkError, and then nothing stands under the name."""
    refuse(to, out, folder=False)
    temporary = _beside(to)
    try:
        with _writing(temporary, packed=to.name.endswith(".gz")) as file:
            yield file
        refuse(to, out, folder=False)
        temporary.replace(to)
    except OSError as error:
        raise _fault(error, to) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def new_folder(to: Path, out: Path) -> Iterator[Path]:
    """A folder to fill, under another name until it is whole. Raises SinkError, and then `to` is as it was."""
    refuse(to, out, folder=True)
    temporary = _beside(to)
    try:
        temporary.mkdir()
        yield temporary
        refuse(to, out, folder=True)
        temporary.replace(to)  # takes the place of an empty folder, of no other
    except OSError as error:
        raise _fault(error, to) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextlib.contextmanager
def packed_file(path: Path) -> Iterator[IO[bytes]]:
    """A gzipped file in a folder under construction."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _writing(path, packed=True) as file:
        yield file


@contextlib.contextmanager
def _writing(path: Path, *, packed: bool) -> Iterator[IO[bytes]]:
    """A new file, on the disk when the block ends well. Packed, it holds neither name nor time."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(handle, "wb") as plain:
        if packed:
            with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=plain, mtime=0) as file:
                yield file  # type: ignore[misc]
        else:
            yield plain
        plain.flush()
        os.fsync(plain.fileno())


def _beside(to: Path) -> Path:
    to = Path(os.path.normpath(to.absolute()))
    return to.with_name(f".{to.name}.tmp-{secrets.token_hex(8)}")


def _fault(error: OSError, to: Path) -> SinkError:
    what = os.strerror(error.errno) if error.errno else " ".join(str(error).split())[:200]
    return SinkError(
        f"cannot write: {what}", where=str(to), help="nothing was left behind; make room or name another with -o"
    )
