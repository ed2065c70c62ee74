"""Sentences of a page's foot that reserve text and data mining: the act and its refusal in one sentence, language by language.

"All rights reserved" is none of them. Sentences in the article's own lines are the business of the rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from clean.page.tree import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_FOOT_CHARS: Final = 20_000
MAX_SENTENCE_CHARS: Final = 800
_ACTS_AND_REFUSALS: Final = {
    "en": (
        r"text and data mining|text[- ]and[- ]data[- ]mining|\btdm\b|machine learning|(?:train|training)[^.]{0,40}\b(?:ai|artificial intelligence|language models?|algorithms)\b|large language models?|\bscrap(?:e|ing)\b",
        r"\breserved?\b|\bprohibited\b|\bnot (?:be )?(?:permitted|allowed)\b|\bwithout (?:the )?(?:prior |express |written |our )+(?:permission|consent)|\bopt(?:s|ed)?[- ]out\b|\bforbidden\b|article 4 (?:\(3\) )?of (?:the )?directive",
    ),
    "de": (
        r"text[- ]?(?:und|&)[- ]data[- ]?mining|training[^.]{0,30}\b(?:ki|künstlicher intelligenz)\b|§ ?44 ?b",
        r"\bvorbehalten\b|\buntersagt\b|nicht (?:gestattet|erlaubt)|nutzungsvorbehalt|\bverboten\b",
    ),
    "fr": (
        r"fouille de textes et de données|l\.? ?122-5-3|entraînement[^.]{0,40}intelligence artificielle",
        r"réserv|interdit|s['’]oppose|opposition",
    ),
    "es": (
        r"minería de textos y datos|entrenamiento[^.]{0,40}inteligencia artificial|artículo 67\.3",
        r"reserva|prohib|se opone",
    ),
    "it": (r"estrazione di testo e (?:di )?dati|text and data mining|art\. ?70-quater", r"riservat|vietat"),
    "nl": (r"tekst- ?en ?datamining|artikel 15o", r"voorbehouden|niet toegestaan|verboden"),
    "pt": (r"(?:prospeção|mineração|prospecção) de textos e (?:de )?dados", r"reservad|proibid"),
    "pl": (r"eksploracj[aiąę] tekstów i danych", r"zastrzeżon|zabronion"),
    "sv": (r"text- ?och ?datautvinning", r"förbehåll|förbjud"),
    "da": (r"tekst- ?og ?datamining", r"forbehold|forbud"),
}
_PAIRS: Final = tuple(
    (re.compile(act, re.IGNORECASE), re.compile(refusal, re.IGNORECASE)) for act, refusal in _ACTS_AND_REFUSALS.values()
)
# One of these, in small letters, stands in every act: most feet are left alone without a pattern.
_CLUES: Final = (
    "mining", "scrap", "learning", "language model", "train", "44b", "44 b", "tdm", "fouille", "122-5-3", "minería", "entrenamiento", "67.3",
    "estrazione", "70-quater", "15o", "prospe", "mineração", "eksploracj", "datautvinning",
)  # fmt: skip
_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý§])|\n+")


def notices(feet: Iterable[Any]) -> Iterator[str]:
    """Every such sentence in the feet of a page, each once, as printed."""
    seen = set()
    for foot in feet:
        text = text_of(foot)
        small = text.lower()
        if len(text) > MAX_FOOT_CHARS or not any(clue in small for clue in _CLUES):
            continue
        for sentence in _SENTENCES.split(text):
            line = " ".join(sentence.split())
            if (
                line not in seen
                and len(line) <= MAX_SENTENCE_CHARS
                and any(act.search(line) and no.search(line) for act, no in _PAIRS)
            ):
                seen.add(line)
                yield line
