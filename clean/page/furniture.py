"""Lines of an extracted article that are not of it, told by the page's own structure: hidden and named parts, related links.

trafilatura finds the article; what it lets through is looked up in the tree again. A line goes only if every place where its
text stands on the page lies in a part that HTML or its template calls furniture (the words of schema.org, readability and the
common systems, never an outlet's), or if it is nothing but a link to another page of the site. The tree is not cut
beforehand: an extractor that meets another page takes other decisions, and loses body. What holds much of the article stays,
whatever it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from lxml import etree

from clean.page.names import CAPTIONS
from clean.page.tree import squeezed, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_SHARE: Final = 0.3  # of the article: a kind of part that holds more is its body (galleries, lists, paywalled text)
MAX_ALL: Final = 0.5  # of the article, all kinds together
PROSE_CHARS: Final = 80  # a line of so many characters is a paragraph
MIN_PROSE: Final = 4  # paragraphs: in shorter texts a lone link may be what the page is about
LINK_CHARS: Final = range(20, 200)  # squeezed: a headline, not "here" and not a paragraph
LABEL_CHARS: Final = 80
_JOIN: Final = "\ue000"  # private use: in no class name
_MARKS: Final = "-–—•*·|>»›→<«"  # before and after the text of a line: bullets, cells, arrows
_PAGES: Final = (
    "",
    "htm",
    "html",
    "shtml",
    "xhtml",
    "php",
    "asp",
    "aspx",
    "jsp",
    "cfm",
)  # other suffixes are documents

_HOLDS_BODY: Final = etree.XPath("boolean(.//h1|.//*[@itemprop='articleBody'])")
_NO_CAPTION: Final = etree.XPath("boolean(.//dl|.//ul|.//ol|.//h2|.//h3|.//p[2])")
_BLOCKS: Final = ("p", "li", "h3", "h4", "h5", "h6", "div", "blockquote", "h1", "h2", "td", "th")
_HEADINGS: Final = ("h2", "h3", "h4", "h5", "h6")


def without_furniture(text: str, tree: Any, parts: Iterable[tuple[Any, str]], url: str | None) -> str:
    """The text without the lines that only furniture of the page holds; `parts` are those of its survey. `tree` loses its scripts."""
    body = tree.find("body")
    lines = text.split("\n")
    keys = [squeezed(line).strip(_MARKS) for line in lines]
    if body is None or not any(keys):
        return text
    etree.strip_elements(tree, "script", "style", "noscript", with_tail=False)
    gone = _in_parts(body, parts, keys)
    gone |= _related(body, lines, keys, gone, url)
    if not gone or sum(len(keys[number]) for number in gone) > MAX_ALL * sum(map(len, keys)):
        return text
    return "\n".join(line for number, line in enumerate(lines) if number not in gone).strip("\n")


def _in_parts(body: Any, parts: Iterable[tuple[Any, str]], keys: list[str]) -> set[int]:
    """The numbers of the lines whose every place on the page lies in furniture."""
    limit = MAX_SHARE * sum(map(len, keys))
    held: dict[Any, tuple[str, str]] = {}  # part → its kind, its squeezed text
    for element, kind in parts:
        text = squeezed(text_of(element))
        inside = sum(len(key) for key in keys if key and key in text) if text else 0
        if 0 < inside <= limit and not _HOLDS_BODY(element) and not (kind in CAPTIONS and _NO_CAPTION(element)):
            held[element] = kind, text
    kinds: dict[str, set[int]] = {}
    for kind, text in held.values():
        kinds.setdefault(kind, set()).update(number for number, key in enumerate(keys) if key and key in text)
    spared = {kind for kind, numbers in kinds.items() if sum(len(keys[number]) for number in numbers) > limit}
    gone = set().union(*(numbers for kind, numbers in kinds.items() if kind not in spared))
    if not gone:
        return gone
    left = {element: text for element, (kind, text) in held.items() if kind not in spared}
    outer = _JOIN.join(t for e, t in left.items() if not any(above in left for above in e.iterancestors()))
    whole = squeezed(text_of(body))
    return {number for number in gone if whole.count(keys[number]) <= outer.count(keys[number])}


def _related(body: Any, lines: list[str], keys: list[str], gone: set[int], url: str | None) -> set[int]:
    """The numbers of lines that are nothing but a link to another page of the site, and of the label before them."""
    prose = {number for number, line in enumerate(lines) if len(line) >= PROSE_CHARS and number not in gone}
    if len(prose) < MIN_PROSE:
        return set()
    order = [number for number, key in enumerate(keys) if key]
    linked = _linked(
        body,
        {keys[number] for number in order[2:] if len(keys[number]) in LINK_CHARS and lines[number][:1] != "|"},
        url,
    )
    hits = {number: linked[keys[number]] for number in order[2:] if keys[number] in linked}
    if not hits or len(hits) > max(3, len(prose - hits.keys()) / 2):
        return set()
    found: set[int] = set()
    for at in range(len(order) - 1, 1, -1):
        number = order[at]
        following = order[at + 1] if at + 1 < len(order) else None
        if number in hits and (
            hits[number] == "p" or following is None or following not in prose or following in found
        ):
            found.add(number)
    return found | _labels(body, lines, keys, order, found)


def _linked(body: Any, wanted: set[str], url: str | None) -> dict[str, str]:
    """Which of the `wanted` texts are those of a block that is one link to another page of the site → the block's tag."""
    found: dict[str, str] = {}
    host = urlsplit(url).hostname if url else None
    for link in body.iter("a") if wanted else ():
        text = squeezed(text_of(link)).strip(_MARKS)
        if text in wanted and text not in found and _is_other_page(link.get("href"), url, host):
            block = next((above for above in link.iterancestors(*_BLOCKS)), None)
            if block is not None and squeezed(text_of(block)).strip(_MARKS) == text:
                found[text] = block.tag
    return found


def _is_other_page(href: str | None, url: str | None, host: str | None) -> bool:
    if not href or href.startswith("#"):
        return False
    try:
        there = urlsplit(urljoin(url or "", href))
    except ValueError:
        return False
    if there.fragment or (there.scheme and there.scheme not in ("http", "https")):
        return False
    name = there.path.rsplit("/", 1)[-1]
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    known = suffix in _PAGES or not suffix.isalpha() or len(suffix) > 5
    return known and (not there.hostname or _site(there.hostname) == _site(host or ""))


def _site(host: str) -> str:
    return host.removeprefix("www.")


def _labels(body: Any, lines: list[str], keys: list[str], order: list[int], found: set[int]) -> set[int]:
    """Short lines that announce the links after them."""
    labels = set()
    headings: set[str] | None = None
    for at in range(2, len(order) - 1):
        number = order[at]
        line = lines[number].strip()
        if number in found or order[at + 1] not in found or len(line) > LABEL_CHARS:
            continue
        if headings is None:
            headings = {squeezed(text_of(heading)).strip(_MARKS) for heading in body.iter(*_HEADINGS)}
        if line.endswith((":", "?")) or keys[number] in headings:
            labels.add(number)
    return labels
