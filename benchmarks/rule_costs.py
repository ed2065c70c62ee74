"""What each rule adds to the scan: ms and nominations a megabyte, the dearest first.

    python benchmarks/rule_costs.py [--data DATA] [--top 25]

A rule that nominates over 200 lines of a megabyte makes documents into objects for nothing; `!` marks it.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq
import stages

from clean.columns import Documents
from clean.matching.scan import nominator
from clean.ruleset.load import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clean.ruleset.model import Rule

MANY: Final = 200  # nominations a megabyte
ROUNDS: Final = 3


def cost(rules: Sequence[Rule], texts: Sequence[Any]) -> tuple[float, float]:
    """Milliseconds (the best of three) and events a megabyte of a scan for these rules alone."""
    scan = nominator(rules, full=False).database.scanner()
    events: list[int] = []
    best = float("inf")
    for _ in range(ROUNDS):
        events.clear()
        begun = time.process_time()
        for text in texts:
            scan(text, lambda event, *_: events.append(event))
        best = min(best, time.process_time() - begun)
    size = sum(len(text) for text in texts) / 1e6
    return 1000 * best / size, len(events) / size


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
    texts = [text for batch in batches for text in Documents(batch, "text", None).slices()]
    rules = list(load().rules)
    alone = sorted(((*cost([rule], texts), rule.id) for rule in rules), reverse=True)
    print(f"{len(rules)} rules: {cost(rules, texts)[0]:.2f} ms/MB; none: {cost([], texts)[0]:.2f}")
    for count in (5, 10, 20, 30):
        dear = {name for _, _, name in alone[:count]}
        print(f"without the dearest {count}: {cost([r for r in rules if r.id not in dear], texts)[0]:.2f}")
    for spent, events, name in alone[: options.top]:
        print(f"{spent:>7.2f} ms/MB {events:>7.0f} a MB {'!' if events > MANY else ' '} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
