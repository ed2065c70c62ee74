"""The host of an address, as a group and filter key: lower case, IDNA, no port, no leading `www.`."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import regex

_LABEL = regex.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?")
MAX_HOST_CHARS: Final = 253


def host_of(url: str | None) -> str | None:
    """The host of an http(s) address, or None where there is none that could exist.

    >>> host_of("https://WWW.Example.com:8080/a"), host_of("javascript:alert(1)"), host_of("https://bücher.example/")
    ('example.com', None, 'xn--bcher-kva.example')
    """
    if not url or any(char <= " " or char == "\x7f" for char in url):
        return None
    try:
        parts = urlsplit(url)
        name = parts.hostname or ""
        host = name.encode("ascii").decode() if name.isascii() else name.encode("idna").decode()
    except (UnicodeError, ValueError):
        return None
    host = host.rstrip(".").lower().removeprefix("www.")
    labels = host.split(".")
    if parts.scheme.lower() not in ("http", "https") or len(host) > MAX_HOST_CHARS or len(labels) < 2:
        return None
    return host if all(_LABEL.fullmatch(label) for label in labels) else None


def is_under_host(host: str | None, outlet: str) -> bool:
    """Whether a host is the outlet's or one of its subdomains."""
    return host is not None and (host == outlet or host.endswith("." + outlet))
