"""Every built-in rule, proved by the examples in its own file, and no near miss of one rule lost to another."""

from __future__ import annotations

import known
import pytest

import clean
from clean import schema
from clean.prove import proof
from clean.ruleset.load import builtin_folder

CLEANER = clean.Cleaner(matcher="reference")
RULES = {rule.id: rule for rule in CLEANER.rules}
MAX_LINES = 400
# Families the first issue asks for; a family that loses its last rule is noticed here.
FAMILIES = ("byline", "caption", "dateline", "promo", "syndication", "ui")


def test_every_rule_is_proved_by_its_examples():
    done = proof(CLEANER.loaded, builtin=True)
    assert not done.faults, "\n".join(map(str, done.faults))
    assert done.rules == len(RULES)


@pytest.mark.parametrize("rule_id", RULES)
def test_a_near_miss_stays_whole_whatever_the_rule(rule_id):
    """A near miss of one line is body text by its writer's word; in longer ones a neighbour may be furniture."""
    rule = RULES[rule_id]
    url = f"https://{rule.outlets[0]}/" if rule.outlets else None
    for example in (example for example in rule.no_match if "\n" not in example.text):
        lost = {(piece.rule, example.text) for piece in CLEANER.clean(example.text, url).removed}
        assert lost <= known.texts()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_rules(family):
    assert any(schema.is_under(rule.category, family) for rule in RULES.values())


@pytest.mark.parametrize("path", sorted(builtin_folder().rglob("*.toml")), ids=lambda path: path.name)
def test_a_pack_is_one_readable_file(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.split("\n")) <= MAX_LINES
    assert "\t" not in text and "\r" not in text
