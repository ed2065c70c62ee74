"""From tree to `regex` pattern: typographic families and case folding widen the pattern; the text is never folded.

A plain quote, dash, space, bracket, colon, (c) or digit stands for its family; a space is one or more of its family, ` ?`
none or one, ` *` none or more. `case = fold` takes i, I, İ and ı for one letter in every language, Greek vowels with and
without tonos for one, and σ with ς; the rest is `regex`'s own IGNORECASE. Each family has a lint test.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

import regex

from clean import segment
from clean.ruleset.pattern import (
    UNBOUNDED,
    Alt,
    Any,
    Builtin,
    Copyright,
    Edge,
    Entity,
    Group,
    Lit,
    Node,
    Ref,
    Repeat,
    Seq,
    Set,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# What the installed `regex` calls \h (a test compares): written so, patterns compile faster.
SPACES: Final = " \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
BLANKS: Final = frozenset(segment.members(SPACES))
FAMILIES: Final = (
    "'’‘‛ʼʹ′`´＇",
    '"“”„‟″«»＂「」『』〝〞',
    "-‐‑‒–—―−﹘﹣－⁃",
    "(（﹙",
    ")）﹚",
    "[［【〔﹝",
    "]］】〕﹞",
    ":：﹕︰∶ː",
)
COPYRIGHT: Final = r"(?:[©ⓒⒸ]|[(（﹙][cCｃＣ][)）﹚])"
COPYRIGHT_SIGN: Final = "©"
_I: Final = "iIİı"
_GREEK: Final = ("αάΑΆ", "εέΕΈ", "ηήΗΉ", "ιίϊΐΙΊΪ", "οόΟΌ", "υύϋΰΥΎΫ", "ωώΩΏ", "σςΣ")
_DIGITS: Final = tuple(
    "".join(
        chr(code)
        for code in range(0x1FFFF)
        if unicodedata.category(chr(code)) == "Nd" and unicodedata.decimal(chr(code)) == value
    )
    for value in range(10)
)
_FAMILY_OF: Final = {char: family for family in FAMILIES for char in family[0]}
_MEMBER_OF: Final = {char: family[0] for family in FAMILIES for char in family}
FOLD_GROUPS: Final = (_I, *_GREEK)
_FOLD_OF: Final = {char: group for group in FOLD_GROUPS for char in group}
_NEVER: Final = "(?!)"
# The letters that `regex` folds onto ASCII ones (a test asks it), and what they are read as where they are looked past.
FOLDED: Final = {"İ": "I", "ı": "i", "ſ": "s", "\u212a": "K"}


def no_entities(_: Entity) -> str:
    """What an entity placeholder stands for where none are known."""
    return _NEVER


def emit(node: Node, *, fold: bool, entities: Callable[[Entity], str] = no_entities) -> str:
    r"""The widened pattern of a tree, for `compile_pattern`. `entities` writes what an entity placeholder stands for.

    >>> print(emit(Lit("x"), fold=True), emit(Repeat(Lit(" "), 0, 1), fold=True))
    x \h?
    """
    return _Emitter(fold, entities).node(node)


def compile_pattern(source: str, *, fold: bool) -> regex.Pattern[str]:
    """Compile what `emit` wrote, with the flags it was written for."""
    return regex.compile(source, regex.V0 | (regex.I if fold else 0))


def literal_members(char: str, *, fold: bool) -> str:
    """All characters that a literal one stands for, `regex`'s own case folds apart."""
    if char == " ":
        return SPACES
    if char in _FAMILY_OF:
        return _FAMILY_OF[char]
    if char.isdecimal():
        return _DIGITS[unicodedata.decimal(char)]
    if fold and char in _FOLD_OF:
        return _FOLD_OF[char]
    return char


def canonical(char: str, *, fold: bool) -> str:
    """The character that names all those a literal stands for: the same for any two that stand for the same.

    >>> canonical("\u00a0", fold=True), canonical("’", fold=True), canonical("Σ", fold=True), canonical("A", fold=False)
    (' ', "'", 'σ', 'A')
    """
    if char in BLANKS:
        return " "
    if char in _MEMBER_OF:
        return _MEMBER_OF[char]
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if not fold:
        return char
    return _FOLD_OF[char][0] if char in _FOLD_OF else char.lower() if len(char.lower()) == 1 else char


class _Emitter:
    def __init__(self, fold: bool, entities: Callable[[Entity], str]) -> None:
        self.fold, self.entities = fold, entities

    def node(self, node: Node) -> str:
        match node:
            case Lit(char, raw):
                return regex.escape(char, literal_spaces=False) if raw else self.literal(char)
            case Copyright():
                return COPYRIGHT
            case Any():
                return r"[^\n]"
            case Set():
                return self.set(node)
            case Edge():
                return r"\b"
            case Seq(parts):
                return "".join(self.wrapped(part) if isinstance(part, Alt) else self.node(part) for part in parts)
            case Alt(parts):
                return "|".join(self.node(part) for part in parts)
            case Repeat():
                return self.repeat(node)
            case Group(name, inner):
                return f"(?P<{name}>{self.node(inner)})"
            case Builtin(_, inner, exact):
                return (
                    f"(?-i:{_Emitter(False, self.entities).node(inner)})"
                    if self.fold and exact
                    else f"(?:{self.node(inner)})"
                )
            case Entity():
                return self.entities(node)
            case Ref(name):
                raise AssertionError(name)

    def wrapped(self, node: Node) -> str:
        return f"(?:{self.node(node)})"

    def literal(self, char: str) -> str:
        if char == " ":
            # A run of blanks is taken whole or not at all: runs that trade blanks with a wildcard beside them are not linear
            # (` x` after {person} on 1,000 blanks took 9.5 s).
            return r"(?<!\h)\h++"
        if char.isdecimal():  # the same digit in any script; a set of all seventy compiles slowly
            return rf"(?:(?=\p{{Nd}})\p{{nv={unicodedata.decimal(char)}}})"
        members = literal_members(char, fold=self.fold)
        if members == _I:
            return "[iI]"  # under IGNORECASE `i` takes İ as well, `I` takes ı
        return regex.escape(char) if members == char else f"[{regex.escape(members)}]"

    def set(self, node: Set) -> str:
        body = "".join(self.set_item(item) for item in node.items)
        # A negated set must not run over the line end (the unit sees one line, the scan many).
        pattern = f"[^{body}\\n]" if node.negated else f"[{body}]"
        # IGNORECASE would make \p{Lu} take small letters.
        return f"(?-i:{pattern})" if self.fold and "\\p{L" in body else pattern

    def set_item(self, item: str | tuple[str, str]) -> str:
        if isinstance(item, tuple):
            low, high = item
            body = f"{regex.escape(low)}-{regex.escape(high)}"
            if (low, high) == ("0", "9"):
                return r"\d"
            if low.isdecimal() and high.isdecimal():
                digits = range(unicodedata.decimal(low), unicodedata.decimal(high) + 1)
                return "".join(_DIGITS[value] for value in digits)
            return body + "".join(_FOLD_OF[char] for char in ("i", "I") if self.fold and low <= char <= high)
        if item[0] == "\\" and len(item) > 1:
            return item
        return r"\h" if item == " " else regex.escape(literal_members(item, fold=self.fold))

    def repeat(self, node: Repeat) -> str:
        inner = r"\h" if node.node == Lit(" ") else self.node(node.node)
        if not isinstance(node.node, (Lit, Any, Set)) and not (isinstance(node.node, (Group, Copyright, Builtin))):
            inner = f"(?:{inner})"
        bounds = {(0, 1): "?", (0, UNBOUNDED): "*", (1, UNBOUNDED): "+"}.get((node.low, node.high))
        if bounds is None:
            bounds = f"{{{node.low},{'' if node.high == UNBOUNDED else node.high}}}"
        return inner + bounds + ("?" if node.lazy else "")
