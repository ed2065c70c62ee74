"""The fast matcher: one scan nominates lines and rules, the shared units confirm them. Same answers as the reference.

A batch is scanned with the compiled database, built when the first batch comes. Single documents before that are narrowed
by the longest text each rule requires: for one article that is cheaper than building a database. What a rule finds in a
line is a function of the line: equal lines are looked at once.
"""

from __future__ import annotations

import threading
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from clean import segment
from clean.hosts import host_of
from clean.matching.choose import check, nominator
from clean.matching.reference import Candidates, applies, one_by_one, placed
from clean.matching.scan import is_gated
from clean.matching.units import Names, RuleMatcher
from clean.ruleset.required import RequiredIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from clean.matching.scan import Check, Nominator
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
        self._checks: dict[int, Check | None] = {}
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
        nominated: Iterable[tuple[int, int, int, int, int]],
        host: Callable[[], str | None],
        *,
        copied: bool,
    ) -> list[_LineHits]:
        """What the rules nominated for one document find in it."""
        found = []
        checks = self.nominator().checks
        for number, group in groupby(nominated, lambda item: item[1]):
            listed = list(group)
            _, _, low, high, _ = listed[0]
            known = self._known(bytes(data[low:high]))
            for *_, rule in listed:
                hits = known.hits.get(rule)
                if hits is None:
                    asked = None if copied else checks[rule]
                    if asked is None or asked(known.names.small):
                        opens = asked.opens if asked is not None else ()
                        hits = self.matchers[rule].in_line(known.names, opens)
                    known.hits[rule] = hits = hits or ()
                if hits:
                    its_rule = self.matchers[rule].rule
                    if not its_rule.outlets or applies(its_rule, host()):
                        found.append((rule, number, hits))
        return sorted(found)

    def _placed(self, hits: Iterable[_LineHits], view: View) -> list[Match]:
        return [
            match
            for rule, number, listed in hits
            for match in placed(rule, self.matchers[rule], listed, view, view.lines.index_of(number))
        ]

    def _known(self, raw: bytes) -> _Known:
        """What is known of a line."""
        cache: dict[bytes, _Known] | None = getattr(self._local, "lines", None)
        if cache is None:
            cache = self._local.lines = {}
        known = cache.get(raw)
        if known is None:
            known = _read(raw, self.table)
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
        gated = is_gated(view.text)
        lines: dict[int, Names] = {}
        matches: list[Match] = []
        for rule, index in self._wanted(view):
            matcher = self.matchers[rule]
            if not applies(matcher.rule, host):
                continue
            names = lines.get(index)
            if names is None:
                names = lines[index] = Names(view.line(index), self.table)
            asked = None if gated else self._check(rule)
            if asked is None or asked(names.small):
                hits = matcher.in_line(names, asked.opens if asked is not None else ())
                matches += placed(rule, matcher, hits, view, index)
        return matches

    def _check(self, rule: int) -> Check | None:
        """What a line is asked before a rule's pattern is compiled, found when first needed."""
        if rule not in self._checks:
            self._checks[rule] = check(self.ruleset.rules[rule])
        return self._checks[rule]

    def _wanted(self, view: View) -> Sequence[tuple[int, int]]:
        """Rules and lines that can match, by the texts each rule requires."""
        if self._index is None:
            self._index = RequiredIndex([rule.tree for rule in self.ruleset.rules])
        near = self._index.concerned(view.text)
        return sorted(
            (rule, index) for index in range(len(view.lines)) for rule in self._index.concerned(view.line(index), near)
        )


class _Known(NamedTuple):
    """One line, and what each rule that was asked finds in it."""

    names: Names
    hits: dict[int, tuple[Hit, ...]]


def _read(raw: bytes, table: EntityTable) -> _Known:
    text = raw.decode("utf-8", "surrogatepass")
    return _Known(Names((text if text.isascii() else segment.without_marks(text)).strip(), table), {})
