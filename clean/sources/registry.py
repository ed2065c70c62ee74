"""The suffix table: which reader takes which file. A new format is one small module and one line here."""

from __future__ import annotations

import importlib
from typing import Any, Final

from clean.sources.packing import SUFFIXES as PACKED
from clean.sources.packing import bare

READERS: Final = {
    ".txt": "clean.sources.txt",
    ".jsonl": "clean.sources.jsonl",
    ".ndjson": "clean.sources.jsonl",
    ".csv": "clean.sources.delimited",
    ".tsv": "clean.sources.delimited",
    ".parquet": "clean.sources.parquet",
    ".warc": "clean.sources.warc",
}
PACKINGS: Final = ("", *PACKED)
SUFFIXES: Final = tuple(suffix + packing for suffix in READERS for packing in PACKINGS)


def reader_of(path: bytes) -> Any:
    """The reader module for a name that ends in one of SUFFIXES, imported when a file of its kind is met.

    A reader has `survey(file, fields) -> Survey` and `read(file, survey, columns) -> record batches and Rejects`.
    """
    name = bare(path)
    return importlib.import_module(next(module for suffix, module in READERS.items() if name.endswith(suffix.encode())))


def is_known(name: bytes) -> bool:
    """Whether a name says a format that is read."""
    return name.lower().endswith(tuple(suffix.encode() for suffix in SUFFIXES))
