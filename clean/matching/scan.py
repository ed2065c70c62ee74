"""What the fast matcher scans for: every rule's byte superset, and two gates.

One gate tells documents with one of the four letters that ASCII letters fold onto (a second, wider database scans those),
the other those with invisible marks (they are scanned on their view).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clean import scanning
from clean.matching.superset import GATE_CHARS, encoded, superset
from clean.segment import MARKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clean.ruleset.model import Rule

GATE_CASE: Final = -1  # what stands in place of a rule's number
GATE_MARKS: Final = -2


@dataclass(frozen=True, slots=True)
class Nominator:
    """A compiled database and whose pattern each event is."""

    database: scanning.Database
    rule_of: tuple[int, ...]  # event id -> rule number or gate


def nominator(rules: Sequence[Rule], *, full: bool) -> Nominator:
    """Compile the supersets of all rules; `full` widens the letters that need a gate otherwise. Raises ConfigError."""
    patterns = [(encoded(GATE_CHARS), scanning.ONCE), (encoded(_expand(MARKS)), scanning.ONCE)]
    owners = [GATE_CASE, GATE_MARKS]
    for number, rule in enumerate(rules):
        flags = scanning.LINES | (scanning.CASELESS if rule.fold else 0)
        for pattern in superset(rule.tree, rule.units, rule.at, fold=rule.fold, full=full):
            patterns.append((pattern, flags))
            owners.append(number)
    return Nominator(scanning.Database.compiled(patterns), tuple(owners))


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
