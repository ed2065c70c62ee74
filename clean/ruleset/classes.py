"""Built-in placeholders: name, time and punctuation classes, written in the pattern language itself.

`{person} {place} {caps}` are case-exact always. Name classes ask for capital letters, so they never take Han, kana or
hangul. `{headline}` never takes a final stop.
"""

from __future__ import annotations

from typing import Final

from clean.ruleset.pattern import Builtin, Node, parse
from clean.segment import STOPS

_WORD = r"(?:\p{Lu}[\p{L}\p{M}]{0,24}(?:['-][\p{L}\p{M}]{1,24}){0,2}|\p{Lu}\.(?:-?\p{Lu}\.){0,2})"
_PARTICLE = (
    "(?:de|da|do|dos|das|di|del|della|dela|van|von|der|den|ter|ten|bin|bint|ibn|al|el|la|le|du|des|y|e|af|av|zu|zur)"
)
_PERSON = f"{_WORD}(?: (?:{_PARTICLE} ){{0,2}}{_WORD}){{1,4}}"
_AND = "(?:, and |, & |, | and | & | und | et | y | e | og | och | en )"


def _any_case(words: str) -> str:
    """Month and day names in any case, under `case = "exact"` too."""
    return "".join(f"[{char.upper()}{char}]" if char.isalpha() else char for char in words)


_MONTH = _any_case(
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?)"
)
_DAY = _any_case(r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?")
_HOST = r"(?:[a-zA-Z0-9][a-zA-Z0-9-]{0,40}\.){1,4}[a-zA-Z]{2,12}"

_SOURCES: Final = {
    "person": _PERSON,
    "persons": f"{_PERSON}(?:{_AND}{_PERSON}){{0,5}}",
    "place": f"{_WORD}(?:[ /-]{_WORD}){{0,4}}(?:, {_WORD}(?: {_WORD}){{0,2}})?",
    "caps": r"\p{Lu}[\p{Lu}\p{M}\d '&.,:\"!?$%/-]{2,160}",
    "headline": f"[^{STOPS}].{{10,168}}[^{STOPS}]",
    "year": r"(?:19|20)\d\d",
    "date": (
        rf"(?:{_DAY}{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d\d\d\d)?|{_DAY}\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\.?,?(?: \d\d\d\d)?|"
        r"\d\d\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d\d(?:\d\d)?)"
    ),
    "host": _HOST,
    "url": f"(?:https?://[^ ]{{3,200}}|{_HOST}(?:/[^ ]{{0,200}})?)",
    "email": f"[a-zA-Z0-9._%+-]{{1,60}}@{_HOST}",
    "handle": "@[a-zA-Z0-9_.]{2,30}",
    "rest": ".+",
    "colon": ":",
    "dash": "-",
    "slash": "[/／⁄∕]",
    "pipe": "[|｜¦│]",
    "eq": "[=＝]",
    "quote": "['\"]",
    "open": r"[(\[<＜〈《〖]",
    "close": r"[)\]>＞〉》〗]",
    "bullet": r"[•‣◦▪▫●○■□►▶▸▹→➤➔›»·∙★☆✔✓*\-]",
    "copyright": "(c)",
}  # fmt: skip
_EXACT: Final = ("person", "persons", "place", "caps")
_OPAQUE: Final = (*_EXACT, "date", "host", "url", "email")


def _build(name: str, source: str) -> Node:
    tree = parse(source)
    return Builtin(name, tree, name in _EXACT) if name in _OPAQUE else tree


CLASSES: Final[dict[str, Node]] = {name: _build(name, source) for name, source in _SOURCES.items()}
