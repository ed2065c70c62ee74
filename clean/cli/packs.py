"""A user's packs are proved before any input is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clean.errors import RuleError
from clean.prove import prove

if TYPE_CHECKING:
    from clean.cleaner import Cleaner


def proved(cleaner: Cleaner) -> Cleaner:
    """The cleaner, its user's rules proved. Raises RuleError with every fault."""
    if faults := prove(cleaner):
        raise RuleError(tuple(faults))
    return cleaner
