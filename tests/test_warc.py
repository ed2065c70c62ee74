"""WARC: every record is a document, skipped by kind, or a reject that says from where; the good ones around damage stay."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import hashlib
import io
import re
import zlib
from collections import Counter

import brotli
import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import load, put

from clean.sources import pages, warc, warc_frames
from clean.sources.batches import Document
from clean.sources.packing import zstd

PAGE = b"<!doctype html><html><body><p>The ferry to Skarholm runs again.</p></body></html>"
END = b"\r\n\r\n"


def record(
    block, kind="response", content_type="application/http; msgtype=response", version="1.0", length=None, **fields
):
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{hashlib.md5(block).hexdigest()}>",
        "WARC-Date": "2024-03-01T06:07:08Z",
        "WARC-Target-URI": "https://news.example/a",
        "Content-Type": content_type,
        **{name.replace("_", "-"): value for name, value in fields.items()},
        "Content-Length": len(block) if length is None else length,
    }
    lines = [f"WARC/{version}", *(f"{name}: {value}" for name, value in head.items() if value is not None)]
    return "\r\n".join(lines).encode() + END + block + END


def http(body, status="200 OK", **fields):
    fields = {"Content-Type": "text/html; charset=UTF-8", **{k.replace("_", "-"): v for k, v in fields.items()}}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items() if value)]
    return "\r\n".join(lines).encode() + END + body


def page(number, **fields):
    return record(http(PAGE.replace(b"Skarholm", b"Skarholm %d" % number)), **fields)


def gz(*records):
    return b"".join(gzip.compress(one, mtime=0) for one in records)


@pytest.fixture(autouse=True)
def _pages(monkeypatch):
    """HTML is another reader's: here a page is its bytes without tags."""

    def read(found):
        text = re.sub(rb"<[^>]*>", b"", found.raw).decode("utf-8", "replace")
        return Document(
            text, found.record, found.offset, found.sha256, "utf-8", found.key, found.url, found.retrieved_at
        )

    monkeypatch.setattr(pages, "read", read)


def test_row(tmp_path):
    raw = gz(record(b"software: x\r\n", "warcinfo", "application/warc-fields"), page(1))
    rows, rejects, _ = load(put(tmp_path / "a.warc.gz", raw))
    assert not rejects
    (row,) = rows
    assert row["text"] == "The ferry to Skarholm 1 runs again."
    assert (row["source_record"], row["url"]) == (1, "https://news.example/a")
    assert row["record_id"].startswith("<urn:uuid:")
    assert row["retrieved_at"] == dt.datetime(2024, 3, 1, 6, 7, 8, tzinfo=dt.UTC)
    assert row["source_sha256"] == hashlib.sha256(PAGE.replace(b"Skarholm", b"Skarholm 1")).hexdigest()
    # The offset is the place in the file, as an index of a crawl has it.
    assert zlib.decompressobj(31).decompress(raw[row["source_offset"] :]) == page(1)


@pytest.mark.parametrize(
    ("name", "pack", "offsets"),
    [
        ("a.warc", b"".join, [0, len(page(0)), 2 * len(page(0))]),
        ("a.warc.gz", lambda records: gz(*records), [0, len(gz(page(0))), len(gz(page(0), page(1)))]),
        ("a.warc.gz", lambda records: gzip.compress(b"".join(records)), [0, None, None]),
        ("a.warc.zst", lambda records: b"".join(map(zstd.compress, records)), [0, None, None]),
    ],
    ids=["plain", "a member each", "one member", "zstd"],
)
def test_where_records_lie(tmp_path, name, pack, offsets):
    rows, rejects, _ = load(put(tmp_path / name, pack([page(number) for number in range(3)])))
    assert not rejects
    assert [row["text"][13:23] for row in rows] == ["Skarholm 0", "Skarholm 1", "Skarholm 2"]
    assert [row["source_offset"] for row in rows] == offsets


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        pytest.param(record(b"GET / HTTP/1.1\r\n\r\n", "request", "application/http; msgtype=request"), "WARC request", id="request"),
        pytest.param(record(b"a: b\r\n", "metadata", "application/warc-fields"), "WARC metadata", id="metadata"),
        pytest.param(record(http(b""), "revisit"), "WARC revisit", id="revisit"),
        pytest.param(record(http(b"\x89PNG", Content_Type="image/png")), "WARC response image/png", id="image"),
        pytest.param(record(http(b"User-agent: *", Content_Type="text/plain")), "WARC response text/plain", id="robots.txt"),
        pytest.param(record(http(b"gone", "404 Not Found")), "HTTP 404", id="status 404"),
        pytest.param(record(http(b"", "301 Moved Permanently", Location="/x")), "HTTP 301", id="status 301"),
        pytest.param(record(http(b"\0\1\2", Content_Type="")), "WARC response without a type", id="no type, no page"),
    ],
)  # fmt: skip
def test_skipped_and_counted(tmp_path, one, kind):
    skipped = Counter()
    rows, rejects, _ = load(put(tmp_path / "a.warc.gz", gz(one, page(1))), skipped=skipped)
    assert [row["source_record"] for row in rows] == [1]
    assert not rejects
    assert skipped == {kind: 1}


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(record(http(PAGE, Content_Type="")), id="no type, but a page"),
        pytest.param(record(http(PAGE, Content_Type="application/xhtml+xml")), id="xhtml"),
        pytest.param(record(http(PAGE, Content_Type=""), WARC_Identified_Payload_Type="text/html"), id="type told by the crawler"),
        pytest.param(record(http(PAGE).replace(b"\r\n", b"\n")), id="line feeds alone in the HTTP head"),
        pytest.param(record(PAGE, "resource", "text/html"), id="resource"),
        pytest.param(record(http(PAGE), version="1.1", WARC_Date="2024-03-01T06:07:08.123456Z"), id="WARC 1.1"),
        pytest.param(record(http(PAGE), WARC_Target_URI="<https://news.example/a>"), id="address in brackets"),
    ],
)  # fmt: skip
def test_a_page(tmp_path, one):
    rows, rejects, _ = load(put(tmp_path / "a.warc", one))
    assert not rejects
    assert [(row["text"], row["url"]) for row in rows] == [
        ("The ferry to Skarholm runs again.", "https://news.example/a")
    ]


def test_text_made_by_a_crawl(tmp_path):
    rows, rejects, _ = load(
        put(tmp_path / "a.warc.wet.warc.gz", gz(record("Zwei Fähren.\n".encode(), "conversion", "text/plain")))
    )
    assert not rejects
    assert [(row["text"], row["encoding"]) for row in rows] == [("Zwei Fähren.\n", "utf-8")]


def chunked(data, size=20):
    parts = [data[i : i + size] for i in range(0, len(data), size)]
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in [*parts, b""]) + b"\r\n"


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "identity": bytes,
}


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("transfer", ["", "chunked"])
@pytest.mark.parametrize("lie", [False, True], ids=["true", "undone by the crawler"])
def test_encodings_of_the_payload_are_undone(tmp_path, coding, transfer, lie):
    body = PAGE if lie else CODINGS[coding](PAGE)
    body = chunked(body) if transfer and not lie else body
    one = record(http(body, Content_Encoding=coding, Transfer_Encoding=transfer))
    rows, rejects, _ = load(put(tmp_path / "a.warc.gz", gz(one)))
    assert not rejects
    assert [row["text"] for row in rows] == ["The ferry to Skarholm runs again."]


def test_raw_deflate(tmp_path):
    engine = zlib.compressobj(wbits=-15)
    one = record(http(engine.compress(PAGE) + engine.flush(), Content_Encoding="deflate"))
    assert [row["text"] for row in load(put(tmp_path / "a.warc", one))[0]] == ["The ferry to Skarholm runs again."]


LONG = b"<html>" + b"".join(b"%d " % (i * 7919) for i in range(5000))


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        pytest.param(record(http(PAGE, Content_Encoding="compress")), "unsupported_encoding", id="unknown coding"),
        *(
            pytest.param(
                record(http(CODINGS[coding](LONG)[:-40], Content_Encoding=coding)), "truncated", id=f"{coding} cut"
            )
            for coding in ("gzip", "deflate", "br", "zstd")
        ),
        pytest.param(record(http(chunked(PAGE)[:-8], Transfer_Encoding="chunked")), "truncated", id="chunks cut"),
        pytest.param(record(http(PAGE), WARC_Truncated="length"), "truncated", id="cut by the crawler"),
        pytest.param(
            record(http(PAGE), WARC_Block_Digest="sha1:" + "A" * 32), "digest", id="another block than its digest"
        ),
        pytest.param(record(b"<p>no HTTP</p>"), "bad_warc", id="no HTTP head"),
        pytest.param(record(http(PAGE), length="many"), "bad_warc", id="length is no number"),
        pytest.param(record(http(PAGE), length=-5), "bad_warc", id="length below zero"),
        pytest.param(record(http(PAGE), length=30), "bad_warc", id="length too small"),
        pytest.param(record(http(PAGE), length=3000), "bad_warc", id="length too large"),
        pytest.param(page(7)[:60], "truncated", id="head cut"),
        pytest.param(b"This is no record.\r\n", "bad_warc", id="no record at all"),
    ],
)
def test_damage_costs_one_record(tmp_path, one, reason):
    rows, rejects, _ = load(put(tmp_path / "a.warc.gz", gz(page(0), one, page(2))))
    assert [row["source_record"] for row in rows] == [0, 2]
    assert [(r.reason, r.source_record, r.source_offset) for r in rejects] == [(reason, 1, len(gz(page(0))))]
    assert rejects[0].message.startswith("a.warc.gz: record 1: ")


def test_a_true_digest_is_no_fault(tmp_path):
    block = http(PAGE)
    for digest in (
        "sha1:" + base64.b32encode(hashlib.sha1(block).digest()).decode(),
        "sha-256:" + hashlib.sha256(block).hexdigest(),
        "blake3:whatever",
    ):
        rows, rejects, _ = load(put(tmp_path / "a.warc", record(block, WARC_Block_Digest=digest)))
        assert (len(rows), rejects) == (1, [])


@pytest.mark.parametrize(
    ("damage", "good", "reasons"),
    [
        pytest.param(lambda raw: raw[:-30], [0, 1], ["truncated"], id="cut"),
        pytest.param(lambda raw: raw[: len(page(0)) + 40], [0], ["truncated"], id="cut in a head"),
        pytest.param(
            lambda raw: raw[: len(page(0)) - 60] + raw[len(page(0)) - 50 :],
            [1, 2],
            ["bad_warc"],
            id="ten bytes lost in the first",
        ),
        pytest.param(lambda raw: b"junk\r\n\r\n" + raw, [1, 2, 3], ["bad_warc"], id="junk before"),
        pytest.param(lambda raw: raw + b"junk", [0, 1, 2], ["bad_warc"], id="junk behind"),
    ],
)
def test_a_damaged_plain_file(tmp_path, damage, good, reasons):
    rows, rejects, _ = load(put(tmp_path / "a.warc", damage(b"".join(page(i) for i in range(3)))))
    assert [row["source_record"] for row in rows] == good
    assert [r.reason for r in rejects] == reasons


@pytest.mark.parametrize(
    ("damage", "good", "reasons"),
    [
        pytest.param(lambda first, mid, last: first + mid[: len(mid) // 2] + last, [0, 3], ["bad_warc", "truncated"], id="half a member inside"),
        pytest.param(lambda first, mid, last: first + mid[:-6] + b"\1\2" + mid[-4:] + last, [0, 2], ["corrupt"], id="checksum"),
        pytest.param(lambda first, mid, last: first + mid + last[:-4], [0, 1], ["truncated"], id="trailer cut"),
        pytest.param(lambda first, mid, _: first + mid + b"garbage", [0, 1], ["corrupt"], id="garbage behind"),
        pytest.param(lambda first, mid, last: first + bytes(512) + mid + last, [0, 1, 2], [], id="padding"),
        pytest.param(lambda *_: b"", [], ["truncated"], id="zero bytes"),
        pytest.param(lambda *_: b"plain words", [], ["corrupt"], id="no gzip"),
    ],
)  # fmt: skip
def test_a_damaged_gzip_file(tmp_path, damage, good, reasons):
    rows, rejects, _ = load(put(tmp_path / "a.warc.gz", damage(*(gz(page(i)) for i in range(3)))))
    assert [row["source_record"] for row in rows] == good
    assert [r.reason for r in rejects] == reasons


def test_a_large_record_that_is_no_page_costs_no_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(warc, "MAX_BLOCK_BYTES", 2000)
    skipped = Counter()
    video = record(http(bytes(50_000), Content_Type="video/mp4"))
    large = record(http(b"<html>" + b"x" * 9000))
    rows, rejects, _ = load(put(tmp_path / "a.warc.gz", gz(video, large, page(2))), skipped=skipped)
    assert [row["source_record"] for row in rows] == [2]
    assert [(r.reason, r.source_record) for r in rejects] == [("too_large", 1)]
    assert skipped == {"WARC response video/mp4": 1}


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6), st.integers(1, 700), st.booleans())
@settings(max_examples=200, deadline=None)
def test_good_files_read_as_the_library_reads_them(bodies, size, packed):
    records = [record(http(body)) for body in bodies]
    raw = gz(*records) if packed else b"".join(records)
    pieces = (raw[i : i + size] for i in range(0, len(raw), size))
    tape = warc_frames.gzip_members(pieces) if packed else warc_frames.plain(pieces)
    ours = [
        (f.block, f.offset, f.fault)
        for f in warc_frames.frames(tape, frozenset({"response"}), 1 << 20, addressed=not packed)
    ]
    theirs = [(one.reader.read(), one.stream_pos, None) for one in ArchiveIterator(io.BytesIO(raw), parse_http=False)]
    assert ours == theirs


@given(st.data())
@settings(max_examples=300, deadline=None)
@pytest.mark.parametrize("packed", [True, False])
def test_any_damage_ends_as_rows_or_rejects(tmp_path_factory, packed, data):
    records = [page(number) for number in range(3)]
    raw = bytearray(gz(*records) if packed else b"".join(records))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    skipped = Counter()
    rows, rejects, _ = load(
        put(tmp_path_factory.mktemp("w") / ("a.warc.gz" if packed else "a.warc"), bytes(raw)), skipped=skipped
    )
    assert rows or rejects or skipped or not raw
    numbers = [row["source_record"] for row in rows] + [r.source_record for r in rejects]
    assert len(numbers) == len(set(numbers))
