"""The byte pattern of a rule takes every line that the rule's `regex` pattern can match, and few others."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from texts import hostile

from clean import automaton
from clean.matching.superset import superset
from clean.matching.units import Names, RuleMatcher
from clean.ruleset.load import load
from clean.ruleset.pattern import parse

RULESET = load().chosen()


def asked(pattern, *, unit="line", at="", fold=True):
    return automaton.automaton(superset(parse(pattern), (unit,), at, fold=fold))


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("read more", "READ \u00a0 MORE"),
        ("kiss", "\u212aİſſ"),
        ("read", "  » *Read* ”"),
        ("'x'", "‹’x´»"),
        ("[a-c]{3}", "ABC"),
        ("[^ ]{3,20}", "ab-c"),
        ("[^x]{3}", "żół"),
        (r"\d\d\d\d", "٢٠٢٢"),
        (r"\p{Lu}\p{L}+", "Łódź"),
        (".{2}", "漢字"),
        ("x? ?y", "y"),
        ("(?:ab|cd){2}", "abCD"),
        ("(c) Sample", "© Sample"),
        ("ς", "Σ"),
    ],
)
def test_what_folds_and_families_stand_for_is_taken(pattern, line):
    assert asked(pattern)(line.encode())


@pytest.mark.parametrize(
    ("pattern", "unit", "at", "line", "taken"),
    [
        ("read more", "line", "", "read more now", False),
        ("read more", "sentence", "", "He went. Read more now. He", True),
        ("read more", "sentence", "", "Heread more", False),
        ("read more", "span", "start", "read more now", True),
        ("read more", "span", "start", "now read more", False),
        ("read more", "span", "end", "now read more!", True),
        ("read more", "span", "end", "read more now", False),
        ("read more", "span", "anywhere", "xread morex", True),
        (r"\p{Lu}{3}", "line", "", "abc", False),
        ("{person}", "line", "", "ana sample", False),
        ("{person}", "line", "", "Ana Sample", True),
    ],
)
def test_units_and_case(pattern, unit, at, line, taken):
    from clean.ruleset.classes import CLASSES  # noqa: PLC0415
    from clean.ruleset.trees import expand  # noqa: PLC0415

    tree = expand(parse(pattern), CLASSES.get)
    assert bool(automaton.automaton(superset(tree, (unit,), at, fold=True))(line.encode())) is taken


@pytest.mark.parametrize("seed", range(3))
def test_no_line_that_a_rule_takes_is_refused(seed):
    rng = random.Random(seed)
    rules = rng.sample(RULESET.rules, 120)
    for rule in rules:
        ask = automaton.automaton(superset(rule.tree, rule.units, rule.at, fold=rule.fold))
        assert ask is not None, rule.id
        matcher = RuleMatcher(rule, RULESET.entities)
        examples = [example.text for example in rule.match]
        for text in [*examples, *(hostile(rng, examples, surrogates=False) for _ in range(8))]:
            for line in map(str.strip, text.split("\n")):
                if matcher.in_line(Names(line, RULESET.entities)):
                    assert ask(line.encode()), (rule.id, line)


def test_a_pattern_too_large_answers_nothing():
    assert automaton.automaton(b"(?:a{1000}){1000}") is None


def test_all_calls_to_re2_stand_in_one_file():
    files = [path.name for path in (Path(__file__).parents[1] / "clean").rglob("*.py")
             if re.search(r"^import re2", path.read_text(encoding="utf-8"), re.MULTILINE)]  # fmt: skip
    assert files == ["automaton.py"]
