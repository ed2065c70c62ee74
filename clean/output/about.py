"""What a run's output says of itself to strangers: name, numbers, languages, licence. Card and Croissant are drawn from it.

Nothing here knows the clock or the machine: the same run says the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

TAGS: Final = ("news", "newsclean", "provenance")
_ROOTS_NAMED: Final = 3
_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")

# SPDX ids the Hub has a name for: the same in lower case (its page "Licenses", seen 2026-11). Others go by `license_name`.
HUB_LICENSES: Final = frozenset({
    "cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0",
    "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0",
    "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "odbl", "pddl", "apache-2.0", "mit",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """The facts. `license` is the SPDX id that every row states, or None: rows differ, or one states none."""

    name: str
    documents: int
    rows: int
    rejects: int
    ruleset: str
    languages: tuple[str, ...] = ()
    license: str | None = None


def run_name(roots: Iterable[str]) -> str:
    """A name for what a run made, from the last components of its inputs: a function of the command alone.

    >>> run_name(["seeds"]), run_name(["a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl"])
    ('seeds', 'a.jsonl, b.jsonl, c.jsonl and 1 more')
    """
    named = list(roots)
    more = len(named) - _ROOTS_NAMED
    return ", ".join(named[:_ROOTS_NAMED]) + (f" and {more} more" if more > 0 else "")


def language_of(tag: str) -> str | None:
    """The language of a declared BCP 47 tag as ISO 639 writes it, or None for what is no tag.

    >>> language_of("en-US"), language_of("NO"), language_of("none given")
    ('en', 'no', None)
    """
    found = _TAG.fullmatch(tag)
    return found[1].lower() if found else None


def one_license(counted: dict[str | None, int]) -> str | None:
    """The licence that all rows state, or None.

    >>> one_license({"CC-BY-4.0": 3}), one_license({"CC-BY-4.0": 3, None: 1}), one_license({})
    ('CC-BY-4.0', None, None)
    """
    stated = [name for name, rows in counted.items() if rows]
    return stated[0] if len(stated) == 1 else None


def license_url(spdx: str) -> str:
    """Where SPDX holds the text of a licence."""
    return f"https://spdx.org/licenses/{spdx}.html"
