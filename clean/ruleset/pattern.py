r"""The pattern language: a documented, safe subset of `regex` syntax, read into a small tree.

    literal characters        widened and folded by `widen`; escape with a backslash
    .  \d \w \s \D \W \S       any character of the line; classes
    \p{L} \p{Lu} \p{Ll} \p{M} \p{N} letters, capitals, small letters, combining marks, numbers; case always counts in these
    [abc] [a-z] [^…]          sets
    \b                        word edge
    (?:…|…)  (?P<name>…)      groups; `name` is a capture of schema.CAPTURES
    ?  *  +  {m,n}            repeats, lazy with a `?` after them; bounds up to 200
    {name}                    phrase list, entity kind or built-in class
    (c)                       the copyright sign

Everything else is refused with a sentence on how to write it: numbered groups, back references, look-around, flags,
fuzzy matching, anchors (the unit supplies them). The same tree is widened into a `regex` pattern (widen.py), checked for
linear matching (linear.py) and asked for what every match must hold (factors.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from clean import schema, segment

UNBOUNDED: Final = -1
MAX_REPEAT: Final = 200
MAX_DEPTH: Final = 30
MAX_PATTERN_CHARS: Final = 4_000


class PatternError(ValueError):
    """A pattern is refused: what is wrong, and how to write it."""

    def __init__(self, what: str, help: str = "") -> None:  # noqa: A002 - the word users see
        self.what, self.help = what, help
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Lit:
    """One literal character; `raw` stands as written, unwidened."""

    char: str
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Copyright:
    """The copyright sign in any of its forms."""


@dataclass(frozen=True, slots=True)
class Any:
    """Any character but the line end."""


@dataclass(frozen=True, slots=True)
class Set:
    r"""A character set: `items` are characters, `(low, high)` ranges or classes such as `\d`."""

    items: tuple[str | tuple[str, str], ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A word edge."""


@dataclass(frozen=True, slots=True)
class Seq:
    """Parts one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """One of several parts, the first that fits first."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`node` from `low` to `high` times (UNBOUNDED: any number)."""

    node: Node
    low: int
    high: int
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A named capture."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in class with repeats of its own, proven linear by hand; `exact`: its case counts whatever the rule says."""

    name: str
    node: Node
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """A name of one of the organisations with one of these kinds. `context`: a literal or bracket stands beside it."""

    kinds: tuple[str, ...]
    context: bool = False


@dataclass(frozen=True, slots=True)
class Ref:
    """A placeholder not yet looked up."""

    name: str


Node = Lit | Copyright | Any | Set | Edge | Seq | Alt | Repeat | Group | Builtin | Entity | Ref

_CLASSES: Final = frozenset("dwsDWS")
_ESCAPES: Final = {"t": "\t"}
_PROPERTIES: Final = frozenset({"L", "Lu", "Ll", "M", "N"})
_HELP_GROUP: Final = "write (?:…) to group and (?P<name>…) to capture; a literal bracket is \\( or {open}"
_HEADS: Final = {
    "?=": ("look-ahead", "say it with `unless`, or with `after`/`before` when it is about the next line"),
    "?!": ("look-ahead", "say it with `unless`"),
    "?<=": ("look-behind", 'put the words before into the pattern, or use unit = "span"'),
    "?<!": ("look-behind", "say it with `unless`"),
    "?P=": ("back reference", "it is not linear; list the possible words instead"),
    "?>": ("atomic group", "write (?:…)"),
    "?#": ("comment", "write a note or a # comment in the file"),
    "?|": ("branch reset", "write (?:…|…)"),
    "?&": ("subpattern call", "name a phrase list in [lists] and use {name}"),
    "?R": ("recursion", "it is not linear"),
}  # fmt: skip


@lru_cache(maxsize=16_384)
def parse(source: str) -> Node:
    """The tree of a pattern. Raises PatternError at the first construct that is not in the subset.

    >>> parse("Read more")
    Seq(parts=(Lit(char='R', raw=False), ... Lit(char='e', raw=False)))
    """
    source = segment.without_marks(source)
    if len(source) > MAX_PATTERN_CHARS:
        raise PatternError(
            f"the pattern has {len(source)} characters; at most {MAX_PATTERN_CHARS}",
            "split the rule, or use a phrase list",
        )
    parser = _Parser(source)
    node = parser.alternatives(0)
    if parser.at < len(source):
        raise PatternError(f"unbalanced ')' at character {parser.at + 1}", _HELP_GROUP)
    return node


# Most of any pattern: characters that stand for themselves, none of them repeated.
_PLAIN: Final = re.compile(r"[^\W_](?:[\w ]*[^\W_])?(?![?*+{])")


@cache
def _letter(char: str) -> Lit:
    return Lit(char)


class _Parser:
    """Recursive descent over one pattern."""

    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0

    def peek(self, size: int = 1) -> str:
        return self.source[self.at : self.at + size]

    def alternatives(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise PatternError(f"groups nested deeper than {MAX_DEPTH}", "flatten the pattern or use phrase lists")
        parts = [self.sequence(depth)]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.sequence(depth))
        return parts[0] if len(parts) == 1 else Alt(tuple(parts))

    def sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        while (char := self.peek()) and char not in "|)":
            if plain := _PLAIN.match(self.source, self.at):
                parts += map(_letter, plain.group())
                self.at = plain.end()
            else:
                parts.append(self.repeated(self.atom(depth)))
        return parts[0] if len(parts) == 1 else Seq(tuple(parts))

    def repeated(self, node: Node) -> Node:
        bounds = self.bounds()
        if bounds is None:
            return node
        if isinstance(node, Edge):
            raise PatternError("a repeat after \\b", "take the repeat away")
        low, high = bounds
        lazy = self.peek() == "?"
        self.at += lazy
        if self.peek() == "+":
            raise PatternError("a possessive repeat", "take the second + away")
        if self.bounds() is not None:
            raise PatternError(
                "a repeat of a repeat", "put a (?:…) around the inner one, if it is meant, and keep it bounded"
            )
        return Repeat(node, low, high, lazy)

    def bounds(self) -> tuple[int, int] | None:
        char = self.peek()
        if char in ("?", "*", "+"):
            self.at += 1
            return {"?": (0, 1), "*": (0, UNBOUNDED), "+": (1, UNBOUNDED)}[char]
        close = self.source.find("}", self.at)
        if char != "{" or close < 0 or not self.source[self.at + 1 : close].replace(",", "").isascii():
            return None
        low, comma, high = self.source[self.at + 1 : close].partition(",")
        if (
            not (low.isdigit() or (comma and not low))
            or not (high.isdigit() or not high)
            or (comma and not low and not high)
        ):
            return None
        self.at = close + 1
        first = int(low or 0)
        last = int(high) if high else UNBOUNDED if comma else first
        if max(first, last) > MAX_REPEAT or (last != UNBOUNDED and last < first) or last == 0:
            raise PatternError(
                f"repeat {{{low}{comma}{high}}}", f"bounds run from 0 to {MAX_REPEAT}, the smaller one first"
            )
        return first, last

    def atom(self, depth: int) -> Node:
        char = self.peek()
        if char == "(":
            return self.group(depth)
        if char == "[":
            return self.set()
        if char == "{":
            return self.placeholder()
        if char == "\\":
            return self.escape()
        self.at += 1
        if char == ".":
            return Any()
        if char in "^$":
            raise PatternError(f"an anchor {char!r}", f"the unit supplies the anchors; a literal one is \\{char}")
        if char in "?*+":
            raise PatternError(f"a repeat {char!r} with nothing before it", f"a literal one is \\{char}")
        if char == "}":
            raise PatternError("a '}' without its '{'", "a literal one is \\}")
        if char in "\n\r\0":
            raise PatternError(f"a control character {char!r}", "a pattern is one line; a rule sees one line")
        return _letter(char)

    def group(self, depth: int) -> Node:
        if self.peek(3) in ("(c)", "(C)"):
            self.at += 3
            return Copyright()
        name = ""
        if self.peek(3) == "(?:":
            self.at += 3
        elif self.peek(4) == "(?P<":
            close = self.source.find(">", self.at)
            name = self.source[self.at + 4 : close] if close > 0 else ""
            if name not in schema.CAPTURES:
                raise PatternError(f"unknown group {name!r}", f"expected one of {', '.join(schema.CAPTURES)}")
            self.at = close + 1
        else:
            raise self.refusal()
        node = self.alternatives(depth + 1)
        if self.peek() != ")":
            raise PatternError("a group that is not closed", _HELP_GROUP)
        self.at += 1
        return Group(name, node) if name else node

    def refusal(self) -> PatternError:
        rest = self.source[self.at + 1 :]
        for head, (what, remedy) in _HEADS.items():
            if rest.startswith(head):
                return PatternError(f"a {what} `({head}`", remedy)
        if rest.startswith("?"):
            return PatternError(
                f"the group head `({rest[:3]}`", 'inline flags are the rule\'s keys: case = "exact"; ' + _HELP_GROUP
            )
        return PatternError("a numbered group `(…)`", _HELP_GROUP)

    def placeholder(self) -> Node:
        close = self.source.find("}", self.at)
        name = self.source[self.at + 1 : close] if close > 0 else ""
        if not name.replace("_", "").isalnum() or not name.isascii() or not name[0].isalpha():
            raise PatternError(f"a '{{' that opens no placeholder at character {self.at + 1}", "a literal one is \\{")
        self.at = close + 1
        return Ref(name)

    def escape(self) -> Node:
        self.at += 1
        char = self.peek()
        self.at += 1
        if char in _CLASSES and char:
            return Set(("\\" + char,))
        if char == "p":
            return Set((self.property(),))
        if char == "b":
            return Edge()
        if char in _ESCAPES:
            return Lit(_ESCAPES[char])
        if not char or char.isalnum():
            raise PatternError(
                f"the escape \\{char}", "write the character itself; classes are \\d \\w \\s and \\b is a word edge"
            )
        return Lit(char)

    def property(self) -> str:
        close = self.source.find("}", self.at)
        name = self.source[self.at + 1 : close] if self.peek() == "{" and close > 0 else ""
        if name not in _PROPERTIES:
            raise PatternError(f"the property \\p{{{name}}}", f"expected one of {', '.join(sorted(_PROPERTIES))}")
        self.at = close + 1
        return f"\\p{{{name}}}"

    def set(self) -> Node:
        self.at += 1
        negated = self.peek() == "^"
        self.at += negated
        items: list[str | tuple[str, str]] = []
        while (char := self.peek()) != "]" or not items:
            if not char or char in "\n\r\0":
                raise PatternError("a set that is not closed", "a literal bracket is \\[ or {open}")
            if char == "[" or self.peek(2) in ("&&", "--", "||", "~~"):
                raise PatternError(
                    f"set algebra or a bare {char!r} inside a set", "list the characters; escape it with a backslash"
                )
            low = self.set_item()
            if self.peek() == "-" and self.peek(2) != "-]" and len(self.peek(2)) == 2:
                self.at += 1
                high = self.set_item()
                if len(low) > 1 or len(high) > 1 or low > high:
                    raise PatternError(f"the range {low}-{high}", "a range runs from a lower to a higher character")
                items.append((low, high))
            else:
                items.append(low)
        self.at += 1
        return Set(tuple(items), negated)

    def set_item(self) -> str:
        char = self.peek()
        self.at += 1
        if char != "\\":
            return char
        char = self.peek()
        self.at += 1
        if char and char in _CLASSES:
            return "\\" + char
        if char == "p":
            return self.property()
        if not char or (char.isalnum() and char not in _ESCAPES):
            raise PatternError(f"the escape \\{char} in a set", "write the character itself")
        return _ESCAPES.get(char, char)
