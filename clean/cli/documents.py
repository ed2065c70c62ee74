"""One text for the verbs that take one: a file or standard input, decoded and, unless told otherwise, repaired."""

from __future__ import annotations

import sys
from pathlib import Path

from clean.cli import terminal
from clean.errors import SourceError

_ANY_TEXT = "give a UTF-8 text file; `clean run` reads folders and other formats"


def read_text(name: str) -> str:
    """The text of a file, or of standard input for `-`. Raises SourceError where there is none or it is not UTF-8."""
    where = "standard input" if name == "-" else name
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
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
    try:
        return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 at byte {error.start}, expected text"
        raise SourceError(message, stage="decode", reason="encoding", where=where, help=_ANY_TEXT) from error


def repaired(text: str, *, wanted: bool) -> str:
    """The text with broken encodings mended; what was done is said aloud."""
    if not wanted:
        return text
    from clean.repair import repair  # noqa: PLC0415 - ftfy is loaded when a text comes

    text, fixes = repair(text)
    if fixes:
        terminal.err(f"encoding repaired: {', '.join(fixes)} (--no-repair leaves it)")
    return text
