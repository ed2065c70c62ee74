"""`rules new`, `rules docs`, `rules list --matrix`: what they print and write, and what they leave alone."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
from packs import rule, write

from clean import schema
from clean.errors import ConfigError, RuleError
from clean.prove import proof
from clean.report import rulebook
from clean.ruleset.load import load
from clean.ruleset.scaffold import scaffold

EMPTY = [("R104", "title"), ("R111", "match"), ("R111", "no_match"), ("R108", "pattern")]
FILL = {  # what an author writes, and enough to prove the rule
    'title = ""': 'title = "The label above a list"',
    "\nmatch = []": '\nmatch = ["Elsewhere\\nBridge opens after delay", "ELSEWHERE\\nMayor visits the harbour"]',
    "no_match = []": 'no_match = ["Elsewhere in the city, nobody voted."]',
    "pattern = ''''''": "pattern = '''elsewhere'''",
    'category = ""': 'category = "promo.related"',
    "while = []": 'while = ["headline"]',
}


def faults(folder):
    with pytest.raises(RuleError) as caught:
        load([folder], builtin=False)
    lines = (folder / "promo/harbour.toml").read_text(encoding="utf-8").split("\n")
    return [(fault.code, lines[fault.line - 1].partition(" ")[0]) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("given", "also"),
    [
        ([], [("R103", "category")]),
        (["--category", "promo.app"], []),
        (["--category", "promo.app", "--language", "de", "--language", "pt-BR"], []),
        (["--unit", "sentence"], [("R103", "category")]),
        (["--unit", "span"], [("R103", "category")]),
        (["--unit", "block", "--category", "promo.app"], [("R116", "unit")]),
    ],
)
def test_a_new_pack_lacks_what_its_author_must_say_and_nothing_else(tmp_path, clean, given, also):
    code, out, err = clean("rules", "new", "promo.harbour.app-line", "-o", tmp_path, *given)
    assert (code, out) == (0, f"{tmp_path}/promo/harbour.toml\n")
    assert err == f"fill it in, then: clean rules test {tmp_path}/promo/harbour.toml\n"
    assert sorted(faults(tmp_path)) == sorted(EMPTY + also)


@pytest.mark.parametrize("unit", ["line", "block", "span"])
def test_a_new_pack_filled_in_proves_itself(tmp_path, clean, unit):
    clean("rules", "new", "promo.harbour.list-label", "-o", tmp_path, "--unit", unit)
    path = tmp_path / "promo/harbour.toml"
    text = path.read_text(encoding="utf-8")
    for empty, filled in FILL.items():
        text = text.replace(empty, filled)
    path.write_text(text, encoding="utf-8")
    assert [str(fault) for fault in proof(load([tmp_path], builtin=False)).faults] == []


def test_a_pack_that_is_there_is_left_alone(tmp_path, clean):
    clean("rules", "new", "promo.harbour.app-line", "-o", tmp_path)
    before = (tmp_path / "promo/harbour.toml").read_bytes()
    assert clean("rules", "new", "promo.harbour.other", "-o", tmp_path) == (
        2,
        "",
        (
            f"error: {tmp_path}/promo/harbour.toml: is there already; nothing was written\n"
            "  help: add a [[rule]] to it, or name another subject in the id\n"
        ),
    )
    assert (tmp_path / "promo/harbour.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("rule_id", "more", "says"),
    [
        ("promo.harbour", {}, "is not written <room>.<subject>.<thing>"),
        ("promo.Harbour.line", {}, "is not written"),
        ("promo.../up.line", {}, "is not written"),
        ("promo.harbour.line", {"category": "promo.nothing"}, "category = 'promo.nothing' is not known"),
        ("promo.harbour.line", {"languages": ["english!"]}, "is no BCP 47 tag"),
    ],
)
def test_what_cannot_be_a_pack_is_told(rule_id, more, says):
    with pytest.raises(ConfigError, match=re.escape(says)):
        scaffold(rule_id, **more)


def test_a_new_pack_speaks_of_its_place():
    made = scaffold("outlets.harbour-ledger.caps-line", category="promo.related")
    table = tomllib.loads(made.text)
    assert made.path == "outlets/harbour-ledger.toml"
    assert table["pack"] == {"subject": "Harbour ledger", "languages": ["en"]}
    assert table["rule"][0]["outlets"] == ["example.com"]
    assert tomllib.loads(scaffold("dateline.harbour.place").text)["rule"][0]["category"] == "dateline"


# --- docs


def test_the_reference_has_a_page_a_pack_with_rules_examples_and_provenance(tmp_path, clean):
    credit = rule(
        "test.pack.credit",
        category="caption.credit",
        pattern="Photo: (?P<photographer>{person})",
        match=[{"text": "Photo: Ana Sample", "gives": {"photographers": ["Ana Sample"]}}, "Photo: Jo `Reyes`"],
        note="Seen *often*.",
    )
    folder = write(tmp_path / "packs", rule(status="experimental"), credit)
    assert clean("rules", "docs", folder, "--no-builtin", "-o", tmp_path / "out")[:2] == (
        0,
        f"2 rules, 2 pages in {tmp_path}/out\n",
    )
    page = (tmp_path / "out/test/pack.md").read_text(encoding="utf-8")
    for part in (
        "# Test\n\n`test/pack.toml`, languages: en. [All rules](../index.md)",
        "[test.pack.credit](#testpackcredit)",
        "## test.pack.credit\n\nA thing: takes it out.",
        "- Provenance: `photographers` (from photographer)",
        "```text\nPhoto: Ana Sample\n```\ngives photographers = Ana Sample",
        "- Seen \\*often\\*.",
        "## test.pack.thing\n\nA thing: experimental: reported, the text stays.",
        "- Provenance: none",
        "Stays:\n\n```text\nAdvertisement spending fell.\n```",
    ):
        assert part in page
    assert str(tmp_path) not in page
    assert "[test/pack](test/pack.md)" in (tmp_path / "out/index.md").read_text(encoding="utf-8")


def test_the_reference_is_the_same_bytes_and_forgets_packs_that_are_gone(tmp_path, clean):
    folder, out = write(tmp_path / "packs", rule()), tmp_path / "out"
    write(folder, rule("test.second.thing"), name="test/second.toml")
    clean("rules", "docs", folder, "-o", out)
    first = {path.relative_to(out): path.read_bytes() for path in out.rglob("*.md")}
    assert len(first) == 3
    clean("rules", "docs", folder, "-o", out)
    assert {path.relative_to(out): path.read_bytes() for path in out.rglob("*.md")} == first
    (folder / "test/second.toml").unlink()
    clean("rules", "docs", folder, "-o", out)
    assert sorted(path.name for path in out.rglob("*.md")) == ["index.md", "pack.md"]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path, clean):
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.md").write_text("# Mine\n", encoding="utf-8")
    code, said, err = clean("rules", "docs", "-o", out)
    assert (code, said) == (2, "")
    assert "holds 'index.md', which `clean rules docs` did not write; nothing was written\n  help: " in err
    assert [path.name for path in out.rglob("*")] == ["index.md"]


def test_the_reference_of_the_built_in_rules_links_within_itself():
    packs = {}
    for one in load().rules:
        packs.setdefault(one.path.removeprefix("rules/"), []).append(one)
    pages = rulebook.pages(packs)
    assert len(pages) == len(packs) + 1
    for name, text in pages.items():
        heads = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in re.findall(r"(?m)^## (.*)$", text)}
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= heads
        for target in re.findall(r"\]\(([^#)]+\.md)\)", text) if name == rulebook.INDEX else ():
            assert target in pages


# --- the matrix


def test_the_matrix_counts_a_rule_in_each_of_its_languages_and_once_in_all(tmp_path, clean):
    folder = tmp_path / "packs"
    write(folder, rule(), rule("test.pack.old", status="deprecated", replaced_by="test.pack.thing"))
    write(
        folder, rule("test.two.thing"), name="test/two.toml", head='[pack]\nsubject = "T"\nlanguages = ["de", "fr"]\n'
    )
    write(folder, rule("test.any.thing", category="ui.nav"), name="test/any.toml", head='[pack]\nsubject = "T"\n')
    code, out, _ = clean("rules", "list", "--rules", folder, "--no-builtin", "--matrix")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in out.split("\n") if line[:1] == "|"]
    assert code == 0
    assert rows[0] == ["family", "rules", "de", "en", "fr", "any"]
    assert ["ui.ad", "2", "1", "1", "1", ""] in rows
    assert ["ui.nav", "1", "", "", "", "1"] in rows
    assert rows[-1] == ["all", "3", "1", "1", "1", "1"]
    assert len(rows) == len(schema.CATEGORIES) + 3
    assert out.endswith("4 rules (0 experimental, 3 stable, 1 deprecated); 2 of 42 families, 3 languages\n")
    _, made, _ = clean("rules", "list", "--rules", folder, "--no-builtin", "--matrix", "--format", "json")
    assert json.loads(made)["families"]["ui.ad"] == {"rules": 2, "de": 1, "en": 1, "fr": 1}
