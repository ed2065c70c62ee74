"""`clean rules list|show|test`, and with `rules_write.py` `new|docs`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from clean.cli import terminal
from clean.cli.rules_write import docs, new

if TYPE_CHECKING:
    from clean.doubling import Growth
    from clean.errors import Fault
    from clean.ruleset.model import Rule, RuleSet

_SOURCE = (
    click.option(
        "--rules", multiple=True, metavar="PATH", help="Add a rule pack: a TOML file or a folder of them (repeatable)."
    ),
    click.option("--no-builtin", is_flag=True, help="Leave out all built-in rules and entities."),
)
_FORM = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A table for a person, or JSON.",
)


def _sources(function: Any) -> Any:
    for option in _SOURCE:
        function = option(function)
    return function


@click.group("rules", short_help="List, show, prove, begin and document rules.")
def command() -> None:
    """List, show, prove, begin and document rules."""


command.add_command(new)
command.add_command(docs)


@command.command("list")
@_sources
@click.option(
    "--select", multiple=True, metavar="PREFIX", help="Only rules whose id or category lies under PREFIX (repeatable)."
)
@click.option(
    "--ignore", multiple=True, metavar="PREFIX", help="Not rules whose id or category lies under PREFIX (repeatable)."
)
@click.option("--matrix", is_flag=True, help="Count rules by family and language instead of naming them.")
@_FORM
def list_rules(*, rules: tuple[str, ...], no_builtin: bool, matrix: bool, form: str, **chosen: tuple[str, ...]) -> int:
    """List all rules: id@version, what they do, category and title. With --matrix: families x languages, as Markdown."""
    found = _load(rules, no_builtin).chosen(**chosen).rules
    if matrix:
        return _matrix(found, form)
    if form == "json":
        keys = ("id", "version", "status", "action", "category", "title", "languages", "path")
        terminal.out_line(
            json.dumps([{key: getattr(rule, key) for key in keys} for rule in found], ensure_ascii=False, indent=1)
        )
        return 0
    wide = max((len(_name(rule)) for rule in found), default=0)
    for rule in found:
        terminal.out_line(f"{_name(rule):<{wide}}  {rule.act:<4}  {rule.category:<28}  {terminal.escape(rule.title)}")
    terminal.out_line(f"{len(found)} rules")
    return 0


def _matrix(rules: tuple[Rule, ...], form: str) -> int:
    from clean.report import rulebook  # noqa: PLC0415 - --help must not pay for it

    counted = rulebook.matrix(rules)
    if form == "json":
        record = {
            "statuses": counted.statuses,
            "languages": counted.languages,
            "families": {
                family: {"rules": counted.totals.get(family, 0), **dict(sorted(row.items()))}
                for family, row in counted.counts.items()
            },
        }
        terminal.out_line(json.dumps(record, indent=1))
        return 0
    terminal.out_line(rulebook.matrix_table(counted))
    return 0


@command.command("show")
@click.argument("rule_id", metavar="ID")
@_sources
@_FORM
def show_rule(*, rule_id: str, rules: tuple[str, ...], no_builtin: bool, form: str) -> int:
    """Show one rule whole: its pattern, conditions, examples, and the file it stands in."""
    loaded = _load(rules, no_builtin)
    rule = next((rule for rule in loaded.rules if rule.id == rule_id.partition("@")[0]), None)
    if rule is None:
        near = [other.id for other in loaded.rules if rule_id.rsplit(".", 1)[-1] in other.id][:3]
        raise click.UsageError(
            f"no rule {rule_id!r}" + (f"; perhaps {', '.join(near)}" if near else "; `clean rules list` shows all")
        )
    facts = _facts(rule)
    if form == "json":
        terminal.out_line(json.dumps(facts, ensure_ascii=False, indent=1))
        return 0
    for key, value in facts.items():
        for number, item in enumerate(value if isinstance(value, list) else [value]):
            terminal.out_line(f"{key if not number else '':<12} {terminal.escape(item, 400)}")
    return 0


@command.command("test")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("--no-builtin", is_flag=True, help="Leave out all built-in rules and entities.")
def test_rules(*, paths: tuple[str, ...], no_builtin: bool) -> int:
    """Prove every rule of the given packs (default: the built-in ones) by its own examples, through the real engine.

    Then its cost is measured on texts it nearly matches, doubled three times: it must not grow faster than they do. Exit 0: all proved. Exit 1: faults, each with its place and what to do.
    """
    from clean.doubling import doubling  # noqa: PLC0415
    from clean.errors import RuleError  # noqa: PLC0415 - --help must not pay for the engine
    from clean.prove import proof  # noqa: PLC0415

    if no_builtin and not paths:
        raise click.UsageError("--no-builtin leaves nothing to test; give the path of a pack")
    try:
        loaded = _load(paths, no_builtin)
    except RuleError as error:
        return _tell(error.faults)
    proved = proof(loaded, builtin=not paths)
    measured, slow = doubling(loaded, builtin=not paths)
    faults = (*proved.faults, *slow)
    _table([rule for rule in loaded.rules if rule.builtin == (not paths)], faults)
    terminal.out_line(_linear(measured))
    terminal.out_line(f"{proved.rules} rules, {proved.examples} examples, {len(faults)} faults")
    return _tell(faults)


def _linear(measured: list[Growth]) -> str:
    """What eight times the text costs; a rule that is cheap on every bait has no ratio worth the name."""
    worst = max(measured, key=lambda growth: growth.ratio, default=None)
    if worst is None or not worst.ratio:
        return "linear: every line is cheap"
    return f"linear: worst ratio {worst.ratio:.1f} for 8 times the text ({worst.rule})"


def _tell(faults: tuple[Fault, ...]) -> int:
    for fault in faults:
        terminal.out_line(
            f"{terminal.escape(fault.path)}:{fault.line}: [{fault.code}] {terminal.escape(fault.subject)}: {terminal.escape(fault.what, terminal.MESSAGE_CHARS)}"
        )
        if fault.help:
            terminal.out_line(f"  help: {terminal.escape(fault.help, terminal.MESSAGE_CHARS)}")
    return 1 if faults else 0


def _table(rules: list[Rule], faults: tuple[Fault, ...]) -> None:
    """One row a pack."""
    packs: dict[str, list[Rule]] = {}
    for rule in rules:
        packs.setdefault(rule.path, []).append(rule)
    wide = max((len(terminal.escape(path)) for path in packs), default=0)
    for path, members in packs.items():
        matches, misses = sum(len(r.match) for r in members), sum(len(r.no_match) for r in members)
        bad = sum(fault.path == path for fault in faults)
        terminal.out_line(
            f"{terminal.escape(path):<{wide}}  {len(members):>3} rules  {matches:>4} positives  {misses:>4} near misses  {'ok' if not bad else f'{bad} faults'}"
        )


def _facts(rule: Rule) -> dict[str, Any]:
    """What a person asks of a rule; defaults are left out."""
    facts: dict[str, Any] = {
        "id": _name(rule), "title": rule.title, "category": rule.category, "status": rule.status, "action": rule.act,
        "pattern": rule.pattern, "unit": ", ".join(rule.units) + (f" at {rule.at}" if rule.at else ""),
        "ends": rule.ends, "zone": rule.zone + (f", within {rule.within}" if rule.zone in ("head", "tail", "edge") else ""),
        "case": "fold" if rule.fold else "exact", "after": list(rule.after), "before": list(rule.before),
        "outlets": list(rule.outlets), "match": [example.text for example in rule.match],
        "gives": [f"{name} = {value}" for example in rule.match for name, value in example.gives],
        "no_match": [example.text for example in rule.no_match], "note": rule.note,
        "languages": list(rule.languages), "file": f"{rule.path}:{rule.line}",
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value not in ("", [])}


def _name(rule: Rule) -> str:
    return f"{rule.id}@{rule.version}"


def _load(paths: tuple[str, ...], no_builtin: bool) -> RuleSet:
    from clean.ruleset.load import load  # noqa: PLC0415 - --help must not pay for the engine

    return load(paths, builtin=not no_builtin)
