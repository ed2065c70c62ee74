"""The suffix table: which reader takes which file. A new format is one small module and one line here."""

from __future__ import annotations

import importlib
from typing import Any, Final

from clean.sources.packing import SHORT, bare
from clean.sources.packing import SUFFIXES as PACKED

READERS: Final = {
    ".txt": "clean.sources.txt",
    ".jsonl": "clean.sources.jsonl",
    ".ndjson": "clean.sources.jsonl",
    ".csv": "clean.sources.delimited",
    ".tsv": "clean.sources.delimited",
    ".parquet": "clean.sources.parquet",
    ".html": "clean.sources.html",
    ".htm": "clean.sources.html",
    ".warc": "clean.sources.warc",
    ".zip": "clean.sources.archive",
    ".tar": "clean.sources.archive",
}
PACKINGS: Final = ("", *PACKED)
SUFFIXES: Final = (*(suffix + packing for suffix in READERS for packing in PACKINGS), *SHORT)
ARCHIVES: Final = (b".zip", b".tar")
ONE_DOCUMENT: Final = (b".txt", b".html", b".htm")  # a file is a document
WITHOUT_FIELDS: Final = (*ONE_DOCUMENT, b".warc")


def reader_of(path: bytes) -> Any:
    """The reader module for a name that ends in one of SUFFIXES, imported when a file of its kind is met.

    A reader has `survey(file, fields) -> Survey` and `read(file, survey, columns) -> record batches and Rejects`.
    """
    name = bare(path)
    return importlib.import_module(next(module for suffix, module in READERS.items() if name.endswith(suffix.encode())))


def is_known(name: bytes) -> bool:
    """Whether a name says a format that is read."""
    return name.lower().endswith(tuple(suffix.encode() for suffix in SUFFIXES))


def is_archive(name: bytes) -> bool:
    """Whether a name says a file that holds files."""
    return bare(name).endswith(ARCHIVES)


def has_fields(name: bytes) -> bool:
    """Whether files of this name have fields of the user's, to be looked at before work."""
    return not bare(name).endswith((*WITHOUT_FIELDS, *ARCHIVES))


def is_one_document(name: bytes) -> bool:
    """Whether a file of this name is one document."""
    return bare(name).endswith(ONE_DOCUMENT)
