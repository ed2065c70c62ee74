"""The pattern language: what is read, what is refused and how one writes it, how it is widened, what counts as linear."""

from __future__ import annotations

import unicodedata

import pytest

from clean.ruleset import classes, linear, widen
from clean.ruleset.captures import prepare
from clean.ruleset.pattern import PatternError, parse
from clean.ruleset.trees import expand


def compiled(source, *, fold=True):
    tree = prepare(expand(parse(source), classes.CLASSES.get))
    linear.check(tree, fold=fold)
    return widen.compile_pattern(widen.emit(tree, fold=fold), fold=fold)


REFUSED = [
    pytest.param("(join) us", "numbered group", id="numbered group"),
    pytest.param("(?P<chanel>x)", "unknown group 'chanel'", id="unknown group"),
    pytest.param("(?<=a)b", "look-behind", id="look-behind"),
    pytest.param("a(?!b)", "look-ahead", id="look-ahead"),
    pytest.param("(?P<wire>a)(?P=wire)", "back reference", id="back reference"),
    pytest.param(r"(?:a)\1", r"the escape \1", id="numbered back reference"),
    pytest.param("(?i)a", "group head", id="inline flag"),
    pytest.param("(?>a)", "atomic", id="atomic group"),
    pytest.param("^a", "anchor '^'", id="start anchor"),
    pytest.param("a$", "anchor '$'", id="end anchor"),
    pytest.param("a**", "repeat of a repeat", id="repeat of a repeat"),
    pytest.param("a++", "possessive", id="possessive repeat"),
    pytest.param("a{5,2}", "repeat {5,2}", id="bounds upside down"),
    pytest.param("a{1,201}", "repeat {1,201}", id="bounds too large"),
    pytest.param("*a", "nothing before it", id="repeat of nothing"),
    pytest.param("[a", "not closed", id="open set"),
    pytest.param("[a&&b]", "set algebra", id="set algebra"),
    pytest.param("[z-a]", "the range z-a", id="range upside down"),
    pytest.param("(?:a", "not closed", id="open group"),
    pytest.param("a)", "unbalanced", id="unbalanced"),
    pytest.param("a\nb", "control character", id="line end"),
    pytest.param(r"\p{Greek}", "property", id="unknown property"),
    pytest.param("{wirre}", "unknown placeholder", id="unknown placeholder"),
    pytest.param("(?:" * 40 + "a" + ")" * 40, "nested deeper", id="too deep"),
    pytest.param("a" * 5000, "5000 characters", id="too long"),
    pytest.param(".*", "empty text", id="matches nothing"),
    pytest.param("(?:(?:[a-z ]+)+)+x", "nested quantifier", id="nested quantifier"),
    pytest.param("(?:a|a|ab)*c", "begin alike", id="overlapping choice"),
    pytest.param("{rest}x{rest}y", "ways", id="two open wildcards"),
    pytest.param("(?:a?){2,9}b", "can be empty", id="repeat of the empty"),
]


@pytest.mark.parametrize(("source", "what"), REFUSED)
def test_refused_with_a_way_to_write_it(source, what):
    with pytest.raises(PatternError) as error:
        compiled(source)
    assert what in error.value.what
    assert error.value.help


@pytest.mark.parametrize(
    "source",
    [
        "Read more", r"\(Advertisement\)", "By {person}(?: and {person})?", "x(?:, {person}){0,4}", "{persons} contributed",
        "(?:[^,]{1,20}, ){0,5}x", "a.{0,80}b.{0,80}c", "Posted {date}", "{url}", "(c) {year} Daily Post", "[^()]{10,80} {open}x{close}",
    ],
)  # fmt: skip
def test_accepted(source):
    assert compiled(source)


@pytest.mark.parametrize(
    ("source", "texts", "others"),
    [
        pytest.param("Don't", ["Don't", "Don’t", "DON‘T", "don´t"], ["Dont"], id="quote"),
        pytest.param('a"b', ['a"b', "a“b", "a«b", "a„b"], ["a'b"], id="double quote"),
        pytest.param("a-b", ["a-b", "a–b", "a—b", "a\u2212b", "a－b"], ["a_b"], id="dash"),
        pytest.param("a b", ["a b", "a\u00a0\u202fb", "a　b"], ["ab", "a\nb"], id="space"),
        pytest.param("a .{0,9}b", ["a b", "a \u00a0 xb"], ["ab"], id="a run of spaces beside a wildcard"),
        pytest.param(
            "(?:a |b )(?: ?)c", ["a c", "a  c", "b\u00a0\u00a0c"], ["ac"], id="a run of spaces and an optional one"
        ),
        pytest.param("a ?b", ["ab", "a b", "a\u00a0b"], ["a  b"], id="optional space"),
        pytest.param("a *b", ["ab", "a \u00a0 b"], [], id="any spaces"),
        pytest.param("a:b", ["a:b", "a：b", "a﹕b"], ["a;b"], id="colon"),
        pytest.param(r"\(a\)", ["(a)", "（a）", "﹙a﹚"], ["a"], id="bracket"),
        pytest.param(r"\[a\]", ["[a]", "【a】", "［a］"], ["(a)"], id="square bracket"),
        pytest.param("(c) x", ["(c) x", "(C) X", "© x", "ⓒ x", "（ｃ）x".replace("x", " x")], ["c x"], id="copyright"),
        pytest.param("2", ["2", "２", "٢", "۲", "२"], ["3", "²"], id="digit"),
        pytest.param("[0-3]", ["2", "٢"], ["4", "٤"], id="digit range"),
        pytest.param("İlgili", ["ilgili", "ILGILI", "İLGİLİ", "ılgılı"], ["elgili"], id="the four i"),
        pytest.param("Διαβάστε επίσης", ["ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ", "διαβαστε επισης"], ["Διαβζστε επίσης"], id="Greek"),
        pytest.param("подписаться", ["ПОДПИСАТЬСЯ"], ["подписатся"], id="Cyrillic"),
        pytest.param("(?:a:b)", ["a：b"], [], id="group heads are never widened"),
        pytest.param("(?P<caption>a-b)", ["a–b"], [], id="nor the heads of captures"),
        pytest.param("a[^-]b", ["axb"], ["a-b", "a–b"], id="negated sets are widened too"),
        pytest.param("[a:]", ["：", "a", "A"], [";"], id="set members are widened"),
    ],
)
def test_widened(source, texts, others):
    pattern = compiled(source)
    assert [text for text in texts if not pattern.fullmatch(text)] == []
    assert [text for text in others if pattern.fullmatch(text)] == []


def test_exact_case_widens_typography_only():
    pattern = compiled("AD - x", fold=False)
    assert pattern.fullmatch("AD — x")
    assert not pattern.fullmatch("Ad - x")


@pytest.mark.parametrize(
    ("name", "texts", "others"),
    [
        ("person", ["Ann Lee", "Juan Pérez", "KOEN VAN WEEL", "O'Brien Smith", "Jean-Luc Godard", "J. R. Smith", "Ludwig van der Rohe", "Иван Петров"],
         ["Ann", "ann lee", "a neighbour", "Ann Lee and her sons", "宮崎県 震度", "the Daily"]),
        ("persons", ["Ann Lee and Juan Pérez", "Ann Lee, Mia Holm and Juan Pérez", "Ann Lee"], ["Ann and Juan"]),
        ("year", ["2022", "1999", "٢٠٢٢"], ["3022", "202"]),
        ("date", ["Jan. 3, 2024", "January 3", "3 March 2020", "2024-01-03", "03/04/2024"], ["May", "3"]),
        ("host", ["example.com", "news.example.co.uk"], ["example", "a b.com"]),
        ("url", ["https://example.com/a?b=c", "www.example.com", "example.com/x"], ["example"]),
        ("email", ["ana.sample@example.com"], ["@example.com"]),
        ("handle", ["@ana_sample"], ["ana"]),
        ("headline", ["Bridge opens after long delay", "“It is done,” mayor says"], ["Bridge opens after long delay.", "Short"]),
        ("copyright", ["©", "(c)"], ["c"]),
        ("caps", ["POLICE SEARCH FOR MAN"], ["Police search", "AB"]),
    ],
)  # fmt: skip
def test_builtin_classes(name, texts, others):
    tree = prepare(classes.CLASSES[name])
    pattern = widen.compile_pattern(widen.emit(tree, fold=True), fold=True)
    assert [text for text in texts if not pattern.fullmatch(text)] == []
    assert [text for text in others if pattern.fullmatch(text)] == []


def test_every_family_holds_its_plain_character_once():
    seen: set[str] = set()
    for family in widen.FAMILIES:
        assert family[0].isascii()
        assert not seen & set(family)
        seen |= set(family)


def test_digits_are_every_decimal_digit():
    for value, digits in enumerate(widen._DIGITS):
        assert all(unicodedata.decimal(digit) == value for digit in digits)
        assert len(digits) > 30


def test_blanks_are_what_the_installed_regex_calls_horizontal():
    import regex  # noqa: PLC0415 - beside its one use

    everything = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert set(regex.findall(r"\h", everything)) == widen.BLANKS
