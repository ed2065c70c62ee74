"""The fast matcher and the reference give the same candidates, always: on generated text, on every rule's own examples,
on every character that case folding ties to another."""

from __future__ import annotations

import random

import pytest
from texts import hostile

from clean import segment
from clean.matching import superset
from clean.matching.fast import FastMatcher
from clean.matching.reference import ReferenceMatcher
from clean.matching.scan import GATE_CASE, GATE_MARKS
from clean.ruleset.load import load

RULESET = load().chosen()
EXAMPLES = [e.text for rule in RULESET.rules for e in (*rule.match, *rule.no_match)]
REFERENCE = ReferenceMatcher(RULESET)
SCANNED, REQUIRED = FastMatcher(RULESET), FastMatcher(RULESET)
SCANNED.plain()
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


def test_a_batch_nominates_what_single_documents_do():
    rng = random.Random(7)
    texts = [hostile(rng, EXAMPLES) for _ in range(300)]
    nominated = SCANNED.nominate([text.encode() for text in texts])
    for number, text in enumerate(texts):
        seen = segment.view(text)
        got = SCANNED.candidates(seen, None, nominated[number]) if number in nominated else []
        assert sorted(map(repr, got)) == found(REFERENCE, text)


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


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("İ", GATE_CASE),
        ("ſ", GATE_CASE),
        ("\u212a", GATE_CASE),
        ("ı", GATE_CASE),
        ("\u200f", GATE_MARKS),
        ("\u00ad", GATE_MARKS),
        ("\u064b", GATE_MARKS),
        ("\ufeff", GATE_MARKS),
    ],
)
def test_gates_open(text, gate):
    assert (gate, len(text.encode())) in SCANNED._scan(SCANNED.plain(), text.encode())


def test_gates_stay_shut_for_other_text():
    events = SCANNED._scan(SCANNED.plain(), "naïve — “quoted” Ж 漢 é".encode())
    assert not {rule for rule, _ in events} & {GATE_CASE, GATE_MARKS}
