"""docs/questions.md from the questions below: a small corpus is made, cleaned, asked, and the answers are printed as they come.

    python docs/make_questions.py                 write the page
    python docs/make_questions.py --corpus FILE   only write the corpus (JSONL), to ask questions of one's own

The articles are made up from lists, the same ones every time; outlets and agencies are real names in lines of the forms they print.
"""

# ruff: noqa: INP001 - a script beside the pages, no part of the package
from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import duckdb
import orjson

PAGE: Final = Path(__file__).with_name("questions.md")
DOCUMENTS: Final = 400
SEED: Final = 1
OUTLETS: Final = (
    ("www.theguardian.com", "the-guardian"), ("www.npr.org", "npr"), ("www.cnbc.com", "cnbc"), ("www.seattletimes.com", "seattle-times"),
    ("news.example.com", "example"), ("gazette.example.org", "gazette"),
)  # fmt: skip
PLACES: Final = ("SAMPLETOWN", "NEW SAMPLE", "PORT EXAMPLE", "OLD HARBOR")
PEOPLE: Final = ("Ana Sample", "Jordan Reyes", "Mia Holm", "Lee Wong", "Noor Adan")
SUBJECTS: Final = (
    "The council",
    "The port authority",
    "A panel of judges",
    "The school board",
    "The ministry",
    "The museum",
)
DEEDS: Final = (
    "approved the new bridge",
    "put off the vote on the budget",
    "asked for a second report",
    "sold the old ferry",
    "opened the archive",
)
TIMES: Final = (
    "on Monday",
    "late on Tuesday",
    "after a long debate",
    "for the first time in nine years",
    "without giving a reason",
)
WIRES: Final = ("(AP) — ", "(Reuters) - ", "(AFP) — ", "", "", "")
CREDITS: Final = (
    "(Ana Sample/Getty Images)", "(AP Photo/Jordan Reyes)", "(Mia Holm/Pool/AFP via Getty Images)", "(Reuters)", "Photo: Getty Images", "", "", "",
)  # fmt: skip
FEET: Final = (
    "© 2022 Bloomberg L.P", "© 2021 The Associated Press. All rights reserved.", "Copyright 2019 Sample Media Group. All rights reserved.",
    "Distributed by Tribune Content Agency, LLC", "This article is republished from The Conversation under a Creative Commons license.",
    "All rights are reserved, including those for text and data mining, AI training, and similar technologies.", "", "", "", "",
)  # fmt: skip
PROMOS: Final = (
    "Sign up for our daily newsletter",
    "Follow us on Twitter and Facebook",
    "Read more: Ferry sold to the highest bidder",
    "",
    "",
)

QUESTIONS: Final = (
    ("How much of the text did each agency write?",
     "SELECT wire, count(*) AS documents, round(100.0 * sum(length(text)) / sum(sum(length(text))) OVER (), 1) AS percent\nFROM data GROUP BY wire ORDER BY percent DESC, wire"),
    ("Which documents does one company hold the copyright of?",
     "SELECT copyright_holder, min(copyright_year) AS since, count(*) AS documents\nFROM data WHERE copyright_holder IS NOT NULL GROUP BY ALL ORDER BY documents DESC, copyright_holder"),
    ("Which pictures of one agency name no photographer?",
     "SELECT m.credit, count(*) AS pictures FROM data, unnest(media) AS t(m)\nWHERE list_contains(m.agencies, 'Reuters') AND m.photographer IS NULL GROUP BY ALL ORDER BY pictures DESC"),
    ("Who takes the pictures, and through whom do they come?",
     "SELECT m.photographer, m.agencies, m.via, count(*) AS pictures FROM data, unnest(media) AS t(m)\nWHERE m.photographer IS NOT NULL GROUP BY ALL ORDER BY pictures DESC, m.photographer"),
    ("Which hosts run what a distributor sends out?",
     "SELECT host, distributor, count(*) AS documents FROM data\nWHERE distributor IS NOT NULL GROUP BY ALL ORDER BY documents DESC, host"),
    ("Which documents reserve text and data mining, and in which words?",
     "SELECT tdm_reserved, usage_terms, count(*) AS documents FROM data\nWHERE tdm_reserved IS NOT NULL GROUP BY ALL ORDER BY documents DESC"),
    ("Which texts stand at several hosts, once their furniture is gone?",
     "SELECT count(DISTINCT host) AS hosts, min(dateline) AS dateline, min(substr(split_part(text, chr(10), 1), 1, 40)) AS opening FROM data\nGROUP BY text_sha256 HAVING hosts > 1 ORDER BY hosts DESC, opening LIMIT 5"),
    ("Where was the news written?",
     "SELECT dateline_place, wire, count(*) AS documents FROM data\nWHERE dateline_place IS NOT NULL GROUP BY ALL ORDER BY documents DESC, dateline_place, wire LIMIT 6"),
    ("Which line says so? Every value has its span and its rule.",
     "SELECT e.field, e.value, e.rule, count(*) AS times FROM data, unnest(evidence) AS t(e)\nWHERE e.field IN ('wire', 'copyright_holder') GROUP BY ALL ORDER BY times DESC, e.value LIMIT 6"),
    ("What may be used under a licence, and whose is it?",
     "SELECT license, original_source, usage_terms, count(*) AS documents FROM data\nWHERE usage_terms IS NOT NULL AND tdm_reserved IS NULL GROUP BY ALL ORDER BY documents DESC"),
)  # fmt: skip

HEAD: Final = """# Ten questions

Whose text is this, who supplied it, who took the picture, may I use it? Each question below is one statement of SQL over the rows that
`clean run` writes. The corpus is made up (400 articles, the same every time); make it, clean it, and ask along:

```console
$ python docs/make_questions.py --corpus corpus.jsonl
$ clean run corpus.jsonl -o OUT
$ duckdb -c "CREATE VIEW data AS FROM 'OUT/data/*.parquet'; FROM data LIMIT 1"
```

This page is written by `python docs/make_questions.py`, and a test holds it against what it prints today. What a column means stands in
the [schema](schema.md).
"""


def corpus() -> bytes:
    """The articles, JSONL: some of them run at two hosts."""
    rng = random.Random(SEED)  # noqa: S311 - the same articles every time
    lines = []
    for number in range(DOCUMENTS):
        host, path = rng.choice(OUTLETS)
        body = "\n".join(
            f"{rng.choice(SUBJECTS)} {rng.choice(DEEDS)} {rng.choice(TIMES)}, the clerk said, and nobody objected to it."
            for _ in range(4)
        )
        story = f"{rng.choice(PLACES)} {wire}{body}" if (wire := rng.choice(WIRES)) else body
        hosts = [(host, path), rng.choice(OUTLETS)] if rng.random() < 0.1 else [(host, path)]
        for at, section in dict.fromkeys(hosts):
            parts = [
                f"By {rng.choice(PEOPLE)}" if rng.random() < 0.5 else "",
                story,
                rng.choice(CREDITS),
                rng.choice(PROMOS),
                rng.choice(FEET),
            ]
            record = {"url": f"https://{at}/{section}/{number}", "text": "\n".join(filter(None, parts))}
            lines.append(orjson.dumps(record))
    return b"\n".join(lines) + b"\n"


def page(folder: Path) -> str:
    """The page, from a run in a folder of its own."""
    (folder / "corpus.jsonl").write_bytes(corpus())
    command = [sys.executable, "-m", "clean", "run", "corpus.jsonl", "-o", "OUT", "-q"]
    subprocess.run(command, cwd=folder, check=True, env={**os.environ, "PYTHONPATH": str(PAGE.parents[1])})
    database = duckdb.connect()
    database.execute(f"CREATE VIEW data AS FROM '{folder}/OUT/data/*.parquet'")
    parts = [HEAD]
    for number, (question, statement) in enumerate(QUESTIONS, 1):
        found = database.execute(statement)
        names = [column[0] for column in found.description]
        rows = [[_shown(value) for value in row] for row in found.fetchall()]
        table = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}", *(f"| {' | '.join(row)} |" for row in rows)]
        parts.append(f"## {number}. {question}\n\n```sql\n{statement};\n```\n\n" + "\n".join(table) + "\n")
    return "\n".join(parts)


def _shown(value: object) -> str:
    return (
        ""
        if value is None
        else ", ".join(map(str, value))
        if isinstance(value, list)
        else str(value).replace("|", "\\|")
    )


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, metavar="FILE", help="write the corpus only")
    options = parser.parse_args()
    if options.corpus:
        options.corpus.write_bytes(corpus())
        return
    with tempfile.TemporaryDirectory() as name:
        PAGE.write_text(page(Path(name)), encoding="utf-8")


if __name__ == "__main__":
    main()
