"""Coverage counted from a folder whose numbers are known."""

import json

import pytest
from fake_core import FakeCleaner, Rule

from clean.cli.terminal import escape
from clean.job import run as job
from clean.job.plan import Options
from clean.report import collect, render


class Silent(Rule):
    id = "ui.fake.silent"


@pytest.fixture
def coverage(tmp_path, monkeypatch):
    monkeypatch.setattr(job, "Cleaner", FakeCleaner)
    monkeypatch.setattr(FakeCleaner, "rules", (Rule(), Silent()))
    given = tmp_path / "in.jsonl"
    rows = [
        {"text": "CUT a\nstay\nCUT b\n", "url": "https://one.example/1"},
        {"text": "stay", "url": "https://one.example/2"},
        {"text": "CUT c\nx", "url": "https://two\x1b.example/"},
        {"text": None},
    ]
    given.write_text("".join(json.dumps(row) + "\n" for row in rows))
    job.run(Options((str(given),), str(tmp_path / "out")))
    return collect.collect(tmp_path / "out")


def test_counts(coverage):
    assert (coverage.rows, coverage.changed, coverage.removed, coverage.characters) == (3, 2, 18, 28)
    tally = coverage.rules["promo.fake.line"]
    assert (tally.documents, tally.lines, tally.characters, tally.kept) == (2, 3, 18, 0)
    assert coverage.silent == ["ui.fake.silent"]
    assert {name: (h.documents, h.changed, h.removed) for name, h in coverage.hosts.items()} == {
        "one.example": (2, 1, 12),
        "": (1, 1, 6),
    }
    assert coverage.rejects == {"text_null": 1}


def test_json(coverage):
    record = json.loads(render.to_json(coverage))
    assert record["documents"] == 4
    assert record["share"] == round(18 / 28, 6)
    assert record["rules"] == [
        {
            "id": "promo.fake.line",
            "version": 1,
            "category": "promo.app",
            "action": "drop",
            "status": "stable",
            "documents": 2,
            "lines": 3,
            "characters": 18,
            "kept": 0,
        }
    ]
    assert record["silent_rules"] == ["ui.fake.silent"]
    assert record["hosts"][1]["host"] is None


def test_text(coverage):
    assert render.to_text(coverage, escape) == (
        "4 documents: 3 rows, 1 rejected\n"
        "2 changed, 0 over budget\n"
        "18 of 28 characters taken out (64.29%)\n"
        "\nRules that matched\n"
        "  rule             action  documents  lines  characters  kept in\n"
        "  promo.fake.line  drop            2      3          18        0\n"
        "\nCategories\n"
        "  category   documents  lines  characters  kept in\n"
        "  promo.app          2      3          18        0\n"
        "\nHosts\n"
        "  host          documents  changed  characters   share\n"
        "  one.example           2        1          12  57.14%\n"
        "  (no address)          1        1           6  85.71%\n"
        "\nRejects\n"
        "  reason     documents\n"
        "  text_null          1\n"
        "\nRules that never matched (1 of 2)\n"
        "  ui.fake.silent\n"
    )
