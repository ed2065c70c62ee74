"""The file rules/known_false_positives.toml as the tests read it."""

from __future__ import annotations

import tomllib

from clean.ruleset.load import builtin_folder


def entries() -> list[dict[str, str]]:
    """Every entry of the file."""
    path = builtin_folder() / "known_false_positives.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")).get("known", [])


def texts() -> set[tuple[str, str]]:
    """(rule, sentence) of every entry that names a sentence of our own."""
    return {(entry["id"], entry["text"]) for entry in entries() if "text" in entry}
