"""What every match of a pattern must hold: short texts to look for first, and how far from the pattern's ends they can stand.

A factor is canonical: one character for a typographic family, one for all blanks, small letters where case does not count.
Of all sets of which each match holds one text, the set that news text is least likely to hold by chance is taken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import Final, NamedTuple

from clean.ruleset.entities import ALIAS_CHARS
from clean.ruleset.pattern import (
    UNBOUNDED,
    Alt,
    Builtin,
    Copyright,
    Edge,
    Entity,
    Group,
    Lit,
    Node,
    Repeat,
    Seq,
    Set,
)
from clean.ruleset.widen import COPYRIGHT_SIGN, canonical

MAX_TEXTS: Final = 48  # alternatives a set of factors may have
MIN_BARED: Final = 4  # letters that are left of a factor without its signs (two of a script without spaces)
_MANIFOLD: Final = "'\"-()[]:"  # the first of each family (widen)
_MAX_PRODUCT: Final = 4 * MAX_TEXTS
MAX_ROUNDS: Final = 8
MAX_CHOICE: Final = 4  # characters of a set that are written out
FAR: Final = 1 << 20  # a distance without bound
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
_SIGNS: Final = {",": 5.0, ".": 5.0, "-": 7.0, "'": 6.5, '"': 6.0, "(": 8.0, ")": 8.0, ":": 8.0, COPYRIGHT_SIGN: 16.0}
_SIGN: Final = 10.0
_FOREIGN: Final = 6.0  # a letter of another alphabet: seldom there in most texts, common in some
_UNSPACED: Final = 9.0  # Han, kana, hangul: a character is nearly a word


class Factor(NamedTuple):
    """A text of every match, or any alias of an entity (`entity`): at most `before` and `after` characters from its ends."""

    text: str
    before: int
    after: int
    entity: Entity | None = None


Factors = tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class _Facts:
    """Of a part: all its texts if they are few, sets of factors, and the length of its longest text."""

    exact: frozenset[str] | None
    ways: tuple[Factors, ...]
    longest: int

    @property
    def all_ways(self) -> tuple[Factors, ...]:
        """The sets of factors, and the part itself where it is one of few texts."""
        return self.ways if self.exact is None else (*self.ways, *_closed(self.exact, 0, 0))


def factors(tree: Node, *, fold: bool) -> tuple[Factors, frozenset[Entity]]:
    """The set of factors of which every match holds one (() where it requires no text), and entities of which it names one."""
    found = _facts(tree, fold)
    named = [way for way in found.ways if all(factor.entity is not None for factor in way)]
    companions = frozenset(factor.entity for factor in min(named, key=len, default=()) if factor.entity is not None)
    best = min(found.all_ways, key=chance, default=())
    return _least(tuple(map(_bared, best))), companions


def texts(tree: Node) -> tuple[str, ...]:
    """Canonical texts one of which stands in every match, names of organisations and the copyright sign left aside; () for none."""
    found = _facts(tree, fold=True)
    plain = [
        way
        for way in found.all_ways
        if all(factor.entity is None and COPYRIGHT_SIGN not in factor.text for factor in way)
    ]
    return tuple(factor.text for factor in _least(min(plain, key=chance, default=())))


def _bared(factor: Factor) -> Factor:
    """A factor without signs at its ends that stand in many forms, if enough of it is left."""
    text = factor.text.strip(_MANIFOLD)
    if factor.text == text or (len(text) < MIN_BARED and not (len(text) > 1 and text >= "\u2e80")):
        return factor
    at = factor.text.index(text)
    return Factor(text, factor.before + at, factor.after + len(factor.text) - at - len(text), factor.entity)


def chance(ways: Factors) -> float:
    """How many places of a megabyte of news are expected to hold one of the factors."""
    return sum(_chance(factor) for factor in ways) if ways else math.inf


def _chance(factor: Factor) -> float:
    if factor.entity is not None:  # names of organisations stand in news; near an edge of a short line they seldom do
        return 800.0
    return _text_chance(factor.text)


@cache
def _text_chance(text: str) -> float:
    bits = sum(min(_letters(word), _BITS.get(word.lower(), 40.0)) for word in text.split(" "))
    return float(1e6 / 2.0 ** min(bits or 2.5, 40.0))


def _letters(word: str) -> float:
    """The information of the characters alone."""
    return sum(
        _SIGNS.get(char, _SIGN)
        if not char.isalnum()
        else (3.3 if char in _FREQUENT else 4.5)
        if char.isascii()
        else (_UNSPACED if char >= "\u2e80" else _FOREIGN)
        for char in word
    )


def _facts(node: Node, fold: bool) -> _Facts:
    match node:
        case Lit(char):
            return _Facts(None if char.isdecimal() else frozenset((canonical(char, fold=fold),)), (), 1)
        case Copyright():
            return _Facts(frozenset((COPYRIGHT_SIGN,)), (), 3)
        case Set(items, negated):
            chars = [item for item in items if isinstance(item, str) and len(item) == 1 and not item.isdecimal()]
            few = not negated and len(chars) == len(items) <= MAX_CHOICE
            return _Facts(frozenset(canonical(char, fold=fold) for char in chars) if few else None, (), 1)
        case Edge():
            return _Facts(frozenset(("",)), (), 0)
        case Group(_, inner):
            return _facts(inner, fold)
        case Builtin(name, inner, _):
            return _builtin(name, inner, fold)
        case Seq(parts):
            return _sequence([_facts(part, fold) for part in parts])
        case Alt(parts):
            return _choice([_facts(part, fold) for part in parts])
        case Repeat(Lit(" "), low, _, _):
            return _Facts(frozenset((" ",) if low else ("", " ")), (), 1)
        case Repeat(inner, low, high, _):
            return _repeat(_facts(inner, fold), low, high)
        case Entity():
            return _Facts(None, ((Factor("", 0, 0, node),),), ALIAS_CHARS)
    return _Facts(None, (), 1)


@cache
def _builtin(name: str, inner: Node, fold: bool) -> _Facts:  # noqa: ARG001 - the name makes the key
    return _facts(inner, fold)


def _least(way: Factors) -> Factors:
    """Without the texts that hold another of the set: that one is found where they stand."""
    kept: dict[tuple[str, Entity | None], Factor] = {}
    for factor in sorted(way, key=lambda factor: len(factor.text)):
        inner = next((text for text, entity in kept if entity is None and text in factor.text), None)
        key: tuple[str, Entity | None]
        if factor.entity is not None:
            key, new = ("", factor.entity), factor
        elif inner is None:
            key, new = (factor.text, None), factor
        else:
            key, at = (inner, None), factor.text.index(inner)
            new = Factor(inner, factor.before + at, factor.after + len(factor.text) - at - len(inner))
        old = kept.get(key, new)
        kept[key] = new._replace(before=max(new.before, old.before), after=max(new.after, old.after))
    return tuple(kept.values())


def _choice(parts: list[_Facts]) -> _Facts:
    most = max((part.longest for part in parts), default=0)
    exact: frozenset[str] | None = None
    if all(part.exact is not None for part in parts):
        every = frozenset(text for part in parts for text in part.exact or ())
        exact = every if len(every) <= MAX_TEXTS else None
    best = [min(part.all_ways, key=chance, default=()) for part in parts]
    union = tuple(dict.fromkeys(factor for way in best for factor in way))
    usable = bool(parts) and all(best) and len(union) <= 8 * MAX_TEXTS
    return _Facts(exact, (union,) if usable and exact is None else (), most)


def _repeat(inner: _Facts, low: int, high: int) -> _Facts:
    most = FAR if high == UNBOUNDED else min(FAR, inner.longest * high)
    if (low, high) == (1, 1):
        return inner
    if low == 0:
        exact = inner.exact | {""} if inner.exact is not None and high == 1 else None
        return _Facts(exact, (), most)
    rest = FAR if high == UNBOUNDED else inner.longest * (high - 1)
    if inner.exact is not None and len(inner.exact) == 1:  # `#{3,}` holds three of them
        inner = replace(inner, exact=frozenset(text * min(low, MAX_ROUNDS) for text in inner.exact))
    return _Facts(None, tuple(_moved(way, 0, rest) for way in inner.all_ways), most)


def _sequence(parts: list[_Facts]) -> _Facts:
    """Neighbouring parts of few texts are joined to longer ones as long as they stay few."""
    starts = [min(FAR, at) for at in accumulate((part.longest for part in parts), initial=0)]
    rests = [min(FAR, at) for at in accumulate((part.longest for part in reversed(parts)), initial=0)][::-1]
    ways: list[Factors] = []
    run: frozenset[str] = frozenset(("",))
    opened = 0
    for index, part in enumerate(parts):
        ways += [_moved(way, starts[index], rests[index + 1]) for way in part.ways]
        joined = None
        if part.exact is not None and len(run) * len(part.exact) <= _MAX_PRODUCT:
            joined = frozenset(_glued(left, right) for left in run for right in part.exact)
        if joined is not None and len(joined) <= MAX_TEXTS:
            run = joined
            continue
        ways += _closed(run, starts[opened], rests[index])
        run, opened = (frozenset(("",)), index + 1) if part.exact is None else (part.exact, index)
    if opened == 0 and all(part.exact is not None for part in parts):
        return _Facts(run, (), starts[-1])
    return _Facts(None, (*ways, *_closed(run, starts[opened], 0)), starts[-1])


def _closed(run: frozenset[str], before: int, after: int) -> tuple[Factors, ...]:
    """A run of texts as a set of factors, if there are any and none of them is empty."""
    return () if not run or "" in run else (tuple(Factor(text, before, after) for text in sorted(run)),)


def _glued(left: str, right: str) -> str:
    """Two texts in a row; blanks that meet are one run."""
    return left + right[1:] if left[-1:] == " " and right[:1] == " " else left + right


def _moved(way: Factors, before: int, after: int) -> Factors:
    return tuple(
        Factor(text, min(FAR, before + low), min(FAR, after + high), entity) for text, low, high, entity in way
    )
