"""DESIGN 4 and 5 by example: every golden case, through every matcher there is."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "golden"
_spec = importlib.util.spec_from_file_location("golden_check", FOLDER / "check.py")
check = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check)


def cases():
    for path in sorted(FOLDER.glob("*.toml")):
        group = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in group["case"]:
            for matcher in check.matchers():
                yield pytest.param(group, case, matcher, id=f"{path.stem}/{case['name']}-{matcher}")


@pytest.mark.parametrize(("group", "case", "matcher"), list(cases()))
def test_case(group, case, matcher):
    assert check.differences(case, check.run(group, case, matcher)) == [], case["why"]


def test_there_are_cases():
    assert len(list(cases())) >= 140
