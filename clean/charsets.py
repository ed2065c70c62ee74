"""What bytes say of their charset: a byte-order mark, and what two detectors agree on. All calls to the detectors stand here."""

from __future__ import annotations

import codecs
from typing import Final

# UTF-32 first: its little-endian mark begins with that of UTF-16. `utf-16` and `utf-32` take the mark off themselves.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
MAX_CHAOS: Final = 0.05  # charset-normalizer's share of unlikely characters; right choices showed up to 0.015


def codec_of_mark(head: bytes) -> str | None:
    """The codec a byte-order mark says."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def guess(raw: bytes) -> str:
    """The label uchardet gives to bytes, "" for none."""
    from resiliparse.parse.encoding import detect_encoding  # noqa: PLC0415 - few texts come so far

    return detect_encoding(raw) or ""


def agreement(raw: bytes, text: str) -> float | None:
    """How likely charset-normalizer finds it that bytes are this very text, up to 1.0; None where it reads them otherwise."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - as above

    match = next((one for one in from_bytes(raw) if one.chaos <= MAX_CHAOS and str(one) == text), None)
    return None if match is None else round(1 - match.chaos, 2)
