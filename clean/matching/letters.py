"""Characters as the scanner meets them: their UTF-8 as byte patterns, and which letters `regex` takes for one another."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Final

import regex

from clean.ruleset.widen import FOLDED

GATE_CHARS: Final = "".join(FOLDED)
LAST_CASED_PLANE: Final = 0x20000  # Unicode has no cased letter above plane 1 (a test asks `regex`)


@cache
def encoded(chars: str) -> str:
    r"""A byte pattern for any one of the characters.

    >>> print(encoded("a"), encoded("'’"), encoded("аб"))
    a (?:\x27|\xe2\x80\x99) (?:\xd0[\xb0\xb1])
    """
    ascii_chars = sorted(char for char in chars if char.isascii())
    by_prefix: dict[bytes, list[int]] = defaultdict(list)
    for char in sorted(set(chars) - set(ascii_chars)):
        raw = char.encode("utf-8", "surrogatepass")
        by_prefix[raw[:-1]].append(raw[-1])
    ways = []
    if ascii_chars:
        ways.append(
            _escape(ascii_chars[0]) if len(ascii_chars) == 1 else "[" + "".join(map(_escape, ascii_chars)) + "]"
        )
    for prefix, last in sorted(by_prefix.items()):
        tail = f"\\x{last[0]:02x}" if len(last) == 1 else "[" + "".join(f"\\x{byte:02x}" for byte in last) + "]"
        ways.append("".join(f"\\x{byte:02x}" for byte in prefix) + tail)
    return ways[0] if ways == ways[:1] and ascii_chars else f"(?:{'|'.join(ways)})"


def _escape(char: str) -> str:
    return char if char.isalnum() else f"\\x{ord(char):02x}"


@cache
def _cased() -> str:
    """Every character that takes part in case, by the tables of the installed `regex`."""
    everything = "".join(chr(code) for code in range(LAST_CASED_PLANE) if not 0xD800 <= code <= 0xDFFF)
    return "".join(regex.findall(r"[\p{Cased}\p{Lu}\p{Ll}\p{Lt}\u0345]", everything))


@cache
def case_variants(char: str) -> str:
    r"""All characters that the installed `regex` takes for `char` under IGNORECASE, itself included.

    >>> sorted(case_variants("k")) == ["K", "k", "\u212a"], case_variants("1")
    (True, '1')
    """
    if char.lower() == char.upper() and char not in _cased():
        return char
    return "".join(sorted({char, *regex.findall(regex.escape(char), _cased(), regex.I)}))
