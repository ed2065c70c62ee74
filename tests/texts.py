"""Hostile texts made of rule fragments: what both matchers, the views and the editor must agree on, millions of times."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

ODD = [
    "\n", "\r\n", "\n\n", "\r", " ", "  ", "\t", "\u00a0", "\u3000", "\u0085", "\u2028", "\u000b", "\u001c", "\0", "\u200f", "\u202e", "\u00ad", "\u200b", "\ufeff", "\u0640",
    "“", "”", "’", "'", '"', "«", "»", "* ", "**", "• ", "— ", "-", "(", ")", "（", "）", ":", "：", "©", "(c)", "(C)", "ⓒ", "…", ".", "。", "! ", "? ", ". ",
    "İ", "ı", "ſ", "K", "ß", "ẞ", "Σ", "ς", "ά", "é", "e\u0301", "😀", "🇨🇭", "漢字", "カナ", "한글", "עברית", "العربية", "٢٠٢٢", "２０２２", "𝟚", "\ud800",
]  # fmt: skip
BODY = [
    "The council voted on Monday to close the bridge.",
    "Ann Lee",
    "said",
    "x" * 1990,
    "x" * 2100,
    "The mayor spoke. ",
    "AFP",
    "Getty Images",
    "2022",
]
CASE = {"i": "iIİı", "s": "sSſ", "k": "kK\u212a", "ß": "ßẞ", "σ": "σςΣ"}


def hostile(rng: random.Random, fragments: list[str], *, surrogates: bool = False) -> str:
    """A text of up to a dozen pieces: fragments whole, cut, glued, with case, blanks and signs changed."""
    pieces = []
    for _ in range(rng.randint(1, 9)):
        kind = rng.random()
        if kind < 0.55:
            pieces.append(mutated(rng, rng.choice(fragments)))
        elif kind < 0.85:
            pieces.append(rng.choice(ODD[: None if surrogates else -1]))
        else:
            pieces.append(rng.choice(BODY))
        if rng.random() < 0.5:
            pieces.append(rng.choice(["\n", "\n\n", " ", "\r\n", ""]))
    return "".join(pieces)


def mutated(rng: random.Random, text: str) -> str:
    """A rule's own text, a little wrong or a little other."""
    for _ in range(rng.randint(0, 3)):
        if not text:
            return text
        at = rng.randrange(len(text))
        way = rng.randrange(7)
        if way == 0:
            text = (
                text[:at]
                + "".join(rng.choice(CASE.get(char.lower(), char + char.swapcase())) for char in text[at : at + 12])
                + text[at + 12 :]
            )
        elif way == 1:
            text = text.replace(" ", rng.choice(["\u00a0", "  ", "\u202f", "\t", "\n"]), rng.randint(1, 3))
        elif way == 2:
            text = text[:at] + rng.choice(ODD[:-1]) + text[at:]
        elif way == 3:
            text = text[:at] + text[at + 1 :]
        elif way == 4:
            text = text.translate(str.maketrans({"'": "’", '"': "”", "-": "–", ":": "：", "(": "（", ")": "）"}))
        elif way == 5:
            text = text.upper() if rng.random() < 0.5 else text.title()
        else:
            text = text[at:] if rng.random() < 0.5 else text[:at]
    return text
