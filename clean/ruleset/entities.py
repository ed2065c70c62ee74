"""Organisations by name: which of them a line names, and the canonical name behind each spelling.

Thousands of aliases are never pasted into patterns. A line is asked once which aliases stand in it (their words by
dictionary, then the alias's own small pattern), and a rule's entity placeholder stands for just those texts.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import regex

from clean.ruleset.pattern import Lit, Node, Repeat, Seq
from clean.ruleset.widen import FOLD_GROUPS, FOLDED, compile_pattern, emit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EXACT_LETTERS: Final = 6  # an alias of so few letters is case-exact, as is one in capitals
ALIAS_CHARS: Final = 100  # no spelling is longer: what is looked for around a name leans on it (factors)
SHORT_LETTERS: Final = 4  # so few letters (AP, TNS, EFE) count only with a literal or bracket beside the placeholder
# Scripts without spaces between words: their names are not to be found by whole words.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_GLUED = regex.compile(f"[{_UNSPACED}]")
_WORDS = re.compile(r"\w+")  # four times as fast as `regex` over a line, and only ever compared with itself
# A text's runs of ASCII letters are had ten times as fast as its words, from its bytes.
_ASCII_RUNS = bytes(ord(chr(byte).lower()) if byte < 128 and chr(byte).isalpha() else ord(" ") for byte in range(256))
_FOLDED = re.compile(f"[{''.join(FOLDED)}]")
_BEYOND_LATIN = re.compile("[\u0370-\u1dff\u2e80-\U0010ffff]")
_WORD = regex.compile(rf"[\w--[{_UNSPACED}]]", regex.V1)
_FOLDS: Final = str.maketrans({char: group[0] for group in FOLD_GROUPS for char in group})


@dataclass(frozen=True, slots=True)
class Entity:
    """One organisation: canonical name, roles, spellings, and the legal name copyright holders take."""

    name: str
    kinds: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    legal: str = ""
    country: str = ""
    domain: str = ""

    @property
    def key(self) -> str:
        """The name as evidence writes it behind `host.`: small letters, hyphens.

        >>> Entity("The Guardian", ("publisher",)).key
        'the-guardian'
        """
        return "-".join(regex.findall(r"[\p{L}\p{N}]+", self.name.lower()))

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every text that names it."""
        return tuple(dict.fromkeys((self.name, *self.aliases, *((self.legal,) if self.legal else ()))))


class _Spelling(NamedTuple):
    """One spelling of an entity, and what stands in every text that uses it."""

    text: str
    entity: Entity
    number: int
    marks: frozenset[str | bytes]
    literal: bool  # stands in a text as it is written, or not at all


@dataclass(slots=True)
class EntityTable:
    """All entities of a rule set. Immutable once built; safe in threads."""

    entities: tuple[Entity, ...] = ()
    _by_domain: dict[str, Entity] = field(default_factory=dict, repr=False)
    _by_run: dict[str | bytes, list[_Spelling]] = field(default_factory=dict, repr=False)
    _by_word: dict[str | bytes, list[_Spelling]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        listed = [
            _Spelling(spelling, entity, number, _marks(spelling), _is_literal(spelling))
            for number, entity in enumerate(self.entities)
            for spelling in entity.spellings
        ]
        common = Counter(mark for item in listed for mark in item.marks)
        for item in listed:
            if item.marks:
                key = min(item.marks, key=lambda mark: (common[mark], -len(mark), mark))
                (self._by_run if isinstance(key, bytes) else self._by_word).setdefault(key, []).append(item)

    def named_in(self, line: str) -> dict[tuple[str, str], bool]:
        """What the line names: (kind, text as it stands) -> whether the alias is short. Overlapping names are all there."""
        found: dict[tuple[str, str], bool] = {}
        for spelling, entity in self._near(line):
            for hit in compile_alias(spelling).finditer(line):
                if not _runs_on(line, hit.start()) and not _runs_on(line, hit.end()):
                    for kind in entity.kinds:
                        found[kind, hit.group()] = is_short(spelling)
        return found

    def resolve(self, text: str, kinds: Iterable[str]) -> Entity | None:
        """The entity of one of these kinds that the whole text names, if any; kinds are tried in order."""
        near = self._near(text)
        for kind in kinds if near else ():
            for spelling, entity in near:
                if kind in entity.kinds and compile_alias(spelling).fullmatch(text):
                    return entity
        return None

    def of_host(self, host: str | None) -> Entity | None:
        """The organisation whose own a host is, or one of its subdomains; None where the table does not say."""
        if host and not self._by_domain:
            self._by_domain.update({entity.domain: entity for entity in self.entities if entity.domain})
        while host and host not in self._by_domain:
            _, _, host = host.partition(".")
        return self._by_domain[host] if host else None

    def _near(self, text: str) -> list[tuple[str, Entity]]:
        """The spellings whose marks stand in the text, in the table's order."""
        runs = _runs(text)
        near = [item for run in self._by_run.keys() & runs for item in self._by_run[run] if item.marks <= runs]
        if not text.isascii() and _BEYOND_LATIN.search(text):
            words = {*_WORDS.findall(fold(text)), *_GLUED.findall(text)}
            near += [
                item for word in self._by_word.keys() & words for item in self._by_word[word] if item.marks <= words
            ]
        near = [item for item in near if not item.literal or item.text in text]
        near.sort(key=lambda item: (item.number, item.text))
        return [(item.text, item.entity) for item in near]


def _runs(text: str) -> set[bytes]:
    """The runs of ASCII letters, in small letters."""
    if not text.isascii():
        text = _FOLDED.sub(lambda char: FOLDED[char.group()], text)
    return set(text.encode("utf-8", "surrogatepass").translate(_ASCII_RUNS).split())


def _marks(spelling: str) -> frozenset[str | bytes]:
    """What every text holds that uses a spelling: its runs of ASCII letters, or else its words, or else its characters.

    Digits part runs, for any script's will do. A script without spaces glues its words.
    """
    if runs := frozenset[str | bytes](_runs(spelling)):
        return runs
    if glued := frozenset(_GLUED.findall(spelling)):
        return glued
    words = _WORDS.findall(fold(spelling))
    return frozenset(word for word in words if word.isalpha()) or frozenset(words)


def fold(text: str) -> str:
    """A text without case, the letters that rules take for one as one."""
    return text.lower() if text.isascii() else text.translate(_FOLDS).casefold()


@lru_cache(maxsize=8_192)
def compile_alias(spelling: str) -> regex.Pattern[str]:
    """The widened pattern of one spelling; a final full stop may be missing ("Bloomberg L.P")."""
    fold = not is_exact(spelling)
    parts: list[Node] = [Lit(char) for char in " ".join(spelling.split())]
    if spelling.endswith("."):
        parts[-1] = Repeat(parts[-1], 0, 1)
    return compile_pattern(emit(Seq(tuple(parts)), fold=fold), fold=fold)


def _is_literal(spelling: str) -> bool:
    return is_exact(spelling) and spelling.isascii() and spelling.isalpha()


def is_exact(spelling: str) -> bool:
    """Whether its case counts always: capitals only, or at most six letters."""
    letters = [char for char in spelling if char.isalpha()]
    return len(letters) <= EXACT_LETTERS or all(char.isupper() for char in letters)


def is_short(spelling: str) -> bool:
    """Whether it is too short to stand for the organisation without a literal or bracket beside it."""
    return sum(char.isalpha() for char in spelling) <= SHORT_LETTERS and spelling.isascii()


def _runs_on(line: str, at: int) -> bool:
    """Whether a word goes on over position `at` (AP in APPLE)."""
    return 0 < at < len(line) and _WORD.match(line, at) is not None and _WORD.match(line, at - 1) is not None


def clashes(entities: Sequence[Entity]) -> list[tuple[str, str, Entity, Entity]]:
    """Spellings that two entities of one kind share: (spelling, kind, first, second)."""
    owners: dict[tuple[str, str], Entity] = {}
    found = []
    for entity in entities:
        for spelling in entity.spellings:
            for kind in entity.kinds:
                key = (spelling if is_exact(spelling) else fold(spelling), kind)
                other = owners.setdefault(key, entity)
                if other.name != entity.name:
                    found.append((spelling, kind, other, entity))
    return found
