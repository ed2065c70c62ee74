"""What every match of a pattern must hold: short texts to look for first, and how far from the pattern's ends they can stand.

A factor is canonical: one character for a typographic family, one for all blanks, small letters where case does not count.
Of all sets of which each match holds one text, the set that news text is least likely to hold by chance is taken.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, partial, reduce
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from clean.ruleset.chance import text_chance
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

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TEXTS: Final = 48  # alternatives a set of factors may have
MIN_BARED: Final = 4  # letters that are left of a factor without its signs (two of a script without spaces)
_MANIFOLD: Final = "'\"-()[]:"  # the first of each family (widen)
_MAX_PRODUCT: Final = 4 * MAX_TEXTS
MAX_ROUNDS: Final = 8
MAX_EDGES: Final = 2 * MAX_TEXTS  # openings, or closings, a part may have
_MAX_EDGE_PRODUCT: Final = 10 * MAX_EDGES
_CUTS: Final = (12, 7, 4, 3)
MAX_WAYS: Final = 3  # sets of factors of alternatives that are carried on
DIGIT: Final = "0"  # a decimal digit
FOREIGN: Final = "\u0590"  # from here on: Hebrew, Arabic, the scripts of India and of East Asia, but for punctuation
MAX_CHOICE: Final = 4  # characters of a set that are written out
_MET: Final = 0.35
FAR: Final = 1 << 20  # a distance without bound


class Factor(NamedTuple):
    """A text of every match, or any alias of an entity (`entity`): at most `before` and `after` characters from its ends."""

    text: str
    before: int
    after: int
    entity: Entity | None = None


Factors = tuple[Factor, ...]


_NOTHING: Final = frozenset(("",))


@dataclass(frozen=True, slots=True)
class _Facts:
    """Of a part: all its texts if they are few, sets of factors, the length of its longest text, the signs that each shows.

    And what each opens and closes with, "" for anything, if it is there: a part without `exact` texts may be `optional`.
    """

    exact: frozenset[str] | None
    ways: tuple[Factors, ...]
    longest: int
    signs: frozenset[str] = frozenset()
    opens: frozenset[str] = _NOTHING
    closes: frozenset[str] = _NOTHING
    optional: bool = False

    @property
    def sides(self) -> tuple[frozenset[str], frozenset[str]]:
        """What each text opens and closes with."""
        return (self.opens, self.closes) if self.exact is None else (self.exact, self.exact)

    @property
    def all_ways(self) -> tuple[Factors, ...]:
        """The sets of factors, and the part itself where it is one of few texts."""
        return self.ways if self.exact is None else (*self.ways, *_closed(self.exact, 0, 0))


class Needs(NamedTuple):
    """What every match of a tree holds: one factor of `best`, an entity of `named`."""

    best: Factors  # () where no text is required
    named: frozenset[Entity]  # empty where none is
    signs: frozenset[str]  # what every match shows: DIGIT, a character from FOREIGN on
    longest: int  # characters, runs of blanks counted once; FAR for no bound


def needs(tree: Node, *, fold: bool, opening: bool = False) -> Needs:
    """What every match must hold: the least likely set of factors first.

    `opening`: matches open where a line or sentence does, so that texts they open with are met elsewhere for nothing.
    """
    found = _facts(tree, fold)
    opens = frozenset() if found.optional or "" in found.sides[0] else _openings(found.sides[0])
    entities = [way for way in found.ways if all(factor.entity is not None for factor in way)]
    named = frozenset(factor.entity for factor in min(entities, key=len, default=()) if factor.entity is not None)
    heads = tuple(Factor(text, 0, found.longest) for text in sorted(opens))
    ways = sorted((*found.all_ways, *((heads,) if heads else ())), key=partial(_cost, opening=opening))
    best = ways[0] if ways else ()
    return Needs(_least(tuple(map(_bared, best))), named, found.signs, found.longest)


def _cost(way: Factors, *, opening: bool) -> float:
    """What it costs to look for a set: an event where a text is met, and more where its line has then to be tried."""
    likely = chance(way)
    return _MET * likely if opening and all(factor.before == 0 and factor.entity is None for factor in way) else likely


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
    return text_chance(factor.text)


def _facts(node: Node, fold: bool) -> _Facts:
    match node:
        case Lit(char):
            return _letter(char, fold)
        case Copyright():
            return _Facts(frozenset((COPYRIGHT_SIGN,)), (), 3)
        case Set(items, negated):
            chars = [item for item in items if isinstance(item, str) and len(item) == 1 and not item.isdecimal()]
            exact = frozenset(canonical(char, fold=fold) for char in chars)
            few = not negated and len(chars) == len(items) and len(exact) <= MAX_CHOICE
            return _Facts(exact if few else None, (), 1, frozenset() if negated else _signs(items))
        case Edge():
            return _Facts(frozenset(("",)), (), 0)
        case Group(_, inner):
            return _facts(inner, fold)
        case Builtin(name, inner, _):
            return _builtin(name, inner, fold)
        case Seq(parts):
            return _sequence(_joined(parts, fold))
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
def _letter(char: str, fold: bool) -> _Facts:
    exact = None if char.isdecimal() else frozenset((canonical(char, fold=fold),))
    return _Facts(exact, (), 1, _signs((char,)))


def _joined(parts: Sequence[Node], fold: bool) -> list[_Facts]:
    """What the parts of a sequence are, letters in a row as one text: most parts are letters."""
    found: list[_Facts] = []
    for plain, group in groupby(parts, lambda part: type(part) is Lit and not part.char.isdecimal()):
        if not plain:
            found += [_facts(part, fold) for part in group]
            continue
        letters = [_letter(part.char, fold) for part in group if isinstance(part, Lit)]
        text = reduce(_glued, [next(iter(letter.exact or ())) for letter in letters])
        signs = frozenset[str]().union(*(letter.signs for letter in letters))
        found.append(_Facts(frozenset((text,)), (), len(letters), signs))
    return found


@cache
def _builtin(name: str, inner: Node, fold: bool) -> _Facts:  # noqa: ARG001 - the name makes the key
    return _facts(inner, fold)


def _signs(items: Sequence[str | tuple[str, str]]) -> frozenset[str]:
    """What each of some characters, ranges and classes shows."""
    shown = []
    if all(item == r"\d" or (isinstance(item, str) and item.isdecimal()) or item == ("0", "9") for item in items):
        shown.append(DIGIT)
    if all(map(_is_foreign, items)):
        shown.append(FOREIGN)
    return frozenset(shown)


def _is_foreign(item: str | tuple[str, str]) -> bool:
    """Whether a character, or all of a range, is a letter or mark of the scripts from FOREIGN on."""
    low, high = (item, item) if isinstance(item, str) else item
    return (
        len(low) == 1
        and (FOREIGN <= low <= high < "\u1e00" or "\u3005" <= low <= high < "\ufb00")
        and (low < high or low.isalpha() or bool(unicodedata.combining(low)))
    )


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
    signs = frozenset.intersection(*(part.signs for part in parts)) if parts else frozenset()
    if exact is not None:
        return _Facts(exact, (), most, signs)
    ranked = [sorted(part.all_ways, key=chance)[:MAX_WAYS] for part in parts]
    unions = [
        tuple(dict.fromkeys(factor for ways in ranked for factor in ways[min(place, len(ways) - 1)]))
        for place in range(max(map(len, ranked)) if ranked and all(ranked) else 0)
    ]
    usable = tuple(union for union in unions if len(union) <= 8 * MAX_TEXTS)
    opens, closes = (
        _few(
            frozenset[str]().union(
                *(part.sides[side] for part in parts),
                _NOTHING if any(part.optional for part in parts) else (),
            ),
            side,
        )
        for side in (0, 1)
    )
    return _Facts(None, usable, most, signs, opens, closes)


def _repeat(inner: _Facts, low: int, high: int) -> _Facts:
    most = FAR if high == UNBOUNDED else min(FAR, inner.longest * high)
    if (low, high) == (1, 1):
        return inner
    if low == 0:
        exact = inner.exact | {""} if inner.exact is not None and high == 1 else None
        return _Facts(exact, (), most, frozenset(), *inner.sides, optional=exact is None)
    rest = FAR if high == UNBOUNDED else inner.longest * (high - 1)
    if inner.exact is not None and len(inner.exact) == 1:  # `#{3,}` holds three of them
        inner = replace(inner, exact=frozenset(text * min(low, MAX_ROUNDS) for text in inner.exact))
    return _Facts(None, tuple(_moved(way, 0, rest) for way in inner.all_ways), most, inner.signs, *inner.sides)


def _sequence(parts: list[_Facts]) -> _Facts:
    """Neighbouring parts of few texts are joined to longer ones as long as they stay few."""
    starts = [min(FAR, at) for at in accumulate((part.longest for part in parts), initial=0)]
    rests = [min(FAR, at) for at in accumulate((part.longest for part in reversed(parts)), initial=0)][::-1]
    signs = frozenset[str]().union(*(part.signs for part in parts))
    ways: list[Factors] = []
    run, opened, exactly = _NOTHING, 0, True
    for index, part in enumerate(parts):
        ways += [_moved(way, starts[index], rests[index + 1]) for way in part.ways]
        opens, closes = (_NOTHING, _NOTHING) if part.optional else part.sides
        joined = _product(run, opens)
        if joined is None:  # "(?:Please )?(?:Give|Donate)" ends as "(?:Give|Donate)" does
            opened += max(map(len, run)) - min(map(len, run))
            run, exactly = _endings(run), False
            joined = _product(run, opens if part.exact is not None else _openings(opens))
        if part.exact is not None and joined is not None:
            run = joined
            continue
        ways += _closed(joined or run, opened, rests[index])
        run, exactly, opened = closes, False, starts[index] if part.exact is not None else starts[index + 1]
    if exactly:
        return _Facts(run, (), starts[-1], signs)
    ways += _closed(run, opened, 0)
    return _Facts(None, tuple(ways), starts[-1], signs, _edge(parts, 0), _edge(parts[::-1], 1))


def _endings(texts: frozenset[str]) -> frozenset[str]:
    """Texts with one of which each of some texts ends: as few and as short as they are."""
    return frozenset(text for text in texts if not any(text[at:] in texts for at in range(1, len(text))))


def _openings(texts: frozenset[str]) -> frozenset[str]:
    """Texts with one of which each of some texts opens."""
    return frozenset(text for text in texts if not any(text[:at] in texts for at in range(1, len(text))))


def _edge(parts: Sequence[_Facts], side: int) -> frozenset[str]:
    """What a sequence opens (or, its parts in reverse, closes) with."""
    run, done = _NOTHING, frozenset[str]()
    for part in parts:
        met = part.sides[side]
        if len(met) * len(run) > _MAX_EDGE_PRODUCT:
            break
        joined = frozenset([_glued(*((b, a) if side else (a, b))) for a in run for b in met])
        if part.exact is not None:
            long = frozenset(text for text in joined if len(text) >= _CUTS[0])
            done, run = done | long, joined - long
            if not run:
                return _few(done, side)
            continue
        done |= joined
        if not part.optional:
            return _few(done, side)
    return _few(done | run, side)


def _product(lefts: frozenset[str], rights: frozenset[str]) -> frozenset[str] | None:
    """Every text of one set with every one of another, if they are few."""
    if len(lefts) * len(rights) > _MAX_PRODUCT:
        return None
    joined = frozenset([_glued(left, right) for left in lefts for right in rights])
    return joined if len(joined) <= MAX_TEXTS else None


def _few(texts: frozenset[str], side: int) -> frozenset[str]:
    """Openings (or closings), cut short where they are many, "" where they are too many then."""
    for size in _CUTS:
        if len(texts) <= MAX_EDGES:
            return texts
        texts = frozenset(text[-size:] if side else text[:size] for text in texts)
    return texts if len(texts) <= MAX_EDGES else _NOTHING


def _closed(run: frozenset[str], before: int, after: int) -> tuple[Factors, ...]:
    """A run of texts as a set of factors, if there are any and none of them is empty."""
    return () if not run or "" in run else (_least(tuple(Factor(text, before, after) for text in sorted(run))),)


def _glued(left: str, right: str) -> str:
    """Two texts in a row; blanks that meet are one run."""
    return left + right[1:] if left[-1:] == " " and right[:1] == " " else left + right


def _moved(way: Factors, before: int, after: int) -> Factors:
    return tuple(
        Factor(text, min(FAR, before + low), min(FAR, after + high), entity) for text, low, high, entity in way
    )
