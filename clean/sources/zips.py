"""The members of a zip file, in the order of their names' bytes, each as a stream with its checksum verified."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final

from clean.sources.members import MAX_MEMBERS, Member, counted, fault, unsafe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clean.errors import SourceError

STEP_BYTES: Final = 1 << 18
ENCRYPTED: Final = 0x1
# NotImplementedError: a way to compress that the standard library does not have. RuntimeError: a password is asked for.
# The others slip out of the library where bytes are not what it expects.
FAULTS: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, MemoryError, NotImplementedError,
    RuntimeError, struct.error, LookupError, AttributeError, TypeError,
)  # fmt: skip
END: Final = b"PK\x05\x06"


def members(file: Any, size: int) -> Iterator[Member]:
    """The members of an open, seekable zip file of `size` bytes. Raises SourceError when it is none."""
    try:
        archive = zipfile.ZipFile(file)
    except FAULTS as error:
        raise _none(file, size, error) from error
    with archive:
        infos = sorted(
            archive.infolist(), key=lambda info: (info.filename.encode("utf-8", "surrogateescape"), info.header_offset)
        )
        for number, info in enumerate(infos):
            if number >= MAX_MEMBERS:
                raise fault(f"more than {MAX_MEMBERS:,} members; the rest is not read", "too_many")
            if not info.filename.endswith("/"):  # its own `is_dir` fails on a member without a name
                yield _member(archive, info, size)


def _none(file: Any, size: int, error: BaseException) -> SourceError:
    file.seek(0)
    head = file.read(4)
    file.seek(max(0, size - (1 << 16) - 22))
    if head[:2] == b"PK" and END not in file.read():
        return fault("the end of the zip file, where its members are listed, is missing; fetch it again", "truncated")
    return fault(f"not a whole zip file ({_said(error)})", "corrupt")


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, size: int) -> Member:
    name = info.filename
    wrong = unsafe(name)
    if wrong is None and stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        link = stat.S_ISLNK(info.external_attr >> 16)
        wrong = (
            fault("a link; it is not followed", "unsafe_path")
            if link
            else fault("a device or pipe, no file; it is not read", "not_a_file")
        )
    if wrong is None and info.flag_bits & ENCRYPTED:
        wrong = fault("the member is encrypted with a password; unpack it yourself", "encrypted")
    if wrong is not None:
        return Member(name, fault=wrong)
    return Member(name, lambda: counted(_pieces(archive, info), min(info.compress_size, size)))


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as opened:
            while piece := opened.read(STEP_BYTES):
                yield piece
    except FAULTS as error:
        if isinstance(error, NotImplementedError):
            what = "the member is packed in a way this version does not undo; pack it anew, e.g. with deflate"
            raise fault(what, "unsupported_encoding") from error
        reason = "truncated" if isinstance(error, EOFError) else "corrupt"
        raise fault(f"the member is damaged ({_said(error)})", reason) from error
