"""Posts come in: files, pages and feeds are read into clean text with metadata, safely and once.

What is named here is what the other rooms use. It is loaded when it is first asked for, so that a
command that reads one text does not wait for the network's or the parsers' libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.ingest.arrivals import Arrival, Problem
    from pipeline.ingest.children import Readers
    from pipeline.ingest.corpus import Scan, Seen, read_corpus, scan
    from pipeline.ingest.documents import Document, Unreadable, UnreadableError, post_of, raw_digest
    from pipeline.ingest.duplicates import Copy, earliest_of, find_copies, sketch
    from pipeline.ingest.fetching import Fetcher, FetchError
    from pipeline.ingest.identity import canonical_for, url_key
    from pipeline.ingest.pages import main_text
    from pipeline.ingest.readers import kind_of, read_bytes, read_file
    from pipeline.ingest.revisions import Carried, Change, Ruling, Stored, carry_over, decide_revision
    from pipeline.ingest.sources import Source, SourceError, add_source, load_sources, pause_source, source_for
    from pipeline.ingest.states import State, is_due
    from pipeline.ingest.visited import Visit
    from pipeline.ingest.visits import fetch_document, visit
    from pipeline.ingest.writing import write_post

_HOMES = {
    "arrivals": ("Arrival", "Problem"),
    "children": ("Readers",),
    "corpus": (
        "Scan",
        "Seen",
        "read_corpus",
        "scan",
    ),
    "documents": (
        "Document",
        "Unreadable",
        "UnreadableError",
        "post_of",
        "raw_digest",
    ),
    "duplicates": (
        "Copy",
        "earliest_of",
        "find_copies",
        "sketch",
    ),
    "fetching": (
        "FetchError",
        "Fetcher",
    ),
    "identity": (
        "canonical_for",
        "url_key",
    ),
    "pages": ("main_text",),
    "readers": (
        "kind_of",
        "read_bytes",
        "read_file",
    ),
    "revisions": (
        "Carried",
        "Change",
        "Ruling",
        "Stored",
        "carry_over",
        "decide_revision",
    ),
    "sources": (
        "Source",
        "SourceError",
        "add_source",
        "load_sources",
        "pause_source",
        "source_for",
    ),
    "states": (
        "State",
        "is_due",
    ),
    "visited": ("Visit",),
    "visits": ("fetch_document", "visit"),
    "writing": ("write_post",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Arrival",
    "Carried",
    "Change",
    "Copy",
    "Document",
    "FetchError",
    "Fetcher",
    "Problem",
    "Readers",
    "Ruling",
    "Scan",
    "Seen",
    "Source",
    "SourceError",
    "State",
    "Stored",
    "Unreadable",
    "UnreadableError",
    "Visit",
    "add_source",
    "canonical_for",
    "carry_over",
    "decide_revision",
    "earliest_of",
    "fetch_document",
    "find_copies",
    "is_due",
    "kind_of",
    "load_sources",
    "main_text",
    "pause_source",
    "post_of",
    "raw_digest",
    "read_bytes",
    "read_corpus",
    "read_file",
    "scan",
    "sketch",
    "source_for",
    "url_key",
    "visit",
    "write_post",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(name)
    return getattr(import_module(f"pipeline.ingest.{_HOME_OF[name]}"), name)
