"""croissant.json of an OUT folder: files with their digests and columns with their standard terms, as Croissant 1.0.

What only the clock or the publisher knows (datePublished, creator, the web address) is not in it: it is added when the data
set is published. The same run writes the same bytes.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pyarrow as pa

from clean import schema
from clean.output.about import TAGS, license_url
from clean.output.folder import CROISSANT, DATA, REJECTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clean.output.about import About

CONFORMS_TO: Final = "http://mlcommons.org/croissant/1.0"
FORMATS: Final = {".parquet": "application/x-parquet", ".jsonl": "application/jsonlines", ".md": "text/markdown"}
_CONTEXT: Final[dict[str, Any]] = {
    "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/", "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo", "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in (
        "citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet", "format",
        "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
        "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
    )},
}  # fmt: skip
# The prefixes of `Column.term` whose words are properties of a vocabulary on the web.
_VOCABULARIES: Final = {
    "schema": "https://schema.org/",
    "dcterms": "http://purl.org/dc/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "tdmrep": "http://www.w3.org/ns/tdmrep#",
}
_TERM: Final = re.compile(rf"\b({'|'.join(_VOCABULARIES)}):([a-z]\w*)")  # a capital names a class, not a property
_RECORDS: Final = {  # record set → folder, what it holds
    "documents": (
        DATA,
        "One record a document: the cleaned text, what was taken out, what the text says of its origin.",
    ),
    "rejects": (REJECTS, "One record a file, record or document that could not be read, with the reason."),
}


def render(about: About, generated: Iterable[dict[str, Any]], user: Any) -> str:
    """The file's text. `generated` as in run.json, without croissant.json itself; `user`: Arrow schema of the user's columns."""
    tables = {
        "documents": pa.schema([*schema.arrow_schema(schema.DATA), *user]),
        "rejects": schema.arrow_schema(schema.REJECTS),
    }
    record: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": f"Cleaned news text: {about.name}",
        "description": (
            f"{about.documents} documents of news text: {about.rows} cleaned, {about.rejects} rejected. Lines that are not the "
            "article are taken out by rules and kept beside it with their places, so that every row gives its input back; what "
            f"they say of origin and rights stands in columns of its own. Written by newsclean with rule set {about.ruleset}. "
            f"Offsets count {schema.OFFSET_UNIT}s, half-open, into the input text."
        ),
        # The shape of the rows is what has a version; the address of the data set's page, so far, is the card beside this file.
        "version": f"{schema.SCHEMA_VERSION}.0",
        "url": "README.md",
        "license": license_url(about.license) if about.license else "Each text keeps its own: columns license, usage_terms, rights_url.",
        "keywords": list(TAGS),
    }  # fmt: skip
    if about.languages:
        record["inLanguage"] = list(about.languages)
    record["distribution"] = [*(_file(item) for item in generated), *(_parts(name) for name in _RECORDS)]
    record["recordSet"] = [_record_set(name, table) for name, table in tables.items()]
    return json.dumps(record, indent=1, ensure_ascii=True) + "\n"


def _file(item: dict[str, Any]) -> dict[str, Any]:
    path = str(item["path"])
    return {
        "@type": "cr:FileObject", "@id": path, "name": path, "contentUrl": path, "contentSize": f"{item['bytes']} B",
        "encodingFormat": FORMATS[path[path.rindex(".") :]], "sha256": item["sha256"],
    }  # fmt: skip


def _parts(record_set: str) -> dict[str, Any]:
    folder = _RECORDS[record_set][0]
    return {
        "@type": "cr:FileSet", "@id": f"{record_set}-parts", "name": f"{record_set}-parts",
        "description": f"The parts of {folder}/ in order.", "encodingFormat": FORMATS[".parquet"],
        "includes": f"{folder}/part-*.parquet",
    }  # fmt: skip


def _record_set(name: str, table: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "cr:RecordSet", "@id": name, "name": name, "description": _RECORDS[name][1]}
    if name == "documents":
        made["key"] = {"@id": "documents/id"}
    about = {column.name: column for column in (schema.DATA if name == "documents" else schema.REJECTS)}
    fields = []
    for column in table:
        place = _Place(name, column.name)
        field = place.field(column.type)
        if field is None:
            continue  # a user's column of a kind Croissant has no word for
        known = about.get(column.name)
        field["description"] = known.purpose if known else "a column of the input, as it was"
        if known and (same := properties(known.term)):
            field["equivalentProperty"] = same[0] if len(same) == 1 else same
        fields.append(field)
    return {**made, "field": fields}


def properties(term: str) -> list[str]:
    """The addresses of the properties a column's standard term names.

    >>> properties("schema:headline; ninjs `headlines[].value`"), properties("prov:Plan"), properties("-")
    (['https://schema.org/headline'], [], [])
    """
    return [_VOCABULARIES[prefix] + word for prefix, word in _TERM.findall(term)]


class _Place:
    """Where a field's values come from: a column, or a key of the structs in it."""

    def __init__(self, record_set: str, column: str, key: str = "") -> None:
        self.record_set, self.column, self.key = record_set, column, key

    def field(self, arrow: Any) -> dict[str, Any] | None:
        """The field of a type, or None where the type has no Croissant form."""
        name = self.key or self.column
        address = "/".join(quote(part, safe="") for part in (self.record_set, self.column, self.key) if part)
        made: dict[str, Any] = {"@type": "cr:Field", "@id": address, "name": name}
        repeated, inner = _inner(arrow)
        if pa.types.is_struct(inner):
            below = [] if self.key else [_Place(self.record_set, self.column, f.name).field(f.type) for f in inner]
            if not below or None in below:
                return None
            return {**made, **({"repeated": True} if repeated else {}), "subField": below}
        kind = _scalar(inner)
        if kind is None:
            return None
        source: dict[str, Any] = {"fileSet": {"@id": f"{self.record_set}-parts"}, "extract": {"column": self.column}}
        if self.key:
            source["transform"] = {"jsonPath": f"$.{self.key}"}
        return {**made, "dataType": kind, **({"repeated": True} if repeated else {}), "source": source}


def _inner(arrow: Any) -> tuple[bool, Any]:
    """(whether a list, the type of what is in it)."""
    if pa.types.is_dictionary(arrow):
        return _inner(arrow.value_type)
    if pa.types.is_list(arrow) or pa.types.is_large_list(arrow) or pa.types.is_fixed_size_list(arrow):
        return True, _inner(arrow.value_type)[1] if pa.types.is_dictionary(arrow.value_type) else arrow.value_type
    return False, arrow


def _scalar(arrow: Any) -> str | None:
    t = pa.types
    kinds = (
        ("sc:Text", (t.is_string, t.is_large_string, t.is_string_view, t.is_null)),
        ("sc:Boolean", (t.is_boolean,)),
        ("sc:Integer", (t.is_integer,)),
        ("sc:Float", (t.is_floating, t.is_decimal)),
        ("sc:DateTime", (t.is_timestamp,)),
        ("sc:Date", (t.is_date,)),
    )
    return next((kind for kind, tests in kinds if any(test(arrow) for test in tests)), None)


def findings(held: bytes, generated: Iterable[dict[str, Any]], table: Any | None) -> Iterator[str]:
    """What a croissant.json says that run.json and the columns of the parts (`table`, an Arrow schema) do not."""
    try:
        record = json.loads(held)
        files = {f["@id"]: f for f in record["distribution"] if f["@type"] == "cr:FileObject"}
        columns = [f["name"] for s in record["recordSet"] if s["@id"] == "documents" for f in s["field"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        yield f"is not the Croissant record this tool writes ({type(error).__name__})"
        return
    named = {str(item.get("path")): item for item in generated}
    named.pop(CROISSANT, None)
    for path in sorted(named.keys() - files.keys()):
        yield f"does not describe {path}"
    for path in sorted(files.keys() - named.keys()):
        yield f"describes {str(path)[:80]}, which run.json does not name"
    for path in sorted(files.keys() & named.keys()):
        said, true = files[path], named[path]
        if (said.get("sha256"), said.get("contentSize")) != (true.get("sha256"), f"{true.get('bytes')} B"):
            yield f"gives another digest or size for {path} than run.json"
    if table is not None:
        wanted = [column.name for column in table if _Place("documents", column.name).field(column.type) is not None]
        if columns != wanted:
            odd = sorted({str(name) for name in columns} ^ set(wanted))
            yield f"describes other columns than the parts hold: {', '.join(odd)[:200] or 'in another order'}"
