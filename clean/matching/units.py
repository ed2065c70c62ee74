"""How one rule meets one line: frames, ends, vetoes, captures. Shared by both matchers, so that they cannot differ.

The unit supplies the anchors; around the pattern it allows decoration (blanks, bullets, emphasis, quote marks around the
whole unit) and the final stop as `ends` says. All offsets are view offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import regex

from clean import segment
from clean.records import Captured
from clean.ruleset.captures import entities, required_entities
from clean.ruleset.widen import SPACES, compile_pattern, emit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clean.ruleset.entities import EntityTable
    from clean.ruleset.model import Condition, Rule
    from clean.ruleset.pattern import Entity, Node
    from clean.segment import View

QUOTES: Final = "'\"’‘‛“”„‟「」『』＂＇"
BULLETS: Final = "•‣◦▪▫●○■□►▶▸▹→➤➔➡›»‹«·∙★☆✔✓✅#>|–—-"
EMPHASIS: Final = "*_`~"
_PICTOGRAPHS: Final = "\u2600-\u27bf\ufe0f\U0001f300-\U0001faff"
_SP = SPACES + r"\v\f\r"
_DECORATION = f"[{_SP}{_PICTOGRAPHS}{regex.escape(QUOTES + BULLETS + EMPHASIS)}]{{0,16}}"
_CLOSING = f"[{_SP}{_PICTOGRAPHS}{regex.escape(QUOTES + BULLETS + EMPHASIS + segment.STOPS)}]{{0,16}}"
_STOP = f"[{regex.escape(segment.STOPS)}]{{0,3}}"
_SPAN_LEAD = rf"(?:(?<!\S)[{regex.escape(BULLETS + EMPHASIS)}]{{1,3}}[{SPACES}]{{0,3}})?"
_TRAILING: Final = segment.CLOSERS + QUOTES + BULLETS + EMPHASIS + " \t\u00a0"
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_WORD = regex.compile(r"[\w\p{M}]")
_NOTHING = regex.compile("(?!)()")  # a pattern one of whose names the text does not hold
MAX_CACHED_PATTERNS: Final = 4_096

FRAMES: Final = {
    "line": (_DECORATION, _CLOSING),
    "prefix": (_DECORATION, ""),
    "start": (_DECORATION, f"{_STOP}[{regex.escape(EMPHASIS)}]{{0,3}}"),
    "end": (_SPAN_LEAD, _CLOSING + "$"),
    "anywhere": ("", ""),
    "search": ("", ""),
}


@dataclass(slots=True)
class Names:
    """The entities one stretch of text names, looked up once."""

    text: str
    table: EntityTable
    _named: dict[tuple[str, str], bool] | None = None  # (kind, text) -> whether the alias is short
    _known: dict[Entity, tuple[str, ...]] = field(default_factory=dict)

    def texts(self, wanted: tuple[Entity, ...]) -> tuple[tuple[str, ...], ...]:
        """For each placeholder the texts it may stand for, the longest first."""
        if self._named is None:
            self._named = self.table.named_in(self.text)
        for entity in wanted:
            if entity not in self._known:
                fits = {
                    text
                    for (kind, text), short in self._named.items()
                    if kind in entity.kinds and (entity.context or not short)
                }
                self._known[entity] = tuple(sorted(fits, key=lambda text: (-len(text), text)))
        return tuple(self._known[entity] for entity in wanted)


class Sheet:
    """One document laid out for matching: its view, and for each line the names and sentences, found when first asked."""

    def __init__(self, view: View, table: EntityTable) -> None:
        self.view = view
        self.names = [Names(view.text[line.start : line.end], table) for line in view.lines]
        self._sentences: dict[int, list[tuple[int, int]]] = {}

    def sentences(self, index: int) -> list[tuple[int, int]]:
        """The sentences of a line, as offsets into its text."""
        if index not in self._sentences:
            text = self.names[index].text
            self._sentences[index] = segment.sentences(text, 0, len(text))
        return self._sentences[index]


class Pattern:
    """One tree in its frames, compiled when first needed, once for each set of names a text holds."""

    def __init__(self, tree: Node, *, fold: bool) -> None:
        self.tree, self.fold = tree, fold
        self.entities = entities(tree)
        self.required = required_entities(tree)
        self._compiled: dict[tuple[str, tuple[tuple[str, ...], ...]], regex.Pattern[str]] = {}

    def framed(self, frame: str, names: Names) -> regex.Pattern[str]:
        """The pattern in a frame; its first group is the pattern itself."""
        texts = names.texts(self.entities) if self.entities else ()
        if self.required and any(
            not known for entity, known in zip(self.entities, texts, strict=True) if entity in self.required
        ):
            return _NOTHING
        key = (frame, texts)
        found = self._compiled.get(key)
        if found is None:
            table = dict(zip(self.entities, texts, strict=True))
            lead, trail = FRAMES[frame]
            core = emit(self.tree, fold=self.fold, entities=lambda entity: table[entity])
            found = compile_pattern(f"{lead}({core}){trail}", fold=self.fold)
            if len(self._compiled) >= MAX_CACHED_PATTERNS:
                self._compiled.clear()
            self._compiled[key] = found
        return found


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit found: offsets, and the match that gives the captures."""

    start: int
    end: int
    captures: tuple[Captured, ...]


class RuleMatcher:
    """One rule against lines, sentences and spans. Holds compiled patterns only; not pickled."""

    def __init__(self, rule: Rule, table: EntityTable) -> None:
        self.rule, self.table = rule, table
        self.pattern = Pattern(rule.tree, fold=rule.fold)
        self.unless = tuple(Pattern(tree, fold=rule.fold) for tree in rule.unless)
        self._conditions: dict[Condition, Pattern] = {}

    def line(self, names: Names, start: int) -> Hit | None:
        """The whole line as a unit; `start` is the offset of `names.text` in the view."""
        return self._whole("line", names, start, 0, len(names.text))

    def sentences(self, names: Names, start: int, pieces: list[tuple[int, int]]) -> Iterator[Hit]:
        """From each sentence start the shortest run of whole sentences that matches; `pieces` are offsets into the text."""
        prefix = self.pattern.framed("prefix", names)
        for index, (low, _) in enumerate(pieces):
            if prefix.match(names.text, low, low + segment.MAX_SENTENCE_CHARS) is None:
                continue
            for at in range(index, len(pieces)):
                high = pieces[at][1]
                if high - low > segment.MAX_SENTENCE_CHARS:
                    break
                if (hit := self._whole("line", names, start, low, high)) is not None:
                    yield hit
                    break

    def spans(self, names: Names, start: int) -> Iterator[Hit]:
        """Spans at the rule's place in the line, inside the windows a span sees."""
        at = self.rule.at
        parts = segment.windows(0, len(names.text))
        if at == "start":
            yield from self._span_at(self.pattern.framed("start", names).match(names.text, *parts[0]), names, start)
        elif at == "end":
            low, high = parts[-1]
            found = self.pattern.framed("end", names).finditer(names.text, low, high, overlapped=True)
            yield from next((hit for match in found if (hit := list(self._span_at(match, names, start)))), [])
        else:
            pattern = self.pattern.framed("anywhere", names)
            for low, high in parts:
                position = low
                while (match := pattern.search(names.text, position, high)) is not None:
                    hit = list(self._span_at(match, names, start))
                    yield from hit
                    position = match.end() if hit else match.start() + 1

    def vetoed(self, text: str) -> bool:
        """Whether an `unless` stands in the unit."""
        return any(pattern.framed("search", Names(text, self.table)).search(text) for pattern in self.unless)

    def holds(self, condition: Condition, text: str) -> bool:
        """Whether a line of a block meets a condition."""
        if condition.shape:
            return segment.has_shape(condition.shape, text)
        pattern = self._conditions.get(condition)
        if pattern is None and condition.tree is not None:
            pattern = self._conditions[condition] = Pattern(condition.tree, fold=self.rule.fold)
        return pattern is not None and pattern.framed("line", Names(text, self.table)).fullmatch(text) is not None

    def _whole(self, frame: str, names: Names, start: int, low: int, high: int) -> Hit | None:
        match = self.pattern.framed(frame, names).fullmatch(names.text, low, high)
        if match is None or not self._ends_well(names.text[low:high]) or not _quotes_balance(match):
            return None
        return Hit(start + low, start + high, self._captures(match, start))

    def _span_at(self, match: regex.Match[str] | None, names: Names, start: int) -> Iterator[Hit]:
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
            yield Hit(start + low, start + high, self._captures(match, start))

    def _ends_well(self, text: str) -> bool:
        if self.rule.ends == "open":
            return True
        return (text.rstrip(_TRAILING)[-1:] in tuple(segment.STOPS)) == (self.rule.ends == "stop")

    def _captures(self, match: regex.Match[str], start: int) -> tuple[Captured, ...]:
        kinds = dict(self.rule.kinds)
        found = []
        for name in match.re.groupindex:
            for low, high in match.spans(name):
                text = match.string[low:high]
                entity = self.table.resolve(text, kinds[name]) if name in kinds else None
                named = (entity.name, entity.legal) if entity else ("", "")
                if text.strip():
                    found.append(Captured(name, start + low, start + high, text, *named))
        return tuple(sorted(found, key=lambda captured: (captured.start, captured.end, captured.name)))


def _quotes_balance(match: regex.Match[str]) -> bool:
    """Quote marks are decoration only around the whole unit: one that opens and does not close is somebody's words."""
    text, (low, high) = match.string, match.span()
    core_start, core_end = match.span(1)
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
