"""A pack proves itself; every way it can fail is told."""

from __future__ import annotations

import pytest
from packs import cleaner, rule

from clean.prove import prove

FAILS = [
    pytest.param(
        (rule(match=["Advertisement", "Something else"]),),
        "R112",
        "'Something else' does not match",
        id="a positive does not fire",
    ),
    pytest.param(
        (rule(zone="tail", within=1, match=["Advertisement", "Advertisement\nOne.\nTwo.\nThree."]),),
        "R112",
        "(kept: zone)",
        id="and why",
    ),
    pytest.param(
        (rule(no_match=["Advertisement"]),), "R113", "'Advertisement' in no_match matches", id="a near miss fires"
    ),
    pytest.param((rule(), rule("test.pack.other")), "R118", "claimed by test.pack.other too", id="claimed twice"),
    pytest.param(
        (rule(match=["Advertisement", {"text": "ADVERTISEMENT", "gives": {"publisher": "X"}}]),),
        "R119",
        "gives publisher = None, expected 'X'",
        id="other values",
    ),
    pytest.param(
        (rule(match=["Advertisement", {"text": "ADVERTISEMENT", "gives": {"colour": "X"}}]),),
        "R119",
        "`gives` names 'colour'",
        id="no such value",
    ),
    pytest.param(
        (rule(todo_match=["advertisement"]),), "R112", "known gap 'advertisement' is closed", id="a gap that is closed"
    ),
    pytest.param(
        (rule(todo_no_match=["Other"]),),
        "R113",
        "known false match 'Other' is mended",
        id="a false match that is mended",
    ),
]


@pytest.mark.parametrize(("rules", "code", "what"), FAILS)
def test_a_fault_is_told(tmp_path, rules, code, what):
    faults = prove(cleaner(tmp_path, *rules))
    assert any(fault.code == code and what in fault.what and fault.help and fault.line > 1 for fault in faults), faults


GOOD = [
    pytest.param((rule(),), id="plain"),
    pytest.param((rule(also=["test.pack.other"]), rule("test.pack.other", also=["test.pack.thing"])), id="also"),
    pytest.param(
        (
            rule(),
            rule(
                "test.pack.below",
                pattern="Top story",
                after=["test.pack.thing"],
                also=["test.pack.thing"],
                match=["Advertisement\nTop story", "ADVERTISEMENT\nTOP STORY"],
                no_match=["Top story"],
            ),
        ),
        id="neighbours",
    ),
    pytest.param((rule(outlets=["post.example"]),), id="outlets"),
    pytest.param((rule(status="experimental"),), id="experimental"),
    pytest.param(
        (
            rule(
                pattern="By (?P<author>{person})",
                category="byline",
                match=[{"text": "By Ann Lee", "gives": {"author": "Ann Lee", "authors": ["Ann Lee"]}}, "By Mia Holm"],
                no_match=["By the sea"],
            ),
        ),
        id="gives by capture or column",
    ),
    pytest.param((rule(todo_match=["Anzeige"], todo_no_match=["ADVERTISEMENT!"]),), id="known gaps"),
]


@pytest.mark.parametrize("rules", GOOD)
def test_a_good_pack_is_silent(tmp_path, rules):
    assert prove(cleaner(tmp_path, *rules)) == []
