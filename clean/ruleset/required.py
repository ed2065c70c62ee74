"""The longest text that every match of a pattern holds, folded: a cheap, sound test of which rules a text can concern."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from clean.ruleset.entities import fold
from clean.ruleset.pattern import Alt, Builtin, Group, Lit, Node, Repeat, Seq
from clean.segment import without_marks

if TYPE_CHECKING:
    from collections.abc import Sequence


def fold_text(text: str) -> str:
    """A text as `required_text` is to be looked for in it: no marks, no case, ASCII digits, single blanks.

    >>> fold_text("READ\u00a0 more İ ٢")
    'read more i 2'
    """
    folded = fold(" ".join(without_marks(text).split()))
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in folded)


def required_text(tree: Node) -> str:
    """The longest run of plain letters, digits and blanks that stands in every match ("" where there is none)."""
    return max(_runs(tree), key=len, default="").strip()


class RequiredIndex:
    """Which of many trees a text can concern: those whose required text stands in it, found by its rarest whole word."""

    def __init__(self, trees: Sequence[Node]) -> None:
        self.required = [required_text(tree) for tree in trees]
        inner = [
            required.split(" ")[1:-1] for required in self.required
        ]  # a word at the run's edge may go on outside it
        counts = Counter(word for words in inner for word in set(words))
        self.by_word: dict[str, list[int]] = defaultdict(list)
        self.others: list[int] = []
        for number, words in enumerate(inner):
            (self.by_word[min(words, key=lambda word: counts[word])] if words else self.others).append(number)

    def concerned(self, text: str) -> set[int]:
        """The numbers of all trees that could match somewhere in the text."""
        folded = fold_text(text)
        near = self.others + [number for word in set(folded.split(" ")) for number in self.by_word.get(word, ())]
        return {number for number in near if self.required[number] in folded}


def _runs(tree: Node) -> list[str]:
    runs, current = [], ""
    for node in _flat(tree):
        if isinstance(node, Lit) and node.char.isascii() and (node.char.isalnum() or node.char == " "):
            current += node.char.casefold()
        else:
            runs.append(current)
            current = ""
    return [*runs, current]


def _flat(node: Node) -> list[Node]:
    """The parts that stand in every match, in order; what may be absent or differ is left as one opaque part."""
    match node:
        case Seq(parts):
            return [piece for part in parts for piece in _flat(part)]
        case Group(_, inner) | Builtin(_, inner, _):
            return [Alt(()), *_flat(inner), Alt(())]
        case Repeat(Lit(" "), low, _, _) if low:
            return [Lit(" ")]
        case Repeat():
            return [Alt(())]
    return [node]
