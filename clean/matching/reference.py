"""The reference matcher: every rule on every line. Slow, obvious, and what the fast one is held against."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from clean import segment
from clean.hosts import host_of, is_under_host
from clean.matching.units import Names, RuleMatcher
from clean.records import Captured, Match
from clean.segment import MAX_LINE_CHARS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from clean.matching.units import Hit
    from clean.ruleset.model import Rule, RuleSet
    from clean.segment import View


class Candidates(NamedTuple):
    """A document of a batch in which some rule has candidates."""

    row: int
    text: str
    view: View
    matches: list[Match]


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

    def batch(self, data: Any, offsets: Any, urls: Sequence[str | None]) -> Iterator[Candidates]:
        """The documents `data[offsets[i]:offsets[i + 1]]` (UTF-8) of the addresses `urls` that have candidates, in order."""
        return one_by_one(self.candidates, data, offsets, urls)

    def candidates(self, view: View, host: str | None, *, only: Collection[int] | None = None) -> list[Match]:
        """Every candidate of every rule (or of the rules numbered in `only`) on one document, vetoed ones marked."""
        lines = [Names(view.line(index), self.table) for index in range(len(view.lines))]
        return [
            match
            for number in (range(len(self.matchers)) if only is None else sorted(only))
            if applies((matcher := self.matchers[number]).rule, host)
            for index, names in enumerate(lines)
            for match in placed(number, matcher, matcher.in_line(names), view, index)
        ]


def one_by_one(
    candidates: Callable[[View, str | None], list[Match]], data: Any, offsets: Any, urls: Sequence[str | None]
) -> Iterator[Candidates]:
    """A batch as single documents."""
    for row, (low, high) in enumerate(pairwise(offsets.tolist())):
        text = str(data[low:high], "utf-8")
        view = segment.view(text)
        if matches := candidates(view, host_of(urls[row])):
            yield Candidates(row, text, view, matches)


def applies(rule: Rule, host: str | None) -> bool:
    """Whether a rule stands for a document of this host."""
    return not rule.outlets or any(is_under_host(host, outlet) for outlet in rule.outlets)


def placed(number: int, matcher: RuleMatcher, hits: Iterable[Hit], view: View, index: int) -> Iterator[Match]:
    """What a rule found in a line, as candidates of the document; equal spans of several units are one."""
    seen: set[tuple[int, int]] = set()
    base = view.lines[index].start
    for hit in hits:
        captures = tuple([Captured(c.name, base + c.start, base + c.end, *c[3:]) for c in hit.captures])
        if hit.unit == "block":
            match = _block(number, matcher, captures, view, index)
        else:
            match = Match(number, base + hit.start, base + hit.end, index, index, captures, hit.vetoed)
        if match is not None and (match.start, match.end) not in seen:
            seen.add((match.start, match.end))
            yield match


def _block(number: int, matcher: RuleMatcher, captures: tuple[Captured, ...], view: View, index: int) -> Match | None:
    """The block that a line opens, if its end is found."""
    lines, wanted = view.lines, matcher.rule.block
    last = _block_end(matcher, view, index)
    if last is None or last - index + 1 < wanted.min_lines or (wanted.must_end and last != len(lines) - 1):
        return None
    vetoed = bool(matcher.unless) and any(matcher.vetoed(view.line(at)) for at in range(index, last + 1))
    return Match(number, lines[index].start, lines[last].end, index, last, captures, vetoed)


def _block_end(matcher: RuleMatcher, view: View, index: int) -> int | None:
    """The last line of a block opened at `index`, or None where it runs into `max_lines` without its end."""
    wanted = matcher.rule.block
    for at in range(index + 1, len(view.lines)):
        text, too_many = view.line(at), bool(wanted.max_lines) and at - index + 1 > wanted.max_lines
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
    return len(view.lines) - 1
