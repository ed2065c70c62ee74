"""A byte pattern that answers in linear time whether it takes a whole text: all calls to RE2 stand here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import re2

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BYTES: Final = 1 << 23  # of states that a pattern keeps; it forgets some where it needs more


def _options() -> re2.Options:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # bytes
    options.max_mem = MAX_BYTES
    options.never_capture = True
    options.log_errors = False
    return options


_OPTIONS: Final = _options()


def automaton(pattern: bytes) -> Callable[[bytes], object] | None:
    """What returns something true for a text that the pattern takes from end to end; None for a pattern too large."""
    try:
        found: Callable[[bytes], object] = re2.compile(pattern, _OPTIONS).fullmatch
    except re2.error:
        return None
    return found
