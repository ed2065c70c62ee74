"""What a rule is once read: data without behaviour, picklable, the same for both matchers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clean import schema
from clean.ruleset.trees import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clean.ruleset.entities import EntityTable
    from clean.ruleset.pattern import Node

DEFAULT_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Condition:
    """A shape by name, or a pattern that the whole line must match."""

    shape: str = ""
    tree: Node | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Where a block ends: see DESIGN 4, `while`, `until`, `min_lines`, `max_lines`, `must_end`."""

    keep_on: tuple[Condition, ...] = ()
    until: tuple[Condition, ...] = ()
    until_included: bool = False
    min_lines: int = 1
    max_lines: int = 0
    must_end: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A small text, and the values its rule must give."""

    text: str
    gives: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `act` is what it does in this rule set, after status and the user's --keep and --drop."""

    id: str
    title: str
    category: str
    pattern: str
    tree: Node
    kinds: tuple[tuple[str, tuple[str, ...]], ...] = ()  # capture -> entity kinds it may name
    version: int = 1
    status: str = "stable"
    action: str = "drop"
    act: str = "drop"
    units: tuple[str, ...] = ("line",)
    at: str = ""
    ends: str = "open"
    zone: str = "any"
    within: int = DEFAULT_WITHIN
    fold: bool = True
    unless: tuple[Node, ...] = ()
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    block: Block = Block()
    also: tuple[str, ...] = ()
    match: tuple[Example, ...] = ()
    no_match: tuple[Example, ...] = ()
    todo_match: tuple[Example, ...] = ()
    todo_no_match: tuple[Example, ...] = ()
    languages: tuple[str, ...] = ()
    subject: str = ""
    path: str = ""
    line: int = 0
    builtin: bool = True
    note: str = ""


@dataclass(frozen=True)
class RuleSet:
    """All rules that apply, by id; a rule is named by its number in `rules`."""

    rules: tuple[Rule, ...]
    entities: EntityTable
    packs: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The name of the whole set: a digest of all that changes results."""
        return _digest(self.rules, self.entities)

    @classmethod
    def of(cls, rules: Sequence[Rule], entities: EntityTable, packs: Sequence[str] = ()) -> RuleSet:
        """Sort by id, so that no order of packs or rules decides anything."""
        return cls(tuple(sorted(rules, key=lambda rule: rule.id)), entities, tuple(packs))

    def chosen(
        self,
        *,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        keep: Sequence[str] = (),
        drop: Sequence[str] = (),
    ) -> RuleSet:
        """The set a user asked for: id or category prefixes that alone count, do not count, stay in the text, leave it."""
        rules = []
        for rule in self.rules:
            if (select and not _under(rule, select)) or _under(rule, ignore):
                continue
            act = "flag" if rule.status == "experimental" else rule.action
            if _under(rule, drop):
                act = "drop"
            if act == "drop" and _under(rule, keep):
                act = "tag"
            rules.append(replace(rule, act=act))
        return RuleSet.of(rules, self.entities, self.packs)


def _under(rule: Rule, prefixes: Sequence[str]) -> bool:
    return any(schema.is_under(rule.id, prefix) or schema.is_under(rule.category, prefix) for prefix in prefixes)


def _digest(rules: Sequence[Rule], entities: EntityTable) -> str:
    """sha256 over all that changes results: what examples, titles and notes say does not."""
    payload = [
        [
            rule.id, rule.version, rule.category, rule.act, written(rule.tree), rule.units, rule.at, rule.ends, rule.zone,
            rule.within, rule.fold, [*map(written, rule.unless)], rule.after, rule.before, rule.outlets,
            [*map(_condition, rule.block.keep_on)], [*map(_condition, rule.block.until)],
            rule.block.until_included, rule.block.min_lines, rule.block.max_lines, rule.block.must_end,
        ]
        for rule in rules
    ]  # fmt: skip
    names = [[e.name, e.kinds, e.aliases, e.legal, e.domain] for e in sorted(entities.entities, key=lambda e: e.name)]
    text = json.dumps([payload, names], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _condition(condition: Condition) -> str:
    return condition.shape if condition.tree is None else f"={written(condition.tree)}"
