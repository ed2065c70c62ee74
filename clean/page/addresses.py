"""Addresses on a page: made whole, and only those a person could follow."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin

from clean.hosts import host_of

MAX_CHARS: Final = 2000


def address(link: str | None, base: str | None = None) -> str | None:
    """An http(s) address with a host that could exist, relative ones made whole by `base`; None for anything else.

    >>> address("/a b", "https://news.example/x"), address("javascript:alert(1)"), address("//cdn.example/a.jpg", "https://news.example/")
    (None, None, 'https://cdn.example/a.jpg')
    """
    if not link or len(link) > MAX_CHARS:
        return None
    try:
        whole = urljoin(base or "", link.strip())
    except ValueError:
        return None
    if not host_of(whole) or not whole.isprintable():
        return None
    start, _, rest = whole.partition("//")
    place, slash, path = rest.partition("/")
    return f"{start}//{place.rpartition('@')[2]}{slash}{path}"  # credentials are nobody's business
