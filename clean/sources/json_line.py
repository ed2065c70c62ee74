"""One line of JSONL → a dict, exactly: no rounded numbers, no last-key-wins, no half characters.

orjson reads nearly every line; what it refuses or would round goes to the standard library, which can be told how.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

import orjson

from clean.errors import SourceError

_KEYS = re.compile(rb'"\s*:')  # at least one for each key; more when a string holds such a thing
_WIDE_NUMBER = re.compile(rb"\d{19}")  # 19 digits may pass 64 bits, where orjson rounds to a float
_SURROGATE = re.compile("[\ud800-\udfff]")
EXACT_FLOAT_INT: Final = 1 << 53
QUOTE: Final = ord('"')
BLANKS: Final = b" \t\r\n"
WIDE: Final = 10**18  # 18 digits never pass 64 bits
INT64_MAX: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Wide:
    """A number JSON text can hold and 64 bits cannot, or NaN and its like: kept by its letters."""

    digits: str


def parse(line: bytes, *, where: str) -> dict[str, Any]:
    """The object on the line. Raises SourceError with a reason of the closed list."""
    try:
        value = orjson.loads(line)
        if _may_round(value, line):
            value = _exact(line.decode("utf-8"), where)
    except orjson.JSONDecodeError:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise SourceError(
                f"byte {error.start} of the line is not UTF-8 ({error.reason}); expected UTF-8",
                stage="decode",
                reason="encoding",
                where=where,
            ) from error
        value = _exact(text, where)
    if not isinstance(value, dict):
        raise SourceError(
            f"expected a JSON object, found {_sort(value)}", stage="read", reason="not_object", where=where
        )
    if _keys(line) > len(value):
        _exact(line.decode("utf-8"), where)
    return value


def _may_round(value: Any, line: bytes) -> bool:
    """Whether a number of the line may be wider than 64 bits: orjson makes a float of it.

    The line itself is searched only where values are nested, for that costs more than parsing.
    """
    if not isinstance(value, dict):
        return False
    kinds = set(map(type, value.values()))
    if not kinds.isdisjoint((dict, list)):
        return _WIDE_NUMBER.search(line) is not None
    return not kinds.isdisjoint((int, float)) and any(
        not -WIDE < item < WIDE for item in value.values() if type(item) in (int, float)
    )


def _keys(line: bytes) -> int:
    """At least the number of keys of all objects on the line; more when a string holds what looks like one."""
    keys = 0
    at = line.find(b":")
    while at > 0:  # from colon to colon: quicker than a pattern over the whole text
        before = line[at - 1]
        if before == QUOTE:
            keys += 1
        elif before in BLANKS:
            return len(_KEYS.findall(line))
        at = line.find(b":", at + 1)
    return keys


def _exact(text: str, where: str) -> Any:
    """Parse with the standard library: wide numbers kept, duplicate keys and lone surrogates refused."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(items)
        if len(made) != len(items):
            names = [name for name, _ in items]
            twice = next(name for name in names if names.count(name) > 1)
            raise SourceError(
                f'the key "{twice}" stands twice in one object; neither is taken',
                stage="read",
                reason="duplicate_key",
                where=where,
            )
        return made

    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_int=_integer, parse_constant=Wide)
    except RecursionError as error:
        raise SourceError("nested too deeply to be read", stage="read", reason="bad_json", where=where) from error
    except ValueError as error:
        column = f" at character {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise SourceError(
            f"not one JSON value{column} ({what}); expected one whole object on the line",
            stage="read",
            reason="bad_json",
            where=where,
        ) from error
    if _surrogate(value):
        raise SourceError(
            r"a lone surrogate (half of a \ud83d\ude00 pair) is no character and has no UTF-8 form",
            stage="decode",
            reason="surrogate",
            where=where,
        )
    return value


def _integer(digits: str) -> int | Wide:
    if len(digits) > 20 or not -INT64_MAX - 1 <= int(digits) <= INT64_MAX:
        return Wide(digits)
    return int(digits)


def _surrogate(value: Any) -> bool:
    if isinstance(value, str):
        return _SURROGATE.search(value) is not None
    if isinstance(value, dict):
        return any(_surrogate(k) or _surrogate(v) for k, v in value.items())
    return isinstance(value, list) and any(map(_surrogate, value))


def _sort(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, list):
        return "an array"
    return "an object" if isinstance(value, dict) else "a number"


def sort_of(value: Any) -> str:
    """What sort of JSON value this is, for messages."""
    return _sort(value)


def kind(value: Any) -> str:
    """The sort of a user value for choosing a column type; '' for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if abs(value) <= EXACT_FLOAT_INT else "wide"
    if isinstance(value, float):
        return "float"
    if isinstance(value, Wide):
        return "json" if value.digits.lstrip("-").isdigit() else "float"
    return "string" if isinstance(value, str) else "json"


def dump(value: Any) -> str:
    """JSON text of a value, wide numbers by their own letters."""
    return orjson.dumps(
        value, default=lambda wide: orjson.Fragment(wide.digits), option=orjson.OPT_PASSTHROUGH_DATACLASS
    ).decode()


def as_text(value: Any) -> str | None:
    """A key or address as text: strings as they are, anything else as its JSON text."""
    return value if value is None or isinstance(value, str) else dump(value)
