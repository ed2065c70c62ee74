"""The standfirst: the first paragraph of many articles, set apart from the body by the template and lost with its header.

It is taken back where the page itself says twice what it is: a block that repeats the page's own description, or one its
template calls lead, between the headline and the first paragraph that was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clean.page.names import is_lead
from clean.page.tree import line_of, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MIN_CHARS: Final = 40  # squeezed: shorter ones are kickers and slogans
MAX_CHARS: Final = 1500
SAME_CHARS: Final = 40  # of a description at least: content systems cut it anywhere
FIRST_CHARS: Final = 40  # by so much of it the first paragraph is known again
MIN_TITLE_CHARS: Final = 20  # squeezed: a shorter h1 is a section, or a name that stands in the lead too
MAX_BETWEEN: Final = 400  # elements between headline and first paragraph
_STOPS: Final = (".", "!", "?", "…", "。", "।", "؟", '"', "”", "“", "»", ")")
_ASIDE: Final = frozenset(
    {"nav", "aside", "footer", "form", "figure", "template", "dialog", "script", "style", "noscript"}
)
_BLOCKS: Final = frozenset(
    {"p", "div", "h2", "h3", "section", "blockquote", "ul", "span", "header", "li", "article", "main"}
)


def with_lead(text: str, body: Any, descriptions: Sequence[str]) -> str:
    """The text with its standfirst as first line, if the page has one that is missing."""
    key = squeezed(text)
    first = next((line[:FIRST_CHARS] for line in map(squeezed, text.split("\n")) if len(line) >= FIRST_CHARS), None)
    if first is None:
        return text
    headline = next(body.iter("h1"), None)
    title = "" if headline is None else squeezed(line_of(headline))
    block = _described(body, key, first, descriptions)
    if block is None and headline is not None:
        block = _named(headline, key, first)
    if block is None or (len(title) >= MIN_TITLE_CHARS and title in squeezed(line_of(block))):
        return text
    lead = line_of(block)
    opening, _, rest = text.partition("\n")
    return f"{opening}\n{lead}\n{rest}" if rest and title and squeezed(opening) == title else f"{lead}\n{text}"


def _described(body: Any, key: str, first: str, descriptions: Sequence[str]) -> Any | None:
    """The block before the first paragraph that says what the page's description says."""
    for description in descriptions:
        wanted = squeezed(description).rstrip(".…[]")[:SAME_CHARS]
        if len(wanted) < MIN_CHARS or wanted in key:
            continue
        block = _smallest(body, wanted)
        if block is None:
            continue
        held = squeezed(line_of(block))
        whole = squeezed(line_of(body))
        if (
            held.startswith(wanted)
            and _is_new(held, key)
            and (first not in whole or whole.find(wanted) < whole.rfind(first))
        ):
            return block
    return None


def _smallest(element: Any, wanted: str) -> Any | None:
    """The innermost block that holds `wanted` (squeezed), first in document order; parts beside the article are not looked into."""
    if wanted not in squeezed(line_of(element)):
        return None
    while True:
        inner = next(
            (
                child
                for child in element
                if child.tag in _BLOCKS and child.tag not in _ASIDE and wanted in squeezed(line_of(child))
            ),
            None,
        )
        if inner is None or (
            inner.tag == "span" and len(squeezed(line_of(element))) <= MAX_CHARS and element.tag != "body"
        ):
            return element if element.tag != "body" else None
        element = inner


def _named(headline: Any, key: str, first: str) -> Any | None:
    """The one block with a name for leads between the headline and the first paragraph found, if it is a sentence."""
    found = [block for block in _between(headline, first) if _is_new(squeezed(line_of(block)), key)]
    return found[0] if len(found) == 1 and line_of(found[0]).endswith(_STOPS) else None


def _is_new(held: str, key: str) -> bool:
    return MIN_CHARS <= len(held) <= MAX_CHARS and held[:SAME_CHARS] not in key


def _between(headline: Any, first: str) -> Iterator[Any]:
    """Blocks named as leads, outermost only, after the headline and before the block that begins with `first`."""
    outer: Any = None
    for number, element in enumerate(_after(headline)):
        if number > MAX_BETWEEN or (element.tag == "p" and squeezed(line_of(element)).startswith(first)):
            return
        if outer is not None and outer in element.iterancestors():
            continue
        name = element.get("class")
        if name and element.tag in _BLOCKS and is_lead(name):
            outer = element
            yield element


def _after(element: Any) -> Iterator[Any]:
    """All elements behind one, in document order; parts beside the article are passed over whole."""
    while element is not None:
        sibling = element.getnext()
        while sibling is not None:
            if sibling.tag not in _ASIDE:
                yield sibling
                yield from (inner for inner in sibling.iterdescendants() if inner.tag not in _ASIDE)
            sibling = sibling.getnext()
        element = element.getparent()
        if element is not None and element.tag == "body":
            return
