"""The benchmarks' own parts, small: documents by number, packs that load, charts that are XML. No time is looked at."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clean import Cleaner
from clean.ruleset.load import load

HERE = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(HERE))
import charts  # noqa: E402
import corpus  # noqa: E402
import growth  # noqa: E402
import measure  # noqa: E402

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
