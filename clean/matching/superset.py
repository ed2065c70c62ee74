"""From tree to a byte pattern that holds for every line the rule can match: what rules without a telling factor are looked for by.

Only ever wider than the `regex` pattern `widen` emits, never narrower: `regex` finds the rule in a line implies the byte
pattern matches the line's UTF-8. Byte mode, MULTILINE, every case written out; one event a line, at its end.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Final

import regex

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

MAX_COUNT: Final = 2  # a higher bound is left open: counters cost states
CHARACTER: Final = r"[\xc2-\xf4][\x80-\xbf]{1,3}"  # any non-ASCII character
_SPACE: Final = r"[ \t\x80-\xff]"
_ANY: Final = r"[^\n]"
# The letters that `regex` folds onto ASCII ones (a test asks it), and what they are read as in a folded copy.
FOLDED: Final = {"İ": "I", "ı": "i", "ſ": "s", "\u212a": "K"}
GATE_CHARS: Final = "".join(FOLDED)
LAST_CASED_PLANE: Final = 0x20000  # Unicode has no cased letter above plane 1 (a test asks `regex`)
# What a unit's frame allows around the pattern holds no ASCII letter or digit (`units.FRAMES`; a test compares).
_AROUND: Final = r"[^\nA-Za-z0-9]*"
_UNIT_FRAMES: Final = {
    "line": (f"^{_AROUND}", f"{_AROUND}$"),
    "block": (f"^{_AROUND}", f"{_AROUND}$"),
    "sentence": ("", r"[^\n]*$"),
    "start": (f"^{_AROUND}", r"[^\n]*$"),
    "end": ("", f"{_AROUND}$"),
    "anywhere": ("", r"[^\n]*$"),
}
_NAME: Final = rf"(?:[A-Z]|{CHARACTER})[^\n]*"
# What every text of a built-in class holds; their insides would only cost states.
_BUILTIN: Final = {
    "date": rf"[^\n]*(?:[0-9]|{CHARACTER})[^\n]*",
    "host": r"[^\n]+\.[^\n]+",
    "url": r"[^\n]+[./][^\n]+",
    "email": r"[^\n]+@[^\n]+",
    "caps": rf"(?:[A-Z]|{CHARACTER})(?:[^\na-z])+",
    "person": _NAME,
    "persons": _NAME,
    "place": _NAME,
}


def superset(tree: Node, units: tuple[str, ...], at: str, *, fold: bool) -> list[str]:
    """The byte patterns that nominate a line for a rule: one for each of its units that is not covered by another."""
    body = _Bytes(fold).node(tree)
    frames = {_UNIT_FRAMES[at if unit == "span" else unit] for unit in units}
    if len(frames) > 1:  # the open frames hold for all a line frame holds for
        frames = {frame for frame in frames if not frame[0]} or frames
    return [f"{lead}(?:{body}){trail}" for lead, trail in sorted(frames)]


class _Bytes:
    def __init__(self, fold: bool) -> None:
        self.fold = fold

    def node(self, node: Node) -> str:
        match node:
            case Lit(" "):
                return _SPACE + "+"
            case Lit(char):
                return self.char(char)
            case Copyright():
                return f"(?:{encoded('©ⓒⒸ')}|{encoded('(（﹙')}{encoded('cCｃＣ')}{encoded(')）﹚')})"
            case Any():
                return r"[^\n]{1,4}"
            case Set():
                return f"(?:{self.set(node)})"
            case Edge():
                return ""
            case Seq(parts):
                return "".join(f"(?:{self.node(part)})" if isinstance(part, Alt) else self.node(part) for part in parts)
            case Alt(parts):
                return "|".join(self.node(part) for part in parts)
            case Repeat():
                return self.repeat(node)
            case Group(_, inner):
                return f"(?:{self.node(inner)})"
            case Builtin(name, _, _):
                return f"(?:{_BUILTIN[name]})"
            case Entity():
                return r"[^\n]+"
            case Ref(name):
                raise AssertionError(name)

    def char(self, char: str) -> str:
        members = set(literal_members(char, fold=self.fold))
        if self.fold:
            members |= {variant for member in tuple(members) for variant in case_variants(member)}
        if char.isdecimal():
            return f"(?:{encoded(''.join(m for m in members if m.isascii()))}|{CHARACTER})"
        return encoded("".join(sorted(members)))

    def set(self, node: Set) -> str:
        ascii_class, other = self.ascii_class(node)
        return f"{ascii_class}|{CHARACTER}" if other and ascii_class else ascii_class or CHARACTER

    def ascii_class(self, node: Set) -> tuple[str, bool]:
        """The ASCII members as a byte class ("" if none), and whether a non-ASCII character can be one."""
        allowed = set()
        other = node.negated
        exact = any(isinstance(item, str) and item.startswith("\\p{L") for item in node.items)  # as `widen` has it
        for item in node.items:
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
                members = literal_members(item, fold=self.fold)
                allowed |= {member for member in members if member.isascii()}
                other |= not members.isascii() or item.isalnum()
        if self.fold and not exact:
            allowed |= {
                variant for char in tuple(allowed) for variant in (char.lower(), char.upper()) if variant.isascii()
            }
        if node.negated:
            # Whether letters of the other case are excluded is `regex`'s affair: only what is excluded in both is.
            excluded = (
                {char for char in allowed if not char.isalpha()}
                if not any(len(i) > 1 for i in node.items if isinstance(i, str))
                else set()
            )
            return "[^" + "".join(_escape(char) for char in sorted(excluded)) + r"\n\x80-\xff]", True
        return ("[" + "".join(_escape(char) for char in sorted(allowed)) + "]") if allowed else "", other

    def repeat(self, node: Repeat) -> str:
        low, high = min(node.low, MAX_COUNT), node.high
        open_ = high == UNBOUNDED or high > MAX_COUNT
        match node.node:
            case Lit(" "):
                return _SPACE + ("*" if low == 0 else f"{{{low},}}")
            case Any():
                return _ANY + f"{{{low},}}"
            case Set() as inner:
                ascii_class, other = self.ascii_class(inner)
                if other:  # one to four bytes a character: any number of them, never fewer than characters
                    wide = (
                        ascii_class[:-1].removesuffix(r"\x80-\xff") + "]"
                        if inner.negated
                        else f"{ascii_class[:-1] or '['}\\x80-\\xff]"
                    )
                    return wide + f"{{{low},}}"
                return ascii_class + (f"{{{low},}}" if open_ else f"{{{low},{high}}}")
        body = self.node(node.node)
        if not body:
            return ""
        return f"(?:{body})" + (f"{{{low},}}" if open_ else f"{{{low},{high}}}")


@cache
def encoded(chars: str) -> str:
    r"""A byte pattern for any one of the characters.

    >>> print(encoded("a"), encoded("'’"), encoded("аб"))
    a (?:\x27|\xe2\x80\x99) (?:\xd0[\xb0\xb1])
    """
    ascii_chars = sorted(char for char in chars if char.isascii())
    by_prefix: dict[bytes, list[int]] = defaultdict(list)
    for char in sorted(set(chars) - set(ascii_chars)):
        raw = char.encode("utf-8", "surrogatepass")
        by_prefix[raw[:-1]].append(raw[-1])
    ways = []
    if ascii_chars:
        ways.append(
            _escape(ascii_chars[0]) if len(ascii_chars) == 1 else "[" + "".join(map(_escape, ascii_chars)) + "]"
        )
    for prefix, last in sorted(by_prefix.items()):
        tail = f"\\x{last[0]:02x}" if len(last) == 1 else "[" + "".join(f"\\x{byte:02x}" for byte in last) + "]"
        ways.append("".join(f"\\x{byte:02x}" for byte in prefix) + tail)
    return ways[0] if ways == ways[:1] and ascii_chars else f"(?:{'|'.join(ways)})"


def _escape(char: str) -> str:
    return char if char.isalnum() else f"\\x{ord(char):02x}"


@cache
def _cased() -> str:
    """Every character that takes part in case, by the tables of the installed `regex`."""
    everything = "".join(chr(code) for code in range(LAST_CASED_PLANE) if not 0xD800 <= code <= 0xDFFF)
    return "".join(regex.findall(r"[\p{Cased}\p{Lu}\p{Ll}\p{Lt}\u0345]", everything))


@cache
def case_variants(char: str) -> str:
    r"""All characters that the installed `regex` takes for `char` under IGNORECASE, itself included.

    >>> sorted(case_variants("k")) == ["K", "k", "\u212a"], case_variants("1")
    (True, '1')
    """
    if char.lower() == char.upper() and char not in _cased():
        return char
    return "".join(sorted({char, *regex.findall(regex.escape(char), _cased(), regex.I)}))


_LETTERS: Final = frozenset(chr(code) for code in range(128) if chr(code).isalpha())
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
    "\\p{Lu}": (frozenset(char for char in _LETTERS if char.isupper()), True),
    "\\p{Ll}": (frozenset(char for char in _LETTERS if char.islower()), True),
    "\\p{M}": (frozenset(), True),
    "\\p{N}": (_DIGITS, True),
}
