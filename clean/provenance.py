"""Captures become provenance: normal-form values, each with the span and rule it came from (SCHEMA 20-46).

Nothing is guessed: a value is there because a rule's capture says so; entity names are canonical, unknown ones stay as
written. Scalars take the lowest start, losers stay in evidence; lists hold each value once, in printed order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import regex

from clean import schema
from clean.dates import day_of, year_of
from clean.records import Contributor, Evidence, Media

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clean.records import Captured, Match
    from clean.ruleset.entities import EntityTable
    from clean.ruleset.model import Rule
    from clean.segment import View

# Families whose unit is itself a value, printed as it stands.
PRINTED: Final = {"byline": "byline", "dateline": "dateline", "syndication.copyright": "copyright_notice"}
NAMED: Final = frozenset(
    {"author", "publisher", "wire", "contributor"}
)  # what makes a line of the byline family one: a stamp is none
MEDIA_CAPTURES: Final = ("caption", "photographer", "photo_agency", "via", "photo_credit")
# Words that stand where a name stands, and are roles (provenance guide, 6).
ROLE_WORDS: Final = frozenset(
    {
        "pool",
        "handout",
        "file",
        "staff",
        "courtesy",
        "supplied",
        "contributed",
        "screengrab",
        "screen grab",
        "submitted",
        "provided",
        "archive",
        "library",
        "editorial board",
        "agencies",
        "agencias",
        "agencies staff",
        "وكالات",
        "الوكالات",
    }
)
ORGANISATIONS: Final = ("publisher", "wire", "distributor", "photo_agency", "press_release_wire")
LOOKUP_KINDS: Final = {
    "publisher": ("publisher", "wire", "distributor"),
    "wire": ("wire",),
    "distributor": ("distributor", "press_release_wire", "wire"),
    "copyright_holder": ("publisher", "wire", "photo_agency", "distributor"),
    "photo_agency": ("photo_agency", "wire", "publisher", "distributor"),
    "via": ("photo_agency", "distributor", "wire"),
    "original_source": ("publisher", "wire", "distributor"),
    "contributor": ("wire", "publisher"),
    "license": ("license",),
}
_SCALARS: Final = frozenset(schema.SCALARS)
_STRING_LISTS: Final = frozenset(schema.STRING_LISTS) - {"photo_agencies"}  # those come with their pictures
_TRIM: Final = " \t\u00a0,;:–—-|/·•*_"
_NAME_SEPARATOR = regex.compile(
    r"\s*(?:,\s+(?:and|und|et|y|e|og|och|en)\s+|[,;&]\s*|\s(?:and|und|et|y|e|og|och|en|with)\s)\s*"
)
_ROLE_STEMS: Final = (
    ("edit", "editing"),
    ("writ", "writing"),
    ("report", "reporting"),
    ("compil", "reporting"),
    ("translat", "translating"),
)


def provenance(view: View, matches: Iterable[Match], rules: Sequence[Rule], table: EntityTable) -> dict[str, Any]:
    """The provenance columns of one document that are stated, by name, from the matches whose captures count (sorted by start)."""
    facts = _Facts(view, table)
    for match in matches:
        facts.add(match, rules[match.rule])
    return facts.record()


class _Facts:
    def __init__(self, view: View, table: EntityTable) -> None:
        self.view, self.table = view, table
        self.evidence: list[Evidence] = []
        self.media: list[Media] = []
        self.contributors: list[tuple[int, Contributor]] = []

    def add(self, match: Match, rule: Rule) -> None:
        """Everything one match says."""
        given = {captured.name for captured in match.captures}
        printed = PRINTED.get(rule.category)
        if printed and printed not in given and not (printed == "byline" and not given & NAMED):
            self._say(printed, self._printed(match.start, match.end), match.start, match.end, rule)
        role = "contributing"
        for captured in match.captures:
            capture = schema.CAPTURES[captured.name]
            if captured.name == "role":
                role = _role(captured.text)
            elif captured.name == "contributor":
                self._contributors(captured, role, rule)
            elif captured.name not in ("caption", "photo_credit"):
                for value in self._values(captured, capture.kind):
                    self._say(capture.column, value, captured.start, captured.end, rule)
                    for column, more in self._rights(captured, rule):
                        self._say(column, more, captured.start, captured.end, rule)
        if any(name in given for name in MEDIA_CAPTURES):
            self._media(match, rule)

    def _rights(self, captured: Captured, rule: Rule) -> tuple[tuple[str, str], ...]:
        """(column, value) of what else a capture on rights says: its signal (STANDARDS 2), what that sums up to, its words."""
        match captured.name:
            case "tdm_reservation":
                return ("usage_terms", self._printed(captured.start, captured.end)), ("tdm_reserved", "true")
            case "license":
                return (("tdm_signals", "license-text"),)
            case "usage_terms" if rule.category == "syndication.republish-licence":
                return (("tdm_signals", "license-text"),)
        return ()

    def record(self) -> dict[str, Any]:
        """The flat columns from the evidence: text before all else, then lowest start."""
        self.evidence.sort(key=lambda e: (e.start if e.start is not None else -1, e.end or 0, e.field, e.rule, e.value))
        by_field: dict[str, list[str]] = {}
        for evidence in self.evidence:
            by_field.setdefault(evidence.field, []).append(evidence.value)
        values: dict[str, Any] = {}
        for name, stated in by_field.items():
            if name in _SCALARS:
                values[name] = scalar(name, stated)
            elif name in _STRING_LISTS:
                values[name] = tuple(sorted(set(stated)) if name == "tdm_signals" else dict.fromkeys(stated))
        if self.media:
            self.media.sort(key=lambda m: (m.start or 0, m.end or 0, m.rule))
            values["media"] = tuple(self.media)
            values["photo_agencies"] = tuple(dict.fromkeys(name for m in self.media for name in (*m.agencies, *m.via)))
        if self.contributors:
            self.contributors.sort(key=lambda item: item[0])
            values["contributors"] = tuple(dict.fromkeys(c for _, c in self.contributors))
        if self.evidence:
            values["evidence"] = tuple(dict.fromkeys(self.evidence))
        return values

    def _say(self, column: str, value: str, start: int, end: int, rule: Rule) -> None:
        if value:
            self.evidence.append(
                Evidence(column, value, self.view.input_start(start), self.view.input_end(end), rule.id)
            )

    def _printed(self, start: int, end: int) -> str:
        """A stretch as printed, its outer blanks and decoration left out."""
        return self.view.text[start:end].strip(_TRIM)

    def _values(self, captured: Captured, kind: str) -> list[str]:
        """The normal forms of one capture; roles and unreadable texts give none."""
        text = " ".join(captured.text.split()).strip(_TRIM)
        if kind == "name":
            return [name for name in map(_once, person_names(text)) if self._is_persons(name)]
        if kind == "year":
            year = year_of(text)
            return [str(year)] if year else []
        if kind == "reservation":
            return ["text-notice"] if text else []
        if kind == "date":
            day = day_of(text)
            return [day] if day else []
        if kind in ("entity", "holder", "license"):
            return self._entity(captured, text, kind)
        return [text] if text else []

    def _is_persons(self, name: str) -> bool:
        """Whether a name is nobody's role and no organisation's."""
        return name.casefold() not in ROLE_WORDS and self.table.resolve(name, ORGANISATIONS) is None

    def _entity(self, captured: Captured, text: str, kind: str) -> list[str]:
        name, legal = captured.entity, captured.legal
        if not name and (found := self.table.resolve(text, LOOKUP_KINDS[captured.name])):
            name, legal = found.name, found.legal
        if kind == "license":
            return [legal or name] if name else []
        if text.casefold() in ROLE_WORDS:
            return []
        return [((legal or name) if kind == "holder" else name) or text] if text else []

    def _contributors(self, captured: Captured, role: str, rule: Rule) -> None:
        entity = [captured.entity] if captured.entity else []
        for name in entity or person_names(" ".join(captured.text.split()).strip(_TRIM)):
            known = self.table.resolve(name, LOOKUP_KINDS["contributor"]) if not entity else None
            value = known.name if known else name
            self.contributors.append((captured.start, Contributor(value, role)))
            self._say("contributors", value, captured.start, captured.end, rule)

    def _media(self, match: Match, rule: Rule) -> None:
        """One picture: caption, credit as printed, photographer, agencies, via, kept together."""
        groups: dict[str, list[Captured]] = {}
        for captured in match.captures:
            groups.setdefault(captured.name, []).append(captured)
        credit = self._credit(match, groups, rule)
        caption = next((self._printed(c.start, c.end) for c in groups.get("caption", [])), None) or None
        if caption:
            first = groups["caption"][0]
            self._say("media", caption, first.start, first.end, rule)
        photographers = [c for c in groups.get("photographer", []) if self._values(c, "name")]
        printed = self._printed(photographers[0].start, photographers[-1].end) if photographers else None
        agencies = [value for c in groups.get("photo_agency", []) for value in self._values(c, "entity")]
        via = [value for c in groups.get("via", []) for value in self._values(c, "entity")]
        kind = "video" if rule.category == "caption.video" else "image"
        start, end = self.view.input_start(match.start), self.view.input_end(match.end)
        self.media.append(
            Media(
                kind,
                caption,
                credit,
                printed,
                tuple(dict.fromkeys(agencies)),
                tuple(dict.fromkeys(via)),
                None,
                None,
                start,
                end,
                rule.id,
            )
        )

    def _credit(self, match: Match, groups: dict[str, list[Captured]], rule: Rule) -> str | None:
        """The credit line: the rule's own capture, or the unit without its caption."""
        if "photo_credit" in groups:
            start, end = groups["photo_credit"][0].start, groups["photo_credit"][0].end
        elif not groups.keys() & {"photographer", "photo_agency", "via"}:
            return None
        else:
            start, end = groups["caption"][-1].end if "caption" in groups else match.start, match.end
            if start >= end:  # the caption stands after the credit
                start, end = match.start, groups["caption"][0].start
        printed = self._printed(start, end)
        self._say("photo_credits", printed, start, end, rule)
        return printed or None


def _once(name: str) -> str:
    """A name without its repeat: credits behind a button stand twice ("Ana Sample Ana Sample")."""
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if words and words[:half] * 2 == words else name


def scalar(name: str, stated: Sequence[str]) -> str | int | bool:
    """The value of a column from all that was said of it, the first place first; a reservation wins over a permission."""
    if name == "tdm_reserved":
        return "true" in stated
    return int(stated[0]) if name == "copyright_year" else stated[0]


def person_names(text: str) -> list[str]:
    """Person names of a list such as "Ann Lee, Juan Pérez and Mia Holm"."""
    return [name for part in _NAME_SEPARATOR.split(text) if (name := part.strip(_TRIM))]


def _role(text: str) -> str:
    word = text.casefold()
    if word.startswith(("with ", "additional")):  # who helped with a story that others reported
        return "contributing"
    return next((role for stem, role in _ROLE_STEMS if stem in word), "contributing")
