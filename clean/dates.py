"""Calendar days as printed in datelines and stamps. Never reads the clock and never fills in a missing year."""

from __future__ import annotations

from datetime import date
from typing import Final

import regex

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = regex.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_CJK = regex.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_MONTH_FIRST = regex.compile(r"(?i)\b(\p{L}{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_DAY_FIRST = regex.compile(r"(?i)\b(\d{1,2})(?:st|nd|rd|th)?\.?\s+(\p{L}{3,9})\.?,?\s+(\d{4})")


def day_of(text: str) -> str | None:
    """The day a text states, ISO 8601, or None where day, month or year is not stated or the order is in doubt.

    >>> day_of("Jan. 3, 2024"), day_of("3 January 2024"), day_of("2024-01-03"), day_of("Jan. 3"), day_of("03/04/2024")
    ('2024-01-03', '2024-01-03', '2024-01-03', None, None)
    """
    if found := _ISO.search(text) or _CJK.search(text):
        return _iso(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    if found := _MONTH_FIRST.search(text):
        return _iso(int(found.group(3)), _month(found.group(1)), int(found.group(2)))
    if found := _DAY_FIRST.search(text):
        return _iso(int(found.group(3)), _month(found.group(2)), int(found.group(1)))
    return None


def _month(word: str) -> int:
    head = word.casefold()[:3]
    return _MONTHS.index(head) + 1 if head in _MONTHS else 0


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
