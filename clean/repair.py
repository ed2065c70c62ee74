"""Broken encodings mended by ftfy before cleaning, and recorded; good text is never touched.

ftfy runs with everything off but the repair of mojibake: no curling, widening, normalising, no unescaping, no invented
replacement characters. Text whose characters cannot be mojibake does not reach it (the gate): ftfy itself changes a text
only where its badness pattern matches, and that pattern needs a character outside ASCII.
"""

from __future__ import annotations

from functools import cache
from typing import Any


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
