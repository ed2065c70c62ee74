"""Writes docs/provenance.md: every provenance column with an example from seeds/: `python docs/make_provenance.py`. A test compares."""

# ruff: noqa: INP001 - a script beside the pages, no part of the package
from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from clean import Cleaner, page, schema

if TYPE_CHECKING:
    from clean.records import Stated

TARGET: Final = Path(__file__).with_name("provenance.md")
SEEDS: Final = TARGET.parents[1] / "seeds"

INTRO: Final = """# Where each value comes from

What rules take out of a text, and what they only tag, says whose text it is. Each value below has at least one row in `evidence`: the
column, the value, the span of the input it was read from, and the rule that read it. Nothing is guessed: a value stands in a column
because a named group of a rule caught it (or a page, a field you mapped, or the table of organisations says so), never because it is likely.

## Order of trust

1. The text: what a rule caught. Of several, the one that stands first in the text; a copyright line's own year with its own holder.
2. The page, where the input is one (`page.…` in `evidence`): JSON-LD, meta tags, links, figures.
3. A field of the input that you mapped (`input.<column>`).
4. The host of the address, where the table of organisations has it (`host.<organisation>`): the publisher only.

A column takes the first value in this order. All others stay in `evidence`, so that a conflict can be asked for:
`SELECT id, list_distinct([e.value FOR e IN evidence IF e.field = 'wire']) AS wires FROM data WHERE len(wires) > 1`.
Lists (`authors`, `photographers`, `photo_agencies`, `tdm_signals` …) hold every value once.

## Normal forms

| what is printed | what the column holds |
|---|---|
| `(AP)`, `The Associated Press`, `AP Photo` | the one name of the organisation in `rules/entities/`: The Associated Press |
| `© 2022 Bloomberg L.P` | the legal name, where the entry has one: Bloomberg L.P.; an unknown holder as written |
| `Ana Sample/Pool/AFP via Getty Images/TNS` | photographer Ana Sample, agencies Agence France-Presse, via Getty Images and Tribune News Service; Pool, Handout, File, Courtesy are roles and never names |
| `By Ana Sample and Jordan Reyes, Staff Writers` | authors Ana Sample, Jordan Reyes; the line as printed is `byline` |
| `2019-2022`, `令和4年`, `٢٠٢٢`, `พ.ศ. 2565`, `民國113年` | 2019, 2022, 2022, 2022, 2024; a year that may begin in either of two (Solar Hijri) is none |
| `Jan. 3, 2024`, `3 de mayo de 2024`, `05.04.2025` | the day, ISO 8601; `03/04/2024` could be two days and is none |
| `CC BY-ND 4.0` | CC-BY-ND-4.0, the SPDX id; a licence without its version is none |
| `Reporting by …; Editing by …`, `additional reporting by …` | contributors with the roles reporting, editing, contributing |
| a sentence that reserves text and data mining | `tdm_reserved` true, signal `text-notice`, the sentence in `usage_terms`; "All rights reserved" is none |

## Adding an organisation

One entry in a file of `rules/entities/` (or of `entities/` in your own rules folder):

```text
[[entity]]
name = "Sample News Agency"        # the name columns take
kinds = ["wire", "photo_agency"]   # its roles: what placeholders it stands for
aliases = ["SNA", "Sample News"]   # spellings seen in text; SNA counts only beside a word or bracket of the pattern
legal = "Sample News Agency Ltd"   # the name copyright holders take, if it differs
country = "SE"
domain = "sna.example"             # the host that is its own
```

`clean rules test` refuses an entry whose spelling another organisation of the same kind has.

## The columns
"""


def inputs() -> list[tuple[str, str, Stated | None]]:
    """(file, text, what the page states) of the small inputs of seeds/, in order."""
    found: list[tuple[str, str, Stated | None]] = []
    for path in sorted(SEEDS.iterdir()):
        if path.name.endswith((".txt", ".txt.gz")):
            raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            found.append((path.name, raw.decode("utf-8", "replace"), None))
        elif path.suffix == ".html":
            read = page.read(path.read_bytes())
            found.append((path.name, read.text, read.stated))
        elif path.suffix == ".jsonl":
            for line in path.read_bytes().splitlines():
                record = orjson.loads(line) if line.strip().startswith(b"{") else {}
                if isinstance(record.get("text"), str):
                    found.append((path.name, record["text"], None))
    return found


def render() -> str:
    """The page, from the columns and what today's rules read in the seeds."""
    cleaner = Cleaner()
    results = [(name, cleaner.clean(text, stated=stated)) for name, text, stated in inputs()]
    rows = ["| column | what it holds | example | read by | in |", "|---|---|---|---|---|"]
    for column in schema.PROVENANCE:
        about = _cell(schema.BY_NAME[column].purpose)
        example = next(((result, name) for name, result in results if getattr(result, column) not in (None, ())), None)
        if example is None:
            rows.append(f"| `{column}` | {about} | (not in the seeds) | | |")
            continue
        result, name = example
        value = getattr(result, column)
        rule = next((e.rule for e in result.evidence if e.field == column), value[0].rule if column == "media" else "")
        rows.append(f"| `{column}` | {about} | {_cell(_shown(value))} | `{rule}` | {name} |")
    return INTRO + "\n" + "\n".join(rows) + "\n"


def _shown(value: object) -> str:
    if isinstance(value, tuple) and value and hasattr(value[0], "_asdict"):
        facts = value[0]._asdict()
        kept = {
            key: fact for key, fact in facts.items() if fact not in (None, ()) and key not in ("start", "end", "rule")
        }
        return "; ".join(f"{key}: {', '.join(fact) if isinstance(fact, tuple) else fact}" for key, fact in kept.items())
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _cell(text: str) -> str:
    line = " ".join(text.split()).replace("|", "\\|")
    return line if len(line) <= 160 else line[:157] + "…"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
