"""Posts come in: files, pages and feeds are read into clean text with metadata, safely and once.

What is named here is what the other rooms use. It is loaded when it is first asked for, so that a
command that reads one text does not wait for the network's or the parsers' libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.ingest.corpus import Scan, Seen, read_corpus, scan
    from pipeline.ingest.documents import Document, Unreadable, UnreadableError, post_of, raw_digest
    from pipeline.ingest.identity import canonical_for, url_key
    from pipeline.ingest.pages import main_text
    from pipeline.ingest.readers import kind_of, read_bytes, read_file
    from pipeline.ingest.writing import write_post

_HOMES = {
    "corpus": ("Scan", "Seen", "read_corpus", "scan"),
    "documents": ("Document", "Unreadable", "UnreadableError", "post_of", "raw_digest"),
    "identity": ("canonical_for", "url_key"),
    "pages": ("main_text",),
    "readers": ("kind_of", "read_bytes", "read_file"),
    "writing": ("write_post",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Document",
    "Scan",
    "Seen",
    "Unreadable",
    "UnreadableError",
    "canonical_for",
    "kind_of",
    "main_text",
    "post_of",
    "raw_digest",
    "read_bytes",
    "read_corpus",
    "read_file",
    "scan",
    "url_key",
    "write_post",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(name)
    return getattr(import_module(f"pipeline.ingest.{_HOME_OF[name]}"), name)
