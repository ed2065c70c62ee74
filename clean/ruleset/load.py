"""From files to a RuleSet: layers of packs, each fault told with path and line, all of them at once.

The only room of the core that reads files. Layers are the built-in packs, then each path the user gave, in order: a later
layer overrides a rule by its id and can disable others; within one layer an id stands once.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import regex

from clean import schema
from clean.errors import Fault, RuleError
from clean.ruleset.entities import ALIAS_CHARS, Entity, EntityTable, clashes
from clean.ruleset.model import Rule, RuleSet
from clean.ruleset.pattern import PatternError, parse
from clean.ruleset.read import Place, RuleReader
from clean.ruleset.trees import expand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PACK_KEYS: Final = ("pack", "lists", "rule", "disable", "entity")
ENTITY_KEYS: Final = ("name", "kinds", "aliases", "legal", "country", "domain")
FAMILIES: Final = frozenset(category.split(".")[0] for category in schema.CATEGORIES) | {"outlets"}
_AT = regex.compile(r"at line (\d+)")
_HEADER = regex.compile(r"^\s*\[\[?\s*([\w.-]+)\s*\]?\]")
_KEY = regex.compile(r"^\s*([A-Za-z_][\w-]*)\s*=")


@dataclass(slots=True)
class Layer:
    """What one path gave."""

    rules: dict[str, Rule] = field(default_factory=dict)
    entities: list[Entity] = field(default_factory=list)
    disabled: list[str] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def builtin_folder() -> Path:
    """Where the built-in packs lie: inside the wheel, or beside the package in a checkout."""
    inside = Path(__file__).parents[1] / "_rules"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "rules"


def load(paths: Sequence[str | Path] = (), *, builtin: bool = True) -> RuleSet:
    """The rule set of the built-in packs and the given files or folders. Raises RuleError with every fault found."""
    layers = [_builtin_layer()] if builtin else []
    layers += [_read_layer(Path(path), builtin=False) for path in paths]
    faults = [fault for layer in layers for fault in layer.faults]
    rules: dict[str, Rule] = {}
    entities: dict[str, Entity] = {}
    for layer in layers:
        rules.update(layer.rules)
        entities.update((entity.name, entity) for entity in layer.entities)
        for disabled in layer.disabled:
            rules.pop(disabled, None)
    for spelling, kind, one, two in clashes(list(entities.values())):
        what = f"{spelling!r} names {one.name!r} and {two.name!r}, both {kind}"
        faults.append(
            Fault(
                "entities",
                1,
                "R115",
                two.name,
                what,
                "take the alias from one of them: within a kind an alias names one organisation",
            )
        )
    if faults:
        raise RuleError(tuple(faults))
    packs = [pack for layer in layers for pack in layer.packs]
    return RuleSet.of(list(rules.values()), EntityTable(tuple(entities.values())), packs)


@lru_cache(maxsize=1)
def _builtin_layer() -> Layer:
    return _read_layer(builtin_folder(), builtin=True)


def _read_layer(path: Path, *, builtin: bool) -> Layer:
    layer = Layer()
    if not path.exists():
        layer.faults.append(
            Fault(
                str(path), 1, "R100", "pack", "no such file or folder", "give a .toml file, or a folder that holds some"
            )
        )
        return layer
    files = sorted(path.rglob("*.toml"), key=lambda file: file.as_posix()) if path.is_dir() else [path]
    if not files:
        layer.faults.append(
            Fault(str(path), 1, "R100", "pack", "the folder holds no .toml file", "give a folder of rule packs")
        )
    for file in files:
        relative = file.relative_to(path) if path.is_dir() else Path(file.parent.name, file.name)
        if file.name == "known_false_positives.toml":
            continue
        _read_file(file, relative, layer, builtin=builtin)
    return layer


def _read_file(file: Path, relative: Path, layer: Layer, *, builtin: bool) -> None:
    shown = f"rules/{relative.as_posix()}" if builtin else str(file)
    parsed = _toml(file, shown, layer)
    if parsed is None:
        return
    text, table = parsed
    layer.packs.append(relative.as_posix())
    for key in table.keys() - set(PACK_KEYS):
        layer.faults.append(
            Fault(shown, 1, "R101", "pack", f"unknown table {key!r}", f"expected one of {', '.join(PACK_KEYS)}")
        )
    if "entity" in table:
        _read_entities(table["entity"], text, shown, layer)
    disable = table.get("disable", {})
    layer.disabled += disable.get("ids", []) if isinstance(disable, dict) else []
    rules = table.get("rule", [])
    if rules:
        _read_rules(_Pack(text, shown, relative, table, builtin), layer)


def _toml(file: Path, shown: str, layer: Layer) -> tuple[str, dict[str, Any]] | None:
    """Text and tables of a file; a file that is no UTF-8 or no TOML is one fault."""
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8")
        return text, tomllib.loads(text.replace("\r\n", "\n"))
    except OSError as error:
        layer.faults.append(
            Fault(shown, 1, "R100", "pack", f"cannot be read: {error.strerror}", "check the path and its permissions")
        )
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        layer.faults.append(
            Fault(shown, line, "R100", "pack", f"not UTF-8 at byte {error.start}", "save the file as UTF-8")
        )
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _AT.search(str(error))
        line = int(at.group(1)) if at else text.count("\n") + 1
        layer.faults.append(
            Fault(
                shown, line, "R100", "pack", f"not TOML: {error}", "patterns stand in '''…''', keys of a rule once each"
            )
        )
    return None


@dataclass(slots=True)
class _Pack:
    text: str
    shown: str
    relative: Path
    table: dict[str, Any]
    builtin: bool


def _read_rules(pack: _Pack, layer: Layer) -> None:
    head = pack.table.get("pack", {})
    head = head if isinstance(head, dict) else {}
    if not isinstance(head.get("subject"), str) or not head["subject"]:
        layer.faults.append(
            Fault(
                pack.shown,
                1,
                "R104",
                "pack",
                "the table [pack] names no subject",
                'write [pack] with subject = "…" and languages = ["en"]',
            )
        )
    lists = _lists(pack, layer)
    family = pack.relative.parts[0] in FAMILIES if len(pack.relative.parts) > 1 else False
    prefix = ".".join(pack.relative.with_suffix("").parts) if family else ""
    languages = tuple(str(tag) for tag in head.get("languages", []))
    tables = pack.table["rule"]
    places = list(_places(pack.text, "rule"))
    for number, table in enumerate(tables if isinstance(tables, list) else [tables]):
        line, keys = places[number] if number < len(places) else (1, {})
        place = Place(pack.shown, line, keys, str(head.get("subject", "")), languages, pack.builtin, prefix)
        reader = RuleReader(place, lists)
        rule = reader.read(table) if isinstance(table, dict) else None
        layer.faults += reader.faults
        if rule is None:
            continue
        if rule.id in layer.rules:
            other = layer.rules[rule.id]
            layer.faults.append(
                Fault(
                    pack.shown,
                    keys.get("id", line),
                    "R105",
                    rule.id,
                    f"the id stands already at {other.path}:{other.line}",
                    "an id is used once",
                )
            )
        layer.rules[rule.id] = rule


def _lists(pack: _Pack, layer: Layer) -> dict[str, list[str]]:
    """The pack's phrase lists; each item is a pattern and must be one."""
    good: dict[str, list[str]] = {}
    tables = pack.table.get("lists", {})
    for name, items in tables.items() if isinstance(tables, dict) else ():
        line = next(
            (number for number, text in enumerate(pack.text.split("\n"), 1) if text.strip().startswith(name)), 1
        )
        if not isinstance(items, list) or not items or not all(isinstance(item, str) and item for item in items):
            layer.faults.append(
                Fault(
                    pack.shown,
                    line,
                    "R102",
                    f"lists.{name}",
                    "a phrase list must be a list of texts",
                    f'write {name} = ["one", "two"]',
                )
            )
            continue
        good[name] = items
        for item in items:
            try:
                parse(item)
            except PatternError as error:
                layer.faults.append(
                    Fault(pack.shown, line, "R108", f"lists.{name}", f"{item!r}: {error.what}", error.help)
                )
                good[name] = [other for other in good[name] if other != item]
    reader = RuleReader(Place(pack.shown, 1, {}), good)
    for name in list(good):
        try:
            expand(parse(f"{{{name}}}"), reader.lookup())
        except PatternError as error:
            layer.faults.append(Fault(pack.shown, 1, "R107", f"lists.{name}", error.what, error.help))
            good[name] = ["unusable"]
    return good


def _read_entities(tables: Any, text: str, shown: str, layer: Layer) -> None:
    places = list(_places(text, "entity"))
    for number, table in enumerate(tables if isinstance(tables, list) else [tables]):
        line = places[number][0] if number < len(places) else 1
        subject = str(table.get("name", "entity")) if isinstance(table, dict) else "entity"
        problem = _entity_problem(table)
        if problem:
            layer.faults.append(
                Fault(
                    shown,
                    line,
                    "R114",
                    subject,
                    problem,
                    f"an entity has name, kinds (of {', '.join(schema.ENTITY_KINDS)}) and, if need be, aliases, legal, country, domain",
                )
            )
            continue
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
        }
        layer.entities.append(Entity(**fields))


def _entity_problem(table: Any) -> str:
    if not isinstance(table, dict):
        return "not a table"
    if unknown := set(table) - set(ENTITY_KEYS):
        return f"unknown key {min(unknown)!r}"
    if not isinstance(table.get("name"), str) or not table["name"].strip():
        return "no name"
    kinds = table.get("kinds")
    if not isinstance(kinds, list) or not kinds or any(kind not in schema.ENTITY_KINDS for kind in kinds):
        return f"kinds = {kinds!r}"
    aliases = table.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(alias, str) and alias.strip() for alias in aliases):
        return "aliases must be a list of texts"
    for spelling in (table["name"], *aliases, table.get("legal", "")):
        if isinstance(spelling, str) and len(spelling) > ALIAS_CHARS:
            return f"{spelling[:40]!r}... has {len(spelling)} characters, at most {ALIAS_CHARS}"
    if any(not isinstance(table.get(key, ""), str) for key in ("legal", "country", "domain")):
        return "legal, country and domain are texts"
    return ""


def _places(text: str, header: str) -> Iterator[tuple[int, dict[str, int]]]:
    """Line of each `[[header]]` and of the keys below it; tomllib gives none."""
    current: tuple[int, dict[str, int]] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        found = _HEADER.match(line)
        if found:
            if current:
                yield current
            current = (number, {}) if found.group(1) == header else None
        elif current and (key := _KEY.match(line)):
            current[1].setdefault(key.group(1), number)
    if current:
        yield current
