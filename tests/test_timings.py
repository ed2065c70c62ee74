"""`--timings`: every stage is told, nothing of it is written."""

from __future__ import annotations

import pytest

from clean.cli import call
from clean.job.timings import STAGES, Timings


def test_stages_add_up_and_shards_come_together():
    timings, other = Timings(), Timings(text_bytes=2_000_000)
    assert list(timings.each("read", iter([1, 2]))) == [1, 2]
    with pytest.raises(ValueError, match="x"), timings.stage("clean"):
        raise ValueError("x")
    assert set(timings.seconds) == {"read", "clean"}
    other.seconds.update({"read": 1.0, "clean": 3.0})
    timings.add(other)
    assert timings.seconds["clean"] >= 3.0
    assert timings.text_bytes == 2_000_000


def test_lines_are_in_order_with_rates():
    timings = Timings(text_bytes=2_000_000)
    timings.seconds.update({"clean": 3.0, "read": 1.0})
    assert timings.lines() == [
        "read          1.00 s  25.0%   500.00 ms/MB       2.0 MB/s",
        "clean         3.00 s  75.0%  1500.00 ms/MB       0.7 MB/s",
        "all           4.00 s 100.0%  2000.00 ms/MB       0.5 MB/s",
    ]
    assert Timings().lines() == ["all           0.00 s   0.0% no text"]


def test_a_run_tells_every_stage_on_stderr_only(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("The council met.\n", encoding="utf-8")
    assert call(["run", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--timings", "-q"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split()[0] for line in told.err.splitlines()] == [*STAGES, "all"]
    assert "ms/MB" not in (tmp_path / "out" / "run.json").read_text(encoding="utf-8")
