"""The job's own columns: the row key, the address without credentials. Pure functions of text."""

from __future__ import annotations

import hashlib
import re
from typing import Final

_USERINFO: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#\s]*@")


def row_id(source_path: str, record: int, sha256: str) -> str:
    """First 32 hex digits of sha256(source_path NUL record NUL sha256): the same bytes in the same place, the same id."""
    return hashlib.sha256(f"{source_path}\0{record}\0{sha256}".encode()).hexdigest()[:32]


def public(url: str) -> str:
    """The address without `user:password@`, which must not travel into a data set (RELIABILITY 3.8).

    >>> public("https://me:secret@news.example/a?b@c")
    'https://news.example/a?b@c'
    """
    return _USERINFO.sub(r"\1//", url) if "@" in url else url
