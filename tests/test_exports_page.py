"""docs/exports.md shows what its commands, queries and programs print."""

import re
import subprocess
import sys

import duckdb
from test_docs import DOCS, ENVIRONMENT, ROOT, console

PAGE = (DOCS / "exports.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_shows_what_its_blocks_print(tmp_path):
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    said, programs = "", 0
    for kind, text in BLOCKS:
        if kind == "console":
            for shown in text.split("$ ")[1:]:
                command, _, wanted = shown.partition("\n")
                assert shell(command, tmp_path) == wanted, command
        elif kind == "yaml":
            assert f"---\n{text}---\n" in (tmp_path / "out/seed/README.md").read_text(encoding="utf-8")
        elif kind == "sql":
            rows = duckdb.sql(text.replace("'out/", f"'{tmp_path}/out/")).fetchall()
            said = "".join(" | ".join(map(str, row)) + "\n" for row in rows)
        elif kind == "text":
            assert said == text
        elif "mlcroissant" not in text:  # that reader has a test of its own, in test_card
            done = subprocess.run(
                [sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, check=True, env=ENVIRONMENT
            )
            said, programs = done.stdout, programs + 1
    assert programs == 1


def shell(command, folder):
    if command.startswith("clean "):
        return console(command, folder)
    return subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=True).stdout
