"""The shape of the house: who may import whom, how long things are, what a light command must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "clean"
FILES = sorted(PACKAGE.rglob("*.py"))
MAX_FILE_LINES, MAX_FUNCTION_LINES = 400, 60
# A room imports only rooms of an earlier step; inside a package its files may import each other.
STEPS = (
    ("errors", "schema", "records"),
    ("segment", "hosts", "dates", "scanning", "automaton", "charsets"),
    ("ruleset", "repair"),
    ("matching",),
    ("extents",),
    ("decide", "edit", "provenance"),
    ("merge",),
    ("columns",),
    ("cleaner",),
    ("prove", "page", "doubling"),
    ("sources",),
    ("output",),
    ("report", "job"),
    ("adapters",),
    ("cli",),
)
ROOMS = {room: step for step, rooms in enumerate(STEPS) for room in rooms}
OPEN_TO_ALL = ("errors", "schema", "records")  # errors and names: everybody may read them
CORE = [room for room, step in ROOMS.items() if step <= ROOMS["cleaner"]]
FRONT = ("__init__", "__main__")  # the public door; it may import any room of the core, __main__ the command line


def name_of(file: Path) -> str:
    return ".".join(("clean", *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


MODULES = {name_of(file): file for file in FILES}
TREES = {module: ast.parse(file.read_text(encoding="utf-8")) for module, file in MODULES.items()}


def imported(module: str) -> set[str]:
    """Every module of ours that a module imports, wherever the import stands."""
    found = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import"
            found |= {
                f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in MODULES else node.module
                for alias in node.names
            }
    return {name for name in found if name.split(".")[0] == "clean"}


def functions(module: str):
    return (node for node in ast.walk(TREES[module]) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def test_every_room_has_its_place():
    assert {room_of(module) for module in MODULES} - set(FRONT) - set(ROOMS) == set()


@pytest.mark.parametrize("module", [module for module in MODULES if room_of(module) not in FRONT])
def test_a_room_imports_only_rooms_before_it(module):
    room = room_of(module)
    later = []
    for name in imported(module):
        other = room_of(name)
        if other == "__init__":
            fine = room not in CORE  # the front door opens on the core alone
        else:
            fine = other == room or other in OPEN_TO_ALL or ROOMS[other] < ROOMS[room]
        if not fine:
            later.append(name)
    assert later == []


def test_the_front_door_opens_on_the_core():
    assert {room_of(name) for name in imported("clean")} <= set(CORE)


def test_there_are_no_cycles():
    waiting = {module: imported(module) & set(MODULES) - {module} for module in MODULES}
    while free := [module for module, needs in waiting.items() if not needs & set(waiting)]:
        for module in free:
            del waiting[module]
    assert waiting == {}


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(ROOT)) for file in FILES])
def test_files_are_short(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES
    assert file.name != "utils.py"


@pytest.mark.parametrize("module", MODULES)
def test_functions_are_short(module):
    assert {
        f.name: f.end_lineno - f.lineno + 1 for f in functions(module) if f.end_lineno - f.lineno >= MAX_FUNCTION_LINES
    } == {}


@pytest.mark.parametrize("module", MODULES)
def test_what_is_public_says_what_it_is_for(module):
    tree = TREES[module]
    public = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name[0] != "_"]
    missing = [node.name for node in public if not ast.get_docstring(node)]
    assert ast.get_docstring(tree), "the module has no docstring"
    assert missing == []


@pytest.mark.parametrize("module", MODULES)
def test_nothing_runs_what_it_reads(module):
    names = {
        node.func.id
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    modules = {
        alias.name.split(".")[0]
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    modules |= {
        (node.module or "").split(".")[0] for node in ast.walk(TREES[module]) if isinstance(node, ast.ImportFrom)
    }
    assert names & {"eval", "exec", "compile", "__import__"} == set()
    assert modules & {"pickle", "marshal", "shelve", "yaml", "dill", "cloudpickle"} == set()


@pytest.mark.parametrize("module", [module for module in MODULES if room_of(module) in CORE])
def test_the_core_has_no_files_clock_or_log(module):
    banned = {"logging", "time", "trafilatura", "os", "subprocess", "socket", "random"}
    # The packs are files: the loader alone reads them.
    banned |= set() if module == "clean.ruleset.load" else {"pathlib", "io", "tomllib"}
    typed = {
        node
        for block in ast.walk(TREES[module])
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }
    found = set()
    for node in ast.walk(TREES[module]):
        if node in typed:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    assert found & banned == set()


LIGHT = {
    "import": "import clean",
    "help": "from clean.cli import call; assert call(['--help']) == 0",
    "rules list": "from clean.cli import call; assert call(['rules', 'list']) == 0",
    "rules show": "from clean.cli import call; from clean.ruleset.load import load; assert call(['rules', 'show', load().rules[0].id]) == 0",
    "clean": "import clean; clean.clean('The council met.')",
}


@pytest.mark.parametrize("case", LIGHT)
def test_light_commands_load_neither_pyarrow_nor_trafilatura(case):
    code = f"{LIGHT[case]}\nimport sys\nassert not {{'pyarrow', 'trafilatura', 'duckdb', 'polars'}} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_steps_are_those_of_the_page():
    page = (ROOT / "docs" / "decisions" / "0008-extra-rooms.md").read_text(encoding="utf-8")
    order = " ".join(page.partition("order of imports: ")[2].partition(". Nothing")[0].split())
    assert order == " → ".join(", ".join(step) for step in STEPS)
    assert all(before != after for before, after in pairwise(STEPS))
