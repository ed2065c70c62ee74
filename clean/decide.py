"""Facts in, judgements out: which candidates stand, what each removal takes, what stays and why (DESIGN 5.3-5.7).

Pure; knows lines and rules, not how they were matched. Acceptance runs in rounds: each judges candidates against the
state at its start, zone first, then neighbours, and nothing accepted is taken back. Only candidates whose answer can have
changed are judged again (an accepted neighbour, a zone edge that moved), so the cost is linear in lines and candidates
however long a footer peels. All offsets are view offsets.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final

from clean import schema, segment
from clean.extents import Piece, extents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clean.records import Match
    from clean.ruleset.model import Rule
    from clean.segment import View

BUDGET_MIN_CHARS: Final = 400  # a shorter text has no budget
_CHUNK: Final = 256  # characters counted at once, and twice what was cut
_BLANKS: Final = "".join(char for char in map(chr, range(0x3001)) if char.isspace())  # a test: there are no others


@dataclass(frozen=True, slots=True)
class Decision:
    """`removed`: pieces to cut, sorted, disjoint. `kept`: matches that stay, with the reason. `giving`: matches whose captures count."""

    removed: tuple[Piece, ...]
    kept: tuple[tuple[Match, str], ...]
    giving: tuple[Match, ...]
    over_budget: bool


def decide(view: View, matches: Sequence[Match], rules: Sequence[Rule], *, budget: float, input_chars: int) -> Decision:
    """Judge all candidates of one document of `input_chars` characters."""
    rounds = _Rounds(view, matches, rules, input_chars)
    accepted = rounds.run()
    drops = [match for match in accepted if rules[match.rule].act == "drop"]
    pieces = owners(drops, rules)
    owning = {id(piece.match) for piece in pieces}
    over = input_chars >= BUDGET_MIN_CHARS and _is_over(view, pieces, _share(budget))
    kept = [(match, "unless") for match in matches if match.vetoed]
    kept += [(match, rounds.refusal(match)) for match in rounds.refused()]
    kept += [(match, rules[match.rule].act) for match in accepted if rules[match.rule].act != "drop"]
    kept += [(match, "overlap") for match in drops if id(match) not in owning]
    kept += [(match, "budget") for match in drops if over and id(match) in owning]
    giving = [match for match in accepted if rules[match.rule].act == "tag" or id(match) in owning]
    return Decision(
        removed=() if over else extents(view, pieces),
        kept=tuple(sorted(kept, key=lambda item: (item[0].start, item[0].end, rules[item[0].rule].id, item[1]))),
        giving=tuple(sorted(giving, key=lambda match: (match.start, match.end, rules[match.rule].id))),
        over_budget=over,
    )


@cache
def _share(budget: float) -> tuple[int, int]:
    return Fraction(str(budget)).as_integer_ratio()  # 0.8 as it is written, not as the machine rounds it


def _is_over(view: View, pieces: Sequence[Piece], share: tuple[int, int]) -> bool:
    """Whether the pieces hold more than a share of the input's characters that are not blank.

    What stays is counted only until it is enough: mostly the text around the first piece tells.
    """
    cut = sum(_filled(view.text[piece.start : piece.end]) for piece in pieces)
    filled = cut + (view.removed[-1] if view.removed else 0)
    size = _CHUNK + 2 * cut
    at = 0
    for start, end in (*((piece.start, piece.end) for piece in pieces), (len(view.text), 0)):
        for low in range(at, start, size):
            filled += _filled(view.text[low : min(start, low + size)])
            if cut * share[1] <= share[0] * filled:
                return False
        at = end
    return cut * share[1] > share[0] * filled


def _filled(text: str) -> int:
    """How many characters are not blank."""
    return len(text) - sum(map(text.count, _BLANKS))


def owners(drops: Iterable[Match], rules: Sequence[Rule]) -> list[Piece]:
    """Each dropped character to the longest span that holds it, then the lowest start, then the lowest id."""
    pieces: list[Piece] = []
    for cluster in _clusters(sorted(drops, key=lambda match: (match.start, match.end))):
        ranked = sorted(cluster, key=lambda match: (match.start - match.end, match.start, rules[match.rule].id))
        taken: list[tuple[int, int]] = []
        for match in ranked:
            for start, end in _left_over(match.start, match.end, taken):
                pieces.append(Piece(start, end, match))
            taken.append((match.start, match.end))
    return sorted(pieces, key=lambda piece: piece.start)


def _clusters(ordered: Sequence[Match]) -> Iterable[list[Match]]:
    """Groups of matches that overlap, one after the other."""
    cluster: list[Match] = []
    end = -1
    for match in ordered:
        if cluster and match.start >= end:
            yield cluster
            cluster = []
        cluster.append(match)
        end = max(end, match.end) if len(cluster) > 1 else match.end
    if cluster:
        yield cluster


def _left_over(start: int, end: int, taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What of `[start, end)` no taken span holds."""
    free = [(start, end)]
    for low, high in taken:
        free = [part for a, b in free for part in ((a, min(b, low)), (max(a, high), b)) if part[0] < part[1]]
    return free


@dataclass(slots=True)
class _Edge:
    """The lines that count as head (or tail) for one `within`: all up to `at`, which only ever moves inward."""

    within: int
    lines: range  # line numbers walked from the text's end inward
    free: list[bool]
    at: int = 0  # how many lines of the walk are inside the zone
    distance: int = 0  # lines that stay among them

    def grow(self) -> list[int]:
        """Take in the lines that are near enough now; the walk's new members."""
        new = []
        while self.at < len(self.lines) and self.distance < self.within:
            line = self.lines[self.at]
            new.append(line)
            self.at += 1
            self.distance += not self.free[line]
        return new

    def holds(self, line: int) -> bool:
        return abs(line - self.lines[0]) < self.at if self.lines else False


@dataclass(slots=True)
class _Rounds:
    """Acceptance as a fixpoint over one document."""

    view: View
    matches: Sequence[Match]
    rules: Sequence[Rule]
    input_chars: int
    gone: list[bool] = field(init=False)  # nothing of the line stays
    free: list[bool] = field(init=False)  # no distance: gone or tagged as a whole
    accepted: dict[int, Match] = field(init=False, default_factory=dict)
    covering: dict[int, list[Match]] = field(init=False, default_factory=lambda: defaultdict(list))
    touching: dict[int, list[Match]] = field(init=False, default_factory=lambda: defaultdict(list))
    edges: dict[tuple[str, int], _Edge] = field(init=False, default_factory=dict)
    parts: dict[int, tuple[_Left, _Left]] = field(init=False, default_factory=dict)  # what drops, what all leave
    stays: list[int] = field(init=False)  # the first and the last line that stays

    def __post_init__(self) -> None:
        count = len(self.view.lines)
        self.gone, self.free, self.stays = [False] * count, [False] * count, [0, count - 1]
        banned = {
            name
            for m in self.matches
            for name in (*self.rules[m.rule].after, *self.rules[m.rule].before)
            if name[0] == "!"
        }
        for match in self.matches if banned else ():
            for line in range(match.first, match.last + 1):
                self.touching[line].append(match)

    def run(self) -> list[Match]:
        """All accepted matches, in no particular order."""
        open_ = {id(match): match for match in self.matches if not match.vetoed}
        if not any(map(self._is_bound, open_.values())):  # nothing asks what else was accepted
            self.accepted = open_
            return list(open_.values())
        waiting = self._watchers(open_.values())
        queue = list(open_.values())
        while queue:
            now = [match for match in queue if self._zone(match) and self._neighbours(match)]
            changed: set[int] = set()
            for match in now:
                self.accepted[id(match)] = match
                del open_[id(match)]
                changed |= self._apply(match)
            lines = changed | {line for edge in self.edges.values() for line in edge.grow()}
            again = {id(m): m for line in lines for m in waiting.get(line, ()) if id(m) in open_}
            queue = list(again.values())
        return list(self.accepted.values())

    def _is_bound(self, match: Match) -> bool:
        rule = self.rules[match.rule]
        return rule.zone != "any" or bool(rule.after) or bool(rule.before)

    def refused(self) -> list[Match]:
        return [match for match in self.matches if not match.vetoed and id(match) not in self.accepted]

    def refusal(self, match: Match) -> str:
        """Why a match was never accepted: zone first, then neighbours."""
        return "neighbour" if self._zone(match) else "zone"

    def _watchers(self, matches: Iterable[Match]) -> dict[int, list[Match]]:
        """Which matches a change at a line can concern: their own lines (zones) and their neighbours' lines."""
        waiting: dict[int, list[Match]] = defaultdict(list)
        for match in matches:
            for line in {match.first, match.last, match.first - 1, match.last + 1}:
                waiting[line].append(match)
        return waiting

    def _zone(self, match: Match) -> bool:
        rule = self.rules[match.rule]
        if rule.zone == "any":
            return True
        if rule.zone == "body":
            return self.stays[0] < match.first and match.last < self.stays[1]
        if len(self.view.lines) <= segment.SHORT_DOCUMENT_LINES:
            head = self.view.input_start(match.start) < segment.SHORT_DOCUMENT_CHARS
            tail = self.input_chars - self.view.input_end(match.end) < segment.SHORT_DOCUMENT_CHARS
        else:
            head = rule.zone != "tail" and self._edge("head", rule.within).holds(match.first)
            tail = rule.zone != "head" and self._edge("tail", rule.within).holds(match.last)
        return {"head": head, "tail": tail, "edge": head or tail}[rule.zone]

    def _edge(self, side: str, within: int) -> _Edge:
        edge = self.edges.get((side, within))
        if edge is None:
            count = len(self.view.lines)
            edge = _Edge(within, range(count) if side == "head" else range(count - 1, -1, -1), self.free)
            edge.grow()
            self.edges[side, within] = edge
        return edge

    def _neighbours(self, match: Match) -> bool:
        rule = self.rules[match.rule]
        return self._side(rule.after, match.first - 1, "start") and self._side(rule.before, match.last + 1, "end")

    def _side(self, wanted: Sequence[str], line: int, outside: str) -> bool:
        positives = [name for name in wanted if name[0] != "!"]
        if any(self._is(name[1:], line, outside, banning=True) for name in wanted if name[0] == "!"):
            return False
        return not positives or any(self._is(name, line, outside, banning=False) for name in positives)

    def _is(self, name: str, line: int, outside: str, *, banning: bool) -> bool:
        """Whether the neighbouring line is `name`: accepted lines count, for a ban every candidate does."""
        exists = 0 <= line < len(self.view.lines)
        if name in ("start", "end"):
            return name == outside and not exists
        if not exists:
            return False
        if name in segment.SHAPES:
            where = self.view.lines[line]
            return segment.has_shape(name, self.view.text[where.start : where.end])
        found = self.touching[line] if banning else self.covering[line]
        return any(self._named(name, match) for match in found)

    def _named(self, name: str, match: Match) -> bool:
        rule = self.rules[match.rule]
        return rule.id == name or schema.is_under(rule.category, name)

    def _apply(self, match: Match) -> set[int]:
        """Record an accepted match; the lines whose state it changed."""
        act = self.rules[match.rule].act
        if act == "flag":
            return set()
        changed = set()
        for number in range(match.first, match.last + 1):
            line = self.view.lines[number]
            if match.start <= line.start and line.end <= match.end:
                self.covering[number].append(match)
                changed.add(number)
            self._cover(number, match, drop=act == "drop")
        return changed

    def _cover(self, number: int, match: Match, *, drop: bool) -> None:
        line = self.view.lines[number]
        if match.start > line.start or match.end < line.end:
            whole = self._whole_by_parts(number, match, drop=drop)
        else:
            whole = True
        if whole and drop:
            self.gone[number] = True
            while self.stays[0] < len(self.gone) and self.gone[self.stays[0]]:
                self.stays[0] += 1
            while self.stays[1] >= 0 and self.gone[self.stays[1]]:
                self.stays[1] -= 1
        if whole and not self.free[number]:
            self.free[number] = True
            for edge in self.edges.values():
                edge.distance -= edge.holds(number)

    def _whole_by_parts(self, number: int, match: Match, *, drop: bool) -> bool:
        """Whether the accepted parts of a line together leave nothing but blanks; tagged parts do not take a line away."""
        dropped, any_ = self.parts[number] = self.parts.get(number) or (self._left(number), self._left(number))
        any_.take(match.start, match.end)
        if drop:
            dropped.take(match.start, match.end)
        return not (dropped if drop else any_).filled

    def _left(self, number: int) -> _Left:
        line = self.view.lines[number]
        return _Left(self.view.text, line.start, line.end)


class _Left:
    """What of a stretch is not taken yet: its pieces, and how many of their characters are not blank."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.starts, self.ends = [start], [end]
        self.filled = _filled(text[start:end])

    def take(self, low: int, high: int) -> None:
        """Take `[low, high)` away; the cost grows with the pieces it meets."""
        first, last = bisect_right(self.ends, low), bisect_left(self.starts, high)
        if first >= last:
            return
        pieces = list(zip(self.starts[first:last], self.ends[first:last], strict=True))
        self.filled -= sum(_filled(self.text[max(a, low) : min(b, high)]) for a, b in pieces)
        rest = [(a, b) for a, b in ((pieces[0][0], low), (high, pieces[-1][1])) if a < b]
        self.starts[first:last] = [a for a, _ in rest]
        self.ends[first:last] = [b for _, b in rest]
