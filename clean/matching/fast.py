"""The fast matcher: one scan nominates lines and rules, the shared units confirm them. Same answers as the reference.

A batch is scanned with the compiled database, built when the first batch comes. Single documents before that are narrowed
by the longest text each rule requires: for one article that is cheaper than building a database. What a rule finds in a
line is a function of the line: equal lines are looked at once.
"""

from __future__ import annotations

import threading
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from clean import segment
from clean.automaton import automaton
from clean.hosts import host_of
from clean.matching.choose import nominator
from clean.matching.reference import Candidates, applies, one_by_one, placed
from clean.matching.superset import superset
from clean.matching.units import Names, RuleMatcher
from clean.ruleset.required import RequiredIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from clean.matching.scan import Nominator
    from clean.matching.units import Hit
    from clean.records import Match
    from clean.ruleset.entities import EntityTable
    from clean.ruleset.model import RuleSet
    from clean.segment import View

    _LineHits = tuple[int, int, tuple[Hit, ...]]  # rule, number of the line in the text as it came, what it holds there

FEW_BYTES: Final = 100_000  # so much text is cleaned sooner without a database than with one
MAX_CACHED_LINES: Final = 1 << 16
MAX_CACHED_BYTES: Final = 400  # longer lines hardly repeat


class FastMatcher:
    """All rules of a set behind one scan. Pickles with its compiled database; safe in threads."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._set_up((ruleset, None))

    def _set_up(self, state: tuple[RuleSet, Nominator | None]) -> None:
        self.ruleset, self._nominator = state
        self.table = self.ruleset.entities
        self.matchers = tuple(RuleMatcher(rule, self.table) for rule in self.ruleset.rules)
        self._index: RequiredIndex | None = None
        self._asked: list[Callable[[bytes], object] | None] = [None] * len(self.matchers)
        self._seen = 0
        self._local = threading.local()

    def __getstate__(self) -> tuple[RuleSet, Nominator | None]:
        return self.ruleset, self._nominator

    __setstate__ = _set_up

    def nominator(self) -> Nominator:
        """What documents are scanned with; compiled at first use, so that a leader can hand it to workers."""
        if self._nominator is None:
            self._nominator = nominator(self.ruleset.rules, self.table)
        return self._nominator

    def batch(self, data: Any, offsets: Any, urls: Sequence[str | None]) -> Iterator[Candidates]:
        """The documents `data[offsets[i]:offsets[i + 1]]` (UTF-8) of the addresses `urls` that have candidates, in order."""
        if self._is_little(int(offsets[-1] - offsets[0])):
            yield from one_by_one(self._alone, data, offsets, urls)
            return
        found = self.nominator().nominate(data, offsets, urls)
        for row, group in groupby(found.lines(), lambda item: item[0]):
            copied = row in found.copied
            hits = self._hits(data, group, partial(host_of, urls[row]), copied=copied)
            if not hits:
                continue
            text = str(data[offsets[row] : offsets[row + 1]], "utf-8")
            view = segment.view(text, marks=copied)
            if matches := self._placed(hits, view):
                yield Candidates(row, text, view, matches)

    def _hits(
        self,
        data: Any,
        nominated: Iterable[tuple[int, int, int, int, list[int]]],
        host: Callable[[], str | None],
        *,
        copied: bool,
    ) -> list[_LineHits]:
        """What the rules nominated for one document find in it."""
        found = []
        for _, number, low, high, rules in nominated:
            known = self._known(bytes(data[low:high]), copied=copied)
            there = known.hits
            for rule in rules:
                hits = there.get(rule)
                if hits is None:
                    hits = there[rule] = self._in_line(rule, known)
                if hits:
                    its_rule = self.matchers[rule].rule
                    if not its_rule.outlets or applies(its_rule, host()):
                        found.append((rule, number, hits))
        return sorted(found)

    def _in_line(self, rule: int, known: _Known) -> tuple[Hit, ...]:
        """What a rule finds in a line. The pattern is tried, and compiled, only where its superset takes the line."""
        ask = self._asked[rule]
        if ask is None:
            its = self.matchers[rule].rule
            ask = automaton(superset(its.tree, its.units, its.at, fold=its.fold)) or bool  # any line but an empty one
            self._asked[rule] = ask
        return self.matchers[rule].in_line(known.names(self.table)) if ask(known.asked) else ()

    def _placed(self, hits: Iterable[_LineHits], view: View) -> list[Match]:
        return [
            match
            for rule, number, listed in hits
            for match in placed(rule, self.matchers[rule], listed, view, view.lines.index_of(number))
        ]

    def _known(self, raw: bytes, *, copied: bool) -> _Known:
        """What is known of a line, of a document that holds odd blanks, marks or folded letters (`copied`) or none."""
        cache: dict[bytes, _Known] | None = getattr(self._local, "lines", None)
        if cache is None:
            cache = self._local.lines = {}
        known = cache.get(raw)
        if known is None:
            known = _Known(_unmarked(raw) if copied else raw)
            if len(raw) <= MAX_CACHED_BYTES:
                if len(cache) >= MAX_CACHED_LINES:
                    cache.clear()
                cache[raw] = known
        return known

    def _is_little(self, size: int) -> bool:
        """Whether, with so many bytes more, it does not pay yet to build a database."""
        self._seen += size
        return self._nominator is None and self._seen <= FEW_BYTES

    def candidates(self, view: View, host: str | None) -> list[Match]:
        """Every candidate of one document."""
        if self._is_little(len(view.text)):
            return self._alone(view, host)
        raw = memoryview(view.text.encode("utf-8", "surrogatepass"))
        found = self.nominator().nominate(raw, np.array([0, len(raw)]), [host and f"https://{host}/"])
        return self._placed(self._hits(raw, found.lines(), lambda: host, copied=bool(found.copied)), view)

    def _alone(self, view: View, host: str | None) -> list[Match]:
        """Every candidate of one document, without a database."""
        lines: dict[int, _Known] = {}
        matches: list[Match] = []
        for rule, index in self._wanted(view):
            matcher = self.matchers[rule]
            if applies(matcher.rule, host):
                known = lines.get(index)
                if known is None:
                    known = lines[index] = _Known(view.line(index).encode("utf-8", "surrogatepass"))
                matches += placed(rule, matcher, self._in_line(rule, known), view, index)
        return matches

    def _wanted(self, view: View) -> Sequence[tuple[int, int]]:
        """Rules and lines that can match, by the texts each rule requires."""
        if self._index is None:
            self._index = RequiredIndex([rule.tree for rule in self.ruleset.rules])
        near = self._index.concerned(view.text)
        return sorted(
            (rule, index) for index in range(len(view.lines)) for rule in self._index.concerned(view.line(index), near)
        )


class _Known:
    """One line without invisible marks, and what each rule that was asked finds in it."""

    __slots__ = ("_names", "asked", "hits")

    def __init__(self, asked: bytes) -> None:
        self.asked = asked
        self.hits: dict[int, tuple[Hit, ...]] = {}
        self._names: Names | None = None

    def names(self, table: EntityTable) -> Names:
        """The line as patterns meet it."""
        if self._names is None:
            self._names = Names(self.asked.decode("utf-8", "surrogatepass").strip(), table)
        return self._names


def _unmarked(raw: bytes) -> bytes:
    return segment.without_marks(raw.decode("utf-8", "surrogatepass")).encode("utf-8", "surrogatepass")
