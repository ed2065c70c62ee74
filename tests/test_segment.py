from __future__ import annotations

import pytest

from clean import decide, segment


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\t\n\u00a0", [], id="blank"),
        pytest.param("a\nb", ["a", "b"], id="lf"),
        pytest.param("a\r\nb\r\n", ["a", "b"], id="crlf"),
        pytest.param("a\rb", ["a\rb"], id="a lone CR ends no line"),
        pytest.param("a\u2028b\u0085c\x0bd\x0ce", ["a\u2028b\u0085c\x0bd\x0ce"], id="no other line end"),
        pytest.param("  a \n\n b\t", ["a", "b"], id="outer blanks are no part of a line"),
        pytest.param("\0\n", ["\0"], id="NUL is no blank"),
    ],
)
def test_lines(text, lines):
    assert [text[line.start : line.end] for line in segment.Lines(text)] == lines


def test_raw_ends_leave_the_line_end_out():
    line, other = segment.Lines(" a \r\n b ")
    assert (line.raw_start, line.raw_end, other.raw_start, other.raw_end) == (0, 3, 5, 8)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("One", ["One"], id="no stop"),
        pytest.param("One. Two! Three?", ["One.", "Two!", "Three?"], id="stops"),
        pytest.param("He said “Go.” Then he went.", ["He said “Go.”", "Then he went."], id="closing quote"),
        pytest.param("(See page 2.) Next", ["(See page 2.)", "Next"], id="closing bracket"),
        pytest.param("v1.2 is out", ["v1.2 is out"], id="a stop without a blank"),
        pytest.param(
            "議会は可決した。市長は辞任した。", ["議会は可決した。", "市長は辞任した。"], id="CJK needs no blank"
        ),
        pytest.param("वह गया। वह आया।", ["वह गया।", "वह आया।"], id="danda"),
        pytest.param("Wait... what?!  Yes", ["Wait...", "what?!", "Yes"], id="runs of stops"),
    ],
)
def test_sentences(text, pieces):
    assert [text[low:high] for low, high in segment.sentences(text, 0, len(text))] == pieces


@pytest.mark.parametrize(
    ("shape", "text", "holds"),
    [
        ("prose", "x" * 160, True),
        ("prose", "x" * 89 + ".", True),
        ("prose", "X" * 88 + ".", False),
        ("prose", "The council of the old town voted on Monday to close it.", True),
        ("prose", "THE COUNCIL OF THE OLD TOWN VOTED ON MONDAY TO CLOSE IT.", False),
        ("prose", "The mayor spoke.", False),
        ("headline", "Bridge opens after long delay", True),
        ("headline", "Bridge opens.", False),
        ("headline", "Short one", False),
        ("headline", "津波注意報が発表", True),
        ("label", "Read more", True),
        ("label", "Read more.", False),
        ("label", "x" * 41, False),
        ("short", "x" * 60, True),
        ("short", "x" * 61, False),
        ("caps", "BREAKING NEWS", True),
        ("caps", "BREAKING News", False),
        ("caps", "2022", False),
        ("date", "Jan. 3rd, 2024 10:30 a.m. EST", True),
        ("date", "Updated: 03/04/2024", True),
        ("date", "Chapter 11", False),
        ("date", "May", False),
        ("teaser", "The mayor said that he would…", True),
        ("teaser", "The mayor spoke.", False),
    ],
)
def test_shapes(shape, text, holds):
    assert segment.has_shape(shape, text) is holds


def test_marks_are_invisible_and_offsets_map_back():
    text = "a\u200fb\n\u200fc\u064bd\u200e\ne"
    seen = segment.view(text)
    assert seen.text == "ab\ncd\ne"
    line = seen.lines[1]
    assert text[seen.input_start(line.start) : seen.input_end(line.end)] == "\u200fc\u064bd\u200e"
    assert text[seen.input_start(seen.lines[0].start) : seen.input_end(seen.lines[0].end)] == "a\u200fb"


def test_adjacent_spans_map_to_adjacent_spans():
    text = "a\u200f b\u200d\n\u200fc"
    seen = segment.view(text)
    for cut in range(len(seen.text) + 1):
        assert seen.input_end(cut) == seen.input_start(cut) or cut in (0, len(seen.text))
    assert seen.input_start(0) == 0
    assert seen.input_end(len(seen.text)) == len(text)


def test_bait_does_not_slow_the_cutter():
    for bait in (" ", '"', ".", "(", "1", "am ", ". ", "。"):
        text = bait * 20_000
        segment.view(text)
        segment.sentences(text, 0, len(text))
        segment.has_shape("date", text)


def test_blanks_that_the_budget_does_not_count_are_all_there_are():
    assert set(decide._BLANKS) == {char for char in map(chr, range(0x110000)) if char.isspace()}
