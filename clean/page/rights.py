"""Rights signals that a page or its HTTP response carries (the closed list of the standards page): recorded, never judged.

Each is an evidence row of `tdm_signals`; `tdm_reserved` says "true" or "false" where the signal has such a meaning, and
`rights_url` where it names an address. Nothing is fetched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from clean.page.addresses import address
from clean.page.licences import licence_of
from clean.page.notices import notices
from clean.page.tree import text_of
from clean.records import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clean.page.jsonld import Described
    from clean.page.survey import Survey

# `robots` and the bots that answer to a name of their own.
_ROBOTS: Final = re.compile(
    r"robots|.*bot|google-extended|applebot-extended|ccbot|gptbot|claudebot|anthropic-ai|perplexitybot|bytespider"
)
_NO_AI: Final = frozenset({"noai", "noml"})
_RSL: Final = "application/rsl+xml"
_AI_USES: Final = re.compile(r"train-ai|ai-train|ai-all|\ball\b", re.IGNORECASE)
_PROHIBITS: Final = re.compile(
    r"<prohibits\b[^>]*\btype\s*=\s*[\"']usage[\"'][^>]*>(.*?)</prohibits>", re.IGNORECASE | re.DOTALL
)
_LINK: Final = re.compile(r"<([^>]{1,2000})>((?:\s*;\s*[^;,\"]+(?:\"[^\"]*\")?)*)")
_TRAIN: Final = re.compile(r"(?:^|[,\s])train-ai\s*=\s*\"?([ny])", re.IGNORECASE)
_NOT_THE_TEXTS: Final = ("figure", "figcaption", "picture")  # a licence there is the picture's


def of_headers(headers: Sequence[tuple[str, str]], base: str | None) -> Iterator[Evidence]:
    """Signals of an HTTP response; they go before those of the site, after those of the page."""
    for name, value in headers:
        field = name.strip().lower()
        rule = f"page.header.{field}"
        if field == "tdm-reservation":
            yield from _reservation("tdmrep-header", value, rule)
        elif field == "tdm-policy":
            yield from _address(value, base, rule)
        elif field == "x-robots-tag":
            yield from _robots(value.rsplit(":", 1)[-1], rule)
        elif field == "content-usage" and (found := _TRAIN.search(value)):
            yield from _signal("aipref-header", rule, reserved=found.group(1).lower() == "n")
        elif field == "link":
            for target, parameters in _LINK.findall(value):
                if re.search(r"\brel\s*=\s*\"?[^\"]*\blicense\b", parameters, re.IGNORECASE):
                    yield from _rsl_or_license(target, _RSL in parameters, base, rule)


def of_metas(metas: Sequence[tuple[str, str]], base: str | None) -> Iterator[Evidence]:
    """Signals of `<meta>` elements, (name, content)."""
    for name, content in metas:
        rule = f"page.meta.{name}"
        if name == "tdm-reservation":
            yield from _reservation("tdmrep-meta", content, rule)
        elif name == "tdm-policy":
            yield from _address(content, base, rule)
        elif _ROBOTS.fullmatch(name):
            yield from _robots(content, rule)
        elif name in ("dc.rights", "dcterms.rights", "dcterms.license", "dc.rights.license") and licence_of(content):
            yield from _rsl_or_license(content, rsl=False, base=base, rule=rule)


def of_tree(seen: Survey, base: str | None) -> Iterator[Evidence]:
    """Signals of links, inline RSL and sentences of the page's foot."""
    for rel, link in seen.related:
        if "license" in rel and next(link.iterancestors(*_NOT_THE_TEXTS), None) is None:
            rsl = (link.get("type") or "").strip().lower() == _RSL
            yield from _rsl_or_license(link.get("href"), rsl, base, f"page.link.{'rsl' if rsl else 'license'}")
    for script in seen.by_tag["script"]:
        if (script.get("type") or "").strip().lower() == _RSL:
            banned = any(_AI_USES.search(uses) for uses in _PROHIBITS.findall(text_of(script)))
            yield from _signal("rsl-inline", "page.script.rsl", reserved=True if banned else None)
    for foot in seen.by_tag["footer"]:
        for link in foot.iter("a"):
            if "license" not in (link.get("rel") or "") and licence_of(link.get("href") or ""):
                yield from _rsl_or_license(link.get("href"), rsl=False, base=base, rule="page.footer.license")
    for sentence in notices([*seen.by_tag["footer"], *seen.by_tag["small"]]):
        yield Evidence("usage_terms", sentence, None, None, "page.footer.text-notice")
        yield from _signal("text-notice", "page.footer.text-notice", reserved=True)


def of_jsonld(described: Described, base: str | None) -> Iterator[Evidence]:
    """Signals of the article's node, and where it has none, of the page's."""
    for node in (described.article, described.page):
        for name in ("license", "usageInfo", "acquireLicensePage", "conditionsOfAccess"):
            for link in described.addresses(name, node):
                rule = f"page.jsonld.{name}"
                if name == "license":
                    yield from _rsl_or_license(link, rsl=False, base=base, rule=rule)
                elif address(link, base):
                    yield from _signal("jsonld-usageinfo", rule)
                    yield from _address(link, base, rule)


def _reservation(signal: str, value: str, rule: str) -> Iterator[Evidence]:
    if value.strip() in ("0", "1"):
        yield from _signal(signal, rule, reserved=value.strip() == "1")


def _robots(content: str, rule: str) -> Iterator[Evidence]:
    tokens = {token.strip().lower() for token in content.split(",")}
    if tokens & _NO_AI:
        yield from _signal("robots-noai", rule, reserved=True)
    if "noimageai" in tokens:
        yield from _signal("robots-noimageai", rule)


def _rsl_or_license(link: str | None, rsl: bool, base: str | None, rule: str) -> Iterator[Evidence]:
    whole = address(link, base)
    if whole is None:
        return
    yield from _signal("rsl-link" if rsl else "license-link", rule)
    if not rsl and (name := licence_of(whole)):
        yield Evidence("license", name, None, None, rule)
    yield from _address(whole, base, rule)


def _address(link: str, base: str | None, rule: str) -> Iterator[Evidence]:
    if whole := address(link, base):
        yield Evidence("rights_url", whole, None, None, rule)


def _signal(name: str, rule: str, *, reserved: bool | None = None) -> Iterator[Evidence]:
    yield Evidence("tdm_signals", name, None, None, rule)
    if reserved is not None:
        yield Evidence("tdm_reserved", str(reserved).lower(), None, None, rule)
