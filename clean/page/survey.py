"""One walk over a page's tree for all that is asked of it later: a second walk would cost as much again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from clean.page.names import furniture_by_class, furniture_by_id, is_byline

_WANTED: Final = frozenset({"meta", "link", "script", "h1", "figure", "footer", "small"})
_MEANT: Final = frozenset({"template", "dialog", "figcaption", "menu", "nav", "aside", "footer"})
_ROLES: Final = frozenset({"dialog", "navigation", "complementary", "contentinfo", "search"})
_ROOTS: Final = frozenset({"html", "head", "body", "main", "article"})
_BYLINES: Final = frozenset({"p", "div", "span", "address"})


@dataclass(slots=True)
class Survey:
    """What stands on a page, each list in document order.

    `by_tag` has elements of a few tags, `related` those with a `rel`, `bylines` those named so, `parts` the elements that
    HTML or their names call furniture, with the word for it.
    """

    by_tag: dict[str, list[Any]] = field(default_factory=lambda: {tag: [] for tag in _WANTED})
    related: list[tuple[list[str], Any]] = field(default_factory=list)
    bylines: list[Any] = field(default_factory=list)
    parts: list[tuple[Any, str]] = field(default_factory=list)


def survey(root: Any) -> Survey:
    """Walk over the tree once."""
    found = Survey()
    by_tag, parts = found.by_tag, found.parts
    for element in root.iter():
        tag = element.tag
        if tag in _WANTED:
            by_tag[tag].append(element)
        kind = ""
        for name, value in element.items():
            if name == "class":
                kind = kind or furniture_by_class(value)
                if "yline" in value and tag in _BYLINES and is_byline(value):
                    found.bylines.append(element)
            elif name == "id":
                kind = kind or furniture_by_id(value)
            elif name == "rel":
                found.related.append((value.lower().split(), element))
            elif name == "hidden":
                kind = kind or name
            elif name == "role" and value in _ROLES:
                kind = kind or value
        if (kind or tag in _MEANT) and tag not in _ROOTS:
            parts.append((element, kind or tag))
    return found
