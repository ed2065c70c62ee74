"""Whether a text is one that some language can hold, told by what every running text of it is full of.

Two detectors agree on wrong letters now and then (Albanian read as Baltic, Greek as Japanese). Latin letters: function words
in ASCII, which read the same in every 8-bit charset, say the language; all other letters must be its own. Chinese, Japanese
and Korean: the commonest characters must be common.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MIN_SHARE: Final = 0.10  # of the words; running news has 0.2 and more
MIN_WORDS: Final = 3
PUNCTUATION: Final = frozenset("\u00a0\u00ad‘’‚“”„‹›«»–—…•·©®™°§€£¿¡ºª½¼¾²³´×")
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Language:
    """ASCII function words, and every letter beyond ASCII that its news is written with, in small letters."""

    words: frozenset[str]
    letters: frozenset[str]


def _language(words: str, letters: str) -> Language:
    return Language(frozenset(words.split()), frozenset(letters))


LANGUAGES: Final = (
    _language(
        "the of and to in is that for on was with as it by at from he be are his this an have has not",
        "éèêëàâäáçñíïîóôöúûü",
    ),
    _language(
        "der die und das den von zu mit sich des auf ist im dem nicht ein eine als auch es an werden aus er hat dass",
        "äöüßéèáàêçñ",
    ),
    _language(
        "le la les de des du et en un une est dans que qui pour sur au par plus il pas avec ce sont se son",
        "éèêëàâçîïôùûüÿœæ",
    ),
    _language("de la el en y que a los del se las por un para con no una su al lo es como sus fue ha", "áéíóúüñ"),
    _language("de a o que e do da em um para com os no se na por mais as dos como mas ao ele das uma", "áàâãéêíóôõúüç"),
    _language("di e il la che in a per un del con una le i si da non della sono al ha dei alla nel come", "àèéìíîòóùú"),
    _language(
        "de het een van en in is dat op te zijn voor met niet die aan er om ook als bij door maar uit naar",
        "éèëïöüóáêçà",
    ),
    _language("och i att det som en av den till med inte de om ett han var men ett vid kan har från för är", "åäöéüà"),
    _language("og i det at en den til er som med de for af ikke der var et har han om men fra ved kan", "æøåéöäü"),
    _language("ja on ei se oli mukaan ovat joka kun sen mutta olla tai kuin hyvin nyt vain jos sekä että", "äöåéš"),
    _language(
        "i w na z do nie to jest o od po za jak dla przez oraz tym tego ale przy jako co czy jego", "ąćęłńóśźżéö"
    ),
    _language(
        "a v na je se do to s z o pro za ale od jak po tak ve ze by jsou jeho bude nebo", "áčďéěíňóřšťúůýžäöüľĺŕô"
    ),
    _language("a az hogy nem is egy van ez meg csak volt ki de mint lesz azt ezt sem vagy pedig minden", "áéíóöőúüű"),
    _language("de la a nu cu din pe care un o mai sau ce ca al ale fost sunt prin dar pentru este lui", "ăâîșțşţéö"),
    _language("ve bir bu da de ile olarak olan daha ne en kadar ise her ama sonra olan o ki var", "çğıiöşüâîûi̇"),
    _language("e i me nga nuk do ka si kjo ky por se ishte kishte edhe pas tij duke deri kur dhe", "ëçé"),
    _language("yang dan di dari ini itu dengan untuk pada dalam tidak akan oleh ke juga dan atau para lebih", "é"),
)


# The commonest characters; together about a third of the characters of news.
_CHINESE: Final = "的一是在不了有和人這这中大為为上個个國国我以要他時时來来用們们生到作地於于出就分對对成會会可主發发年動动同也能下過过子說说"
COMMON: Final = {
    "gb18030": re.compile(f"[{_CHINESE}]"), "big5": re.compile(f"[{_CHINESE}]"), "big5hkscs": re.compile(f"[{_CHINESE}]"),
    "cp932": re.compile("[\u3041-\u3096]"), "euc_jp": re.compile("[\u3041-\u3096]"),
    "cp949": re.compile("[이다의는을에가고하지로도사인기한어]"),
}  # fmt: skip
_EAST_ASIAN: Final = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff66-\uff9d]")
MIN_COMMON: Final = 0.10  # of the letters beyond ASCII
MIN_EAST_ASIAN: Final = 0.95


def is_common(text: str, codec: str) -> bool:
    """Whether a text of a Chinese, Japanese or Korean charset has the commonest characters, and few of other scripts."""
    beyond = [letter for letter in text if letter > "\x7f" and letter.isalpha()]
    frequent, own = (
        sum(pattern.match(letter) is not None for letter in beyond) for pattern in (COMMON[codec], _EAST_ASIAN)
    )
    return bool(beyond) and frequent >= MIN_COMMON * len(beyond) and own >= MIN_EAST_ASIAN * len(beyond)


def fits(text: str) -> bool:
    """Whether one language has the text's function words, and all of its letters and marks beyond ASCII."""
    strange = {letter for letter in text.lower() if letter > "\x7f"} - PUNCTUATION
    words = [word for word in _WORD.findall(text.lower()) if word.isascii()]
    counts = [(sum(word in language.words for word in words), language) for language in LANGUAGES]
    best = max(count for count, _ in counts)
    return best >= max(MIN_WORDS, MIN_SHARE * len(words)) and any(
        strange <= language.letters for count, language in counts if count == best
    )
