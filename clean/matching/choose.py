"""What each rule is looked for by, compiled.

By its factors (texts of which every match holds one), by the aliases of an entity it requires, or, where neither tells
enough, by a byte superset of its whole pattern.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from clean import scanning
from clean.matching.scan import FOLDED, GATE, ODD_BLANKS, SLACK, Nominator, Wholes
from clean.matching.superset import GATE_CHARS, case_variants, encoded, superset
from clean.ruleset.entities import is_exact, is_short
from clean.ruleset.factors import FAR, Factor, chance, factors
from clean.ruleset.widen import COPYRIGHT_SIGN, canonical, literal_members
from clean.segment import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clean.ruleset.entities import EntityTable
    from clean.ruleset.model import Rule
    from clean.ruleset.pattern import Entity

WEAK: Final = 3_000.0  # a factor expected at so many places of a megabyte tells too little
DOUBTFUL: Final = 60.0  # from so many on, the byte superset of the whole pattern is asked as well
_PLAIN: Final = str.maketrans(FOLDED)
MAX_FORMS: Final = 24  # plain patterns a text may need


def nominator(rules: Sequence[Rule], table: EntityTable) -> Nominator:
    """Choose what each rule is looked for by and compile it. Raises ConfigError."""
    odd = rf"[ \r][ \r]|{encoded(ODD_BLANKS)}|{encoded(_expand(MARKS))}|{encoded(GATE_CHARS)}"
    made = _Made({(odd, scanning.ONCE): GATE})
    groups: dict[frozenset[Entity], int] = {}
    needs = [-1] * len(rules)
    wholes: list[tuple[str, int]] = []
    local: list[tuple[str, int]] = []
    for number, rule in enumerate(rules):
        chosen, named = factors(rule.tree, fold=rule.fold)
        likely = chance(chosen)
        if likely >= DOUBTFUL:
            patterns = superset(rule.tree, rule.units, rule.at, fold=rule.fold)
            if likely < WEAK:
                wholes += [(pattern, number) for pattern in patterns]
            elif rule.outlets:
                local += [(pattern, number) for pattern in patterns]
            else:
                for whole in patterns:
                    made.add((whole, scanning.LINES, 0), (number, FAR, FAR))
        for factor in chosen if likely < WEAK else ():
            reach = _reach(rule, factor)
            for text, fold in _texts(factor, rule, table):
                for pattern in _patterns(text, fold=fold):
                    made.add(pattern, (number, *reach))
        if named:
            needs[number] = groups.setdefault(named, len(groups))
    for named, group in groups.items():
        for text, fold in {item for entity in named for item in _texts(Factor("", 0, 0, entity), None, table)}:
            for pattern in _patterns(text, fold=fold):
                made.add(pattern, (-1 - group, FAR, FAR))
    doubtful = np.zeros(len(rules), bool)
    doubtful[[number for _, number in wholes]] = True
    outlets = {outlet for _, number in local for outlet in rules[number].outlets}
    database, first, size, owner, before, after = made.compiled()
    return Nominator(
        database, first, size, owner, before, after, np.array(needs, np.int64), doubtful, _wholes(wholes), _wholes(local),
        outlets="|".join([r"%|[^\x00-\x7f]", *map(re.escape, sorted(outlets))]) if outlets else "",
    )  # fmt: skip


def _wholes(patterns: Sequence[tuple[str, int]]) -> Wholes:
    database = scanning.Database.compiled([(pattern, scanning.LINES) for pattern, _ in patterns]) if patterns else None
    return Wholes(database, np.array([number for _, number in patterns], np.int64))


@dataclass(slots=True)
class _Made:
    """Patterns as they gather: each once, with all its owners."""

    patterns: dict[tuple[str, int], int]  # pattern and flags -> event
    sizes: list[int] = field(default_factory=lambda: [0])
    owners: list[tuple[int, int, int, int]] = field(default_factory=list)  # event, rule or group, before, after

    def compiled(self) -> tuple[Any, ...]:
        """The database and the arrays of a `Nominator` that say whose its events are."""
        owners = sorted(self.owners)
        first = np.searchsorted(np.array([owner[0] for owner in owners]), np.arange(len(self.sizes) + 1))
        columns = (np.array([owner[index] for owner in owners], np.int64) for index in (1, 2, 3))
        return scanning.Database.compiled(list(self.patterns)), first, np.array(self.sizes, np.int64), *columns

    def add(self, pattern: tuple[str, int, int], owner: tuple[int, int, int]) -> None:
        """Look for a pattern (with its flags and the most bytes of its text) for the sake of an owner."""
        event = self.patterns.setdefault(pattern[:2], len(self.patterns))
        if event == len(self.sizes):
            self.sizes.append(pattern[2])
        self.owners.append((event, *owner))


def _is_anchored(rule: Rule) -> bool:
    """Whether every unit of a rule opens with its line."""
    return all(unit in ("line", "block") or (unit == "span" and rule.at == "start") for unit in rule.units)


def _reach(rule: Rule, factor: Factor) -> tuple[int, int]:
    """How far from the edges of its line a factor of a rule can stand; -1 for nothing but decoration between."""

    def limit(chars: int, *, anchored: bool) -> int:
        if not anchored or chars >= FAR:
            return FAR
        return chars + SLACK if chars else -1

    closed = all(unit in ("line", "block") or (unit == "span" and rule.at == "end") for unit in rule.units)
    return limit(factor.before, anchored=_is_anchored(rule)), limit(factor.after, anchored=closed)


def _texts(factor: Factor, rule: Rule | None, table: EntityTable) -> Iterator[tuple[str, bool]]:
    """The canonical texts of a factor, and whether case does not count."""
    if factor.entity is None:
        yield factor.text, rule is None or rule.fold
        return
    for entity in table.entities:
        if not set(entity.kinds) & set(factor.entity.kinds):
            continue
        for spelling in entity.spellings:
            if factor.entity.context or not is_short(spelling):
                fold = not is_exact(spelling)
                text = "".join(canonical(char, fold=fold) for char in " ".join(spelling.split()))
                yield text.removesuffix("."), fold


def _patterns(text: str, *, fold: bool) -> Iterator[tuple[str, int, int]]:
    """Byte patterns for a canonical text, their flags, and the most characters of each: plain ones as far as they are few."""
    choices = [_forms(char, fold=fold) for char in text.translate(_PLAIN)]
    flags = scanning.CASELESS if fold else 0
    if math.prod(map(len, choices)) <= MAX_FORMS:
        for forms in product(*choices):
            written = "".join(forms)
            yield "".join(map(encoded, written)), flags, len(written)
        return
    size = sum(max(map(len, forms)) for forms in choices)
    yield "".join(f"(?:{'|'.join(''.join(map(encoded, form)) for form in forms)})" for forms in choices), flags, size


@cache
def _forms(char: str, *, fold: bool) -> tuple[str, ...]:
    """What a canonical character can stand as; of an ASCII letter one case is enough where case does not count."""
    if char == " ":
        return (" ",)
    if char == COPYRIGHT_SIGN:
        return (*"©ⓒⒸ", *map("".join, product("(（﹙", "cｃ" if fold else "cCｃＣ", ")）﹚")))
    members = set(literal_members(char, fold=fold))
    if fold:
        members |= {variant for member in tuple(members) for variant in case_variants(member)}
    if any(member.isascii() for member in members):
        members -= set(GATE_CHARS)  # folded in the copy
    return tuple(sorted({member.lower() if fold and member.isascii() else member for member in members}))


def _expand(ranges: str) -> str:
    """The characters of a set body such as `a-c`."""
    chars, at = "", 0
    while at < len(ranges):
        if ranges[at + 1 : at + 2] == "-":
            chars += "".join(map(chr, range(ord(ranges[at]), ord(ranges[at + 2]) + 1)))
            at += 3
        else:
            chars += ranges[at]
            at += 1
    return chars
