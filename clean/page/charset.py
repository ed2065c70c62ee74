"""Bytes of a page to text: byte-order mark, UTF-8 that proves itself, what is declared, a detector only where it is certain.

Which of them chose is part of the answer. Nothing is replaced: bytes that fit no choice are an error, wrong letters never come
out. Labels mean what the WHATWG Encoding Standard says ("iso-8859-1" is windows-1252).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from clean import charsets
from clean.errors import SourceError

HEAD_BYTES: Final = 4096  # browsers look for a declaration in the first 1,024; templates with long comments need more
_MAGIC: Final = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"PK\x03\x04",
    b"\xff\xd8\xff",
    b"RIFF",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
)
# Labels whose Python codec of the same name is narrower than what browsers read by it.
_WEB: Final = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "tis620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "johab": "cp949", "big5": "big5hkscs",
    "iso8859-8": "iso8859-8", "x-sjis": "cp932", "x-gbk": "gb18030", "x-cp1251": "cp1251", "x-cp1252": "cp1252",
    "x-mac-cyrillic": "mac_cyrillic", "x-euc-jp": "euc_jp", "x-x-big5": "big5hkscs", "windows-874": "cp874", "ks_c_5601-1987": "cp949",
    "unicode-1-1-utf-8": "utf-8", "utf8": "utf-8", "windows-31j": "cp932", "visual": "iso8859-8", "logical": "iso8859-8",
}  # fmt: skip
_SHIFTING: Final = ("iso2022_jp", "hz")  # bytes below 128 that are no ASCII: valid UTF-8, and yet not UTF-8
# Never read, whoever declares them: an old way around filters, or no charset of texts at all.
_REFUSED: Final = (
    "utf-7",
    "utf_7",
    "punycode",
    "idna",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "rot13",
    "mbcs",
    "oem",
)
_META: Final = re.compile(rb"<meta\b[^>]{0,300}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_:.+-]{2,40})", re.IGNORECASE)
_PROLOG: Final = re.compile(rb"^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9_:.+-]{2,40})", re.IGNORECASE)
_HEADER: Final = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.+-]{2,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of some bytes: `encoding` is the Python codec, `by` who chose it (bom, utf-8, header, meta, prolog, detected).

    `label` is the declaration as written, `confidence` 1.0 unless a detector chose. `strays` counts bytes that are no UTF-8
    on a page that is: each stands as U+FFFD in `text`, and whoever takes a part of it must see that none is in it.
    """

    text: str
    encoding: str
    by: str
    label: str = ""
    confidence: float = 1.0
    strays: int = 0


def decode(raw: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page. `content_type` is the HTTP header, if there was one. Raises SourceError `encoding` or `binary`."""
    if raw.startswith(_MAGIC):
        raise SourceError(
            "the bytes are those of an image, a document or an archive, not of a page", stage="decode", reason="binary"
        )
    if marked := charsets.codec_of_mark(raw):
        return Decoded(_strict(raw, marked), marked, "bom")
    declared = _declared(raw, content_type)
    for by, label, codec in declared:
        if codec in _SHIFTING and (text := _fits(raw, codec)) is not None:
            return Decoded(text, codec, by, label)
    if (text := _fits(raw, "utf-8")) is not None:
        if raw.count(0) * 4 > len(raw) > 3:
            what = "more than a quarter of the bytes are zero: UTF-16 without a byte-order mark, or no text; convert it, e.g. with iconv"
            raise SourceError(what, stage="decode", reason="encoding")
        return Decoded(text, "utf-8", "utf-8")
    for by, label, codec in declared:
        if codec == "utf-8":
            if (found := _mostly_utf8(raw, by, label)) is not None:
                return found
        elif (text := _fits(raw, codec)) is not None:
            return Decoded(text, codec, by, label)
    return _detected(raw, declared)


def codec_of(label: str) -> str | None:
    """The Python codec a charset label stands for on the web, None for one nobody knows or that is never read.

    >>> codec_of("ISO-8859-1"), codec_of("gb2312"), codec_of("utf-7"), codec_of("x-klingon")
    ('cp1252', 'gb18030', None, None)
    """
    label = label.strip().lower()
    try:
        name = codecs.lookup(_WEB.get(label, label)).name
    except (LookupError, ValueError):
        return None
    name = _WEB.get(name, name)
    if name.startswith(("utf-16", "utf-32")):  # a page that was read so far holds ASCII: it cannot be
        return "utf-8"
    return None if name in _REFUSED or not _is_text(name) else name


def _is_text(name: str) -> bool:
    try:
        return isinstance(b"a".decode(name), str)
    except (LookupError, UnicodeError, ValueError, TypeError):
        return False


def _declared(raw: bytes, content_type: str | None) -> list[tuple[str, str, str]]:
    """(who, label, codec) of every declaration whose label is known, in the order of trust of the HTML standard."""
    head = raw[:HEAD_BYTES]
    labels = [("header", found.group(1)) for found in [_HEADER.search(content_type or "")] if found]
    for by, pattern in (("meta", _META), ("prolog", _PROLOG)):
        labels += [(by, found.group(1).decode("ascii")) for found in [pattern.search(head)] if found]
    return [(by, label, codec) for by, label in labels if (codec := codec_of(label))]


def _fits(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        if codec != "cp1252":
            return None
    # Five bytes are not assigned in Python's cp1252; browsers read them as the control characters of the same number.
    return codecs.charmap_decode(raw, "strict", _WINDOWS_1252)[0]


_WINDOWS_1252: Final = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not {encoding} ({error.reason}), which the byte-order mark says; convert it, e.g. with iconv"
        raise SourceError(what, stage="decode", reason="encoding") from error


def _mostly_utf8(raw: bytes, by: str, label: str) -> Decoded | None:
    """A page that says UTF-8 and is, but for a few bytes somewhere: widgets and comments of other origin."""
    text = raw.decode("utf-8", "replace")
    strays = text.count("\ufffd") - raw.count(b"\xef\xbf\xbd")
    good = sum(len(part) for part in _BEYOND.findall(text)) - strays
    return Decoded(text, "utf-8", by, label, strays=strays) if strays * 8 <= good else None


_BEYOND: Final = re.compile("[^\x00-\x7f]+")


def _detected(raw: bytes, declared: list[tuple[str, str, str]]) -> Decoded:
    """What two detectors agree on, letter for letter: uchardet's choice, if charset-normalizer finds its text likely too."""
    said = f"declared: {', '.join(label for _, label, _ in declared)}" if declared else "no charset is declared"
    guess = codec_of(charsets.guess(raw))
    if guess == "utf-8" and (found := _mostly_utf8(raw, "detected", "")) is not None:
        return found
    text = _fits(raw, guess) if guess else None
    confidence = None if text is None else charsets.agreement(raw, text)
    if guess is None or text is None or confidence is None:
        what = f"no charset fits the bytes for certain; {said}: convert the page to UTF-8, e.g. with iconv"
        raise SourceError(what, stage="decode", reason="encoding")
    return Decoded(text, guess, "detected", confidence=confidence)
