"""The first text of a rule pack: valid TOML that says what each key is for, with the author's part left empty.

Nothing is written here; the command line does that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import regex

from clean import schema
from clean.errors import ConfigError
from clean.ruleset.load import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence

_PART: Final = regex.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE: Final = regex.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_UNITS: Final = {  # what a unit asks for beyond the pattern
    "line": "",
    "sentence": "",
    "span": 'at = "end"                   # of the line: start, end, anywhere\n',
    "block": (
        "while = []                   # the lines that belong to it: shapes (headline, short, label ...) or patterns\n"
        "max_lines = 8                # a block that is longer is no match\n"
    ),
}


@dataclass(frozen=True, slots=True)
class Scaffold:
    """A new pack: its path below a folder of rules, `/` between the parts, and its text."""

    path: str
    text: str


def scaffold(rule_id: str, *, category: str = "", languages: Sequence[str] = ("en",), unit: str = "line") -> Scaffold:
    """The pack that holds one rule to be filled in; its path follows from the id.

    A family with one category needs none named; else an empty one is left to the author. Raises ConfigError for an id,
    category or language that is not written as it must be.
    """
    parts = rule_id.split(".")
    if len(parts) < 3 or not all(_PART.fullmatch(part) for part in parts):
        raise ConfigError(
            f"the id {rule_id!r} is not written <room>.<subject>.<thing>",
            help="small letters, digits and hyphens, parted by dots, e.g. promo.harbour.app-line",
        )
    if category and category not in schema.CATEGORIES:
        raise ConfigError(f"category = {category!r} is not known", help=f"one of {', '.join(schema.CATEGORIES)}")
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            raise ConfigError(f"language = {language!r} is no BCP 47 tag", help="e.g. en, pt-BR")
    family = [name for name in schema.CATEGORIES if schema.is_under(name, parts[0])]
    chosen = category or (family[0] if len(family) == 1 else "")
    return Scaffold("/".join(parts[:-1]) + ".toml", _text(rule_id, chosen, family, languages, unit))


def _text(rule_id: str, category: str, family: Sequence[str], languages: Sequence[str], unit: str) -> str:
    *room, subject, _ = rule_id.split(".")
    asked = "" if category else f"# one of {', '.join(family or schema.CATEGORIES)}\n"
    outlets = 'outlets = ["example.com"]    # the hosts it holds for\n' if room == ["outlets"] else ""
    named = f"; the id begins with the path, {'.'.join([*room, subject])}" if room[0] in FAMILIES else ""
    return f"""\
# One file, one subject{named}. `clean rules test` names what is still to be filled in, docs/rules.md explains every key.
[pack]
subject = {json.dumps(subject.replace("-", " ").capitalize())}
languages = {json.dumps(list(languages))}           # for reports, never a gate

[[rule]]
id = "{rule_id}"
title = ""                   # a sentence: what the rule takes
{asked}category = "{category}"
unit = "{unit}"                # line, sentence, span, block
{_UNITS[unit]}zone = "any"                 # head, tail, edge, body: where in the text; the narrower, the safer
{outlets}# The whole unit and not a word of it, without ^ and $. {{publisher}} {{person}} {{date}} ... stand for what varies.
pattern = ''''''
# Two texts or more in which it must fire, as printed; with {{ text = "...", gives = {{ wire = "..." }} }} also what it learns.
match = []
# One text or more that holds its key words in a sentence of an article, and stays.
no_match = []
# status = "experimental"    # for a form that nobody has seen in real text yet: recorded, never acts
"""
