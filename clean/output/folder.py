"""The OUT folder: what in it is ours, how a file gets its final name, and when we refuse to touch it.

A file under its final name is whole: it is written below `_state`, synced and renamed. Nothing that our own records do
not name is ever replaced or deleted, and no link inside OUT is followed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from clean.errors import SinkError

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA, REJECTS, LINES, STATE, RUN, CARD = "data", "rejects", "jsonl", "_state", "run.json", "README.md"
CROISSANT: Final = "croissant.json"
PLAN: Final = f"{STATE}/plan.json"
_OURS = re.compile(r"(data|rejects)/part-\d{5}\.parquet|jsonl/part-\d{5}\.jsonl|README\.md|croissant\.json")
_TEMPORARY = re.compile(r"_state/tmp-[\w.-]+")


def part_name(folder: str, number: int) -> str:
    """`data/part-00007.parquet`, `jsonl/part-00007.jsonl`."""
    return f"{folder}/part-{number:05d}.{'jsonl' if folder == LINES else 'parquet'}"


def is_ours(name: str) -> bool:
    """Whether a path relative to OUT is one that a run writes."""
    return _OURS.fullmatch(name) is not None


def check(out: Path, *, overwrite: bool) -> None:
    """Refuse an OUT that is no folder, holds anything not ours, or is a finished run when `overwrite` is off.

    Raises SinkError. Nothing is touched.
    """
    if not os.path.lexists(out):
        _check_parent(out)
        return
    if not out.is_dir():
        raise SinkError("is not a folder; expected a new or empty folder", where=str(out), help="name another with -o")
    held = _held(out)
    if not held:
        if not os.access(out, os.W_OK | os.X_OK):
            raise SinkError(
                "the folder is not writable", where=str(out), help="name another with -o, or change its permissions"
            )
        return
    foreign = sorted(held - _known(out))
    if foreign:
        shown = ", ".join(foreign[:5]) + (f" and {len(foreign) - 5} more" if len(foreign) > 5 else "")
        raise SinkError(
            f"the output folder holds what this tool did not write: {shown}",
            where=str(out),
            help="name a new or empty folder with -o; nothing was touched",
        )
    if not overwrite:
        raise SinkError(
            "the output folder holds a run already",
            where=str(out),
            help="--overwrite replaces it; or name another folder with -o",
        )


def _check_parent(out: Path) -> None:
    parent = next(p for p in out.absolute().parents if os.path.lexists(p))
    if not parent.is_dir():
        raise SinkError(
            f"{parent.name} is a file; a folder cannot be made in it", where=str(out), help="name another with -o"
        )
    if not os.access(parent, os.W_OK | os.X_OK):
        raise SinkError(
            f"the folder {parent.name or '/'} is not writable",
            where=str(out),
            help="name another with -o, or change its permissions",
        )


def _held(out: Path) -> set[str]:
    """Every entry below OUT, relative; our own folders are not entries of their own, links always are."""
    held: set[str] = set()
    for base, folders, files in os.walk(out):
        for name in [*files, *folders]:
            path = Path(base, name)
            relative = path.relative_to(out).as_posix()
            if stat.S_ISDIR(path.lstat().st_mode) and relative in (DATA, REJECTS, LINES, STATE):
                continue
            held.add(relative)
    return held


def _known(out: Path) -> set[str]:
    """What run.json and the plan of an unfinished run name, and our temporary files. A changed card or croissant.json is the user's."""
    known: set[str] = set()
    for source in (RUN, PLAN):
        record = _record(out / source)
        if record is None:
            continue
        known.add(source)
        if source == PLAN and RUN in known:
            break  # a finished run names its files itself, with their digests
        for item in record.get("generated", []):
            path = item.get("path") if isinstance(item, dict) else None
            if isinstance(path, str) and _OURS.fullmatch(path) and not _edited(out / path, item):
                known.add(path)
    for path in _held(out):
        if known and _TEMPORARY.fullmatch(path):
            known.add(path)
    return {path for path in known if not (out / path).is_symlink()}


def _record(path: Path) -> dict[str, Any] | None:
    """A JSON record of ours, or None when the file is something else."""
    try:
        if path.is_symlink():
            return None
        record = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(record, dict) and "schema_version" in record and isinstance(record.get("generated"), list)
    return record if ours else None


def _edited(path: Path, item: dict[str, Any]) -> bool:
    return (
        path.name in (CARD, CROISSANT)
        and bool(item.get("sha256"))
        and path.is_file()
        and sha256(path)[0] != item["sha256"]
    )


def begin(out: Path, names: list[str], schema_version: str) -> None:
    """Make OUT and its folders and write down which files this run will make. run.json of an older run goes first."""
    try:
        lines = [out / LINES] if any(name.startswith(f"{LINES}/") for name in names) else []
        for folder in (out, out / DATA, out / REJECTS, *lines):
            folder.mkdir(parents=True, exist_ok=True)
        (out / STATE).mkdir(mode=0o700, exist_ok=True)
        older = (
            {p for p in _known(out) if p not in (RUN, PLAN)} if (out / RUN).exists() or (out / PLAN).exists() else set()
        )
        for path in sorted(p for p in older if _TEMPORARY.fullmatch(p)):
            (out / path).unlink()
        # The plan names old and new files, so that an interrupted overwrite still knows all of them as ours.
        everything = [{"path": p} for p in sorted(set(names) | {p for p in older if _OURS.fullmatch(p)})]
        write_json(out, PLAN, {"schema_version": schema_version, "generated": everything})
        with contextlib.suppress(FileNotFoundError):
            (out / RUN).unlink()
        for path in sorted(p for p in older - set(names) if _OURS.fullmatch(p)):
            with contextlib.suppress(FileNotFoundError):
                (out / path).unlink()
    except OSError as error:
        raise sink_fault(error, out) from error


def sink_fault(error: OSError, out: Path) -> SinkError:
    """An operating system error while writing."""
    what = os.strerror(error.errno) if error.errno else " ".join(str(error).split())[:200]
    return SinkError(
        f"cannot write: {what}",
        where=str(out),
        help="nothing half-written stands under its final name; make room or name another folder, then run again with --overwrite",
    )


@contextlib.contextmanager
def replacing(out: Path, name: str) -> Iterator[Path]:
    """A temporary path that takes the final `name` when the block ends well, and is removed when it does not."""
    temporary = out / STATE / f"tmp-{name.replace('/', '-')}"
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(out / name)
        _sync((out / name).parent)
    except OSError as error:
        raise sink_fault(error, out) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(out: Path, name: str, record: dict[str, Any]) -> None:
    """A JSON file under its final name."""
    with replacing(out, name) as temporary:
        temporary.write_text(json.dumps(record, indent=1, ensure_ascii=True) + "\n", "utf-8")


def sha256(path: Path) -> tuple[str, int]:
    """(hex digest, size) of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size
