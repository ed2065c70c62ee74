"""`text`, `explain` and `rules` as a user meets them: stdout, stderr, exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from packs import rule, write

GOOD = rule()
ARTICLE = "The council met.\nAdvertisement\nThe mayor spoke.\n"


def run(*args, stdin=b"", env=None):
    return subprocess.run(
        [sys.executable, "-m", "clean", *map(str, args)],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **(env or {})},
    )


@pytest.fixture
def pack(tmp_path):
    return write(tmp_path / "pack", GOOD)


def test_text_from_standard_input(pack):
    done = run("text", "-", "--rules", pack, "--no-builtin", stdin=ARTICLE.encode())
    assert (done.returncode, done.stdout, done.stderr) == (0, b"The council met.\nThe mayor spoke.\n", b"")


def test_text_from_a_file(pack, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf" + ARTICLE.replace("\n", "\r\n").encode())
    done = run("text", path, "--rules", pack, "--no-builtin")
    assert (done.returncode, done.stdout) == (0, b"The council met.\r\nThe mayor spoke.\r\n")


def test_keep_leaves_it_in(pack):
    done = run("text", "--rules", pack, "--no-builtin", "--keep", "ui", stdin=ARTICLE.encode())
    assert (done.returncode, done.stdout) == (0, ARTICLE.encode())


def test_a_repair_is_said(pack):
    done = run("text", "--rules", pack, "--no-builtin", stdin="sÃ³".encode())
    assert (done.stdout.decode(), done.stderr.decode()) == (
        "só",
        "encoding repaired: encode:latin-1, decode:utf-8 (--no-repair leaves it)\n",
    )
    assert run("text", "--rules", pack, "--no-builtin", "--no-repair", stdin="sÃ³".encode()).stdout.decode() == "sÃ³"


@pytest.mark.parametrize("verb", ["text", "explain"])
@pytest.mark.parametrize(
    ("name", "raw", "what"),
    [
        ("nowhere.txt", None, "no such file"),
        ("bad.txt", b"caf\xe9", "not UTF-8 at byte 3"),
        (".", None, "is a folder"),
    ],
)
def test_a_text_that_cannot_be_read(tmp_path, verb, name, raw, what):
    if raw is not None:
        (tmp_path / name).write_bytes(raw)
    done = run(verb, tmp_path / name)
    assert (done.returncode, done.stdout) == (2, b"")
    assert what in done.stderr.decode()
    assert "help:" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_broken_pack_is_told_whole(tmp_path):
    folder = write(tmp_path, rule(zone="footer", patern="x") + rule("test.pack.second", pattern="("))
    done = run("text", "--rules", folder, stdin=b"x")
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b"")
    assert all(part in said for part in ("[R101]", "[R103]", "[R108]", "test.pack.second", "pack.toml:"))


def test_a_pack_that_does_not_hold_its_word_is_refused(tmp_path):
    done = run("text", "--rules", write(tmp_path, rule(no_match=["Advertisement"])), "--no-builtin", stdin=b"x")
    assert done.returncode == 2
    assert "[R113]" in done.stderr.decode()


def test_a_misspelt_prefix_is_told(pack):
    done = run("text", "--rules", pack, "--no-builtin", "--keep", "captoin", stdin=b"x")
    assert done.returncode == 2
    assert "captoin: no rule or category begins so" in done.stderr.decode()


def test_explain_lines(pack, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(ARTICLE + "\x1b[31mred")
    done = run("explain", path, "--rules", pack, "--no-builtin")
    lines = done.stdout.decode().split("\n")
    assert lines[:4] == [
        "   1   The council met.",
        "   2 - Advertisement",
        "         test.pack.thing@1 removes [17,31)",
        "   3   The mayor spoke.",
    ]
    assert "\x1b" not in done.stdout.decode()
    assert lines[-2].startswith("14 of ")


def test_explain_json(pack, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(ARTICLE)
    record = json.loads(run("explain", path, "--rules", pack, "--no-builtin", "--format", "json").stdout)
    assert [r["rule"] for r in record["removed"]] == ["test.pack.thing"]
    assert record["input"] == ARTICLE


def test_rules_list_and_show(pack):
    done = run("rules", "list", "--rules", pack, "--no-builtin")
    assert done.stdout.decode() == "test.pack.thing@1  drop  ui.ad                         A thing\n1 rules\n"
    assert (
        json.loads(run("rules", "list", "--rules", pack, "--no-builtin", "--format", "json").stdout)[0]["id"]
        == "test.pack.thing"
    )
    shown = run("rules", "show", "test.pack.thing", "--rules", pack, "--no-builtin").stdout.decode()
    assert "pattern      Advertisement" in shown
    missing = run("rules", "show", "test.pack.things", "--rules", pack, "--no-builtin")
    assert (missing.returncode, b"no rule 'test.pack.things'" in missing.stderr) == (2, True)


def test_rules_test(pack, tmp_path):
    done = run("rules", "test", pack, "--no-builtin")
    assert (done.returncode, done.stdout.decode().split("\n")[-2]) == (0, "1 rules, 3 examples, 0 faults")
    bad = run("rules", "test", write(tmp_path / "bad", rule(no_match=["Advertisement"])), "--no-builtin")
    assert (bad.returncode, "[R113]" in bad.stdout.decode()) == (1, True)
    broken = run("rules", "test", write(tmp_path / "broken", rule(zone="footer")), "--no-builtin")
    assert (broken.returncode, "[R103]" in broken.stdout.decode()) == (1, True)


def test_built_in_rules_are_listed_and_shown():
    done = run("rules", "list")
    assert done.returncode == 0
    assert int(done.stdout.decode().split("\n")[-2].split()[0]) >= 40
