"""What pages state, as evidence; how it is merged with what the text states. All pages and names are ours."""

import json

import pytest
from test_page import BODY, html, read

import clean
from clean.merge import language_tag, merged
from clean.records import Evidence, Media, Result, Stated
from clean.ruleset.load import load

URL = "https://courier.example/news/wall"
TABLE = load().entities
CLEANER = clean.Cleaner()
TEXT = "\n".join(BODY)


def article(**more):
    return {"@type": "NewsArticle", "url": URL, **more}


def script(value):
    return f"<script type='application/ld+json'>{value if isinstance(value, str) else json.dumps(value)}</script>"


def stated(head="", inside="", after="", **known):
    return read(html(inside, head=f"<title>Wall</title>{head}", after=after), **{"url": URL, **known}).stated


def rows(found, *fields):
    return [(one.field, one.value, one.rule) for one in found.evidence if one.field in fields]


def values(head="", inside="", after="", **known):
    return CLEANER.clean(TEXT, URL, stated(head, inside, after, **known))


# --- JSON-LD


GRAPH = {"@graph": [
    {"@type": "Person", "@id": "#ana", "name": "Ana Sample"}, {"@type": "Organization", "@id": "#c", "name": "Sampletown Courier"},
    article(author={"@id": "#ana"}, publisher={"@id": "#c"}),
]}  # fmt: skip
LIST = {
    "@type": "ItemList",
    "itemListElement": [article(url="https://courier.example/other", author={"name": "Cy Other"})],
}
JSONLD = [
    pytest.param(article(author={"@type": "Person", "name": "Ana Sample"}), [("authors", "Ana Sample", "page.jsonld.author")], id="thing"),
    pytest.param(article(author=["Ana Sample", {"name": "Bo Specimen"}]), [("authors", "Ana Sample", "page.jsonld.author"), ("authors", "Bo Specimen", "page.jsonld.author")], id="list of strings and things"),
    pytest.param(GRAPH, [("publisher", "Sampletown Courier", "page.jsonld.publisher"), ("authors", "Ana Sample", "page.jsonld.author")], id="references in a graph"),
    pytest.param([{"@type": "WebSite", "name": "x"}, article(author="Ana Sample")], [("authors", "Ana Sample", "page.jsonld.author")], id="array"),
    pytest.param([LIST, article(author="Ana Sample")], [("authors", "Ana Sample", "page.jsonld.author")], id="articles of a list are not this page's"),
    pytest.param([article(url="https://courier.example/b", headline="B", author="Cy Other"), article(headline="A", author="Ana Sample")], [("authors", "Ana Sample", "page.jsonld.author")], id="the one with the page's address"),
    pytest.param({"@type": ["Thing", "https://schema.org/NewsArticle"], "author": "Ana Sample"}, [("authors", "Ana Sample", "page.jsonld.author")], id="types in a list"),
    pytest.param('<!-- {"@type":"NewsArticle","author":"Ana Sample",} -->', [("authors", "Ana Sample", "page.jsonld.author")], id="comment marks and a comma too many"),
    pytest.param('{"@type":"NewsArticle","description":"a\nb","author":"Ana Sample"}', [("authors", "Ana Sample", "page.jsonld.author")], id="a line end in a string"),
    pytest.param(article(author={"@type": "Person", "name": 7}, publisher=[[]]), [], id="numbers and lists where names are due"),
    pytest.param('{"@type":"NewsArticle","author":', [], id="cut"),
    pytest.param("[" * 5000, [], id="too deep"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "want"), JSONLD)
def test_jsonld(value, want):
    assert rows(stated(script(value)), "authors", "publisher") == want


def test_two_articles_that_could_both_be_it_are_none():
    both = [
        {"@type": "NewsArticle", "headline": "A", "author": "Ana Sample"},
        {"@type": "NewsArticle", "headline": "B", "author": "Bo Specimen"},
    ]
    assert rows(stated(script(both)), "authors") == []


def test_what_an_article_says_of_its_rights_and_source():
    found = values(script(article(
        copyrightHolder={"name": "The Associated Press"}, copyrightYear="2024", creditText="AP", isBasedOn="https://wire.example/1",
        usageInfo="/terms", license="https://creativecommons.org/licenses/by-nd/4.0/", datePublished="2024-03-19T06:30:00+01:00",
        dateline="PORT SAMPLE, March 19", inLanguage="en_gb",
    )))  # fmt: skip
    assert (found.copyright_holder, found.copyright_year, found.wire) == (
        "The Associated Press",
        2024,
        "The Associated Press",
    )
    assert (found.original_url, found.license, found.dateline) == (
        "https://wire.example/1",
        "CC-BY-ND-4.0",
        "PORT SAMPLE, March 19",
    )
    assert (found.published_at, found.published_date, found.language) == (
        "2024-03-19T06:30:00+01:00",
        "2024-03-19",
        "en-GB",
    )
    assert found.rights_url == "https://creativecommons.org/licenses/by-nd/4.0/"
    assert found.tdm_signals == ("jsonld-usageinfo", "license-link")
    assert found.tdm_reserved is None


# --- meta, links


METAS = [
    pytest.param("<meta property='og:title' content='Harbour wall'>", ("headline", "Harbour wall", "page.meta.og:title"), id="OpenGraph"),
    pytest.param("<meta name='author' content='Ana Sample and Bo Specimen'>", ("authors", "Ana Sample and Bo Specimen", "page.meta.author"), id="authors as written"),
    pytest.param("<meta property='article:published_time' content='2024-03-19'>", ("published_at", "2024-03-19", "page.meta.article:published_time"), id="a day alone"),
    pytest.param("<meta http-equiv='content-language' content='de'>", ("language", "de", "page.meta.content-language"), id="http-equiv"),
    pytest.param("<meta name='dcterms.rightsHolder' content='Sampletown Courier'>", ("copyright_holder", "Sampletown Courier", "page.meta.dcterms.rightsholder"), id="Dublin Core"),
    pytest.param("<meta name='original-source' content='https://wire.example/1'>", ("original_url", "https://wire.example/1", "page.meta.original-source"), id="original source"),
    pytest.param("<link rel=canonical href='https://wire.example/1'>", ("original_url", "https://wire.example/1", "page.link.canonical"), id="canonical elsewhere"),
    pytest.param(f"<link rel=alternate hreflang=en-GB href='{URL}'>", ("language", "en-GB", "page.link.hreflang"), id="hreflang of this page"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "want"), METAS)
def test_metas_and_links(head, want):
    assert want in rows(stated(head), want[0])


NOT_TAKEN = [
    pytest.param("<meta name='author' content='https://courier.example/ana'>", "authors", id="a profile is no name"),
    pytest.param(
        "<meta name='original-source' content='javascript:x()'>", "original_url", id="an address nobody can follow"
    ),
    pytest.param(
        "<link rel=canonical href='https://courier.example/other'>", "original_url", id="canonical on the same host"
    ),
    pytest.param(
        "<link rel=alternate hreflang=fr href='https://courier.example/fr'>", "language", id="hreflang of another page"
    ),
    pytest.param("<meta name='author' content='\x1b[2JAna Sample'>", "byline", id="control characters"),
]


@pytest.mark.parametrize(("head", "column"), NOT_TAKEN)
def test_not_taken(head, column):
    assert [row for row in rows(stated(head), column) if row[2] != "page.html.lang"] == []


def test_the_pages_own_address():
    page = html(head="<link rel=canonical href='https://user:secret@courier.example/news/wall'>")
    assert read(page).url == URL
    assert read(page, url="https://other.example/x").url == "https://other.example/x"
    assert read(html(head="<link rel=canonical href='/relative'>")).url is None


# --- rights


SIGNALS = [
    pytest.param("<meta name='tdm-reservation' content='1'><meta name=tdm-policy content='/p.json'>", "tdmrep-meta", True, "https://courier.example/p.json", id="TDMRep"),
    pytest.param("<meta name='TDM-Reservation' content='0'>", "tdmrep-meta", False, None, id="TDMRep, not reserved"),
    pytest.param("<meta name=robots content='index, NoAI'>", "robots-noai", True, None, id="robots noai"),
    pytest.param("<meta name=GPTBot content='noml'>", "robots-noai", True, None, id="a bot of a name"),
    pytest.param("<meta name=robots content='noimageai'>", "robots-noimageai", None, None, id="images only"),
    pytest.param("<link rel=license type='application/rsl+xml' href='/l.xml'>", "rsl-link", None, "https://courier.example/l.xml", id="RSL link"),
    pytest.param("<script type='application/rsl+xml'><rsl><prohibits type='usage'>train-ai</prohibits></rsl></script>", "rsl-inline", True, None, id="RSL inline"),
    pytest.param("<script type='application/rsl+xml'><rsl><permits type='usage'>all</permits></rsl></script>", "rsl-inline", None, None, id="RSL that prohibits nothing"),
    pytest.param("<link rel=license href='https://creativecommons.org/licenses/by/4.0/'>", "license-link", None, "https://creativecommons.org/licenses/by/4.0/", id="licence"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "signal", "reserved", "link"), SIGNALS)
def test_signals_of_the_page(head, signal, reserved, link):
    found = values(head)
    assert (found.tdm_signals, found.tdm_reserved, found.rights_url) == ((signal,), reserved, link)


HEADERS = [
    pytest.param(("TDM-Reservation", "1"), "tdmrep-header", True, id="TDMRep"),
    pytest.param(("X-Robots-Tag", "somebot: noai"), "robots-noai", True, id="robots"),
    pytest.param(("Content-Usage", "train-ai=n, search=y"), "aipref-header", True, id="AI preferences, no"),
    pytest.param(("content-usage", "train-ai=y"), "aipref-header", False, id="AI preferences, yes"),
    pytest.param(("Link", '</l.xml>; rel="license"; type="application/rsl+xml"'), "rsl-link", None, id="RSL"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "signal", "reserved"), HEADERS)
def test_signals_of_a_response(header, signal, reserved):
    found = values(headers=[header])
    assert (found.tdm_signals, found.tdm_reserved) == ((signal,), reserved)


NOTICES = [
    pytest.param(
        "Text and data mining of this site is not permitted without our prior written consent.", True, id="English"
    ),
    pytest.param("Die Nutzung für Text und Data Mining im Sinne des § 44b UrhG bleibt vorbehalten.", True, id="German"),
    pytest.param("Toute fouille de textes et de données est interdite.", True, id="French"),
    pytest.param("© 2024 Sampletown Courier. All rights reserved.", None, id="all rights reserved is no reservation"),
    pytest.param("We write about machine learning every week.", None, id="the act alone"),
]


@pytest.mark.parametrize(("sentence", "reserved"), NOTICES)
def test_sentences_of_the_foot(sentence, reserved):
    found = values(after=f"</article><footer><p>{sentence}</p></footer><article>")
    assert found.tdm_reserved is reserved
    assert found.usage_terms == (sentence if reserved else None)


def test_any_reservation_wins_and_all_are_recorded():
    found = values("<meta name=tdm-reservation content=0><meta name=robots content=noai>")
    assert (found.tdm_reserved, found.tdm_signals) == (True, ("robots-noai", "tdmrep-meta"))
    assert [e.value for e in found.evidence if e.field == "tdm_reserved"] == ["false", "true"]


def test_the_licence_of_a_picture_is_not_the_articles():
    figure = "<figure><img src=/a.jpg><figcaption>The wall. <a rel=license href='https://creativecommons.org/licenses/by/2.0/'>CC</a></figcaption></figure>"
    assert values(inside=figure).license is None


def test_two_licences_are_not_decided():
    found = values(
        "".join(
            f"<link rel=license href='https://creativecommons.org/licenses/{kind}/4.0/'>" for kind in ("by", "by-nc")
        )
    )
    assert found.license is None
    assert {e.value for e in found.evidence if e.field == "license"} == {"CC-BY-4.0", "CC-BY-NC-4.0"}


# --- pictures


def picture(inside, head=""):
    found = values(head, inside)
    return [(m.caption, m.credit, m.photographer, m.agencies, m.via, m.url) for m in found.media]


FIGURES = [
    pytest.param(
        "<figure><img src='/w.jpg' alt=wall><figcaption>The wall at dawn. Photo: Ana Sample/AFP via Getty Images</figcaption></figure>",
        ("The wall at dawn.", "Photo: Ana Sample/AFP via Getty Images", "Ana Sample", ("Agence France-Presse",), ("Getty Images",), "https://courier.example/w.jpg"),
        id="credit inside the caption, read by the rules",
    ),
    pytest.param(
        "<figure><img data-src='/w.jpg'><figcaption>The wall at dawn. <span class='image-credit'>Bo Specimen / Reuters</span></figcaption></figure>",
        ("The wall at dawn.", "Bo Specimen / Reuters", "Bo Specimen", ("Reuters",), (), "https://courier.example/w.jpg"),
        id="credit set apart by the template",
    ),
    pytest.param(
        "<figure><img src='data:x'><figcaption>Courtesy of nobody in particular</figcaption></figure>",
        ("Courtesy of nobody in particular", None, None, (), (), None),
        id="no credit",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "want"), FIGURES)
def test_figures(inside, want):
    assert picture(inside) == [want]


def test_a_picture_that_is_described_twice_is_one():
    head = script(
        article(image={"@type": "ImageObject", "url": "https://cdn.example/big/w.jpg?w=9", "creditText": "Ana Sample"})
    )
    assert len(picture("<figure><img src='/w.jpg'><figcaption>The wall at dawn</figcaption></figure>", head)) == 1
    assert picture("", head) == [(None, "Ana Sample", "Ana Sample", (), (), "https://cdn.example/big/w.jpg?w=9")]


def test_pictures_beside_the_article_are_not_its():
    assert picture("<aside><figure><img src=/x.jpg><figcaption>Another story</figcaption></figure></aside>") == []


# --- merged


def said(*evidence):
    return Stated(tuple(Evidence(field, value, None, None, rule) for field, value, rule in evidence))


AUTHORS = [
    pytest.param("Ana Sample", ("Ana Sample",), None, id="a name"),
    pytest.param("By Ana Sample and Bo van der Specimen", ("Ana Sample", "Bo van der Specimen"), None, id="two names"),
    pytest.param("Reuters", (), "Reuters", id="an agency is the wire"),
    pytest.param("Sampletown Courier Staff", (), None, id="a desk"),
    pytest.param("admin", (), None, id="an account"),
    pytest.param("高梨悠斗", ("高梨悠斗",), None, id="a name without spaces"),
    pytest.param("Ana Sample, Sampletown Media GmbH", (), None, id="a firm among them: fewer rather than wrong"),
]


@pytest.mark.parametrize(("value", "authors", "wire"), AUTHORS)
def test_authors(value, authors, wire):
    found = merged(Result(), said(("authors", value, "page.meta.author")), [], TABLE)
    assert (found.authors, found.wire) == (authors, wire)


def test_text_before_page_and_the_loser_stays_in_evidence():
    text = "\n".join([*BODY, "© 2019 The Orrin Times. All rights reserved."])
    found = CLEANER.clean(
        text,
        None,
        said(
            ("copyright_year", "2024", "page.jsonld.copyrightYear"),
            ("copyright_holder", "AP", "page.jsonld.copyrightHolder"),
        ),
    )
    assert found.copyright_year == 2019
    assert [e.value for e in found.evidence if e.field == "copyright_year"] == ["2019", "2024"]
    assert clean.restore(found.text, found.removed) == text


def test_the_order_within_a_page():
    found = merged(
        Result(), said(("headline", "A", "page.jsonld.headline"), ("headline", "B", "page.meta.og:title")), [], TABLE
    )
    assert found.headline == "A"
    assert len(found.evidence) == 2


def test_lists_hold_each_value_once():
    found = merged(
        Result(authors=("Ana Sample",)),
        said(("authors", "Ana Sample", "r"), ("authors", "Bo Specimen", "r")),
        [],
        TABLE,
    )
    assert found.authors == ("Ana Sample", "Bo Specimen")


def test_every_stated_value_has_its_evidence():
    found = merged(
        Result(),
        Stated(
            (Evidence("published_at", "2024-03-19T06:30:00Z", None, None, "page.meta.x"), Evidence("tdm_reserved", "true", None, None, "page.meta.y")),
            (Media("image", "Cap", "Ana Sample/AFP", None, (), (), None, None, None, None, "page.html.figure"),),
        ),
        [], TABLE,
    )  # fmt: skip
    held = {(e.field, e.value) for e in found.evidence}
    assert {("published_at", found.published_at), ("published_date", "2024-03-19"), ("tdm_reserved", "true")} <= held
    assert {
        ("photographers", "Ana Sample"),
        ("photo_agencies", "Agence France-Presse"),
        ("photo_credits", "Ana Sample/AFP"),
        ("media", "Cap"),
    } <= held


DATES = [
    ("2024-03-19T06:30:00Z", "2024-03-19T06:30:00+00:00", "2024-03-19"), ("2024-03-19 06:30+0100", "2024-03-19T06:30:00+01:00", "2024-03-19"),
    ("2024-03-19T06:30:00", None, "2024-03-19"), ("March 19, 2024", None, "2024-03-19"), ("2024-13-45T99:99:99Z", None, None), ("soon", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "instant", "day"), DATES)
def test_dates(value, instant, day):
    found = merged(Result(), said(("published_at", value, "page.meta.x")), [], TABLE)
    assert (found.published_at, found.published_date) == (instant, day)


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("en", "en"),
        ("EN_us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("x-default", None),
        ("deutsch", None),
        ("", None),
    ],
)
def test_language_tags(value, tag):
    assert language_tag(value) == tag
