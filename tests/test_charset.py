"""Encodings of text files: what says itself, what is declared, and what two detectors and the language agree on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import load, put

from clean.errors import SourceError
from clean.sources.charset import decode, detected
from clean.sources.model import Fields

NEWS = {
    "en": "The mayor said “the café opens in March” — and the naïve plan of the council was not his. ",
    "de": "Die Brücke über den Fluß wird im März gesperrt, und der Bürgermeister hält das für nötig. ",
    "fr": "Le maire a déclaré que la forêt serait rouverte à l’été, et que les élèves y seraient reçus. ",
    "es": "El alcalde dijo que la compañía no abrirá más de un año, según los vecinos de la región. ",
    "pl": "Burmistrz powiedział, że most zostanie zamknięty na trzy miesiące, a nie na pół roku, jak w ubiegłym roku. ",
    "ru": "Совет города решил во вторник восстановить старую стену гавани до начала зимних штормов. ",
    "el": "Το δημοτικό συμβούλιο αποφάσισε την Τρίτη να ξαναχτίσει το παλιό λιμάνι πριν από τον χειμώνα. ",
    "ar": "قرر مجلس المدينة يوم الثلاثاء إعادة بناء جدار الميناء القديم قبل عودة عواصف الشتاء. ",
    "zh": "市议会周二投票决定在冬季风暴来临之前重建旧港口的防波堤，渔民大多表示支持。",
    "ja": "市議会は火曜日、冬の嵐が来る前に古い港の防波堤を再建することを決めた。",
}


@pytest.mark.parametrize(
    ("language", "codec"),
    [
        ("en", "cp1252"), ("de", "cp1252"), ("fr", "cp1252"), ("es", "cp1252"), ("ru", "cp1251"), ("ru", "koi8-r"),
        ("ar", "cp1256"), ("zh", "gb18030"), ("ja", "shift_jis"), ("ja", "euc_jp"),
    ],
)  # fmt: skip
def test_detected(language, codec):
    text = NEWS[language] * 4
    made = decode(text.encode(codec))
    assert (made.text, made.by) == (text, "detected")
    assert 0.9 < made.confidence <= 1
    assert text.encode(codec).decode(made.encoding) == text


@pytest.mark.parametrize("codec", ["cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1256", "cp1257", "iso8859-2", "iso8859-5", "iso8859-13", "koi8-r", "cp850", "mac-roman", "gb18030", "big5", "shift_jis", "euc_kr"])  # fmt: skip
@pytest.mark.parametrize("language", NEWS)
@pytest.mark.parametrize("times", [1, 6])
def test_wrong_letters_never_come_out(language, codec, times):
    text = (NEWS[language] * times).encode(codec, "ignore").decode(codec)
    found = detected(text.encode(codec))
    assert found is None or found.text == text


@pytest.mark.parametrize(
    ("raw", "declared", "want"),
    [
        pytest.param("é".encode("cp1252"), "cp1252", ("é", "cp1252", "declared"), id="declared"),
        pytest.param(b"\xef\xbb\xbf\xc3\xa9", "cp1252", ("é", "utf-8-sig", "mark"), id="a mark comes first"),
        pytest.param("é".encode("utf-16-le"), "utf-16-le", ("é", "utf-16-le", "declared"), id="UTF-16 without a mark"),
        pytest.param(b"plain", None, ("plain", "utf-8", "utf-8"), id="ASCII"),
    ],
)
def test_declared_and_marked(raw, declared, want):
    made = decode(raw, declared)
    assert (made.text, made.encoding, made.by) == want


@pytest.mark.parametrize(
    ("raw", "declared"),
    [
        pytest.param(b"caf\xe9", None, id="too short to tell"),
        pytest.param(
            (NEWS["pl"] * 4).encode() + "caf\u00e9 na\u00efve".encode("cp1252"), None, id="two encodings in one file"
        ),
        pytest.param(("Ö" * 50).encode("cp1252"), None, id="no words"),
        pytest.param(b"\x81\x8d\x8f" * 30, None, id="noise"),
        pytest.param(b"\x81", "cp1252", id="declared, and yet not"),
    ],
)
def test_not_certain_is_a_fault_that_says_what_to_do(raw, declared):
    with pytest.raises(SourceError, match="--encoding") as error:
        decode(raw, declared)
    assert error.value.reason == "encoding"


def test_the_choice_stands_in_the_row_and_verify_repeats_it(tmp_path, clean):
    put(tmp_path / "a.txt", (NEWS["de"] * 4).encode("cp1252"))
    put(tmp_path / "b.txt", "gr\u00fcn".encode("cp850"))
    rows, rejects, _ = load(tmp_path)
    assert [(row["source_path"], row["encoding"]) for row in rows] == [("a.txt", "cp1252")]
    assert [r.reason for r in rejects] == ["encoding"]
    rows, _, _ = load(tmp_path / "b.txt", Fields(encoding="cp850"))
    assert [(row["text"], row["encoding"]) for row in rows] == [("grün", "cp850")]
    assert clean("run", tmp_path / "b.txt", "-o", tmp_path / "out", "--encoding", "IBM850")[0] == 0
    assert clean("verify", tmp_path / "out", "--sources", tmp_path)[0] == 0


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_text_or_a_fault(raw):
    try:
        made = decode(raw)
    except SourceError as error:
        assert error.reason == "encoding"
    else:
        assert raw.decode(made.encoding) == made.text
