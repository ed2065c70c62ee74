"""Two charts as SVG, drawn by hand: lines that should be flat, bars on a logarithmic scale."""

from __future__ import annotations

import math
from html import escape
from typing import Any, Final

WIDE: Final = 720
HIGH: Final = 300
INKS: Final = ("#0b6e4f", "#c2410c", "#1d4ed8", "#7e22ce")
_HEAD: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="13" role="img">'
    '<title>{title}</title><rect width="{wide}" height="{high}" fill="#ffffff"/>'
    '<text x="16" y="26" font-size="16" font-weight="bold" fill="#111111">{title}</text>\n'
)


def growth(figures: dict[str, Any]) -> str:
    """Cost a megabyte, relative to the first point of each line, as rules, text, hits and documents grow."""
    lines = {
        "scan, by rules": {name: row["scan_ms_per_mb"] for name, row in figures["rules"].items()},
        "whole, by text (x)": figures["text"],
        "whole, by % of documents with hits": figures["hits"],
        "whole, by bytes of a document": figures["length"],
    }
    top = max(max(points.values()) / next(iter(points.values())) for points in lines.values())
    low, scale = HIGH - 60, (HIGH - 120) / max(1.5, top * 1.05)
    parts = [_HEAD.format(wide=WIDE, high=HIGH, title="Cost of a megabyte as the work grows (first point = 1)")]
    for level in range(int(max(1.5, top * 1.05)) + 1):
        y = low - level * scale
        parts.append(
            f'<line x1="40" x2="{WIDE - 250}" y1="{y:.0f}" y2="{y:.0f}" stroke="#dddddd"/>'
            f'<text x="14" y="{y + 4:.0f}" fill="#555555">{level}</text>\n'
        )
    for ink, (name, points) in zip(INKS, lines.items(), strict=True):
        first = next(iter(points.values()))
        step = (WIDE - 310) / max(1, len(points) - 1)
        spots = [(50 + index * step, low - value / first * scale) for index, value in enumerate(points.values())]
        drawn = " ".join(f"{x:.0f},{y:.1f}" for x, y in spots)
        parts.append(f'<polyline fill="none" stroke="{ink}" stroke-width="2.5" points="{drawn}"/>')
        parts += [f'<circle cx="{x:.0f}" cy="{y:.1f}" r="4" fill="{ink}"/>' for x, y in spots]
        at = 60 + 42 * list(lines).index(name)
        parts.append(
            f'<text x="{WIDE - 235}" y="{at}" fill="{ink}">{escape(name)}</text>'
            f'<text x="{WIDE - 235}" y="{at + 16}" fill="#555555" font-size="11">{escape(" · ".join(points))}</text>\n'
        )
    return "".join([*parts, "</svg>\n"])


def peers(figures: dict[str, dict[str, Any]]) -> str:
    """Megabytes a CPU second, the fastest first."""
    rows = sorted(figures.items(), key=lambda item: -item[1]["mb_per_s"])
    high = 60 + 30 * len(rows)
    slowest, fastest = (math.log10(rows[index][1]["mb_per_s"]) for index in (-1, 0))
    parts = [_HEAD.format(wide=WIDE, high=high, title="The same text, one core: MB a CPU second (logarithmic)")]
    for index, (name, row) in enumerate(rows):
        length = 40 + 380 * (math.log10(row["mb_per_s"]) - slowest) / max(0.1, fastest - slowest)
        y = 48 + 30 * index
        ink = INKS[0] if name == "clean" else "#9ca3af"
        parts.append(
            f'<text x="16" y="{y + 15}" fill="#111111">{escape(name)}</text>'
            f'<rect x="200" y="{y}" width="{length:.0f}" height="20" fill="{ink}"/>'
            f'<text x="{208 + length:.0f}" y="{y + 15}" fill="#111111">{row["mb_per_s"]:.3g}</text>\n'
        )
    return "".join([*parts, "</svg>\n"])
