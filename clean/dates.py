"""Calendar days as printed in datelines and stamps. Never reads the clock and never fills in a missing year."""

from __future__ import annotations

from datetime import date
from typing import Final

import regex

# What the names of the months open with, in the languages of Europe, in Turkish and Indonesian; the longest opening counts.
_MONTHS: Final = {
    opening: number
    for number, openings in enumerate(
        (
            "jan jän ian ene gen sty led tam oca янв січ ιαν",
            "feb fév fev lut úno hel şub фев лют φεβ",
            "mar mär már mrt maa bře мар бер μαρ μάρ",
            "apr ápr abr avr kwi dub huh nis апр кві απρ",
            "may mai maj máj mag mei kvě tou мая май тра μάι μαΐ",
            "jun jún juin giu iun cze červ kes haz июн чер ιούν ιουν",
            "jul júl juil lug iul lip července červenec hei tem июл лип ιούλ ιουλ",
            "aug ago agu aoû aou sie srp elo ağu авг сер αυγ αύγ",
            "sep szep set wrz zář syy eyl сен вер σεπ",
            "oct okt ott out paź říj lok eki окт жов οκτ",
            "nov noi lis marr kas ноя лис νοε νοέ",
            "dec dez déc dic des gru pro jou ara дек гру δεκ",
        ),
        start=1,
    )
    for opening in openings.split()
}
_LONGEST: Final = max(map(len, _MONTHS))
_ISO = regex.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_CJK = regex.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_NUMERIC = regex.compile(r"\b(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_MONTH_FIRST = regex.compile(r"(?i)\b(\p{L}{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_DAY_FIRST = regex.compile(r"(?i)\b(\d{1,2})(?:st|nd|rd|th|er)?\.?\s+(?:de\s+)?(\p{L}{3,10})\.?,?\s+(?:de\s+)?(\d{4})")


def day_of(text: str) -> str | None:
    """The day a text states, ISO 8601, or None where day, month or year is not stated or the order is in doubt.

    >>> day_of("Jan. 3, 2024"), day_of("3 January 2024"), day_of("2024-01-03"), day_of("Jan. 3"), day_of("03/04/2024")
    ('2024-01-03', '2024-01-03', '2024-01-03', None, None)
    >>> day_of("3 de mayo de 2024"), day_of("23 okt 2025"), day_of("05.04.2025"), day_of("13/04/2024"), day_of("04-13-2024")
    ('2024-05-03', '2025-10-23', '2025-04-05', '2024-04-13', '2024-04-13')
    """
    if found := _ISO.search(text) or _CJK.search(text):
        return _iso(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    if found := _MONTH_FIRST.search(text):
        return _iso(int(found.group(3)), _month(found.group(1)), int(found.group(2)))
    if found := _DAY_FIRST.search(text):
        return _iso(int(found.group(3)), _month(found.group(2)), int(found.group(1)))
    if found := _NUMERIC.search(text):
        return _in_some_order(int(found.group(1)), found.group(2), int(found.group(3)), int(found.group(4)))
    return None


def _in_some_order(first: int, separator: str, second: int, year: int) -> str | None:
    """A day in figures: between full stops the day comes first (no locale of CLDR has it otherwise), else only one may fit."""
    if separator == "." or first > 12 >= second:
        return _iso(year, second, first)
    return _iso(year, first, second) if second > 12 >= first or first == second else None


def _month(word: str) -> int:
    name = word.casefold()
    return next((_MONTHS[name[:size]] for size in range(_LONGEST, 2, -1) if name[:size] in _MONTHS), 0)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
