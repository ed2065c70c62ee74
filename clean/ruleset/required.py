"""Texts that every match of a pattern holds, folded: a cheap, sound test of which rules a text can concern."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from clean.ruleset.entities import fold
from clean.ruleset.pattern import Alt, Builtin, Group, Lit, Node, Repeat, Seq
from clean.ruleset.widen import COPYRIGHT_SIGN, FAMILIES, canonical
from clean.segment import without_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_SETS: Final = 3
MAX_ALTERNATIVES: Final = 150  # texts of a set
_FAMILIES: Final = str.maketrans({char: family[0] for family in FAMILIES for char in family})


def fold_text(text: str) -> str:
    """A text as required texts are to be looked for in it: no marks, no case, ASCII digits, single blanks.

    >>> fold_text("READ\u00a0 more İ ٢")
    'read more i 2'
    """
    folded = fold(" ".join(without_marks(text).split()).translate(_FAMILIES))
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in folded)


def required_texts(tree: Node) -> tuple[tuple[str, ...], ...]:
    """Sets of folded texts of each of which every match holds one, the most telling first; () where nothing is required.

    Had in one walk over the tree: for a text or two this is done sooner than factors are found.
    """
    return tuple(
        _least({_folded(text) for text in texts}) for texts in sorted(_sets(tree), key=_telling)[-MAX_SETS:][::-1]
    )


def _sets(node: Node) -> list[frozenset[str]]:
    match node:
        case Lit():
            return _sets_of_row((node,))
        case Group(_, inner):
            return _sets(inner)
        case Builtin(name, inner, _):
            return _builtin(name, inner)
        case Repeat(inner, low, _, _) if low:
            return _sets(inner)
        case Seq(parts):
            return _sets_of_row(parts)
        case Alt(parts):
            ranked = [sorted(_sets(part), key=_telling)[::-1] for part in parts]
            if not all(ranked):
                return []
            most = min(MAX_SETS, max(map(len, ranked)))
            unions = (frozenset().union(*(sets[min(k, len(sets) - 1)] for sets in ranked)) for k in range(most))
            return [union for union in unions if len(union) <= MAX_ALTERNATIVES]
    return []


@cache
def _builtin(name: str, inner: Node) -> list[frozenset[str]]:  # noqa: ARG001 - the name makes the key
    return _sets(inner)


def _sets_of_row(parts: Sequence[Node]) -> list[frozenset[str]]:
    """Of a sequence: each run of letters as one text, and what its other parts require."""
    found: list[frozenset[str]] = []
    for plain, group in groupby(parts, _is_plain):
        if plain:
            text = "".join([canonical(part.char, fold=True) for part in group if isinstance(part, Lit)])
            if any(map(str.isalnum, text)):
                found.append(frozenset((text,)))
        else:
            found += [texts for part in group if not isinstance(part, Lit) for texts in _sets(part)]
    return found


def _is_plain(node: Node) -> bool:
    return type(node) is Lit and not node.char.isdecimal() and canonical(node.char, fold=True) != COPYRIGHT_SIGN


def _telling(texts: frozenset[str]) -> float:
    """How much a set tells: by its shortest text, less the more there are."""
    return min(map(len, texts)) - len(texts) / MAX_ALTERNATIVES


def _least(texts: set[str]) -> tuple[str, ...]:
    """Without those that hold another, the shortest first."""
    return tuple(
        sorted((a for a in texts if not any(b != a and b in a for b in texts)), key=lambda text: (len(text), text))
    )


def _folded(text: str) -> str:
    """A canonical text as it is to be looked for in a folded one; blanks at its ends stay."""
    return (" " if text[:1] == " " else "") + fold_text(text) + (" " if text[-1:] == " " and text != " " else "")


class RequiredIndex:
    """Which of many trees a text can concern: those of whose sets of required texts it holds one each.

    A tree is found by a whole word of each text of a set, the rarest among all trees, where they have one.
    """

    def __init__(self, trees: Sequence[Node]) -> None:
        self.required = [required_texts(tree) for tree in trees]
        inner = [_inner_words(sets) for sets in self.required]
        counts = Counter(word for ways in inner for word in {word for way in ways for word in way})
        self.by_word: dict[str, list[int]] = defaultdict(list)
        self.others: list[int] = []
        for number, ways in enumerate(inner):
            for word in {min(way, key=lambda word: counts[word]) for way in ways}:
                self.by_word[word].append(number)
            if not ways:
                self.others.append(number)

    def concerned(self, text: str, among: Iterable[int] | None = None) -> set[int]:
        """The numbers of all trees (or of those among some) that could match somewhere in the text."""
        folded = fold_text(text)
        if among is None:
            among = self.others + [number for word in set(folded.split(" ")) for number in self.by_word.get(word, ())]
        return {number for number in among if _holds(folded, self.required[number])}


def _holds(folded: str, sets: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a folded text holds one of each set; loops, for `any` with a generator costs three times as much."""
    for texts in sets:
        for text in texts:
            if text in folded:
                break
        else:
            return False
    return True


def _inner_words(sets: tuple[tuple[str, ...], ...]) -> list[list[str]]:
    """For each text of the first set that has them, the words that do not go on outside it."""
    for texts in sets:
        words = [text.split(" ")[1:-1] for text in texts]
        if all(words):
            return words
    return []
