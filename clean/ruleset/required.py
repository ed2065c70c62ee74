"""Texts of which every match of a pattern holds one, folded: a cheap, sound test of which rules a text can concern."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from clean.ruleset.entities import fold
from clean.ruleset.factors import texts
from clean.ruleset.widen import FAMILIES
from clean.segment import without_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clean.ruleset.pattern import Node

_FAMILIES: Final = str.maketrans({char: family[0] for family in FAMILIES for char in family})


def fold_text(text: str) -> str:
    """A text as required texts are to be looked for in it: no marks, no case, ASCII digits, single blanks.

    >>> fold_text("READ\u00a0 more İ ٢")
    'read more i 2'
    """
    folded = fold(" ".join(without_marks(text).split()).translate(_FAMILIES))
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in folded)


def required_texts(tree: Node) -> tuple[str, ...]:
    """Folded texts one of which stands in every match: of all such sets the one least likely by chance. () where nothing is required."""
    return tuple(_folded(text) for text in texts(tree))


def _folded(text: str) -> str:
    """A canonical text as it is to be looked for in a folded one; blanks at its ends stay."""
    return (" " if text[:1] == " " else "") + fold_text(text) + (" " if text[-1:] == " " and text != " " else "")


class RequiredIndex:
    """Which of many trees a text can concern: those of whose required texts one stands in it, found by its rarest whole word."""

    def __init__(self, trees: Sequence[Node]) -> None:
        self.required = [required_texts(tree) for tree in trees]
        inner = [[text.split(" ")[1:-1] for text in texts] for texts in self.required]  # an edge word may go on outside
        counts = Counter(word for words in inner for word in {word for way in words for word in way})
        self.by_word: dict[str, list[int]] = defaultdict(list)
        self.others: list[int] = []
        for number, ways in enumerate(inner):
            if ways and all(ways):
                for word in {min(way, key=lambda word: counts[word]) for way in ways}:
                    self.by_word[word].append(number)
            else:
                self.others.append(number)

    def concerned(self, text: str, among: Iterable[int] | None = None) -> set[int]:
        """The numbers of all trees (or of those among some) that could match somewhere in the text."""
        folded = fold_text(text)
        if among is None:
            among = self.others + [number for word in set(folded.split(" ")) for number in self.by_word.get(word, ())]
        required = self.required
        return {number for number in among if not required[number] or any(text in folded for text in required[number])}
