"""The only home of column names, types, units and closed lists.

Offsets and lengths are Unicode code points, half-open, into the input text (the text after `fixes`).
Nothing here imports pyarrow until `arrow_schema` is called, so that rule commands start fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

SCHEMA_VERSION: Final = "1.0"
OFFSET_UNIT: Final = "code point"

# Families of boilerplate. A rule names one; prefixes choose several (`--keep caption`).
CATEGORIES: Final = (
    "byline", "byline.bio",
    "caption.credit", "caption.file", "caption.image-of", "caption.toggle", "caption.video",
    "correction", "dateline", "helpline",
    "promo.affiliate", "promo.app", "promo.comments", "promo.donate", "promo.event", "promo.newsletter",
    "promo.paywall", "promo.podcast", "promo.related", "promo.social", "promo.subscribe", "promo.telegram", "promo.tips",
    "syndication.ai-disclosure", "syndication.contributed", "syndication.copyright", "syndication.desk-note",
    "syndication.disclaimer", "syndication.distributed", "syndication.originally-published",
    "syndication.press-release", "syndication.reporting-editing", "syndication.republish-licence",
    "syndication.wire-notice",
    "ui.ad", "ui.cookie", "ui.embed", "ui.nav", "ui.player", "ui.readtime", "ui.share", "ui.tags",
)  # fmt: skip
TAGGED_FAMILIES: Final = ("byline", "correction", "dateline", "helpline")  # tag by default; all others drop

ACTIONS: Final = ("drop", "tag", "flag")
STATUSES: Final = ("experimental", "stable", "deprecated")
UNITS: Final = ("line", "sentence", "span", "block")
ZONES: Final = ("any", "head", "tail", "edge", "body")
ENDS: Final = ("open", "no-stop", "stop")
SPAN_PLACES: Final = ("start", "end", "anywhere")
CASES: Final = ("fold", "exact")
KEPT_REASONS: Final = ("tag", "flag", "unless", "neighbour", "zone", "overlap", "budget")
ENTITY_KINDS: Final = ("wire", "photo_agency", "distributor", "publisher", "license", "press_release_wire")
ROLES: Final = ("reporting", "writing", "editing", "contributing", "translating")
MEDIA_KINDS: Final = ("image", "video", "audio")

STAGES: Final = ("open", "read", "decode", "page", "normalise", "match", "record")
REASONS: Final = (
    "unreadable", "not_found", "not_a_file", "link_loop", "dangling_link", "unknown_format", "unsafe_path",
    "nested_archive", "encrypted", "encoding", "surrogate", "binary", "truncated", "corrupt", "trailing_data",
    "digest", "too_large", "bomb", "too_many", "timeout", "worker_died", "bad_json", "not_object", "duplicate_key",
    "text_missing", "text_null", "text_type", "bad_csv", "no_column", "duplicate_column", "bad_warc",
    "unsupported_encoding", "no_text", "empty",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Capture:
    """A named group a rule may use: the column it feeds and how its text becomes a value."""

    column: str
    kind: str  # text, name, entity, year, date, role, license: the normal form in provenance.py


CAPTURES: Final[dict[str, Capture]] = {
    "author": Capture("authors", "name"),
    "byline": Capture("byline", "text"),
    "caption": Capture("media", "text"),
    "contributor": Capture("contributors", "name"),
    "copyright_holder": Capture("copyright_holder", "holder"),
    "copyright_notice": Capture("copyright_notice", "text"),
    "copyright_year": Capture("copyright_year", "year"),
    "dateline": Capture("dateline", "text"),
    "dateline_date": Capture("published_date", "date"),
    "dateline_place": Capture("dateline_place", "text"),
    "distributor": Capture("distributor", "entity"),
    "headline": Capture("headline", "text"),
    "license": Capture("license", "license"),
    "original_source": Capture("original_source", "entity"),
    "original_url": Capture("original_url", "url"),
    "photo_agency": Capture("photo_agencies", "entity"),
    "photo_credit": Capture("photo_credits", "text"),
    "photographer": Capture("photographers", "name"),
    "publisher": Capture("publisher", "entity"),
    "rights_url": Capture("rights_url", "url"),
    "role": Capture("contributors", "role"),
    "tdm_reservation": Capture("tdm_signals", "reservation"),
    "usage_terms": Capture("usage_terms", "text"),
    "via": Capture("photo_agencies", "entity"),
    "wire": Capture("wire", "entity"),
}

SPAN_STRUCT: Final = (("start", "int32"), ("end", "int32"))
REMOVED_STRUCT: Final = (
    *SPAN_STRUCT,
    ("text", "string"),
    ("rule", "string"),
    ("version", "int32"),
    ("category", "string"),
)
KEPT_STRUCT: Final = (
    *SPAN_STRUCT,
    ("rule", "string"),
    ("version", "int32"),
    ("category", "string"),
    ("reason", "string"),
)
EVIDENCE_STRUCT: Final = (
    ("field", "string"),
    ("value", "string"),
    ("start", "int32?"),
    ("end", "int32?"),
    ("rule", "string"),
)
MEDIA_STRUCT: Final = (
    ("kind", "string"), ("caption", "string?"), ("credit", "string?"), ("photographer", "string?"),
    ("agencies", "list<string>"), ("via", "list<string>"), ("url", "string?"), ("alt", "string?"),
    ("start", "int32?"), ("end", "int32?"), ("rule", "string"),
)  # fmt: skip
CONTRIBUTOR_STRUCT: Final = (("name", "string"), ("role", "string"))
STRUCTS: Final = {
    "removal": REMOVED_STRUCT, "finding": KEPT_STRUCT, "evidence": EVIDENCE_STRUCT, "media": MEDIA_STRUCT,
    "contributor": CONTRIBUTOR_STRUCT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an output table. `type` ends in `?` where null means "not stated"; `list<name>` of STRUCTS."""

    name: str
    type: str
    by: str
    purpose: str
    term: str = "-"
    dictionary: bool = False


DATA: Final = (
    Column("id", "string", "J", "row key: first 32 hex of sha256(source_path NUL source_record NUL source_sha256)", "dcterms:identifier; Dolma `id`"),
    Column("source_path", "string", "S", "file, relative to the input root, `/` separated, archive members as `a.tar!/b.txt`", "prov:used"),
    Column("source_record", "int64", "S", "record number inside the file, from 0 (0 for a whole file)"),
    Column("source_offset", "int64?", "S", "byte offset of the record in the decompressed file, of a WARC record in the file as it lies, where the format has one", "WARC file offset"),
    Column("source_sha256", "string", "S", "sha256 of the record's raw bytes", "WARC-Payload-Digest (other algorithm and base)"),
    Column("record_id", "string?", "S, M", "the source's own key, as text", "WARC-Record-ID; Dolma source id"),
    Column("encoding", "string", "S", "charset the bytes were decoded with", "HTTP charset", dictionary=True),
    Column("fixes", "list<string>", "N", "ftfy steps in order (`encode:latin-1`); `[]` = the decoded bytes are the input", dictionary=True),
    Column("url", "string?", "S, M, H", "address of the article", "WARC-Target-URI; schema:url; ninjs `uri`"),
    Column("host", "string?", "J", "group and filter key: lower case, IDNA, no port, no leading `www.`", dictionary=True),
    Column("retrieved_at", "timestamp?", "S, M", "when the copy was fetched; never our clock", "WARC-Date; Dolma `added`"),
    Column("text", "string", "D", "the cleaned text (may be empty)", "schema:articleBody; Dolma `text`; ninjs `bodies[].value`"),
    Column("input_chars", "int32", "D", "length of the input"),
    Column("removed_chars", "int32", "D", "characters taken out; length(text) = input_chars - removed_chars"),
    Column("input_sha256", "string", "D", "sha256 of the UTF-8 input: verifies a restore in any engine"),
    Column("text_sha256", "string", "D", "exact-duplicate key after cleaning"),
    Column("removed", "list<removal>", "D", "what was cut, by which rule; sorted by start, never overlapping, never empty", "Dolma attribute span"),
    Column("kept", "list<finding>", "D", "matched but left in; reason: tag, flag, unless, neighbour, zone, overlap, budget", "Dolma attribute span"),
    Column("over_budget", "bool", "D", "text kept whole because too much would have gone"),
    Column("ruleset", "string", "J", "sha256 hex of the compiled rule set", "prov:Plan", dictionary=True),
    Column("headline", "string?", "H", "headline as the page states it", "schema:headline; ninjs `headlines[].value`"),
    Column("language", "string?", "H, M", "BCP 47 as declared, not guessed", "schema:inLanguage; dcterms:language; ninjs `language`", dictionary=True),
    Column("byline", "string?", "P, H", "as printed", "ninjs `by`"),
    Column("authors", "list<string>", "P, H", "person names from the byline", "schema:author; dcterms:creator; IPTC Creator"),
    Column("dateline", "string?", "P", "as printed (place, date, agency)", "schema:dateline; ninjs `located`", dictionary=True),
    Column("published_at", "timestamp?", "H", "only if the source states an offset; never guessed", "schema:datePublished; Dolma `created`; ninjs `versionCreated` (nearest)"),
    Column("published_date", "date?", "P, H", "calendar day as stated", "dcterms:issued"),
    Column("publisher", "string?", "P, H", "outlet that ran it (canonical entity name)", "schema:publisher; dcterms:publisher", dictionary=True),
    Column("wire", "string?", "P, H", "agency that wrote the text (canonical)", "schema:provider; ninjs `infoSources`", dictionary=True),
    Column("distributor", "string?", "P, H", "who distributed it (canonical)", "ninjs `infoSources`", dictionary=True),
    Column("original_url", "string?", "P, H", '"first published at", canonical link to another host', "schema:isBasedOn; prov:wasDerivedFrom"),
    Column("photo_credits", "list<string>", "P, H", "credit lines as printed", "IPTC Credit Line; schema:creditText", dictionary=True),
    Column("photographers", "list<string>", "P, H", "names from the credits", "IPTC Creator", dictionary=True),
    Column("photo_agencies", "list<string>", "P, H", "canonical, in printed order", "IPTC Source / Supplier", dictionary=True),
    Column("copyright_notice", "string?", "P, H", "as printed", "IPTC Copyright Notice; schema:copyrightNotice; ninjs `copyrightNotice`; dc:rights"),
    Column("copyright_holder", "string?", "P, H", "legal name of the entity, else its canonical name, else as written", "schema:copyrightHolder; ninjs `copyrightHolder`; dcterms:rightsHolder", dictionary=True),
    Column("copyright_year", "int32?", "P, H", "first year of a range", "schema:copyrightYear; dcterms:dateCopyrighted", dictionary=True),
    Column("usage_terms", "string?", "P, H", "sentence on re-use, as printed", "ninjs `usageTerms`; IPTC Rights Usage Terms", dictionary=True),
    Column("license", "string?", "P, H", "SPDX id when certain, else null", "SPDX; schema:license; dcterms:license", dictionary=True),
    Column("rights_url", "string?", "P, H", "first of: licence link, RSL file, tdm-policy, usageInfo, acquireLicensePage", "ninjs `rightsInfo.linkedRights`; schema:usageInfo", dictionary=True),
    Column("tdm_reserved", "bool?", "P, H, S", "true = some signal reserves text and data mining; null = nothing seen", "tdmrep:reservation"),
    Column("tdm_signals", "list<string>", "P, H, S", "which signals, sorted", dictionary=True),
    Column("media", "list<media>", "P, H", "one entry per picture or video seen", "schema:ImageObject (caption, creditText, creator, contentUrl); IPTC Photo Metadata"),
    Column("dateline_place", "string?", "P", "the place in the dateline, without agency and date", "ninjs `located`; schema:contentLocation"),
    Column("contributors", "list<contributor>", "P", "reporting, writing, editing, contributing, translating: persons and agencies", "schema:contributor, schema:editor"),
    Column("original_source", "string?", "P, H", 'outlet of "originally published at", "posted with permission from"', "schema:isBasedOn; ninjs `infoSources`"),
    Column("evidence", "list<evidence>", "P, H", "why each provenance column says so, losers too; start/end null = not from the text", "prov:wasDerivedFrom", dictionary=True),
)  # fmt: skip
BATCH_FROM: Final = "input_chars"  # Cleaner.clean_batch adds `text` in place and the columns from here on

REJECTS: Final = (
    Column("source_path", "string", "J", "the file"),
    Column("source_record", "int64?", "J", "record number; null = the whole file"),
    Column("source_offset", "int64?", "J", "byte offset, where known"),
    Column("source_sha256", "string?", "J", "sha256 of the record's raw bytes, where they could be read"),
    Column("record_id", "string?", "J", "the source's own key"),
    Column("url", "string?", "J", "address of the article"),
    Column("stage", "string", "J", "where it failed: " + ", ".join(STAGES)),
    Column("reason", "string", "J", "closed list: " + ", ".join(REASONS)),
    Column("message", "string", "J", "one line for a person; no machine paths"),
)

BY_NAME: Final = {column.name: column for column in DATA}
PROVENANCE: Final = tuple(c.name for c in DATA[20:-1])  # headline .. original_source; all filled with evidence
SCALARS: Final = tuple(n for n in PROVENANCE if not BY_NAME[n].type.startswith("list"))
STRING_LISTS: Final = tuple(n for n in PROVENANCE if BY_NAME[n].type == "list<string>")


def default_action(category: str) -> str:
    """The action of a rule that names none: promo, caption, syndication, ui drop; the rest is tagged."""
    return "tag" if category.split(".", maxsplit=1)[0] in TAGGED_FAMILIES else "drop"


def is_under(name: str, prefix: str) -> bool:
    """Whether an id or category is `prefix` or lies below it (`caption` covers `caption.credit`)."""
    return name == prefix or name.startswith(prefix + ".")


@cache
def arrow_type(notation: str) -> Any:
    """The Arrow type for a column's notation, nullability of list items and struct fields included."""
    import pyarrow as pa  # noqa: PLC0415 - rule commands must not pay for it

    notation = notation.removesuffix("?")
    if notation.startswith("list<"):
        item = notation[5:-1]
        inner = pa.struct([arrow_field(n, t) for n, t in STRUCTS[item]]) if item in STRUCTS else arrow_type(item)
        return pa.list_(pa.field("element", inner, nullable=False))
    plain = {"string": pa.string(), "int32": pa.int32(), "int64": pa.int64(), "bool": pa.bool_(), "date": pa.date32()}
    return plain[notation] if notation in plain else pa.timestamp("us", tz="UTC")


def arrow_field(name: str, notation: str) -> Any:
    """An Arrow field; a `?` in the notation makes it nullable."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    return pa.field(name, arrow_type(notation), nullable=notation.endswith("?"))


def arrow_schema(columns: tuple[Column, ...]) -> Any:
    """The Arrow schema of DATA, REJECTS or a slice of them."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    return pa.schema([arrow_field(column.name, column.type) for column in columns])
