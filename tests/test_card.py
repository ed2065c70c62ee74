"""The dataset card and croissant.json: what they say, that they say the same of the same run, that verify knows them."""

import json
import os
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fake_core import RULESET, FakeCleaner

from clean import schema
from clean.job import run as job
from clean.job.counts import Counts
from clean.job.plan import Options
from clean.output import card, croissant
from clean.output.about import About, language_of, one_license, run_name
from clean.output.verify import verify

ABOUT = About("seeds", 3, 2, 1, RULESET)


@pytest.fixture(autouse=True)
def _fake(monkeypatch):
    monkeypatch.setattr(job, "Cleaner", FakeCleaner)


def make(tmp_path, lines=({"text": "one\nCUT two\n", "n": 1},), out="out", **more):
    given = tmp_path / "in.jsonl"
    given.write_text("".join(json.dumps(line) + "\n" for line in lines))
    job.run(Options((str(given),), str(tmp_path / out), **more))
    return tmp_path / out


def head(text):
    """The lines of the YAML head."""
    return text.split("---\n")[1].splitlines()


# --- the card

CARDS = [
    pytest.param(ABOUT, ["license: other"], id="rows differ or state none"),
    pytest.param(About("s", 2, 2, 0, RULESET, license="CC-BY-4.0"), ["license: cc-by-4.0"], id="the Hub's own id"),
    pytest.param(
        About("s", 2, 2, 0, RULESET, license="CC-BY-NC-ND-2.5"),
        [
            "license: other",
            'license_name: "cc-by-nc-nd-2.5"',
            'license_link: "https://spdx.org/licenses/CC-BY-NC-ND-2.5.html"',
        ],
        id="an id the Hub has no name for",
    ),
]


@pytest.mark.parametrize(("about", "says"), CARDS)
def test_the_licence_of_the_card(about, says):
    assert [line for line in head(card.render(about)) if line.startswith("license")] == says


def test_the_head_of_the_card():
    text = card.render(About("seeds", 3, 2, 1, RULESET, languages=("en", "no")))
    assert head(text) == [
        "configs:",
        "- config_name: default",
        "  data_files:",
        "  - split: train",
        "    path: data/*.parquet",
        "- config_name: rejects",
        "  data_files:",
        "  - split: train",
        "    path: rejects/*.parquet",
        "license: other",
        "language:",
        '- "en"',
        '- "no"',  # bare, YAML reads it as false
        "tags:",
        "- news",
        "- newsclean",
        "- provenance",
    ]
    without = card.render(About("seeds", 2, 2, 0, RULESET))
    assert "path: rejects/*.parquet" not in without  # `datasets` cannot load a split without rows
    assert "language:" not in without


def test_names_from_outside_do_no_harm():
    assert card.escape("a|b`[<\n#") == r"a\|b\`\[\< \#"
    text = card.render(About("x\n---\n<b>", 0, 0, 0, RULESET))
    assert text.count("\n---\n") == 1
    assert "<b>" not in text


ONE = [
    pytest.param({"CC-BY-4.0": 2}, "CC-BY-4.0", id="all rows"),
    pytest.param({"CC-BY-4.0": 2, None: 1}, None, id="one row states none"),
    pytest.param({"CC-BY-4.0": 2, "CC0-1.0": 1}, None, id="two"),
    pytest.param({None: 3}, None, id="none at all"),
    pytest.param({}, None, id="no rows"),
]


@pytest.mark.parametrize(("counted", "says"), ONE)
def test_one_license(counted, says):
    assert one_license(counted) == says


@pytest.mark.parametrize(
    ("tag", "says"),
    [("en", "en"), ("EN-us", "en"), ("zh-Hant-TW", "zh"), ("no", "no"), ("gsw", "gsw"), ("", None), ("English", None), ("e n", None)],
)  # fmt: skip
def test_language_of(tag, says):
    assert language_of(tag) == says


def test_run_name():
    assert run_name(["seeds"]) == "seeds"
    assert run_name("abcde") == "a, b, c and 2 more"
    assert run_name([]) == ""


def test_what_a_run_counts_for_its_card():
    rows = {"removed_chars": [0, 0, 0], "over_budget": [False] * 3, "removed": [[]] * 3}
    table = schema.arrow_schema(tuple(schema.BY_NAME[name] for name in (*rows, "language", "license")))
    batch = pa.RecordBatch.from_pydict(
        {**rows, "language": ["en-US", "en", "??"], "license": ["CC-BY-4.0", None, None]}, schema=table
    )
    counts, total = Counts(), Counts()
    counts.add_batch(batch)
    total.add(counts)
    total.add(counts)
    assert (total.languages, total.licenses) == ({"en": 4}, {"CC-BY-4.0": 2, None: 4})


# --- Croissant


def test_every_column_is_a_field_with_its_standard_term(tmp_path):
    out = make(tmp_path)
    record = json.loads((out / "croissant.json").read_text())
    documents, rejects = record["recordSet"]
    fields = {field["name"]: field for field in documents["field"]}
    assert list(fields) == [*(c.name for c in schema.DATA), "n"]
    assert [field["name"] for field in rejects["field"]] == [c.name for c in schema.REJECTS]
    assert fields["text"]["equivalentProperty"] == "https://schema.org/articleBody"
    assert fields["copyright_notice"]["equivalentProperty"] == [
        "https://schema.org/copyrightNotice",
        "http://purl.org/dc/elements/1.1/rights",
    ]
    assert "equivalentProperty" not in fields["ruleset"]  # prov:Plan is a class
    named = {c.name for c in schema.DATA if croissant.properties(c.term)}
    assert {name for name, field in fields.items() if "equivalentProperty" in field} == named
    assert fields["copyright_year"]["dataType"] == "sc:Integer"
    assert fields["authors"]["repeated"] is True
    assert [sub["name"] for sub in fields["removed"]["subField"]] == [name for name, _ in schema.REMOVED_STRUCT]
    assert fields["removed"]["subField"][0]["source"] == {
        "fileSet": {"@id": "documents-parts"},
        "extract": {"column": "removed"},
        "transform": {"jsonPath": "$.start"},
    }


def test_every_file_has_its_digest(tmp_path):
    out = make(tmp_path)
    record = json.loads((out / "croissant.json").read_text())
    run = json.loads((out / "run.json").read_text())
    files = {item["@id"]: item for item in record["distribution"] if item["@type"] == "cr:FileObject"}
    assert list(files) == ["data/part-00000.parquet", "rejects/part-00000.parquet", "README.md"]
    for item in run["generated"][:-1]:
        assert (files[item["path"]]["sha256"], files[item["path"]]["contentSize"]) == (
            item["sha256"],
            f"{item['bytes']} B",
        )
    assert run["generated"][-1]["path"] == "croissant.json"


def test_it_says_nothing_of_clock_machine_or_publisher(tmp_path):
    one, two = make(tmp_path, out="one"), make(tmp_path, out="two")
    for name in ("croissant.json", "README.md"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    record = json.loads((one / "croissant.json").read_text())
    assert not {"datePublished", "dateCreated", "creator", "publisher"} & set(record)
    assert (record["name"], record["url"], record["version"]) == ("Cleaned news text: in.jsonl", "README.md", "1.0.0")
    assert record["license"] == "Each text keeps its own: columns license, usage_terms, rights_url."
    stated = json.loads(croissant.render(About("s", 1, 1, 0, RULESET, ("de",), "CC0-1.0"), [], pa.schema([])))
    assert (stated["license"], stated["inLanguage"]) == ("https://spdx.org/licenses/CC0-1.0.html", ["de"])


TYPES = [
    pytest.param(pa.string(), "sc:Text", False, id="text"),
    pytest.param(pa.dictionary(pa.int8(), pa.large_string()), "sc:Text", False, id="dictionary"),
    pytest.param(pa.int8(), "sc:Integer", False, id="integer"),
    pytest.param(pa.decimal128(9, 2), "sc:Float", False, id="decimal"),
    pytest.param(pa.timestamp("ns"), "sc:DateTime", False, id="time"),
    pytest.param(pa.list_(pa.bool_()), "sc:Boolean", True, id="list"),
    pytest.param(pa.large_list(pa.dictionary(pa.int8(), pa.string())), "sc:Text", True, id="list of dictionary"),
]


@pytest.mark.parametrize(("arrow", "kind", "repeated"), TYPES)
def test_types_of_user_columns(arrow, kind, repeated):
    made = json.loads(croissant.render(ABOUT, [], pa.schema([pa.field("a b/c", arrow)])))
    field = made["recordSet"][0]["field"][-1]
    assert (field["name"], field["@id"], field["dataType"]) == ("a b/c", "documents/a%20b%2Fc", kind)
    assert field.get("repeated", False) is repeated
    assert field["description"] == "a column of the input, as it was"


@pytest.mark.parametrize(
    "arrow",
    [
        pa.binary(),
        pa.map_(pa.string(), pa.string()),
        pa.struct([]),
        pa.list_(pa.struct([("a", pa.struct([("b", pa.int8())]))])),
        pa.duration("s"),
    ],
    ids=str,
)
def test_columns_without_a_croissant_form_are_left_out(arrow):
    made = json.loads(croissant.render(ABOUT, [], pa.schema([pa.field("x", arrow)])))
    assert [field["name"] for field in made["recordSet"][0]["field"]] == [c.name for c in schema.DATA]


# --- verify


def rewrite(out, change):
    """croissant.json changed, and run.json made to agree with the bytes of it."""
    path = out / "croissant.json"
    record = json.loads(path.read_text())
    change(record)
    path.write_text(json.dumps(record))
    run = json.loads((out / "run.json").read_text())
    digest, size = job.folder.sha256(path)
    run["generated"][-1] |= {"sha256": digest, "bytes": size}
    (out / "run.json").write_text(json.dumps(run))


CHANGES = [
    pytest.param(lambda r: r["distribution"].pop(0), "does not describe data/part-00000.parquet", id="a file less"),
    pytest.param(
        lambda r: r["distribution"][0].update({"@id": "data/part-00009.parquet"}),
        "describes data/part-00009.parquet, which run.json does not name",
        id="a file of nobody",
    ),
    pytest.param(
        lambda r: r["distribution"][0].update(sha256="0" * 64),
        "gives another digest or size for data/part-00000.parquet than run.json",
        id="digest",
    ),
    pytest.param(
        lambda r: r["recordSet"][0]["field"].pop(),
        "describes other columns than the parts hold: n",
        id="a column less",
    ),
    pytest.param(
        lambda r: r["recordSet"][0]["field"].reverse(),
        "describes other columns than the parts hold: in another order",
        id="order",
    ),
    pytest.param(lambda r: r.pop("recordSet"), "is not the Croissant record this tool writes (KeyError)", id="shape"),
]


@pytest.mark.parametrize(("change", "says"), CHANGES)
def test_verify_holds_it_against_run_json_and_columns(tmp_path, change, says):
    out = make(tmp_path)
    assert verify(out).count == 0
    rewrite(out, change)
    assert says in [finding.what for finding in verify(out).findings if finding.where == "croissant.json"]


def test_verify_finds_it_changed_missing_or_unnamed(tmp_path):
    out = make(tmp_path)
    path = out / "croissant.json"
    held = path.read_bytes()
    path.write_bytes(held + b" ")
    (finding,) = verify(out).findings
    assert finding.where == "croissant.json"
    assert finding.what.startswith("was changed: ")
    path.unlink()
    assert [(f.where, f.what) for f in verify(out).findings] == [("croissant.json", "is missing; run.json names it")]
    run = json.loads((out / "run.json").read_text())
    run["generated"].pop()
    (out / "run.json").write_text(json.dumps(run))
    assert verify(out).count == 0  # the output of an earlier version
    path.write_bytes(held)
    assert [f.what for f in verify(out).findings] == ["run.json does not name it"]


# --- the readers they are written for (slow: `make test-all` installs them)


def reader(name):
    """A reader's package. `make test-all` installs it and forbids to go without."""
    if os.environ.get("CLEAN_FORMAT_READERS") == "required":
        return __import__(name)
    return pytest.importorskip(name, reason=f"{name} is not installed; make test-all installs and runs it")


def several(tmp_path):
    """A run of three parts, one of them without rows, with rejects and with columns of the user's of many types."""
    (tmp_path / "in").mkdir()
    table = pa.table({
        "text": ["one\nCUT two\n", "plain"], "language": ["no", "en-US"], "n": pa.array([1, None], pa.int32()),
        "tags": [["a", "b"], []], "where": [{"lat": 1.5}, {"lat": None}], "blob": [b"\0", b"\xff"],
        "at": pa.array([0, 1], pa.timestamp("us", "UTC")),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "in/a.parquet")
    pq.write_table(table.slice(0, 0), tmp_path / "in/b.parquet")
    (tmp_path / "in/c.jsonl").write_text('{"text": "three"}\n{"text": null}\n')
    job.run(Options((str(tmp_path / "in"),), str(tmp_path / "out")))
    return tmp_path / "out"


@pytest.mark.slow
def test_datasets_loads_it(tmp_path, monkeypatch):
    monkeypatch.setattr("clean.job.plan.SHARD_BYTES", 1)
    reader("datasets")
    out = several(tmp_path)
    code = (
        "import datasets, sys\n"
        "out, cache = sys.argv[1:]\n"
        "rows = datasets.load_dataset(out, cache_dir=cache)['train']\n"
        "rejects = datasets.load_dataset(out, 'rejects', cache_dir=cache)['train']\n"
        "stream = datasets.load_dataset(out, streaming=True)['train']\n"
        "print([r['text'] for r in rows], [r['reason'] for r in rejects], [r['n'] for r in stream])\n"
    )
    done = alone(code, out, tmp_path / "cache")
    assert done.stdout.splitlines()[-1] == "['one\\n', 'plain', 'three'] ['text_null'] [1, None, None]"


@pytest.mark.slow
def test_mlcroissant_validates_and_reads_it(tmp_path, monkeypatch):
    monkeypatch.setattr("clean.job.plan.SHARD_BYTES", 1)
    reader("mlcroissant")
    out = several(tmp_path)
    code = (
        "import mlcroissant, sys, json\n"
        "found = mlcroissant.Dataset(jsonld=sys.argv[1])\n"
        "issues = found.metadata.ctx.issues\n"
        "rows = list(found.records('documents'))\n"
        "print(json.dumps([sorted(issues.errors), sorted(w.partition('] ')[2] for w in issues.warnings),\n"
        "  [r['documents/text'].decode() for r in rows], rows[0]['documents/removed'][0]['documents/removed/text'].decode(),\n"
        "  [r['rejects/reason'].decode() for r in found.records('rejects')]]))\n"
    )
    done = alone(code, out / "croissant.json")
    assert json.loads(done.stdout.splitlines()[-1]) == [
        [],
        [  # what a publisher adds
            'Property "http://mlcommons.org/croissant/citeAs" is recommended, but does not exist.',
            'Property "https://schema.org/datePublished" is recommended, but does not exist.',
        ],
        ["one\n", "plain", "three"],
        "CUT two\n",
        ["text_null"],
    ]


@pytest.mark.slow
def test_the_hub_library_reads_the_card(tmp_path):
    hub = reader("huggingface_hub")
    out = several(tmp_path)
    data = hub.DatasetCard.load(out / "README.md").data
    assert (data.license, data.tags) == ("other", ["news", "newsclean", "provenance"])
    assert [config["config_name"] for config in data.to_dict()["configs"]] == ["default", "rejects"]


def alone(code, *argv):
    """A reader in a process of its own, without a network: its warnings are not ours."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, argv)], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done
