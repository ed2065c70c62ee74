"""Pages: bytes to article and facts. All pages here are written by us."""

import codecs

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clean
from clean import page
from clean.errors import SourceError
from clean.page import charset, furniture, lead, licences, names, tree
from clean.page.survey import survey

BODY = [
    "The town council voted on Monday evening to replace the whole length of the harbour wall, 340 metres of granite.",
    "“We have mended it often enough,” said the harbour master, Bo Specimen, after the vote. “It has become a habit.”",
    "Engineers found in January that the sea had hollowed out the foot of the wall on both sides of the slipway.",
    "The old stones will not be thrown away: the council wants to use them for a breakwater at the bathing beach.",
    "Work will begin in October, and the fishing fleet will use the northern quay through the winter, the town says.",
]
HEAD = "<meta charset='utf-8'><title>Harbour wall</title>"


def html(inside="", head=HEAD, before="", after="", body=None):
    paragraphs = [f"<p>{p}</p>" for p in body or BODY]
    paragraphs.insert(2, inside)
    return (
        f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{before}<article><h1>Harbour wall to be rebuilt</h1>"
        f"{''.join(paragraphs)}{after}</article></body></html>"
    )


def read(text, **known):
    return page.read(text.encode() if isinstance(text, str) else text, **known)


def facts(found, field):
    return [(one.value, one.rule) for one in found.stated.evidence if one.field == field]


# --- charset


MARKED = [
    pytest.param(codecs.BOM_UTF8 + "é".encode(), None, "é", "utf-8-sig", "bom", id="UTF-8 mark"),
    pytest.param(codecs.BOM_UTF16_LE + "é".encode("utf-16-le"), None, "é", "utf-16", "bom", id="UTF-16 mark"),
    pytest.param("é".encode(), "text/html; charset=iso-8859-1", "é", "utf-8", "utf-8", id="UTF-8 that proves itself beats a header"),
    pytest.param(b"<meta charset=iso-8859-1>caf\xe9", None, "é", "cp1252", "meta", id="a label means what browsers read by it"),
    pytest.param(b"<meta charset=iso-8859-1>\x93caf\xe9\x94", None, "“café”", "cp1252", "meta", id="quotes of Windows"),
    pytest.param(b"<meta charset=windows-1250>\xb3\xf3d\x9f", None, "łódź", "cp1250", "meta", id="Windows-1250"),
    pytest.param("新闻".encode("gb18030"), "text/html; charset=gb2312", "新闻", "gb18030", "header", id="header"),
    pytest.param(b"<meta http-equiv=Content-Type content='text/html; charset=Shift_JIS'>\x93\xfa\x96{", None, "日本", "cp932", "meta", id="http-equiv"),
    pytest.param(b"<?xml version='1.0' encoding='koi8-r'?>\xcd\xc9\xd2", None, "мир", "koi8-r", "prolog", id="XML prolog"),
    pytest.param("<meta charset=iso-2022-jp>日本".encode("iso-2022-jp"), None, "日本", "iso2022_jp", "meta", id="ASCII bytes that are none"),
    pytest.param(b"<meta charset=iso-8859-1>x\x81y\xe9", None, "x\x81yé", "cp1252", "meta", id="a byte Windows does not assign"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "header", "holds", "encoding", "by"), MARKED)
def test_decoded(raw, header, holds, encoding, by):
    found = charset.decode(raw, header)
    assert holds in found.text
    assert (found.encoding, found.by, found.confidence, found.strays) == (encoding, by, 1.0, 0)


GERMAN = """Der Rat der Stadt möchte die Hafenmauer bis zum Frühjahr erneuern. Größere Schäden hatten Prüfer im Jänner entdeckt, als
das Wasser niedrig stand: Über zwölf Meter war der Fuß unterspült. „Wir haben lange genug geflickt“, sagte die Bürgermeisterin.
Für die Fischer ändert sich wenig, sie weichen an den nördlichen Kai aus. Die Straße am Ufer bleibt während der Arbeiten gesperrt,
Fußgänger können sie benützen. Die alten Steine möchte die Gemeinde für eine Mole vor dem Strandbad verwenden, das sich Familien
seit Jahren wünschen. Bezahlt wird der größte Teil vom Land; den Rest, knapp eine Million, trägt die Stadt aus Rücklagen."""


def test_a_detector_chooses_only_where_two_agree():
    found = charset.decode(f"<p>{GERMAN}".encode("cp1252"))
    assert (found.text, found.encoding, found.by) == (f"<p>{GERMAN}", "cp1252", "detected")
    assert 0.9 <= found.confidence <= 1


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(50), "binary", id="image"),
        pytest.param(b"%PDF-1.7 ...", "binary", id="PDF"),
        pytest.param("<p>plain".encode("utf-16-le"), "encoding", id="UTF-16 without mark"),
        pytest.param(b"<p>\xff\xfe\xfa\x80\x81\x9d", "encoding", id="noise"),
        pytest.param(codecs.BOM_UTF16_LE + b"a\0b", "encoding", id="half a unit"),
    ],
)
def test_not_decoded(raw, reason):
    with pytest.raises(SourceError) as error:
        charset.decode(raw)
    assert error.value.reason == reason


@pytest.mark.parametrize("label", ["utf-7", "x-klingon", "undefined", "punycode", "rot13", "", "base64", "utf-7\n"])
def test_labels_that_are_never_read(label):
    assert charset.codec_of(label) is None


def test_stray_bytes_outside_the_article_cost_nothing_and_inside_the_page():
    raw = html(
        before="<div id=ad>UMLAUT</div>", body=[*BODY, "Café, naïveté, détente, œuvre, fiancée: she speaks many words."]
    ).encode()
    assert read(raw.replace(b"UMLAUT", b"\xfc")).encoding == "utf-8"
    with pytest.raises(SourceError) as error:
        read(raw.replace(b"harbour master", b"harbour \xfcmaster"))
    assert error.value.reason == "encoding"


def test_the_choice_is_recorded():
    raw = html(head="<meta charset='iso-8859-1'>", body=[*BODY, "Café."]).encode("cp1252")
    found = read(raw)
    assert (found.encoding, found.encoding_by) == ("cp1252", "meta")
    assert facts(found, "encoding") == [("iso-8859-1", "page.charset.meta")]
    assert facts(read(html()), "encoding") == []


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_text_or_an_error_of_ours(raw):
    try:
        found = charset.decode(raw)
    except SourceError as error:
        assert error.reason in ("encoding", "binary")
        return
    if not found.strays and found.encoding not in ("cp1252", "utf-16", "utf-32"):
        assert found.text.encode(found.encoding) == raw or found.by in ("meta", "header", "prolog", "detected", "bom")


# --- article


def test_one_paragraph_is_one_line():
    assert read(html()).text.split("\n") == ["Harbour wall to be rebuilt", *BODY]


STAYS = [
    pytest.param("<div class='readmore-js'><p>The vote was unanimous but for one member, who left the hall before it.</p></div>", "The vote was unanimous", id="a collapsed part"),
    pytest.param("<div class='paywall'><p>The vote was unanimous but for one member, who left the hall before it.</p></div>", "The vote was unanimous", id="paywall wraps the article"),
    pytest.param("<p id='recommendations-of-the-engineers'>The vote was unanimous but for one member, who left the hall before it.</p>", "The vote was unanimous", id="an anchor is no box"),
    pytest.param("<p>Her report is <a href='/report.pdf'>on the pages of the town</a>, all 240 leaves of it, for every citizen.</p>", "on the pages of the town", id="a link in a sentence"),
    pytest.param("<p><a href='/harbour-report.pdf'>Report of the engineers on the harbour wall</a></p>", "Report of the engineers", id="a document"),
    pytest.param("<p><a href='#minutes'>Minutes of the meeting on the harbour wall</a></p>", "Minutes of the meeting", id="a place on this page"),
    pytest.param("<p><a href='https://other.example/vote'>The vote as the county's archive keeps it</a></p>", "The vote as the county", id="another site"),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "holds"), STAYS)
def test_body_stays(inside, holds):
    assert holds in read(html(inside), url="https://courier.example/news/wall").text


GOES = [
    pytest.param("<div class='newsletter-form-inbody'><p>Get the Courier in your inbox every morning, free of charge.</p></div>", "in your inbox", id="newsletter box"),
    pytest.param("<p><a href='/crane'>Crane on the east pier is moved inland after survey</a></p>", "Crane on the east", id="a link to another page"),
    pytest.param("<p><a href='https://courier.example/crane'>Crane on the east pier is moved inland</a></p>", "Crane on the east", id="the same with its host"),
    pytest.param("<div hidden><p>Your session has ended; please sign in again to go on reading this page.</p></div>", "session", id="hidden"),
    pytest.param("<div class='AuthorBox'><p>Ana Sample has written about the harbour since 2003 and likes boats.</p></div>", "likes boats", id="author's box"),
    pytest.param("<template><p>Dear {{name}}, these stories might be of interest to you this evening.</p></template>", "{{name}}", id="template"),
    pytest.param("<div class='toc_container'><p>What stands in this article, in the order of its parts</p></div>", "What stands", id="contents"),
    pytest.param("<div class='image-caption'>The slipway at low tide, seen from the market square</div>", "low tide", id="caption"),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "gone"), GOES)
def test_furniture_goes(inside, gone):
    found = read(html(inside), url="https://courier.example/news/wall")
    assert gone not in found.text
    assert [line for line in BODY if line not in found.text] == []


def test_a_linked_heading_of_a_section_stays():
    heading = "The long history of the harbour wall"
    after = "It was begun in 1904, after the flood that took the old fish market with it, and was never quite finished."
    root = tree.parse(html(f"<h3><a href='/two'>{heading}</a></h3><p>{after}</p>"))
    text = "\n".join([*BODY[:2], heading, after, *BODY[2:]])
    assert furniture.without_furniture(text, root, survey(root).parts, "https://courier.example/x") == text


def test_a_label_goes_with_the_links_it_announces():
    after = "<h3>More on the harbour</h3><ul><li><a href='/a'>Ferry timetable for the coming winter season</a></li><li><a href='/b'>Ice on the slipway: what the town can do</a></li></ul>"
    text = read(html(after=after), url="https://courier.example/x").text
    assert text.split("\n")[-1] == BODY[-1]


def test_what_holds_much_of_the_article_is_no_furniture():
    inside = "".join(f"<figcaption>{line} {line}</figcaption>" for line in BODY)
    root = tree.parse(html(inside))
    text = "\n".join([*BODY, *(f"{line} {line}" for line in BODY)])
    assert furniture.without_furniture(text, root, survey(root).parts, None) == text


def test_text_that_stands_in_the_body_too_stays():
    inside = f"<div class='related-posts'><p>{BODY[0]}</p></div>"
    assert BODY[0] in read(html(inside)).text


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("newsletterForm", "newsletter"), ("grid related-posts", "related"), ("SocialShare share-bar", "share"), ("story-body", ""),
        ("unrelated", ""), ("shared-column", ""), ("comment-free-zone", "comment"), ("no-comment", ""), ("caption", "caption"), ("recaption", ""),
    ],
)  # fmt: skip
def test_names(name, word):
    assert names.furniture_by_class(name) == word


LEAD = "The wall that has kept the sea out of Sampletown since 1931 will be taken down and rebuilt by spring."
LEADS = [
    pytest.param(
        f"<header><p class='x'>{LEAD}</p></header>",
        f"<meta name=description content='{LEAD}'>",
        True,
        id="the page's own description",
    ),
    pytest.param(
        f"<header><p class='x'>{LEAD}</p></header>",
        f"<meta property='og:description' content='{LEAD[:70]}…'>",
        True,
        id="cut by the system",
    ),
    pytest.param(f"<header><div class='article__lead'>{LEAD}</div></header>", "", True, id="named lead"),
    pytest.param(
        f"<aside><p>{LEAD}</p></aside>", f"<meta name=description content='{LEAD}'>", False, id="beside the article"
    ),
    pytest.param(
        "<header><p class='lead'>Harbour</p></header>",
        "<meta name=description content='Harbour'>",
        False,
        id="too short",
    ),
    pytest.param("", f"<meta name=description content='{LEAD}'>", False, id="not on the page"),
]


@pytest.mark.parametrize(("block", "head", "there"), LEADS)
def test_the_lead_stands_first(block, head, there):
    root = tree.parse(html(head=HEAD + head).replace("</h1>", f"</h1>{block}"))
    text = "\n".join(BODY)
    found = lead.with_lead(text, root.find("body"), [LEAD[:70] + "…" if "…" in head else LEAD] if head else [])
    assert found == (f"{LEAD}\n{text}" if there else text)


def test_a_lead_that_is_there_is_not_doubled():
    found = read(html(head=f"{HEAD}<meta name=description content='{BODY[0]}'>")).text
    assert found.count(BODY[0]) == 1


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"", "empty", id="zero bytes"),
        pytest.param(b"  \n", "empty", id="blank"),
        pytest.param(b"<html><head><title>x</title></head></html>", "no_text", id="no body"),
        pytest.param(b"<html><body><div id=root></div><script>go()</script></body></html>", "no_text", id="a program"),
        pytest.param(b"<div>" * 5000 + b"<p>deep" + b"</div>" * 5000, "no_text", id="deeper than the parser reads"),
    ],
)
def test_no_article(raw, reason):
    with pytest.raises(SourceError) as error:
        page.read(raw)
    assert error.value.reason == reason


def test_text_below_the_parsers_usual_depth_arrives():
    assert BODY[3] in read("<div>" * 300 + html() + "</div>" * 300).text


def test_entities_from_outside_are_not_read():
    raw = '<!DOCTYPE html SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + html(
        "<p>&x; and more.</p>"
    )
    assert "root:" not in read(raw).text


def test_a_huge_page_is_refused(monkeypatch):
    monkeypatch.setattr(page, "MAX_PAGE_BYTES", 100)
    with pytest.raises(SourceError) as error:
        read(html())
    assert error.value.reason == "too_large"


def test_the_same_page_gives_the_same_answer():
    assert len({(found.text, found.stated) for found in (read(html(BODY[0])) for _ in range(5))}) == 1


# --- no page makes it fall


PIECES = st.sampled_from([
    "<div>", "</div>", "<p>", "</article>", "<table><tr><td>", "<figure><figcaption>", "<a href='javascript:x'>", "<meta name=author content='", "<h1>",
    "<script type='application/ld+json'>{\"@type\": [", '<script type=application/ld+json>[{"@type":"NewsArticle","author":[1,{"name":{}}],}]</script>',
    "<!--", "-->", "<![CDATA[", "\0", "\x1b[2J", "\ufffe", "&#x110000;", "&nbsp;", "<template>", "<svg>", "<link rel=license href='//[bad'>",
    "<link rel=canonical href='http://[::1'>", "<footer>text and data mining is reserved.", "<b hidden class='related newsletter'>", "é", "🙂", "\u202e", "\r\n",
])  # fmt: skip


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_mutated_pages_are_articles_or_errors_of_ours(data):
    text = html("<figure><img src=/a.jpg><figcaption>The wall. Photo: Ana Sample/AFP</figcaption></figure>")
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 200)) if data.draw(st.booleans()) else 0
        text = text[:at] + data.draw(PIECES) + text[at + gone :]
    raw = text.encode("utf-8", "surrogatepass")[: data.draw(st.integers(0, len(text) + 50))]
    try:
        found = page.read(
            raw,
            url=data.draw(st.sampled_from([None, "https://courier.example/x", "javascript:alert(1)", "http://[bad"])),
        )
    except SourceError as error:
        assert error.reason in ("no_text", "empty", "encoding", "binary", "too_large")
        return
    assert found.text.strip()
    found.text.encode()
    for one in found.stated.evidence:
        assert one.rule.startswith("page.")
        assert one.value.isprintable()
        assert (one.start, one.end) == (None, None)
    clean.clean(found.text, found.url)


# --- licences


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://www.creativecommons.org/licenses/by-nc-nd/3.0/deed.fr", "CC-BY-NC-ND-3.0"),
        ("//creativecommons.org/licenses/by-sa/3.0/de/", "CC-BY-SA-3.0-DE"),
        ("https://creativecommons.org/licenses/by-nc/2.5/es/", "https://creativecommons.org/licenses/by-nc/2.5/es/"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "https://creativecommons.org/publicdomain/mark/1.0/"),
        ("https://creativecommons.org/licenses/by-sa/", None),
        ("https://creativecommons.org/licenses/sampling/1.0/", None),
        ("https://creativecommons.org.evil.example/licenses/by/4.0/", None),
        ("https://evil.example/?creativecommons.org/licenses/by/4.0/", None),
        ("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "OGL-UK-3.0"),
        ("https://courier.example/terms", None),
    ],
)
def test_licences(link, name):
    assert licences.licence_of(link) == name


def test_a_batch_of_pages_and_texts_is_one_batch():
    found = read(
        html("<figure><img src=/w.jpg><figcaption>The wall. Photo: Ana Sample/AFP</figcaption></figure>"),
        url="https://courier.example/x",
    )
    batch = pa.RecordBatch.from_pydict({"text": ["Sign up for our newsletter.", found.text], "url": [None, found.url]})
    cleaner = clean.Cleaner()
    made = cleaner.clean_counted(batch, stated={1: found.stated})[0].to_pylist()
    assert made[0]["evidence"] == []
    assert (made[1]["photographers"], made[1]["photo_agencies"]) == (["Ana Sample"], ["Agence France-Presse"])
    alone = cleaner.clean(found.text, found.url, found.stated)
    assert [one._asdict() for one in alone.evidence] == made[1]["evidence"]
    assert [one._asdict() | {"agencies": list(one.agencies), "via": list(one.via)} for one in alone.media] == made[1][
        "media"
    ]
