"""One TOML rule table becomes a Rule, or every fault that is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from clean import schema, segment
from clean.errors import Fault
from clean.ruleset import linear
from clean.ruleset.captures import entity_kinds, has_words, prepare
from clean.ruleset.classes import CLASSES
from clean.ruleset.model import DEFAULT_WITHIN, Block, Condition, Example, Rule
from clean.ruleset.pattern import Alt, Entity, Node, PatternError, parse
from clean.ruleset.trees import expand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STRING, INT, BOOL, STRINGS, EXAMPLES = (
    "text",
    "a whole number",
    "true or false",
    "a list of texts",
    "a list of examples",
)
KEYS: Final[dict[str, str]] = {
    "id": STRING, "title": STRING, "category": STRING, "pattern": STRING, "version": INT, "status": STRING,
    "replaced_by": STRING, "action": STRING, "unit": STRINGS, "at": STRING, "while": STRINGS, "until": STRINGS,
    "until_included": BOOL, "min_lines": INT, "max_lines": INT, "must_end": BOOL, "ends": STRING, "zone": STRING,
    "within": INT, "unless": STRINGS, "after": STRINGS, "before": STRINGS, "outlets": STRINGS, "case": STRING,
    "also": STRINGS, "match": EXAMPLES, "no_match": EXAMPLES, "todo_match": EXAMPLES, "todo_no_match": EXAMPLES,
    "since": STRING, "references": STRINGS, "note": STRING,
}  # fmt: skip
REQUIRED: Final = ("id", "title", "category", "pattern", "match", "no_match")
CHOICES: Final = {
    "category": schema.CATEGORIES, "status": schema.STATUSES, "action": schema.ACTIONS, "ends": schema.ENDS,
    "zone": schema.ZONES, "case": schema.CASES, "at": schema.SPAN_PLACES,
}  # fmt: skip
ONE_OR_MORE: Final = ("unit", "while", "until", "unless", "after", "before", "outlets", "also", "references")
BLOCK_KEYS: Final = ("while", "until", "until_included", "min_lines", "max_lines", "must_end")
UNIONS: Final = {"agency": ("wire", "photo_agency"), "outlet": ("publisher", "wire", "distributor")}
MIN_MATCHES: Final = 2


@dataclass(slots=True)
class Place:
    """Where a rule table stands: pack path, the line of its header and of each of its keys."""

    path: str
    line: int
    keys: dict[str, int]
    subject: str = ""
    languages: tuple[str, ...] = ()
    builtin: bool = True
    prefix: str = ""  # what the id must start with, where the folder is a family


class RuleReader:
    """Reads one rule table; `faults` collects what is wrong."""

    def __init__(self, place: Place, lists: Mapping[str, list[str]]) -> None:
        self.place, self.lists = place, lists
        self.faults: list[Fault] = []
        self.name = "rule"
        self.table: dict[str, Any] = {}

    def fault(self, code: str, key: str, what: str, remedy: str = "") -> None:
        """Record one fault, in the line of its key."""
        line = self.place.keys.get(key, self.place.line)
        self.faults.append(Fault(self.place.path, line, code, self.name, what, remedy))

    def read(self, table: Mapping[str, Any]) -> Rule | None:
        """The rule, or None with at least one fault collected."""
        if isinstance(table.get("id"), str):
            self.name = table["id"]
        self.table = self._typed(table)
        for key in REQUIRED:
            if key not in table:
                self.fault("R104", key, f"the key {key} is missing", "a rule has at least " + ", ".join(REQUIRED))
        if self.table.get("title") == "":
            self.fault("R104", "title", "the title is empty", "say in a sentence what the rule takes")
        self._check_values()
        tree = self._pattern(str(self.table.get("pattern", "")), "pattern") if "pattern" in self.table else None
        unless = tuple(t for text in self._texts("unless") if (t := self._tree(text, "unless")) is not None)
        block = self._block()
        if tree is not None:
            self._check_contents()
        return None if self.faults or tree is None else self._rule(tree, unless, block)

    def _typed(self, table: Mapping[str, Any]) -> dict[str, Any]:
        good: dict[str, Any] = {}
        for key, value in table.items():
            if key not in KEYS:
                self.fault("R101", key, f"unknown key {key!r}", f"expected one of {', '.join(KEYS)}")
                continue
            wanted = KEYS[key]
            listed = [value] if key in ONE_OR_MORE and isinstance(value, str) else value
            if _fits(wanted, listed):
                good[key] = listed
            else:
                self.fault(
                    "R102",
                    key,
                    f"{key} must be {wanted}, found {type(value).__name__} {value!r:.60}",
                    "see docs/rules.md",
                )
        return good

    def _check_values(self) -> None:
        for key, allowed in CHOICES.items():
            if (value := self.table.get(key)) is not None and value not in allowed:
                self.fault("R103", key, f"{key} = {value!r} is not known", f"expected one of {', '.join(allowed)}")
                del self.table[key]
        for unit in self._texts("unit"):
            if unit not in schema.UNITS:
                self.fault(
                    "R103", "unit", f"unit = {unit!r} is not known", f"expected one of {', '.join(schema.UNITS)}"
                )
        for key, low in (("version", 1), ("within", 1), ("min_lines", 1), ("max_lines", 1)):
            if self.table.get(key, low) < low:
                self.fault("R103", key, f"{key} = {self.table[key]} is too small", f"the least is {low}")
        if self.table.get("status") == "deprecated" and "replaced_by" not in self.table:
            self.fault(
                "R104", "status", "a deprecated rule without replaced_by", "name the rule that does its work now"
            )
        self._check_id()
        for key in ("match", "no_match"):
            needed = MIN_MATCHES if key == "match" else 1
            if key in self.table and len(self.table[key]) < needed:
                self.fault(
                    "R111",
                    key,
                    f"{key} has {len(self.table[key])} examples",
                    f"at least {needed}: the rule is proved by them",
                )
        units = self._texts("unit") or ["line"]
        for key in BLOCK_KEYS:
            if key in self.table and "block" not in units:
                self.fault(
                    "R116",
                    key,
                    f"{key} speaks of blocks, the unit is {', '.join(units)}",
                    'write unit = "block", or take the key away',
                )
        if "block" in units and not self._texts("while") and not self._texts("until"):
            self.fault(
                "R116", "unit", "a block without while or until", "say which lines belong to it, or which line ends it"
            )
        if ("at" in self.table) != ("span" in units):
            self.fault(
                "R116",
                "at",
                '`at` and unit = "span" go together',
                'a span says where: at = "start", "end" or "anywhere"',
            )

    def _check_id(self) -> None:
        rule_id = self.table.get("id")
        if rule_id is None:
            return
        if not all(
            part and part.replace("-", "").isascii() and part.replace("-", "").isalnum() and part == part.lower()
            for part in rule_id.split(".")
        ):
            self.fault(
                "R106",
                "id",
                f"the id {rule_id!r} is not written <room>.<subject>.<thing>",
                "small letters, digits and hyphens, parted by dots",
            )
        elif self.place.prefix and not rule_id.startswith(self.place.prefix + "."):
            self.fault(
                "R106",
                "id",
                f"the id {rule_id!r} does not say where it stands",
                f"expected {self.place.prefix}.<the thing matched>",
            )

    def _texts(self, key: str) -> list[str]:
        return list(self.table.get(key, ()))

    def lookup(self) -> Callable[[str], Node | None]:
        """Placeholders: the pack's phrase lists, entity kinds and unions, built-in classes."""

        def found(name: str) -> Node | None:
            if name in self.lists:
                return Alt(tuple(parse(item) for item in self.lists[name]))
            if name in schema.ENTITY_KINDS:
                return Entity((name,))
            if name in UNIONS:
                return Entity(UNIONS[name])
            return CLASSES.get(name)

        return found

    def _pattern(self, source: str, key: str) -> Node | None:
        """A pattern parsed, expanded, its captures named; checked to be linear.

        Built-in patterns are checked where they are proved (`prove.proof`, and with it our tests): at every start it would
        cost as much as all the rest of reading them.
        """
        if not source.strip():
            self.fault("R108", key, "the pattern is empty", "write the text it matches")
            return None
        try:
            tree = prepare(expand(parse(source), self.lookup()))
            if not self.place.builtin:
                linear.check(tree, fold=self.table.get("case", "fold") == "fold")
        except PatternError as error:
            code = {
                "unknown group": "R107",
                "unknown placeholder": "R107",
                "its repeats": "R109",
                "a repeat inside": "R109",
                "the pattern can match the empty": "R110",
            }
            self.fault(
                next((c for head, c in code.items() if error.what.startswith(head)), "R108"),
                key,
                error.what,
                error.help,
            )
            return None
        return tree

    def _tree(self, source: str, key: str) -> Node | None:
        return self._pattern(source, key)

    def _conditions(self, key: str) -> tuple[Condition, ...]:
        found = []
        for text in self._texts(key):
            if text in segment.SHAPES:
                found.append(Condition(shape=text))
            elif (tree := self._tree(text, key)) is not None:
                found.append(Condition(tree=tree))
        return tuple(found)

    def _block(self) -> Block:
        get = self.table.get
        return Block(
            keep_on=self._conditions("while"),
            until=self._conditions("until"),
            until_included=get("until_included", False),
            min_lines=get("min_lines", 1),
            max_lines=get("max_lines", 0),
            must_end=get("must_end", False),
        )

    def _check_contents(self) -> None:
        held = self._texts("after") or self._texts("before") or self.table.get("zone", "any") != "any"
        if not has_words(parse(self.table["pattern"]), self.lists) and not held:
            self.fault(
                "R117",
                "pattern",
                "a pattern of placeholders alone",
                "add words to it, or hold it by a zone, `after` or `before`",
            )
        for key in ("after", "before"):
            for text in self._texts(key):
                name = text.removeprefix("!")
                known = name in segment.SHAPES or any(schema.is_under(category, name) for category in schema.CATEGORIES)
                if not known and "." not in name:
                    self.fault(
                        "R103",
                        key,
                        f"{key} names {name!r}, which is no shape, category or rule id",
                        f"shapes are {', '.join(segment.SHAPES)}",
                    )

    def _rule(self, tree: Node, unless: tuple[Node, ...], block: Block) -> Rule:
        get = self.table.get
        category = str(get("category"))
        action = get("action", schema.default_action(category))
        return Rule(
            id=str(get("id")),
            title=str(get("title")),
            category=category,
            pattern=str(get("pattern")),
            tree=tree,
            kinds=entity_kinds(tree),
            version=get("version", 1),
            status=get("status", "stable"),
            action=action,
            act="flag" if get("status") == "experimental" else action,
            units=tuple(self._texts("unit") or ["line"]),
            at=get("at", ""),
            ends="no-stop"
            if "ends" not in self.table and str(get("pattern")).endswith("{headline}")
            else get("ends", "open"),
            zone=get("zone", "any"),
            within=get("within", DEFAULT_WITHIN),
            fold=get("case", "fold") == "fold",
            unless=unless,
            after=tuple(self._texts("after")),
            before=tuple(self._texts("before")),
            outlets=tuple(host.lower().removeprefix("www.") for host in self._texts("outlets")),
            block=block,
            also=tuple(self._texts("also")),
            match=_examples(get("match", [])),
            no_match=_examples(get("no_match", [])),
            todo_match=_examples(get("todo_match", [])),
            todo_no_match=_examples(get("todo_no_match", [])),
            languages=self.place.languages,
            subject=self.place.subject,
            path=self.place.path,
            line=self.place.line,
            builtin=self.place.builtin,
            note=str(get("note", "")),
        )


def _fits(wanted: str, value: object) -> bool:
    if wanted == STRING:
        return isinstance(value, str)
    if wanted == INT:
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted == BOOL:
        return isinstance(value, bool)
    if not isinstance(value, list):
        return False
    if wanted == STRINGS:
        return all(isinstance(item, str) for item in value)
    return all(isinstance(item, str) or _is_example(item) for item in value)


def _is_example(item: object) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("text"), str)
        and set(item) <= {"text", "gives"}
        and isinstance(item.get("gives", {}), dict)
    )


def _examples(items: list[Any]) -> tuple[Example, ...]:
    return tuple(
        Example(item)
        if isinstance(item, str)
        else Example(
            item["text"], tuple((k, tuple(v) if isinstance(v, list) else v) for k, v in item.get("gives", {}).items())
        )
        for item in items
    )
