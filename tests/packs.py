"""Small rule packs written into a temporary folder, for tests of loading, matching and deciding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from clean.cleaner import Cleaner

if TYPE_CHECKING:
    from pathlib import Path


def toml_value(value):
    """A Python value as TOML; patterns as literal strings."""
    if isinstance(value, str) and ("\\" in value or '"' in value) and "'''" not in value:
        return f"'''{value}'''"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def rule(rule_id="test.pack.thing", **keys):
    """One [[rule]] table; `None` leaves a key out."""
    table = {
        "id": rule_id,
        "title": "A thing",
        "category": "ui.ad",
        "pattern": "Advertisement",
        "match": ["Advertisement", "ADVERTISEMENT"],
        "no_match": ["Advertisement spending fell."],
        **keys,
    }
    return "[[rule]]\n" + "".join(f"{key} = {toml_value(value)}\n" for key, value in table.items() if value is not None)


def pack(*rules, head='[pack]\nsubject = "Test"\nlanguages = ["en"]\n', extra=""):
    return head + extra + "".join(rules)


def write(folder: Path, *rules, name="test/pack.toml", entities="", **keys):
    """The pack as a file below `folder`; the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(pack(*rules, **keys), encoding="utf-8")
    if entities:
        (folder / "entities").mkdir(exist_ok=True)
        (folder / "entities" / "some.toml").write_text(entities, encoding="utf-8")
    return folder


def cleaner(folder: Path, *rules, entities="", extra="", **options):
    return Cleaner([write(folder, *rules, entities=entities, extra=extra)], builtin=False, **options)
