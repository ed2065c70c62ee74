r"""Clean news text: take the lines that are not the article out, keep them as provenance, give the original back.

>>> import clean
>>> result = clean.clean("The council met.\n\nDistributed by Tribune Content Agency, LLC")
>>> result.text, result.distributor
('The council met.', 'Tribune Content Agency')
>>> clean.restore(result.text, result.removed)
'The council met.\n\nDistributed by Tribune Content Agency, LLC'
"""

from __future__ import annotations

from functools import cache

from clean.cleaner import Cleaner
from clean.edit import restore
from clean.errors import CleanError, ConfigError, RuleError, SinkError, SourceError
from clean.records import Contributor, Evidence, Finding, Media, Removal, Result, Span
from clean.repair import repair

__version__ = "0.1.0"
__all__ = [
    "CleanError",
    "Cleaner",
    "ConfigError",
    "Contributor",
    "Evidence",
    "Finding",
    "Media",
    "Removal",
    "Result",
    "RuleError",
    "SinkError",
    "SourceError",
    "Span",
    "clean",
    "repair",
    "restore",
]


@cache
def _default() -> Cleaner:
    return Cleaner()


def clean(text: str, url: str | None = None) -> Result:
    """Clean one text with the built-in rules, compiled at the first call."""
    return _default().clean(text, url)
