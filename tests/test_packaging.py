"""What is built: a source archive that holds all, and from it a wheel that works alone, rules inside."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The source archive, unpacked, and the wheel made from it."""
    folder = tmp_path_factory.mktemp("built")
    hatchling = (sys.executable, "-m", "hatchling", "build")
    run(*hatchling, "-t", "sdist", "-d", folder, cwd=ROOT)
    (archive,) = folder.glob("newsclean-*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder / "source", filter="data")
    (source,) = (folder / "source").iterdir()
    run(*hatchling, "-t", "wheel", "-d", folder, cwd=source)
    (wheel,) = folder.glob("newsclean-*.whl")
    return source, wheel


def packs(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.toml")}


def test_the_source_archive_holds_what_a_checkout_needs(built):
    source, _ = built
    wanted = [
        "Makefile",
        "requirements.lock",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "seeds/000_bb869597a4b66297.txt",
        "docs/rules.md",
        "tests/test_architecture.py",
    ]
    assert [name for name in wanted if not (source / name).exists()] == []
    assert packs(source / "rules") == packs(ROOT / "rules")


def test_the_wheel_holds_the_package_and_the_rules_alone(built):
    _, wheel = built
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {
        "clean",
        next(name.split("/")[0] for name in names if ".dist-info" in name),
    }
    assert {name.removeprefix("clean/_rules/") for name in names if name.endswith(".toml")} == packs(ROOT / "rules")
    assert "clean/py.typed" in names


def test_the_wheel_works_where_nothing_of_the_checkout_is(built, tmp_path):
    _, wheel = built
    home = tmp_path / "env"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    # What newsclean leans on is taken from the environment of the tests; the wheel is unpacked as an installer would.
    (site,) = home.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(site)
    here = [path for path in sys.path if path.endswith("site-packages")]
    (site / "borrowed.pth").write_text("\n".join(here) + "\n", encoding="utf-8")
    where = run(python, "-c", "import clean; print(clean.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(site)
    listed = run(python, "-m", "clean", "rules", "list", cwd=tmp_path)
    here_listed = run(sys.executable, "-m", "clean", "rules", "list", cwd=ROOT)
    assert listed == here_listed
    seed = ROOT / "seeds" / "000_bb869597a4b66297.txt"
    assert "Distributed by" not in run(python, "-m", "clean", "text", seed, cwd=tmp_path)
