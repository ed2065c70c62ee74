"""README.md of an OUT folder: a dataset card whose `configs` keep data and rejects apart for `datasets`."""

from __future__ import annotations

import re
from typing import Final

from clean import schema

_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|#])")


def escape(text: str) -> str:
    """Outside text in Markdown: markup characters are escaped, line ends become blanks."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


_CARD: Final = """---
configs:
- config_name: default
  data_files:
  - split: train
    path: data/*.parquet
%(config)s---
# Cleaned news text

%(documents)s documents: %(rows)s rows in `data/`, %(rejects)s in `rejects/` with the reason of each.
Written by newsclean, schema %(schema)s, rule set `%(ruleset)s`. Offsets count code points of the input text.

Every row gives its input back:

```sql
SELECT id, sha256(list_reduce(removed, lambda t, r: t[:r.start] || r.text || t[r.start+1:], text)) = input_sha256 AS ok FROM 'data/*.parquet';
```

`clean verify .` checks every row; `clean report .` counts what was removed. `run.json` says what was read, with which rules.
"""


# Only when there are some: `datasets` cannot load a split without rows.
_REJECTS_CONFIG: Final = """- config_name: rejects
  data_files:
  - split: train
    path: rejects/*.parquet
"""


def render(documents: int, rows: int, rejects: int, ruleset: str) -> str:
    """The card. It says nothing that changes with the clock or the machine."""
    facts = {"documents": documents, "rows": rows, "rejects": rejects, "schema": schema.SCHEMA_VERSION}
    return _CARD % {**facts, "ruleset": escape(ruleset[:16]), "config": _REJECTS_CONFIG if rejects else ""}
