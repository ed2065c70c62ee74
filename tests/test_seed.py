"""The seed article, exactly: what goes, what stays, what it proves."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import clean

SEED = Path(__file__).parents[1] / "seeds" / "000_bb869597a4b66297.txt"
TEXT = SEED.read_bytes().decode()
CAPTION = "U.S. Deputy Secretary of State Wendy Sherman, left, and Russian deputy Foreign Minister Sergei Ryabkov."
CREDIT = "Denis Balibouse/Pool/AFP via Getty Images/TNS"


@pytest.fixture(scope="module")
def result():
    return clean.clean(TEXT)


def test_what_goes(result):
    assert [(r.start, r.end) for r in result.removed] == [(0, 85), (143, 296), (5313, 5336), (5336, 5379)]
    assert [r.text.strip() for r in result.removed] == [
        "Join our brand new verified AMN Telegram channel and get important news uncensored!",
        f"{CAPTION} ({CREDIT})",
        "© 2022 Bloomberg L.P",
        "Distributed by Tribune Content Agency, LLC",
    ]


def test_what_stays(result):
    lines = [line for line in TEXT.split("\n") if line.strip()]
    kept = [line for line in result.text.split("\n") if line.strip()]
    assert (len(lines), len(kept)) == (26, 22)
    assert result.text == "\n\n".join(kept)
    assert len(result.text) == 5075
    assert (
        hashlib.sha256(result.text.encode()).hexdigest()
        == "cc3ab564d0b7dc199466c9db6f44c6426f3d158701faa0cdab6c00c27f074902"
    )
    assert {"US-Russia talks end with no signals on Putin’s next move", "Little leeway", "War ‘unthinkable’"} <= set(
        kept
    )


def test_what_it_proves(result):
    assert result.publisher == "American Military News"
    assert result.wire == "Bloomberg News"
    assert result.copyright_holder == "Bloomberg L.P."
    assert result.copyright_year == 2022
    assert result.copyright_notice == "© 2022 Bloomberg L.P"
    assert result.distributor == "Tribune Content Agency"
    (media,) = result.media
    assert (media.caption, media.photographer) == (CAPTION, "Denis Balibouse")
    assert (media.agencies, media.via) == (("Agence France-Presse",), ("Getty Images", "Tribune News Service"))
    assert result.photographers == ("Denis Balibouse",)
    assert result.photo_credits == (CREDIT,)
    assert result.photo_agencies == ("Agence France-Presse", "Getty Images", "Tribune News Service")
    assert (result.byline, result.dateline, result.license, result.authors) == (None, None, None, ())


def test_every_value_has_evidence(result):
    found = {(e.field, e.value): TEXT[e.start : e.end] for e in result.evidence}
    assert found["publisher", "American Military News"] == "AMN"
    assert next(e for e in result.evidence if e.field == "publisher").start == 28
    expected = {
        ("publisher", "American Military News"), ("wire", "Bloomberg News"), ("copyright_holder", "Bloomberg L.P."), ("copyright_year", "2022"),
        ("copyright_notice", "© 2022 Bloomberg L.P"), ("distributor", "Tribune Content Agency"), ("media", CAPTION), ("photographers", "Denis Balibouse"),
        ("photo_agencies", "Agence France-Presse"), ("photo_agencies", "Getty Images"), ("photo_agencies", "Tribune News Service"), ("photo_credits", CREDIT),
    }  # fmt: skip
    assert set(found) == expected


def test_it_comes_back(result):
    assert clean.restore(result.text, result.removed).encode() == SEED.read_bytes()
