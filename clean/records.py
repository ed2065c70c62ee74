"""What the rooms hand to each other: frozen records without behaviour.

All offsets are code points into the input text, half-open. Field names are the struct fields and columns of `schema`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from clean import schema


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of the input, in code points."""

    start: int
    end: int


class Captured(NamedTuple):
    """One named group of a match: where it stood, its text, the entity it names (canonical and legal name) if any."""

    name: str
    start: int
    end: int
    text: str
    entity: str = ""
    legal: str = ""


class Match(NamedTuple):
    """A candidate: rule number `rule` claims `[start, end)`, lines `first`..`last` (numbers of non-blank lines)."""

    rule: int
    start: int
    end: int
    first: int
    last: int
    captures: tuple[Captured, ...] = ()
    vetoed: bool = False


class Removal(NamedTuple):
    """A stretch taken out: `text` is what stood at `[start, end)`."""

    start: int
    end: int
    text: str
    rule: str
    version: int
    category: str


class Finding(NamedTuple):
    """A match that stayed in the text, and why (`schema.KEPT_REASONS`)."""

    start: int
    end: int
    rule: str
    version: int
    category: str
    reason: str


class Evidence(NamedTuple):
    """Why column `field` holds `value`. `start` and `end` are None for facts that are not from the text."""

    field: str
    value: str
    start: int | None
    end: int | None
    rule: str


class Media(NamedTuple):
    """One picture or video named in the text."""

    kind: str
    caption: str | None
    credit: str | None
    photographer: str | None
    agencies: tuple[str, ...]
    via: tuple[str, ...]
    url: str | None
    alt: str | None
    start: int | None
    end: int | None
    rule: str


class Contributor(NamedTuple):
    """A person or agency and what they did (`schema.ROLES`)."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What the page a text came from states of it, before normal forms: evidence without places, in the order of trust.

    `evidence` values are as written there; `media` are its pictures, whose captions still hold their credits.
    """

    evidence: tuple[Evidence, ...] = ()
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """The provenance columns of one document. None = not stated; dates are ISO 8601 days."""

    headline: str | None = None
    language: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    dateline: str | None = None
    published_at: str | None = None
    published_date: str | None = None
    publisher: str | None = None
    wire: str | None = None
    distributor: str | None = None
    original_url: str | None = None
    photo_credits: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()
    photo_agencies: tuple[str, ...] = ()
    copyright_notice: str | None = None
    copyright_holder: str | None = None
    copyright_year: int | None = None
    usage_terms: str | None = None
    license: str | None = None
    rights_url: str | None = None
    tdm_reserved: bool | None = None
    tdm_signals: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    dateline_place: str | None = None
    contributors: tuple[Contributor, ...] = ()
    original_source: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Result(Provenance):
    """One document cleaned: `restore(result.text, result.removed)` is the input again."""

    text: str = ""
    input_chars: int = 0
    removed: tuple[Removal, ...] = ()
    kept: tuple[Finding, ...] = ()
    over_budget: bool = False
    ruleset: str = ""
    limits: tuple[tuple[str, int], ...] = field(default=(), compare=False)

    @property
    def removed_chars(self) -> int:
        """Characters taken out."""
        return self.input_chars - len(self.text)


PROVENANCE_FIELDS = (*schema.PROVENANCE, "evidence")
