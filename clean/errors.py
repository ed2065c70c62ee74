"""Every exception that leaves the package.

    CleanError              any of ours; `where` says the file, place or document
    ├── RuleError           a rule pack is refused; `faults` lists every fault at once
    ├── SourceError         an input cannot be read; `reason` is one of schema.REASONS
    ├── SinkError           the output folder cannot be used
    └── ConfigError         the call itself makes no sense: options, columns, limits

This room knows nothing of the others.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a rule pack: place, code, subject, what is wrong and what to do about it."""

    path: str
    line: int
    code: str
    subject: str
    what: str
    help: str = ""

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}: [{self.code}] {self.subject}: {self.what}"
        return f"{text}\n  help: {self.help}" if self.help else text


class CleanError(Exception):
    """Base of all errors of this package."""

    def __init__(self, message: str, *, where: str = "", help: str = "") -> None:  # noqa: A002 - the word users see
        self.message, self.where, self.help = message, where, help
        super().__init__(message, where, help)

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n  help: {self.help}" if self.help else text


class RuleError(CleanError):
    """A rule pack is refused whole. `faults` holds every fault found, in file order."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))

    def __reduce__(self) -> tuple[type[RuleError], tuple[tuple[Fault, ...]]]:
        return RuleError, (self.faults,)


class SourceError(CleanError):
    """An input or one record of it cannot be read. `stage` and `reason` are closed lists in `schema`."""

    def __init__(self, message: str, *, stage: str, reason: str, where: str = "", help: str = "") -> None:  # noqa: A002
        self.stage, self.reason = stage, reason
        super().__init__(message, where=where, help=help)


class SinkError(CleanError):
    """The output folder cannot be written, or holds what we did not write."""


class ConfigError(CleanError):
    """The call makes no sense as it stands."""
