"""A page to its article and what it states of it: `read` takes the bytes of one HTML document and all that is known of them.

This is the seam for every reader that meets pages: files, WARC records, members of archives. Nothing here knows files or Arrow,
fetches anything, or writes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from clean.errors import SourceError
from clean.page import charset, tree
from clean.page.article import article
from clean.page.facts import PageFacts
from clean.page.survey import survey
from clean.records import Evidence, Stated

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_PAGE_BYTES: Final = 20 << 20  # trafilatura's own bound


@dataclass(frozen=True, slots=True)
class Page:
    """One page read: the article's `text`, what the page states, its own address, and how the bytes were decoded."""

    text: str
    stated: Stated
    url: str | None
    encoding: str
    encoding_by: str  # bom, utf-8, header, meta, prolog, detected
    encoding_confidence: float = 1.0


def read(
    raw: bytes | str,
    *,
    content_type: str | None = None,
    url: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
) -> Page:
    """Read one HTML document. `content_type` and `headers` are those of its HTTP response, `url` the address it came from.

    `raw` as text is taken as decoded (`encoding` "utf-8"). Without `url` the page's own canonical address is its address.
    Raises SourceError with stage `decode` (`encoding`, `binary`) or `page` (`no_text`, `empty`, `too_large`).
    """
    if len(raw) > MAX_PAGE_BYTES:
        raise SourceError(f"a page larger than {MAX_PAGE_BYTES >> 20} MB", stage="page", reason="too_large")
    decoded = charset.Decoded(raw, "utf-8", "utf-8") if isinstance(raw, str) else charset.decode(raw, content_type)
    root = tree.parse(decoded.text)
    seen = survey(root)
    facts = PageFacts(root, seen, url, headers)
    text = article(root, seen, facts.url, facts.descriptions)
    if decoded.strays and "\ufffd" in text:
        what = f"{decoded.strays} bytes are not UTF-8, some of them in the article; convert the page, e.g. with iconv"
        raise SourceError(what, stage="decode", reason="encoding")
    stated = _without_strays(facts.stated) if decoded.strays else facts.stated
    return Page(text, _with_charset(stated, decoded), facts.url, decoded.encoding, decoded.by, decoded.confidence)


def _without_strays(stated: Stated) -> Stated:
    evidence = tuple(one for one in stated.evidence if "\ufffd" not in one.value)
    media = tuple(
        one for one in stated.media if "\ufffd" not in f"{one.caption}{one.credit}{one.alt}{one.photographer}"
    )
    return replace(stated, evidence=evidence, media=media)


def _with_charset(stated: Stated, decoded: charset.Decoded) -> Stated:
    """Who chose the charset, where it is not what every page is in: the column `encoding` alone would not say."""
    if decoded.by == "utf-8":
        return stated
    rows = [Evidence("encoding", decoded.label or decoded.encoding, None, None, f"page.charset.{decoded.by}")]
    if decoded.by == "detected":
        rows.append(Evidence("encoding", f"{decoded.confidence:.2f}", None, None, "page.charset.confidence"))
    return replace(stated, evidence=(*stated.evidence, *rows))


__all__ = ["MAX_PAGE_BYTES", "Page", "read"]
