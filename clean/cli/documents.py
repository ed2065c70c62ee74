"""One text for the verbs that take one: a file or standard input, decoded and, unless told otherwise, repaired."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clean.cli import terminal
from clean.errors import SourceError

if TYPE_CHECKING:
    from clean.records import Stated

PAGES: Final = (".html", ".htm")
_ANY_TEXT = "give a UTF-8 text file or a page (.html, .htm); `clean run` reads folders and other formats"


@dataclass(frozen=True, slots=True)
class Read:
    """A text, and where it is a page's article, the page's address and what it states."""

    text: str
    url: str | None = None
    stated: Stated | None = None


def read_document(name: str) -> Read:
    """The text of a file, or of standard input for `-`; of a page (.html, .htm) its article.

    Raises SourceError where there is none, or it is not UTF-8, or no article is found.
    """
    where = "standard input" if name == "-" else name
    raw = _bytes(name, where)
    if name.lower().endswith(PAGES):
        from clean import page  # noqa: PLC0415 - trafilatura is loaded when a page comes

        try:
            found = page.read(raw)
        except SourceError as error:
            error.where = where
            raise
        return Read(found.text, found.url, found.stated)
    try:
        return Read(raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except UnicodeDecodeError as error:
        message = f"not UTF-8 at byte {error.start}, expected text"
        raise SourceError(message, stage="decode", reason="encoding", where=where, help=_ANY_TEXT) from error


def _bytes(name: str, where: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except FileNotFoundError as error:
        raise SourceError(
            "no such file", stage="open", reason="not_found", where=where, help="check the path; - is standard input"
        ) from error
    except IsADirectoryError as error:
        raise SourceError(
            "is a folder, expected one text file", stage="open", reason="not_a_file", where=where, help=_ANY_TEXT
        ) from error
    except OSError as error:
        raise SourceError(
            f"cannot be read: {error.strerror}",
            stage="open",
            reason="unreadable",
            where=where,
            help="check its permissions",
        ) from error


def repaired(text: str, *, wanted: bool) -> str:
    """The text with broken encodings mended; what was done is said aloud."""
    if not wanted:
        return text
    from clean.repair import repair  # noqa: PLC0415 - ftfy is loaded when a text comes

    text, fixes = repair(text)
    if fixes:
        terminal.err(f"encoding repaired: {', '.join(fixes)} (--no-repair leaves it)")
    return text
