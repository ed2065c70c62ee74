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
MAX_BETWEEN: Final = 400  # elements between headline and first paragraph
_ASIDE: Final = frozenset({"nav", "aside", "footer", "form", "figure", "template", "dialog", "script", "style", "noscript"})
_BLOCKS: Final = frozenset({"p", "div", "h2", "h3", "section", "blockquote", "ul", "span", "header", "li", "article", "main"})
_INLINE: Final = frozenset({"a", "abbr", "b", "br", "em", "i", "span", "strong", "sub", "sup", "small", "u", "q", "mark", "time", "cite"})


def with_lead(text: str, body: Any, descriptions: Sequence[str]) -> str:
    """The text with its standfirst as first line, if the page has one that is missing."""
    key = squeezed(text)
    block = _described(body, key, descriptions)
    if block is None:
        block = _named(body, key, text)
    if block is None:
        return text
    lead = line_of(block)
    first, _, rest = text.partition("\n")
    headline = next((squeezed(line_of(h1)) for h1 in body.iter("h1")), "")
    return f"{first}\n{lead}\n{rest}" if rest and headline and squeezed(first) == headline else f"{lead}\n{text}"


def _described(body: Any, key: str, descriptions: Sequence[str]) -> Any | None:
    """The block that says what the page's description says."""
    for description in descriptions:
        wanted = squeezed(description).rstrip(".…[]")
        if len(wanted) < MIN_CHARS or wanted[:SAME_CHARS] in key:
            continue
        block = _smallest(body, wanted[:SAME_CHARS])
        if block is not None:
            held = squeezed(line_of(block))
            # The whole block is the description, or its beginning: a paragraph of the body may be longer, a lead is not much.
            if len(held) <= MAX_CHARS and held.startswith(wanted[:SAME_CHARS]) and held not in key:
                return block
    return None


def _smallest(element: Any, wanted: str) -> Any | None:
    """The innermost block that holds `wanted` (squeezed), first in document order; parts beside the article are not looked into."""
    if wanted not in squeezed(line_of(element)):
        return None
    while True:
        inner = next(
            (child for child in element if child.tag in _BLOCKS and child.tag not in _ASIDE and wanted in squeezed(line_of(child))), None
        )
        if inner is None or (inner.tag == "span" and len(squeezed(line_of(element))) <= MAX_CHARS and element.tag != "body"):
            return element if element.tag != "body" else None
        element = inner


def _named(body: Any, key: str, text: str) -> Any | None:
    """The one block with a name for leads between the headline and the first paragraph found."""
    lines = [squeezed(line) for line in text.split("\n")]
    first = next((line[:FIRST_CHARS] for line in lines if len(line) >= FIRST_CHARS), None)
    if first is None:
        return None
    found = [block for block in _between(body, first) if _is_new(block, key)]
    return found[0] if len(found) == 1 else None


def _is_new(block: Any, key: str) -> bool:
    held = squeezed(line_of(block))
    return MIN_CHARS <= len(held) <= MAX_CHARS and held not in key and held[:SAME_CHARS] not in key


def _between(body: Any, first: str) -> Iterator[Any]:
    """Blocks named as leads, outermost only, after the headline and before the block that begins with `first`."""
    headline = next(body.iter("h1"), None)
    if headline is None:
        return
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
