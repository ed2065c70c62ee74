"""Addresses of licences to their names: SPDX identifiers by table, Creative Commons addresses where SPDX has none; never a guess."""

from __future__ import annotations

import re
from typing import Final

_CC: Final = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/(\d\.\d)(?:/([a-z]{2,4}))?(?:/(?:deed|legalcode)[^/]*)?/?(?:[?#].*)?",
    re.IGNORECASE,
)
_KINDS: Final = {
    "by": "BY",
    "by-sa": "BY-SA",
    "by-nd": "BY-ND",
    "by-nc": "BY-NC",
    "by-nc-sa": "BY-NC-SA",
    "by-nc-nd": "BY-NC-ND",
    "by-nd-nc": "BY-NC-ND",
}
_VERSIONS: Final = frozenset({"1.0", "2.0", "2.5", "3.0", "4.0"})
# The ported licences that SPDX names; the others keep their address.
_PORTED: Final = frozenset({
    "CC-BY-2.5-AU", "CC-BY-3.0-AT", "CC-BY-3.0-AU", "CC-BY-3.0-DE", "CC-BY-3.0-IGO", "CC-BY-3.0-NL", "CC-BY-3.0-US", "CC-BY-NC-3.0-DE",
    "CC-BY-NC-ND-3.0-DE", "CC-BY-NC-ND-3.0-IGO", "CC-BY-NC-SA-2.0-DE", "CC-BY-NC-SA-2.0-FR", "CC-BY-NC-SA-2.0-UK",
    "CC-BY-NC-SA-3.0-DE", "CC-BY-NC-SA-3.0-IGO", "CC-BY-ND-3.0-DE", "CC-BY-SA-2.0-UK", "CC-BY-SA-2.1-JP", "CC-BY-SA-3.0-AT",
    "CC-BY-SA-3.0-DE", "CC-BY-SA-3.0-IGO",
})  # fmt: skip
_OGL: Final = re.compile(
    r"(?:https?:)?//(?:www\.)?nationalarchives\.gov\.uk/doc/open-government-licence/version/([123])/?(?:[?#].*)?",
    re.IGNORECASE,
)


def licence_of(address: str) -> str | None:
    """The SPDX identifier, or the plain address of a Creative Commons licence without one; None for any other address.

    >>> licence_of("https://creativecommons.org/licenses/by-nc/4.0/deed.de"), licence_of("http://creativecommons.org/licenses/by/2.0/fr/")
    ('CC-BY-NC-4.0', 'https://creativecommons.org/licenses/by/2.0/fr/')
    >>> licence_of("https://creativecommons.org/licenses/by/"), licence_of("https://news.example/terms")
    (None, None)
    """
    address = address.strip()
    if found := _OGL.fullmatch(address):
        return f"OGL-UK-{found.group(1)}.0"
    found = _CC.fullmatch(address)
    if found is None:
        return None
    family, kind, version, place = (
        found.group(1).lower(),
        found.group(2).lower(),
        found.group(3),
        (found.group(4) or "").lower(),
    )
    if family == "publicdomain":
        return (
            "CC0-1.0"
            if (kind, version) == ("zero", "1.0")
            else f"https://creativecommons.org/publicdomain/{kind}/{version}/"
        )
    if kind not in _KINDS:
        return None
    name = f"CC-{_KINDS[kind]}-{version}" + (f"-{place.upper()}" if place else "")
    if (not place and version in _VERSIONS) or name in _PORTED:
        return name
    return f"https://creativecommons.org/licenses/{kind}/{version}/" + (f"{place}/" if place else "")
