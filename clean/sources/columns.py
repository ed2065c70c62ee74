"""The user's columns over all inputs of a run: one name, one type each, settled before any work.

Types of one name unite only where nothing is lost; otherwise the run stops and says which file and column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from clean import schema
from clean.errors import ConfigError
from clean.sources.jsonl import survey_kinds_type
from clean.sources.model import Columns, Survey

if TYPE_CHECKING:
    from collections.abc import Iterable


def unite(surveys: Iterable[tuple[str, Survey]]) -> Columns:
    """The columns of all (source_path, survey). Raises ConfigError for types or names that cannot go together."""
    surveys = [
        (path, part) for path, survey in surveys for part in (survey, *survey.members.values()) if part.fault is None
    ]
    kinds: dict[str, frozenset[str]] = {}
    types: dict[str, Any] = {}
    for path, survey in surveys:
        for name, met in survey.kinds.items():
            kinds[name] = kinds.get(name, frozenset()) | met
        for name, kind in survey.types.items():
            types[name] = _united(types[name], kind, name, path) if name in types else kind
    as_json = set()
    for name, met in kinds.items():
        kind, is_json = survey_kinds_type(met)
        if name not in types:
            types[name] = kind
        elif met:  # a field that is always null fits any column
            path = next(p for p, survey in surveys if name in survey.kinds)
            types[name] = _united(types[name], kind, name, path)
        if is_json:
            as_json.add(name)
    # First seen first: one file keeps its own order, several have one that depends on the inputs alone.
    order = list(dict.fromkeys(name for _, survey in surveys for name in (*survey.types, *survey.kinds)))
    names = {name: _output_name(name, types) for name in order}
    return Columns(pa.schema([pa.field(names[n], types[n], nullable=True) for n in order]), names, frozenset(as_json))


def _output_name(name: str, present: Iterable[str]) -> str:
    if name not in schema.BY_NAME:
        return name
    renamed = f"input_{name}"
    if renamed in present or renamed in schema.BY_NAME:
        raise ConfigError(
            f'the input has columns "{name}", a name of ours, and "{renamed}", its stand-in',
            help="rename or drop one of them in the input",
        )
    return renamed


def _united(one: Any, other: Any, name: str, path: str) -> Any:
    if one.equals(other):
        return one
    both = {one, other}
    whole = [pa.int8(), pa.int16(), pa.int32(), pa.int64()]
    if both <= set(whole):
        return max(both, key=whole.index)
    if both == {pa.float32(), pa.float64()} or both <= {pa.float64(), pa.float32(), pa.int8(), pa.int16(), pa.int32()}:
        return pa.float64()
    texts = [pa.string(), pa.large_string(), pa.string_view()]
    if both <= set(texts):
        return pa.large_string() if pa.large_string() in both else pa.string()
    if all(pa.types.is_nested(kind) or pa.types.is_timestamp(kind) for kind in both):
        try:
            parts = [pa.schema([pa.field(name, kind)]) for kind in (one, other)]
            return pa.unify_schemas(parts, promote_options="permissive").field(name).type
        except pa.ArrowException:
            pass
    raise ConfigError(
        f'the column "{name}" is {other} here and {one} in a file before; the two cannot be one column without loss',
        where=path, help="give the files the same type, or run them apart",
    )  # fmt: skip
