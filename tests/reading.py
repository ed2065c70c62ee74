"""Reads an input as a run does: discover, survey, unite, read; every batch is checked on the way."""

import json
from collections import Counter

from clean import sources
from clean.sources import columns, discover
from clean.sources.model import MAX_BATCH_ROWS, Fields, Reject, Skipped


def load(path, fields=None, skipped=None):
    """(rows, rejects, columns) of one input, batches checked for their invariants; `skipped` is counted into."""
    skipped = Counter() if skipped is None else skipped
    found = discover.discover([str(path)], sources.SUFFIXES)
    surveyed = [(item, sources.survey(item, fields or Fields())) for item in found.inputs]
    united = columns.unite([(item.source_path, survey) for item, survey in surveyed])
    rows, rejects = [], []
    for item, survey in surveyed:
        for piece in sources.read(item, survey, united):
            if isinstance(piece, Reject):
                rejects.append(piece)
            elif isinstance(piece, Skipped):
                skipped[piece.kind] += piece.count
            else:
                piece.validate(full=True)
                assert 0 < piece.num_rows <= MAX_BATCH_ROWS
                rows += piece.to_pylist()
    return rows, rejects, united


def put(path, data):
    path.write_bytes(data)
    return path


def lines(*values):
    return b"".join((v if isinstance(v, bytes) else json.dumps(v).encode()) + b"\n" for v in values)
