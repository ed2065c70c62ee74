"""The line, on one screen: match → decide → edit → provenance → record, pure functions over documents and Arrow batches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from clean import segment
from clean.decide import decide
from clean.edit import apply
from clean.errors import ConfigError
from clean.hosts import host_of
from clean.matching.reference import ReferenceMatcher
from clean.merge import captions, merged
from clean.provenance import provenance
from clean.records import Evidence, Finding, Removal, Result
from clean.ruleset.load import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from clean.columns import Documents
    from clean.matching.fast import FastMatcher
    from clean.records import Match, Stated
    from clean.ruleset.model import Rule, RuleSet

MATCHERS: Final = ("fast", "reference")
LONG_LINES: Final = f"lines_over_{segment.MAX_LINE_CHARS}_chars"
MAX_DOCUMENT_CHARS: Final = 2**31 - 1  # lengths and offsets are int32


class Cleaner:
    """Rules, compiled once. Picklable, safe in threads; the same input always gives the same result.

    `rules` are paths of packs beside the built-in ones (`builtin=False`: instead of them). `select`, `ignore`, `keep` and
    `drop` are id or category prefixes; `budget` is the share of a text that may go. Raises RuleError with every fault of
    the packs, ConfigError for options that make no sense.
    """

    def __init__(  # noqa: PLR0913 - the public options, each by keyword
        self,
        rules: Sequence[str | Path] = (),
        *,
        builtin: bool = True,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        keep: Sequence[str] = (),
        drop: Sequence[str] = (),
        budget: float = 0.8,
        matcher: str = "fast",
    ) -> None:
        if not 0 <= budget <= 1:
            raise ConfigError(f"budget = {budget}", help="the share of a text that may go, from 0 to 1")
        if matcher not in MATCHERS:
            raise ConfigError(f"matcher = {matcher!r}", help=f"expected one of {', '.join(MATCHERS)}")
        self._set_up(
            load(rules, builtin=builtin),
            {"select": tuple(select), "ignore": tuple(ignore), "keep": tuple(keep), "drop": tuple(drop)},
            budget,
            matcher,
        )

    def _set_up(self, loaded: RuleSet, choice: dict[str, tuple[str, ...]], budget: float, matcher: str) -> None:
        _check_choice(loaded, choice)
        self._loaded, self._choice, self.budget = loaded, choice, budget
        self._ruleset = loaded.chosen(**choice)
        self._matcher: FastMatcher | ReferenceMatcher = _matcher(self._ruleset, matcher)

    @property
    def matcher(self) -> str:
        """Which engine matches; both give the same answers."""
        return "reference" if isinstance(self._matcher, ReferenceMatcher) else "fast"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that apply, by id."""
        return self._ruleset.rules

    @property
    def ruleset(self) -> str:
        """sha256 of the compiled rule set, as in the `ruleset` column."""
        return self._ruleset.sha256

    @property
    def packs(self) -> tuple[str, ...]:
        """The pack files read, each relative to its folder."""
        return self._ruleset.packs

    @property
    def loaded(self) -> RuleSet:
        """The rule set as loaded, before `select`, `ignore`, `keep` and `drop`."""
        return self._loaded

    def outlet(self, url: str | None) -> Evidence | None:
        """That the host of an address is the own one of an outlet, as the table of organisations has it; None where it is not."""
        entity = self._ruleset.entities.of_host(host_of(url)) if url else None
        if entity is None or "publisher" not in entity.kinds:
            return None
        return Evidence("publisher", entity.name, None, None, f"host.{entity.key}")

    def clean(self, text: str, url: str | None = None, stated: Stated | None = None) -> Result:
        """Clean one text. Offsets in the result are code points of `text`. Raises ConfigError over 2^31-1 characters.

        `stated` is what the page the text came from says of it (`clean.page.read` gives both).
        """
        if len(text) > MAX_DOCUMENT_CHARS:
            raise ConfigError(
                f"a text of {len(text)} characters", help=f"at most {MAX_DOCUMENT_CHARS}; split the document"
            )
        seen = segment.view(text)
        result = judge(text, seen, self._matcher.candidates(seen, host_of(url)), self._ruleset, self.budget)
        if stated is not None:
            seen_in = [self.clean(caption, url) for caption in captions(stated)]
            result = merged(result, stated, seen_in, self._ruleset.entities)
        return replace(result, limits=limits) if (limits := _limits(seen)) else result

    def clean_batch(self, batch: Any, text: str = "text", url: str | None = "url") -> Any:
        """A pyarrow RecordBatch in, one out: the user's columns with `text` replaced, then SCHEMA's from `input_chars` on.

        A column of the user's with a name of ours becomes `input_<name>`; null text stays null with empty lists; a `url`
        column that is not there is no address. Raises ConfigError for a missing or non-text column, naming the columns.
        """
        return self.clean_counted(batch, text, url)[0]

    def clean_counted(
        self, batch: Any, text: str = "text", url: str | None = "url", stated: Mapping[int, Stated] | None = None
    ) -> tuple[Any, dict[str, int]]:
        """As `clean_batch`, and how often each bound of the matcher bit; `stated` is what pages say of some rows."""
        from clean import columns  # noqa: PLC0415 - pyarrow is loaded when a batch comes, not before

        documents = columns.Documents(batch, text, url)
        pages = stated or {}
        behind = [(row, caption) for row, said in pages.items() for caption in captions(said)]
        handed: tuple[Any, Any, Any] = (documents.data, documents.offsets, documents.urls)
        if behind:
            handed = documents.followed_by([caption for _, caption in behind], [row for row, _ in behind])
        results = {
            found.row: judge(found.text, found.view, found.matches, self._ruleset, self.budget)
            for found in self._matcher.batch(*handed)
        }
        if pages:
            results = self._with_pages(documents, results, pages, behind)
        long_lines = documents.long_lines()
        limits = {LONG_LINES: long_lines} if long_lines else {}
        return columns.outputs(batch, text, documents, results, self.ruleset), limits

    def _with_pages(
        self,
        documents: Documents,
        results: Mapping[int, Result],
        pages: Mapping[int, Stated],
        behind: Sequence[tuple[int, str]],
    ) -> dict[int, Result]:
        """The results with what pages say; those of captions, behind the documents, are used up."""
        count = len(documents)
        seen_in: dict[int, list[Result]] = {}
        for number, (row, caption) in enumerate(behind, count):
            seen_in.setdefault(row, []).append(results.get(number) or Result(text=caption))
        made = {row: result for row, result in results.items() if row < count}
        slices = documents.slices()
        for row, said in pages.items():
            if (before := made.get(row)) is None:
                whole = str(slices[row], "utf-8")
                before = Result(text=whole, input_chars=len(whole), ruleset=self.ruleset)
            made[row] = merged(before, said, seen_in.get(row, []), self._ruleset.entities)
        return dict(sorted(made.items()))


def _matcher(ruleset: RuleSet, name: str) -> FastMatcher | ReferenceMatcher:
    if name == "reference":
        return ReferenceMatcher(ruleset)
    from clean.matching.fast import FastMatcher  # noqa: PLC0415 - the reference must work where hyperscan does not

    return FastMatcher(ruleset)


def _check_choice(loaded: RuleSet, choice: dict[str, tuple[str, ...]]) -> None:
    """A prefix that names nothing is a typing mistake, and would silently do nothing."""
    from clean import schema  # noqa: PLC0415 - kept beside its one use

    names = {rule.id for rule in loaded.rules} | set(schema.CATEGORIES)
    for option, prefixes in choice.items():
        for prefix in prefixes:
            if not any(schema.is_under(name, prefix) for name in names):
                raise ConfigError(
                    f"--{option} {prefix}: no rule or category begins so",
                    help="`clean rules list` shows ids and categories",
                )


def judge(text: str, seen: segment.View, matches: Sequence[Match], ruleset: RuleSet, budget: float) -> Result:
    """One document's result from its candidates, whichever matcher found them."""
    rules = ruleset.rules
    if not matches:
        return Result(text=text, input_chars=len(text), ruleset=ruleset.sha256)
    decision = decide(seen, matches, rules, budget=budget, input_chars=len(text))
    removed = []
    for piece in decision.removed:
        rule, start, end = rules[piece.match.rule], seen.input_start(piece.start), seen.input_end(piece.end)
        removed.append(Removal(start, end, text[start:end], rule.id, rule.version, rule.category))
    kept = []
    for match, reason in decision.kept:
        rule = rules[match.rule]
        start, end = seen.input_start(match.start), seen.input_end(match.end)
        kept.append(Finding(start, end, rule.id, rule.version, rule.category, reason))
    return Result(
        **provenance(seen, decision.giving, rules, ruleset.entities),
        text=apply(text, removed),
        input_chars=len(text),
        removed=tuple(removed),
        kept=tuple(kept),
        over_budget=decision.over_budget,
        ruleset=ruleset.sha256,
    )


def _limits(view: segment.View) -> tuple[tuple[str, int], ...]:
    """Which bounds this document met: lines that line and block rules do not see."""
    long_lines = sum(line.end - line.start > segment.MAX_LINE_CHARS for line in view.lines)
    return ((LONG_LINES, long_lines),) if long_lines else ()
