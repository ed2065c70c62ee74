"""The doubling test finds what grows like a square, and nothing else. Ratios of CPU time, never a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from packs import rule, write
from test_cli_text import run

from clean.doubling import MAX_RATIO, doubling, grown
from clean.matching.units import RuleMatcher
from clean.ruleset.load import load
from clean.ruleset.model import RuleSet
from clean.ruleset.pattern import parse


def loaded(folder, **keys):
    return load([write(folder, rule(**keys))], builtin=False)


def unproved(folder, pattern):
    """A rule set whose one rule has a tree the loader would refuse."""
    found = loaded(folder)
    return RuleSet((replace(found.rules[0], tree=parse(pattern)),), found.entities)


@pytest.mark.parametrize(
    ("pattern", "unit"),
    [
        pytest.param("read more about {rest}", '["line", "sentence"]', id="rest"),
        pytest.param("others(?:, [^,]{1,40}){1,5}", "line", id="list"),
        pytest.param("photo {colon} {person}(?: {slash} [^/]{3,80})?", "line", id="names"),
        pytest.param("follow us on (?:twitter|facebook)", "span", id="span"),
        # Runs of blanks shared by neighbours: 1,000 of them took the first of these 9.5 s.
        pytest.param("by {person}(?: and {person})? x", "line", id="blanks between names"),
        pytest.param(".{0,150} (?:from|of) .{0,120}", "line", id="blanks beside wildcards"),
    ],
)
def test_linear_rules_have_no_fault(tmp_path, pattern, unit):
    keys = {"at": "anywhere"} if unit == "span" else {}
    sample = {
        "read more about {rest}": "Read more about the bridge",
        "others(?:, [^,]{1,40}){1,5}": "Others, one, two",
        "photo {colon} {person}(?: {slash} [^/]{3,80})?": "Photo: Mira Kelros",
        "follow us on (?:twitter|facebook)": "Follow us on Twitter",
        "by {person}(?: and {person})? x": "By Mira Kelros x",
        ".{0,150} (?:from|of) .{0,120}": "News from here",
    }[pattern]
    units = ["line", "sentence"] if unit.startswith("[") else unit
    found = loaded(tmp_path, pattern=pattern, unit=units, match=[sample, f"{sample} "], **keys)
    measured, faults = doubling(found)
    assert faults == []
    assert [growth.rule for growth in measured] == ["test.pack.thing"]


@pytest.mark.parametrize(
    "pattern",
    ["(?:a|a)*b", r"advertisement\s+\s+\s+z", "advertisement.*,.*,.*,.*z"],
    ids=["exponent", "blanks", "commas"],
)
def test_a_tree_that_is_not_linear_is_a_fault(tmp_path, pattern):
    measured, (fault,) = doubling(unproved(tmp_path, pattern))
    assert fault.code == "R120"
    assert fault.subject == "test.pack.thing"
    assert fault.help.startswith("bound the wildcards")
    assert measured[0].ratio > MAX_RATIO


class Squared(RuleMatcher):
    """A matcher that compares every character with every other."""

    def whole(self, names, unit="line"):  # noqa: ARG002 - the signature of what it stands in for
        text = names.text
        return [] if sum(text.count(char) for char in text) else None


def test_a_matcher_that_is_not_linear_is_found(tmp_path):
    found = loaded(tmp_path)
    growth = grown(found.rules[0], Squared(found.rules[0], found.entities), found.entities)
    assert growth.faulty
    assert MAX_RATIO < growth.ratio < 64 * 4


def test_rules_test_says_what_is_worst(tmp_path):
    done = run("rules", "test", write(tmp_path, rule()), "--no-builtin")
    assert done.returncode == 0
    assert done.stdout.decode().split("\n")[-3].startswith("linear: ")
