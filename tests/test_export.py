"""`clean export`: what each form holds, read back by strangers; whole or not at all; the same bytes each time."""

import csv
import gzip
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fake_core import FakeCleaner
from test_card import alone, reader

from clean import schema
from clean.errors import SinkError
from clean.job import run as job
from clean.job.plan import Options
from clean.output import export, prov, target
from clean.output.export import ROWS_AT_ONCE, Export, attribute, spans

TEXTS = ["one\nCUT two\nthree", "", "CUT all\n", "=1+1", "\U0001f600CUT no\nCUT yes 🏴‍☠️\r\nend\0", 'a "b", c\n;d']


@pytest.fixture(autouse=True)
def _fake(monkeypatch):
    monkeypatch.setattr(job, "Cleaner", FakeCleaner)


@pytest.fixture
def out(tmp_path):
    """A run of two parts, with columns of the user's."""
    given = tmp_path / "in"
    given.mkdir()
    lines = [
        {"id": i, "text": text, "n": i - 2, "tags": ["=a", "b"][:i], "url": f"https://a.example/{i}"}
        for i, text in enumerate(TEXTS)
    ]
    (given / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines[:4]))
    (given / "b.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines[4:]))
    made = tmp_path / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clean.job.plan.SHARD_BYTES", 1)
        job.run(Options((str(given),), str(made)))
    return made


def packed(path):
    """The lines of a gzipped file of JSON lines."""
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# --- JSON lines


def test_jsonl_holds_every_column_of_every_row(out, clean):
    code, said, err = clean("export", out, "--format", "jsonl")
    assert (code, err) == (0, "")
    made = [json.loads(line) for line in said.split("\n")[:-1]]
    table = pq.read_table(out / "data")
    assert [list(row) for row in made] == [table.column_names] * len(TEXTS)
    assert made == table.to_pylist()  # this run holds no time, byte or decimal: test_plain has those
    assert [row["n"] for row in made] == [-2, -1, 0, 1, 2, 3]


def test_jsonl_is_read_by_strangers(out, clean, tmp_path):
    to = tmp_path / "x.jsonl.gz"
    assert clean("export", out, "--format", "jsonl", "-o", to) == (0, "", f"6 documents exported to {to}\n")
    texts = pq.read_table(out / "data", columns=["text"]).column("text").to_pylist()
    assert [r[0] for r in duckdb.sql(f"SELECT text FROM read_json('{to}')").fetchall()] == texts
    assert pl.read_ndjson(gzip.decompress(to.read_bytes()))["text"].to_list() == texts


# --- CSV


def test_csv_guards_and_quotes(out, clean):
    code, said, err = clean("export", out, "--format", "csv")
    assert (code, err) == (0, "")
    table = pq.read_table(out / "data")
    head, *lines = csv.reader(io.StringIO(said, newline=""))
    assert head == table.column_names
    made = [dict(zip(head, line, strict=True)) for line in lines]
    rows = table.to_pylist()
    assert [line["text"] for line in made] == ["'=1+1" if row["text"] == "=1+1" else row["text"] for row in rows]
    assert [json.loads(line["removed"]) for line in made] == [row["removed"] for row in rows]
    assert [line["tags"] for line in made][:3] == ["[]", '["=a"]', '["=a","b"]']
    assert [line["n"] for line in made] == ["-2", "-1", "0", "1", "2", "3"]  # a number is no formula


def test_csv_tells_nothing_from_empty(out, clean):
    said = clean("export", out, "--format", "csv")[1]
    lines = said.split("\n")
    at = next(i for i, line in enumerate(lines) if "a.example/1" in line)  # the document whose text is empty
    assert ',"",0,0,' in lines[at]  # text: there, and empty
    assert '"[]",,,,,,,,"[]"' in lines[at]  # dateline to original_url: not stated, between two empty lists


def test_csv_is_read_by_strangers(out, clean, tmp_path):
    to = tmp_path / "x.csv"
    assert clean("export", out, "--format", "csv", "-o", to)[0] == 0
    texts = ["'=1+1" if t == "=1+1" else t for t in pq.read_table(out / "data").column("text").to_pylist()]
    found = duckdb.sql(f"SELECT text, removed::JSON FROM read_csv('{to}', all_varchar=true, allow_quoted_nulls=false)")
    assert [row[0] for row in found.fetchall()] == texts
    assert pl.read_csv(to, infer_schema=False)["text"].to_list() == texts


# --- Dolma


def test_dolma_documents_are_the_inputs_and_attributes_stand_line_by_line(out, clean, tmp_path):
    to = tmp_path / "dolma"
    assert clean("export", out, "--format", "dolma", "-o", to) == (0, "", f"6 documents exported to {to}\n")
    assert files(to) == [
        f"{kind}/part-0000{n}.jsonl.gz" for kind in ("attributes/newsclean", "documents") for n in (0, 1)
    ]
    rows = pq.read_table(out / "data").to_pylist()
    documents = [d for n in (0, 1) for d in packed(to / f"documents/part-0000{n}.jsonl.gz")]
    attributes = [a for n in (0, 1) for a in packed(to / f"attributes/newsclean/part-0000{n}.jsonl.gz")]
    assert [d["text"] for d in documents] == TEXTS
    assert [(d["id"], d["source"]) for d in documents] == [(row["id"], "in") for row in rows]
    assert [(a["id"], a["source"]) for a in attributes] == [(row["id"], "in") for row in rows]
    assert {tuple(d) for d in documents} == {("id", "text", "source", "metadata")}  # added and created: not stated here
    metadata = documents[0]["metadata"]
    assert list(metadata) == [
        "source_path", "source_record", "record_id", "url", "host", *schema.PROVENANCE, "n", "tags",
    ]  # fmt: skip
    assert (metadata["record_id"], metadata["url"], metadata["n"]) == ("0", "https://a.example/0", -2)
    assert [a["attributes"] for a in attributes] == [
        {"newsclean__removed__promo_app": [[4, 12, 1.0]]},
        {},
        {"newsclean__removed__promo_app": [[0, 8, 1.0]]},
        {},
        {"newsclean__removed__promo_app": [[8, 22, 1.0]]},
        {},
    ]
    for document, item, row in zip(documents, attributes, rows, strict=True):
        text = document["text"]
        for start, end, _ in reversed(item["attributes"].get("newsclean__removed__promo_app", [])):
            text = text[:start] + text[end:]
        assert text == row["text"]


def test_dolma_takes_a_name_and_times(out, tmp_path):
    path = out / "data/part-00000.parquet"
    table = pq.read_table(path)
    for name, value in (("retrieved_at", 0), ("published_at", 1_000_000)):
        column = pa.array([value] * table.num_rows, pa.timestamp("us", "UTC"))
        table = table.set_column(table.column_names.index(name), table.schema.field(name), column)
    pq.write_table(table, path)
    agree(out)
    Export(out).dolma(tmp_path / "to", "my news")
    document = packed(tmp_path / "to/documents/part-00000.jsonl.gz")[0]
    assert list(document) == ["id", "text", "source", "added", "created", "metadata"]
    assert (document["source"], document["added"]) == ("my news", "1970-01-01T00:00:00Z")
    assert document["created"] == document["metadata"]["published_at"] == "1970-01-01T00:00:01Z"


def span(start, end, category="byline.bio", reason="tag"):
    return {"start": start, "end": end, "category": category, "reason": reason}


SPANS = [
    pytest.param([], [], {}, id="none"),
    pytest.param(
        [span(5, 9, "ui.ad"), span(0, 2, "ui.ad")],
        [],
        {"newsclean__removed__ui_ad": [[0, 2, 1.0], [5, 9, 1.0]]},
        id="by start",
    ),
    pytest.param(
        [],
        [span(0, 4), span(2, 9), span(9, 10), span(0, 4)],
        {"newsclean__kept_tag__byline_bio": [[0, 9, 1.0], [9, 10, 1.0]]},
        id="those that overlap are united, those that touch are not",
    ),
    pytest.param(
        [span(0, 4, "ui.ad")],
        [span(0, 4, "ui.ad", "unless"), span(0, 4, "ui.nav", "zone"), span(0, 4)],
        {
            "newsclean__kept_tag__byline_bio": [[0, 4, 1.0]],
            "newsclean__kept_unless__ui_ad": [[0, 4, 1.0]],
            "newsclean__kept_zone__ui_nav": [[0, 4, 1.0]],
            "newsclean__removed__ui_ad": [[0, 4, 1.0]],
        },
        id="category and reason apart",
    ),
]


@pytest.mark.parametrize(("removed", "kept", "want"), SPANS)
def test_spans(removed, kept, want):
    assert spans({"removed": removed, "kept": kept}) == want


def test_every_category_has_an_attribute_of_its_own():
    assert len({attribute(category) for category in schema.CATEGORIES}) == len(schema.CATEGORIES)
    assert all(attribute(category).replace("_", "").isalnum() for category in schema.CATEGORIES)


# --- PROV


def test_prov_says_what_run_json_says(out, clean, tmp_path):
    code, said, err = clean("export", out, "--format", "prov")
    assert (code, err) == (0, "")
    record, run = json.loads(said), json.loads((out / "run.json").read_text())
    (activity,) = record["activity"]
    assert activity == f"newsclean:run/{run['run']['id']}"
    assert record["activity"][activity]["prov:startTime"] == run["run"]["started_at"]
    made = [record["entity"][item["prov:entity"]] for item in record["wasGeneratedBy"].values()]
    assert [item["prov:location"] for item in made] == [item["path"] for item in run["generated"]]
    assert {item["newsclean:sha256"] for item in made} == {item["sha256"] for item in run["generated"]}
    assert clean("export", out, "--format", "prov", "-o", tmp_path / "p.json")[0] == 0
    assert (tmp_path / "p.json").read_text() == said


def test_prov_of_a_run_json_that_lacks_parts():
    record = prov.render({"schema_version": "1.0", "generated": [7, {"path": "data/x"}]})
    assert len(record["wasGeneratedBy"]) == 1


@pytest.mark.slow
def test_the_prov_library_reads_it_and_gives_it_back(out, clean, tmp_path):
    reader("prov")
    assert clean("export", out, "--format", "prov", "-o", tmp_path / "p.json")[0] == 0
    code = (
        "import prov.model, sys\n"
        "one = prov.model.ProvDocument.deserialize(sys.argv[1], format='json')\n"
        "two = prov.model.ProvDocument.deserialize(content=one.serialize(format='json'), format='json')\n"
        "print(one == two, len(one.get_records()))\n"
    )
    run = json.loads((out / "run.json").read_text())
    count = 3 * len(run["generated"]) + 6  # a file is an entity, made and derived; inputs, plan, run, tool, used, by
    assert alone(code, tmp_path / "p.json").stdout == f"True {count}\n"


# --- the same bytes, in bounded memory


@pytest.mark.parametrize("form", ["jsonl", "csv", "dolma"])
def test_the_same_out_gives_the_same_bytes(out, tmp_path, form, monkeypatch):
    made = []
    for number, size in enumerate((ROWS_AT_ONCE, 1)):
        monkeypatch.setattr(export, "ROWS_AT_ONCE", size)
        to = tmp_path / str(number)
        if form == "dolma":
            Export(out).dolma(to)
            made.append([(name, (to / name).read_bytes()) for name in files(to)])
        else:
            with target.new_file(to.with_suffix(".gz"), out) as file:
                getattr(Export(out), form)(file)
            made.append([to.with_suffix(".gz").read_bytes()])
    assert made[0] == made[1]


@pytest.mark.parametrize("form", ["jsonl", "csv", "dolma"])
def test_memory_does_not_grow_with_rows(tmp_path, form):
    peaks = []
    for number in (1000, 8000):
        given = tmp_path / f"{number}.jsonl"
        given.write_text("".join(json.dumps({"text": f"CUT {i}\n" + "word " * 200}) + "\n" for i in range(number)))
        out = tmp_path / f"out{number}"
        job.run(Options((str(given),), str(out)))
        made = Export(out)
        tracemalloc.start()
        before = pa.total_allocated_bytes()
        if form == "dolma":
            made.dolma(tmp_path / f"to{number}")
        else:
            with Path(os.devnull).open("wb") as sink:
                getattr(made, form)(sink)
        peaks.append(tracemalloc.get_traced_memory()[1] + max(0, pa.total_allocated_bytes() - before))
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + 1_000_000, peaks


# --- what is refused

BAD = [
    pytest.param(["{dir}/gone", "--format", "csv"], "no such folder", id="no OUT"),
    pytest.param(["{dir}", "--format", "csv"], "holds no run.json", id="OUT is no run"),
    pytest.param(["{dir}", "--format", "prov"], "holds no run.json", id="no run, prov"),
    pytest.param(["{out}", "--format", "xml"], "'xml' is not one of", id="unknown format"),
    pytest.param(["{out}"], "Missing option '--format'", id="no format"),
    pytest.param(["{out}", "--format", "dolma"], "name a new or empty one with -o", id="dolma to standard output"),
    pytest.param(["{out}", "--format", "csv", "--source", "x"], "--source is for --format dolma", id="source"),
    pytest.param(["{out}", "--format", "csv", "-o", "{dir}/old"], "is there already; nothing is replaced", id="file there"),
    pytest.param(["{out}", "--format", "csv", "-o", "{dir}"], "is there already", id="a folder where a file goes"),
    pytest.param(["{out}", "--format", "csv", "-o", "{dir}/link"], "is there already", id="a link to nothing"),
    pytest.param(["{out}", "--format", "dolma", "-o", "{dir}"], "the folder is not empty", id="folder not empty"),
    pytest.param(["{out}", "--format", "dolma", "-o", "{dir}/old"], "is there already", id="a file where a folder goes"),
    pytest.param(["{out}", "--format", "csv", "-o", "{out}/x.csv"], "lies in the output folder", id="into OUT"),
    pytest.param(["{out}", "--format", "dolma", "-o", "{out}"], "lies in the output folder", id="onto OUT"),
    pytest.param(["{out}", "--format", "jsonl", "-o", "{dir}/no/x"], "does not exist", id="no folder to stand in"),
]  # fmt: skip


@pytest.mark.parametrize(("argv", "says"), BAD)
def test_refused(out, clean, tmp_path, argv, says):
    there = tmp_path / "there"
    there.mkdir()
    (there / "old").write_text("mine")
    (there / "link").symlink_to(there / "nothing")
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    code, said, err = clean("export", *(word.format(out=out, dir=there) for word in argv))
    assert (code, said) == (2, "")
    assert says in err
    assert "help: " in err
    assert "Traceback" not in err
    assert (there / "old").read_text() == "mine"
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def agree(out, **more):
    """run.json made to agree with the sizes of the parts."""
    run = json.loads((out / "run.json").read_text())
    for item in run["generated"]:
        item["bytes"] = (out / item["path"]).stat().st_size if (out / item["path"]).exists() else item["bytes"]
    (out / "run.json").write_text(json.dumps({**run, **more}))


def cut(out):
    path = out / "data/part-00001.parquet"
    path.write_bytes(path.read_bytes()[:-10])


def flip(out):
    path = out / "data/part-00001.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 8] ^= 1
    path.write_bytes(bytes(data))


def rewritten(change):
    def write(out):
        path = out / "data/part-00001.parquet"
        pq.write_table(change(pq.read_table(path)), path)

    return write


def untrue(table):
    return table.set_column(11, table.schema.field("text"), pa.array(["other"] * table.num_rows))


DAMAGE = [
    pytest.param(lambda out: (out / "data/part-00001.parquet").unlink(), "is missing; run.json names it", id="missing"),
    pytest.param(cut, "is damaged", id="cut"),
    pytest.param(flip, "is damaged", id="flipped"),
    pytest.param(rewritten(lambda t: t.drop_columns(["kept"])), "has no column kept", id="a column less"),
    pytest.param(
        rewritten(lambda t: t.drop_columns(["n"])), "holds other columns than the first part", id="other columns"
    ),
]


@pytest.mark.parametrize(("damage", "says"), DAMAGE)
def test_a_damaged_part_leaves_nothing(out, clean, tmp_path, damage, says):
    damage(out)
    agree(out)
    there = tmp_path / "there"
    there.mkdir()
    for form in ("jsonl", "csv", "dolma"):
        code, said, err = clean("export", out, "--format", form, "-o", there / "to")
        assert (code, said) == (2, "")
        assert says in err
        assert "data/part-00001.parquet" in err
        assert list(there.iterdir()) == []


def test_a_part_of_another_size_is_told_before_it_is_read(out, clean):
    cut(out)
    code, said, err = clean("export", out, "--format", "jsonl")
    assert (code, said) == (2, "")
    assert "was changed: its size is not that of run.json" in err


def test_dolma_never_writes_an_untrue_text(out, clean, tmp_path):
    rewritten(untrue)(out)
    agree(out)
    to = tmp_path / "to"
    to.mkdir()
    code, _, err = clean("export", out, "--format", "dolma", "-o", to)
    assert code == 2
    assert "the row does not give its input back" in err
    assert list(to.iterdir()) == []


def test_parts_are_those_of_run_json_and_of_no_other_folder(out):
    extra = out / "data/part-00007.parquet"
    extra.write_bytes((out / "data/part-00000.parquet").read_bytes())
    agree(out, generated=[{"path": "../data/part-00000.parquet"}, {"path": "/etc/passwd"}, 7])
    assert Export(out).parts == []
    assert Export(out).schema.names == [column.name for column in schema.DATA]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_failing_disk_leaves_nothing(out, tmp_path, monkeypatch, number):
    there = tmp_path / "there"
    there.mkdir()
    count, real = 0, os.fsync

    def failing(handle):
        nonlocal count
        count += 1
        if count == number:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(SinkError, match="No space left on device"), target.new_folder(there / "to", out) as folder:
        Export(out).dolma(folder)
    assert list(there.iterdir()) == []


def test_a_file_that_appears_meanwhile_stays(out, tmp_path):
    to = tmp_path / "x.csv"
    with pytest.raises(SinkError, match="is there already"), target.new_file(to, out) as file:
        Export(out).csv(file)
        to.write_text("mine")
    assert to.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


# --- as a process of its own


@pytest.fixture
def large(tmp_path):
    given = tmp_path / "large.jsonl"
    given.write_text("".join(json.dumps({"text": f"CUT {i}\n" + "word " * 400}) + "\n" for i in range(4000)))
    job.run(Options((str(given),), str(tmp_path / "large")))
    return tmp_path / "large"


@pytest.mark.parametrize("form", ["jsonl", "csv", "prov"])
def test_a_closed_pipe_is_no_error(large, form):
    child = subprocess.Popen(
        [sys.executable, "-m", "clean", "export", str(large), "--format", form],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    child.stdout.read(10)
    child.stdout.close()
    said = child.stderr.read()
    child.stderr.close()
    assert (child.wait(60), said) == (0, b"")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(large, tmp_path, sent, code):
    there = tmp_path / "there"
    there.mkdir()
    child = subprocess.Popen(
        [sys.executable, "-m", "clean", "export", str(large), "--format", "dolma", "-o", str(there / "to")],
        stderr=subprocess.PIPE,
    )
    end = time.monotonic() + 30
    while not list(there.glob(".to.tmp-*/documents/*")) and time.monotonic() < end:
        time.sleep(0.01)
    child.send_signal(sent)
    said = child.stderr.read().decode()
    child.stderr.close()
    assert child.wait(30) == code
    assert "Traceback" not in said
    assert list(there.iterdir()) == []


def test_digests_of_dolma_texts_are_those_of_the_run(out, tmp_path):
    Export(out).dolma(tmp_path / "to")
    wanted = pq.read_table(out / "data").column("input_sha256").to_pylist()
    documents = [d for path in sorted((tmp_path / "to/documents").iterdir()) for d in packed(path)]
    assert [hashlib.sha256(d["text"].encode()).hexdigest() for d in documents] == wanted
