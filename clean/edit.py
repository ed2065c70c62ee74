"""Taking spans out of a text, and putting them back. The whole of the reversibility promise is in these two functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clean.records import Removal


def apply(text: str, removals: Iterable[Removal]) -> str:
    """`text` without the removals (sorted, disjoint, code points).

    >>> from clean.records import Removal
    >>> apply("a b c", [Removal(1, 3, " b", "x.y.z", 1, "ui.ad")])
    'a c'
    """
    kept, at = [], 0
    for removal in removals:
        kept.append(text[at : removal.start])
        at = removal.end
    kept.append(text[at:])
    return "".join(kept)


def restore(text: str, removed: Iterable[Removal | Mapping[str, Any]]) -> str:
    """The text as it was before `removed` was taken out; takes Removal objects or the dicts Parquet readers give.

    >>> restore("a c", [{"start": 1, "end": 3, "text": " b"}])
    'a b c'
    """
    pieces: list[str] = []
    at = length = 0  # `at` in the cleaned text, `length` of what stands so far
    for removal in removed:
        start, cut = (
            (removal["start"], removal["text"]) if isinstance(removal, Mapping) else (removal.start, removal.text)
        )
        kept = text[at : at + start - length]
        pieces += (kept, cut)
        at += len(kept)
        length += len(kept) + len(cut)
    pieces.append(text[at:])
    return "".join(pieces)
