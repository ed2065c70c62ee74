"""Coverage as text for a person or JSON for a program. It knows counts, not files."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clean.report.collect import Coverage

MAX_HOSTS: Final = 20
Row = tuple[object, ...]


def to_json(coverage: Coverage) -> str:
    """The report as JSON, keys in a fixed order."""
    run = coverage.run
    record: dict[str, Any] = {
        "schema_version": run["schema_version"],
        "ruleset": run["plan"]["ruleset"],
        "documents": coverage.rows + coverage.rejects.total(),
        "rows": coverage.rows,
        "changed": coverage.changed,
        "over_budget": coverage.over_budget,
        "characters": coverage.characters,
        "removed": coverage.removed,
        "share": round(coverage.share, 6),
        "rules": [{"id": name, **_facts(coverage, name), **asdict(tally)} for name, tally in _ranked(coverage.rules)],
        "silent_rules": coverage.silent,
        "categories": [{"category": name, **asdict(tally)} for name, tally in _ranked(coverage.categories)],
        "hosts": [
            {"host": name or None, **asdict(tally), "share": round(_share(tally), 6)}
            for name, tally in _hosts(coverage)
        ],
        "kept": dict(sorted(coverage.reasons.items())),
        "rejects": dict(sorted(coverage.rejects.items())),
    }
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def to_text(coverage: Coverage, escape: Callable[[object], str], *, bold: bool = False) -> str:
    """The report as aligned tables. `escape` makes strings from outside harmless."""
    documents = coverage.rows + coverage.rejects.total()
    lines = [
        f"{documents:,} documents: {coverage.rows:,} rows, {coverage.rejects.total():,} rejected",
        f"{coverage.changed:,} changed, {coverage.over_budget:,} over budget",
        f"{coverage.removed:,} of {coverage.characters:,} characters taken out ({coverage.share:.2%})",
    ]
    rules = [
        (escape(n), escape(_facts(coverage, n).get("action", "")), t.documents, t.lines, t.characters, t.kept)
        for n, t in _ranked(coverage.rules)
    ]
    lines += _table(
        "Rules that matched", ("rule", "action", "documents", "lines", "characters", "kept in"), rules, bold
    )
    found: list[Row] = [
        (escape(n), t.documents, t.lines, t.characters, t.kept) for n, t in _ranked(coverage.categories)
    ]
    lines += _table("Categories", ("category", "documents", "lines", "characters", "kept in"), found, bold)
    hosts = [
        (escape(n) if n else "(no address)", t.documents, t.changed, t.removed, f"{_share(t):.2%}")
        for n, t in _hosts(coverage)
    ]
    more = f", first {MAX_HOSTS} of {len(hosts)}" if len(hosts) > MAX_HOSTS else ""
    lines += _table(f"Hosts{more}", ("host", "documents", "changed", "characters", "share"), hosts[:MAX_HOSTS], bold)
    lines += _table("Matches that stayed", ("reason", "matches"), sorted(coverage.reasons.items()), bold)
    lines += _table("Rejects", ("reason", "documents"), sorted(coverage.rejects.items()), bold)
    if coverage.silent:
        lines += [
            "",
            _head(f"Rules that never matched ({len(coverage.silent)} of {len(coverage.run['plan']['rules'])})", bold),
        ]
        lines += [f"  {escape(name)}" for name in coverage.silent]
    return "\n".join(lines) + "\n"


def _facts(coverage: Coverage, rule: str) -> dict[str, Any]:
    found: dict[str, Any] = next((r for r in coverage.run["plan"]["rules"] if r["id"] == rule), {})
    return {key: found[key] for key in ("version", "category", "action", "status") if key in found}


def _ranked(tallies: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(tallies.items(), key=lambda item: (-item[1].characters, -item[1].kept, item[0]))


def _hosts(coverage: Coverage) -> list[tuple[str, Any]]:
    return sorted(coverage.hosts.items(), key=lambda item: (-item[1].removed, -item[1].documents, item[0]))


def _share(tally: Any) -> float:
    return tally.removed / tally.characters if tally.characters else 0.0


def _head(text: str, bold: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if bold else text


def _table(title: str, header: Row, rows: Sequence[Row], bold: bool) -> list[str]:
    """A titled table: words left, numbers right. Nothing when there are no rows."""
    if not rows:
        return []
    cells = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    right = [isinstance(rows[0][i], int) or str(rows[0][i]).endswith("%") for i in range(len(header))]
    lines = [
        "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True)).rstrip()
        for row in cells
    ]
    return ["", _head(title, bold), *(f"  {line}" for line in lines)]
