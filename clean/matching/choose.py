"""What each rule is looked for by, compiled.

By its factors (texts of which every match holds one) and by the aliases of an entity it requires. Texts that stand everywhere
are looked for only where the rule can match: in short lines, in texts of its scripts, in documents of its outlets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from clean import scanning
from clean.matching.letters import GATE_CHARS, case_variants, encoded
from clean.matching.scan import (
    FOREIGN_TEXT,
    GATE,
    NEXT,
    ODD_CHARS,
    ODD_PAIR,
    SENTENCE,
    SHORT_CHARS,
    SLACK,
    Bare,
    Nominator,
    Scanned,
)
from clean.ruleset.entities import is_exact, is_short
from clean.ruleset.factors import DIGIT, FAR, FOREIGN, Factor, Needs, chance, needs
from clean.ruleset.widen import COPYRIGHT_SIGN, FOLDED, canonical, literal_members

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clean.ruleset.entities import EntityTable
    from clean.ruleset.model import Rule
    from clean.ruleset.pattern import Entity

WEAK: Final = 3_000.0  # a factor expected at so many places of a megabyte tells too little to look for it everywhere
IDLE: Final = 8_000.0  # more than there are short lines with a digit
USELESS: Final = 100_000.0  # a blank, a vowel
MAX_FORMS: Final = 16  # plain patterns a text may need
_PLAIN: Final = str.maketrans(FOLDED)
_FOREIGN_TEXT: Final = r"[\xd6-\xe0\xe3-\xee]|\xe1[\x80-\xb7]|\xef[\x80-\xab]"  # what factors calls FOREIGN, in bytes


def nominator(rules: Sequence[Rule], table: EntityTable) -> Nominator:
    """Choose what each rule is looked for by and compile it. Raises ConfigError."""
    gate = rf"{ODD_PAIR}|{encoded(ODD_CHARS)}"
    wide = _Made({(gate, scanning.ONCE): GATE, (_FOREIGN_TEXT, scanning.ONCE): FOREIGN_TEXT})
    short, foreign = _Made(), _Made()
    groups: dict[frozenset[Entity], int] = {}
    group_of = [-1] * len(rules)
    bare: list[Bare] = []
    needed = [_needed(rule) for rule in rules]
    for number, (rule, need) in enumerate(zip(rules, needed, strict=True)):
        made = _where(rule, need, wide, short, foreign)
        if made is None:
            signs = (DIGIT in need.signs, FOREIGN in need.signs)
            bare.append(Bare(number, _length(rule, need), *signs, rule.outlets))
            continue
        for factor in need.best:
            reach = _reach(rule, factor)
            for text, fold in _texts(factor, rule, table):
                for pattern, limits in _patterns(text, reach, fold=fold):
                    made.add(pattern, (number, *limits))
        if need.named and made is wide:
            group_of[number] = groups.setdefault(need.named, len(groups))
    for named, group in groups.items():
        for text, fold in {item for entity in named for item in _texts(Factor("", 0, 0, entity), None, table)}:
            for pattern, _ in _patterns(text, (FAR, FAR), fold=fold):
                wide.add(pattern, (-1 - group, FAR, FAR))
    outlets = {outlet for entry in bare for outlet in entry.outlets}
    return Nominator(
        wide=wide.compiled(),
        short=short.compiled() if short.patterns else None,
        foreign=foreign.compiled() if foreign.patterns else None,
        needs=np.array(group_of, np.int64),
        bare=tuple(bare),
        outlets="|".join([r"%|[^\x00-\x7f]", *map(re.escape, sorted(outlets))]) if outlets else "",
        longest=np.array(list(map(_length, rules, needed)), np.int64),
    )


def _needed(rule: Rule) -> Needs:
    return needs(rule.tree, fold=rule.fold, opening=_opens_a_sentence(rule))


def _where(rule: Rule, need: Needs, wide: _Made, short: _Made, foreign: _Made) -> _Made | None:
    """Where the factors of a rule are looked for; None for a rule that its own documents and lines tell best."""
    likely = chance(need.best)
    if likely < WEAK:
        return wide
    if rule.outlets:
        return None
    if _length(rule, need) <= SHORT_CHARS:
        return short if likely < (IDLE if DIGIT in need.signs else USELESS) else None
    return foreign if FOREIGN in need.signs and need.best else wide if need.best else None


def _length(rule: Rule, need: Needs) -> int:
    """The most characters a line can have that a rule concerns."""
    whole = all(unit in ("line", "block") for unit in rule.units)
    return min(FAR, need.longest + 2 * SLACK) if whole else FAR


@dataclass(slots=True)
class _Made:
    """Patterns as they gather: each once, with all its owners."""

    patterns: dict[tuple[str, int], int] = field(default_factory=dict)  # pattern and flags -> event
    sizes: list[tuple[int, int]] = field(default_factory=list)
    owners: list[tuple[int, int, int, int]] = field(default_factory=list)  # event, rule or group, before, after

    def __post_init__(self) -> None:
        self.sizes = [(0, 0)] * len(self.patterns)

    def compiled(self) -> Scanned:
        """Ready to scan with."""
        owners = sorted(self.owners)
        first = np.searchsorted(np.array([owner[0] for owner in owners]), np.arange(len(self.sizes) + 1))
        rule, before, after = (np.array([owner[index] for owner in owners], np.int64) for index in (1, 2, 3))
        database = scanning.Database.compiled(list(self.patterns))
        size, width = np.array(self.sizes, np.int64).T
        return Scanned(database, first, size, width, rule, before, after)

    def add(self, pattern: tuple[str, int, str], owner: tuple[int, int, int]) -> None:
        """Look for a pattern (with its flags and its text) for the sake of an owner."""
        event = self.patterns.setdefault(pattern[:2], len(self.patterns))
        if event == len(self.sizes):
            self.sizes.append((len(pattern[2]), len(pattern[2].encode("utf-8", "surrogatepass"))))
        self.owners.append((event, *owner))


def _is_anchored(rule: Rule) -> bool:
    """Whether every unit of a rule opens with its line."""
    return all(unit in ("line", "block") or (unit == "span" and rule.at == "start") for unit in rule.units)


def _opens_a_sentence(rule: Rule) -> bool:
    """Whether every unit of a rule opens where its line or a sentence does."""
    return all(unit != "span" or rule.at == "start" for unit in rule.units)


def _reach(rule: Rule, factor: Factor) -> tuple[int, int]:
    """How far from the edges of its line a factor of a rule can stand; NEXT for nothing but decoration between."""

    def limit(chars: int, *, anchored: bool) -> int:
        if not anchored or chars >= FAR:
            return FAR
        return chars + SLACK if chars else NEXT

    closed = all(unit in ("line", "block") or (unit == "span" and rule.at == "end") for unit in rule.units)
    before = limit(factor.before, anchored=_is_anchored(rule))
    if before == FAR and not factor.before and _opens_a_sentence(rule):
        before = SENTENCE
    return before, limit(factor.after, anchored=closed)


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
) -> Iterator[tuple[tuple[str, int, str], tuple[int, int]]]:
    """Byte patterns (with flags, and texts) for a canonical text, and how far from the edges of its line each may stand.

    Plain texts only, for those scan and compile far faster than sets: of a text with too many forms a part is taken.
    """
    choices = [_forms(char, fold=fold) for char in text.translate(_PLAIN)]
    low, high = _part([len(forms) for forms in choices])
    flags = scanning.CASELESS if fold else 0
    limits = _farther(reach[0], low), _farther(reach[1], len(choices) - high)
    for forms in product(*choices[low:high]):
        written = "".join(forms)
        yield ("".join(map(encoded, written)), flags, written), limits


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
    if not chars or limit >= FAR:
        return limit
    return FAR if limit == SENTENCE else (SLACK if limit == NEXT else limit) + chars


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
