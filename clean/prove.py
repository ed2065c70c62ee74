"""A pack's own examples through the real engine.

Each positive fires, gives its values and is claimed by its rule alone; no near miss fires; known gaps are still gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clean import schema, segment
from clean.cleaner import judge
from clean.errors import Fault, RuleError
from clean.hosts import host_of
from clean.matching.reference import ReferenceMatcher
from clean.ruleset import linear
from clean.ruleset.model import RuleSet
from clean.ruleset.pattern import PatternError
from clean.ruleset.required import RequiredIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clean.cleaner import Cleaner
    from clean.records import Result
    from clean.ruleset.model import Example, Rule

FIRED_REASONS = ("tag", "flag", "overlap", "budget")


@dataclass(frozen=True, slots=True)
class Proof:
    """What proving a set of rules came to."""

    rules: int
    examples: int
    faults: tuple[Fault, ...]


def prove(cleaner: Cleaner, *, builtin: bool = False) -> list[Fault]:
    """Every fault of the user's rules (`builtin=True`: of the built-in ones) against their own examples."""
    return list(proof(cleaner.loaded, builtin=builtin).faults)


def proved(cleaner: Cleaner) -> Cleaner:
    """The cleaner, its user's rules proved. Raises RuleError with every fault."""
    if faults := prove(cleaner):
        raise RuleError(tuple(faults))
    return cleaner


def proof(loaded: RuleSet, *, builtin: bool = False, only: Iterable[str] | None = None) -> Proof:
    """Prove the rules of one origin, or those with ids in `only`."""
    bench = _Bench(loaded)
    wanted = None if only is None else set(only)
    faults: list[Fault] = []
    rules = examples = 0
    for number, rule in enumerate(loaded.rules):
        if rule.builtin == builtin and (wanted is None or rule.id in wanted):
            rules += 1
            examples += len(rule.match) + len(rule.no_match)
            faults += bench.check(number, rule)
    return Proof(rules, examples, tuple(faults))


class _Bench:
    """All rules compiled once; each example meets its rule, those it leans on, and those that could claim it too."""

    def __init__(self, loaded: RuleSet) -> None:
        self.ruleset = RuleSet(loaded.rules, loaded.entities)
        self.matcher = ReferenceMatcher(self.ruleset)
        self.by_id = {rule.id: rule for rule in loaded.rules}

    @cached_property
    def _index(self) -> RequiredIndex:
        """Which rules an example can concern; most runs have no rule to prove."""
        return RequiredIndex([rule.tree for rule in self.ruleset.rules])

    def check(self, number: int, rule: Rule) -> Iterator[Fault]:
        for tree in (rule.tree, *rule.unless):
            try:
                linear.check(tree, fold=rule.fold)
            except PatternError as error:
                yield Fault(rule.path, rule.line, "R109", rule.id, error.what, error.help)
                return
        for example in rule.match:
            result = self.run(number, rule, example.text, alone=True)
            if rule.id not in _fired(result):
                yield self.fault(
                    rule,
                    "R112",
                    f"the example {example.text!r:.200} does not match{self.reason(rule, result)}",
                    "mend the pattern, or move the example to no_match or todo_match",
                )
                continue
            for other in sorted(_fired(result) - {rule.id} - set(rule.also)):
                if self.by_id[other].builtin == rule.builtin:
                    yield self.fault(
                        rule,
                        "R118",
                        f"the example {example.text!r:.200} is claimed by {other} too",
                        "narrow one of the two, or name the other in `also`",
                    )
            yield from self.values(rule, example, result)
        for example in rule.no_match:
            if rule.id in _fired(self.run(number, rule, example.text, alone=False)):
                yield self.fault(
                    rule,
                    "R113",
                    f"the near miss {example.text!r:.200} in no_match matches",
                    "narrow the pattern, add `unless`, or hold it by a zone or neighbour",
                )
        for example in rule.todo_match:
            if rule.id in _fired(self.run(number, rule, example.text, alone=False)):
                yield self.fault(
                    rule, "R112", f"the known gap {example.text!r:.200} is closed", "move it from todo_match to match"
                )
        for example in rule.todo_no_match:
            if rule.id not in _fired(self.run(number, rule, example.text, alone=False)):
                yield self.fault(
                    rule,
                    "R113",
                    f"the known false match {example.text!r:.200} is mended",
                    "move it from todo_no_match to no_match",
                )

    def run(self, number: int, rule: Rule, text: str, *, alone: bool) -> Result:
        url = f"https://{rule.outlets[0]}/" if rule.outlets else None
        seen = segment.view(text)
        matches = self.matcher.candidates(seen, host_of(url), only=self.company(number, rule, text, alone=alone))
        return judge(text, seen, matches, self.ruleset, 1.0)

    def company(self, number: int, rule: Rule, text: str, *, alone: bool) -> set[int]:
        """The rules an example has to meet: itself, `also`, neighbours' rules and, to see it is alone, all that can match."""
        leaned = [name.removeprefix("!") for name in (*rule.after, *rule.before)] + list(rule.also)
        rules = self.ruleset.rules
        found = {number}
        if alone:
            found |= {index for index in self._index.concerned(text) if rules[index].builtin == rule.builtin}
        if leaned:
            found |= {
                i
                for i, r in enumerate(rules)
                if any(schema.is_under(r.id, name) or schema.is_under(r.category, name) for name in leaned)
            }
        return found

    def values(self, rule: Rule, example: Example, result: Result) -> Iterator[Fault]:
        for name, wanted in example.gives:
            got = _value(result, name)
            if got is None:
                yield self.fault(rule, "R119", f"`gives` names {name!r}", "expected a provenance column or a capture")
            elif wanted not in got:
                yield self.fault(
                    rule,
                    "R119",
                    f"the example {example.text!r:.120} gives {name} = {got[0]!r}, expected {wanted!r}",
                    "mend the pattern's groups, or the example",
                )

    def reason(self, rule: Rule, result: Result) -> str:
        """Why a match of the rule stayed, if there was one."""
        reasons = sorted({finding.reason for finding in result.kept if finding.rule == rule.id})
        return f" (kept: {', '.join(reasons)})" if reasons else ""

    @staticmethod
    def fault(rule: Rule, code: str, what: str, remedy: str) -> Fault:
        return Fault(rule.path, rule.line, code, rule.id, what, remedy)


def _fired(result: Result) -> set[str]:
    return {removal.rule for removal in result.removed} | {
        finding.rule for finding in result.kept if finding.reason in FIRED_REASONS
    }


def _value(result: Result, name: str) -> tuple[Any, ...] | None:
    """The values under a column or capture name: the column itself, and for lists its items."""
    column = name if name in schema.PROVENANCE else schema.CAPTURES[name].column if name in schema.CAPTURES else None
    if column is None:
        return None
    if column == "media":
        return tuple(m.caption for m in result.media)
    value = getattr(result, column)
    if column == "contributors":
        value = tuple(contributor.name for contributor in value)
    return (value, *value) if isinstance(value, tuple) else (value,)
