"""What reaches a terminal. Every string from outside passes `escape`; results go to stdout, everything else to stderr."""

from __future__ import annotations

import os
import re
import sys
import time
from typing import Final

from clean.errors import CleanError, RuleError

OUTSIDE_CHARS: Final = 200
MESSAGE_CHARS: Final = 2000  # a sentence of ours around strings from outside
# C0, DEL, C1, bidi marks and controls, line and paragraph separators, byte-order mark, lone surrogates
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def escape(text: object, limit: int = OUTSIDE_CHARS) -> str:
    r"""A string from outside, harmless on a terminal and at most `limit` characters long.

    >>> escape("a\x1b[31mred\n")
    'a\\x1b[31mred\\n'
    """
    said = str(text)
    cut = said if len(said) <= limit else said[: limit - 1] + "…"
    return _UNSAFE.sub(_spelt, cut)


def _spelt(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a name that is no UTF-8, as Python carries it
        code -= 0xDC00
    return _SHORT.get(char) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def err(line: str = "") -> None:
    """One line to stderr. A closed stderr is nobody's loss."""
    try:
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is the one place
    except (OSError, ValueError):
        return


def out(data: bytes) -> None:
    """Result bytes to stdout."""
    sys.stdout.buffer.write(data)


def out_line(line: str) -> None:
    """A result line to stdout, UTF-8 whatever the locale."""
    out(line.encode("utf-8", "backslashreplace") + b"\n")


def coloured(choice: str, stream: object = None) -> bool:
    """Whether to colour: `--color always|never`, else only on a terminal and without NO_COLOR."""
    if choice != "auto":
        return choice == "always"
    stream = stream or sys.stderr
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def error(fault: CleanError) -> None:
    """An error of ours: place, what, what to do. A rule pack's faults each get their own lines."""
    if isinstance(fault, RuleError):
        for one in fault.faults:
            err(
                f"{escape(one.path)}:{one.line}: [{escape(one.code)}] {escape(one.subject)}: {escape(one.what, MESSAGE_CHARS)}"
            )
            if one.help:
                err(f"  help: {escape(one.help, MESSAGE_CHARS)}")
        err(
            f"error: {len(fault.faults)} fault{'s' if len(fault.faults) != 1 else ''} in the rules; nothing was read or written"
        )
        return
    where = f"{escape(fault.where)}: " if fault.where else ""
    err(f"error: {where}{escape(fault.message, MESSAGE_CHARS)}")
    if fault.help:
        err(f"  help: {escape(fault.help, MESSAGE_CHARS)}")


class Progress:
    """One line that rewrites itself, on a terminal only."""

    def __init__(self, *, on: bool) -> None:
        self.on, self._last, self._shown = on, 0.0, False

    def show(self, text: str) -> None:
        """Rewrite the line, five times a second at most."""
        now = time.monotonic()
        if self.on and now - self._last >= 0.2:
            self._last, self._shown = now, True
            sys.stderr.write(f"\r\x1b[K{escape(text, 78)}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False
