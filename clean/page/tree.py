"""A page's text to a tree, by lxml: the only parser of pages. No network, no entities from outside, bounded depth."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree
from lxml.html import HtmlElement

from clean.errors import SourceError

MAX_DEPTH: Final = 2048  # libxml2's own bound for huge trees: it stops there and drops all that follows
_CONTROLS: Final = bytes({*range(32), 127} - {9, 10, 13})  # no part of a longer UTF-8 sequence
_NONCHARACTERS: Final = tuple(char.encode() for char in "\ufffe\uffff")
_PROLOG: Final = re.compile(r"^\s*<\?xml[^>]*>", re.IGNORECASE)
_DOCTYPE: Final = re.compile(r"^\s*<!doctype[^>\[]*(\[[^\]]*\])?[^>]*>", re.IGNORECASE)  # entities of one are not read
# One class for all elements, looked up without a call to Python: all that is done with a tree is a tenth faster so.
_LOOKUP: Final = etree.ElementDefaultClassLookup(element=HtmlElement)
_TEXT: Final = etree.XPath("string()", smart_strings=False)


def parse(text: str) -> Any:
    """The root element of a page. Raises SourceError: `empty` without any element, `no_text` over MAX_DEPTH levels."""
    text = _DOCTYPE.sub("", _PROLOG.sub("", text, count=1), count=1)
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, default_doctype=False, collect_ids=False,
    )  # fmt: skip
    parser.set_element_class_lookup(_LOOKUP)
    try:
        root = etree.fromstring(_plain(text), parser) if text.strip() else None
    except etree.LxmlError:
        root = None
    last = parser.error_log.last_error
    if last is not None and last.type_name == "ERR_RESOURCE_LIMIT":
        what = f"elements stand more than {MAX_DEPTH} deep in one another; what follows cannot be read"
        raise SourceError(what, stage="page", reason="no_text")
    if root is None or not isinstance(root.tag, str):
        raise SourceError("the page is empty", stage="page", reason="empty")
    return root


def _plain(text: str) -> bytes:
    """UTF-8 without the characters that XML knows none of and libxml2 would stop at."""
    data = text.encode().translate(None, _CONTROLS)
    for character in _NONCHARACTERS:
        data = data.replace(character, b"")
    return data


def text_of(element: Any) -> str:
    """All text of an element, as it stands."""
    return str(_TEXT(element))


def squeezed(text: str) -> str:
    """A text without its blanks: the same wherever it stands, however it is laid out."""
    return "".join(text.split())


def line_of(element: Any) -> str:
    """The text of an element on one line, blanks made single."""
    return " ".join(text_of(element).split())


def without_programs(root: Any) -> None:
    """Take out what is no text in any reading: styles, drawings, links of the head, scripts that hold no data."""
    etree.strip_elements(root, "style", "svg", "link", with_tail=False)
    for script in list(root.iter("script")):
        parent = script.getparent()
        if parent is not None and "json" not in (script.get("type") or ""):
            _remove(script, parent)


def _remove(element: Any, parent: Any) -> None:
    """Take an element out and leave the text behind it."""
    if tail := element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    parent.remove(element)
