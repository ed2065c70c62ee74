"""Is a pattern linear? Proved on the tree, before anything is compiled; what cannot be proved is refused.

Three conditions, with the line and sentence bounds of `segment`, keep the steps a rule spends on a line under a fixed
number: (1) no repeat holds another repeat unless every round opens with a character that nothing inside can run into;
(2) the ways of a choice under a repeat begin differently; (3) the repeats that can trade characters with what follows
them multiply to at most MAX_WAYS (one wildcard without bound and one of 200; the last part of a pattern is free).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

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
    PatternError,
    Ref,
    Repeat,
    Seq,
    Set,
)
from clean.ruleset.widen import compile_pattern, emit
from clean.segment import MAX_LINE_CHARS

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_WAYS: Final = MAX_LINE_CHARS * 200
CLASS_WAYS: Final = 5  # a name of up to five words can end after each of them
# The alphabet classes are compared on: Latin, Greek, Cyrillic, Hebrew, Arabic whole, and a sample of all the rest.
_PROBE: Final = (
    "".join(map(chr, (*range(1, 0x700), *range(0x2000, 0x2070), *range(0x2600, 0x2620))))
    + "अआइकखगঅকখக한국어กขคაბგ　。、〈〉「」【】〔〕あアー中文字（）［］｛｝：；，．！？－～／｜＝＠０９ＡＺａｚ©ⓒ﹙﹚😀𝒜"
)
_POSITION: Final = {char: index for index, char in enumerate(_PROBE)}
_ALL: Final = (1 << len(_PROBE)) - 1


def check(tree: Node, *, fold: bool) -> None:
    """Raise PatternError unless the expanded tree matches in linear time and never matches nothing."""
    if nullable(tree):
        raise PatternError("the pattern can match the empty text", "make at least one word of it required")
    _check_repeats(tree, fold)
    ways = _ways(tree, 0, fold)
    if ways > MAX_WAYS:
        raise PatternError(
            f"its repeats can share a line in {ways} ways; at most {MAX_WAYS} are linear",
            "bound the wildcards ({0,60}), exclude from each set the character that follows it ([^,]{1,60},), or split the rule",
        )


def nullable(node: Node) -> bool:
    """Whether the tree can match the empty text."""
    match node:
        case Seq(parts):
            return all(nullable(part) for part in parts)
        case Alt(parts):
            return any(nullable(part) for part in parts)
        case Repeat(inner, low, _, _):
            return low == 0 or nullable(inner)
        case Group(_, inner) | Builtin(_, inner, _):
            return nullable(inner)
        case Edge():
            return True
    return False


def _check_repeats(node: Node, fold: bool) -> None:
    match node:
        case Seq(parts) | Alt(parts):
            for part in parts:
                _check_repeats(part, fold)
        case Group(_, inner):
            _check_repeats(inner, fold)
        case Repeat(inner, _, high, _):
            if high != 1 and not isinstance(inner, (Lit, Any, Set, Copyright)):
                _check_round(inner, fold)
                if nullable(inner):
                    raise PatternError(
                        "a repeat of something that can be empty", "make one part inside the repeat required"
                    )
                _check_choices(inner, fold)
            _check_repeats(inner, fold)


def _check_round(inner: Node, fold: bool) -> None:
    """Condition 1: nothing inside a round can run into the character that opens the next, or over its separator."""
    parts = inner.parts if isinstance(inner, Seq) else ()
    swallowed = _swallowed(inner, fold) if not _opens_apart(parts, fold) else _swallowed(Seq(parts[1:]), fold)
    separated = any(isinstance(part, (Lit, Set)) and not _members(part, fold) & swallowed for part in parts)
    if swallowed & first(inner, fold) and not separated:
        raise PatternError(
            "a repeat inside a repeat (nested quantifier)",
            "let each round open with a character the inner repeat cannot take, as in (?:, [^,]{1,40}){0,5}, or write the repeat once",
        )


def _opens_apart(parts: tuple[Node, ...], fold: bool) -> bool:
    """Whether a round opens with a run (blanks, separators) that what comes next cannot begin with: ` word word`."""
    if len(parts) < 2 or not (
        parts[0] == Lit(" ")
        or (isinstance(parts[0], Repeat) and isinstance(parts[0].node, (Lit, Set)) and parts[0].low)
    ):
        return False
    rest = Seq(parts[1:])
    return not nullable(rest) and not first(rest, fold) & _reach(parts[0], fold)


def _swallowed(node: Node, fold: bool) -> int:
    """All characters that a repeat inside the node could take, of more than one length."""
    match node:
        case Seq(parts) | Alt(parts):
            return _union(_swallowed(part, fold) for part in parts)
        case Group(_, inner):
            return _swallowed(inner, fold)
        case Builtin(_, inner, exact):
            return _reach(inner, fold and not exact)
        case Repeat(inner, low, high, _):
            return (
                _reach(inner, fold)
                if low != high and not (isinstance(inner, Lit) and inner.char != " " and high == 1)
                else _swallowed(inner, fold)
            )
        case Entity():
            return _ALL
        case Lit(" "):
            return _members(node, fold)
    return 0


def _check_choices(node: Node, fold: bool) -> None:
    """Condition 2: the ways of each choice under a repeat begin differently, or are plain words none of which opens another."""
    match node:
        case Alt(parts):
            plain = _exclusive(parts)
            taken = 0
            for part in parts:
                begins = first(part, fold)
                if begins & taken and not plain:
                    raise PatternError(
                        "a choice under a repeat whose ways begin alike",
                        "let each way begin with another character, or write the repeat out",
                    )
                taken |= begins
            for part in parts:
                _check_choices(part, fold)
        case Seq(parts):
            for part in parts:
                _check_choices(part, fold)
        case Group(_, inner) | Repeat(inner, _, _, _):
            _check_choices(inner, fold)


def _exclusive(parts: tuple[Node, ...]) -> bool:
    """Whether the ways of a choice are plain words none of which opens another: at most one fits anywhere."""
    words = [text.casefold() for part in parts if (text := _plain(part)) is not None]
    apart = not any(a != b and b.startswith(a) for a in words for b in words)
    return len(words) == len(parts) == len(set(words)) and apart


def _plain(node: Node) -> str | None:
    """The text of a node made of literals alone."""
    match node:
        case Lit(char):
            return char
        case Seq(parts):
            texts = [_plain(part) for part in parts]
            return None if any(text is None for text in texts) else "".join(text for text in texts if text is not None)
    return None


def _ways(node: Node, follow: int, fold: bool) -> int:
    """Condition 3: in how many ways the repeats of a node can share what they match, `follow` being what may come next."""
    match node:
        case Seq(parts):
            product = 1
            for index in range(len(parts) - 1, -1, -1):
                product *= _ways(parts[index], follow, fold)
                begins = first(parts[index], fold)
                follow = begins | follow if nullable(parts[index]) else begins
            return product
        case Alt(parts):
            return (
                sum(_ways(part, follow, fold) for part in parts)
                if _alike(parts, fold) and not _exclusive(parts)
                else max(_ways(part, follow, fold) for part in parts)
            )
        case Group(_, inner):
            return _ways(inner, follow, fold)
        case Builtin() | Entity():
            return CLASS_WAYS
        case Repeat(inner, low, high, _):
            rounds = MAX_LINE_CHARS if high == UNBOUNDED else high
            own = 1 if rounds - low <= 1 or not _reach(inner, fold) & follow else rounds - low
            again = first(inner, fold) if high != 1 else 0  # an optional part is followed by no round of its own
            return own * int(_ways(inner, follow | again, fold) ** min(rounds, 50))
    return 1


def _alike(parts: tuple[Node, ...], fold: bool) -> bool:
    taken = 0
    for part in parts:
        if (begins := first(part, fold)) & taken:
            return True
        taken |= begins
    return False


def first(node: Node, fold: bool) -> int:
    """The characters a match of the node can begin with, as bits over the probe alphabet."""
    match node:
        case Seq(parts):
            bits = 0
            for part in parts:
                bits |= first(part, fold)
                if not nullable(part):
                    break
            return bits
        case Alt(parts):
            return _union(first(part, fold) for part in parts)
        case Group(_, inner) | Repeat(inner, _, _, _):
            return first(inner, fold)
        case Builtin(_, inner, exact):
            return first(inner, fold and not exact)
    return _members(node, fold)


def _reach(node: Node, fold: bool) -> int:
    """All characters that can stand in a match of the node."""
    match node:
        case Seq(parts) | Alt(parts):
            return _union(_reach(part, fold) for part in parts)
        case Group(_, inner) | Repeat(inner, _, _, _):
            return _reach(inner, fold)
        case Builtin(_, inner, exact):
            return _reach(inner, fold and not exact)
    return _members(node, fold)


def _union(bits: Iterable[int]) -> int:
    total = 0
    for part in bits:
        total |= part
    return total


@cache
def _members(node: Node, fold: bool) -> int:
    match node:
        case Edge():
            return 0
        case Entity() | Any():
            return _ALL
        case Ref(name):
            raise AssertionError(name)
        case Copyright():
            return _union(1 << _POSITION[char] for char in "©ⓒ(（")
    bits = bytearray(len(_PROBE) // 8 + 1)
    for found in compile_pattern(emit(node, fold=fold), fold=fold).finditer(_PROBE):
        for index in range(found.start(), found.end()):
            bits[index >> 3] |= 1 << (index & 7)
    return int.from_bytes(bits, "little")
