"""What a removal takes besides its own text: blanks and line ends, so that no orphaned blank is left (DESIGN 5.5).

Separators are the line ends and blank lines between two non-blank lines. Of a run of removed lines between two kept ones
the longer outer separator stays (in line ends, then in characters; tie: the first); with no kept line on a side nothing
of that side's separator stays. A removed part of a line takes the blanks before it, at the line's start those after it.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clean.records import Match
    from clean.segment import View


class Piece(NamedTuple):
    """A stretch to cut and the match that owns it."""

    start: int
    end: int
    match: Match


def extents(view: View, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces (sorted, disjoint) with the blanks and separators each takes along."""
    if not pieces:
        return ()
    by_line: dict[int, list[Piece]] = {}
    for piece in pieces:
        for number in range(view.lines.at(piece.start), view.lines.at(piece.end - 1) + 1):
            by_line.setdefault(number, []).append(piece)
    gone = {number for number, parts in by_line.items() if _is_gone(view, number, parts)}
    found: list[Piece] = []
    for run in _runs(sorted(gone)):
        found += _run(view, run[0], run[-1], list(dict.fromkeys(piece for number in run for piece in by_line[number])))
    for number in by_line.keys() - gone:
        found += _inside(view, number, by_line[number])
    return tuple(sorted(found, key=lambda piece: piece.start))


def _is_gone(view: View, number: int, parts: Sequence[Piece]) -> bool:
    line, at = view.lines[number], view.lines[number].start
    for part in parts:
        if view.text[at : max(at, part.start)].strip():
            return False
        at = max(at, part.end)
    return not view.text[at : max(at, line.end)].strip()


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Groups of consecutive numbers."""
    return [[number for _, number in group] for _, group in groupby(enumerate(numbers), lambda item: item[1] - item[0])]


def _run(view: View, first: int, last: int, pieces: Sequence[Piece]) -> list[Piece]:
    """A maximal run of removed lines: cut into its pieces so that together they take all but the separator that stays."""
    lines, text = view.lines, view.text
    before = text[lines[first - 1].raw_end : lines[first].raw_start] if first else None
    after = text[lines[last].raw_end : lines[last + 1].raw_start] if last + 1 < len(lines) else None
    first_stays = before is None or (after is not None and _size(before) >= _size(after))
    low = (
        lines[first].raw_start
        if before is not None and first_stays
        else lines[first - 1].raw_end
        if before is not None
        else 0
    )
    high = len(text) if after is None else lines[last + 1].raw_start if first_stays else lines[last].raw_end
    cuts = [low]
    for one, two in pairwise(pieces):
        a, b = lines.at(one.end - 1), lines.at(two.start)
        cuts.append(two.start if a == b else lines[b].raw_start if first_stays else lines[a].raw_end)
    cuts.append(high)
    return [Piece(cuts[index], cuts[index + 1], piece.match) for index, piece in enumerate(pieces)]


def _size(separator: str) -> tuple[int, int]:
    return separator.count("\n"), len(separator)


def _inside(view: View, number: int, pieces: Sequence[Piece]) -> list[Piece]:
    """Parts of a line that stays: at its start (judged on what stays) each takes the blanks after it, else those before."""
    line, text = view.lines[number], view.text
    found: list[Piece] = []
    at_start, floor = True, line.start
    for piece in pieces:
        at_start = at_start and not text[floor : piece.start].strip()
        start, end = piece.start, piece.end
        if at_start:
            while end < line.end and text[end].isspace():
                end += 1
        else:
            while start > floor and text[start - 1].isspace():
                start -= 1
        found.append(Piece(start, end, piece.match))
        floor = end
    return found
