"""The OUT folder: same rows, same bytes; readable by strangers; restored and verified; never somebody else's."""

import functools
import hashlib
import json
import os
import random
import stat

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fake_core import RULESET, FakeCleaner

from clean import schema
from clean.errors import SinkError
from clean.job import run as job
from clean.job.plan import Options
from clean.output import folder, write
from clean.output.read import batches, restored
from clean.output.verify import row_findings, verify

DATA = "tests/data/schema.txt"


@pytest.fixture(autouse=True)
def _fake(monkeypatch):
    monkeypatch.setattr(job, "Cleaner", FakeCleaner)


TEXTS = [
    "one\nCUT two\nthree",
    "",
    "CUT all\n",
    "plain",
    "\U0001f600CUT no\nCUT yes 🏴‍☠️\r\nend\0",
    "e\u0301\nCUT x\nCUT y\n z",
]


def make(tmp_path, texts=TEXTS, **more):
    given = tmp_path / "in.jsonl"
    given.write_text(
        "".join(
            json.dumps({"id": i, "text": t, "n": i, "url": f"https://www.A.example/{i}"}) + "\n"
            for i, t in enumerate(texts)
        )
    )
    out = tmp_path / "out"
    return out, job.run(Options((str(given),), str(out), **more))


# --- bytes


def rows(count):
    texts = [f"text {i} " + "x" * (i % 97) for i in range(count)]
    own = {
        c.name: [
            None if c.type.endswith("?") else [] if c.type.startswith("list") else "a" if c.type == "string" else 0
            for _ in texts
        ]
        for c in schema.DATA
    }
    own |= {
        "text": texts,
        "source_record": list(range(count)),
        "over_budget": [False] * count,
        "id": [f"{i:032x}" for i in range(count)],
    }
    own["removed"] = [
        [{"start": 0, "end": 2, "text": "ab", "rule": "r", "version": 1, "category": "ui.ad"}] * (i % 3)
        for i in range(count)
    ]
    target = write.data_schema(pa.schema([pa.field("mine", pa.string())]), write.file_metadata("1", RULESET))
    return pa.Table.from_pydict({**own, "mine": texts}, schema=target)


@pytest.mark.parametrize("limit", [write.GROUP_BYTES, 20_000], ids=["rows", "bytes"])
def test_same_rows_in_three_chunkings_are_the_same_bytes(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(write, "GROUP_BYTES", limit)
    monkeypatch.setattr(write, "GROUP_ROWS", 1000)
    table, made = rows(3500), []
    for size in (1, 777, 3500):
        out = tmp_path / str(size)
        folder.begin(out, [], "1.0")
        with write.part(out, "data/part-00000.parquet", table.schema) as part:
            for batch in table.to_batches(max_chunksize=size):
                part.write(batch)
        made.append((out / "data/part-00000.parquet").read_bytes())
    assert made[0] == made[1] == made[2]
    meta = pq.read_metadata(tmp_path / "1/data/part-00000.parquet")
    groups = [meta.row_group(i).num_rows for i in range(meta.num_row_groups)]
    assert groups == [1000, 1000, 1000, 500] if limit > 20_000 else max(groups) < 500


def test_part_settings(tmp_path):
    out, _ = make(tmp_path)
    file = pq.ParquetFile(out / "data/part-00000.parquet")
    keys = {k.decode(): v.decode() for k, v in file.schema_arrow.metadata.items()}
    assert keys == {
        "clean.schema_version": "1.0",
        "clean.version": job.__version__,
        "clean.ruleset": RULESET,
        "clean.offset_unit": "code point",
    }
    group = file.metadata.row_group(0)
    columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    assert {c.compression for c in columns.values()} == {"ZSTD"}
    assert not columns["text"].is_stats_set
    assert columns["id"].is_stats_set
    assert "RLE_DICTIONARY" in columns["host"].encodings
    assert "RLE_DICTIONARY" in columns["removed.list.element.rule"].encodings
    assert "RLE_DICTIONARY" not in columns["id"].encodings
    assert columns["id"].has_column_index
    assert group.sorting_columns[0].column_index == 1
    assert group.sorting_columns[1].column_index == 2


def described(path):
    """Every field with its type and nullability, and the Parquet column it becomes."""
    file = pq.ParquetFile(path)
    fields = [f"  {field.name}: {field.type}{'' if field.nullable else ' not null'}\n" for field in file.schema_arrow]
    leaves = [file.schema.column(i) for i in range(len(file.schema.names))]
    return "".join(fields + [f"  > {leaf.path} {leaf.physical_type} {leaf.logical_type}\n" for leaf in leaves])


def test_schema_as_written(tmp_path, request):
    out, _ = make(tmp_path)
    made = "".join(f"{kind}/\n{described(out / kind / 'part-00000.parquet')}\n" for kind in ("data", "rejects"))
    path = request.config.rootpath / DATA
    if os.environ.get("CLEAN_REWRITE"):
        path.write_text(made)
    assert made == path.read_text()


# --- strangers


def test_duckdb_restores(tmp_path):
    out, _ = make(tmp_path)
    sql = f"SELECT id, sha256(list_reduce(removed, lambda t, r: t[:r.start] || r.text || t[r.start+1:], text)) = input_sha256 AS ok FROM '{out}/data/*.parquet'"
    found = duckdb.sql(sql).fetchall()
    assert len(found) == len(TEXTS)
    assert all(ok for _, ok in found)
    assert duckdb.sql(f"SELECT count(*) FROM '{out}/rejects/*.parquet'").fetchall() == [(0,)]


def test_polars_restores(tmp_path):
    out, _ = make(tmp_path)
    df = pl.read_parquet(f"{out}/data/*.parquet")

    removed_column = pl.col("removed")

    def step(t, i, c=removed_column):
        r = c.list.get(i, null_on_oob=True)
        s = r.struct.field("start")
        return pl.when(c.list.len() > i).then(t.str.slice(0, s) + r.struct.field("text") + t.str.slice(s)).otherwise(t)

    df = df.with_columns(input=functools.reduce(step, range(df["removed"].list.len().max()), pl.col("text")))
    assert [hashlib.sha256(t.encode()).hexdigest() for t in df["input"]] == df["input_sha256"].to_list()
    assert df["input"].to_list() == TEXTS


# --- restore and verify


def test_restored(tmp_path):
    out, _ = make(tmp_path)
    assert [d.text for d in restored(out)] == TEXTS
    assert all(d.true for d in restored(out))
    one = next(restored(out))
    assert [d.id for d in restored(out, one.id)] == [one.id]


def test_reading_holds_one_row_group(tmp_path, monkeypatch):
    monkeypatch.setattr(write, "GROUP_ROWS", 500)
    dice = random.Random(1)  # what does not compress: held are the bytes as they stand in the file
    out, _ = make(tmp_path, [dice.randbytes(1000).hex() for _ in range(8000)])
    path = out / "data/part-00000.parquet"
    before = pa.total_allocated_bytes()
    held = [pa.total_allocated_bytes() - before for _ in batches(path, rows=100)]
    assert len(held) == 80
    assert max(held) < path.stat().st_size / 3  # of 16 groups


def test_a_true_folder_has_no_findings(tmp_path):
    out, _ = make(tmp_path)
    checked = verify(out, tmp_path)
    assert (checked.rows, checked.rejects, checked.parts, checked.findings) == (len(TEXTS), 0, 2, [])


def test_sources_that_changed_are_found(tmp_path):
    out, _ = make(tmp_path)
    path = tmp_path / "in.jsonl"
    path.write_text(path.read_text().replace("plain", "plane"))
    assert [f.what for f in verify(out, tmp_path).findings] == [
        "in.jsonl record 3 was changed since: source_sha256 differs"
    ]
    path.unlink()
    assert "not there any more" in verify(out, tmp_path).findings[0].what


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        pytest.param(lambda out: (out / "data/part-00000.parquet").unlink(), "is missing", id="deleted"),
        pytest.param(lambda out: cut(out / "data/part-00000.parquet"), "was changed", id="cut"),
        pytest.param(lambda out: flip(out / "data/part-00000.parquet"), "was changed", id="flipped"),
        pytest.param(
            lambda out: (out / "data/part-00007.parquet").write_bytes((out / "data/part-00000.parquet").read_bytes()),
            "does not name it",
            id="one too many",
        ),
    ],
)
def test_damage_is_found(tmp_path, damage, says):
    out, _ = make(tmp_path)
    damage(out)
    checked = verify(out)
    assert checked.count
    assert any(says in finding.what for finding in checked.findings)


def cut(path):
    path.write_bytes(path.read_bytes()[:-10])


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"text": "other"}, "text_sha256", id="text"),
        pytest.param({"removed_chars": 1}, "input_chars - removed_chars", id="lengths"),
        pytest.param(
            {"removed": [{"start": 4, "end": 12, "text": "CUT tw", "rule": "r", "version": 1, "category": "ui.ad"}]},
            "holds 6 characters",
            id="span",
        ),
        pytest.param(
            {
                "removed": [
                    {"start": 4, "end": 12, "text": "CUT two\n", "rule": "r", "version": 1, "category": "ui.ad"}
                ]
                * 2
            },
            "before the end",
            id="overlap",
        ),
        pytest.param({"wire": "Reuters"}, "wire is 'Reuters' and no evidence", id="no evidence"),
        pytest.param({"authors": None}, "null where the schema allows none: authors", id="null list"),
        pytest.param({"ruleset": "0"}, "ruleset is not that", id="rules"),
        pytest.param(
            {"kept": [{"start": 0, "end": 99, "rule": "r", "version": 1, "category": "ui.ad", "reason": "tag"}]},
            "out of bounds",
            id="kept",
        ),
    ],
)
def test_untrue_rows_are_found(tmp_path, change, says):
    out, _ = make(tmp_path)
    row = pq.read_table(out / "data/part-00000.parquet").to_pylist()[0]
    assert list(row_findings(row, RULESET)) == []
    assert any(says in what for what in row_findings({**row, **change}, RULESET))


# --- whose folder it is


def test_a_finished_run_is_not_replaced_unasked(tmp_path):
    out, _ = make(tmp_path)
    before = (out / "run.json").read_bytes()
    with pytest.raises(SinkError, match="--overwrite"):
        make(tmp_path)
    assert (out / "run.json").read_bytes() == before
    make(tmp_path, ["only one"], overwrite=True)
    assert [d.text for d in restored(out)] == ["only one"]


FOREIGN = ["notes.txt", "data/mine.parquet", "data/part-1.parquet", ".hidden", "_state/other", "sub/x"]


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("ours", [True, False], ids=["beside a run of ours", "alone"])
def test_what_is_not_ours_is_never_touched(tmp_path, name, ours):
    out = tmp_path / "out"
    if ours:
        make(tmp_path)
    path = out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    before = sorted(str(p) for p in out.rglob("*"))
    with pytest.raises(SinkError, match="did not write"):
        make(tmp_path, overwrite=True)
    assert path.read_text() == "mine"
    assert sorted(str(p) for p in out.rglob("*")) == before


@pytest.mark.parametrize("name", ["README.md", "croissant.json"])
def test_a_description_the_user_wrote_on_is_the_users(tmp_path, name):
    out, _ = make(tmp_path)
    (out / name).write_text("my notes")
    with pytest.raises(SinkError, match=f"did not write: {name}"):
        make(tmp_path, overwrite=True)
    assert (out / name).read_text() == "my notes"


def test_links_in_out_are_not_followed(tmp_path):
    out, _ = make(tmp_path)
    victim = tmp_path / "victim"
    victim.write_text("safe")
    (out / "data/part-00000.parquet").unlink()
    (out / "data/part-00000.parquet").symlink_to(victim)
    with pytest.raises(SinkError, match="did not write"):
        make(tmp_path, overwrite=True)
    assert victim.read_text() == "safe"


def test_hostile_records_name_nothing_of_ours(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "x").write_text("safe")
    (out / "run.json").write_text(
        json.dumps({"schema_version": "1.0", "generated": [{"path": "../x"}, {"path": "run.json"}, 7]})
    )
    make(tmp_path, overwrite=True)
    assert (tmp_path / "x").read_text() == "safe"


def test_fewer_parts_leave_no_old_ones(tmp_path, monkeypatch):
    monkeypatch.setattr("clean.job.plan.SHARD_BYTES", 1)
    for i in range(3):
        (tmp_path / f"{i}.txt").write_text(f"{i}")
    out = tmp_path / "out"
    given = [str(tmp_path / f"{i}.txt") for i in range(3)]
    job.run(Options(tuple(given), str(out)))
    assert len(list((out / "data").iterdir())) == len(list((out / "rejects").iterdir())) == 3
    job.run(Options((given[0],), str(out), overwrite=True))
    assert [p.name for p in (out / "data").iterdir()] == ["part-00000.parquet"]
    assert verify(out).count == 0


def test_an_interrupted_run_leaves_no_half_file(tmp_path, monkeypatch):
    def dies(self, batch, text="text", url="url"):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FakeCleaner, "clean_counted", dies)
        with pytest.raises(KeyboardInterrupt):
            make(tmp_path)
    out = tmp_path / "out"
    assert not list((out / "data").iterdir())
    assert not (out / "run.json").exists()
    assert [p.name for p in (out / "_state").iterdir()] == ["plan.json"]
    make(tmp_path, overwrite=True)
    assert verify(out).count == 0


@pytest.mark.parametrize("number", range(1, 40))
def test_the_nth_failing_call_leaves_nothing_half_written(tmp_path, monkeypatch, number):
    count = 0
    real = os.fsync

    def failing(handle):
        nonlocal count
        count += 1
        if count == number:
            raise OSError(28, "No space left on device")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        try:
            out, _ = make(tmp_path)
        except SinkError as error:
            assert "No space left" in str(error)
            out = tmp_path / "out"
            assert not (out / "run.json").exists() or count == number
        else:
            assert count < number
            return
    for path in out.glob("*/part-*.parquet"):
        pq.read_table(path)
    make(tmp_path, overwrite=True)
    assert verify(out).count == 0


def test_modes_and_places(tmp_path):
    out, _ = make(tmp_path)
    assert stat.S_IMODE((out / "_state").stat().st_mode) == 0o700
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(SinkError, match="file is a file"):
        folder.check(file / "x/out", overwrite=False)
    with pytest.raises(SinkError, match="is not a folder"):
        folder.check(file, overwrite=True)
