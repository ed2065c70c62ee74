"""The article as JSON-LD describes it: the one node that is this page's article, and the properties provenance asks for.

Scripts are hostile: broken JSON, graphs, lists, references, numbers where names are expected. What cannot be read is passed
over; nothing is raised.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from clean.page.tree import squeezed, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_SCRIPT_CHARS: Final = 2_000_000
MAX_DEPTH: Final = 8
MAX_NODES: Final = 500
_ARTICLES: Final = frozenset({
    "Article", "NewsArticle", "AnalysisNewsArticle", "AskPublicNewsArticle", "BackgroundNewsArticle", "OpinionNewsArticle",
    "ReportageNewsArticle", "ReviewNewsArticle", "BlogPosting", "LiveBlogPosting", "Report", "AdvertiserContentArticle",
})  # fmt: skip
_PAGES: Final = frozenset({"WebPage", "ItemPage", "AboutPage"})
_ELSEWHERE: Final = frozenset(
    {"itemListElement", "hasPart", "mentions", "relatedLink", "citation", "comment", "isPartOf", "about", "review"}
)
_COMMENTS: Final = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_COMMA: Final = re.compile(r",(\s*[}\]])")

Node = dict[str, Any]


class Described:
    """The JSON-LD of a page: `article` is the node of its article, `page` that of the page; either may be empty."""

    def __init__(self, scripts: Iterable[Any], address: str | None, headline: str) -> None:
        nodes = [node for value in _values(scripts) for node in _nodes(value)]
        self._by_id = {
            node["@id"]: node for node in reversed(nodes) if isinstance(node.get("@id"), str) and len(node) > 1
        }
        articles = [node for node in nodes if _types(node) & _ARTICLES]
        self.article: Node = _chosen(articles, address, headline)
        self.page: Node = next((node for node in nodes if _types(node) & _PAGES), {})

    def texts(self, name: str, node: Node | None = None) -> list[str]:
        """The texts of a property: strings as they are, things by their name, lists one by one."""
        return [text for _, text in self.named(name, node)]

    def named(self, name: str, node: Node | None = None) -> list[tuple[frozenset[str], str]]:
        """(types, text) of every value of a property; a plain string has no types."""
        held = (self.article if node is None else node).get(name)
        found: list[tuple[frozenset[str], str]] = []
        for value in held if isinstance(held, list) else [held]:
            if isinstance(value, dict):
                thing = self.resolved(value)
                names = thing.get("name")
                for text in names if isinstance(names, list) else [names]:
                    found += [(_types(thing), text)] if isinstance(text, str) else []
            elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
                found.append((frozenset(), str(value)))
        return [(types, text.strip()) for types, text in found if text.strip()]

    def addresses(self, name: str, node: Node | None = None) -> list[str]:
        """The addresses of a property: strings, or `url`, `contentUrl` or `@id` of things."""
        held = (self.article if node is None else node).get(name)
        found: list[Any] = []
        for value in held if isinstance(held, list) else [held]:
            thing = self.resolved(value) if isinstance(value, dict) else {}
            found.append(
                value if isinstance(value, str) else thing.get("contentUrl") or thing.get("url") or thing.get("@id")
            )
        return [text.strip() for text in found if isinstance(text, str) and text.strip()]

    def things(self, name: str) -> list[Node]:
        """The values of a property of the article that are things, references followed."""
        held = self.article.get(name)
        return [
            self.resolved(value) for value in (held if isinstance(held, list) else [held]) if isinstance(value, dict)
        ]

    def resolved(self, thing: Node) -> Node:
        """A thing, or what it refers to elsewhere on the page."""
        key = thing.get("@id")
        return self._by_id.get(key, thing) if isinstance(key, str) and len(thing) <= 2 else thing


def _values(scripts: Iterable[Any]) -> Iterator[Any]:
    for script in scripts:
        if "ld+json" in (script.get("type") or "").lower():
            text = text_of(script)
            if 2 < len(text) <= MAX_SCRIPT_CHARS:
                yield _parsed(text)


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    bare = _COMMA.sub(r"\1", _COMMENTS.sub("", _COMMENTS.sub("", text)))
    try:
        return json.loads(bare, strict=False)  # control characters in strings are common
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any) -> list[Node]:
    """Every node that speaks of this page: the graph's own, and what they are the main entity of; not lists of other articles."""
    found: list[Node] = []
    waiting = [(value, 0)]
    while waiting and len(found) < MAX_NODES:
        item, depth = waiting.pop(0)
        if depth > MAX_DEPTH:
            continue
        if isinstance(item, list):
            waiting[:0] = [(part, depth + 1) for part in item[:MAX_NODES]]
        elif isinstance(item, dict):
            found.append(item)
            waiting += [
                (part, depth + 1)
                for name, part in item.items()
                if name not in _ELSEWHERE and isinstance(part, (dict, list))
            ]
    return found


def _types(node: Node) -> frozenset[str]:
    held = node.get("@type")
    names = held if isinstance(held, list) else [held]
    return frozenset(name.rsplit("/", 1)[-1] for name in names if isinstance(name, str))


def _chosen(articles: list[Node], address: str | None, headline: str) -> Node:
    """The article of this page: the one with its address, the only one, or the one with its headline; else none."""
    if len(articles) > 1 and address:
        wanted = _bare(address)
        same = [a for a in articles if any(_bare(text) == wanted for text in _own_addresses(a))]
        articles = same or articles
    titled = {squeezed(text) for node in articles if isinstance(text := node.get("headline"), str)}
    if len(articles) > 1 and len(titled) > 1:
        articles = [
            a
            for a in articles
            if isinstance(a.get("headline"), str) and headline and squeezed(a["headline"]) == headline
        ]
    return max(articles, key=len) if articles else {}


def _own_addresses(node: Node) -> list[str]:
    main = node.get("mainEntityOfPage")
    held = [node.get("url"), node.get("@id"), main.get("@id") if isinstance(main, dict) else main]
    return [text for text in held if isinstance(text, str)]


def _bare(address: str) -> str:
    return (
        address.split("#", 1)[0]
        .split("?", 1)[0]
        .removeprefix("https://")
        .removeprefix("http://")
        .removeprefix("www.")
        .rstrip("/")
    )
