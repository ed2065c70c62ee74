"""From the command line's paths to the sorted list of files to read. Nothing is opened here.

Policy. A file named outright is read or rejected, never skipped. Inside a folder: hidden files, `_SUCCESS` and unknown
suffixes are skipped and counted. Links inside a folder are never a way out of it: one that stays inside is skipped (its
target is met under its own name), one that leaves is a reject.
"""

# Names of files are bytes here: they need not be UTF-8.
# ruff: noqa: PTH100, PTH112, PTH114, PTH116, PTH118, PTH119, PTH122
from __future__ import annotations

import os
import stat
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clean.errors import ConfigError, SourceError
from clean.sources.groups import Named, label, named
from clean.sources.model import Input, Reject
from clean.sources.streams import os_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Found:
    """The inputs of a run in order of `source_path` bytes, and what was passed over, by kind."""

    inputs: tuple[Input, ...]
    skipped: dict[str, int] = field(default_factory=dict)


def discover(
    paths: Sequence[str], suffixes: Iterable[str], *, out: str | None = None, lists: Sequence[bytes] = ()
) -> Found:
    """Find the files. `lists` are the texts of lists of paths. `out` is left alone when it lies inside an input.

    Raises SourceError `not_found` when a path does not exist, ConfigError when two inputs would share a name or an input
    lies inside `out`.
    """
    roots = named(paths, lists)
    avoid = os.path.realpath(os.fsencode(out)) if out else None
    for root in (root for root in roots if root.remote is None):
        real = os.path.realpath(root.path)
        if avoid and (real == avoid or real.startswith(avoid + b"/")):
            raise ConfigError(
                "the input lies inside the output folder",
                where=label(root.path),
                help="name another output folder with -o",
            )
    walk = _Walk(tuple(s.encode() for s in suffixes), avoid)
    found = [
        item for root in roots for item in (walk.remote(root) if root.remote else walk.named(root.path, root.name))
    ]
    return Found(tuple(sorted(found, key=lambda item: item.source_path.encode())), dict(sorted(walk.skipped.items())))


class _Walk:
    """Walks inputs, counting what it passes over."""

    def __init__(self, suffixes: tuple[bytes, ...], avoid: bytes | None) -> None:
        self.suffixes, self.avoid = suffixes, avoid
        self.skipped: Counter[str] = Counter()

    def named(self, path: bytes, name: bytes) -> Iterator[Input]:
        """A path of the command line: links are followed, nothing is skipped."""
        try:
            mode = os.stat(path)
        except OSError as error:
            shown = name or os.path.basename(os.path.abspath(path))
            yield self._fault(
                path,
                shown,
                "dangling_link" if os.path.islink(path) and isinstance(error, FileNotFoundError) else None,
                os_fault(error),
            )
            return
        if stat.S_ISDIR(mode.st_mode):
            yield from self._folder(path, name, os.path.realpath(path))
        elif not stat.S_ISREG(mode.st_mode):
            yield self._not_a_file(path, name)
        elif not self._known(name):
            yield self._fault(path, name, None, self._unknown())
        else:
            yield Input(path, label(name), mode.st_size)

    def remote(self, root: Named) -> Iterator[Input]:
        """A file behind an address; inside a remote folder the rules of folders hold."""
        assert root.remote is not None
        name = root.remote.name.encode()
        parts = name.split(b"/")
        if not root.outright and (any(part.startswith(b".") for part in parts) or parts[-1] == b"_SUCCESS"):
            self.skipped["hidden"] += 1
        elif not root.outright and not self._known(name):
            self.skipped[self._kind(name)] += 1
        elif not self._known(name):
            yield self._fault(name, root.name, None, self._unknown())
        else:
            yield Input(name, label(root.name), root.remote.size, address=root.remote.address)

    def _unknown(self) -> SourceError:
        wanted = ", ".join(s.decode() for s in self.suffixes)
        return SourceError(
            f"the suffix says no format we read; expected one of {wanted}: rename the file if it is one",
            stage="open",
            reason="unknown_format",
        )

    def _folder(self, folder: bytes, name: bytes, root: bytes) -> Iterator[Input]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield self._fault(folder, name or b".", None, os_fault(error))
            return
        for entry in entries:
            shown = os.path.join(name, entry.name)
            if entry.name.startswith(b".") or entry.name == b"_SUCCESS":
                self.skipped["hidden"] += 1
            elif entry.is_symlink():
                yield from self._link(entry.path, shown, root)
            elif entry.is_dir():
                if os.path.realpath(entry.path) != self.avoid:
                    yield from self._folder(entry.path, shown, root)
            elif not self._known(entry.name):
                self.skipped[self._kind(entry.name)] += 1
            elif not entry.is_file():
                yield self._not_a_file(entry.path, shown)
            else:
                yield Input(entry.path, label(shown), entry.stat().st_size)

    def _link(self, path: bytes, name: bytes, root: bytes) -> Iterator[Input]:
        try:
            os.stat(path)
        except OSError as error:
            yield self._fault(
                path, name, "dangling_link" if isinstance(error, FileNotFoundError) else None, os_fault(error)
            )
            return
        real = os.path.realpath(path)
        if real == root or real.startswith(root.rstrip(b"/") + b"/"):
            self.skipped["link"] += 1
        elif os.path.isdir(path) or self._known(name):
            yield self._fault(
                path,
                name,
                None,
                SourceError(
                    "a link that leads out of the input folder is not followed; give its target as an input of its own",
                    stage="open",
                    reason="unsafe_path",
                ),
            )
        else:
            self.skipped[self._kind(name)] += 1

    def _known(self, name: bytes) -> bool:
        return name.lower().endswith(self.suffixes)

    @staticmethod
    def _kind(name: bytes) -> str:
        suffix = os.path.splitext(name)[1].lower()
        return label(suffix)[:20] if suffix else "no suffix"

    def _not_a_file(self, path: bytes, name: bytes) -> Input:
        return self._fault(
            path,
            name,
            None,
            SourceError("a pipe, socket or device; expected a file", stage="open", reason="not_a_file"),
        )

    @staticmethod
    def _fault(path: bytes, name: bytes, reason: str | None, error: SourceError) -> Input:
        shown = label(name)
        return Input(path, shown, 0, Reject(shown, "open", reason or error.reason, f"{shown}: {error.message}"))
