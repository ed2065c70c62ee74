"""The benchmarks' own parts, small: documents by number, packs that load, charts that are XML. No time is looked at."""

from __future__ import annotations

import argparse
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import known
import pyarrow.parquet as pq
import pytest

from clean import Cleaner
from clean.ruleset.load import load

HERE = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(HERE))
import charts  # noqa: E402
import clean_bodies  # noqa: E402
import corpus  # noqa: E402
import floors  # noqa: E402
import growth  # noqa: E402
import measure  # noqa: E402
import peers_quality  # noqa: E402
import quality  # noqa: E402
import removed  # noqa: E402

sys.path.remove(str(HERE))


@pytest.fixture(scope="module")
def makers():
    return {hit: corpus.Maker(1, hit) for hit in (0, 60)}


def test_a_document_depends_on_seed_and_number_alone(makers):
    other = corpus.Maker(1, 60)
    assert other.block(3).equals(makers[60].block(3))
    assert not other.block(4).column("text").equals(makers[60].block(3).column("text"))
    assert not corpus.Maker(2, 60).block(3).column("text").equals(makers[60].block(3).column("text"))


def test_documents_are_shaped_like_news_and_hit_as_often_as_asked(makers):
    for hit, (low, high) in {0: (0, 0.01), 60: (0.5, 0.7)}.items():
        batch = makers[hit].block(0)
        texts = batch.column("text").to_pylist()
        assert 4_000 < corpus.text_bytes(batch) / len(texts) < 6_000
        assert 15 < sum(1 for text in texts for line in text.split("\n") if line) / len(texts) < 30
        removed = Cleaner().clean_batch(batch).column("removed_chars").to_pylist()
        assert low <= sum(map(bool, removed)) / len(removed) <= high


def test_shards_are_parquet_of_the_size_asked(tmp_path):
    paths = corpus.write(tmp_path, seed=1, hit=30, megabytes=3, shard_mb=1)
    assert [path.name for path in paths] == ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet"]
    tables = [pq.read_table(path) for path in paths]
    assert tables[0].schema.names == ["id", "url", "text"]
    ids = [one for table in tables for one in table.column("id").to_pylist()]
    assert len(set(ids)) == len(ids)
    assert 2.9e6 < sum(corpus.text_bytes(table) for table in tables) < 3.3e6


def test_the_invented_pack_loads_and_fires(tmp_path):
    found = load([growth.pack(tmp_path / "invented.toml", 16)], builtin=False)
    assert len(found.rules) == 16
    cleaner = Cleaner([tmp_path / "invented.toml"], builtin=False)
    body = "The bridge was opened in spring.\n" * 9
    assert all(cleaner.clean(f"{body}{example.text}").removed for rule in found.rules for example in rule.match)


def test_variants_take_turns():
    order = []
    took = measure.interleaved({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=2)
    assert order == ["a", "b", "a", "b"]
    assert {name: len(values) for name, values in took.items()} == {"a": 2, "b": 2}
    assert measure.rounded({"x": [1.23456, 7]}) == {"x": [1.23, 7]}


def test_charts_are_svg():
    rules = {"100": {"scan_ms_per_mb": 1.0}, "400": {"scan_ms_per_mb": 1.2}}
    flat = {"1": 2.0, "4": 2.1}
    for chart in (
        charts.growth({"rules": rules, "text": flat, "hits": flat, "length": flat}),
        charts.peers({"clean": {"mb_per_s": 100.0}, "a <peer>": {"mb_per_s": 2.0}}),
    ):
        assert ET.fromstring(chart).tag == "{http://www.w3.org/2000/svg}svg"


# --- quality: floors, peers, what is drawn and what its marks say


def test_a_figure_below_its_floor_is_named_and_one_above_is_not():
    pinned = floors.Floors(
        values={("dev", "all", "recall"): 0.5, ("dev", "en", "body_loss"): 0.01, ("dev", "all", "precision"): 0.9}
    )
    figures = {("dev", "all", "recall"): 0.45, ("dev", "en", "body_loss"): 0.02}
    assert floors.broken(pinned, figures) == [
        "dev / all / recall: 0.45, at least 0.5 was reached before",
        "dev / en / body_loss: 0.02, at most 0.01 was reached before",
        "dev / all / precision: pinned at 0.9, no longer measured",
    ]
    good = {("dev", "all", "recall"): 0.5, ("dev", "en", "body_loss"): 0.0, ("dev", "all", "precision"): 0.95}
    assert floors.broken(pinned, good) == []


def test_floors_rise_and_are_lowered_with_a_reason_alone(tmp_path):
    pinned = floors.Floors({"dev": "a"}, {("dev", "all", "recall"): 0.5, ("dev", "all", "body_loss"): 0.01})
    worse = {("dev", "all", "recall"): 0.4, ("dev", "all", "body_loss"): 0.0}
    kept = floors.raised(pinned, worse, {"dev": "a"})
    assert kept.values == {("dev", "all", "recall"): 0.5, ("dev", "all", "body_loss"): 0.0}
    assert kept.lowered == []
    lowered = floors.raised(pinned, worse, {"dev": "b"}, 'a rule "went"')
    assert lowered.values == worse
    (tmp_path / "floors.toml").write_text(floors.render(lowered), encoding="utf-8")
    again = floors.read(tmp_path / "floors.toml")
    assert again == lowered
    assert again.lowered == [{"figure": "dev / all / recall", "from": 0.5, "to": 0.4, "reason": 'a rule "went"'}]


def test_floors_know_their_corpus(tmp_path):
    (tmp_path / "docs.jsonl").write_text("{}\n")
    pinned = floors.Floors({"dev": floors.digest([tmp_path / "docs.jsonl"])})
    assert floors.strangers(pinned, {"dev": floors.digest([tmp_path / "docs.jsonl"])}) == []
    (tmp_path / "docs.jsonl").write_text("{} \n")
    assert floors.strangers(pinned, {"dev": floors.digest([tmp_path / "docs.jsonl"])}) == ["dev"]


@pytest.mark.parametrize(
    "case",
    [
        (0.5, "a", {}, 0, ""),
        (0.4, "a", {}, 1, "below the floor: dev / all / recall: 0.4, at least 0.5"),
        (0.4, "a", {"write_floors": True}, 1, "below the floor: dev / all / recall: 0.4, at least 0.5"),
        (0.4, "a", {"lower_floors": "a rule went"}, 0, "below the floor: dev / all / recall: 0.4, at least 0.5"),
        (0.6, "b", {}, 2, "measured on other data: dev"),
        (0.6, "b", {"write_floors": True}, 2, "measured on other data: dev"),
    ],
)
def test_a_drop_is_an_exit_code_and_a_name(tmp_path, monkeypatch, capsys, case):
    recall, digest, flags, code, says = case
    key = ("dev", "all", "recall")
    monkeypatch.setattr(floors, "FILE", tmp_path / "floors.toml")
    monkeypatch.setattr(floors, "read", lambda: floors.Floors({"dev": "a"}, {key: 0.5}))
    options = argparse.Namespace(**{"write_floors": False, "lower_floors": "", **flags})
    assert quality.held({key: recall}, {"dev": digest}, options) == code
    assert says in capsys.readouterr().out
    assert (tmp_path / "floors.toml").exists() == (bool(flags) and code != 2)


def test_the_pinned_floors_are_as_they_are_written():
    pinned = floors.read()
    assert floors.render(pinned) == floors.FILE.read_text(encoding="utf-8")
    assert set(pinned.corpus) == {"text-dev", "text-val", "provenance-dev", "boilerplate"}
    assert {name for name, _, _ in pinned.values} == {"text-dev", "text-val", "provenance-dev", "near misses"}
    assert all(entry["reason"] for entry in pinned.lowered)


def test_pinned_peers_say_where_their_figures_are_from():
    entries = [*peers_quality.pinned("text-dev"), *peers_quality.pinned("text-val")]
    assert {entry["name"] for entry in entries} >= {"C4 rules", "ten regexes", "jusText"}
    assert all(entry["source"] for entry in entries)


def test_lines_a_peer_keeps_are_found_again_in_order():
    text = "One.\nTwo  words\n\nOne.\nLast."
    assert peers_quality.missing(text, ["One.", "Last."]) == [[5, 15], [17, 21]]
    assert peers_quality.missing(text, []) == [[0, 4], [5, 15], [17, 21], [22, 27]]


@pytest.mark.parametrize(
    ("fires", "wanted", "want"),
    [
        ({"a": 100, "b": 1}, 11, {"a": 10, "b": 1}),
        ({"a": 3, "b": 2}, 300, {"a": 3, "b": 2}),
        ({"a": 9, "b": 4, "c": 1}, 2, {"a": 1, "b": 1}),
        ({}, 5, {}),
    ],
)
def test_lines_are_shared_among_rules(fires, wanted, want):
    assert removed.shares(fires, wanted) == want


def test_marks_give_the_share_of_body_and_the_worst_rules():
    marked = [("a.b.c", 90, "x"), ("a.b.c", 90, "b"), ("d.e.f", 10, "x"), ("d.e.f", 10, "?"), ("g.h.i", 5, "")]
    assert removed.summary(marked) == [
        "5 lines: 2 boilerplate, 1 body, 1 cannot be told, 1 not marked",
        "body: 33.33% of the lines as drawn, 45.00% weighted by how often each rule fires",
        "worst rules (body of judged, body lines it is reckoned to take):",
        f"  {'a.b.c':<56} 1 of 2          45",
    ]


@pytest.fixture
def marked(tmp_path):
    rows = [removed.COLUMNS, ["b", "a.b.c", "ui.ad", "2", "en", "x.example", "1", "", '"one\\n', ""]]
    path = tmp_path / "marked.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_marked_table_is_read_back(marked, capsys):
    assert removed.read(marked) == 0
    assert capsys.readouterr().out.startswith("1 lines: 0 boilerplate, 1 body,")


def test_a_mark_that_means_nothing_is_named_by_its_line(marked, capsys):
    marked.write_text(marked.read_text(encoding="utf-8").replace("b\ta.b.c", "maybe\ta.b.c"), encoding="utf-8")
    assert removed.read(marked) == 2
    assert (
        "marked.tsv:2: mark 'maybe'; expected b (body), x (boilerplate) or ? (cannot tell)" in capsys.readouterr().err
    )


def test_the_line_of_a_known_body_loss_is_named_by_digest_alone():
    lost = clean_bodies.Lost("text-dev x:1", "a.b.c", "A line")
    assert len(lost.digest) == 16
    assert lost.digest != clean_bodies.Lost("text-dev x:1", "a.b.c", "A line.").digest
    assert {digest for _, digest in clean_bodies.accepted()} == {e["sha256"] for e in known.entries() if "sha256" in e}
