"""Which lines of a batch which rules can match: a provable superset, from one scan of its texts.

A document with odd blanks, invisible marks or letters that fold onto ASCII ones is scanned on copies without them, line for
line. What the factors of a rule nominate, the byte superset of its whole pattern may still rule out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from clean.matching.superset import FOLDED
from clean.matching.units import MAX_DECORATION
from clean.ruleset.widen import BLANKS
from clean.segment import without_marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clean.scanning import Database

SLACK: Final = MAX_DECORATION + 2  # characters of decoration, an outer blank and a carriage return
GATE: Final = 0  # the event of documents that are scanned on copies
# Blanks besides the plain one: rules' own (widen.BLANKS), and those that are cut off around a line.
ODD_BLANKS: Final = "\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029" + "".join(sorted(BLANKS - {" ", "\t"}))
_BLANK: Final = f"[{''.join(sorted(BLANKS))}]"
_BLANK_RUN: Final = re.compile(f"[{''.join(sorted(BLANKS - {' '}))}]{_BLANK}*| {_BLANK}+")
_EVENT_SHIFT: Final = 40  # an event is one number: id and byte offset
_END: Final = (1 << _EVENT_SHIFT) - 1
_MAX_GROUPS: Final = 1 << 16
_ALNUM: Final = np.array([chr(byte).isalnum() and byte < 128 for byte in range(256)])
_NONE: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Found:
    """Nominations by document, line and rule, without repeats: parallel arrays."""

    document: Any
    line: Any  # number of the line in its document, blank ones counted
    low: Any  # byte offsets of the line in the batch
    high: Any
    rule: Any
    copied: frozenset[int]  # documents that hold odd blanks, marks or folded letters

    def lines(self) -> Iterator[tuple[int, int, int, int, int]]:
        """(document, line, low, high, rule), one after the other."""
        return zip(
            *(column.tolist() for column in (self.document, self.line, self.low, self.high, self.rule)), strict=True
        )


_Placed = tuple[Any, Any, Any]  # documents, lines, rules


@dataclass(frozen=True, slots=True)
class Wholes:
    """Byte supersets of whole patterns, one event a line at its end, and whose each is."""

    database: Database | None  # None where there are none
    rule: Any  # event -> rule number

    def fitting(self, lines: Sequence[Any]) -> tuple[Any, Any]:
        """(number of the line, rule) of every line that holds no line end and a whole pattern fits, unsorted."""
        events: list[int] = []
        if self.database is not None:
            append = events.append
            self.database.scanner()(b"\n".join(lines), lambda event, _, end, *__: append((event << _EVENT_SHIFT) + end))
        found = np.array(events, np.int64)
        bounds = np.cumsum([0, *(len(line) + 1 for line in lines)])
        return np.searchsorted(bounds, (found & _END) - 1, "right") - 1, self.rule[found >> _EVENT_SHIFT]


@dataclass(frozen=True, slots=True)
class Nominator:
    """Compiled databases and what their events mean: event `e` has the owners `first[e]` to `first[e + 1]`."""

    database: Database  # of factors and aliases
    weak: Database | None  # of byte supersets of rules that nothing else tells: their events follow those of `database`
    strong: int  # the first event of `weak`
    first: Any
    size: Any  # event -> the most characters of its text
    rule: Any  # owner -> rule number, or -1 - group of entities that its line then names
    before: Any  # owner -> the most characters between the line's start and the text, -1 where only decoration may be
    after: Any  # owner -> the same to the line's end
    needs: Any  # rule -> the group of entities one of which its line must name, -1 for none
    doubtful: Any  # rule -> whether `wholes` knows it
    wholes: Wholes
    local: Wholes  # of rules for some outlets that nothing else tells
    outlets: str = ""  # pattern for addresses that may be of those outlets

    def nominate(self, data: Any, offsets: Any, urls: Sequence[str | None] = ()) -> Found:
        """What can match in the documents `data[offsets[i]:offsets[i + 1]]` (UTF-8)."""
        events, gated = self._events(data, offsets.tolist())
        raw = np.frombuffer(data, np.uint8)
        breaks = np.flatnonzero(raw[: offsets[-1]] == ord("\n"))
        found = [self._placed(raw, breaks, offsets, events, gated)]
        if len(gated):
            found += self._copied(data, offsets, gated)
        if self.outlets:
            found += self._local(data, offsets, urls, frozenset(gated.tolist()))
        document, line, rule = _unique(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
        low, high = _edges(breaks, offsets, document, line + np.searchsorted(breaks, offsets[document]))
        kept = ~self.doubtful[rule] | np.isin(document, gated)
        kept[~kept] = self._fitting(data, low[~kept], high[~kept], rule[~kept])
        return Found(document[kept], line[kept], low[kept], high[kept], rule[kept], copied=frozenset(gated.tolist()))

    def _fitting(self, data: Any, low: Any, high: Any, rule: Any) -> Any:
        """Which nominated lines the byte superset of their rule fits."""
        starts, number = np.unique(low, return_inverse=True)
        ends = np.zeros(len(starts), np.int64)
        ends[number] = high
        lines = [data[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        fit, its_rule = self.wholes.fitting(lines)
        rules = len(self.needs)
        return np.isin(number * rules + rule, fit * rules + its_rule)

    def _copied(self, data: Any, offsets: Any, gated: Any) -> Iterator[_Placed]:
        """What can match in the documents at the gate: factors in their folded copies, whole patterns in them without marks."""
        stripped = [_stripped(data[offsets[n] : offsets[n + 1]]) for n in gated.tolist()]
        for copies in (stripped, [folded(text) for text in stripped]):
            joined, bounds = _joined([copy.encode("utf-8", "surrogatepass") for copy in copies])
            events, _ = self._events(joined, bounds.tolist())
            raw = np.frombuffer(joined, np.uint8)
            document, line, rule = self._placed(raw, np.flatnonzero(raw == ord("\n")), bounds, events, None)
            yield gated[document], line, rule

    def _local(self, data: Any, offsets: Any, urls: Sequence[str | None], gated: frozenset[int]) -> Iterator[_Placed]:
        """What rules of single outlets can match in documents that may be theirs."""
        concerned = re.compile(self.outlets, re.IGNORECASE).search
        rows = [row for row, url in enumerate(urls) if url and concerned(url)]
        if not rows:
            return
        texts = [data[offsets[row] : offsets[row + 1]] for row in rows]
        texts = [
            _stripped(text).encode("utf-8", "surrogatepass") if row in gated else text
            for row, text in zip(rows, texts, strict=True)
        ]
        lines, owner = [], []
        for row, text in zip(rows, texts, strict=True):
            for number, line in enumerate(bytes(text).split(b"\n")):
                lines.append(line)
                owner.append((row, number))
        fit, rule = self.local.fitting(lines)
        document, line_number = np.array(owner, np.int64)[fit].T if len(fit) else (_NONE, _NONE)
        yield document, line_number, rule

    def _events(self, data: Any, bounds: Sequence[int]) -> tuple[Any, Any]:
        """Every event as one number, and the documents at the gate."""
        scan, fit = self.database.scanner(), None if self.weak is None else self.weak.scanner()
        events: list[int] = []
        gated: list[int] = []
        append = events.append
        number = low = 0

        def on_event(event: int, _: int, end: int, __: int, ___: object) -> None:
            if event:
                append((event << _EVENT_SHIFT) + low + end)
            else:
                gated.append(number)

        def on_line(event: int, _: int, end: int, __: int, ___: object) -> None:
            append(((event + strong) << _EVENT_SHIFT) + low + end)

        strong = self.strong
        for number, (low, high) in enumerate(pairwise(bounds)):  # noqa: B007 - the handler reads both
            document = data[low:high]
            scan(document, on_event)
            if fit is not None:
                fit(document, on_line)
        return np.array(events, np.int64), np.array(gated, np.int64)

    def _placed(self, raw: Any, breaks: Any, offsets: Any, events: Any, skipped: Any) -> _Placed:
        """Events that stand where their rule allows, but in lines that lack a needed entity or stand in `skipped` documents.

        Copies (`skipped` is None) have other distances than their texts, and each shows a part of what a line holds: there
        neither is asked for.
        """
        document, line, rule = self._allowed(raw, breaks, offsets, events, bounded=skipped is not None)
        if skipped is not None and len(skipped):
            kept = ~np.isin(document, skipped)
            document, line, rule = document[kept], line[kept], rule[kept]
        # A line end is no part of a document boundary: lines are told apart by both.
        key = (document + line) * _MAX_GROUPS
        named, asked = rule < 0, rule >= 0
        wanted = np.where(asked & (skipped is not None), self.needs[np.maximum(rule, 0)], -1)
        kept = asked & ((wanted < 0) | np.isin(key + wanted, key[named] - 1 - rule[named]))
        document, line, rule = document[kept], line[kept], rule[kept]
        return document, line - np.searchsorted(breaks, offsets[document]), rule

    def _allowed(self, raw: Any, breaks: Any, offsets: Any, events: Any, *, bounded: bool) -> _Placed:
        """Each event once for every owner whose distances to the edges of the line it keeps."""
        number, end = events >> _EVENT_SHIFT, events & _END
        document = np.searchsorted(offsets, end - 1, "right") - 1
        line = np.searchsorted(breaks, end - 1)
        counts = self.first[number + 1] - self.first[number]
        index = np.repeat(np.arange(len(events)), counts)
        owner = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts) + self.first[number][index]
        if bounded:
            low, high = _edges(breaks, offsets, document, line)
            more = np.flatnonzero((raw[: offsets[-1]] & 0xC0) == 0x80)  # bytes that only continue a character
            at_low, at_end, at_high = (np.searchsorted(more, place) for place in (low, end, high))
            before = np.maximum(end - low - (at_end - at_low) - self.size[number], 0)
            after = high - end - (at_high - at_end)
            fits = _near(before, raw[np.minimum(low, len(raw) - 1)], index, self.before[owner])
            fits &= _near(after, raw[np.maximum(high - 1, 0)], index, self.after[owner])
            index, owner = index[fits], owner[fits]
        return document[index], line[index], self.rule[owner]


def _near(distance: Any, edge: Any, index: Any, limit: Any) -> Any:
    """Whether texts stand near enough to an edge of their lines, whose outermost bytes are `edge`.

    Where nothing but decoration may stand between, none does if the line's edge is a letter or digit.
    """
    loose = np.where(_ALNUM[edge], distance, 0)[index] == 0
    return np.where(limit < 0, loose & (distance[index] <= SLACK), distance[index] <= limit)


def _stripped(text: Any) -> str:
    return without_marks(str(text, "utf-8", "surrogatepass"))


def _joined(pieces: Sequence[bytes]) -> tuple[memoryview, Any]:
    return memoryview(b"".join(pieces)), np.cumsum([0, *map(len, pieces)])


def _edges(breaks: Any, offsets: Any, document: Any, line: Any) -> tuple[Any, Any]:
    """Byte offsets of the start and end of lines."""
    padded = np.concatenate([[-1], breaks, [offsets[-1]]])
    return (
        np.maximum(padded[line] + 1, offsets[document]),
        np.minimum(padded[line + 1], offsets[document + 1]),
    )


def _unique(document: Any, line: Any, rule: Any) -> _Placed:
    order = np.lexsort((rule, line, document))
    document, line, rule = document[order], line[order], rule[order]
    new = np.ones(len(rule), bool)
    new[1:] = (np.diff(document) != 0) | (np.diff(line) != 0) | (np.diff(rule) != 0)
    return document[new], line[new], rule[new]


def folded(text: str) -> str:
    """A text, line for line, as factors are looked for in it: single plain blanks, ASCII letters for those folded onto them."""
    for char, plain in FOLDED.items():
        text = text.replace(char, plain)
    return _BLANK_RUN.sub(" ", text)
