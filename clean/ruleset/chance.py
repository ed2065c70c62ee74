"""How often news is expected to hold a short text: rough, for choosing which of several to look for."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from clean.ruleset.widen import COPYRIGHT_SIGN

# How often, in powers of two, a word opens at a place of news text: only words that are common matter.
_COMMON: Final = {
    bits: words.split()
    for bits, words in (
        (6, "the of to and a in"),
        (7.5, "for on is that said by with was at as it from be has have an his are he this not will who"),
        (9, "more about our us all new you your we their they its but or one had been after up out were can than news"),
        (10.5, "first most other people year years also two last time over would which into no when what so just like"),
        (11.5, "get see read find here how now sign day week world state city today home best top back add must may"),
    )
}
_BITS: Final = {word: bits for bits, words in _COMMON.items() for word in words}
_FREQUENT: Final = frozenset("etaoinsrhdlu")
_SELDOM: Final = frozenset("jqxzJQXZ")
_SIGNS: Final = {",": 5.0, ".": 5.0, "-": 7.0, "'": 6.5, '"': 6.0, "(": 8.0, ")": 8.0, ":": 8.0, COPYRIGHT_SIGN: 16.0}
_SIGN: Final = 10.0
_FOREIGN: Final = 6.0  # a letter of another alphabet: seldom there in most texts, common in some
_WORD: Final = 15.0  # an ASCII word: as likely as the 3,000th, however long it is
_BESIDE: Final = 0.7  # the part of a word's information that its neighbour does not give away
_LOOSE_SIGN: Final = re.compile(r" [,.:)'\"]")
_BLANK_BEFORE: Final = 6.0  # what a blank before a sign that closes adds
_UNSPACED: Final = 9.0  # Han, kana, hangul: a character is nearly a word


@cache
def text_chance(text: str) -> float:
    """The expected number of places of a megabyte."""
    words = sorted(map(_word_bits, text.split(" ")), reverse=True)
    bits = words[0] + _BESIDE * sum(words[1:]) + _BLANK_BEFORE * len(_LOOSE_SIGN.findall(text))
    return float(1e6 / 2.0 ** min(bits or 2.5, 40.0))


def _word_bits(word: str) -> float:
    """The information of a word: of its letters, but no more than that of a word of the language."""
    common = _BITS.get(word.lower())
    capital, capitals = (6.0, 9.0) if common else (1.0, 4.0)
    bits = min(_letters(word), common or (_WORD if word.isascii() and word.isalpha() else 40.0))
    return bits + (capitals if word.isupper() and len(word) > 1 else capital if word[:1].isupper() else 0.0)


def _letters(word: str) -> float:
    """The information of the characters alone."""
    return sum(
        _SIGNS.get(char, _SIGN)
        if not char.isalnum()
        else (3.3 if char in _FREQUENT else 9.5 if char in _SELDOM else 4.5)
        if char.isascii()
        else (_UNSPACED if char >= "\u2e80" else _FOREIGN)
        for char in word
    )
