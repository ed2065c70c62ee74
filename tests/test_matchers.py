"""The fast matcher and the reference give the same candidates, always: on generated text, on every rule's own examples,
on every character that case folding ties to another."""

from __future__ import annotations

import random

import numpy as np
import pytest
from texts import hostile

from clean import segment
from clean.matching import letters
from clean.matching.fast import FastMatcher
from clean.matching.reference import ReferenceMatcher
from clean.ruleset.load import load
from clean.ruleset.model import RuleSet

RULESET = load().chosen()
SOME = 60  # rules compared at once: the reference tries every one on every line


class Engines:
    """Both matchers, and the fast one before its database is compiled, for some of the rules."""

    def __init__(self, seed: int, some: int = SOME) -> None:
        rules = random.Random(seed).sample(RULESET.rules, some)
        self.ruleset = RuleSet.of(rules, RULESET.entities)
        self.examples = [e.text for rule in rules for e in (*rule.match, *rule.no_match)]
        self.hosts = [None, *sorted({f"www.{rule.outlets[0]}" for rule in rules if rule.outlets})[:3]]
        self.reference, self.scanned, self.required = (
            make(self.ruleset) for make in (ReferenceMatcher, FastMatcher, FastMatcher)
        )
        self.scanned.nominator()

    def compare(self, text, host=None):
        expected = found(self.reference, text, host)
        assert found(self.scanned, text, host) == expected, f"scan differs on {text!r}"
        alone = sorted(map(repr, self.required._alone(segment.view(text), host)))
        assert alone == expected, f"required texts differ on {text!r}"

    def generated(self, rng, count):
        for _ in range(count):
            self.compare(hostile(rng, self.examples, surrogates=True), rng.choice(self.hosts))


def found(matcher, text, host=None):
    return sorted(map(repr, matcher.candidates(segment.view(text), host)))


@pytest.fixture(scope="module")
def engines():
    return Engines(1)


@pytest.mark.parametrize("seed", range(2, 6))
def test_generated_texts(seed):
    Engines(seed).generated(random.Random(seed), 100)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_twenty_thousand_generated_texts(seed):
    Engines(seed).generated(random.Random(seed), 500)


@pytest.mark.parametrize("part", range(4))
def test_examples_and_near_misses(part):
    """Those of every rule, each with a dozen of the rules that stand beside it."""
    for low in range(12 * part, len(RULESET.rules), 48):
        rules = RULESET.rules[low : low + 12]
        ruleset = RuleSet.of(rules, RULESET.entities)
        reference, scanned = ReferenceMatcher(ruleset), FastMatcher(ruleset)
        scanned.nominator()
        for example in (e for rule in rules for e in (*rule.match, *rule.no_match)):
            assert found(scanned, example.text) == found(reference, example.text), example.text


def test_a_batch_finds_what_single_documents_do(engines):
    rng = random.Random(7)
    texts = [hostile(rng, engines.examples) for _ in range(200)]
    data = "".join(texts).encode()
    offsets = np.cumsum([0, *(len(text.encode()) for text in texts)])
    hosts = [engines.hosts[number % len(engines.hosts)] for number in range(len(texts))]
    urls = [host and f"https://{host}/a" for host in hosts]
    got = {candidates.row: candidates for candidates in engines.scanned.batch(data, offsets, urls)}
    for number, text in enumerate(texts):
        expected = found(engines.reference, text, hosts[number])
        assert sorted(map(repr, got[number].matches if number in got else [])) == expected, text


def test_no_case_fold_of_the_installed_regex_is_missed():
    for char in letters._cased():
        folds = set(letters.case_variants(char))
        assert char in folds
        if char.isascii():
            assert folds - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") <= set(letters.GATE_CHARS)


def test_the_gate_letters_are_all_there_are():
    import regex  # noqa: PLC0415

    cased = letters._cased()
    for char in "abcdefghijklmnopqrstuvwxyz":
        beyond = {other for other in regex.findall(char, cased, regex.I) if not other.isascii()}
        assert beyond <= set(letters.GATE_CHARS), char


def test_no_cased_letter_lies_beyond_the_planes_asked():
    import regex  # noqa: PLC0415

    rest = "".join(map(chr, range(letters.LAST_CASED_PLANE, 0x110000)))
    assert regex.findall(r"[\p{Cased}\p{Lu}\p{Ll}\p{Lt}]", rest) == []


def test_what_frames_allow_around_a_unit_holds_no_ascii_letter_or_digit():
    from clean.matching import units  # noqa: PLC0415

    allowed = units.QUOTES + units.BULLETS + units.EMPHASIS + segment.STOPS
    assert not any(char.isascii() and char.isalnum() for char in allowed)


@pytest.mark.parametrize("char", "İſ\u212aı\u200f\u00ad\u064b\ufeff\u00a0\t\u3000\u2009\x0b\x85\u2028")
def test_the_gate_opens(char, engines):
    text = f"Join{char}us".encode()
    assert engines.scanned.nominator().nominate(text, np.array([0, len(text)])).copied == {0}


@pytest.mark.parametrize("text", ["Join us", "a\r\nb", " naïve — “quoted” Ж 漢 é", "A. B\n\nC "])
def test_the_gate_stays_shut(text, engines):
    raw = text.encode()
    assert engines.scanned.nominator().nominate(raw, np.array([0, len(raw)])).copied == frozenset()
