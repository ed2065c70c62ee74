"""The fast matcher: one scan nominates lines and rules, the shared units confirm them. Same answers as the reference.

A batch is scanned with the compiled database, built when the first batch comes. Single documents before that are narrowed
by the longest text each rule requires: for one article that is cheaper than building a database.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from clean.matching.reference import applies, at_line
from clean.matching.scan import GATE_CASE, GATE_MARKS, Nominator, nominator
from clean.matching.units import RuleMatcher, Sheet
from clean.ruleset.required import RequiredIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clean.records import Match
    from clean.ruleset.model import RuleSet
    from clean.segment import View

Nominations = list[tuple[int, int]]  # (rule, byte offset of the line's end), in no order, repeats possible


class FastMatcher:
    """All rules of a set behind one scan. Pickles with its compiled databases; safe in threads."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._set_up((ruleset, None, None))

    def _set_up(self, state: tuple[RuleSet, Nominator | None, Nominator | None]) -> None:
        self.ruleset, self._plain, self._full = state
        self.table = self.ruleset.entities
        self.matchers = tuple(RuleMatcher(rule, self.table) for rule in self.ruleset.rules)
        self._index: RequiredIndex | None = None

    def __getstate__(self) -> tuple[RuleSet, Nominator | None, Nominator | None]:
        return self.ruleset, self._plain, self._full

    __setstate__ = _set_up

    def plain(self) -> Nominator:
        """The database documents are scanned with; compiled at first use, so that a leader can hand it to workers."""
        if self._plain is None:
            self._plain = nominator(self.ruleset.rules, full=False)
        return self._plain

    def full(self) -> Nominator:
        """The wider one, for documents with a letter that an ASCII letter folds onto; compiled at first use."""
        if self._full is None:
            self._full = nominator(self.ruleset.rules, full=True)
        return self._full

    def nominate(self, documents: Sequence[Any]) -> dict[int, Nominations | None]:
        """For each UTF-8 document (bytes-like) that a rule may concern, its nominations; None for one with invisible marks."""
        source = self.plain()
        events: list[tuple[int, int, int]] = []
        append, rule_of, scan = events.append, source.rule_of, source.database.scanner()
        number = 0

        def on_event(event: int, _: int, end: int, __: int, ___: object) -> None:
            append((number, event, end))

        for number, document in enumerate(documents):  # noqa: B007 - the event handler reads it
            scan(document, on_event)
        found: dict[int, Nominations | None] = {}
        for index, event, end in events:
            found.setdefault(index, []).append((rule_of[event], end))  # type: ignore[union-attr]
        for index, listed in list(found.items()):
            rules = {rule for rule, _ in listed or ()}
            if GATE_MARKS in rules:
                found[index] = None
            elif GATE_CASE in rules:
                found[index] = self._scan(self.full(), documents[index])
        return {
            index: listed for index, listed in found.items() if listed is None or any(rule >= 0 for rule, _ in listed)
        }

    def candidates(self, view: View, host: str | None, nominations: Nominations | None = None) -> list[Match]:
        """Every candidate of one document; `nominations` saves the scan where its batch was scanned before."""
        sheet = Sheet(view, self.table)
        if nominations is None and self._plain is None:
            wanted = self._required(sheet)
        else:
            raw = view.text.encode("utf-8", "surrogatepass")
            wanted = _located(view, raw, nominations if nominations is not None else self._scan_gated(raw))
        return [
            match
            for rule, line in wanted
            if applies(self.matchers[rule].rule, host)
            for match in at_line(rule, self.matchers[rule], sheet, line)
        ]

    def _required(self, sheet: Sheet) -> Iterable[tuple[int, int]]:
        """Rules and lines whose required text stands in the line."""
        if self._index is None:
            self._index = RequiredIndex([rule.tree for rule in self.ruleset.rules])
        return sorted(
            (rule, line) for line, names in enumerate(sheet.names) for rule in self._index.concerned(names.text)
        )

    def _scan_gated(self, raw: bytes) -> Nominations:
        found = self._scan(self.plain(), raw)
        return self._scan(self.full(), raw) if any(rule == GATE_CASE for rule, _ in found) else found

    @staticmethod
    def _scan(source: Nominator, raw: Any) -> Nominations:
        found: Nominations = []
        rule_of = source.rule_of
        source.database.scanner()(raw, lambda event, _, end, __, ___: found.append((rule_of[event], end)))
        return found


def _located(view: View, raw: bytes, nominations: Nominations) -> list[tuple[int, int]]:
    """Nominations by the number of the non-blank line that ends at their byte offset; each once, in order."""
    starts = [line.raw_start for line in view.lines]
    by_end: dict[int, set[int]] = {}
    for rule, end in nominations:
        if rule >= 0:
            by_end.setdefault(end, set()).add(rule)
    found = []
    chars = at = 0
    for end in sorted(by_end):
        chars += end - at if len(raw) == len(view.text) else len(raw[at:end].decode("utf-8", "surrogatepass"))
        at = end
        line = bisect_left(starts, chars + 1) - 1  # the last line that starts at or before its end
        if line >= 0 and chars <= view.lines[line].raw_end + 1:  # a \r before the \n is not part of the line
            found += [(rule, line) for rule in by_end[end]]
    return sorted(found)
