"""What must stay: sentences that hold a rule's key words and are body all the same, and whole articles of such sentences.

tests/data/near-misses*.tsv: one sentence a row, cleaned as a document of its own. tests/data/clean_bodies/<language>.txt:
short articles written for this, parted by a line of equal signs. All rules at once; not a character may go. What does go is
listed, rule by rule and with its reason, in rules/known_false_positives.toml.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from pathlib import Path

import known
import pytest

import clean

DATA = Path(__file__).parent / "data"
CLEANER = clean.Cleaner()
LANGUAGES = {  # of the rules
    "en", "de", "es", "fr", "pt", "it", "nl", "sv", "da", "no", "fi", "pl", "cs", "ru", "uk", "el", "tr", "ar", "fa", "he",
    "hi", "bn", "ur", "zh", "ja", "ko", "vi", "id", "th", "hu", "ro",
}  # fmt: skip
KEY_WORDS = (  # of English; each stands inside a body sentence
    "newsletter", "photo", "copyright", "subscribe", "subscribers", "follow", "telegram", "app", "advertisement", "podcast",
    "click here", "sign up", "donations", "comments", "share", "read more", "related", "most popular", "getty images",
    "all rights reserved", "edited by", "reuters", "with permission", "instagram",
)  # fmt: skip
PARAGRAPHS = (
    "The council of Brackwater voted on Tuesday to keep the night ferry running for two more winters, the clerk said.\n\n"
    "The mayor had asked for more time to read the plan, which runs to 900 pages, before the vote was taken.\n\n"
)


def near_misses() -> dict[str, list[str]]:
    """Family to sentences, of both tables."""
    found = defaultdict(list)
    for name in ("near-misses.tsv", "near-misses-multi.tsv"):
        with (DATA / name).open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
                found[row["family"]].append(row["sentence"])
    return dict(sorted(found.items()))


def articles(language: str) -> list[str]:
    return (DATA / "clean_bodies" / f"{language}.txt").read_text(encoding="utf-8").split("\n=====\n")


NEAR_MISSES = near_misses()
BODIES = sorted(path.stem for path in (DATA / "clean_bodies").glob("*.txt"))


def lost(texts: list[str]) -> list[tuple[str, str]]:
    """(rule, line) of everything taken that is not known."""
    taken = []
    for text in texts:
        for piece in CLEANER.clean(text).removed:
            line = text[text.rfind("\n", 0, piece.start) + 1 :].split("\n", 1)[0].strip() or piece.text.strip()
            taken.append((piece.rule, line))
    return [one for one in taken if one not in known.texts()]


@pytest.mark.parametrize("family", NEAR_MISSES)
def test_a_near_miss_loses_no_character(family):
    assert lost(NEAR_MISSES[family]) == []


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_near_miss_inside_an_article_loses_no_character(place):
    """Zones and neighbours see another line here than in a document of its own."""
    before, after = ("", PARAGRAPHS) if place == "first" else (PARAGRAPHS, PARAGRAPHS if place == "middle" else "")
    texts = [f"{before}{sentence}\n\n{after}" for sentences in NEAR_MISSES.values() for sentence in sentences]
    assert lost(texts) == []


@pytest.mark.parametrize("language", BODIES)
def test_a_clean_body_loses_no_character(language):
    assert lost(articles(language)) == []


def test_both_tables_of_near_misses_are_whole():
    assert sum(map(len, NEAR_MISSES.values())) == 287 + 152


def test_the_clean_bodies_are_what_they_are_for():
    assert set(BODIES) >= LANGUAGES
    assert sum(len(articles(language)) for language in BODIES) >= 60
    assert all(len(articles(language)) >= 2 for language in LANGUAGES)
    english = "\n".join(articles("en")).lower()
    assert [word for word in KEY_WORDS if word not in english] == []


def test_an_article_written_for_the_tests_is_short_and_of_whole_sentences():
    for language in BODIES:
        for article in articles(language):
            assert 3 <= len(article.split("\n")) <= 8 or article.count(". ") > 3, (language, article)
            assert len(article) < 1200, (language, article)


def test_known_false_positives_name_rule_shape_and_reason():
    rules = {rule.id for rule in CLEANER.rules}
    for entry in known.entries():
        sys.stdout.write(f"known false positive: {entry}\n")
        assert set(entry) in ({"id", "shape", "text", "reason"}, {"id", "shape", "sha256", "reason"})
        assert all(isinstance(value, str) and value.strip() for value in entry.values())
        assert entry["id"] in rules
        assert len(entry["shape"]) <= 80 and len(entry["reason"]) >= 20
        assert re.fullmatch(r"[0-9a-f]{16}", entry.get("sha256", "0" * 16))


def test_a_known_false_positive_is_still_one():
    """A sentence of tests/data or of a rule's `no_match` that the rule does take: a mended one leaves the list."""
    ours = {line.strip() for language in BODIES for line in "\n".join(articles(language)).split("\n")}
    ours |= {sentence for sentences in NEAR_MISSES.values() for sentence in sentences}
    ours |= {example.text for rule in CLEANER.rules for example in rule.no_match}
    for rule, text in known.texts():
        assert text in ours
        assert rule in {piece.rule for piece in CLEANER.clean(text).removed}
