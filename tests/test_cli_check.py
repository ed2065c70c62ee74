"""`clean check`: what run would take out, place by place; nothing is written."""

from __future__ import annotations

import json

import pytest
from packs import rule, write

TEXT = "The council met.\n\n  Advertisement\n\nIt rose at noon.\n"


@pytest.fixture
def pack(tmp_path):
    return ["--no-builtin", "--rules", write(tmp_path / "pack", rule())]


@pytest.fixture
def given(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "b.jsonl").write_text(
        "".join(json.dumps({"text": t}) + "\n" for t in ("Nothing.", TEXT)), encoding="utf-8"
    )
    return folder


def test_findings_are_named_by_place_and_nothing_is_written(tmp_path, given, pack, clean):
    before = sorted(tmp_path.rglob("*"))
    assert clean("check", given, *pack) == (
        1,
        "a.txt:3:3: test.pack.thing@1 Advertisement\nb.jsonl[1]:3:3: test.pack.thing@1 Advertisement\n",
        (
            "fields found: text = text (--text-field, --url-field, --id-field choose others)\n"
            "3 documents: 2 would change, 0 rejected; 2 findings, 34 characters, 0 over budget\n"
        ),
    )
    assert sorted(tmp_path.rglob("*")) == before


def test_json_gives_the_offsets_that_run_records(given, pack, clean):
    code, out, err = clean("check", given / "a.txt", *pack, "--format", "json", "-q")
    (found,) = map(json.loads, out.splitlines())
    assert (code, err) == (1, "")
    assert found == {
        "source_path": "a.txt", "source_record": None, "line": 3, "column": 3, "start": found["start"],
        "end": found["end"], "rule": "test.pack.thing", "version": 1, "category": "ui.ad", "text": "Advertisement",
    }  # fmt: skip
    assert TEXT[found["start"] : found["end"]].strip() == "Advertisement"


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ([], 1),
        (["--ignore", "ui"], 0),
        (["--keep", "ui.ad"], 0),
        (["--select", "test.pack"], 1),
        (["--budget", "0"], 1),
    ],
)
def test_flags_choose_rules_as_for_run(given, pack, clean, flags, code):
    assert clean("check", given, *pack, *flags)[0] == code


def test_a_clean_folder_has_no_finding(tmp_path, pack, clean):
    (tmp_path / "a.txt").write_text("The council met.\n", encoding="utf-8")
    code, out, err = clean("check", tmp_path / "a.txt", *pack)
    assert (code, out) == (0, "")
    assert err == "1 document: 0 would change, 0 rejected; 0 findings, 0 characters, 0 over budget\n"


def test_what_cannot_be_read_is_exit_2_and_the_rest_is_looked_at(given, pack, clean):
    with (given / "b.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"text": null}\n')
    code, out, err = clean("check", given, *pack)
    assert (code, len(out.splitlines())) == (2, 2)
    assert 'rejected [text_null] b.jsonl:3: "text" is null; expected a string\n' in err
    assert err.endswith("1 of 4 rejected (text_null 1); --max-rejects 1 accepts\n")
    assert clean("check", given, *pack, "--max-rejects", "1")[0] == 1


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["check"], "Missing argument 'IN...'"),
        (["check", "-", "--stdin-name", "a.doc"], "says no format for standard input"),
        (["check", "nowhere.txt"], "no such file or folder"),
    ],
)
def test_errors(clean, argv, says):
    code, out, err = clean(*argv)
    assert (code, out) == (2, "")
    assert says in err


def test_a_text_reaches_the_terminal_harmless(tmp_path, clean):
    pack = write(tmp_path / "pack", rule(pattern="Advert.{0,20}"))
    (tmp_path / "a.txt").write_text("It met.\nAdvertisement\x1b[31m\n", encoding="utf-8")
    code, out, _ = clean("check", tmp_path / "a.txt", "--no-builtin", "--rules", pack)
    assert (code, "\x1b" in out) == (1, False)
