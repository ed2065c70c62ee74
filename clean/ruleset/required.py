"""Texts of which every match of a pattern holds one, folded: a cheap, sound test of which rules a text can concern."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from clean.ruleset.entities import fold
from clean.ruleset.pattern import Alt, Builtin, Group, Lit, Node, Repeat, Seq
from clean.segment import without_marks

_OPAQUE: Final = Alt(())
MAX_WAYS: Final = 40

if TYPE_CHECKING:
    from collections.abc import Sequence


def fold_text(text: str) -> str:
    """A text as required texts are to be looked for in it: no marks, no case, ASCII digits, single blanks.

    >>> fold_text("READ\u00a0 more İ ٢")
    'read more i 2'
    """
    folded = fold(" ".join(without_marks(text).split()))
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in folded)


def required_texts(tree: Node) -> tuple[str, ...]:
    """Folded texts one of which stands in every match: the set whose shortest is longest. () where nothing is required."""
    return max(_required(tree), key=_worth, default=())


def _worth(texts: tuple[str, ...]) -> tuple[int, int]:
    return min((len(text) for text in texts), default=0), -len(texts)


def _required(node: Node) -> list[tuple[str, ...]]:
    """Every set of texts of which each match holds one: runs of literals, and choices whose every way requires some text."""
    found: list[tuple[str, ...]] = []
    run = ""
    for part in _flat(node):
        if isinstance(part, Lit) and part.char.isascii() and (part.char.isalnum() or part.char == " "):
            run += part.char.casefold()
            continue
        found.append((run.strip(),))
        run = ""
        if isinstance(part, Alt) and part.parts:
            ways = [required_texts(way) for way in part.parts]
            if all(ways) and sum(map(len, ways)) <= MAX_WAYS:
                found.append(tuple(dict.fromkeys(text for way in ways for text in way)))
    found.append((run.strip(),))
    return [texts for texts in found if all(texts)]


def _flat(node: Node) -> list[Node]:
    """The parts that stand in every match, in order; what may be absent is left as one opaque part."""
    match node:
        case Seq(parts):
            return [piece for part in parts for piece in _flat(part)]
        case Group(_, inner) | Builtin(_, inner, _):
            return [_OPAQUE, *_flat(inner), _OPAQUE]
        case Repeat(Lit(" "), low, _, _) if low:
            return [Lit(" ")]
        case Repeat(inner, low, _, _) if low:
            return [_OPAQUE, *_flat(inner), _OPAQUE]
        case Repeat():
            return [_OPAQUE]
    return [node]


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

    def concerned(self, text: str) -> set[int]:
        """The numbers of all trees that could match somewhere in the text."""
        folded = fold_text(text)
        near = self.others + [number for word in set(folded.split(" ")) for number in self.by_word.get(word, ())]
        required = self.required
        return {number for number in near if not required[number] or any(text in folded for text in required[number])}
