"""The multi-pattern scan: all calls to hyperscan (Vectorscan) stand here.

One database a rule set: every rule's byte superset, and a gate that tells documents with one of the four letters that
ASCII letters fold onto (a second, wider database scans those) or with invisible marks (those are scanned on their view).
Databases are compiled once and travel as blobs; each thread has its own scratch.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import hyperscan

from clean.errors import ConfigError
from clean.matching.superset import GATE_CHARS, encoded, superset
from clean.segment import MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clean.ruleset.model import Rule

GATE_CASE: Final = -1  # event ids of the gates; rules are their numbers
GATE_MARKS: Final = -2
_GATES: Final = 2


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


@dataclass(slots=True)
class Database:
    """A compiled database and what its event ids mean. Pickles as its blob."""

    blob: bytes
    rule_of: tuple[int, ...]  # event id -> rule number or gate
    _local: threading.local = field(default_factory=threading.local, repr=False)

    @classmethod
    def compiled(cls, rules: Sequence[Rule], *, full: bool) -> Database:
        """Compile the supersets of all rules; `full` needs no gate for letters. Raises ConfigError naming the rule at fault."""
        expressions = [encoded(GATE_CHARS), encoded(_expand(MARKS))]
        flags = [hyperscan.HS_FLAG_SINGLEMATCH] * _GATES
        owners = [GATE_CASE, GATE_MARKS]
        for number, rule in enumerate(rules):
            for pattern in superset(rule.tree, rule.units, rule.at, fold=rule.fold, full=full):
                expressions.append(pattern)
                flags.append(hyperscan.HS_FLAG_MULTILINE | (hyperscan.HS_FLAG_CASELESS if rule.fold else 0))
                owners.append(number)
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        try:
            database.compile(
                expressions=[expression.encode() for expression in expressions],
                ids=list(range(len(expressions))),
                elements=len(expressions),
                flags=flags,
            )
        except hyperscan.error as error:
            raise ConfigError(
                f"the scan database cannot be built: {error}", help="--matcher reference needs none"
            ) from error
        return cls(bytes(hyperscan.dumpb(database)), tuple(owners))

    def __getstate__(self) -> tuple[bytes, tuple[int, ...]]:
        return self.blob, self.rule_of

    def __setstate__(self, state: tuple[bytes, tuple[int, ...]]) -> None:
        self.blob, self.rule_of = state
        self._local = threading.local()

    def scanner(self) -> Callable[[Any, Callable[..., Any]], None]:
        """`scan(buffer, on_event)` for this thread; `on_event(id, start, end, flags, context)` must only append."""
        scan = getattr(self._local, "scan", None)
        if scan is None:
            database = hyperscan.loadb(self.blob, hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)
            scan = self._local.scan = lambda buffer, on_event: database.scan(buffer, match_event_handler=on_event)
        return scan
