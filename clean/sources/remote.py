"""Files behind an address (`s3://`, `gs://`, `hf://`, `https://`, ...): the one door to fsspec, which comes with an extra.

Only an address given as an input or output opens a connection. Credentials in an address never reach a name or a message.
"""

from __future__ import annotations

import contextlib
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from clean.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESS: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*::)*([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_USERINFO: Final = re.compile(r"(://)[^/?#\s]*@")
_GLOB: Final = re.compile(r"[*?\[]")
CHUNK_BYTES: Final = 1 << 20
EXTRAS: Final = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "hf": "hf", "http": "http", "https": "http"}


@dataclass(frozen=True, slots=True)
class Remote:
    """One file: its address, its name relative to the folder or pattern it was found by, its size in bytes."""

    address: str
    name: str
    size: int


def is_address(word: str) -> bool:
    """Whether a word of the command line is an address, not a path."""
    return _ADDRESS.match(word) is not None


def shown(address: str) -> str:
    """An address for people: without credentials, query and fragment."""
    return re.split(r"[?#]", _USERINFO.sub(r"\1", address), maxsplit=1)[0]


def last(address: str) -> str:
    """What an address goes by beside other inputs: its last component."""
    fixed = shown(address)
    if _GLOB.search(fixed):
        fixed = _fixed(fixed)
    return posixpath.basename(fixed.rstrip("/")) or "root"


def _fixed(path: str) -> str:
    """The part of a pattern before its first `*`."""
    return posixpath.dirname(path[: _GLOB.search(path).start()]) if _GLOB.search(path) else path  # type: ignore[union-attr]


def filesystem(address: str) -> tuple[Any, str]:
    """(fsspec file system, path in it). Raises ConfigError where an extra is missing or the protocol is unknown."""
    found = _ADDRESS.match(address)
    protocol = found[1].lower() if found else ""
    extra = EXTRAS.get(protocol, "remote")
    try:
        import fsspec.core  # noqa: PLC0415 - an extra

        fs, path = fsspec.core.url_to_fs(address)
    except ImportError as error:
        raise ConfigError(
            f"{protocol}:// needs a package that is not installed ({_said(error)})",
            where=shown(address), help=f"pip install 'newsclean[{extra}]'",
        ) from error  # fmt: skip
    except ValueError as error:
        raise ConfigError(f"the address is not one we can open ({_said(error)})", where=shown(address)) from error
    return fs, path


def _said(error: BaseException) -> str:
    return _USERINFO.sub(r"\1", " ".join(str(error).split()))[:200] or type(error).__name__


def fault(address: str, error: BaseException) -> SourceError:
    """A store's own error as ours: not there, not allowed, or whatever its library says."""
    reason = "not_found" if isinstance(error, FileNotFoundError) else "unreadable"
    what = (
        "no such file or folder"
        if reason == "not_found"
        else f"cannot be read ({type(error).__name__}: {_said(error)})"
    )
    return SourceError(
        f"{what}; check the address and your credentials", stage="open", reason=reason, where=shown(address)
    )


def listed(address: str) -> tuple[list[Remote], bool]:
    """(the files an address stands for: itself, all below a folder, or a pattern's; whether it names one file outright).

    Raises SourceError `not_found` when there is nothing, `unreadable` when the store refuses.
    """
    fs, path = filesystem(address)
    try:
        if _GLOB.search(path) and not _is_web(fs):
            root = _fixed(path)
            found = {name: info for name, info in fs.glob(path, detail=True).items() if info["type"] == "file"}
        elif _is_web(fs) or not fs.isdir(path):
            size = fs.info(path).get("size") or 0
            name = posixpath.basename(shown(address).rstrip("/")) or "root"
            return [Remote(address, name, size)], True
        else:
            root = path
            found = fs.find(path, detail=True)
    except Exception as error:
        raise fault(address, error) from error
    if not found:
        raise fault(address, FileNotFoundError())
    prefix = root.rstrip("/") + "/" if root else ""
    files = [
        Remote(fs.unstrip_protocol(name), name.removeprefix(prefix).lstrip("/"), info.get("size") or 0)
        for name, info in sorted(found.items())
    ]
    return files, False


def below(addresses: list[str]) -> tuple[Remote, ...]:
    """The files of many addresses, each named relative to the folder that all of them lie in."""
    folder = posixpath.commonprefix([posixpath.dirname(shown(address)).split("/") for address in addresses])
    found = []
    for address in addresses:
        base = "/".join(shown(address).rstrip("/").split("/")[len(folder) :])
        files, outright = listed(address)
        found += [Remote(f.address, base if outright else f"{base}/{f.name}", f.size) for f in files]
    return tuple(found)


def _is_web(fs: Any) -> bool:
    """Web servers list nothing, and `?` begins a query."""
    protocols = fs.protocol if isinstance(fs.protocol, (tuple, list)) else (fs.protocol,)
    return bool({"http", "https"} & set(protocols))


@contextlib.contextmanager
def opened(address: str) -> Iterator[Any]:
    """A file to read from, anywhere in it. Raises SourceError, also for what goes wrong while it is read."""
    fs, path = filesystem(address)
    try:
        with fs.open(path, "rb") as file:
            yield file
    except (SourceError, GeneratorExit):
        raise
    except Exception as error:
        raise fault(address, error) from error


def pieces(address: str) -> Iterator[bytes]:
    """The bytes of a file, in pieces of at most a few MB."""
    with opened(address) as file:
        while piece := file.read(CHUNK_BYTES):
            yield piece
