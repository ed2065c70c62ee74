"""Does a rule's cost grow with the text, or with its square? Measured on bait: texts a rule nearly matches, doubled.

The loader proves linearity on the tree; this looks at the compiled rule as it runs, frames and bounds included. CPU time of
repeated calls, compared with itself: only a cost that grows too fast in three measurements running, and is dear besides, is
a fault (R120).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from clean import segment
from clean.errors import Fault
from clean.matching.units import Names, RuleMatcher
from clean.ruleset.required import required_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clean.ruleset.entities import EntityTable
    from clean.ruleset.model import Rule, RuleSet

TIMES: Final = (1, 2, 4, 8)
BASE_CHARS: Final = segment.MAX_LINE_CHARS // TIMES[-1]
LONG_BASE_CHARS: Final = 2 * segment.MAX_SENTENCE_CHARS  # sentences: within their bound each start has many ends
MAX_RATIO: Final = TIMES[-1] * 2.0  # a square gives 64; linear rules were seen up to 11, for bounds fill up
FLOOR_S: Final = (
    0.002  # 2,000 characters that cost less are no danger, however they grew; honest ones cost a tenth of it
)
RUNAWAY_S: Final = 0.05  # for fewer than BASE_CHARS characters
MEASURE_S: Final = 0.002  # calls are repeated until they come to so much
AGAIN: Final = 3
_FILLERS: Final = (
    " ",
    ",",
    "a",
    "A",
    "1",
    '"',
    "'",
    "(",
    ")",
    "-",
    "/",
    ":",
    "a ",
    "Ab ",
    "a, ",
    "It met. ",
    "é",
    "市",
)
_LADDER: Final = (16, 24, 36, 54, 81, 122, 183)  # up to BASE_CHARS: what explodes is seen early


@dataclass(frozen=True, slots=True)
class Growth:
    """The dearest bait of a rule: seconds a call at 1 and 8 times the text, and the worst ratio of the two."""

    rule: str
    bait: str
    seconds: float
    ratio: float
    faulty: bool = False


def doubling(loaded: RuleSet, *, builtin: bool = False) -> tuple[list[Growth], list[Fault]]:
    """Measure the user's rules (`builtin=True`: the built-in ones); a fault for each that is not linear."""
    measured, faults = [], []
    for rule in loaded.rules:
        if rule.builtin == builtin:
            growth = grown(rule, RuleMatcher(rule, loaded.entities), loaded.entities)
            measured.append(growth)
            faults += [_fault(rule, growth)] if growth.faulty else []
    return measured, faults


def _fault(rule: Rule, growth: Growth) -> Fault:
    times = f"{TIMES[-1]} times the text costs {growth.ratio:.0f} times as much"
    cost = "a line of 250 characters is too dear to double" if growth.ratio == float("inf") else times
    what = f"{cost} ({1000 * growth.seconds:.1f} ms) on {growth.bait}"
    return Fault(
        rule.path, rule.line, "R120", rule.id, what,
        "bound the wildcards ({0,60}), exclude from each set the character that follows it ([^,]{1,60},), or split the rule",
    )  # fmt: skip


def grown(rule: Rule, matcher: RuleMatcher, table: EntityTable) -> Growth:
    """How the cost of one rule grows on its worst bait."""
    dearest = Growth(rule.id, "", 0.0, 0.0)
    for bait in _baits(rule):
        for unit in rule.units:
            if unit == "sentence" and not bait.has_sentences:  # one that is too long to be seen
                continue
            growth = _measured(rule.id, bait, unit, partial(_calls, unit, matcher, table))
            if growth.faulty:
                return growth
            if growth.seconds > dearest.seconds:
                dearest = growth
    return dearest


def _baits(rule: Rule) -> Iterator[_Bait]:
    """Texts by length: the rule's examples over and over, and what they begin with followed by a run of one thing."""
    units: dict[_Bait, None] = {}
    examples = [line for e in (*rule.match, *rule.no_match) for line in e.text.split("\n") if line.strip()]
    for line in islice(dict.fromkeys(examples), 6):
        units[_Bait("", line + " ")] = units[_Bait("", line)] = None
        words = line.split()
        units.update({_Bait("", " ".join(words[:count]) + " "): None for count in {1, (len(words) + 1) // 2}})
    lines = list(islice(dict.fromkeys(examples), 1))
    heads = ["", *(line[: len(line) * part // 3] for line in lines for part in (1, 2, 3))]
    wanted = [texts[0] for texts in required_texts(rule.tree)[:1]]
    for head in dict.fromkeys([*heads, *wanted]):
        units.update({_Bait(head, filler): None for filler in _FILLERS})
    for head in dict.fromkeys(heads[::3]):  # with what every match holds at the end, or nothing is tried at all
        units.update({_Bait(head, filler, f"{text}x"): None for filler in _FILLERS for text in wanted})
    yield from units


@dataclass(frozen=True, slots=True)
class _Bait:
    head: str
    body: str
    tail: str = "x"  # no closing decoration takes it: a match must fail there

    def text(self, chars: int) -> str:
        """So many characters: head, as much of the body as fits, tail."""
        room = max(1, chars - len(self.head) - len(self.tail))
        return f"{self.head}{(self.body * (room // len(self.body) + 1))[:room]}{self.tail}"

    @property
    def has_sentences(self) -> bool:
        """Whether it comes apart into sentences a rule may begin in, as few as tell the growth: each has many ends."""
        return (
            self.body.endswith(" ")
            and any(stop in self.body for stop in segment.STOPS)
            and len(self.body) > len(self.head) / 3
        )

    def __repr__(self) -> str:
        head = f"{self.head[-40:]!r}, then " if self.head else ""
        return f"{head}{self.body[:60]!r} over and over"


def _measured(rule: str, bait: _Bait, unit: str, calls: Callable[[str], Callable[[], object]]) -> Growth:
    """One bait: a single call at each length while that is cheap; measured with care only where it is not."""
    base = LONG_BASE_CHARS if unit == "sentence" else BASE_CHARS
    for chars in _LADDER:
        call = calls(bait.text(chars))
        if (seconds := _once(call)) > RUNAWAY_S and min(_once(call) for _ in range(AGAIN)) > RUNAWAY_S:
            return Growth(rule, repr(bait), seconds, float("inf"), faulty=True)
    floor = FLOOR_S * base / BASE_CHARS
    seconds = 0.0
    for times in TIMES:
        if (seconds := _once(calls(bait.text(times * base)))) > floor:
            break
    if seconds <= floor:
        return Growth(rule, repr(bait), seconds, 0.0)
    small, large = calls(bait.text(base)), calls(bait.text(TIMES[-1] * base))
    ratios = []
    for _ in range(AGAIN):
        seconds = _repeated(large)
        ratios.append(seconds / _repeated(small))
        if ratios[-1] <= MAX_RATIO or seconds < floor:
            return Growth(rule, repr(bait), seconds, min(ratios))
    return Growth(rule, repr(bait), seconds, min(ratios), faulty=True)


def _calls(unit: str, matcher: RuleMatcher, table: EntityTable, text: str) -> Callable[[], object]:
    """All that a rule does with a line in one unit; names and sentences are found beforehand, they are no rule's own cost."""
    names, rule = Names(text, table), matcher.rule
    if unit == "sentence":
        _ = names.sentences
        return lambda: list(matcher.sentences(names))
    if unit == "span":
        return lambda: list(matcher.spans(names))
    conditions = (*rule.block.keep_on, *rule.block.until)
    return lambda: (
        matcher.whole(names),
        bool(matcher.unless) and matcher.vetoed(text),
        [matcher.holds(condition, text) for condition in conditions],
    )


def _once(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


def _repeated(call: Callable[[], object]) -> float:
    """Seconds of one call: the best of three rounds of as many calls as come to MEASURE_S; one where one is long enough."""
    if (seconds := _once(call)) > 10 * MEASURE_S:
        return seconds
    count = max(1, round(MEASURE_S / max(seconds, 1e-7)))
    return min(_rounds(call, count) for _ in range(AGAIN)) / count


def _rounds(call: Callable[[], object], count: int) -> float:
    begun = time.process_time()
    for _ in range(count):
        call()
    return time.process_time() - begun
