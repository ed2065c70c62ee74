"""What a page states of its article, as evidence in the order of trust: JSON-LD, meta elements, links, the page's own marks.

Values are as written; normal forms are made when they are merged with those of the text. Rules are named for their place:
`page.jsonld.author`, `page.meta.og:title`, `page.html.lang`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clean.hosts import host_of
from clean.page import rights
from clean.page.addresses import address
from clean.page.figures import pictures
from clean.page.jsonld import Described
from clean.page.tree import line_of, squeezed
from clean.records import Evidence, Stated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clean.page.survey import Survey

MAX_VALUE_CHARS: Final = 2000
MAX_BYLINE_CHARS: Final = 200
# Names of meta elements (`name`, `property`, `itemprop`, `http-equiv`, small letters) in the order of trust → column.
_METAS: Final = {
    "headline": ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title"),
    "authors": ("author", "article:author", "og:article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl"),
    "publisher": ("og:site_name", "dc.publisher", "dcterms.publisher", "publisher"),
    "published_at": (
        "article:published_time", "og:article:published_time", "datepublished", "dc.date.issued", "dcterms.created", "dcterms.issued", "dc.date",
        "parsely-pub-date", "sailthru.date", "publication_date", "pubdate", "article.published",
    ),
    "language": ("content-language", "og:locale", "dc.language", "dcterms.language", "inlanguage"),
    "copyright_notice": ("copyright", "dc.rights", "dcterms.rights", "rights", "rights-standard"),
    "copyright_holder": ("dcterms.rightsholder",),
    "original_url": ("original-source", "syndication-source"),
    "distributor": ("distributor",),
}  # fmt: skip
_DESCRIPTIONS: Final = ("og:description", "description", "twitter:description", "dc.description")
_JSONLD: Final = (
    ("headline", "headline"), ("language", "inLanguage"), ("publisher", "publisher"), ("wire", "provider"), ("wire", "sourceOrganization"),
    ("wire", "creditText"), ("copyright_holder", "copyrightHolder"), ("copyright_year", "copyrightYear"), ("copyright_notice", "copyrightNotice"),
    ("dateline", "dateline"), ("published_at", "datePublished"),
)  # fmt: skip


class PageFacts:
    """All that a page states: `stated` for the row, `url` its own address, `descriptions` of the article."""

    def __init__(self, root: Any, seen: Survey, url: str | None, headers: Sequence[tuple[str, str]] = ()) -> None:
        self._root, self._seen = root, seen
        self._metas = list(_metas(seen.by_tag["meta"]))
        self._links = [(rel, link) for rel, link in seen.related if link.tag == "link"]
        self.given = address(url)
        own = _first(address(link.get("href"), self.given) for rel, link in self._links if "canonical" in rel)
        self.canonical = own or address(self._meta("og:url"), self.given)
        self.url = self.given or self.canonical
        self._headlines = [line_of(h1) for h1 in seen.by_tag["h1"]]
        titles = [squeezed(title) for title in self._headlines]
        self._described = Described(
            seen.by_tag["script"], self.url, titles[0] if len(titles) == 1 else squeezed(self._meta("og:title") or "")
        )
        self.descriptions = list(
            dict.fromkeys([*filter(None, map(self._meta, _DESCRIPTIONS)), *self._described.texts("description")])
        )
        evidence = [*self._of_jsonld(), *self._of_metas(), *self._of_page(), *self._of_rights(headers)]
        self.stated = Stated(
            tuple(
                dict.fromkeys(
                    one for one in evidence if 0 < len(one.value) <= MAX_VALUE_CHARS and one.value.isprintable()
                )
            ),
            tuple(pictures(seen.by_tag["figure"], self._described, self.url)),
        )

    def _meta(self, wanted: str) -> str | None:
        return next((content for name, content in self._metas if name == wanted), None)

    def _of_jsonld(self) -> Iterator[Evidence]:
        said = self._described
        for column, name in _JSONLD:
            texts = said.texts(name)
            if column == "dateline":  # a place and a date as printed; some systems put their clock there
                texts = [text for text in texts if any(char.isalpha() for char in text[:10])]
            yield from _rows(column, texts, f"page.jsonld.{name}")
        for name in ("author", "creator"):
            for types, text in said.named(name):
                yield from _rows("authors" if not types or "Person" in types else "wire", [text], f"page.jsonld.{name}")
        based = [whole for link in said.addresses("isBasedOn") if (whole := address(link, self.url))]
        yield from _rows("original_url", based, "page.jsonld.isBasedOn")
        for thing in said.things("isBasedOn"):
            yield from _rows("original_source", said.texts("publisher", thing), "page.jsonld.isBasedOn")

    def _of_metas(self) -> Iterator[Evidence]:
        held: dict[str, list[str]] = {}
        for name, content in self._metas:
            held.setdefault(name, []).append(content)
        for column, names in _METAS.items():
            for name in names:
                contents = held.get(name, [])
                if column == "original_url":
                    contents = [whole for content in contents if (whole := address(content, self.url))]
                elif column == "authors":
                    contents = [content for content in contents if "/" not in content]  # addresses of profiles
                elif column == "copyright_notice":
                    contents = [content for content in contents if address(content) is None]
                yield from _rows(column, contents, f"page.meta.{name}")

    def _of_page(self) -> Iterator[Evidence]:
        yield from _rows("language", [self._root.get("lang") or self._root.get("xml:lang") or ""], "page.html.lang")
        for rel, link in self._links:
            if (
                "alternate" in rel
                and link.get("hreflang")
                and address(link.get("href"), self.url) in (self.canonical, self.url)
                and self.url
            ):
                yield from _rows("language", [link.get("hreflang")], "page.link.hreflang")
        if self.given and self.canonical and host_of(self.canonical) != host_of(self.given):
            yield from _rows("original_url", [self.canonical], "page.link.canonical")
        if len(self._headlines) == 1:
            yield from _rows("headline", self._headlines, "page.html.h1")
        title = self._root.find("head/title")
        yield from _rows("headline", [] if title is None else [line_of(title)], "page.html.title")
        byline = next(iter(self._seen.bylines), None)
        if byline is not None and len(text := line_of(byline)) <= MAX_BYLINE_CHARS:
            yield from _rows("byline", [text], "page.html.byline")
        for rel, link in self._seen.related:
            if "author" in rel and link.tag == "a" and next(link.iterancestors("aside", "footer", "nav"), None) is None:
                yield from _rows("authors", [line_of(link)], "page.html.rel-author")

    def _of_rights(self, headers: Sequence[tuple[str, str]]) -> list[Evidence]:
        found = [
            *rights.of_metas(self._metas, self.url),
            *rights.of_tree(self._seen, self.url),
            *rights.of_jsonld(self._described, self.url),
            *rights.of_headers(headers, self.url),
        ]
        # The address of a row is the first of these that is stated.
        order = ("license", "rsl", "tdm-policy", "usageInfo", "acquireLicensePage")
        found.sort(
            key=lambda one: (
                next((n for n, word in enumerate(order) if word in one.rule), len(order))
                if one.field == "rights_url"
                else -1
            )
        )
        return found


def _rows(column: str, values: Sequence[str], rule: str) -> Iterator[Evidence]:
    for value in values:
        if text := " ".join(value.split()):
            yield Evidence(column, text, None, None, rule)


def _metas(elements: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for meta in elements:
        content = meta.get("content")
        if content and content.strip():
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                if name := meta.get(attribute):
                    yield name.strip().lower(), content.strip()


def _first(values: Iterator[str | None]) -> str | None:
    return next((value for value in values if value), None)
