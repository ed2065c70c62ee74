"""The ftfy gate is exact: what it lets pass, ftfy leaves alone; and good text is left alone by all of it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clean.repair import doubtful, repair, replay

GOOD = [
    "The council met.", "naïve café — “quoted”", "Straße über Österreich", "Привет, «США» и ООО «Ромашка»…", "Ελληνικά, «ναι» — όχι", "日本語の文章。", "한국어", "العربية \u200f", "עברית",
    "Ý kiến — tiếng Việt", "Čeština, žluťoučký kůň", "Łódź – „cytat”", "ÁREA «ABC» ½ € 5", "São Paulo, À la carte", "½ £5 °C ©2022 ®", "І ЇЖАК — «Київ»", "ŞİİR İÇİN", "А» Б» В «Г»",
]  # fmt: skip
ENCODINGS = ["latin-1", "cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1257", "iso8859-2", "mac_roman", "cp437"]
CHARACTERS = st.one_of(
    st.characters(min_codepoint=1, max_codepoint=0x24F),
    st.characters(min_codepoint=0x370, max_codepoint=0x45F),
    st.sampled_from("–—‘’“”„…‚€™‹›•†‡‰\u00a0\ufffd√≈∂ƒ│├═ \n"),
    st.characters(exclude_categories=("Cs",)),
)
MANY = settings(max_examples=4_000, deadline=None, derandomize=True)


def spoilt(text, encoding):
    """A text as a wrong decoder shows it."""
    return text.encode().decode(encoding, "ignore")


def exact(text):
    passes = not doubtful([text.encode()])
    fixed, fixes = repair(text)
    assert not (passes and fixes), f"the gate lets {text!r} pass, ftfy does {fixes}"
    assert (fixed != text) == bool(fixes)
    assert replay(text, fixes) == fixed


@MANY
@given(st.text(CHARACTERS, max_size=30))
def test_any_text(text):
    exact(text)


@MANY
@given(
    st.text(CHARACTERS, min_size=1, max_size=12),
    st.sampled_from(ENCODINGS),
    st.sampled_from(["", "The town. ", "é ", "“x” "]),
    st.sampled_from(["", " said.", " ñ", "”"]),
)
def test_spoilt_text(text, encoding, before, after):
    exact(before + spoilt(text, encoding) + after)


@MANY
@given(
    st.lists(
        st.sampled_from([*GOOD, *(spoilt(text, encoding) for text in GOOD for encoding in ENCODINGS)]),
        min_size=1,
        max_size=3,
    ),
    st.integers(0, 5),
)
def test_good_and_spoilt_sentences_together(parts, cut):
    exact(" ".join(parts)[cut:])


@pytest.mark.parametrize("text", GOOD)
def test_good_text_passes(text):
    assert repair(text) == (text, ())


@pytest.mark.parametrize(
    "text",
    [
        "“It’s naïve,” she said — the café’s “Zoë” agreed…",
        "Die Straße über Österreich – „schön“",
        "La niña comió piñas. ¿Cómo? ¡Así!",
        "L’été à Paris : « déjà vu »",
        "日本語の文章。「はい」",
        "한국어 문장입니다.",
        "В Москве прошли переговоры. Все говорят о мире.",
    ],
)
def test_good_prose_does_not_reach_ftfy(text):
    assert doubtful([text.encode()]) == []


def test_rows_are_named():
    assert doubtful([b"plain", "sÃ³ lo sÃ©".encode(), "café".encode(), "â€œquotedâ€\x9d".encode()]) == [1, 3]


@pytest.mark.slow
def test_a_hundred_thousand_mutated_texts():
    rng = random.Random(2022)
    for _ in range(100_000):
        text = rng.choice(GOOD)
        for _ in range(rng.randint(0, 2)):
            text = spoilt(text, rng.choice(ENCODINGS))
        at = rng.randrange(len(text) + 1)
        exact(text[at:] + rng.choice(["", " ", "\u00a0", "é", "“", "Â ", "Ã "]) + text[:at])
