"""Zip and tar: members are read from the stream by their own readers; nothing is unpacked, followed or trusted."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import lines, load, put

from clean.sources import members, zips
from clean.sources.model import Fields
from clean.sources.packing import zstd

TEXT = b"The council met on Tuesday.\n"


def zipped(*files, **more):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = more.get("mode", 0o100644) << 16
            archive.writestr(info, data)
    return made.getvalue()


def tarred(*files, kind=tarfile.REGTYPE, link="", form=tarfile.PAX_FORMAT):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(data), kind, link
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


PACKED = {
    "a.zip": zipped,
    "a.tar": tarred,
    "a.tar.gz": lambda *files: gzip.compress(tarred(*files)),
    "a.tgz": lambda *files: gzip.compress(tarred(*files)),
    "a.tar.bz2": lambda *files: bz2.compress(tarred(*files)),
    "a.tar.xz": lambda *files: lzma.compress(tarred(*files)),
    "a.txz": lambda *files: lzma.compress(tarred(*files)),
    "a.tar.zst": lambda *files: zstd.compress(tarred(*files)),
}
FILES = (
    ("01/a.txt", TEXT),
    ("01/b.jsonl.gz", gzip.compress(lines({"body": "one", "n": 1}, {"body": None}))),
    ("02/c.csv", b"id,text\nk,two\n"),
    ("02/.hidden.txt", TEXT),
    ("__MACOSX/._a.txt", b"\0\5"),
    ("03/picture.png", b"\x89PNG"),
    ("03/README", b"x"),
    ("03/empty.txt", b""),
)


@pytest.mark.parametrize("name", PACKED)
def test_members_are_read_by_their_own_readers(tmp_path, name):
    skipped = Counter()
    rows, rejects, united = load(put(tmp_path / name, PACKED[name](*FILES)), skipped=skipped)
    assert [(r["source_path"], r["source_record"], r["text"]) for r in rows] == [
        (f"{name}!/01/a.txt", 0, TEXT.decode()),
        (f"{name}!/01/b.jsonl.gz", 0, "one"),
        (f"{name}!/02/c.csv", 0, "two"),
        (f"{name}!/03/empty.txt", 0, ""),
    ]
    assert [(r.source_path, r.source_record, r.reason) for r in rejects] == [(f"{name}!/01/b.jsonl.gz", 1, "text_null")]
    assert skipped == {"hidden": 2, ".png": 1, "no suffix": 1}
    assert set(united.names) == {"n"}


@pytest.mark.parametrize("outer", ["a.zip", "a.tar.gz"])
@pytest.mark.parametrize("inner", ["a.zip", "a.tar", "a.tar.xz"])
def test_one_archive_inside_another(tmp_path, outer, inner):
    deeper = PACKED[inner](("x.txt", TEXT), ("deep.zip", zipped(("y.txt", TEXT))))
    rows, rejects, _ = load(put(tmp_path / outer, PACKED[outer]((inner, deeper), ("z.txt", TEXT))))
    assert [row["source_path"] for row in rows] == [f"{outer}!/{inner}!/x.txt", f"{outer}!/z.txt"]
    assert [(r.source_path, r.reason) for r in rejects] == [(f"{outer}!/{inner}!/deep.zip", "nested_archive")]


@pytest.mark.parametrize("name", ["../x.txt", "a/../../x.txt", "/etc/x.txt", "..\\x.txt", "C:\\x.txt", "\\x.txt"])
@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar"])
def test_names_that_lead_out_are_refused(tmp_path, pack, name):
    path = put(tmp_path / ("a.zip" if pack is zipped else "a.tar"), pack((name, TEXT), ("ok.txt", TEXT)))
    rows, rejects, _ = load(path)
    assert [row["source_path"] for row in rows] == [f"{path.name}!/ok.txt"]
    assert [r.reason for r in rejects] == ["unsafe_path"]
    assert name in rejects[0].message


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(zipped(("a.txt", b"/etc/hostname"), mode=stat.S_IFLNK | 0o777), "unsafe_path", id="link in a zip"),
        pytest.param(zipped(("a.txt", b""), mode=stat.S_IFIFO | 0o644), "not_a_file", id="pipe in a zip"),
        pytest.param(
            tarred(("a.txt", b""), kind=tarfile.SYMTYPE, link="/etc/hostname"), "unsafe_path", id="link in a tar"
        ),
        pytest.param(tarred(("a.txt", b""), kind=tarfile.LNKTYPE, link="b.txt"), "unsafe_path", id="hard link"),
        pytest.param(tarred(("a.txt", b""), kind=tarfile.CHRTYPE), "not_a_file", id="device"),
        pytest.param(tarred(("a.txt", b""), kind=tarfile.FIFOTYPE), "not_a_file", id="pipe in a tar"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path, raw, reason):
    rows, rejects, _ = load(put(tmp_path / ("a.zip" if raw[:2] == b"PK" else "a.tar"), raw))
    assert not rows
    assert [(r.source_path.endswith("!/a.txt"), r.reason) for r in rejects] == [(True, reason)]


NOISE = bytes((i * i * 2654435761 >> 7) & 0x7F | 1 for i in range(4000))
TAR = tarred(("a.txt", TEXT), ("b.txt", NOISE), ("c.txt", TEXT))
HEADER = 512


@pytest.mark.parametrize(
    ("name", "raw", "good", "faults"),
    [
        pytest.param("a.zip", zipped(("a.txt", TEXT))[:-30], [], ["truncated"], id="zip without its end"),
        pytest.param("a.zip", b"plain words", [], ["corrupt"], id="no zip"),
        pytest.param("a.zip", b"", [], ["corrupt"], id="zero bytes as zip"),
        pytest.param("a.zip", zipped(("a.txt", TEXT), ("b.txt", NOISE)).replace(struct.pack("<I", zips.zlib.crc32(TEXT)), b"\1\2\3\4"), ["b.txt"], ["corrupt"], id="checksum"),
        pytest.param("a.tar", TAR[:1300], ["a.txt"], ["truncated"], id="tar cut between members"),
        pytest.param("a.tar", TAR[:3000], ["a.txt"], ["truncated"], id="tar cut inside a member"),
        pytest.param("a.tar", TAR[: 2 * HEADER], ["a.txt"], ["truncated"], id="tar without its end mark"),
        pytest.param("a.tar", TAR[: 2 * HEADER] + b"\xff" * 512 + TAR[3 * HEADER :], ["a.txt"], ["corrupt"], id="a damaged header"),
        pytest.param("a.tar", b"plain words", [], ["truncated"], id="no tar"),
        pytest.param("a.tar", b"", [], ["truncated"], id="zero bytes as tar"),
        pytest.param("a.tar.gz", gzip.compress(TAR)[:-40], ["a.txt", "b.txt"], ["truncated"], id="packed tar cut"),
    ],
)  # fmt: skip
def test_damage_is_told_once_and_what_was_whole_is_kept(tmp_path, name, raw, good, faults):
    rows, rejects, _ = load(put(tmp_path / name, raw))
    assert [row["source_path"] for row in rows] == [f"{name}!/{member}" for member in good]
    assert [r.reason for r in rejects] == faults


def test_an_encrypted_member(tmp_path):
    raw = bytearray(zipped(("a.txt", TEXT)))
    raw[6] |= 1
    raw[raw.rindex(b"PK\1\2") + 8] |= 1
    _, rejects, _ = load(put(tmp_path / "a.zip", bytes(raw)))
    assert [(r.source_path, r.reason) for r in rejects] == [("a.zip!/a.txt", "encrypted")]


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
def test_limits(tmp_path, monkeypatch, name):
    path = put(tmp_path / name, PACKED[name](*((f"{i}.txt", TEXT * 20) for i in range(5))))
    monkeypatch.setattr(members, "MAX_MEMBER_BYTES", 100)
    assert [r.reason for r in load(path)[1]] == ["too_large"] * 5
    monkeypatch.setattr(members, "MAX_MEMBER_BYTES", 1 << 30)
    for module in ("zips", "tars"):
        monkeypatch.setattr(f"clean.sources.{module}.MAX_MEMBERS", 3)
    rows, rejects, _ = load(path)
    assert (len(rows), [r.reason for r in rejects]) == (3, ["too_many"])


def test_a_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(members, "BOMB_FREE_BYTES", 1 << 20)
    _, rejects, _ = load(put(tmp_path / "a.zip", zipped(("a.txt", bytes(8 << 20)))))
    assert [r.reason for r in rejects] == ["bomb"]


def test_a_name_that_stands_twice(tmp_path):
    raw = tarred(("a.txt", TEXT), ("./a.txt", TEXT), ("a.txt", b"other"))
    rows, _, _ = load(put(tmp_path / "a.tar", raw))
    assert [row["source_path"] for row in rows] == ["a.tar!/a.txt", "a.tar!/a.txt#2", "a.tar!/a.txt#3"]


@pytest.mark.parametrize(
    "form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT], ids=["ustar", "gnu", "pax"]
)
def test_forms_of_tar(tmp_path, form):
    name = "folder/" + "n" * (90 if form == tarfile.USTAR_FORMAT else 300) + ".txt"
    rows, rejects, _ = load(put(tmp_path / "a.tar", tarred((name, TEXT * 1000), ("b.txt", TEXT), form=form)))
    assert not rejects
    assert [row["source_path"] for row in rows] == [f"a.tar!/{name}", "a.tar!/b.txt"]


def test_fields_are_chosen_per_member_and_said(tmp_path):
    raw = zipped(
        ("a.jsonl", lines({"text": "one"})),
        ("b.jsonl", lines({"words": "two"})),
        ("c.jsonl", lines({"content": "three"})),
    )
    path = put(tmp_path / "a.zip", raw)
    rows, rejects, _ = load(path)
    assert [row["text"] for row in rows] == ["one", "three"]
    assert [(r.source_path, r.reason) for r in rejects] == [("a.zip!/b.jsonl", "no_column")]
    assert [row["text"] for row in load(path, Fields(text="words"))[0]] == ["two"]


def test_through_the_command(tmp_path, clean):
    put(tmp_path / "a.tar.gz", gzip.compress(tarred(*FILES)))
    put(tmp_path / "b.txt", TEXT)
    code, _, err = clean("run", tmp_path, "-o", tmp_path / "out")
    assert code == 2
    assert "fields found: text = body" in err
    assert "skipped inside: 1 .png, 2 hidden, 1 no suffix" in err
    assert "6 documents: 5 rows, 1 rejected (text_null 1)" in err
    assert clean("verify", tmp_path / "out", "--sources", tmp_path)[:2] == (
        0,
        "5 rows, 1 rejects, 2 parts checked, compared with their sources: 0 findings\n",
    )
    put(tmp_path / "a.tar.gz", gzip.compress(tarred(*((n, d.replace(b"Tuesday", b"Monday")) for n, d in FILES))))
    code, _, err = clean("verify", tmp_path / "out", "--sources", tmp_path)
    assert code == 1
    assert "a.tar.gz!/01/a.txt record 0 was changed since" in err


@given(st.data())
@settings(max_examples=300, deadline=None)
@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_any_damage_ends_as_rows_or_rejects(tmp_path_factory, name, data):
    raw = bytearray(PACKED[name](*FILES))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    load(put(tmp_path_factory.mktemp("z") / name, bytes(raw)))
