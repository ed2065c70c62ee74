"""The job: rows and rejects add up, one bad document costs itself alone, a run is a pure function of its inputs."""

import json

import pyarrow.parquet as pq
import pytest
from fake_core import FakeCleaner

from clean.cleaner import Cleaner
from clean.errors import ConfigError, Fault, RuleError, SourceError
from clean.job import keys
from clean.job import run as job
from clean.job.plan import Options
from clean.sources import model


@pytest.fixture(autouse=True)
def _fake(monkeypatch):
    monkeypatch.setattr(job, "Cleaner", FakeCleaner)


def run(out, *inputs, **more):
    return job.run(Options(tuple(str(i) for i in inputs), str(out), **more))


def table(out, kind="data"):
    return [row for path in sorted((out / kind).glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def write_lines(path, *values):
    path.write_text("".join(json.dumps(v) + "\n" for v in values))
    return path


def test_documents_are_rows_and_rejects(tmp_path):
    lines = write_lines(
        tmp_path / "a.jsonl", {"text": "x"}, {"text": None}, {"text": "BOOM"}, 7, {"text": "CUT me\nstay"}
    )
    summary = run(tmp_path / "out", lines)
    assert (summary.counts.documents, summary.counts.rows, summary.counts.changed) == (5, 2, 1)
    assert summary.counts.rejects == {"text_null": 1, "worker_died": 1, "not_object": 1}
    rejects = table(tmp_path / "out", "rejects")
    assert [(r["source_record"], r["stage"], r["reason"]) for r in rejects] == [
        (1, "read", "text_null"),
        (2, "match", "worker_died"),
        (3, "read", "not_object"),
    ]
    assert "RuntimeError: BOOM was in the text" in rejects[1]["message"]
    assert [r["source_record"] for r in table(tmp_path / "out")] == [0, 4]


@pytest.mark.parametrize("rows", [1, 2, 3, 2048])
def test_batch_size_changes_no_byte(tmp_path, monkeypatch, rows):
    lines = write_lines(
        tmp_path / "a.jsonl",
        *({"text": t, "n": i} for i, t in enumerate(["a", None, "BOOM", "CUT\nb", "", "c", 3, "d"])),
    )
    run(tmp_path / "whole", lines)
    for module in ("batches", "parquet"):
        monkeypatch.setattr(f"clean.sources.{module}.MAX_BATCH_ROWS", rows)
    run(tmp_path / "parts", lines)
    for kind in ("data", "rejects"):
        name = f"{kind}/part-00000.parquet"
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "parts" / name).read_bytes()


def test_order_of_arguments_changes_no_byte(tmp_path):
    one, two = (
        write_lines(tmp_path / "a.jsonl", {"text": "x", "k": 1}),
        write_lines(tmp_path / "b.jsonl", {"text": "y", "m": 2}),
    )
    run(tmp_path / "o1", one, two)
    run(tmp_path / "o2", two, one)
    name = "data/part-00000.parquet"
    assert (tmp_path / "o1" / name).read_bytes() == (tmp_path / "o2" / name).read_bytes()


def test_run_json(tmp_path):
    path = write_lines(tmp_path / "a.jsonl", {"content": "x", "removed": 1, "m": 2}, {"content": None})
    (tmp_path / "skip.docx").write_text("")
    (tmp_path / "b.txt").write_text("CUT b\n")
    run(tmp_path / "out", tmp_path)
    record = json.loads((tmp_path / "out/run.json").read_text())
    assert list(record) == ["schema_version", "run", "tool", "plan", "used", "generated", "counts", "columns"]
    assert record["counts"] == {
        "documents": 3, "changed": 1, "rejects": {"text_null": 1}, "removed": {"promo.app": 6}, "over_budget": 0,
        "skipped": {".docx": 1}, "limits": {"fake": 1},
    }  # fmt: skip
    assert record["columns"] == {
        "roles": {"text": ["content"], "url": [], "id": []},
        "passed": ["m"],
        "renamed": {"removed": "input_removed"},
    }
    assert record["run"]["exit"] == 2
    assert [(item["path"], item["rows"]) for item in record["generated"]][-2:] == [
        ("README.md", None),
        ("croissant.json", None),
    ]
    assert [item["rows"] for item in record["generated"]] == [2, 1, None, None]
    assert record["used"]["files"] == 2
    assert record["used"]["roots"] == [tmp_path.name]
    assert str(tmp_path) not in json.dumps(record)
    assert path.exists()


def test_key_columns(tmp_path):
    run(
        tmp_path / "out",
        write_lines(tmp_path / "a.jsonl", {"text": "x", "url": "https://me:pw@www.News.example:8080/a"}),
    )
    row = table(tmp_path / "out")[0]
    assert row["id"] == keys.row_id("a.jsonl", 0, row["source_sha256"])
    assert len(row["id"]) == 32
    assert (row["url"], row["host"]) == ("https://www.News.example:8080/a", "news.example")


@pytest.mark.parametrize(
    ("url", "want"),
    [
        ("https://a.example/x@y", "https://a.example/x@y"),
        ("https://u:p@a.example", "https://a.example"),
        ("//u@a.example", "//a.example"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("https://a.example?q=//x@y", "https://a.example?q=//x@y"),
    ],
)
def test_credentials_do_not_travel(url, want):
    assert keys.public(url) == want


def test_nothing_to_read_is_a_whole_output(tmp_path):
    (tmp_path / "in").mkdir()
    summary = run(tmp_path / "out", tmp_path / "in")
    assert summary.counts.documents == 0
    assert table(tmp_path / "out") == table(tmp_path / "out", "rejects") == []
    assert (tmp_path / "out/run.json").exists()


def test_files_alone_or_together_give_the_same_rows(tmp_path, monkeypatch):
    for i in range(5):
        (tmp_path / f"{i}.txt").write_text(f"CUT {i}\nx{i}")
    given = [tmp_path / f"{i}.txt" for i in range(5)]
    run(tmp_path / "o1", *given)
    monkeypatch.setattr("clean.job.plan.SHARD_BYTES", 15)
    run(tmp_path / "o2", *given)
    assert len(list((tmp_path / "o2/data").iterdir())) > 1
    assert table(tmp_path / "o1") == table(tmp_path / "o2")


def test_faults_before_work_leave_no_out(tmp_path, monkeypatch):
    good = write_lines(tmp_path / "a.jsonl", {"text": "x", "n": 1})
    (tmp_path / "b").mkdir()
    other = write_lines(tmp_path / "b/b.jsonl", {"text": "x", "removed": 1, "input_removed": 2})
    with pytest.raises(SourceError):
        run(tmp_path / "out", good, tmp_path / "gone.txt")
    with pytest.raises(ConfigError):
        run(tmp_path / "out", other)

    def refuse(_):
        raise RuleError((Fault("p.toml", 3, "R112", "x.y", "does not match"),))

    monkeypatch.setattr(job, "proved", refuse)
    with pytest.raises(RuleError, match="does not match"):
        run(tmp_path / "out", good, rules=("p.toml",))
    assert not (tmp_path / "out").exists()


def test_large_rejects_are_written_in_order(tmp_path):
    count = model.MAX_BATCH_ROWS * 5 + 5
    run(tmp_path / "out", write_lines(tmp_path / "a.jsonl", {"text": "x"}, *([None] * count), {"text": "y"}))
    assert [r["source_record"] for r in table(tmp_path / "out", "rejects")] == list(range(1, count + 1))


def test_the_outlet_is_the_hosts_where_the_table_says_so_and_the_text_does_not(tmp_path, monkeypatch):
    monkeypatch.setattr(job, "Cleaner", Cleaner)
    story = "The council met on Monday, and the clerk read the plan aloud."
    given = [
        ("https://www.theguardian.com/world/1", story),
        ("https://edition.theguardian.com/2", f"{story}\nSign up for the CNBC newsletter"),
        ("https://theguardian.com.example.org/3", story),
        ("https://unknown.example/4", story),
        (None, story),
    ]
    lines = "".join(json.dumps({"url": url, "text": text}) + "\n" for url, text in given)
    (tmp_path / "in.jsonl").write_text(lines, encoding="utf-8")
    job.run(Options((str(tmp_path / "in.jsonl"),), str(tmp_path / "OUT")))
    table = pq.read_table(tmp_path / "OUT" / "data").to_pylist()
    rows = [(r["publisher"], [e["rule"] for e in r["evidence"] if e["field"] == "publisher"]) for r in table]
    assert rows[0] == ("The Guardian", ["host.the-guardian"])
    assert rows[1][1][-1:] == ["host.the-guardian"]
    assert rows[2:] == [(None, [])] * 3
