"""What the page says beside what its text says: one order of trust, normal forms by the entity tables, losers kept as evidence.

Text before page; of one page what came first in its `Stated`. A scalar takes the first value, lists take all. Nothing is
guessed: names of organisations are canonical where the tables know them, and are no authors; a licence is taken only where
the page names one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import regex

from clean import schema
from clean.dates import day_of
from clean.provenance import LOOKUP_KINDS, ORGANISATIONS, ROLE_WORDS, person_names, scalar
from clean.records import Evidence, Media

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clean.records import Result, Stated
    from clean.ruleset.entities import EntityTable

_ENTITIES: Final = frozenset(
    {"publisher", "distributor", "copyright_holder", "original_source"}
)  # columns of names to look up
_PERSON = regex.compile(
    r"[\p{L}][\p{L}\p{M}'’.-]*(?: [\p{L}][\p{L}\p{M}'’.-]*){1,4}|[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}· ]{2,12}"
)
_BY = regex.compile(r"(?i)^(?:by|von|par|por|di|door|av|af|przez|text|autor|author|auteur|fotos?)\s*:?\s+")
# Small words of surnames, and words that no person's name holds.
_PARTICLES: Final = frozenset({
    "de", "da", "do", "di", "del", "della", "dos", "das", "du", "des", "la", "le", "van", "von", "der", "den", "zu", "zur", "ter", "ten", "af",
    "av", "bin", "ibn", "al", "el", "y", "e", "i", "of",
})  # fmt: skip
_DESKS: Final = frozenset({
    "redaktion", "redaktionsteam", "redaktionen", "redakcja", "redactie", "toimitus", "redacción", "redaccion", "redação", "redacao", "rédaction",
    "redazione", "editorial", "editor", "editors", "staff", "team", "news", "newsroom", "desk", "online", "magazin", "magazine", "zeitung",
    "agencias", "agencies", "agentur", "admin", "gmbh", "ag", "verlag", "media", "medien", "press", "presse", "wire", "reporter", "reporters",
    "correspondent", "guest", "gast", "author", "autor", "contributor", "contributors", "service", "services", "the", "inc", "ltd", "llc",
    "blog", "tv", "radio", "courtesy", "archive", "archives", "museum", "university", "universität", "library", "handout", "institute", "ministry", "police", "department",
})  # fmt: skip
_CREDIT_PARTS = regex.compile(r"\s*(?:/|\||,|;|·|\s(?=via\s)|\sfor\s)\s*")
_CREDIT_LABEL = regex.compile(
    r"(?i)^(?:(?:photo|photograph|picture|image|credit|foto|bild|crédit|photos?|fotos?|fotografía|imagen|kuva|zdjęcie|copyright|quelle|source)s?"
    r"(?: credit| by| de| di| von)?\s*:\s*|©\s*|\(c\)\s*|(?:photo|picture|image|photograph) by )"
)
_CREDIT_NOTE = regex.compile(r"\s*[(\[][^()\[\]]{0,80}[)\]]")
_INSTANT = regex.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})")
_TAG = regex.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
MAX_NAME_CHARS: Final = 100


def captions(stated: Stated) -> list[str]:
    """The captions that rules have to be asked about: those of pictures whose credit the page does not set apart."""
    return [item.caption for item in stated.media if item.caption and not item.credit]


def merged(result: Result, stated: Stated, seen_in: Sequence[Result], table: EntityTable) -> Result:
    """A result with what its page states; `seen_in` are the results of `captions(stated)`, in their order."""
    media = list(_pictures(stated.media, iter(seen_in), table, result.media))
    outlets = [_letters(one.value) for one in stated.evidence if one.field == "publisher"]
    said = [
        item
        for one in stated.evidence
        if one.field != "authors" or not any(outlet.startswith(_letters(one.value)) for outlet in outlets)
        for item in _normal(one, table)
    ]
    said += [item for picture in media for item in _of_picture(picture)]
    evidence = tuple(dict.fromkeys((*result.evidence, *said)))
    values: dict[str, Any] = {"evidence": evidence}
    for name in schema.SCALARS:
        if getattr(result, name) is None and (found := [item.value for item in said if item.field == name]):
            values |= _scalar(name, found)
    for name in ("authors", "photo_credits", "photographers"):
        values[name] = tuple(dict.fromkeys((*getattr(result, name), *(e.value for e in said if e.field == name))))
    values["tdm_signals"] = tuple(sorted({*result.tdm_signals, *(e.value for e in said if e.field == "tdm_signals")}))
    values["media"] = (*result.media, *media)
    values["photo_agencies"] = tuple(dict.fromkeys(name for m in values["media"] for name in (*m.agencies, *m.via)))
    return replace(result, **values)


def _letters(name: str) -> str:
    """A name without case, blanks and signs: outlets write their own in many ways."""
    return "".join(char for char in name.casefold() if char.isalnum())


def _scalar(name: str, found: Sequence[str]) -> dict[str, Any]:
    """The value of a column from all that the page says of it."""
    if name == "license" and len(set(found)) > 1:  # two licences on one page: which is the article's is not guessed
        return {}
    return {name: scalar(name, found)}


def _normal(one: Evidence, table: EntityTable) -> Iterator[Evidence]:
    """The evidence with its value in normal form: none where it cannot be read, more where a list was written."""
    value = " ".join(one.value.split())
    if one.field == "authors":
        yield from _author(one, value, table)
    elif one.field == "wire":  # a page names its provider; only a known agency is a wire
        if known := table.resolve(value, ("wire",)):
            yield one._replace(value=known.name)
    elif one.field in _ENTITIES:
        if value and len(value) <= MAX_NAME_CHARS and "://" not in value:
            known = table.resolve(value, LOOKUP_KINDS[one.field])
            legal = known.legal if known and one.field == "copyright_holder" else ""
            yield one._replace(value=legal or (known.name if known else value))
    elif one.field in ("published_at", "published_date"):
        yield from _date(one, value)
    elif one.field == "copyright_year":
        if found := regex.search(r"\b(?:19|20)\d{2}\b", value):
            yield one._replace(value=found.group())
    elif one.field == "language":
        if tag := language_tag(value):
            yield one._replace(value=tag)
    elif value:
        yield one._replace(value=value)


def _author(one: Evidence, value: str, table: EntityTable) -> Iterator[Evidence]:
    """Names of persons; an agency that is named as author is the wire; desks, outlets and single words are nobody."""
    known = table.resolve(value, ORGANISATIONS)
    if known is not None:
        if "wire" in known.kinds:
            yield one._replace(field="wire", value=known.name)
        return
    names = person_names(_BY.sub("", value)) if len(value) <= MAX_NAME_CHARS else []
    if all(_is_person(name) and table.resolve(name, ORGANISATIONS) is None for name in names):
        yield from (one._replace(value=name) for name in names)


def _is_person(name: str) -> bool:
    words = name.casefold().split()
    return (
        _PERSON.fullmatch(name) is not None
        and not _DESKS & {word.strip(".") for word in words}
        and all(word[:1].isupper() or not word.isascii() or word in _PARTICLES for word in name.split())
    )


def _date(one: Evidence, value: str) -> Iterator[Evidence]:
    """The day as stated, and the instant if an offset is stated."""
    if found := _INSTANT.fullmatch(value):
        day, minutes, seconds, _, offset = found.groups()
        zone = "+00:00" if offset == "Z" else offset if ":" in offset else f"{offset[:3]}:{offset[3:]}"
        if _is_instant(instant := f"{day}T{minutes}{seconds or ':00'}{zone}"):
            yield one._replace(field="published_at", value=instant)
    if day_stated := day_of(value[:40]):
        yield one._replace(field="published_date", value=day_stated)


def _is_instant(text: str) -> bool:
    from datetime import datetime  # noqa: PLC0415 - a reader of dates, not a clock

    try:
        return datetime.fromisoformat(text).year > 1
    except (ValueError, OverflowError):
        return False


def language_tag(value: str) -> str | None:
    """A BCP 47 tag in its usual letters, None for what is none.

    >>> language_tag("en_us"), language_tag("zh-hant-TW"), language_tag("deutsch")
    ('en-US', 'zh-Hant-TW', None)
    """
    if not _TAG.fullmatch(value):
        return None
    first, *rest = value.replace("_", "-").split("-")
    return "-".join(
        [
            first.lower(),
            *(p.title() if len(p) == 4 and p.isalpha() else p.upper() if len(p) == 2 else p.lower() for p in rest),
        ]
    )


def _pictures(
    stated: Iterable[Media], seen_in: Iterator[Result], table: EntityTable, known: Sequence[Media]
) -> Iterator[Media]:
    """The page's pictures with their credits read: by the page's own marks, else by the rules."""
    printed = {" ".join(m.caption.split()) for m in known if m.caption}
    for one in stated:
        if one.credit:
            picture = _credited(one, table)
        elif one.caption:
            result = next(seen_in)
            found = next((m for m in result.media if m.credit or m.photographer or m.agencies), None)
            if found is None:
                picture = one
            else:
                caption = result.text.strip() or found.caption or None
                picture = found._replace(caption=caption, url=one.url, alt=one.alt, start=None, end=None, rule=one.rule)
                picture = picture if found.photographer or found.agencies else _credited(picture, table)
        else:
            picture = one
        if not picture.caption or " ".join(picture.caption.split()) not in printed:
            yield picture


def _credited(one: Media, table: EntityTable) -> Media:
    """A picture whose credit the page sets apart: its names by the entity tables, the first other name is the photographer's."""
    printed = one.credit or ""
    printed = printed.strip(" ()[]") if printed[:1] in ("(", "[") else printed
    bare = _CREDIT_NOTE.sub("", _CREDIT_LABEL.sub("", printed)).strip()
    agencies: list[str] = []
    via: list[str] = []
    person = one.photographer
    for part in _CREDIT_PARTS.split(bare):
        name = part.removeprefix("via ").strip()
        if not name or name.casefold() in ROLE_WORDS:
            continue
        if entity := table.resolve(name, LOOKUP_KINDS["photo_agency"]):
            (via if part.startswith("via ") else agencies).append(entity.name)
        elif person is None and _is_person(name):
            person = name
    return one._replace(photographer=person, agencies=tuple(dict.fromkeys(agencies)), via=tuple(dict.fromkeys(via)))


def _of_picture(one: Media) -> Iterator[Evidence]:
    """Why the flat columns of pictures say so."""
    if one.caption:
        yield Evidence("media", one.caption, None, None, one.rule)
    if one.credit:
        yield Evidence("photo_credits", one.credit, None, None, one.rule)
    if one.photographer:
        yield Evidence("photographers", one.photographer, None, None, one.rule)
    for name in (*one.agencies, *one.via):
        yield Evidence("photo_agencies", name, None, None, one.rule)
