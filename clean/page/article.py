"""The article of a page: trafilatura finds it, the page's structure takes out what it lets through. All calls to trafilatura."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from clean.errors import SourceError
from clean.page.furniture import without_furniture
from clean.page.lead import with_lead
from clean.page.tree import without_programs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clean.page.survey import Survey


def article(root: Any, seen: Survey, url: str | None, descriptions: Sequence[str] = ()) -> str:
    """The article's text: a paragraph a line, list items behind "- ", table rows as "| cell | cell |", in Unicode NFC.

    `seen` is the page's survey. `root` loses its scripts and styles. Raises SourceError `no_text` where there is none.
    """
    from trafilatura import bare_extraction  # noqa: PLC0415 - 300 ms, and only pages need it

    without_programs(root)
    try:
        found = bare_extraction(root, include_comments=False)
    except Exception as error:  # whatever it raises costs this page only
        what = f"the extractor failed on this page ({type(error).__name__})"
        raise SourceError(what, stage="page", reason="no_text") from error
    text = normalize("NFC", getattr(found, "text", None) or "")
    if text:
        text = with_lead(text, body, descriptions) if (body := root.find("body")) is not None else text
        text = without_furniture(text, root, seen.parts, url)
    if not text.strip():
        raise SourceError("no article is found on the page", stage="page", reason="no_text")
    return text


def _quiet() -> None:
    """Without this trafilatura warns on the standard error stream of every page it finds nothing on: our rejects say so."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)


_quiet()
