"""What each rule is looked for by, compiled.

By its factors (texts of which every match holds one), by the aliases of an entity it requires, or, where neither tells
enough, by a byte superset of its whole pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from clean import scanning
from clean.matching.scan import GATE, ODD_BLANKS, SLACK, Nominator, Wholes
from clean.matching.superset import FOLDED, GATE_CHARS, case_variants, encoded, superset
from clean.ruleset.entities import is_exact, is_short
from clean.ruleset.factors import FAR, Factor, chance, factors
from clean.ruleset.widen import COPYRIGHT_SIGN, canonical, literal_members
from clean.segment import MARKS, members

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clean.ruleset.entities import EntityTable
    from clean.ruleset.model import Rule
    from clean.ruleset.pattern import Entity

WEAK: Final = 3_000.0  # a factor expected at so many places of a megabyte tells too little
DOUBTFUL: Final = 60.0  # from so many on, the byte superset of the whole pattern is asked as well
MAX_WHOLE: Final = 2_500  # characters of a superset that is worth its compiling: a longer one takes 0.1 to 0.5 s
_PLAIN: Final = str.maketrans(FOLDED)
MAX_FORMS: Final = 16  # plain patterns a text may need


def nominator(rules: Sequence[Rule], table: EntityTable) -> Nominator:
    """Choose what each rule is looked for by and compile it. Raises ConfigError."""
    odd = rf"[ \r][ \r]|{encoded(ODD_BLANKS)}|{encoded(members(MARKS))}|{encoded(GATE_CHARS)}"
    made = _Made({(odd, scanning.ONCE): GATE})
    groups: dict[frozenset[Entity], int] = {}
    needs = [-1] * len(rules)
    wholes: list[tuple[str, int]] = []
    local: list[tuple[str, int]] = []
    weak: list[tuple[str, int]] = []
    for number, rule in enumerate(rules):
        chosen, named = factors(rule.tree, fold=rule.fold)
        likely = chance(chosen)
        if likely >= DOUBTFUL:
            patterns = superset(rule.tree, rule.units, rule.at, fold=rule.fold)
            kind = wholes if likely < WEAK else local if rule.outlets else weak
            if kind is not wholes or sum(map(len, patterns)) <= MAX_WHOLE:
                kind += [(pattern, number) for pattern in patterns]
        for factor in chosen if likely < WEAK else ():
            reach = _reach(rule, factor)
            for text, fold in _texts(factor, rule, table):
                for pattern, limits in _patterns(text, reach, fold=fold):
                    made.add(pattern, (number, *limits))
        if named:
            needs[number] = groups.setdefault(named, len(groups))
    for named, group in groups.items():
        for text, fold in {item for entity in named for item in _texts(Factor("", 0, 0, entity), None, table)}:
            for pattern, _ in _patterns(text, (FAR, FAR), fold=fold):
                made.add(pattern, (-1 - group, FAR, FAR))
    strong = len(made.patterns)
    for whole, number in weak:
        made.add((whole, scanning.LINES, 0), (number, FAR, FAR))
    doubtful = np.zeros(len(rules), bool)
    doubtful[[number for _, number in wholes]] = True
    outlets = {outlet for _, number in local for outlet in rules[number].outlets}
    listed = list(made.patterns)
    return Nominator(
        scanning.Database.compiled(listed[:strong]), scanning.Database.compiled(listed[strong:]) if weak else None,
        strong, *made.arrays(), np.array(needs, np.int64), doubtful, _wholes(wholes), _wholes(local),
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

    def arrays(self) -> tuple[Any, Any, Any, Any, Any]:
        """What a `Nominator` knows of its events and their owners: first, size, rule, before, after."""
        owners = sorted(self.owners)
        first = np.searchsorted(np.array([owner[0] for owner in owners]), np.arange(len(self.sizes) + 1))
        rule, before, after = (np.array([owner[index] for owner in owners], np.int64) for index in (1, 2, 3))
        return first, np.array(self.sizes, np.int64), rule, before, after

    def add(self, pattern: tuple[str, int, int], owner: tuple[int, int, int]) -> None:
        """Look for a pattern (with its flags and the most characters of its text) for the sake of an owner."""
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


def _patterns(
    text: str, reach: tuple[int, int], *, fold: bool
) -> Iterator[tuple[tuple[str, int, int], tuple[int, int]]]:
    """Byte patterns (with flags, and characters) for a canonical text, and how far from the edges of its line each may stand.

    Plain texts only, for those scan and compile far faster than sets: of a text with too many forms a part is taken.
    """
    choices = [_forms(char, fold=fold) for char in text.translate(_PLAIN)]
    low, high = _part([len(forms) for forms in choices])
    flags = scanning.CASELESS if fold else 0
    limits = _farther(reach[0], low), _farther(reach[1], len(choices) - high)
    for forms in product(*choices[low:high]):
        written = "".join(forms)
        yield ("".join(map(encoded, written)), flags, len(written)), limits


def _part(sizes: Sequence[int]) -> tuple[int, int]:
    """The longest stretch, the first of them, whose forms are few enough."""
    best, low, forms = (0, 1), 0, 1
    for high, size in enumerate(sizes, 1):
        forms *= size
        while forms > MAX_FORMS and low < high - 1:
            forms //= sizes[low]
            low += 1
        if high - low > best[1] - best[0]:
            best = (low, high)
    return best


def _farther(limit: int, chars: int) -> int:
    """A limit of a text as one of a part of it."""
    return limit if not chars or limit >= FAR else (SLACK if limit < 0 else limit) + chars


@cache
def _forms(char: str, *, fold: bool) -> tuple[str, ...]:
    """What a canonical character can stand as; of an ASCII letter one case is enough where case does not count."""
    if char == " ":
        return (" ",)
    if char == COPYRIGHT_SIGN:
        return (*"©ⓒⒸ", *map("".join, product("(（﹙", "cｃ" if fold else "cCｃＣ", ")）﹚")))
    stands = set(literal_members(char, fold=fold))
    if fold:
        stands |= {variant for member in tuple(stands) for variant in case_variants(member)}
    if any(member.isascii() for member in stands):
        stands -= set(GATE_CHARS)  # folded in the copy
    return tuple(sorted({member.lower() if fold and member.isascii() else member for member in stands}))
