"""Broken encodings mended by ftfy before cleaning, and recorded; good text is never touched.

ftfy runs with everything off but the repair of mojibake: no curling, widening, normalising, no unescaping, no invented
replacement characters. It runs at about 4 MB per second, so a gate keeps good text from it: ftfy changes a text only where
its badness pattern matches and, besides, either a mojibake pair stands in the text, or the whole text can be one (its first
character beyond ASCII opens a pair), or a C1 control does. The scanner looks for wider forms of all these; a test proves
that ftfy leaves alone what passes.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clean.scanning import Database


@cache
def _config() -> Any:
    from ftfy import TextFixerConfig  # noqa: PLC0415 - rule commands must not pay for it

    return TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_encoding=True,
        restore_byte_a0=True,
        replace_lossy_sequences=False,
        decode_inconsistent_utf8=True,
        fix_c1_controls=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
    )


def repair(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with mojibake mended, and ftfy's steps in order (`encode:latin-1`, `decode:utf-8`); no steps, no change.

    >>> repair("sÃ³")
    ('só', ('encode:latin-1', 'decode:utf-8'))
    >>> repair("“curly” ﬁne…")
    ('“curly” ﬁne…', ())
    """
    if text.isascii():
        return text, ()
    from ftfy import fix_encoding_and_explain  # noqa: PLC0415 - as above

    fixed, steps = fix_encoding_and_explain(text, _config())
    if fixed == text or steps is None:
        return text, ()
    return fixed, tuple(f"{step.action}:{step.parameter}" for step in steps)


def replay(text: str, fixes: tuple[str, ...]) -> str:
    """Apply recorded steps again: what `verify --sources` compares with."""
    from ftfy import ExplanationStep, apply_plan  # noqa: PLC0415 - as above

    return str(apply_plan(text, [ExplanationStep(*step.split(":", 1)) for step in fixes])) if fixes else text


def doubtful(documents: Sequence[Any]) -> list[int]:
    """Which UTF-8 texts (bytes-like) `repair` may change; all others it leaves as they are."""
    signs, badness = _gates()
    return _hit(badness, documents, _hit(signs, documents, range(len(documents))))


def _hit(database: Database, documents: Sequence[Any], numbers: Iterable[int]) -> list[int]:
    scan = database.scanner()
    found: list[int] = []
    number = -1

    def on_event(*_: object) -> None:
        found.append(number)

    for number in numbers:
        scan(documents[number], on_event)
    return list(dict.fromkeys(found))


@cache
def _gates() -> tuple[Database, Database]:
    """The cheap signs first (one text in ten shows one), then badness for those: 1.2 ms a megabyte in place of 240."""
    from ftfy import badness, chardata  # noqa: PLC0415 - as above

    from clean import scanning  # noqa: PLC0415 - a single text needs no scanner

    clues = chardata.UTF8_CLUES
    more = f"[{clues['utf8_continuation']}]"
    pairs = "|".join(f"[{clues[f'utf8_first_of_{size}']}]{more * (size - 1)}" for size in (2, 3, 4))
    openings = "|".join(sorted({_opening(name) for name in chardata.CHARMAP_ENCODINGS}))
    flags = scanning.ONCE | scanning.UTF8 | scanning.ANY_LINE_END
    signs = [(pairs, flags), (rf"^[\x00-\x7f]*(?:{openings})", flags), ("[\x80-\x9f]", flags)]
    return scanning.Database.compiled(signs), scanning.Database.compiled(
        [(_loosened(badness.BADNESS_RE.pattern), flags)]
    )


def _opening(encoding: str) -> str:
    """A character that a lead byte of UTF-8 decodes to, and one that can follow it: a continuation byte, or a blank for one."""
    leads, follow = (
        "".join(dict.fromkeys(_decoded(encoding, low, high))) for low, high in ((0xC0, 0xF5), (0x80, 0xC0))
    )
    return f"[{re.escape(leads)}][{re.escape(follow)} ]"


def _decoded(encoding: str, low: int, high: int) -> str:
    return "".join(bytes([byte]).decode(encoding, "ignore") for byte in range(low, high))


def _loosened(pattern: str) -> str:
    r"""Ftfy's badness pattern without its layout, and wider where a byte scanner reads more narrowly (`\\s`, `\\w`, `^`)."""
    bare, inside = [], False
    for line in pattern.split("\n"):
        body = line if "#" not in line or line.lstrip()[0] != "#" else ""
        for at, char in enumerate(body):
            if char == "[" and body[at - 1 : at] != "\\":
                inside = True
            if inside or not char.isspace():
                bare.append(char)
            if char == "]":
                inside = False
    text = "".join(bare)
    text = text.replace(r"\w", "[0-9A-Za-z_\x80-\U0010ffff]")
    return text.replace(r"\s?", "(?:.|)").replace(r"\s", ".").replace("|^[", "|[")
