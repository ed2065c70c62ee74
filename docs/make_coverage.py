"""Writes docs/coverage.md from the built-in rules: `python docs/make_coverage.py`. A test compares the two."""

# ruff: noqa: INP001 - a script beside the pages, no part of the package
from __future__ import annotations

from pathlib import Path

from clean.report.rulebook import matrix, matrix_table
from clean.ruleset.load import load

TARGET = Path(__file__).with_name("coverage.md")


def render() -> str:
    """The page, from the rules as they are."""
    return (
        "# What the built-in rules cover\n\n"
        "Rules by family and language, as `clean rules list --matrix` prints them; made by `python docs/make_coverage.py`. A rule\n"
        "for several languages counts in each of them, and once under `rules`; `any` stands for packs of no one language. A\n"
        "language gates nothing: every rule is tried on every text. A number says how many forms are known, not how much of what\n"
        "outlets print they find. `clean rules docs -o FOLDER` writes the reference of the rules behind the numbers.\n\n"
        f"{matrix_table(matrix(load().rules))}\n"
    )


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
