"""What others lose and find on the same lines: figures pinned in peers_quality.toml, and the installed ones measured again.

None of them was made for this job: the C4 filter drops lines for a training set, jusText parts pages into good and bad.
"""

from __future__ import annotations

import html
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FILE = Path(__file__).with_name("peers_quality.toml")
Spans = list[list[int]]
Cut = "Callable[[str, str], Spans]"
STOP_WORDS = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "nl": "Dutch",
    "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian",
}  # fmt: skip


def pinned(name: str) -> list[dict[str, Any]]:
    """The pinned figures of a set: name, precision, recall, body_loss, clean_damaged, spans, source; what is not known lacks."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["peer"]
    return [entry for entry in entries if entry["set"] == name]


def installed() -> dict[str, Callable[[str, str], Spans]]:
    """The peers at hand: (text, language) → spans that would go. Those that are not installed are told."""
    found: dict[str, Callable[[str, str], Spans]] = {}
    for name, make in {"C4 rules (datatrove)": _c4, "jusText": _justext}.items():
        try:
            found[name] = make()
        except ImportError as error:
            print(f"{name}: not installed ({error.name}); benchmarks/requirements.lock has it")
    return found


def missing(text: str, kept: Iterable[str]) -> Spans:
    """The lines of a text that are not among the kept ones, in order; a kept line stands for the next line that equals it."""
    waiting = [" ".join(line.split()) for line in kept]
    at = turn = 0
    gone: Spans = []
    for line in text.split("\n"):
        plain = " ".join(line.split())
        if plain and plain in waiting[turn:]:
            turn = waiting.index(plain, turn) + 1
        elif plain:
            gone.append([at, at + len(line)])
        at += len(line) + 1
    return gone


def _c4() -> Callable[[str, str], Spans]:
    from datatrove.data import Document  # noqa: PLC0415 - a peer need not be there
    from datatrove.pipeline.filters import C4QualityFilter  # noqa: PLC0415

    chosen = C4QualityFilter(min_num_sentences=-1, remove_citations=False)

    def cut(text: str, _: str) -> Spans:
        document = Document(text=text, id="1")
        kept = chosen.filter(document)
        stays = kept is True or (isinstance(kept, tuple) and kept[0])
        return missing(text, document.text.split("\n") if stays else [])

    return cut


def _justext() -> Callable[[str, str], Spans]:
    import justext  # noqa: PLC0415

    def cut(text: str, language: str) -> Spans:
        words = justext.get_stoplist(STOP_WORDS[language]) if language in STOP_WORDS else frozenset()
        lines = [line for line in text.split("\n") if line.strip()]
        page = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines)
        found = justext.justext(f"<html><body>{page}</body></html>", words)
        return missing(text, [part.text for part in found if not part.is_boilerplate])

    return cut
