"""Organisations by name: which of them a line names, and the canonical name behind each spelling.

Thousands of aliases are never pasted into patterns. A line is asked once which aliases stand in it (first word by
dictionary, then the alias's own small pattern), and a rule's entity placeholder stands for just those texts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import regex

from clean.ruleset.pattern import Lit, Node, Repeat, Seq
from clean.ruleset.widen import compile_pattern, emit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EXACT_LETTERS: Final = 6  # an alias of so few letters is case-exact, as is one in capitals
SHORT_LETTERS: Final = 4  # so few letters (AP, TNS, EFE) count only with a literal or bracket beside the placeholder
# Scripts without spaces between words: each character opens a word of its own.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = regex.compile(rf"[{_UNSPACED}]|[\w--[{_UNSPACED}]]+", regex.V1)
_WORD_END = regex.compile(rf"[\w--[{_UNSPACED}]]", regex.V1)
_I_FOLD: Final = str.maketrans({"İ": "i", "ı": "i", "I": "i"})


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
    def spellings(self) -> tuple[str, ...]:
        """Every text that names it."""
        return tuple(dict.fromkeys((self.name, *self.aliases, *((self.legal,) if self.legal else ()))))


@dataclass(slots=True)
class EntityTable:
    """All entities of a rule set, looked up by kind. Immutable once built; safe in threads."""

    entities: tuple[Entity, ...] = ()
    _by_token: dict[str, dict[str, list[tuple[str, Entity]]]] = field(default_factory=dict, repr=False)
    _spelt: dict[str, list[tuple[str, Entity]]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        index: dict[str, dict[str, list[tuple[str, Entity]]]] = defaultdict(lambda: defaultdict(list))
        for entity in self.entities:
            for spelling in entity.spellings:
                if not (token := first_token(spelling)):
                    continue
                self._spelt.setdefault(token, []).append((spelling, entity))
                for kind in entity.kinds:
                    index[kind][token].append((spelling, entity))
        self._by_token = {kind: dict(tokens) for kind, tokens in index.items()}

    def named_in(self, line: str) -> dict[tuple[str, str], bool]:
        """What the line names: (kind, text as it stands) -> whether the alias is short. Overlapping names are all there."""
        found: dict[tuple[str, str], bool] = {}
        for token in _TOKEN.finditer(line) if self.entities else ():
            for spelling, entity in self._spelt.get(fold_token(token.group()), ()):
                hit = compile_alias(spelling).match(line, token.start())
                if hit is not None and not _runs_on(line, hit.end()):
                    for kind in entity.kinds:
                        found[kind, hit.group()] = is_short(spelling)
        return found

    def resolve(self, text: str, kinds: Iterable[str]) -> Entity | None:
        """The entity of one of these kinds that the whole text names, if any; kinds are tried in order."""
        token = first_token(text)
        for kind in kinds:
            for spelling, entity in self._by_token.get(kind, {}).get(token, ()):
                if compile_alias(spelling).fullmatch(text):
                    return entity
        return None


def first_token(text: str) -> str:
    """The folded first word of a spelling, the key it is filed under."""
    token = _TOKEN.search(text)
    return fold_token(token.group()) if token else ""


@lru_cache(maxsize=65_536)
def fold_token(token: str) -> str:
    """A word without case, the four letters i as one."""
    return token.translate(_I_FOLD).casefold()


@lru_cache(maxsize=8_192)
def compile_alias(spelling: str) -> regex.Pattern[str]:
    """The widened pattern of one spelling; a final full stop may be missing ("Bloomberg L.P")."""
    fold = not is_exact(spelling)
    parts: list[Node] = [Lit(char) for char in " ".join(spelling.split())]
    if spelling.endswith("."):
        parts[-1] = Repeat(parts[-1], 0, 1)
    return compile_pattern(emit(Seq(tuple(parts)), fold=fold), fold=fold)


def is_exact(spelling: str) -> bool:
    """Whether its case counts always: capitals only, or at most six letters."""
    letters = [char for char in spelling if char.isalpha()]
    return len(letters) <= EXACT_LETTERS or all(char.isupper() for char in letters)


def is_short(spelling: str) -> bool:
    """Whether it is too short to stand for the organisation without a literal or bracket beside it."""
    return sum(char.isalpha() for char in spelling) <= SHORT_LETTERS and spelling.isascii()


def _runs_on(line: str, end: int) -> bool:
    """Whether a word goes on at `end` (AP in APPLE)."""
    return 0 < end < len(line) and _WORD_END.match(line, end) is not None and _WORD_END.match(line, end - 1) is not None


def clashes(entities: Sequence[Entity]) -> list[tuple[str, str, Entity, Entity]]:
    """Spellings that two entities of one kind share: (spelling, kind, first, second)."""
    owners: dict[tuple[str, str], Entity] = {}
    found = []
    for entity in entities:
        for spelling in entity.spellings:
            for kind in entity.kinds:
                key = (spelling if is_exact(spelling) else fold_token(spelling), kind)
                other = owners.setdefault(key, entity)
                if other.name != entity.name:
                    found.append((spelling, kind, other, entity))
    return found
