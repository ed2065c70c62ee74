"""What grows and what must not: cost against rules, text, hits, document length, line length."""

from __future__ import annotations

import pickle
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from corpus import _surname
from measure import ROUNDS, medians
from stages import cleaning, made, megabytes, scanning

from clean import Cleaner
from clean.matching.fast import FastMatcher
from clean.ruleset.load import load
from clean.ruleset.model import RuleSet

if TYPE_CHECKING:
    from pathlib import Path

RULES: Final = (100, 400, 1_500, 5_000)
LONG_LINE_MB: Final = 50
# (unit, pattern, two lines it takes, one it leaves); NAME is invented anew for every rule.
TEMPLATES: Final = (
    ('"line"', "distributed by NAME content service(?:, inc)?", ("Distributed by NAME Content Service", "Distributed by NAME Content Service, Inc"), "Nothing was distributed by NAME."),
    ('["line", "sentence"]', "follow NAME on (?:twitter|facebook|instagram)", ("Follow NAME on Twitter", "Follow NAME on Facebook"), "They follow NAME wherever it leads."),
    ('["line", "sentence"]', "sign up (?:here )?for the NAME newsletter", ("Sign up for the NAME newsletter", "Sign up here for the NAME newsletter"), "They sign up for NAME."),
    ('"line"', "(?:read|see) more from NAME ?{colon} ?{rest}", ("Read more from NAME: the bridge", "See more from NAME: the vote"), "Some read more from NAME than others."),
    ('["line", "sentence"]', "(c) {year} NAME(?:, llc)?[.,] all rights reserved", ("© 2019 NAME. All rights reserved", "(c) 2018 NAME, LLC. All rights reserved"), "All rights of NAME are reserved."),
    ('"line"', "photo ?{colon} ?(?P<photographer>{person}) ?{slash} ?NAME", ("Photo: Mira Kelros/NAME", "Photo: Jonas Arben / NAME"), "The photo by NAME was shown."),
    ('"line"', "download the (?:free )?NAME app(?: today)?", ("Download the NAME app", "Download the free NAME app today"), "Few download what NAME sells."),
    ('["line", "sentence"]', "this (?:story|article) (?:first appeared|was first published) in the NAME", ("This story first appeared in the NAME", "This article was first published in the NAME"), "This story is about the NAME."),
)  # fmt: skip


def pack(path: Path, count: int, seed: int = 3) -> Path:
    """A rule pack of so many rules: the templates with invented names."""
    rng = np.random.default_rng(seed)
    names: dict[str, None] = {}
    while len(names) < count:
        names[f"{_surname(rng)} {_surname(rng)}"] = None
    parts = ['[pack]\nsubject = "invented"\nlanguages = ["en"]\n']
    for number, name in enumerate(names):
        unit, pattern, (one, two), miss = (
            tuple(part.replace("NAME", name) for part in item)
            if isinstance(item, tuple)
            else item.replace("NAME", name)
            for item in TEMPLATES[number % len(TEMPLATES)]
        )
        parts.append(
            f'[[rule]]\nid = "invented.rule-{number}"\ntitle = "invented"\ncategory = "promo.related"\n'
            f"pattern = '''{pattern}'''\nunit = {unit}\nmatch = [\"{one}\", \"{two}\"]\nno_match = [\"{miss}\"]\n"
        )
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def rulesets(folder: Path, counts: tuple[int, ...] = RULES) -> dict[int, RuleSet]:
    """Sets of so many rules: the built-in ones first, invented ones beyond."""
    builtin = load()
    most = max(counts)
    all_rules = list(builtin.rules)
    if most > len(all_rules):
        invented = load([pack(folder / "invented.toml", most - len(all_rules))], builtin=False)
        all_rules += invented.rules
    return {count: RuleSet.of(all_rules[:count], builtin.entities) for count in counts}


def by_rules(
    folder: Path, size_mb: float, counts: tuple[int, ...] = RULES, rounds: int = ROUNDS
) -> dict[str, dict[str, float]]:
    """For each number of rules: ms/MB of scan, of scan and confirm, CPU seconds and size of the scan database."""
    batches = made(size_mb, 60)
    size = megabytes(batches)
    variants, facts = {}, {}
    for count, ruleset in rulesets(folder, counts).items():
        matcher = FastMatcher(ruleset)
        begun = time.process_time()
        size_b = len(pickle.dumps(matcher.nominator()))
        facts[count] = {"compile_s": time.process_time() - begun, "database_mb": size_b / 1e6}
        variants[str(count)] = scanning(matcher, batches)
        variants[str(count)]()
    took = medians(variants, rounds)
    return {str(count): {"scan_ms_per_mb": 1000 * took[str(count)] / size, **facts[count]} for count in facts}


def by_text(base_mb: float, times: tuple[int, ...] = (1, 4, 16), rounds: int = ROUNDS) -> dict[str, float]:
    """ms/MB Arrow to Arrow at once, four and sixteen times the text."""
    cleaner = Cleaner()
    corpora = {str(factor): made(base_mb * factor, 60) for factor in times}
    cleaning(cleaner, corpora[str(times[0])])()
    took = medians({name: cleaning(cleaner, batches) for name, batches in corpora.items()}, rounds)
    return {name: 1000 * took[name] / megabytes(batches) for name, batches in corpora.items()}


def by_hits(size_mb: float, hits: tuple[int, ...] = (0, 30, 60, 95), rounds: int = ROUNDS) -> dict[str, float]:
    """ms/MB Arrow to Arrow at several shares of documents with boilerplate."""
    return _over({str(hit): made(size_mb, hit) for hit in hits}, rounds)


def by_length(
    size_mb: float, lengths: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000), rounds: int = ROUNDS
) -> dict[str, float]:
    """ms/MB Arrow to Arrow at several lengths of document."""
    return _over({str(length): made(size_mb, 60, length) for length in lengths}, rounds)


def _over(corpora: dict[str, list[pa.RecordBatch]], rounds: int) -> dict[str, float]:
    cleaner = Cleaner()
    for batches in corpora.values():
        cleaner.clean_counted(batches[0])
    took = medians({name: cleaning(cleaner, batches) for name, batches in corpora.items()}, rounds)
    return {name: 1000 * took[name] / megabytes(batches) for name, batches in corpora.items()}


def long_line(size_mb: int = LONG_LINE_MB) -> pa.RecordBatch:
    """One document that is one line."""
    text = " ".join(row.replace("\n", " ") for batch in made(size_mb, 60) for row in batch.column("text").to_pylist())
    return pa.RecordBatch.from_pydict({"id": ["1"], "url": [None], "text": [text]}, schema=_SCHEMA)


_SCHEMA: Final = pa.schema([("id", pa.string()), ("url", pa.string()), ("text", pa.string())])


def on_one_line(size_mb: int = LONG_LINE_MB, rounds: int = 1) -> dict[str, Any]:
    """ms/MB of scan and of the whole for one line of so many megabytes."""
    batches = [long_line(size_mb)]
    cleaner = Cleaner()
    matcher = FastMatcher(cleaner.loaded.chosen())
    matcher.nominator()
    cleaner.clean_counted(batches[0].slice(0, 0))
    took = medians({"scan": scanning(matcher, batches), "clean": cleaning(cleaner, batches)}, rounds)
    return {"mb": size_mb, **{name: 1000 * seconds / megabytes(batches) for name, seconds in took.items()}}
