"""What the command line names, as groups of paths with the folder their `source_path` is relative to.

A word of the command line is an existing path, else a glob; a list of files is one group. Names of files are bytes here.
"""

# ruff: noqa: PTH100, PTH112, PTH118, PTH119, PTH120, PTH207
from __future__ import annotations

import glob
import os
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clean.errors import ConfigError, SourceError
from clean.sources import remote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAGIC: Final = re.compile(rb"[*?[]")
MAX_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Named:
    """One path to read and what `source_path` begins with for it: `name` of a file, `b""` for a folder that is the root."""

    path: bytes
    name: bytes
    remote: remote.Remote | None = None
    outright: bool = True  # named itself, not found in a folder or by a pattern


@dataclass(frozen=True, slots=True)
class _Group:
    """Paths below one root. `last` is what the group goes by beside others; `alone` when the path is the root itself."""

    last: bytes
    paths: tuple[tuple[bytes, bytes], ...] = ()  # path, name relative to the root
    alone: bool = False
    remotes: tuple[remote.Remote, ...] = ()


def label(path: bytes) -> str:
    r"""A path as valid UTF-8: bytes that are none become `\xNN`."""
    return path.decode("utf-8", "backslashreplace")


def named(words: Sequence[str], lists: Sequence[bytes] = ()) -> list[Named]:
    """Every path that the words and the lists (one path a line) name, each place once, with the names they go by.

    Raises SourceError `not_found` for a path that does not exist or a glob that matches nothing, ConfigError where two
    groups would go by one name.
    """
    groups = [_remote(word) if remote.is_address(word) else _expanded(os.fsencode(word)) for word in words]
    groups += [group for text in lists for group in _listed(text)]
    groups = _distinct(groups)
    missing = [label(path) for group in groups for path, _ in group.paths if not os.path.lexists(path)]
    if missing:
        shown = ", ".join(missing[:MAX_TOLD]) + (
            f" and {len(missing) - MAX_TOLD} more" if len(missing) > MAX_TOLD else ""
        )
        raise SourceError("no such file or folder; check the spelling", stage="open", reason="not_found", where=shown)
    if len(groups) == 1:
        only = groups[0]
        if only.remotes:
            return list(_addressed(only, b""))
        if only.alone:
            path = only.paths[0][0]
            return [Named(path, b"" if os.path.isdir(path) else only.last)]
        return [Named(path, name) for path, name in only.paths]
    twice = sorted(label(last) for last, count in Counter(group.last for group in groups).items() if count > 1)
    if twice:
        raise ConfigError(
            f"several inputs end in the same name: {', '.join(twice)}",
            help="run them apart, or give the folder above them as one input",
        )
    local = [
        Named(path, os.path.join(group.last, name) if name else group.last)
        for group in groups
        for path, name in group.paths
    ]
    return local + [item for group in groups for item in _addressed(group, group.last if not group.alone else b"")]


def _remote(word: str) -> _Group:
    files, outright = remote.listed(word)
    return _Group(remote.last(word).encode(), alone=outright, remotes=tuple(files))


def _addressed(group: _Group, prefix: bytes) -> Iterator[Named]:
    for file in group.remotes:
        name = os.path.join(prefix, file.name.encode())
        yield Named(name, name, file, group.alone)


def _last(path: bytes) -> bytes:
    return os.path.basename(os.path.abspath(path)) or b"root"


def _expanded(word: bytes) -> _Group:
    """An existing path wins over a glob; a glob's names are relative to the folder before its first pattern."""
    if os.path.lexists(word) or not _MAGIC.search(word):
        return _Group(_last(word), ((word, b""),), alone=True)
    found = sorted({path.rstrip(b"/") or b"/" for path in glob.glob(word, recursive=True)})
    parts = word.split(b"/")
    fixed = b"/".join(parts[: next(i for i, part in enumerate(parts) if _MAGIC.search(part))])
    root = fixed or (b"/" if word.startswith(b"/") else b".")
    if not found:
        raise SourceError(
            "the pattern matches no file; check the spelling, or quote it so that the shell leaves it alone",
            stage="open", reason="not_found", where=label(word),
        )  # fmt: skip
    # With **, a folder and what is in it both match: the folder brings it in.
    folders = {path for path in found if os.path.isdir(path)}
    kept = [path for path in found if not any(above in folders for above in _above(path))]
    names = (os.path.relpath(path, root) for path in kept)
    return _Group(_last(root), tuple(zip(kept, (b"" if name == b"." else name for name in names), strict=True)))


def _above(path: bytes) -> Iterator[bytes]:
    while b"/" in path.rstrip(b"/"):
        path = path.rstrip(b"/").rpartition(b"/")[0]
        yield path


def _listed(text: bytes) -> Iterator[_Group]:
    """A list's paths and addresses, one a line; their names are relative to the folder all of them lie in."""
    lines = [line.removesuffix(b"\r") for line in text.split(b"\n")]
    lines = list(dict.fromkeys(line for line in lines if line.strip()))
    if not lines:
        raise ConfigError("the list names no file", where="--files-from", help="give one path a line")
    addresses = [word for line in lines if remote.is_address(word := os.fsdecode(line))]
    if addresses:
        yield _Group(remote.last(addresses[0]).encode(), remotes=remote.below(addresses))
    paths = [line for line in lines if os.fsdecode(line) not in addresses]
    if paths:
        places = [os.path.abspath(path) for path in paths]
        root = os.path.commonpath([os.path.dirname(place) for place in places])
        names = [os.path.relpath(place, root) for place in places]
        yield _Group(_last(root), tuple(zip(paths, names, strict=True)))


def _distinct(groups: list[_Group]) -> list[_Group]:
    """Each place once, however it is spelt; groups that say nothing new fall away."""
    seen: set[bytes] = set()
    addresses: set[str] = set()
    kept = []
    for group in groups:
        new = []
        for path, name in group.paths:
            whole = os.path.abspath(path)
            place = os.path.join(os.path.realpath(os.path.dirname(whole)), os.path.basename(whole))
            if place not in seen:
                seen.add(place)
                new.append((path, name))
        remotes = tuple(file for file in group.remotes if file.address not in addresses)
        addresses |= {file.address for file in remotes}
        if new or remotes:
            kept.append(_Group(group.last, tuple(new), group.alone, remotes))
    return kept
