"""Which lines of a batch which rules can match: a provable superset, from scans for plain texts.

A document with odd blanks, invisible marks or letters that fold onto ASCII ones is scanned in a copy without them, line for
line: what a rule's pattern and its texts take for the same is the same there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from clean.matching.letters import GATE_CHARS
from clean.matching.units import BULLETS, EMPHASIS, MAX_DECORATION, QUOTES
from clean.ruleset.widen import BLANKS, FOLDED
from clean.segment import CLOSERS, MARKS, STOPS, members, without_marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clean.scanning import Database

SLACK: Final = MAX_DECORATION + 2  # characters of decoration, an outer blank and a carriage return
SHORT_CHARS: Final = 200  # lines up to here hold a fifth of news text, and most of what is no prose
NEXT: Final = -1  # a limit: nothing but decoration between
SENTENCE: Final = -2  # a limit: at the start of the line or of a sentence, or behind decoration there
GATE: Final = 0  # the event of documents that are scanned in a copy
FOREIGN_TEXT: Final = 1  # the event of documents with scripts from factors.FOREIGN on
# Blanks besides the plain one: rules' own (widen.BLANKS), and those that are cut off around a line.
ODD_BLANKS: Final = "\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029" + "".join(sorted(BLANKS - {" ", "\t"}))
_BLANK: Final = f"[{''.join(sorted(BLANKS))}]"
_BLANK_RUN: Final = re.compile(f"[{''.join(sorted(BLANKS - {' '}))}]{_BLANK}*| {_BLANK}+")
# What brings a document to the gate.
ODD_CHARS: Final = ODD_BLANKS + members(MARKS) + GATE_CHARS
ODD_PAIR: Final = r"[ \r][ \r]"
_EVENT_SHIFT: Final = 40  # an event is one number: id and byte offset
_END: Final = (1 << _EVENT_SHIFT) - 1
_MAX_GROUPS: Final = 1 << 16
_ALNUM: Final = np.array([chr(byte).isalnum() and byte < 128 for byte in range(256)])
_BEFORE_SENTENCE: Final = np.array(
    [byte < 33 or byte > 127 or chr(byte) in STOPS + CLOSERS + QUOTES + BULLETS + EMPHASIS for byte in range(256)]
)
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

    def lines(self) -> Iterator[tuple[int, int, int, int, list[int]]]:
        """(document, line, low, high, rules), one line after the other."""
        size = len(self.rule)
        if not size:
            return
        first = np.flatnonzero(np.append(True, (np.diff(self.low) != 0) | (np.diff(self.document) != 0)))
        rules = self.rule.tolist()
        columns = (column[first].tolist() for column in (self.document, self.line, self.low, self.high))
        for document, line, low, high, start, end in zip(
            *columns, first.tolist(), [*first[1:].tolist(), size], strict=True
        ):
            yield document, line, low, high, rules[start:end]


_Placed = tuple[Any, Any, Any]  # documents, lines (counted over the batch), rules


class Bare(NamedTuple):
    """A rule without a telling text: it is tried on every line, of a length and in the documents it concerns."""

    rule: int
    longest: int  # characters of a line
    digit: bool  # only lines with a decimal digit
    foreign: bool  # only in documents with FOREIGN_TEXT
    outlets: tuple[str, ...]  # only in documents of these; () for all


class _Texts:
    """Documents in one buffer and their lines, as arrays. A line's number is the count of line ends before it."""

    def __init__(self, data: Any, offsets: Any) -> None:
        self.data, self.offsets = data, offsets
        self.raw = np.frombuffer(data, np.uint8)[: offsets[-1]]
        self.breaks = np.flatnonzero(self.raw == ord("\n"))

    @cached_property
    def more(self) -> Any:
        """Offsets of the bytes that only continue a character."""
        return np.flatnonzero((self.raw & 0xC0) == 0x80)

    def may_hold_digits(self, low: Any, high: Any) -> Any:
        """Whether a digit of ASCII or any character beyond it stands between byte offsets."""
        return np.searchsorted(self._digits, high) > np.searchsorted(self._digits, low)

    @cached_property
    def _digits(self) -> Any:
        return np.flatnonzero(((self.raw >= ord("0")) & (self.raw <= ord("9"))) | (self.raw > 127))

    def document(self, place: Any) -> Any:
        """The documents of some bytes."""
        return np.searchsorted(self.offsets, place, "right") - 1

    def line(self, place: Any) -> Any:
        """The lines of some bytes."""
        return np.searchsorted(self.breaks, place)

    def edges(self, document: Any, line: Any) -> tuple[Any, Any]:
        """Byte offsets of the start and end of lines."""
        padded = np.concatenate([[-1], self.breaks, [self.offsets[-1]]])
        return (
            np.maximum(padded[line] + 1, self.offsets[document]),
            np.minimum(padded[line + 1], self.offsets[document + 1]),
        )

    def chars(self, low: Any, high: Any) -> Any:
        """How many characters stand between byte offsets."""
        return high - low - np.searchsorted(self.more, high) + np.searchsorted(self.more, low)

    @cached_property
    def lines(self) -> tuple[Any, Any, Any, Any]:
        """(start, end, document, characters) of every line that is not empty."""
        bounds = np.union1d(self.offsets, self.breaks + 1)
        low, high = bounds[:-1], bounds[1:]
        high = high - (self.raw[high - 1] == ord("\n")) if len(high) else high
        filled = high > low
        low, high = low[filled], high[filled]
        return low, high, self.document(low), self.chars(low, high)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A compiled database and what its events mean: event `e` has the owners `first[e]` to `first[e + 1]`."""

    database: Database
    first: Any
    size: Any  # event -> the characters of its text
    width: Any  # and its bytes
    rule: Any  # owner -> rule number, or -1 - group of entities that its line then names
    before: Any  # owner -> the most characters between the line's start and the text, or NEXT, or SENTENCE
    after: Any  # owner -> the same to the line's end

    def placed(self, texts: _Texts, events: Any, skipped: Any) -> _Placed:
        """Each event once for every owner whose distances to the edges of the line it keeps, but in skipped documents."""
        number, end = events >> _EVENT_SHIFT, events & _END
        document = texts.document(end - 1)
        if len(skipped):
            kept = ~np.isin(document, skipped)
            number, end, document = number[kept], end[kept], document[kept]
        line = texts.line(end - 1)
        counts = self.first[number + 1] - self.first[number]
        index = np.repeat(np.arange(len(number)), counts)
        owner = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts) + self.first[number][index]
        low, high = texts.edges(document, line)
        before = np.maximum(texts.chars(low, end) - self.size[number], 0)
        after = texts.chars(end, high)
        fits = _near(before, texts.raw[np.minimum(low, len(texts.raw) - 1)], index, self.before[owner])
        fits &= (self.before[owner] != SENTENCE) | _opens_sentence(texts.raw, low, end - self.width[number])[index]
        fits &= _near(after, texts.raw[np.maximum(high - 1, 0)], index, self.after[owner])
        index, owner = index[fits], owner[fits]
        return document[index], line[index], self.rule[owner]

    def in_short_lines(self, texts: _Texts, skipped: Any) -> _Placed:
        """What stands in the lines of up to SHORT_CHARS."""
        low, high, document, chars = texts.lines
        short = chars <= SHORT_CHARS
        if len(skipped):
            short &= ~np.isin(document, skipped)
        low, high = low[short], high[short]
        joined = b"\n".join([texts.data[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)])
        events = self._events([joined])
        ends = np.cumsum(high - low + 1)
        line = np.searchsorted(ends, (events & _END) - 1, "right")
        return self.placed(texts, events + (high + 1 - ends)[line], _NONE)

    def in_documents(self, texts: _Texts, documents: Any) -> _Placed:
        """What stands in some documents."""
        return self.placed(texts, self.events(texts, documents), _NONE)

    def events(self, texts: _Texts, documents: Any) -> Any:
        """Every event of some documents, as one number."""
        starts, ends = texts.offsets[documents].tolist(), texts.offsets[documents + 1].tolist()
        return self._events([texts.data[low:high] for low, high in zip(starts, ends, strict=True)], starts)

    def _events(self, pieces: Sequence[Any], starts: Sequence[int] = (0,)) -> Any:
        scan = self.database.scanner()
        events: list[int] = []
        append = events.append
        start = 0

        def on_event(event: int, _: int, end: int, __: int, ___: object) -> None:
            append((event << _EVENT_SHIFT) + start + end)

        for piece, start in zip(pieces, starts, strict=True):  # noqa: B007 - the handler reads it
            scan(piece, on_event)
        return np.array(events, np.int64)


@dataclass(frozen=True, slots=True)
class Nominator:
    """What documents are scanned with, and what it tells of rules."""

    wide: Scanned  # for all texts
    short: Scanned | None  # for short lines
    foreign: Scanned | None  # for documents with scripts from factors.FOREIGN on
    needs: Any  # rule -> the group of entities one of which its line must name, -1 for none
    bare: tuple[Bare, ...]
    outlets: str  # pattern for addresses that may be of outlets of `bare`, "" for none
    longest: Any  # rule -> the most characters of a line that it concerns, in a document at no gate

    def nominate(self, data: Any, offsets: Any, urls: Sequence[str | None] = ()) -> Found:
        """What can match in the documents `data[offsets[i]:offsets[i + 1]]` (UTF-8)."""
        texts = _Texts(data, offsets)
        concerned = self._of_outlets(urls)
        found, gated = self._found(texts, concerned)
        parts = [found]
        if len(gated):
            copies = [_copy(data[offsets[n] : offsets[n + 1]]) for n in gated.tolist()]
            copied = _Texts(memoryview(b"".join(copies)), np.cumsum([0, *map(len, copies)]))
            (document, line, rule), _ = self._found(copied, np.flatnonzero(np.isin(gated, concerned)), copies=True)
            parts.append(
                (
                    gated[document],
                    line - copied.line(copied.offsets[document]) + texts.line(offsets[gated[document]]),
                    rule,
                )
            )
        document, line, rule = _unique(
            *(np.concatenate(columns) for columns in zip(*parts, strict=True)), rules=len(self.longest)
        )
        low, high = texts.edges(document, line)
        kept = (texts.chars(low, high) <= self.longest[rule]) | np.isin(document, gated)
        document, line, low, high, rule = (column[kept] for column in (document, line, low, high, rule))
        return Found(document, line - texts.line(offsets[document]), low, high, rule, frozenset(gated.tolist()))

    def _found(self, texts: _Texts, concerned: Any, *, copies: bool = False) -> tuple[_Placed, Any]:
        """What can match in documents, but for those at the gate, and which these are."""
        events, gated, foreign = self._events(texts)
        skipped = _NONE if copies else gated
        foreign = foreign[~np.isin(foreign, skipped)]
        parts = [self._named(*self.wide.placed(texts, events, skipped))]
        if self.short is not None:
            parts.append(self.short.in_short_lines(texts, skipped))
        if self.foreign is not None and len(foreign):
            parts.append(self.foreign.in_documents(texts, foreign))
        for entry in self.bare:
            documents = concerned if entry.outlets else foreign if entry.foreign else np.arange(len(texts.offsets) - 1)
            documents = documents[~np.isin(documents, skipped)]
            if len(documents):
                parts.append(_bare(entry, texts, documents))
        document, line, rule = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        return (document, line, rule), gated

    def _named(self, document: Any, line: Any, rule: Any) -> _Placed:
        """Nominations but those whose line lacks an entity that the rule needs."""
        # A line end is no part of a document boundary: lines are told apart by both.
        key = (document + line) * _MAX_GROUPS
        asked = rule >= 0
        there = key[~asked] - 1 - rule[~asked]
        document, line, rule, key = document[asked], line[asked], rule[asked], key[asked]
        wanted = self.needs[rule]
        kept = wanted < 0
        asking = np.flatnonzero(~kept)
        kept[asking] = np.isin(key[asking] + wanted[asking], there, kind="sort")
        return document[kept], line[kept], rule[kept]

    def _of_outlets(self, urls: Sequence[str | None]) -> Any:
        """Documents that may be of the outlets of rules without a telling text."""
        if not self.outlets:
            return _NONE
        concerned = re.compile(self.outlets).search
        return np.array([row for row, url in enumerate(urls) if url and concerned(url.lower())], np.int64)

    def _events(self, texts: _Texts) -> tuple[Any, Any, Any]:
        """Every event as one number, the documents at the gate, and those with scripts from factors.FOREIGN on."""
        events = self.wide.events(texts, np.arange(len(texts.offsets) - 1))
        number, document = events >> _EVENT_SHIFT, texts.document((events & _END) - 1)
        return events[number > FOREIGN_TEXT], document[number == GATE], document[number == FOREIGN_TEXT]


def _bare(entry: Bare, texts: _Texts, documents: Any) -> _Placed:
    """The lines of documents that a rule without a telling text concerns."""
    low, high, document, chars = texts.lines
    kept = np.flatnonzero((chars <= entry.longest) & np.isin(document, documents))
    if entry.digit:
        kept = kept[texts.may_hold_digits(low[kept], high[kept])]
    return document[kept], texts.line(low[kept]), np.full(len(kept), entry.rule)


def _near(distance: Any, edge: Any, index: Any, limit: Any) -> Any:
    """Whether texts stand near enough to an edge of their lines, whose outermost bytes are `edge`.

    Where nothing but decoration may stand between, none does if the line's edge is a letter or digit.
    """
    loose = np.where(_ALNUM[edge], distance, 0)[index] == 0
    return np.where(limit == NEXT, loose & (distance[index] <= SLACK), (distance[index] <= limit) | (limit == SENTENCE))


def _opens_sentence(raw: Any, low: Any, start: Any) -> Any:
    """Whether a sentence may open at a byte of a line that starts at `low`: at its start, behind a stop or decoration."""
    first, second = raw[np.maximum(start - 1, 0)], raw[np.maximum(start - 2, 0)]
    outside = _BEFORE_SENTENCE[first] & ((first != ord(" ")) | (start - 1 <= low) | _BEFORE_SENTENCE[second])
    return (start <= low) | outside


def _unique(document: Any, line: Any, rule: Any, *, rules: int) -> _Placed:
    # A line end is no part of a document boundary: lines are told apart by both.
    _, index = np.unique((document + line) * rules + rule, return_index=True)
    return document[index], line[index], rule[index]


def _copy(text: Any) -> bytes:
    return folded(without_marks(str(text, "utf-8", "surrogatepass"))).encode("utf-8", "surrogatepass")


def folded(text: str) -> str:
    """A text, line for line, as factors are looked for in it: single plain blanks, ASCII letters for those folded onto them."""
    for char, plain in FOLDED.items():
        text = text.replace(char, plain)
    return _BLANK_RUN.sub(" ", text)
