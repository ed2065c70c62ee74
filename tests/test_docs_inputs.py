"""The pages on inputs show what their commands print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "inputs").glob("*.md"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


def printed(command: str, folder: Path) -> str:
    """What a command prints, both streams in the order they come."""
    own = f'clean() {{ "{sys.executable}" -m clean "$@"; }}; {command}'
    done = subprocess.run(
        ["sh", "-c", own],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=ENVIRONMENT,
    )
    assert "Traceback" not in done.stdout
    return done.stdout


def shown(page: Path) -> list[tuple[str, str]]:
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    parts = [part.partition("\n") for block in blocks for part in f"\n{block}".split("\n$ ")[1:]]
    return [(command, output if output.endswith("\n") or not output else output + "\n") for command, _, output in parts]


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_what_is_shown_is_what_is_printed(page, tmp_path):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    assert shown(page)
    for command, output in shown(page):
        assert printed(command, tmp_path) == output, command


def test_every_page_is_linked():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f"inputs/{page.name}" not in index] == []
