"""The public API: options, batches, threads, pickles."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from packs import cleaner, rule, write

import clean
from clean import schema
from clean.cleaner import Cleaner
from clean.errors import ConfigError

TEXT = "The council met.\nAdvertisement\nThe mayor spoke."
TEXTS = [TEXT, None, "", "Nothing here.", "Advertisement"]


@pytest.fixture
def ours(tmp_path):
    return cleaner(tmp_path, rule())


def test_clean_and_restore(ours):
    result = ours.clean(TEXT)
    assert result.text == "The council met.\nThe mayor spoke."
    assert clean.restore(result.text, result.removed) == TEXT
    assert (
        clean.restore(result.text, [{"start": r.start, "end": r.end, "text": r.text} for r in result.removed]) == TEXT
    )
    assert result.ruleset == ours.ruleset
    assert result.removed_chars == len(TEXT) - len(result.text)


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(pa.array(TEXTS), id="string"),
        pytest.param(pa.array(TEXTS, pa.large_string()), id="large_string"),
        pytest.param(pa.array(TEXTS, pa.string_view()), id="string_view"),
        pytest.param(pa.array(TEXTS).dictionary_encode(), id="dictionary"),
        pytest.param(pa.array(["x", *TEXTS]).slice(1), id="slice"),
    ],
)
def test_batch_is_the_same_as_one_by_one(ours, column):
    batch = pa.RecordBatch.from_arrays([pa.array(range(5)), column], names=["n", "text"])
    out = ours.clean_batch(batch)
    assert out.schema.names == ["n", "text", *[c.name for c in schema.DATA[12:]]]
    assert out.column("n").equals(batch.column("n"))
    for row, text in zip(out.to_pylist(), TEXTS, strict=True):
        if text is None:
            assert row["text"] is None
            assert (row["removed"], row["evidence"], row["input_chars"]) == ([], [], 0)
            continue
        one = ours.clean(text)
        assert (row["text"], row["input_chars"], row["removed_chars"]) == (one.text, one.input_chars, one.removed_chars)
        assert clean.restore(row["text"], row["removed"]) == text
    for column_ in schema.DATA[12:]:
        assert out.schema.field(column_.name) == schema.arrow_field(column_.name, column_.type)


def test_batch_of_nothing(ours):
    empty = pa.RecordBatch.from_arrays([pa.array([], pa.string())], names=["text"])
    assert ours.clean_batch(empty).num_rows == 0


def test_a_name_of_ours_is_moved_aside(ours):
    batch = pa.RecordBatch.from_arrays([pa.array([TEXT]), pa.array(["theirs"])], names=["text", "removed"])
    out = ours.clean_batch(batch)
    assert out.column("input_removed").to_pylist() == ["theirs"]
    both = pa.RecordBatch.from_arrays(
        [pa.array([TEXT]), pa.array(["a"]), pa.array(["b"])], names=["text", "removed", "input_removed"]
    )
    with pytest.raises(ConfigError, match="both 'removed' and 'input_removed'"):
        ours.clean_batch(both)


def test_text_and_url_may_have_other_names(tmp_path):
    ours = cleaner(tmp_path, rule(outlets=["post.example"]))
    batch = pa.RecordBatch.from_arrays(
        [pa.array([TEXT, TEXT]), pa.array(["https://www.post.example/a", None])], names=["body", "link"]
    )
    out = ours.clean_batch(batch, text="body", url="link")
    assert out.column("body").to_pylist() == ["The council met.\nThe mayor spoke.", TEXT]


@pytest.mark.parametrize(
    ("batch", "what"),
    [
        (pa.RecordBatch.from_arrays([pa.array(["x"])], names=["words"]), "no column 'text'.*'words'"),
        (pa.RecordBatch.from_arrays([pa.array([1])], names=["text"]), "is int64, not text"),
        (pa.RecordBatch.from_arrays([pa.array(["x"]), pa.array(["y"])], names=["text", "text"]), "2 columns named 'text'"),
    ],
)  # fmt: skip
def test_a_batch_that_makes_no_sense(ours, batch, what):
    with pytest.raises(ConfigError, match=f"(?s){what}"):
        ours.clean_batch(batch)


@pytest.mark.parametrize(
    "options", [{"budget": 1.5}, {"matcher": "magic"}, {"select": ["nothing.so.called"]}, {"keep": ["captoin"]}]
)
def test_options_that_make_no_sense(tmp_path, options):
    with pytest.raises(ConfigError):
        cleaner(tmp_path, rule(), **options)


def test_pickle_keeps_everything(tmp_path):
    ours = cleaner(tmp_path, rule(), keep=["ui"], budget=0.5)
    twin = pickle.loads(pickle.dumps(ours))
    assert twin.clean(TEXT) == ours.clean(TEXT)
    assert (twin.ruleset, twin.budget) == (ours.ruleset, ours.budget)
    assert pickle.dumps(twin) == pickle.dumps(ours)


def test_threads_agree():
    ours = Cleaner()
    texts = [f"The council met {n} times.\n\n© 20{n:02} Bloomberg L.P" for n in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ours.clean, texts)) == [ours.clean(text) for text in texts]


def test_the_same_rules_have_the_same_name(tmp_path):
    one = Cleaner([write(tmp_path / "a", rule())], builtin=False)
    two = Cleaner([write(tmp_path / "b", rule())], builtin=False)
    assert one.ruleset == two.ruleset
    assert one.ruleset != Cleaner([write(tmp_path / "c", rule())], builtin=False, keep=["ui"]).ruleset


def test_a_long_peeling_footer_is_linear_in_rounds(tmp_path):
    ours = cleaner(tmp_path, rule(zone="tail", within=1), budget=1.0)
    text = "The council met.\nThe mayor spoke.\nThe bridge opened.\n" + "Advertisement\n" * 20_000
    assert ours.clean(text).text == "The council met.\nThe mayor spoke.\nThe bridge opened."


@pytest.mark.parametrize(
    ("broken", "fixed", "fixes"),
    [
        ("sÃ³", "só", ("encode:latin-1", "decode:utf-8")),
        ("â€œquotedâ€\x9d", "“quoted”", ("encode:sloppy-windows-1252", "decode:utf-8")),
    ],
)
def test_repair_mends_mojibake(broken, fixed, fixes):
    assert clean.repair(broken) == (fixed, fixes)


@pytest.mark.parametrize(
    "good",
    [
        "",
        "plain",
        "“curly” ‘quotes’",
        "ﬁne ligature",
        "Ｗｉｄｅ",
        "&amp; <b>",
        "e\u0301",
        "\u0958",
        "a\u2028b",
        "\x1b[31m",
        "lost \ufffd letter",
        "naïve café",
        "宮崎県",
        "Ünïcödé",
    ],
)
def test_repair_leaves_good_text(good):
    assert clean.repair(good) == (good, ())
