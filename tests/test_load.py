"""Every fault of a pack is told at once, with path, line, code, what is wrong and what to do."""

from __future__ import annotations

import pytest
from packs import pack, rule, write

from clean.errors import RuleError
from clean.ruleset.load import load

FAULTS = [
    pytest.param(rule(patern="x"), "R101", "unknown key 'patern'", id="unknown key"),
    pytest.param(rule(version="one"), "R102", "version must be a whole number", id="wrong type"),
    pytest.param(rule(match="x"), "R102", "match must be a list of examples", id="examples are a list"),
    pytest.param(rule(zone="footer"), "R103", "zone = 'footer'", id="zone"),
    pytest.param(rule(category="promo.tv"), "R103", "category = 'promo.tv'", id="category"),
    pytest.param(rule(action="delete"), "R103", "action = 'delete'", id="action"),
    pytest.param(rule(unit="paragraph"), "R103", "unit = 'paragraph'", id="unit"),
    pytest.param(rule(version=0), "R103", "version = 0", id="version"),
    pytest.param(rule(after=["nonsense"]), "R103", "after names 'nonsense'", id="neighbour"),
    pytest.param(rule(match=None), "R104", "the key match is missing", id="missing key"),
    pytest.param(rule(status="deprecated"), "R104", "without replaced_by", id="deprecated"),
    pytest.param(rule() + rule(), "R105", "the id stands already", id="twice"),
    pytest.param(rule("Test.Pack"), "R106", "is not written", id="id form"),
    pytest.param(rule(pattern="{wirre} x"), "R107", "unknown placeholder {wirre}", id="placeholder"),
    pytest.param(rule(pattern="(?P<chanel>x)"), "R107", "unknown group 'chanel'", id="group"),
    pytest.param(rule(pattern="(x)"), "R108", "numbered group", id="numbered group"),
    pytest.param(rule(unless=["(x)"]), "R108", "numbered group", id="unless is a pattern too"),
    pytest.param(rule(unit="block", until="(x)"), "R108", "numbered group", id="until is a pattern too"),
    pytest.param(rule(pattern="(?:(?:a+)+)+b"), "R109", "nested quantifier", id="not linear"),
    pytest.param(rule(pattern=".*"), "R110", "empty text", id="matches nothing"),
    pytest.param(rule(match=["Advertisement"]), "R111", "match has 1 examples", id="one example"),
    pytest.param(rule(no_match=[]), "R111", "no_match has 0 examples", id="no near miss"),
    pytest.param(rule(max_lines=3), "R116", "max_lines speaks of blocks", id="block key"),
    pytest.param(rule(unit="block"), "R116", "without while or until", id="block without end"),
    pytest.param(rule(unit="span"), "R116", "`at` and unit", id="span without at"),
    pytest.param(rule(pattern="{person}"), "R117", "placeholders alone", id="placeholders alone"),
    pytest.param("[other]\nx = 1\n" + rule(), "R101", "unknown table 'other'", id="unknown table"),
]


@pytest.mark.parametrize(("text", "code", "what"), FAULTS)
def test_fault(tmp_path, text, code, what):
    with pytest.raises(RuleError) as error:
        load([write(tmp_path, text)], builtin=False)
    fault = next(fault for fault in error.value.faults if fault.code == code)
    assert what in fault.what
    assert fault.help
    assert fault.path.endswith("test/pack.toml")
    assert fault.line > 1 or code == "R101"


def test_five_faults_are_told_in_one_go_in_their_lines(tmp_path):
    text = rule(zone="footer", patern="x", action="delete", version=-1) + rule("test.pack.second", pattern="(")
    folder = write(tmp_path, text)
    lines = (folder / "test/pack.toml").read_text().split("\n")
    with pytest.raises(RuleError) as error:
        load([folder], builtin=False)
    told = {(fault.code, lines[fault.line - 1].split(" = ")[0]) for fault in error.value.faults}
    assert told >= {("R103", "zone"), ("R101", "patern"), ("R103", "action"), ("R103", "version"), ("R108", "pattern")}


@pytest.mark.parametrize(
    ("raw", "line", "what"),
    [
        pytest.param(b'[pack]\nsubject = "x"\n[[rule]\n', 3, "not TOML", id="syntax"),
        pytest.param(b'[pack]\nsubject = "caf\xe9"\n', 2, "not UTF-8 at byte 21", id="encoding"),
        pytest.param(b"[pack]\n# \x00\n", 2, "not TOML", id="NUL"),
        pytest.param(b"[pack]\na = 1\na = 2\n", 3, "not TOML", id="a key twice"),
    ],
)
def test_a_file_that_is_no_toml(tmp_path, raw, line, what):
    path = tmp_path / "x.toml"
    path.write_bytes(raw)
    with pytest.raises(RuleError) as error:
        load([path], builtin=False)
    (fault,) = error.value.faults
    assert (fault.line, what in fault.what) == (line, True)


def test_no_such_pack(tmp_path):
    with pytest.raises(RuleError, match="no such file or folder"):
        load([tmp_path / "nowhere"], builtin=False)


def test_an_id_says_where_it_stands(tmp_path):
    with pytest.raises(RuleError, match=r"expected promo\.acme\."):
        load([write(tmp_path, rule("wire.other.thing"), name="promo/acme.toml")], builtin=False)


def test_lists_may_hold_lists_but_not_themselves(tmp_path):
    extra = '[lists]\nverb = ["Join", "{other}"]\nother = ["Follow"]\nloop = ["{loop}"]\n'
    with pytest.raises(RuleError, match="holds itself"):
        load([write(tmp_path, rule(pattern="{verb} us"), extra=extra)], builtin=False)


def test_layers_override_and_disable(tmp_path):
    first = write(tmp_path / "a", rule("test.pack.one"), rule("test.pack.two"))
    second = write(tmp_path / "b", rule("test.pack.one", version=2), extra='[disable]\nids = ["test.pack.two"]\n')
    rules = load([first, second], builtin=False).rules
    assert [(r.id, r.version) for r in rules] == [("test.pack.one", 2)]


def test_entities_clash_within_a_kind_only(tmp_path):
    same = '[[entity]]\nname = "One"\nkinds = ["wire"]\naliases = ["PA"]\n[[entity]]\nname = "Two"\nkinds = ["{}"]\naliases = ["PA"]\n'
    load([write(tmp_path / "a", rule(), entities=same.format("photo_agency"))], builtin=False)
    with pytest.raises(RuleError, match=r"R115.*'PA' names 'One' and 'Two'"):
        load([write(tmp_path / "b", rule(), entities=same.format("wire"))], builtin=False)


@pytest.mark.parametrize(
    "entity",
    [
        'name = ""\nkinds = ["wire"]',
        'name = "x"\nkinds = ["king"]',
        'name = "x"',
        'name = "x"\nkinds = ["wire"]\ncolour = "red"',
        f'name = "{"x" * 101}"\nkinds = ["wire"]',
        f'name = "x"\nkinds = ["wire"]\naliases = ["{"y" * 101}"]',
    ],
)
def test_a_broken_entity(tmp_path, entity):
    with pytest.raises(RuleError, match="R114"):
        load([write(tmp_path, rule(), entities=f"[[entity]]\n{entity}\n")], builtin=False)


def test_the_digest_names_what_changes_results_and_nothing_else(tmp_path):
    def digest(name, *rules):
        return load([write(tmp_path / name, *rules)], builtin=False).sha256

    one, two = rule("test.pack.one"), rule("test.pack.two", pattern="Sponsored", match=["Sponsored", "SPONSORED"])
    assert digest("a", one, two) == digest("b", two, one)
    assert digest("a", one, two) == digest(
        "c", rule("test.pack.one", title="Other", note="x", match=["Advertisement", "advertisement"]), two
    )
    assert digest("a", one, two) != digest("d", rule("test.pack.one", zone="tail"), two)


def test_deep_toml_is_no_crash(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("x = " + "[" * 5000 + "]" * 5000)
    with pytest.raises(RuleError):
        load([path], builtin=False)


def test_a_pack_names_its_subject(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(pack(rule(), head=""))
    with pytest.raises(RuleError, match="names no subject"):
        load([path], builtin=False)
