"""The rule reference: a Markdown page a pack, an index, and the matrix of families and languages. It knows rules, not files."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clean import schema
from clean.ruleset.captures import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clean.ruleset.model import Example, Rule

MARK: Final = "<!-- Made by `clean rules docs`; changes here are lost. -->"
ANY: Final = "any"  # the column of packs that hold in every language
INDEX: Final = "index.md"
_ACTS: Final = {"drop": "takes it out", "tag": "records it, the text stays", "flag": "reports it, the text stays"}


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many rules a category has in each language; a rule of several languages counts in each, once in `totals`."""

    languages: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]  # category -> language -> rules
    totals: Mapping[str, int]  # category -> rules
    statuses: Mapping[str, int]  # status -> rules


def matrix(rules: Iterable[Rule]) -> Matrix:
    """Count the rules; deprecated ones stand in `statuses` alone. Languages by their tags, `any` last."""
    counts: dict[str, Counter[str]] = {category: Counter() for category in schema.CATEGORIES}
    totals: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    for rule in rules:
        statuses[rule.status] += 1
        if rule.status != "deprecated":
            counts[rule.category].update(set(rule.languages) or {ANY})
            totals[rule.category] += 1
    met = {language for row in counts.values() for language in row}
    languages = tuple(sorted(met, key=lambda language: (language == ANY, language)))
    return Matrix(languages, counts, totals, {status: statuses[status] for status in schema.STATUSES})


def matrix_table(found: Matrix) -> str:
    """The matrix as aligned Markdown, and a line of sums. An empty cell is no rule."""
    rows = [["family", "rules", *found.languages]]
    for category in schema.CATEGORIES:
        cells = [str(found.counts[category].get(language) or "") for language in found.languages]
        rows.append([category, str(found.totals.get(category, 0)), *cells])
    sums = [str(sum(row.get(language, 0) for row in found.counts.values())) for language in found.languages]
    rows.append(["all", str(sum(found.totals.values())), *sums])
    covered = sum(bool(total) for total in found.totals.values())
    statuses = ", ".join(f"{count} {status}" for status, count in found.statuses.items())
    families = f"{covered} of {len(schema.CATEGORIES)} families, {len(set(found.languages) - {ANY})} languages"
    return f"{_table(rows)}\n\n{sum(found.statuses.values())} rules ({statuses}); {families}"


def pages(packs: Mapping[str, Sequence[Rule]]) -> dict[str, str]:
    """Every page by its path, `index.md` first. `packs`: pack path (`promo/app.toml`) -> its rules. The same in, the same out."""
    made = {page_of(pack): _page(pack, rules) for pack, rules in sorted(packs.items()) if rules}
    return {INDEX: _index({pack: rules for pack, rules in sorted(packs.items()) if rules}), **made}


def page_of(pack: str) -> str:
    """The page of a pack: `promo/app.toml` -> `promo/app.md`."""
    return pack.removesuffix(".toml") + ".md"


def _index(packs: Mapping[str, Sequence[Rule]]) -> str:
    every = [rule for rules in packs.values() for rule in rules]
    rows = [["pack", "subject", "rules", "languages", "families"]]
    for pack, rules in packs.items():
        families = ", ".join(dict.fromkeys(rule.category for rule in _sorted(rules)))
        link = f"[{pack.removesuffix('.toml')}]({page_of(pack)})"
        rows.append([link, _prose(rules[0].subject), str(len(rules)), _languages(rules[0]), families])
    return (
        f"{MARK}\n# Rules\n\n{len(every)} rules in {len(packs)} packs.\n\n{_table(rows)}\n\n"
        f"## Families and languages\n\n{matrix_table(matrix(every))}\n"
    )


def _page(pack: str, rules: Sequence[Rule]) -> str:
    ordered = _sorted(rules)
    rows = [["rule", "what it matches", "what it does"]]
    rows += [[f"[{r.id}](#{_anchor(r.id)})", _prose(r.title), _does(r)] for r in ordered]
    up = "../" * pack.count("/")
    head = f"{MARK}\n# {_prose(rules[0].subject)}\n\n`{pack}`, languages: {_languages(rules[0])}. [All rules]({up}{INDEX})\n"
    return "\n".join([head, _table(rows), *map(_rule, ordered)]) + "\n"


def _rule(rule: Rule) -> str:
    facts = [f"`{rule.category}`", f"version {rule.version}", f"unit {', '.join(rule.units)}"]
    facts += [f"at {rule.at}"] if rule.at else []
    facts += [f"zone {rule.zone}"] if rule.zone != "any" else []
    facts += [f"{key} {', '.join(f'`{name}`' for name in told)}" for key, told in _conditions(rule) if told]
    parts = [
        f"\n## {rule.id}\n\n{_prose(rule.title)}: {_does(rule)}.\n",
        f"- {'; '.join(facts)}",
        f"- Provenance: {_yields(rule)}",
        *([f"- {_prose(rule.note)}"] if rule.note else []),
        f"\nPattern:\n\n{_fenced(rule.pattern)}",
        f"\nMatches:\n\n{_shown(rule.match)}",
        f"\nStays:\n\n{_shown(rule.no_match)}",
    ]
    known = (*rule.todo_match, *rule.todo_no_match)
    return "\n".join(parts + ([f"\nKnown gaps:\n\n{_shown(known)}"] if known else []))


def _conditions(rule: Rule) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("after", rule.after), ("before", rule.before), ("only on", rule.outlets)


def _does(rule: Rule) -> str:
    return {"stable": _ACTS[rule.action], "experimental": "experimental: reported, the text stays"}.get(
        rule.status, "deprecated"
    )


def _yields(rule: Rule) -> str:
    """Which columns a match fills, with the captures that fill them."""
    columns: dict[str, list[str]] = {}
    for name in sorted(names(rule.tree)):
        if name in schema.CAPTURES:
            columns.setdefault(schema.CAPTURES[name].column, []).append(name)
    told = [
        f"`{column}`" + ("" if given == [column] else f" (from {', '.join(given)})")
        for column, given in sorted(columns.items())
    ]
    return ", ".join(told) or "none"


def _shown(examples: Sequence[Example]) -> str:
    shown = []
    for example in examples:
        values = "; ".join(
            f"{key} = {', '.join(map(str, value)) if isinstance(value, tuple) else value}"
            for key, value in example.gives
        )
        shown.append(_fenced(example.text) + (f"\ngives {_prose(values)}" if values else ""))
    return "\n\n".join(shown)


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _sorted(rules: Sequence[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: rule.id)


def _languages(rule: Rule) -> str:
    return ", ".join(rule.languages) or ANY


def _prose(text: str) -> str:
    """Text of a pack inside Markdown: nothing in it is markup."""
    return re.sub(r"([\\`*_\[\]<>|{}#])", r"\\\1", " ".join(text.split()))


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Aligned Markdown: the first row is the head; columns of numbers stand right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    right = [all(row[column].isdigit() or not row[column] for row in rows[1:]) for column in range(len(rows[0]))]
    widths = [max(width, 2 if number else 1) for width, number in zip(widths, right, strict=True)]
    lines = [
        "| " + " | ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (w + 1) + (":" if r else "-") for w, r in zip(widths, right, strict=True)) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
