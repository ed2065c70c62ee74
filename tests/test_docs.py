"""The pages say what is true: packs load and prove themselves, examples run, every flag and column is there."""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import duckdb
import pytest

import clean
from clean import schema
from clean.cli import VERBS, cli
from clean.prove import proof
from clean.ruleset import read
from clean.ruleset.classes import CLASSES
from clean.ruleset.load import load

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SEED = "000_bb869597a4b66297.txt"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "NO_COLOR": "1"}
PAGES = [
    *sorted(DOCS.rglob("*.md")),
    *(p for name in ("README", "CONTRIBUTING", "SECURITY", "CHANGELOG") if (p := ROOT / f"{name}.md").exists()),
]
PACKS = re.findall(r"```toml\n# (\S+)\n(.*?)```", (DOCS / "rules.md").read_text(encoding="utf-8"), re.DOTALL)


def written(folder: Path, *names: str) -> Path:
    for name, text in PACKS:
        if not names or name in names:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return folder


def test_every_toml_block_names_its_file():
    assert len(PACKS) == (DOCS / "rules.md").read_text(encoding="utf-8").count("```toml") > 5


@pytest.mark.parametrize("name", [name for name, _ in PACKS])
def test_the_packs_of_the_guide_load_and_prove_themselves(name, tmp_path):
    proved = proof(load([written(tmp_path, name)], builtin=False))
    assert [str(fault) for fault in proved.faults] == []


def test_the_packs_of_the_guide_stand_together(tmp_path):
    loaded = load([written(tmp_path)], builtin=False)
    assert "promo.harbour.app-line" in {rule.id for rule in loaded.rules}
    assert [str(fault) for fault in proof(loaded).faults] == []


def test_the_guide_names_every_key_code_and_placeholder():
    guide = (DOCS / "rules.md").read_text(encoding="utf-8")
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "clean").rglob("*.py"))
    wanted = [f"`{key}`" for key in read.KEYS] + sorted(set(re.findall(r'"(R1\d\d)"', source)))
    wanted += [f"`{{{name}}}`" for name in (*CLASSES, *schema.ENTITY_KINDS, *read.UNIONS)]
    assert [word for word in wanted if word not in guide] == []


@pytest.mark.parametrize("page", ["schema", "coverage"])
def test_a_generated_page_is_current(page):
    spec = importlib.util.spec_from_file_location(f"make_{page}", DOCS / f"make_{page}.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert (DOCS / f"{page}.md").read_text(encoding="utf-8") == maker.render(), f"run python docs/make_{page}.py"


def commands(command: click.Command, path: str):
    context = click.Context(command, info_name=path)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), f"{path} {name}")
    else:
        yield path, command


COMMANDS = list(commands(cli, "clean"))


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_every_flag_stands_in_the_page_with_a_help_sentence(path, command):
    section = re.search(
        rf"## `{re.escape(path)}[ `].*?(?=\n## |\Z)", (DOCS / "cli.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert section, f"docs/cli.md has no section for {path}"
    shared = (
        (DOCS / "cli.md").read_text(encoding="utf-8").partition("## Flags that choose rules")[2].partition("\n## ")[0]
    )
    text = section.group() + (shared if "the flags that choose rules" in section.group() else "")
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert [
        name for option in options for name in (*option.opts, *option.secondary_opts) if f"`{name}" not in text
    ] == []
    assert [option.name for option in options if not (option.help or "").rstrip().endswith(".")] == []


def test_every_verb_stands_in_the_page():
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert [verb for verb in VERBS if f"## `clean {verb}" not in page] == []


def test_the_library_page_runs():
    found = doctest.testfile(
        str(DOCS / "library.md"), module_relative=False, encoding="utf-8", optionflags=doctest.ELLIPSIS
    )
    assert found.attempted > 10
    assert found.failed == 0


def test_the_first_example_of_the_package_runs():
    assert doctest.testmod(clean).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} of {page.name}"
        if anchor:
            heads = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads]


@pytest.mark.parametrize(
    "page",
    [*PAGES, ROOT / "Makefile", ROOT / "requirements.lock", ROOT / "seeds" / "README.md"],
    ids=lambda page: page.name,
)
def test_no_page_holds_a_path_of_a_machine_or_a_host_of_an_index(page):
    assert (
        re.findall(
            r"/(?:home|root|Users|work|tmp|opt)/|pypi\.org|--(?:extra-)?index-url|file://",
            page.read_text(encoding="utf-8"),
        )
        == []
    )


def console(command: str, folder: Path) -> str:
    """What a command of the README prints; of `make demo` its last part."""
    out = ""
    if command == "make demo":
        for words in (["run", "seeds", "-o", "out/demo", "-q"], None):
            call = ["-m", "clean", *words] if words else [str(DOCS / "demo_table.py"), "out/demo", SEED, "out/seed.txt"]
            done = subprocess.run(
                [sys.executable, *call], cwd=folder, capture_output=True, text=True, check=True, env=ENVIRONMENT
            )
            out = done.stdout
        return f"{out}restored: byte for byte the file seeds/{SEED}\n"
    words = command.split()
    assert words[0] == "clean"
    done = subprocess.run(
        [sys.executable, "-m", "clean", *words[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )
    return done.stderr + done.stdout


def shown_by(page: Path) -> list[tuple[str, str]]:
    """(command, what it prints) of every console block of a page; a line "..." stands for any lines."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    parts = [part.partition("\n") for block in blocks for part in block.split("$ ")[1:]]
    return [(command, wanted) for command, _, wanted in parts]


def as_shown(wanted: str, got: str) -> bool:
    """Whether a command printed what its page shows."""
    return bool(
        re.fullmatch(".*".join(re.escape(part) for part in f"\n{wanted}".split("\n...\n")), f"\n{got}", re.DOTALL)
    )


@pytest.mark.parametrize("page", sorted((DOCS / "how-to").glob("*.md")), ids=lambda page: page.stem)
def test_a_how_to_shows_what_its_commands_print(page, tmp_path):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shown = shown_by(page)
    assert shown
    for command, wanted in shown:
        got = console(command, tmp_path)
        assert as_shown(wanted, got), f"{command}:\n{got}"
    for example in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        subprocess.run([sys.executable, "-c", example], cwd=tmp_path, check=True, env=ENVIRONMENT)
    for block in re.findall(r"```sql\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        wanted_rows = [
            tuple(cell.strip() for cell in line[3:].split("|")) for line in block.splitlines() if line[:3] == "-- "
        ]
        found = duckdb.execute(block.replace("'out/", f"'{tmp_path}/out/")).fetchall()
        assert [tuple(map(str, row)) for row in found] == wanted_rows


def test_the_readme_shows_what_its_commands_print(tmp_path):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = shown_by(ROOT / "README.md")
    assert len(shown) == 4
    for command, wanted in shown:
        got = console(command, tmp_path)
        assert as_shown(wanted, got), f"{command}:\n{got}"
    (sql,) = re.findall(r"```sql\n(.*?)```", readme, re.DOTALL)
    rows = duckdb.execute(sql.replace("out/seed", str(tmp_path / "out" / "seed"))).fetchall()
    assert [text for _, text in rows] == [(ROOT / "seeds" / SEED).read_text(encoding="utf-8")]
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    subprocess.run([sys.executable, "-c", example], cwd=tmp_path, check=True, env=ENVIRONMENT)
