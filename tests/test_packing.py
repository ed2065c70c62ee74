"""gzip, bzip2, xz and zstd: every member is read, every damage is told, what was whole before it is kept."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import lines, load, put

from clean.sources import packing

try:
    from compression import zstd
except ImportError:
    from backports import zstd

CHECKED = {zstd.CompressionParameter.checksum_flag: 1}  # without it nobody can tell a changed byte
PACK = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: zstd.compress(data, options=CHECKED),
}
SUFFIXES = pytest.mark.parametrize("suffix", PACK)
NOISE = b"".join(bytes(str(i * 2654435761 % 2**32), "ascii") for i in range(9000))


@SUFFIXES
def test_members_are_one_text(tmp_path, suffix):
    pack = PACK[suffix]
    rows, rejects, _ = load(put(tmp_path / f"a.txt{suffix}", pack(b"one ") + pack(b"") + pack(b"two")))
    assert [row["text"] for row in rows] == ["one two"]
    assert not rejects


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        pytest.param("a.txt.zst", struct.pack("<II", 0x184D2A5F, 5) + b"hello" + zstd.compress(b"text"), id="a skippable frame first"),
        pytest.param("a.txt.zst", zstd.compress(b"text") + struct.pack("<II", 0x184D2A50, 0), id="and last"),
        pytest.param("a.txt.xz", lzma.compress(b"text") + bytes(8), id="padding of xz"),
        pytest.param("a.txt.gz", gzip.compress(b"text") + bytes(512), id="padding of tapes"),
        pytest.param("A.TXT.XZ", lzma.compress(b"text"), id="suffix in capitals"),
    ],
)  # fmt: skip
def test_whole(tmp_path, name, raw):
    rows, rejects, _ = load(put(tmp_path / name, raw))
    assert [row["text"] for row in rows] == ["text"]
    assert not rejects


@SUFFIXES
@pytest.mark.parametrize(
    ("damage", "reason", "good"),
    [
        pytest.param(lambda whole: whole[: len(whole) * 2 // 3], "truncated", 0, id="cut"),
        pytest.param(lambda whole: whole[:-2], "truncated", 0, id="cut at the end"),
        pytest.param(lambda _: b"", "truncated", 0, id="zero bytes"),
        pytest.param(lambda _: b"plain text, whatever the name says", "corrupt", 0, id="plain text"),
        pytest.param(lambda whole: whole + b"garbage behind", "trailing_data", 1, id="garbage behind"),
        pytest.param(lambda whole: whole[:2000] + bytes(400) + whole[2400:], "corrupt", 0, id="a hole"),
    ],
)
def test_damaged(tmp_path, suffix, damage, reason, good):
    rows, rejects, _ = load(put(tmp_path / f"a.txt{suffix}", damage(PACK[suffix](NOISE))))
    assert (len(rows), [reject.reason for reject in rejects]) == (good, [reason])


@SUFFIXES
def test_whole_lines_before_a_cut_are_kept(tmp_path, suffix, monkeypatch):
    monkeypatch.setattr(packing, "CHUNK_BYTES", 1000)
    whole = lines(*({"text": f"{i} {NOISE[i * 50 : i * 50 + 900].decode()}"} for i in range(1500)))
    packed = PACK[suffix](whole)
    rows, rejects, _ = load(put(tmp_path / f"a.jsonl{suffix}", packed[: len(packed) - 9]))
    assert len(rows) > 100
    assert [row["source_record"] for row in rows] == list(range(len(rows)))
    assert [(r.reason, r.source_record) for r in rejects] == [("truncated", None)]


@SUFFIXES
def test_bomb(tmp_path, suffix, monkeypatch):
    monkeypatch.setattr(packing, "BOMB_FREE_BYTES", 1 << 20)
    _, rejects, _ = load(put(tmp_path / f"a.txt{suffix}", PACK[suffix](bytes(8 << 20))))
    assert [r.reason for r in rejects] == ["bomb"]


@SUFFIXES
def test_packed_under_a_plain_name(tmp_path, suffix):
    _, rejects, _ = load(put(tmp_path / "a.txt", PACK[suffix](NOISE)))
    assert [r.reason for r in rejects] == ["corrupt"]
    assert f"add {suffix} to the name" in rejects[0].message


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4), st.sampled_from(sorted(PACK)), st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_pieces_of_any_size_give_the_same_bytes(members, suffix, size):
    packed = b"".join(PACK[suffix](member) for member in members)
    pieces = (packed[i : i + size] for i in range(0, len(packed), size))
    assert b"".join(packing.unpack(pieces, packing.packing_of(f"a{suffix}".encode()))) == b"".join(members)


@given(st.binary(max_size=200), st.sampled_from(sorted(PACK)))
@settings(max_examples=300, deadline=None)
def test_any_bytes_end_as_rows_or_rejects(tmp_path_factory, raw, suffix):
    for data in (raw, PACK[suffix](raw)[: len(raw)] + raw):
        rows, rejects, _ = load(put(tmp_path_factory.mktemp("p") / f"a.txt{suffix}", data))
        assert rows or rejects
