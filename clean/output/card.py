"""README.md of an OUT folder: a dataset card whose `configs` keep data and rejects apart for `datasets`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from clean import schema
from clean.output.about import HUB_LICENSES, TAGS, license_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clean.output.about import About

_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|#])")


def escape(text: str) -> str:
    """Outside text in Markdown: markup characters are escaped, line ends become blanks."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


_CARD: Final = """---
%(head)s
---
# Cleaned news text: %(name)s

%(documents)s documents: %(rows)s rows in `data/`, %(rejects)s in `rejects/` with the reason of each.
Written by newsclean, schema %(schema)s, rule set `%(ruleset)s`. Offsets count code points of the input text.

Each text keeps the rights it came with: the columns `license`, `usage_terms`, `rights_url`, `tdm_reserved` and
`copyright_holder` say what it states, row by row.

Every row gives its input back:

```sql
SELECT id, sha256(list_reduce(removed, lambda t, r: t[:r.start] || r.text || t[r.start+1:], text)) = input_sha256 AS ok FROM 'data/*.parquet';
```

`clean verify .` checks every row; `clean report .` counts what was removed. `run.json` says what was read, with which rules;
`croissant.json` describes files and columns to machines.
"""


def render(about: About) -> str:
    """The card. It says nothing that changes with the clock or the machine."""
    facts = {"documents": about.documents, "rows": about.rows, "rejects": about.rejects}
    said = {"schema": schema.SCHEMA_VERSION, "ruleset": escape(about.ruleset[:16]), "name": escape(about.name)}
    return _CARD % {**facts, **said, "head": "\n".join(_head(about))}


def _head(about: About) -> Iterator[str]:
    """The YAML head. Strings from outside are written as JSON strings, which YAML reads alike (`no` is a language)."""
    yield from _config("default", "data")
    if about.rejects:  # `datasets` cannot load a split without rows
        yield from _config("rejects", "rejects")
    if about.license is None:
        yield "license: other"
    elif about.license.lower() in HUB_LICENSES:
        yield f"license: {about.license.lower()}"
    else:
        yield from ("license: other", f"license_name: {json.dumps(about.license.lower())}")
        yield f"license_link: {json.dumps(license_url(about.license))}"
    if about.languages:
        yield from ("language:", *(f"- {json.dumps(tag)}" for tag in about.languages))
    yield from ("tags:", *(f"- {tag}" for tag in TAGS))


def _config(name: str, folder: str) -> tuple[str, ...]:
    lines = (f"- config_name: {name}", "  data_files:", "  - split: train", f"    path: {folder}/*.parquet")
    return ("configs:", *lines) if name == "default" else lines
