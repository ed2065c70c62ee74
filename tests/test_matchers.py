"""The fast matcher and the reference give the same candidates, always: on generated text, on every rule's own examples,
on every character that case folding ties to another."""

from __future__ import annotations

import random

import numpy as np
import pytest
from texts import hostile

from clean import segment
from clean.matching import superset
from clean.matching.fast import FastMatcher
from clean.matching.reference import ReferenceMatcher
from clean.ruleset.load import load

RULESET = load().chosen()
EXAMPLES = [e.text for rule in RULESET.rules for e in (*rule.match, *rule.no_match)]
REFERENCE = ReferenceMatcher(RULESET)
SCANNED, REQUIRED = FastMatcher(RULESET), FastMatcher(RULESET)
SCANNED.nominator()
HOSTS = [None, *sorted({f"www.{rule.outlets[0]}" for rule in RULESET.rules if rule.outlets})[:3]]


def found(matcher, text, host=None):
    return sorted(map(repr, matcher.candidates(segment.view(text), host)))


def compare(text, host=None):
    expected = found(REFERENCE, text, host)
    assert found(SCANNED, text, host) == expected, f"scan differs on {text!r}"
    assert found(REQUIRED, text, host) == expected, f"required texts differ on {text!r}"


def generated(seed, count):
    rng = random.Random(seed)
    for _ in range(count):
        compare(hostile(rng, EXAMPLES, surrogates=True), rng.choice(HOSTS))


@pytest.mark.parametrize("seed", range(4))
def test_generated_texts(seed):
    generated(seed, 250)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_twenty_thousand_generated_texts(seed):
    generated(seed, 1_000)


def test_every_example_and_near_miss():
    for text in EXAMPLES:
        compare(text)


def test_a_batch_finds_what_single_documents_do():
    rng = random.Random(7)
    texts = [hostile(rng, EXAMPLES) for _ in range(300)]
    data = "".join(texts).encode()
    offsets = np.cumsum([0, *(len(text.encode()) for text in texts)])
    urls = [host and f"https://{host}/a" for host in (HOSTS[number % len(HOSTS)] for number in range(len(texts)))]
    got = {candidates.row: candidates for candidates in SCANNED.batch(data, offsets, urls)}
    for number, text in enumerate(texts):
        expected = found(REFERENCE, text, HOSTS[number % len(HOSTS)])
        assert sorted(map(repr, got[number].matches if number in got else [])) == expected, text


def test_no_case_fold_of_the_installed_regex_is_missed():
    for char in superset._cased():
        folds = set(superset.case_variants(char))
        assert char in folds
        if char.isascii():
            assert folds - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") <= set(superset.GATE_CHARS)


def test_the_gate_letters_are_all_there_are():
    import regex  # noqa: PLC0415

    cased = superset._cased()
    for char in "abcdefghijklmnopqrstuvwxyz":
        beyond = {other for other in regex.findall(char, cased, regex.I) if not other.isascii()}
        assert beyond <= set(superset.GATE_CHARS), char


def test_no_cased_letter_lies_beyond_the_planes_asked():
    import regex  # noqa: PLC0415

    rest = "".join(map(chr, range(superset.LAST_CASED_PLANE, 0x110000)))
    assert regex.findall(r"[\p{Cased}\p{Lu}\p{Ll}\p{Lt}]", rest) == []


def test_what_frames_allow_around_a_unit_holds_no_ascii_letter_or_digit():
    from clean.matching import units  # noqa: PLC0415

    allowed = units.QUOTES + units.BULLETS + units.EMPHASIS + segment.STOPS
    assert not any(char.isascii() and char.isalnum() for char in allowed)


@pytest.mark.parametrize("char", "İſ\u212aı\u200f\u00ad\u064b\ufeff\u00a0\t\u3000\u2009\x0b\x85\u2028")
def test_the_gate_opens(char):
    text = f"Join{char}us".encode()
    assert SCANNED.nominator().nominate(text, np.array([0, len(text)])).copied == {0}


@pytest.mark.parametrize("text", ["Join us", "a\r\nb", " naïve — “quoted” Ж 漢 é", "A. B\n\nC "])
def test_the_gate_stays_shut(text):
    raw = text.encode()
    assert SCANNED.nominator().nominate(raw, np.array([0, len(raw)])).copied == frozenset()
