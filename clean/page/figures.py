"""Pictures of an article: address, alternative text, caption and credit, as `<figure>` and JSON-LD give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clean.page.addresses import address
from clean.page.names import furniture_by_class, is_credit
from clean.page.tree import line_of
from clean.records import Media

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clean.page.jsonld import Described

MAX_FIGURES: Final = 50
MAX_CAPTION_CHARS: Final = 1500
MAX_CREDIT_CHARS: Final = 200
_BESIDE: Final = ("aside", "nav", "footer", "template", "dialog", "form")
_KINDS: Final = {"video": "video", "audio": "audio"}
_SOURCES: Final = ("src", "data-src", "data-original", "data-lazy-src")


def pictures(figures: Sequence[Any], described: Described, base: str | None) -> list[Media]:
    """Every picture with something said of it, in the page's order; one that JSON-LD describes too is one picture."""
    found = list(_figures(figures, base))
    known = {_file(picture.url) for picture in found if picture.url}
    found += [picture for picture in _described(described, base) if not picture.url or _file(picture.url) not in known]
    return found


def _figures(figures: Sequence[Any], base: str | None) -> Iterator[Media]:
    figures = [figure for figure in figures if next(figure.iterancestors("figure"), None) is None]
    for figure in figures[:MAX_FIGURES]:
        if _is_beside(figure):
            continue
        caption = next(figure.iter("figcaption"), None)
        image = next((i for i in figure.iter("img", "video", "audio")), None)
        credit = _credit(figure)
        said = "" if caption is None else line_of(caption)
        if credit and said.endswith(credit):
            said = said.removesuffix(credit).rstrip(" |/–—-(")
        alt = " ".join((image.get("alt") or "").split()) if image is not None else ""
        if len(said) > MAX_CAPTION_CHARS or not (said or credit):
            continue
        link = next((link for name in _SOURCES if image is not None and (link := address(image.get(name), base))), None)
        kind = "image" if image is None else _KINDS.get(image.tag, "image")
        yield Media(kind, said or None, credit or None, None, (), (), link, alt or None, None, None, "page.html.figure")


def _is_beside(figure: Any) -> bool:
    """Whether a figure stands in a part of the page that is not the article."""
    return any(
        above.tag in _BESIDE or (above.get("class") and furniture_by_class(above.get("class")))
        for above in figure.iterancestors()
    )


def _credit(figure: Any) -> str:
    """The credit line a template sets apart, as printed; '' where it sets none."""
    for element in figure.iterdescendants():
        marked = element.get("itemprop") in ("copyrightHolder", "creditText", "copyrightNotice") or is_credit(
            element.get("class") or ""
        )
        if marked and 0 < len(text := line_of(element)) <= MAX_CREDIT_CHARS:
            return text
    return ""


def _described(described: Described, base: str | None) -> Iterator[Media]:
    for thing in described.things("image")[:MAX_FIGURES]:
        texts = {
            name: next(iter(described.texts(name, thing)), "")
            for name in ("caption", "creditText", "creator", "copyrightNotice")
        }
        link = next(
            (
                whole
                for name in ("contentUrl", "url")
                for text in described.addresses(name, thing)
                if (whole := address(text, base))
            ),
            None,
        )
        credit = texts["creditText"] or texts["copyrightNotice"]
        if texts["caption"] or credit or texts["creator"]:
            photographer = next((text for types, text in described.named("creator", thing) if "Person" in types), None)
            yield Media(
                "image", texts["caption"][:MAX_CAPTION_CHARS] or None, credit[:MAX_CREDIT_CHARS] or None, photographer, (), (), link, None,
                None, None, "page.jsonld.image",
            )  # fmt: skip


def _file(link: str) -> str:
    """The name of an address's file: the same picture comes in many sizes from many servers."""
    return link.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1].lower()
