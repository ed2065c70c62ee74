"""A stand-in for the cleaner: takes out every line that begins with `CUT`. Fails on texts that hold `BOOM`."""

import hashlib

import pyarrow as pa

from clean import schema

RULESET = "f" * 64


class Rule:
    id, version, category, action, status, title = "promo.fake.line", 1, "promo.app", "drop", "stable", "fake"


class FakeCleaner:
    ruleset, rules, packs = RULESET, (Rule(),), ("promo/fake.toml",)

    def __init__(self, **options):
        self.options = options

    def clean_counted(self, batch, text="text", url="url", stated=None):  # noqa: ARG002 - the signature of the core
        names = [column.name for column in schema.DATA]
        added = schema.DATA[names.index(schema.BATCH_FROM) :]
        target = pa.schema([*(batch.schema.field(n) for n in batch.schema.names), *schema.arrow_schema(added)])
        rows = [self._row(row, text) for row in batch.to_pylist()]
        return pa.RecordBatch.from_pylist(rows, schema=target), {"fake": 1}

    def outlet(self, url):  # noqa: ARG002 - as above
        return None

    def _row(self, row, text):
        value = row[text]
        if "BOOM" in value:
            raise RuntimeError("BOOM was in the text")
        removed, at, kept = [], 0, []
        for line in value.splitlines(keepends=True):
            end = at + len(line)
            if line.startswith("CUT"):
                span = {"start": at, "end": end, "text": line}
                removed.append({**span, "rule": "promo.fake.line", "version": 1, "category": "promo.app"})
            else:
                kept.append(line)
            at = end
        out = "".join(kept)
        empty = {c.name: [] if c.type.startswith("list") else None for c in schema.DATA[20:]}
        return {
            **row, **empty, text: out, "input_chars": len(value), "removed_chars": len(value) - len(out),
            "input_sha256": hashlib.sha256(value.encode()).hexdigest(), "text_sha256": hashlib.sha256(out.encode()).hexdigest(),
            "removed": removed, "kept": [], "over_budget": False, "ruleset": RULESET,
        }  # fmt: skip
