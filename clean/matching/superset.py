"""From tree to a byte pattern that holds for every line the rule can match: what a nominated line is asked first.

Only ever wider than the `regex` pattern that `widen` emits, never narrower: `regex` finds the rule in a line implies that the
byte pattern matches all of the line's UTF-8 (outer blanks may stay).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from clean.matching.letters import case_variants, encoded
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
from clean.ruleset.widen import literal_members

MAX_COUNT: Final = 8  # a higher bound is left open: counts cost states
_OTHER: Final = r"[\x80-\xff]"  # one byte of any non-ASCII character
_CHARACTER: Final = rf"(?:{_OTHER}+)"  # any of them: their bytes are not counted
_COPYRIGHT: Final = f"(?:{encoded('©ⓒⒸ')}|{encoded('(（﹙')}{encoded('cCｃＣ')}{encoded(')）﹚')})"
# What a unit's frame allows around the pattern holds no ASCII letter or digit (`units.FRAMES`; a test compares).
_AROUND: Final = "[^A-Za-z0-9]*"
_OPENING: Final = "(?:.*[^A-Za-z0-9])?"
_FRAMES: Final = {
    "line": (_AROUND, _AROUND),
    "block": (_AROUND, _AROUND),
    "sentence": (_OPENING, ".*"),
    "start": (_AROUND, ".*"),
    "end": (".*", _AROUND),
    "anywhere": (".*", ".*"),
}


def superset(tree: Node, units: tuple[str, ...], at: str, *, fold: bool) -> bytes:
    """The byte pattern of a rule for whole lines: one alternative for each of its units that is not covered by another."""
    body = _Bytes(fold).node(tree)
    frames = {_FRAMES[at if unit == "span" else unit] for unit in units}
    leads, trails = ({frame[side] for frame in frames} for side in (0, 1))
    lead = next(lead for lead in (".*", _OPENING, _AROUND) if lead in leads)
    trail = next(trail for trail in (".*", _AROUND) if trail in trails)
    return f"(?s){lead}(?{'i' if fold else ''}:{body}){trail}".encode()


class _Bytes:
    def __init__(self, fold: bool) -> None:
        self.fold = fold

    def node(self, node: Node) -> str:
        match node:
            case Lit(" "):
                return r"[ \t\x80-\xff]+"
            case Lit(char):
                return _literal(char, fold=self.fold)
            case Copyright():
                return _COPYRIGHT
            case Any():
                return "(?:.{1,4})"
            case Set():
                return _set(node, 1, 1, fold=self.fold)
            case Edge():
                return ""
            case Seq(parts):
                return "".join([f"(?:{self.node(part)})" if type(part) is Alt else self.node(part) for part in parts])
            case Alt(parts):
                return "|".join([self.node(part) for part in parts])
            case Repeat():
                return self.repeat(node)
            case Group(_, inner):
                return f"(?:{self.node(inner)})"
            case Builtin(name, inner, exact):
                return _builtin(name, inner, self.fold, exact)
            case Entity():
                return ".+"
            case Ref(name):
                raise AssertionError(name)

    def repeat(self, node: Repeat) -> str:
        low = min(node.low, MAX_COUNT)
        match node.node:
            case Lit(" "):
                return r"[ \t\x80-\xff]" + ("*" if low == 0 else "+")
            case Any():
                return "." + _bounds(low, UNBOUNDED)
            case Set() as inner:
                return _set(inner, low, node.high, fold=self.fold)
        body = self.node(node.node)
        return f"(?:{body}){_bounds(low, node.high)}" if body else ""


def _bounds(low: int, high: int) -> str:
    if high == UNBOUNDED or high > MAX_COUNT:
        return {0: "*", 1: "+"}.get(low, f"{{{low},}}")
    return {(0, 1): "?", (1, 1): ""}.get((low, high), f"{{{low},{high}}}")


@cache
def _builtin(name: str, inner: Node, fold: bool, exact: bool) -> str:  # noqa: ARG001 - all make the key
    body = _Bytes(fold and not exact).node(inner)
    return f"(?-i:{body})" if fold and exact else f"(?:{body})"


@cache
def _literal(char: str, *, fold: bool) -> str:
    if char.isdecimal():
        return f"(?:{unicodedata.decimal(char)}|{_CHARACTER})"
    members = set(literal_members(char, fold=fold))
    if fold:
        members |= {variant for member in tuple(members) for variant in case_variants(member)}
        # The pattern's flag takes the other case of an ASCII letter.
        members -= {member for member in members if member.isascii() and member.isupper()}
    return encoded("".join(sorted(members)))


def _set(node: Set, low: int, high: int, *, fold: bool) -> str:
    """A set so many times. A character beyond ASCII is a byte or more: as many of them as there are, never fewer."""
    exact = fold and any(isinstance(item, str) and item.startswith("\\p{L") for item in node.items)  # as `widen` has it
    members, other = _members(node, fold=fold and not exact)
    beyond = r"\x80-\xff" if other else ""
    found = f"[{members}{beyond}]{_bounds(low, UNBOUNDED if other else high)}"
    return f"(?-i:{found})" if exact else found


@cache
def _members(node: Set, *, fold: bool) -> tuple[str, bool]:
    """The ASCII members as the inside of a byte class, and whether a character beyond ASCII can be one."""
    allowed, other = _allowed(node.items, fold=fold)
    if node.negated:
        # Whether letters of the other case are excluded is `regex`'s affair: only what is excluded in any case is.
        plain = all(isinstance(item, tuple) or len(item) == 1 for item in node.items)
        allowed = _ASCII - {char for char in allowed if not char.isalpha()} if plain else _ASCII
        other = True
    return "".join(f"\\x{ord(char):02x}" for char in sorted(allowed)), other


def _allowed(items: tuple[str | tuple[str, str], ...], *, fold: bool) -> tuple[frozenset[str], bool]:
    allowed: set[str] = set()
    other = False
    for item in items:
        if isinstance(item, tuple):
            low, high = item
            codes = range(ord(low), min(ord(high), 127) + 1)
            allowed |= {chr(code) for code in codes}
            other |= ord(high) > 127 or any(chr(code).isalnum() for code in codes)
        elif len(item) > 1:
            found, beyond = _CLASSES[item]
            allowed |= found
            other |= beyond
        else:
            members = " \t\u00a0" if item == " " else literal_members(item, fold=fold)
            allowed |= {member for member in members if member.isascii()}
            other |= not members.isascii() or item.isalnum()
    if fold:
        allowed |= {variant for char in tuple(allowed) for variant in (char.lower(), char.upper()) if variant.isascii()}
    return frozenset(allowed), other


_LETTERS: Final = frozenset(chr(code) for code in range(128) if chr(code).isalpha())
_CAPITALS: Final = frozenset(char for char in _LETTERS if char.isupper())
_DIGITS: Final = frozenset("0123456789")
_ASCII: Final = frozenset(chr(code) for code in range(128)) - {"\n"}
_CLASSES: Final[dict[str, tuple[frozenset[str], bool]]] = {
    "\\d": (_DIGITS, True),
    "\\w": (_LETTERS | _DIGITS | {"_"}, True),
    "\\s": (frozenset(" \t\v\f\r\x1c\x1d\x1e\x1f"), True),
    "\\D": (_ASCII, True),
    "\\W": (_ASCII, True),
    "\\S": (_ASCII, True),
    "\\p{L}": (_LETTERS, True),
    "\\p{Lu}": (_CAPITALS, True),  # case counts in these whatever the rule says
    "\\p{Ll}": (_LETTERS - _CAPITALS, True),
    "\\p{M}": (frozenset(), True),
    "\\p{N}": (_DIGITS, True),
}
