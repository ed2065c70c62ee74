"""How one rule meets one line: frames, ends, vetoes, captures. Shared by both matchers, so that they cannot differ.

The unit supplies the anchors; around the pattern it allows decoration (blanks, bullets, emphasis, quote marks around the
whole unit) and the final stop as `ends` says. All offsets count from the start of the line: what a rule finds in a line is
a function of that line alone, so that equal lines need to be looked at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import regex

from clean import segment
from clean.records import Captured
from clean.ruleset.captures import entities, required_entities
from clean.ruleset.widen import SPACES, compile_pattern, emit, no_entities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clean.ruleset.entities import EntityTable
    from clean.ruleset.model import Condition, Rule
    from clean.ruleset.pattern import Entity, Node

QUOTES: Final = "'\"’‘‛“”„‟「」『』＂＇"
BULLETS: Final = "•‣◦▪▫●○■□►▶▸▹→➤➔➡›»‹«·∙★☆✔✓✅#>|–—-"
EMPHASIS: Final = "*_`~"
_PICTOGRAPHS: Final = "\u2600-\u27bf\ufe0f\U0001f300-\U0001faff"
_SP = SPACES + r"\v\f\r"
MAX_DECORATION: Final = 16
DECORATION_CHARS: Final = f"[{_SP}{_PICTOGRAPHS}{regex.escape(QUOTES + BULLETS + EMPHASIS)}]"
_DECORATION = f"{DECORATION_CHARS}{{0,{MAX_DECORATION}}}"
_CLOSING = f"[{_SP}{_PICTOGRAPHS}{regex.escape(QUOTES + BULLETS + EMPHASIS + segment.STOPS)}]{{0,{MAX_DECORATION}}}"
_STOP = f"[{regex.escape(segment.STOPS)}]{{0,3}}"
_SPAN_LEAD = rf"(?:(?<!\S)[{regex.escape(BULLETS + EMPHASIS)}]{{1,3}}[{SPACES}]{{0,3}})?"
_TRAILING: Final = segment.CLOSERS + QUOTES + BULLETS + EMPHASIS + " \t\u00a0"
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_WORD = regex.compile(r"[\w\p{M}]")
_NOTHING = regex.compile("(?!)(?P<_core>)")  # a pattern one of whose names the text does not hold
SLOTS: Final = (1, 2, 4, 8, 16, 32)  # names a text brings along for each placeholder; more have a pattern of their own

FRAMES: Final = {
    "line": (_DECORATION, _CLOSING),
    "prefix": (_DECORATION, ""),
    "start": (_DECORATION, f"{_STOP}[{regex.escape(EMPHASIS)}]{{0,3}}"),
    "end": (_SPAN_LEAD, _CLOSING + "$"),
    "anywhere": ("", ""),
    "search": ("", ""),
}


@dataclass
class Names:
    """One stretch of text, the entities it names and its sentences, each looked up once."""

    text: str
    table: EntityTable
    _named: dict[tuple[str, str], bool] | None = None  # (kind, text) -> whether the alias is short
    _known: dict[tuple[tuple[str, ...], bool], tuple[str, ...]] = field(default_factory=dict)

    def texts(self, wanted: tuple[Entity, ...]) -> tuple[tuple[str, ...], ...]:
        """For each placeholder the texts it may stand for, the longest first."""
        if self._named is None:
            self._named = self.table.named_in(self.text)
        keys = [(entity.kinds, entity.context) for entity in wanted]  # hashed faster than a dataclass
        for key, entity in zip(keys, wanted, strict=True):
            if key not in self._known:
                fits = {
                    text
                    for (kind, text), short in self._named.items()
                    if kind in entity.kinds and (entity.context or not short)
                }
                self._known[key] = tuple(sorted(fits, key=lambda text: (-len(text), text)))
        return tuple([self._known[key] for key in keys])

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The sentences of the text, as offsets into it."""
        return segment.sentences(self.text, 0, len(self.text))


class Pattern:
    """One tree in its frames, each compiled when first needed."""

    def __init__(self, tree: Node, *, fold: bool) -> None:
        self.tree, self.fold = tree, fold
        self._compiled: dict[tuple[str, int], regex.Pattern[str]] = {}

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """Its placeholders."""
        return entities(self.tree)

    @cached_property
    def required(self) -> frozenset[Entity]:
        """Those that every match holds."""
        return required_entities(self.tree)

    def framed(self, frame: str, names: Names) -> regex.Pattern[str] | Named:
        """The pattern in a frame; its group `_core` is the pattern itself."""
        if not self.entities:
            return self._plain(frame)
        texts = names.texts(self.entities)
        if self.required and any(
            not known for entity, known in zip(self.entities, texts, strict=True) if entity in self.required
        ):
            return _NOTHING
        if not any(texts):
            return self._plain(frame)
        return Named(self, frame, texts)

    def _plain(self, frame: str) -> regex.Pattern[str]:
        found = self._compiled.get((frame, 0))
        if found is None:
            found = self._compiled[frame, 0] = compile_pattern(self._source(frame, no_entities), fold=self.fold)
        return found

    def slotted(self, frame: str, slots: int, *, search: bool) -> regex.Pattern[str]:
        """The pattern for a text that brings its names along, `slots` of them for each placeholder (see `Named`)."""
        found = self._compiled.get((frame + "?" * search, slots))
        if found is None:
            number = {entity: index for index, entity in enumerate(self.entities)}
            header = "".join(
                "".join(rf"(?:(?P<_{entity}_{slot}>[^\x00\x01]+)\x00)?" for slot in range(slots)) + r"\x01"
                for entity in range(len(number))
            )

            def names(entity: Entity) -> str:
                return f"(?-i:{'|'.join(f'(?P=_{number[entity]}_{slot})' for slot in range(slots))})"

            body = self._source(frame, names)
            skipped = r"[^\n]*?" if search else ""
            found = compile_pattern(rf"(?>{header})[\s\S]{skipped}(?P<_all>{body})", fold=self.fold)
            self._compiled[frame + "?" * search, slots] = found
        return found

    def _source(self, frame: str, names: Callable[[Entity], str]) -> str:
        lead, trail = FRAMES[frame]
        return f"{lead}(?P<_core>{emit(self.tree, fold=self.fold, entities=names)}){trail}"


class Named:
    r"""A pattern whose entity placeholders stand for the names one text holds, with the methods of a compiled one.

    A pattern for each set of names would take 50 ms to compile. So the names go before the text, captured by groups that the
    placeholders refer back to, and one pattern serves all texts: `AFP\0Getty Images\0\1` + the character before + text.
    """

    def __init__(self, pattern: Pattern, frame: str, texts: tuple[tuple[str, ...], ...]) -> None:
        self.pattern, self.frame = pattern, frame
        most = max(map(len, texts))
        self.slots = next((slots for slots in SLOTS if slots >= most), most)
        self.header = "".join("".join(f"{text}\0" for text in listed) + "\1" for listed in texts)

    def fullmatch(self, text: str, low: int = 0, high: int | None = None) -> Shifted | None:
        """As of a compiled pattern."""
        return self._found("fullmatch", text, low, high)

    def match(self, text: str, low: int = 0, high: int | None = None) -> Shifted | None:
        """As of a compiled pattern."""
        return self._found("match", text, low, high)

    def search(self, text: str, low: int = 0, high: int | None = None) -> Shifted | None:
        """As of a compiled pattern."""
        return self._found("search", text, low, high)

    def finditer(self, text: str, low: int, high: int, *, overlapped: bool) -> Iterator[Shifted]:
        """As of a compiled pattern."""
        while low <= high and (found := self._found("search", text, low, high)) is not None:
            yield found
            low = found.start() + 1 if overlapped else max(found.end(), found.start() + 1)

    def _found(self, how: str, text: str, low: int, high: int | None) -> Shifted | None:
        before = text[low - 1] if low else "\n"
        whole = f"{self.header}{before}{text[low:high]}"
        compiled = self.pattern.slotted(self.frame, self.slots, search=how == "search")
        match = (compiled.fullmatch if how == "fullmatch" else compiled.match)(whole)
        return None if match is None else Shifted(match, low - len(self.header) - 1, text)


@dataclass(frozen=True, slots=True)
class Shifted:
    """A match in a text that stood behind its names, as one in the text itself."""

    match: regex.Match[str]
    shift: int
    string: str

    @property
    def re(self) -> regex.Pattern[str]:
        """The compiled pattern."""
        return self.match.re

    def span(self, group: str = "_all") -> tuple[int, int]:
        """Offsets of a group, by default of the whole match."""
        low, high = self.match.span(group)
        return low + self.shift, high + self.shift

    def spans(self, group: str) -> list[tuple[int, int]]:
        """Offsets of each time a group matched."""
        return [(low + self.shift, high + self.shift) for low, high in self.match.spans(group)]

    def start(self) -> int:
        """Where the match starts."""
        return self.span()[0]

    def end(self) -> int:
        """Where the match ends."""
        return self.span()[1]


class Hit(NamedTuple):
    """A unit found in a line, and whether an `unless` vetoes it. Of a block it is the opening line."""

    unit: str
    start: int
    end: int
    captures: tuple[Captured, ...]
    vetoed: bool = False


class RuleMatcher:
    """One rule against lines, sentences and spans. Holds compiled patterns only; not pickled."""

    def __init__(self, rule: Rule, table: EntityTable) -> None:
        self.rule, self.table = rule, table
        self.pattern = Pattern(rule.tree, fold=rule.fold)
        self.unless = tuple(Pattern(tree, fold=rule.fold) for tree in rule.unless)
        self._conditions: dict[int, Pattern] = {}  # by identity: to hash a condition is to hash its tree

    def in_line(self, names: Names) -> tuple[Hit, ...]:
        """Every unit of the rule that a line holds, unit by unit."""
        found: list[Hit] = []
        for unit in self.rule.units:
            if unit == "sentence":
                found += self.sentences(names)
            elif unit == "span":
                found += self.spans(names)
            elif len(names.text) <= segment.MAX_LINE_CHARS:
                found += self.whole(names, unit)
        return tuple(
            hit._replace(vetoed=True)
            if self.unless and hit.unit != "block" and self.vetoed(names.text[hit.start : hit.end])
            else hit
            for hit in found
        )

    def whole(self, names: Names, unit: str = "line") -> list[Hit]:
        """The text as one unit, however long it is."""
        return self._whole(unit, names, 0, len(names.text))

    def sentences(self, names: Names) -> Iterator[Hit]:
        """From each sentence start the shortest run of whole sentences that matches."""
        pieces = names.sentences
        prefix = self.pattern.framed("prefix", names)
        for index, (low, _) in enumerate(pieces):
            if prefix.match(names.text, low, low + segment.MAX_SENTENCE_CHARS) is None:
                continue
            for at in range(index, len(pieces)):
                high = pieces[at][1]
                if high - low > segment.MAX_SENTENCE_CHARS:
                    break
                if hits := self._whole("sentence", names, low, high):
                    yield from hits
                    break

    def spans(self, names: Names) -> Iterator[Hit]:
        """Spans at the rule's place in the line, inside the windows a span sees."""
        at = self.rule.at
        parts = segment.windows(0, len(names.text))
        if at == "start":
            yield from self._span_at(self.pattern.framed("start", names).match(names.text, *parts[0]), names)
        elif at == "end":
            low, high = parts[-1]
            found = self.pattern.framed("end", names).finditer(names.text, low, high, overlapped=True)
            yield from next((hit for match in found if (hit := list(self._span_at(match, names)))), [])
        else:
            pattern = self.pattern.framed("anywhere", names)
            for low, high in parts:
                position = low
                while (match := pattern.search(names.text, position, high)) is not None:
                    hit = list(self._span_at(match, names))
                    yield from hit
                    position = match.end() if hit else match.start() + 1

    def vetoed(self, text: str) -> bool:
        """Whether an `unless` stands in the unit."""
        return any(pattern.framed("search", Names(text, self.table)).search(text) for pattern in self.unless)

    def holds(self, condition: Condition, text: str) -> bool:
        """Whether a line of a block meets a condition."""
        if condition.shape:
            return segment.has_shape(condition.shape, text)
        pattern = self._conditions.get(id(condition))
        if pattern is None and condition.tree is not None:
            pattern = self._conditions[id(condition)] = Pattern(condition.tree, fold=self.rule.fold)
        return pattern is not None and pattern.framed("line", Names(text, self.table)).fullmatch(text) is not None

    def _whole(self, unit: str, names: Names, low: int, high: int) -> list[Hit]:
        match = self.pattern.framed("line", names).fullmatch(names.text, low, high)
        if match is None or not self._ends_well(names.text[low:high]) or not _quotes_balance(match):
            return []
        return [Hit(unit, low, high, self._captures(match))]

    def _span_at(self, match: regex.Match[str] | Shifted | None, names: Names) -> Iterator[Hit]:
        if match is None:
            return
        low, high = match.span()
        while low < high and names.text[low].isspace():
            low += 1
        while low < high and names.text[high - 1].isspace():
            high -= 1
        if (
            low < high
            and not cuts_word(names.text, low)
            and not cuts_word(names.text, high)
            and self._ends_well(names.text[low:high])
        ):
            yield Hit("span", low, high, self._captures(match))

    def _ends_well(self, text: str) -> bool:
        if self.rule.ends == "open":
            return True
        return (text.rstrip(_TRAILING)[-1:] in tuple(segment.STOPS)) == (self.rule.ends == "stop")

    def _captures(self, match: regex.Match[str] | Shifted) -> tuple[Captured, ...]:
        kinds = dict(self.rule.kinds)
        found = []
        for name in match.re.groupindex:
            if name[0] == "_":
                continue
            for low, high in match.spans(name):
                text = match.string[low:high]
                entity = self.table.resolve(text, kinds[name]) if name in kinds else None
                named = (entity.name, entity.legal) if entity else ("", "")
                if text.strip():
                    found.append(Captured(name, low, high, text, *named))
        return tuple(sorted(found, key=lambda captured: (captured.start, captured.end, captured.name)))


def _quotes_balance(match: regex.Match[str] | Shifted) -> bool:
    """Quote marks are decoration only around the whole unit: one that opens and does not close is somebody's words."""
    text, (low, high) = match.string, match.span()
    core_start, core_end = match.span("_core")
    opens = any(char in QUOTES for char in text[low:core_start])
    closes = any(char in QUOTES for char in text[core_end:high])
    if opens:
        return text[low:high].rstrip(segment.STOPS + EMPHASIS + " ")[-1:] in tuple(QUOTES)
    return not closes or any(char in QUOTES for char in text[core_start:core_end])


def cuts_word(text: str, position: int) -> bool:
    """Whether a cut at `position` would part a word. A glued capitalised word is a seam ("newsletterThe mayor").

    >>> cuts_word("ADVERTISEMENTThe", 13), cuts_word("ADVERTISEMENTS", 13), cuts_word("登録市長", 2)
    (False, True, False)
    """
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if _WORD.match(before) is None or _WORD.match(after) is None or _UNSPACED.match(before) or _UNSPACED.match(after):
        return False
    return not (
        after.isupper() and (before.islower() or before.isdigit() or text[position + 1 : position + 2].islower())
    )
