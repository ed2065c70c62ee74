"""The engine's figures: `python benchmarks/bench.py --quick` or, with peers, memory and charts, `python benchmarks/bench.py [--data DATA]`.

    --quick         under two minutes on a quiet machine: prints ratios (60 % of documents hit), exits 1 only where cost grows with rules or with text
    --data DATA     the shared folder: end to end on its real articles too
    --write         results.json, the section of RESULTS.md and the charts

CPU seconds, medians of interleaved rounds. Nothing is asserted about time but growth, with slack.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

import growth
import stages
from measure import machine

HITS: Final = (30, 60, 95)
# The bars are 1.3 and 1.1 on a quiet machine; a shared one gets slack.
MAX_RULES_GROWTH: Final = 1.8
MAX_TEXT_GROWTH: Final = 1.5


def quick() -> int:
    """The ratios, small; growth is asserted."""
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = {"60 %": stages.write_source(stages.made(10, 60), folder / "60.parquet")}
        print("\nrun against copy (10 MB each; a cleaner that has met all its rules)")
        for label, row in stages.end_to_end(sources, folder, rounds=3).items():
            print(
                f"  {label:>5}  {row['ratio']:.2f} x  ({row['run_ms_per_mb']:.1f} against {row['copy_ms_per_mb']:.1f} ms/MB)"
            )
        print("\nstages, ms/MB (60 %)")
        for label, value in stages.stages(stages.made(5, 60), folder, rounds=3).items():
            print(f"  {label:<26}{value:>8.2f}")
        rules = growth.by_rules(folder, 8, (400, 1_500), rounds=5)
    texts = growth.by_text(0.75, (1, 16), rounds=3)
    grown = {
        "scan at 1,500 rules / at 400": (
            rules["1500"]["scan_ms_per_mb"] / rules["400"]["scan_ms_per_mb"],
            MAX_RULES_GROWTH,
        ),
        "ms/MB at 16 x the text / at 1 x": (texts["16"] / texts["1"], MAX_TEXT_GROWTH),
    }
    print("\ngrowth")
    for label, (ratio, most) in grown.items():
        print(f"  {label:<34}{ratio:>6.2f}  (at most {most})")
    over = [label for label, (ratio, most) in grown.items() if ratio > most]
    for label in over:
        print(f"error: {label}: {grown[label][0]:.2f}, at most {grown[label][1]}", file=sys.stderr)
    return 1 if over else 0


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small, and asserts growth")
    parser.add_argument("--data", type=Path, help="the shared folder with corpus-dev")
    parser.add_argument("--write", action="store_true", help="write results.json, RESULTS.md and the charts")
    options = parser.parse_args()
    if options.quick:
        return quick()
    from full import full  # noqa: PLC0415 - wants the peers installed

    return full(options.data, write=options.write)


if __name__ == "__main__":
    sys.exit(main())
