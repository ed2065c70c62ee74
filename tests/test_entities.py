"""Names of organisations: how they are really written, what is too ambiguous to mean one, and the table's own order."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from clean import Cleaner
from clean.ruleset.entities import clashes
from clean.ruleset.load import load

DATA = Path(__file__).parent / "data"
TABLE = load().entities


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@pytest.fixture(scope="module")
def cleaner():
    return Cleaner()


def variants(spelling):
    """As printed, and as typesetters and transcribers change it."""
    yield spelling
    yield spelling.replace(" ", "\u00a0")
    yield spelling.replace("'", "’").replace("-", "‑")
    yield spelling.replace(" ", "  ")
    if sum(map(str.isalpha, spelling)) > 6 and not spelling.isupper():  # shorter ones and capitals are case-exact
        yield spelling.upper()


def test_real_spellings_have_one_name():
    """Spellings that stand in at least two articles of a development corpus, in every typographic dress."""
    listed = rows("spellings.tsv")
    assert len(listed) >= 300
    for row in listed:
        for text in variants(row["spelling"]):
            found = TABLE.resolve(text, (row["kind"],))
            assert found is not None, (text, row["kind"])
            assert found.name == row["name"], text


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("© 2022 Bloomberg L.P", "copyright_holder", "Bloomberg L.P."),
        ("© 2019-2022 The Associated Press. All rights reserved.", "copyright_holder", "The Associated Press"),
        ("Copyright 2017 Thomson Reuters. All rights reserved.", "copyright_year", 2017),
        ("Distributed by Tribune Content Agency, LLC", "distributor", "Tribune Content Agency"),
        ("SAMPLETOWN (AP) — The council votes on Monday.", "wire", "The Associated Press"),
        ("SAMPLETOWN (Reuters) - The council votes on Monday.", "wire", "Reuters"),
        ("The mayor in Sampletown. (Ana Sample/Pool/AFP via Getty Images/TNS)", "photo_agencies",
         ("Agence France-Presse", "Getty Images", "Tribune News Service")),
        ("The mayor in Sampletown. (Ana Sample/Pool/AFP via Getty Images/TNS)", "photographers", ("Ana Sample",)),
    ],
)  # fmt: skip
def test_names_in_their_columns(cleaner, line, column, value):
    assert (
        getattr(cleaner.clean(f"{line}\nThe council met on Monday, and the clerk read the plan aloud."), column)
        == value
    )


@pytest.mark.parametrize("sentence", [
    "The pupils chose {} last year, and most of them passed.",
    "He said that {} was what they had always called the club.",
    "A study of {} in mice found no harm, the dean said on Monday.",
])  # fmt: skip
def test_ambiguous_aliases_in_prose_say_nothing(cleaner, sentence):
    for row in rows("ambiguous-aliases.tsv"):
        text = sentence.format(row["alias"]) + " The council votes on Monday."
        result = cleaner.clean(text)
        assert (result.text, result.evidence) == (text, ()), row["alias"]


def test_no_spelling_names_two_organisations_of_a_kind():
    assert clashes(TABLE.entities) == []


def test_every_organisation_is_one_entry():
    names = [entity.name for entity in TABLE.entities]
    assert sorted(set(names)) == sorted(names)


def test_a_host_is_one_organisations():
    domains = [entity.domain for entity in TABLE.entities if entity.domain]
    shared = sorted({domain for domain in domains if domains.count(domain) > 1})
    assert shared == []
