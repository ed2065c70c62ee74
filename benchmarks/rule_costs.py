"""What each rule costs to look for alone: ms and nominations a megabyte, the dearest first.

    python benchmarks/rule_costs.py [--data DATA] [--top 25]

A rule that nominates over 200 lines of a megabyte makes documents into objects for nothing; `!` marks it.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow.parquet as pq
import stages

from clean.columns import Documents
from clean.matching.choose import nominator
from clean.ruleset.load import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clean.ruleset.entities import EntityTable
    from clean.ruleset.model import Rule

MANY: Final = 200  # nominations a megabyte
ROUNDS: Final = 3


def cost(rules: Sequence[Rule], table: EntityTable, batches: Sequence[Documents]) -> tuple[float, float]:
    """Milliseconds (the best of three) and nominations a megabyte, for these rules alone."""
    source = nominator(rules, table)
    best, nominated = float("inf"), 0
    for _ in range(ROUNDS):
        begun = time.process_time()
        found = [source.nominate(given.data, given.offsets, given.urls) for given in batches]
        best = min(best, time.process_time() - begun)
        nominated = sum(len(one.rule) for one in found)
    size = sum(int(given.offsets[-1] - given.offsets[0]) for given in batches) / 1e6
    return 1000 * best / size, nominated / size


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the shared folder: its articles in place of made-up ones")
    parser.add_argument("--top", type=int, default=25, help="so many rules")
    options = parser.parse_args()
    batches = stages.made(3, 60)
    if options.data:
        path = min((options.data / "corpus-dev").glob("*.parquet"))
        batches = [next(pq.ParquetFile(path).iter_batches(1_500, columns=["text"]))]
    documents = [Documents(batch, "text", None) for batch in batches]
    loaded = load()
    rules, table = list(loaded.rules), loaded.entities
    alone = sorted(((*cost([rule], table, documents), rule.id) for rule in rules), reverse=True)
    print(
        f"{len(rules)} rules: {cost(rules, table, documents)[0]:.2f} ms/MB; none: {cost([], table, documents)[0]:.2f}"
    )
    for count in (5, 10, 20, 30):
        dear = {name for _, _, name in alone[:count]}
        print(f"without the dearest {count}: {cost([r for r in rules if r.id not in dear], table, documents)[0]:.2f}")
    for spent, nominated, name in alone[: options.top]:
        print(f"{spent:>7.2f} ms/MB {nominated:>7.0f} a MB {'!' if nominated > MANY else ' '} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
