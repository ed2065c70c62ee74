"""The fault table of tests/faults through the real command line: one test a row, and all good inputs in one job.

`EXPECTED.md` beside the generator is the prose. Rows that need a later issue are listed with the reason, never skipped
without a word. The large inputs are cut to a twentieth here; the slow mark runs them whole.
"""

import argparse
import functools
import importlib.util
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest

from clean.cli import call
from clean.job import run as job

HERE = Path(__file__).parent / "faults"
GROUPS = ("encoding", "jsonl", "csv", "parquet", "warc", "archive", "html", "text", "fs", "rules")
LATER: dict[str, str] = {}
# Rows that this tool does not hold yet, each with its reason. One that starts to hold fails the test: take it out then.
KNOWN = {
    "text/all-boilerplate.txt": "323 characters: DESIGN 5.6 has a budget from 400 on, so the text goes; the table wants it kept",
}
COMMAND = f"{sys.executable} -m clean"


def load(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


make, checker = load("make_faults"), load("check_faults")


def generate(root, *, small):
    """The table's rows, and what this machine could not make."""
    faults = make.Faults(root.resolve(), set(GROUPS), small=small)
    for group in (
        make.encodings,
        make.jsonl_cases,
        make.csv_cases,
        make.parquet_cases,
        make.warc_cases,
        make.archive_cases,
        make.html_cases,
        make.text_cases,
        make.filesystem_cases,
        make.rule_cases,
    ):
        group(faults)
    faults.finish()
    return faults.rows, faults.skipped


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    root = tmp_path_factory.mktemp("faults-small")
    return root, *generate(root, small=True)


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    root = tmp_path_factory.mktemp("faults")
    return root, *generate(root, small=False)


@pytest.fixture(autouse=True)
def _this_checkout(monkeypatch):
    """The rows run in folders of their own: let them find this package, installed or not."""
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join(filter(None, [str(HERE.parents[1]), os.environ.get("PYTHONPATH")]))
    )


OPTIONS = argparse.Namespace(
    command=COMMAND, strict_tree=True, slack=3.0, report="", text_column=["text"], reason_column=["reason"]
)


def test_what_is_left_for_later_is_said(small, capsys):
    _, rows, skipped = small
    with capsys.disabled():
        for group, why in LATER.items():
            print(f"\nfaults {group}/: not run: {why}", end="")  # noqa: T201 - to be read in the log
        for file, why in KNOWN.items():
            print(f"\nfaults {file}: known not to hold: {why}", end="")  # noqa: T201 - as above
        for file, why in skipped:
            print(f"\nfaults {file}: not made: {why}", end="")  # noqa: T201 - as above
    assert {row["file"].split("/")[0] for row in rows} == set(GROUPS)


def broken(rows, root, known):
    """What does not hold: faults outside `known`, and rows of `known` that hold after all."""
    found = []
    for row in rows:
        faults = checker.check(row, root, OPTIONS)
        if row["file"] not in known:
            found += [f"{row['file']}: {fault}" for fault in faults]
        elif not faults:
            found.append(f"{row['file']}: holds now, take it off the list of known rows")
    return found


@pytest.fixture
def here(monkeypatch):
    """Rows run in this process, the built-in rules compiled once: quick, but blind to memory and signals."""

    def run(argv, cwd, seconds):
        start = time.monotonic()
        with tempfile.TemporaryFile() as log, monkeypatch.context() as patch:
            patch.chdir(cwd)
            sys.stdout.flush()
            saved = os.dup(1), os.dup(2)
            try:
                os.dup2(log.fileno(), 1)
                os.dup2(log.fileno(), 2)
                patch.setattr(sys, "stdout", open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False))  # noqa: SIM115
                patch.setattr(sys, "stderr", open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False))  # noqa: SIM115
                code = call([os.fsdecode(word) for word in argv[len(COMMAND.split()) :]])
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                for number, handle in enumerate(saved, 1):
                    os.dup2(handle, number)
                    os.close(handle)
            log.seek(0)
            return code, log.read().decode("utf-8", "replace"), time.monotonic() - start, 0.0

    real = job.Cleaner
    compiled = functools.cache(lambda items: real(**dict(items)))

    def cached(**options):
        return compiled(tuple(sorted(options.items()))) if not options["rules"] else real(**options)

    monkeypatch.setattr(job, "Cleaner", lambda **options: cached(**{**options, "rules": tuple(options["rules"])}))
    monkeypatch.setattr(checker, "run", run)
    yield
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("group", [pytest.param(g, marks=[pytest.mark.slow] if g == "text" else []) for g in GROUPS])
def test_group(small, group):
    root, rows, _ = small
    chosen = [row for row in rows if row["file"].startswith(f"{group}/")]
    assert chosen
    assert broken(chosen, root, KNOWN) == []


@pytest.mark.parametrize(
    "groups",
    [
        pytest.param(("encoding", "jsonl", "csv", "parquet", "fs", "warc", "archive"), id="quick"),
        pytest.param(GROUPS, id="all", marks=pytest.mark.slow),
    ],
)
def test_one_bad_input_costs_no_other_its_row(small, groups):
    root, rows, _ = small
    assert checker.together([row for row in rows if row["file"].split("/")[0] in groups], root, OPTIONS) == []


@pytest.mark.slow
@pytest.mark.parametrize("group", [group for group in GROUPS if group not in LATER])
def test_group_at_full_size(whole, group):
    root, rows, _ = whole
    chosen = [row for row in rows if row["file"].startswith(f"{group}/")]
    assert broken(chosen, root, KNOWN) == []
