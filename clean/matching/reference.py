"""The reference matcher: every rule on every line. Slow, obvious, and what the fast one is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clean.hosts import is_under_host
from clean.matching.units import RuleMatcher, Sheet
from clean.records import Match
from clean.segment import MAX_LINE_CHARS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from clean.matching.units import Hit
    from clean.ruleset.model import Rule, RuleSet
    from clean.segment import View


class ReferenceMatcher:
    """All rules of a set. Safe in threads; compiled patterns are made when first needed."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.table = ruleset.entities
        self.matchers = tuple(RuleMatcher(rule, ruleset.entities) for rule in ruleset.rules)

    def __getstate__(self) -> RuleSet:
        return self.ruleset

    def __setstate__(self, ruleset: RuleSet) -> None:
        ReferenceMatcher.__init__(self, ruleset)  # compiled patterns are made again, not carried

    def candidates(
        self, view: View, host: str | None, _: object = None, *, only: Collection[int] | None = None
    ) -> list[Match]:
        """Every candidate of every rule (or of the rules numbered in `only`) on one document, vetoed ones marked."""
        sheet = Sheet(view, self.table)
        return [
            match
            for number in (range(len(self.matchers)) if only is None else sorted(only))
            if applies((matcher := self.matchers[number]).rule, host)
            for index in range(len(view.lines))
            for match in at_line(number, matcher, sheet, index)
        ]


def applies(rule: Rule, host: str | None) -> bool:
    """Whether a rule stands for a document of this host."""
    return not rule.outlets or any(is_under_host(host, outlet) for outlet in rule.outlets)


def at_line(number: int, matcher: RuleMatcher, sheet: Sheet, index: int) -> Iterator[Match]:
    """The candidates of one rule that start in one line; equal spans of several units are one."""
    seen: set[tuple[int, int]] = set()
    for unit in matcher.rule.units:
        found = (
            _blocks(number, matcher, sheet, index) if unit == "block" else _parts(unit, number, matcher, sheet, index)
        )
        for match in found:
            if (match.start, match.end) not in seen:
                seen.add((match.start, match.end))
                yield match


def _parts(unit: str, number: int, matcher: RuleMatcher, sheet: Sheet, index: int) -> Iterator[Match]:
    """Candidates that lie in one line: the line itself, sentences or spans of it."""
    names, start = sheet.names[index], sheet.view.lines[index].start
    hits: list[Hit] = []
    if unit == "sentence":
        hits = list(matcher.sentences(names, start, sheet.sentences(index)))
    elif unit == "span":
        hits = list(matcher.spans(names, start))
    elif len(names.text) <= MAX_LINE_CHARS and (hit := matcher.line(names, start)) is not None:
        hits = [hit]
    for hit in hits:
        vetoed = bool(matcher.unless) and matcher.vetoed(sheet.view.text[hit.start : hit.end])
        yield Match(number, hit.start, hit.end, index, index, hit.captures, vetoed)


def _blocks(number: int, matcher: RuleMatcher, sheet: Sheet, index: int) -> Iterator[Match]:
    """The block that a line opens, if it opens one."""
    lines, wanted = sheet.view.lines, matcher.rule.block
    if len(sheet.names[index].text) > MAX_LINE_CHARS:
        return
    opening = matcher.line(sheet.names[index], lines[index].start)
    last = _block_end(matcher, sheet, index) if opening is not None else None
    if (
        opening is None
        or last is None
        or last - index + 1 < wanted.min_lines
        or (wanted.must_end and last != len(lines) - 1)
    ):
        return
    vetoed = bool(matcher.unless) and any(matcher.vetoed(names.text) for names in sheet.names[index : last + 1])
    yield Match(number, lines[index].start, lines[last].end, index, last, opening.captures, vetoed)


def _block_end(matcher: RuleMatcher, sheet: Sheet, index: int) -> int | None:
    """The last line of a block opened at `index`, or None where it runs into `max_lines` without its end."""
    wanted = matcher.rule.block
    for at in range(index + 1, len(sheet.names)):
        text, too_many = sheet.names[at].text, bool(wanted.max_lines) and at - index + 1 > wanted.max_lines
        if any(matcher.holds(condition, text) for condition in wanted.until):
            if not wanted.until_included:
                return at - 1
            return None if too_many else at
        if len(text) > MAX_LINE_CHARS or (
            wanted.keep_on and not any(matcher.holds(condition, text) for condition in wanted.keep_on)
        ):
            return at - 1
        if too_many:
            return None
    return len(sheet.names) - 1
