"""Which field is the text, the address, the key: asked for, or found when exactly one known name exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clean.errors import SourceError
from clean.sources.model import Fields, Roles

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# In the order people are told about them. `article`, `document`, `story` are left out: they often hold objects or ids.
TEXT_NAMES: Final = (
    "text", "content", "body", "maintext", "main_text", "article_text", "article_body", "articleBody", "body_text",
    "full_text", "fulltext", "plain_text", "plaintext", "raw_text", "raw_content",
)  # fmt: skip
URL_NAMES: Final = (
    "url",
    "link",
    "source_url",
    "article_url",
    "page_url",
    "web_url",
    "canonical_url",
    "uri",
    "target_uri",
)
ID_NAMES: Final = ("id", "_id", "record_id", "doc_id", "docid", "document_id", "article_id", "uuid", "guid")
MAX_NAMES_TOLD: Final = 30
MAX_NAME_CHARS: Final = 60  # the first row of a table without a header holds whole texts


def choose(present: Collection[str], asked: Fields, *, where: str, nested: Iterable[str] = ()) -> Roles:
    """The roles for a file that has the fields `present`. `nested` are dotted paths of known names inside structs.

    Raises SourceError `no_column` when the text field is missing or more than one could be it.
    """
    text = asked.text or _only(present, TEXT_NAMES)
    if text is None or text not in present:
        raise no_column(present, asked, where=where, nested=nested)
    url = _asked_or_found(present, asked.url, URL_NAMES, text)
    key = _asked_or_found(present, asked.id, ID_NAMES, text)
    found = {"text": None if asked.text else text, "url": None if asked.url else url, "id": None if asked.id else key}
    return Roles(text, url, key, tuple(f"{role} = {name}" for role, name in found.items() if name))


def no_column(present: Collection[str], asked: Fields, *, where: str, nested: Iterable[str] = ()) -> SourceError:
    """The error for a file without a text field, naming the fields there are."""
    known = [name for name in TEXT_NAMES if name in present]
    there = ", ".join(name[:MAX_NAME_CHARS] for name in sorted(present)[:MAX_NAMES_TOLD]) or "none"
    if asked.text:
        what = f'no field "{asked.text}" (--text-field); the fields are: {there}'
    elif len(known) > 1:
        what = f"more than one field could be the text: {', '.join(known)}; say which with --text-field"
    else:
        what = f"no text field; expected one of {', '.join(TEXT_NAMES[:4])}, ... or --text-field NAME; the fields are: {there}"
    deeper = sorted(nested)
    if deeper and len(known) <= 1:
        what += f"; there is text inside {', '.join(deeper)}: --text-field {deeper[0]} takes it from there"
    return SourceError(what, stage="read", reason="no_column", where=where)


def dig(value: Mapping[str, Any], name: str) -> tuple[Any, bool]:
    """(value of a field, whether it is there). A dotted name that is no name of its own leads into nested objects.

    >>> dig({"article": {"text": "x"}, "a.b": 1}, "article.text"), dig({"a.b": 1}, "a.b"), dig({"a": 3}, "a.b")
    (('x', True), (1, True), (None, False))
    """
    if name in value:
        return value[name], True
    found: Any = value
    for part in name.split("."):
        if not isinstance(found, dict) or part not in found:
            return None, False
        found = found[part]
    return found, True


def reached(value: Mapping[str, Any], asked: Fields) -> list[str]:
    """The field names of an object, with the dotted ones that were asked for and lead somewhere in it."""
    wanted = (name for name in (asked.text, asked.url, asked.id) if name and "." in name and name not in value)
    return [*value, *(name for name in wanted if dig(value, name)[1])]


def without(value: Mapping[str, Any], paths: Iterable[tuple[str, ...]]) -> dict[str, Any]:
    """An object without what lies at the paths: mapped values are not passed on a second time."""
    left = dict(value)
    for head, *rest in paths:
        if rest and isinstance(left.get(head), dict):
            left[head] = without(left[head], [tuple(rest)])
        elif not rest:
            left.pop(head, None)
    return left


def _only(present: Collection[str], names: Iterable[str]) -> str | None:
    found = [name for name in names if name in present]
    return found[0] if len(found) == 1 else None


def _asked_or_found(present: Collection[str], asked: str | None, names: Iterable[str], text: str) -> str | None:
    name = asked or _only(present, names)
    return name if name in present and name != text else None
