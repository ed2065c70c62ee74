"""Which parts of a pattern become values: entity placeholders are named for their kind, and know what stands beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clean.ruleset.pattern import Alt, Builtin, Copyright, Edge, Entity, Group, Lit, Node, Ref, Repeat, Seq, Set

if TYPE_CHECKING:
    from collections.abc import Container

KIND_CAPTURES: Final = {
    "wire": "wire",
    "photo_agency": "photo_agency",
    "distributor": "distributor",
    "publisher": "publisher",
    "license": "license",
    "press_release_wire": "distributor",
}


def prepare(tree: Node) -> Node:
    """The expanded tree with its entity placeholders named and their context known."""
    return _named(_in_context(tree, left=False, right=False), inside=False) if entities(tree) else tree


def _named(node: Node, *, inside: bool) -> Node:
    """A placeholder captures under its kind, unless a named group holds it alone; a union captures nothing by itself."""
    match node:
        case Entity(kinds, _):
            return node if inside or len(kinds) > 1 else Group(KIND_CAPTURES[kinds[0]], node)
        case Group(name, inner):
            return Group(name, _named(inner, inside=True))
        case Alt(parts):
            return Alt(tuple(_named(part, inside=inside) for part in parts))
        case Seq(parts):
            return Seq(tuple(_named(part, inside=False) for part in parts))
        case Repeat(inner, low, high, lazy):
            return Repeat(_named(inner, inside=False), low, high, lazy)
    return node


def _in_context(node: Node, *, left: bool, right: bool) -> Node:
    """Each Entity with `context` set where a literal or bracket stands beside it (AP and its like count only there)."""
    match node:
        case Entity(kinds, _):
            return Entity(kinds, left or right)
        case Group(name, inner):
            return Group(name, _in_context(inner, left=left, right=right))
        case Repeat(inner, low, high, lazy):
            return Repeat(_in_context(inner, left=left, right=right), low, high, lazy)
        case Alt(parts):
            return Alt(tuple(_in_context(part, left=left, right=right) for part in parts))
        case Seq(parts):
            found = []
            for index, part in enumerate(parts):
                before = _edge(parts[:index][::-1], first=False, outer=left)
                after = _edge(parts[index + 1 :], first=True, outer=right)
                found.append(_in_context(part, left=before, right=after))
            return Seq(tuple(found))
    return node


def _edge(parts: tuple[Node, ...], *, first: bool, outer: bool) -> bool:
    """Whether the nearest part that is no blank is literal; parts that may be absent are looked past."""
    for part in parts:
        literal = _literal(part, first=first)
        if literal is not None:
            return literal
    return outer


def _literal(node: Node, *, first: bool) -> bool | None:
    """Whether the facing edge of a node is literal; None where it is a blank, or may be absent."""
    match node:
        case Lit(char):
            return None if char.isspace() else True
        case Copyright():
            return True
        case Edge():
            return None
        case Set(items, negated):
            return not negated and not any(
                isinstance(item, str) and item in ("\\w", "\\s", "\\D", "\\W", "\\S") for item in items
            )
        case Group(_, inner):
            return _literal(inner, first=first)
        case Repeat(inner, low, _, _):
            return None if low == 0 or inner == Lit(" ") else _literal(inner, first=first)
        case Alt(parts):
            edges = [_literal(part, first=first) for part in parts]
            return None if None in edges else all(edges)
        case Seq(parts):
            return _edge(parts if first else parts[::-1], first=first, outer=False)
    return False


def entity_kinds(tree: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each capture that holds an entity placeholder alone, the kinds it may name."""
    found: dict[str, tuple[str, ...]] = {}

    def alone(node: Node) -> tuple[str, ...]:
        match node:
            case Entity(kinds, _):
                return kinds
            case Group(_, inner):
                return alone(inner)
            case Alt(parts):
                return tuple(kind for part in parts for kind in alone(part))
        return ()

    def walk(node: Node) -> None:
        match node:
            case Group(name, inner):
                if kinds := alone(inner):
                    found[name] = tuple(dict.fromkeys((*found.get(name, ()), *kinds)))
                walk(inner)
            case Seq(parts) | Alt(parts):
                for part in parts:
                    if type(part) is not Lit:
                        walk(part)
            case Repeat(inner, _, _, _):
                walk(inner)

    walk(tree)
    return tuple(sorted(found.items()))


def names(tree: Node) -> frozenset[str]:
    """Every capture a match of a prepared tree can give."""
    match tree:
        case Group(name, inner):
            return names(inner) | {name}
        case Repeat(inner, _, _, _):
            return names(inner)
        case Seq(parts) | Alt(parts):
            return frozenset([name for part in parts if type(part) is not Lit for name in names(part)])
    return frozenset()


def entities(tree: Node) -> tuple[Entity, ...]:
    """Every entity placeholder of a tree, each once."""
    match tree:
        case Entity():
            return (tree,)
        case Group(_, inner) | Repeat(inner, _, _, _) | Builtin(_, inner, _):
            return entities(inner)
        case Seq(parts) | Alt(parts):
            return tuple(dict.fromkeys([e for part in parts if type(part) is not Lit for e in entities(part)]))
    return ()


def required_entities(tree: Node) -> frozenset[Entity]:
    """The entity placeholders that stand in every match."""
    match tree:
        case Entity():
            return frozenset((tree,))
        case Group(_, inner):
            return required_entities(inner)
        case Repeat(inner, low, _, _) if low:
            return required_entities(inner)
        case Seq(parts):
            return frozenset(entity for part in parts for entity in required_entities(part))
        case Alt(parts):
            return frozenset.intersection(*map(required_entities, parts)) if parts else frozenset()
    return frozenset()


def has_words(tree: Node, lists: Container[str]) -> bool:
    """Whether the unexpanded pattern says anything of its own: a character, a sign or a phrase list."""
    match tree:
        case Lit(char):
            return not char.isspace()
        case Set():
            return bool(_literal(tree, first=True))
        case Copyright():
            return True
        case Ref(name):
            return name in lists or name == "copyright"
        case Group(_, inner) | Repeat(inner, _, _, _):
            return has_words(inner, lists)
        case Seq(parts) | Alt(parts):
            return any(has_words(part, lists) for part in parts)
    return False
