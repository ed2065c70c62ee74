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

# Years of other counts: what their first year is less one; a year that only a label or the size of the number tells.
_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_ERA = regex.compile(rf"({'|'.join(_ERAS)})\s*(\d{{1,3}}|元)\s*年")
_BUDDHIST = regex.compile(r"(?:พ\.\s?ศ\.?\s*|พุทธศักราช\s*)(\d{4})|\b(25\d\d|26[0-4]\d)\b")
_YEAR = regex.compile(r"\d{4}")
_BUDDHA: Final = 543
_YEARS: Final = range(1600, 2200)


def year_of(text: str) -> int | None:
    """The first year a text states, of the Gregorian calendar; digits of any script, Japanese eras, Minguo and Buddhist years.

    A year of another calendar that may begin in either of two (Solar Hijri 1403) is none.

    >>> year_of("© 2019-2022"), year_of("٢٠٢٢"), year_of("令和4年"), year_of("民國113年"), year_of("พ.ศ. 2565"), year_of("۱۴۰۳")
    (2019, 2022, 2022, 2024, 2022, None)
    """
    if found := _ERA.search(text):
        return _ERAS[found.group(1)] + (1 if found.group(2) == "元" else int(found.group(2)))
    if found := _BUDDHIST.search(text):
        return int(found.group(1) or found.group(2)) - _BUDDHA
    years = (int(match) for match in _YEAR.findall(text))
    return next((year for year in years if year in _YEARS), None)


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
