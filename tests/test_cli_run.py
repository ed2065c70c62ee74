"""The command line from outside: streams, exit codes and messages, verbatim where a person reads them."""

import json
import os
import pty
import signal
import subprocess
import sys
import time

import click
import pyarrow.parquet as pq
import pytest

from clean.cli import VERBS, cli, inputs, terminal
from clean.job.counts import Counts

PACK = """
[pack]
subject = "Fake"
languages = ["en"]

[[rule]]
id = "promo.fake.telegram-line"
title = "Line that asks to join a channel"
category = "promo.telegram"
pattern = "join our marrow bay telegram channel"
match = ["Join our Marrow Bay Telegram channel", "JOIN OUR MARROW BAY TELEGRAM CHANNEL"]
no_match = ["Ministers left the Marrow Bay Telegram channel on Friday."]
"""
TEXT = "The council met on Tuesday.\nJoin our Marrow Bay Telegram channel\nIt rose at noon.\n"


@pytest.fixture
def pack(tmp_path):
    path = tmp_path / "rules/promo/fake.toml"
    path.parent.mkdir(parents=True)
    path.write_text(PACK)
    return ["--no-builtin", "--rules", str(tmp_path / "rules")]


def lines(path, *values):
    path.write_text("".join(json.dumps(v) + "\n" for v in values))
    return path


def test_a_good_run(tmp_path, pack, clean):
    given = lines(tmp_path / "a.jsonl", {"id": 1, "text": TEXT}, {"id": 2, "text": "Nothing here."})
    assert clean("run", given, "-o", tmp_path / "out", *pack) == (
        0,
        "",
        (
            "fields found: text = text, id = id (--text-field, --url-field, --id-field choose others)\n"
            "2 documents: 2 rows, 0 rejected; 1 changed, 37 characters taken out, 0 over budget\n"
        ),
    )
    assert clean("run", given, "-o", tmp_path / "quiet", "-q", *pack) == (0, "", "")
    code, out, err = clean("restore", tmp_path / "out")
    assert (code, err) == (0, "")
    assert [json.loads(line)["text"] for line in out.splitlines()] == [TEXT, "Nothing here."]
    assert list(json.loads(out.splitlines()[0])) == ["id", "source_path", "source_record", "text"]
    assert clean("verify", tmp_path / "out", "--sources", tmp_path) == (
        0,
        "2 rows, 0 rejects, 2 parts checked, compared with their sources: 0 findings\n",
        "",
    )
    code, out, _ = clean("report", tmp_path / "out", "--format", "json")
    assert (code, json.loads(out)["rules"][0]["id"]) == (0, "promo.fake.telegram-line")
    assert clean("report", tmp_path / "out", "-o", tmp_path / "r.txt") == (0, "", "")
    assert (tmp_path / "r.txt").read_text().startswith("2 documents: 2 rows, 0 rejected\n")


def test_rejects_and_their_allowance(tmp_path, pack, clean):
    given = lines(tmp_path / "a.jsonl", {"text": TEXT}, {"text": None}, {"text": "x"})
    code, out, err = clean("run", given, "-o", tmp_path / "out", *pack)
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "fields found: text = text (--text-field, --url-field, --id-field choose others)",
        'rejected [text_null] a.jsonl:2: "text" is null; expected a string',
        "3 documents: 2 rows, 1 rejected (text_null 1); 1 changed, 37 characters taken out, 0 over budget",
        "1 of 3 rejected (text_null 1); --max-rejects 1 accepts",
    ]
    assert json.loads((tmp_path / "out/run.json").read_text())["run"]["exit"] == 2
    for number, (allowance, code) in enumerate({"1": 0, "0": 2, "33%": 2, "34%": 0}.items()):
        assert clean("run", given, "-o", tmp_path / f"o{number}", "--max-rejects", allowance, *pack)[0] == code
    code, _, err = clean("run", given, "-o", tmp_path / "ox", "--max-rejects", "few")
    assert code == 2
    assert '"few" is neither a count nor a percentage; expected e.g. 10 or 0.1%' in err


@pytest.mark.parametrize(
    ("rejected", "documents", "says"),
    [(3, 1_000_000, "0.1%"), (3, 22, "3"), (40, 1000, "5%"), (500, 1000, "500")],
)
def test_enough(rejected, documents, says):
    counts = Counts(rows=documents - rejected)
    counts.rejects["no_text"] = rejected
    assert inputs.enough(counts) == says


ERRORS = [
    pytest.param(["run", "-o", "{out}"], "Missing argument 'IN...'", id="no input"),
    pytest.param(["run", "{in}"], "Missing option '-o'", id="no output"),
    pytest.param(
        ["run", "-", "-o", "{out}", "--stdin-name", "a.doc"], "says no format for standard input", id="standard input"
    ),
    pytest.param(
        ["run", "{dir}/gone.txt", "-o", "{out}"],
        "gone.txt: no such file or folder; check the spelling",
        id="missing input",
    ),
    pytest.param(
        ["run", "{in}", "-o", "{dir}"],
        "the output folder holds what this tool did not write: a.txt",
        id="foreign output",
    ),
    pytest.param(
        ["run", "{in}", "-o", "{in}/x"], "a.txt is a file; a folder cannot be made in it", id="output below a file"
    ),
    pytest.param(["run", "{in}", "-o", "{out}", "--rules", "{dir}/none"], "none", id="missing rules"),
    pytest.param(["run", "{in}", "-o", "{out}", "--keep", "nonsense"], "nonsense", id="unknown prefix"),
    pytest.param(["run", "{in}", "-o", "{out}", "--budget", "2"], "--budget", id="budget"),
    pytest.param(["frobnicate"], "No such command 'frobnicate'", id="verb"),
    pytest.param(["run", "--\x1b[31mred"], r"--\x1b[31mred", id="escapes"),
    pytest.param(["verify", "{dir}"], "holds no run.json", id="verify what is no run"),
    pytest.param(["report", "{dir}/gone"], "no such folder", id="report of nothing"),
    pytest.param(["restore", "{dir}"], "holds no run.json", id="restore what is no run"),
]


@pytest.mark.parametrize(("argv", "says"), ERRORS)
def test_errors_end_in_two_lines_not_a_traceback(tmp_path, clean, pack, argv, says):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text("x")
    fill = {"{in}": tmp_path / "in/a.txt", "{dir}": tmp_path / "in", "{out}": tmp_path / "out"}
    words = []
    for word in argv:
        for mark, value in fill.items():
            word = word.replace(mark, str(value))  # noqa: PLW2901 - filled in step by step
        words.append(word)
    if argv[0] == "run" and "--rules" not in argv and "-o" in argv:
        words += pack
    code, out, err = clean(*words)
    assert (code, out) == (2, "")
    assert says in err
    assert "Traceback" not in err
    assert "\x1b" not in err
    assert not (tmp_path / "out").exists()


def test_five_faults_of_a_pack_are_told_at_once(tmp_path, clean):
    (tmp_path / "a.txt").write_text("x")
    bad = tmp_path / "rules/promo/fake.toml"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        PACK.replace(
            'category = "promo.telegram"',
            'category = "promo.nothing"\nzone = "footer"\npatern = "x"\naction = "delete"\nversion = -1',
        )
    )
    code, _, err = clean("run", tmp_path / "a.txt", "-o", tmp_path / "out", "--rules", tmp_path / "rules")
    assert code == 2
    for word in ("promo.nothing", "footer", "patern", "delete", "version"):
        assert word in err
    assert "nothing was read or written" in err
    assert not (tmp_path / "out").exists()


def test_a_pack_is_proved_before_work(tmp_path, clean, pack):
    (tmp_path / "a.txt").write_text("x")
    path = tmp_path / "rules/promo/fake.toml"
    path.write_text(PACK.replace("JOIN OUR MARROW BAY", "SOMETHING ELSE"))
    code, _, err = clean("run", tmp_path / "a.txt", "-o", tmp_path / "out", *pack)
    assert code == 2
    assert "SOMETHING ELSE" in err
    assert not (tmp_path / "out").exists()


def test_overwrite(tmp_path, pack, clean):
    (tmp_path / "a.txt").write_text(TEXT)
    argv = ["run", tmp_path / "a.txt", "-o", tmp_path / "out", *pack]
    assert clean(*argv)[0] == 0
    code, _, err = clean(*argv)
    assert code == 2
    assert (
        "the output folder holds a run already\n  help: --overwrite replaces it; or name another folder with -o" in err
    )
    assert clean(*argv, "--overwrite")[0] == 0


def test_restore_to_files_and_by_id(tmp_path, pack, clean):
    (tmp_path / "a.txt").write_text(TEXT)
    clean("run", tmp_path / "a.txt", "-o", tmp_path / "out", *pack)
    key = pq.read_table(tmp_path / "out/data").column("id")[0].as_py()
    assert clean("restore", tmp_path / "out", "-o", tmp_path / "back") == (
        0,
        "",
        f"1 document restored to {terminal.escape(tmp_path / 'back')}\n",
    )
    assert (tmp_path / f"back/{key}.txt").read_text() == TEXT
    assert "not empty" in clean("restore", tmp_path / "out", "-o", tmp_path / "back")[2]
    assert json.loads(clean("restore", tmp_path / "out", "--id", key)[1])["text"] == TEXT
    code, _, err = clean("restore", tmp_path / "out", "--id", "nobody")
    assert code == 2
    assert 'no document has the id "nobody"' in err


def test_verify_finds_and_says(tmp_path, pack, clean):
    (tmp_path / "a.txt").write_text(TEXT)
    clean("run", tmp_path / "a.txt", "-o", tmp_path / "out", *pack)
    (tmp_path / "a.txt").write_text(TEXT + "more")
    code, out, err = clean("verify", tmp_path / "out", "--sources", tmp_path)
    assert code == 1
    assert out.endswith("1 findings\n")
    assert "a.txt record 0 was changed since: source_sha256 differs" in err


def test_schema(clean):
    code, out, _ = clean("schema")
    assert code == 0
    assert "  input_sha256 " in out
    assert json.loads(clean("schema", "--format", "json")[1])["data"][0]["name"] == "id"


# --- as a process of its own


def python(*argv, **more):
    return subprocess.run([sys.executable, *argv], capture_output=True, timeout=60, check=False, **more)


@pytest.mark.parametrize(
    "argv", [["--help"], ["run", "--help"], ["verify", "--help"], ["export", "--help"], ["schema"]]
)
def test_help_imports_nothing_heavy(argv):
    code = (
        "import sys, clean.cli\n"
        f"code = clean.cli.call({argv!r})\n"
        "heavy = {'pyarrow', 'trafilatura', 'lxml'} & set(sys.modules)\n"
        "sys.exit(f'heavy: {heavy}' if heavy else code)"
    )
    made = python("-c", code)
    assert made.returncode == 0, made.stderr
    assert made.stdout


def test_every_flag_has_its_help_sentence():
    context = click.Context(cli)
    for verb in VERBS:
        command = cli.get_command(context, verb)
        assert command.help or command.short_help
        for param in command.params:
            if isinstance(param, click.Option):
                assert param.help, f"{verb} {param.name}"
                assert param.help.rstrip(" )").endswith((".", ")")), f"{verb} {param.name}"


@pytest.fixture
def finished(tmp_path, pack, clean):
    rows = [{"text": TEXT * 50, "n": i} for i in range(300)]
    lines(tmp_path / "a.jsonl", *rows)
    assert clean("run", tmp_path / "a.jsonl", "-o", tmp_path / "out", "-q", *pack)[0] == 0
    return tmp_path / "out"


def test_a_closed_pipe_is_no_error(finished):
    child = subprocess.Popen(
        [sys.executable, "-m", "clean", "restore", str(finished)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    child.stdout.read(10)
    child.stdout.close()
    said = child.stderr.read()
    child.stderr.close()
    assert (child.wait(60), said) == (0, b"")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(tmp_path, pack, sent, code):
    lines(tmp_path / "a.jsonl", *({"text": TEXT * 200} for _ in range(6000)))
    child = subprocess.Popen(
        [sys.executable, "-m", "clean", "run", tmp_path / "a.jsonl", "-o", tmp_path / "out", *pack],
        stderr=subprocess.PIPE,
    )
    end = time.monotonic() + 30
    while not list((tmp_path / "out/_state").glob("tmp-*")) and time.monotonic() < end:
        time.sleep(0.02)
    child.send_signal(sent)
    said = child.stderr.read().decode()
    child.stderr.close()
    assert child.wait(30) == code
    assert "Traceback" not in said
    assert not list(tmp_path.glob("out/data/*"))
    assert not list(tmp_path.glob("out/_state/tmp-*"))
    assert not (tmp_path / "out/run.json").exists()


def test_progress_on_a_terminal_only(tmp_path, pack):
    (tmp_path / "a.txt").write_text(TEXT)
    leader, follower = pty.openpty()
    argv = [sys.executable, "-m", "clean", "run", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), *pack]
    child = subprocess.Popen(argv, stderr=follower, stdout=subprocess.DEVNULL)
    os.close(follower)
    assert child.wait(60) == 0
    said = os.read(leader, 100_000)
    os.close(leader)
    assert b"\r\x1b[K" in said
    assert b"\x1b" not in python(*argv[1:-1], argv[-1], "--overwrite").stderr


@pytest.mark.parametrize(
    "place",
    [
        {"LC_ALL": "C"},
        {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
        {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"},
    ],
)
def test_surroundings_change_no_byte(tmp_path, pack, place):
    (tmp_path / "ä.txt").write_text("Ö\u2028ß\n" + TEXT, encoding="utf-8")
    base = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    for name, env in (("one", {}), ("two", place)):
        made = python("-m", "clean", "run", tmp_path / "ä.txt", "-o", tmp_path / name, *pack, env={**base, **env})
        assert made.returncode == 0, made.stderr
    for part in ("data/part-00000.parquet", "rejects/part-00000.parquet", "README.md"):
        assert (tmp_path / "one" / part).read_bytes() == (tmp_path / "two" / part).read_bytes()


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("plain ä 漢 😀", "plain ä 漢 😀"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x1b[31m\x07\x7f\x9b", r"\x1b[31m\x07\x7f\x9b"),
        ("\u202e\u2066\u2028\u2029\u200f\ufeff", r"\u202e\u2066\u2028\u2029\u200f\ufeff"),
        ("\udcff\ud800", r"\xff\ud800"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_escape(text, want):
    assert terminal.escape(text) == want
