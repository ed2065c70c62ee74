"""Captures to values: normal forms, roles that are no names, pictures kept together, evidence for each."""

from __future__ import annotations

import pytest
from packs import cleaner, rule

from clean.dates import day_of
from clean.hosts import host_of, is_under_host
from clean.records import Contributor

ENTITIES = """
[[entity]]
name = "Agence France-Presse"
kinds = ["wire", "photo_agency"]
aliases = ["AFP"]
[[entity]]
name = "Getty Images"
kinds = ["photo_agency"]
aliases = ["Getty"]
[[entity]]
name = "Bloomberg News"
kinds = ["wire"]
aliases = ["Bloomberg"]
legal = "Bloomberg L.P."
[[entity]]
name = "CC BY 4.0"
kinds = ["license"]
legal = "CC-BY-4.0"
"""


def one(tmp_path, line, **keys):
    keys = {"match": [line, line], "no_match": ["x"], **keys}
    return cleaner(tmp_path, rule(**keys), entities=ENTITIES).clean(f"The council met.\n{line}")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee", ("Ann Lee",)),
        ("By Ann Lee and Juan Pérez", ("Ann Lee", "Juan Pérez")),
        ("By Ann Lee, Juan Pérez and Mia Holm", ("Ann Lee", "Juan Pérez", "Mia Holm")),
    ],
)
def test_bylines(tmp_path, line, names):
    result = one(tmp_path, line, category="byline", pattern="By (?P<author>{persons})")
    assert (result.authors, result.byline) == (names, line)
    assert {(e.field, e.value) for e in result.evidence} >= {("authors", name) for name in names} | {("byline", line)}


@pytest.mark.parametrize(
    ("line", "holder", "year"),
    [
        ("© 2022 Bloomberg", "Bloomberg L.P.", 2022),
        ("© 2022 Bloomberg L.P", "Bloomberg L.P.", 2022),
        ("(c) 2019-2022 Bloomberg News", "Bloomberg L.P.", 2019),
        ("© ٢٠٢٢ Marrow Bay Gazette", "Marrow Bay Gazette", 2022),
    ],
)
def test_copyright_lines(tmp_path, line, holder, year):
    result = one(
        tmp_path,
        line,
        category="syndication.copyright",
        pattern="{copyright} (?P<copyright_year>{year})(?:-{year})? (?P<copyright_holder>.{3,60})",
    )
    assert (result.copyright_holder, result.copyright_year, result.copyright_notice) == (holder, year, line)


def test_an_agency_chain_is_one_picture(tmp_path):
    line = "The bridge at dusk. (Ann Lee/Pool/AFP via Getty Images)"
    result = one(
        tmp_path, line, category="caption.credit",
        pattern="(?P<caption>[^()]{10,80}) {open}(?P<photographer>{person})/(?:(?P<photo_agency>Pool)/)?{photo_agency} via (?P<via>{photo_agency}){close}",
    )  # fmt: skip
    (media,) = result.media
    assert (media.caption, media.credit) == ("The bridge at dusk.", "(Ann Lee/Pool/AFP via Getty Images)")
    assert (media.photographer, media.agencies, media.via) == ("Ann Lee", ("Agence France-Presse",), ("Getty Images",))
    assert result.photo_agencies == ("Agence France-Presse", "Getty Images")
    assert result.photographers == ("Ann Lee",)
    assert (media.start, media.end) == (17, 17 + len(line))


def test_contributors_have_roles(tmp_path):
    line = "Reporting by Ann Lee and Juan Pérez; Editing by Mia Holm"
    result = one(
        tmp_path,
        line,
        category="syndication.reporting-editing",
        pattern="(?P<role>Reporting) by (?P<contributor>{persons}); (?P<role>Editing) by (?P<contributor>{person})",
    )
    assert result.contributors == (
        Contributor("Ann Lee", "reporting"),
        Contributor("Juan Pérez", "reporting"),
        Contributor("Mia Holm", "editing"),
    )


def test_a_licence_is_its_spdx_id_or_nothing(tmp_path):
    keys = {"category": "syndication.republish-licence", "pattern": "Licensed under (?P<license>.{3,40})"}
    assert one(tmp_path, "Licensed under CC BY 4.0", **keys).license == "CC-BY-4.0"
    assert one(tmp_path, "Licensed under our terms", **keys).license is None


def test_evidence_holds_its_raw_text(tmp_path):
    line = "© 2022 Bloomberg L.P"
    result = one(
        tmp_path,
        line,
        category="syndication.copyright",
        pattern="(?P<copyright_notice>{copyright} (?P<copyright_year>{year}) (?P<copyright_holder>(?P<wire>{wire})))",
    )
    text = f"The council met.\n{line}"
    found = {e.field: text[e.start : e.end] for e in result.evidence}
    assert found == {
        "copyright_notice": line,
        "copyright_year": "2022",
        "copyright_holder": "Bloomberg L.P",
        "wire": "Bloomberg L.P",
    }
    assert (result.wire, result.copyright_holder) == ("Bloomberg News", "Bloomberg L.P.")


def test_short_names_need_a_sign_beside_them(tmp_path):
    keys = {"category": "syndication.wire-notice", "zone": "tail"}
    assert one(tmp_path / "a", "AFP", pattern="{wire}", **keys).wire is None
    assert one(tmp_path / "b", "(AFP)", pattern=r"\({wire}\)", **keys).wire == "Agence France-Presse"
    assert one(tmp_path / "c", "(AFPX)", pattern=r"\({wire}\w?\)", **keys).wire is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Jan. 3, 2024", "2024-01-03"), ("January 3rd, 2024", "2024-01-03"), ("3 January 2024", "2024-01-03"), ("2024-01-03", "2024-01-03"),
        ("2024年1月3日", "2024-01-03"), ("Jan. 3", None), ("03/04/2024", None), ("Feb. 30, 2024", None), ("Foo 3, 2024", None), ("", None),
    ],
)  # fmt: skip
def test_days(text, day):
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.com:8080/a", "example.com"), ("http://news.example.co.uk", "news.example.co.uk"), ("https://bücher.example/", "xn--bcher-kva.example"),
        ("example.com/a", None), ("javascript:alert(1)", None), ("https:///", None), ("https://a b.com", None), ("https://exa\x1bmple.com", None), ("https://localhost/", None),
        ("", None), (None, None), ("https://[::1", None), ("ftp://example.com/", None), ("https://user:pw@example.com/", "example.com"),
    ],
)  # fmt: skip
def test_hosts(url, host):
    assert host_of(url) == host


def test_subdomains():
    assert is_under_host("a.post.example", "post.example")
    assert not is_under_host("riverpost.example", "post.example")
    assert not is_under_host(None, "post.example")
