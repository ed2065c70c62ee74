"""OUT behind an address: made whole in a local folder, then sent, run.json last.

Object stores have no rename, so a run is there when its run.json is. What is there before is refused unless an earlier
run.json of ours names all of it and it may be replaced.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clean.errors import SinkError
from clean.output.folder import RUN, is_ours
from clean.sources import remote

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TOLD = 5


@contextlib.contextmanager
def staged(address: str, *, overwrite: bool) -> Iterator[str]:
    """A local folder to make OUT in; it is sent when the block ends well.

    Raises SinkError where the address holds what this tool did not write, or a run when `overwrite` is off; nothing is
    touched then.
    """
    fs, root = remote.filesystem(address)
    older = _older(fs, root, address, overwrite=overwrite)
    with tempfile.TemporaryDirectory(prefix="clean-out-") as folder:
        stage = Path(folder) / "out"
        yield str(stage)
        try:
            _send(fs, root, stage, older)
        except Exception as error:  # every store has errors of its own
            raise _fault(address, error) from error


def _fault(address: str, error: BaseException) -> SinkError:
    what = " ".join(str(error).split())[:200]
    return SinkError(
        f"cannot be written ({type(error).__name__}: {what})",
        where=remote.shown(address),
        help="check the address and your credentials, then run again with --overwrite; without run.json no run is there",
    )


def _older(fs: Any, root: str, address: str, *, overwrite: bool) -> set[str]:
    """The files of an earlier run of ours at the address."""
    try:
        fs.invalidate_cache()
        held = {_relative(name, root) for name in fs.find(root)} if fs.exists(root) else set()
        record = json.loads(fs.cat_file(f"{root.rstrip('/')}/{RUN}")) if RUN in held else {}
    except Exception as error:
        raise _fault(address, error) from error
    if not held:
        return held
    named = {RUN, *(str(item.get("path")) for item in record.get("generated", ()) if isinstance(item, dict))}
    foreign = sorted(name for name in held if name not in named or not (name == RUN or is_ours(name)))
    if foreign:
        more = f" and {len(foreign) - MAX_TOLD} more" if len(foreign) > MAX_TOLD else ""
        raise SinkError(
            f"the address holds what this tool did not write: {', '.join(foreign[:MAX_TOLD])}{more}",
            where=remote.shown(address),
            help="name a new or empty place with -o; nothing was touched",
        )
    if not overwrite:
        raise SinkError(
            "the address holds a run already",
            where=remote.shown(address),
            help="--overwrite replaces it; or name another place with -o",
        )
    return held


def _relative(name: str, root: str) -> str:
    return name.strip("/").removeprefix(root.strip("/")).lstrip("/")


def _send(fs: Any, root: str, stage: Path, older: set[str]) -> None:
    names = sorted(path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file())
    names = [name for name in names if name == RUN or is_ours(name)]
    base = root.rstrip("/")
    if RUN in older:
        fs.rm_file(f"{base}/{RUN}")  # from here on until the new one is there, no run is
    for name in sorted(older - {RUN} - set(names)):
        fs.rm_file(f"{base}/{name}")
    for name in [*(name for name in names if name != RUN), RUN]:
        fs.makedirs(f"{base}/{name}".rpartition("/")[0], exist_ok=True)
        fs.put_file(str(stage / name), f"{base}/{name}")
        sent = fs.info(f"{base}/{name}").get("size")
        if sent is not None and sent != (stage / name).stat().st_size:
            raise OSError(f"{name}: {sent} bytes arrived of {(stage / name).stat().st_size}")
