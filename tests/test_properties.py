"""The promises, for any text and any rules: restore, order, accounting, independence of rule order."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clean.records
from clean import edit, segment
from clean.cleaner import Cleaner, judge
from clean.matching.fast import FastMatcher
from clean.records import Removal
from clean.ruleset.load import load
from clean.ruleset.model import RuleSet

LOADED = load()
EXAMPLES = [example.text for rule in LOADED.rules for example in (*rule.match, *rule.no_match)]
FRAGMENTS = st.sampled_from(EXAMPLES or ["Advertisement"])
ODD = st.sampled_from(
    [
        "\n",
        "\r\n",
        "\n\n",
        " ",
        "\u00a0",
        "\u200f",
        "\u00ad",
        "\0",
        "\u2028",
        "\u0085",
        "\r",
        "“",
        "”",
        "* ",
        "• ",
        "😀",
        "İ",
        "ſ",
        "e\u0301",
        "。",
        ". ",
        "x" * 2100,
    ]
)
TEXTS = st.lists(
    st.one_of(FRAGMENTS, ODD, st.text(max_size=20), st.just("The council voted on Monday to close the bridge.")),
    max_size=14,
).map("".join)
MANY = settings(max_examples=250, deadline=None, derandomize=True)
CLEANER = Cleaner()


@MANY
@given(TEXTS)
def test_restore_order_and_accounting(text):
    result = CLEANER.clean(text)
    assert clean.restore(result.text, result.removed) == text
    assert len(text) == result.input_chars == len(result.text) + sum(len(r.text) for r in result.removed)
    at = 0
    for removal in result.removed:
        assert at <= removal.start < removal.end <= len(text)
        assert removal.text == text[removal.start : removal.end]
        at = removal.end
    for finding in result.kept:
        assert 0 <= finding.start < finding.end <= len(text)


@MANY
@given(TEXTS)
def test_every_value_has_its_evidence(text):
    result = CLEANER.clean(text)
    said = {(e.field, e.value) for e in result.evidence}
    for name in clean.records.PROVENANCE_FIELDS:
        value = getattr(result, name)
        if name in ("media", "contributors", "evidence", "tdm_reserved") or value in (None, ()):
            continue
        for item in value if isinstance(value, tuple) else (value,):
            assert (name, str(item)) in said
    for evidence in result.evidence:
        assert 0 <= evidence.start < evidence.end <= len(text)


def shuffled(seed):
    """The same rules in another order, as a set and its matcher."""
    rules = list(LOADED.chosen().rules)
    random.Random(seed).shuffle(rules)
    ruleset = RuleSet(tuple(rules), LOADED.entities)
    return ruleset, FastMatcher(ruleset)


SHUFFLED = [shuffled(seed) for seed in range(4)]


@MANY
@given(TEXTS, st.sampled_from(SHUFFLED))
def test_no_order_of_rules_matters(text, other):
    ruleset, matcher = other
    seen = segment.view(text)
    result = judge(text, seen, matcher.candidates(seen, None), ruleset, 0.8)
    expected = CLEANER.clean(text)
    assert (result.text, result.removed) == (expected.text, expected.removed)
    assert sorted(map(repr, result.kept)) == sorted(map(repr, expected.kept))
    alike = {"kept": (), "removed": (), "ruleset": ""}  # the set as shuffled has another digest
    assert replace(result, **alike) == replace(expected, **alike)


@MANY
@given(st.text(max_size=60), st.lists(st.integers(0, 60), max_size=12))
def test_restore_undoes_apply(text, cuts):
    points = sorted({min(cut, len(text)) for cut in cuts})
    spans = [(a, b) for a, b in zip(points[::2], points[1::2], strict=False) if a < b]
    removed = [Removal(a, b, text[a:b], "x.y.z", 1, "ui.ad") for a, b in spans]
    short = edit.apply(text, removed)
    assert edit.restore(short, removed) == text
    assert len(short) == len(text) - sum(b - a for a, b in spans)


@MANY
@given(TEXTS)
def test_views_map_back(text):
    seen = segment.view(text)
    assert segment.without_marks(text) == seen.text
    ends = [seen.input_end(line.end) for line in seen.lines]
    starts = [seen.input_start(line.start) for line in seen.lines]
    assert all(a < b for a, b in zip(starts, ends, strict=True))
    assert all(b <= a for b, a in zip(ends, starts[1:], strict=False))
    for line, start, end in zip(seen.lines, starts, ends, strict=True):
        assert segment.without_marks(text[start:end]) == seen.text[line.start : line.end]


@pytest.mark.parametrize("seed", range(3))
def test_cleaning_twice_changes_nothing_more_on_plain_articles(seed):
    rng = random.Random(seed)
    body = [
        f"The council voted on Monday to close bridge number {n} for the winter, officials said." for n in range(12)
    ]
    footers = [text for text in EXAMPLES if "\n" not in text]
    for _ in range(40):
        text = "\n".join([*body, rng.choice(footers or ["x"])])
        once = CLEANER.clean(text).text
        assert CLEANER.clean(once).text == once
