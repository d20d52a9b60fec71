"""Adding posts by hand: files, folders, patterns and standard input become files of the corpus."""

from __future__ import annotations

import glob
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.ingest.documents import Document, UnreadableError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.ingest import Readers

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of one thing to add: where it lies now and what was understood, or why it was left out."""

    name: str
    path: Path | None = None
    document: Document | None = None
    figures: int = 0
    reason: str | None = None

    def row(self) -> dict[str, Any]:
        """The same as plain values."""
        found = self.document
        return {
            "item": self.name,
            "file": None if self.path is None else str(self.path),
            "title": found and found.title,
            "date": found.date.isoformat() if found and found.date else None,
            "words": found.words if found else None,
            "figures": self.figures if found else None,
            "warnings": list(found.warnings) if found else [],
            "error": self.reason,
        }

    def sentence(self) -> str:
        """The same as a sentence."""
        if self.document is None:
            return f"{self.name}: {self.reason}"
        found = self.document
        when = found.date.isoformat() if found.date else "no date"
        where = f"kept as {self.path}" if self.path else "not kept (--dry-run)"
        said = (
            f"{self.name}: “{found.title or 'no title'}”, {when}, {found.words} words, {self.figures} figures; {where}"
        )
        return "; ".join([said, *found.warnings])


def add(items: Sequence[str], settings: Settings, *, dry_run: bool = False) -> Iterator[Added]:
    """Yield what becomes of each of *items*; files are written to the corpus unless *dry_run*."""
    from pipeline.extract.quantities import find_quantities
    from pipeline.ingest import FetchError, Readers, write_post

    if not dry_run:
        settings.corpus.mkdir(parents=True, exist_ok=True)
    with Readers() as readers:
        for item in _spread(items):
            try:
                document = _document(item, settings, readers)
                path = None if dry_run else write_post(settings.corpus, document)
            except (UnreadableError, FetchError) as error:
                yield Added(name=item, reason=error.reason)
                continue
            yield Added(name=item, path=path, document=document, figures=len(find_quantities(document.text)))


def _document(item: str, settings: Settings, readers: Readers) -> Document:
    from pipeline.ingest import Fetcher, fetch_document
    from pipeline.ingest.readers import file_bytes

    if ADDRESS.match(item):
        return fetch_document(item, Fetcher(contact=settings.contact), read=readers.read).document
    if item == "-":
        return readers.read(sys.stdin.buffer.read(), name="-")
    path = Path(item)
    if path.resolve().is_relative_to(settings.corpus.resolve()):
        raise UnreadableError(path, "it lies in the corpus already; the next run reads it")
    return readers.read(file_bytes(path), name=path.name)


def _spread(items: Sequence[str]) -> Iterator[str]:
    """The single files that *items* mean: folders are walked, patterns are matched."""
    for item in items:
        path = Path(item)
        if item == "-" or ADDRESS.match(item) or path.is_file():
            yield item
        elif path.is_dir():
            yield from (str(p) for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith("."))
        elif matched := sorted(glob.glob(item, recursive=True)):
            yield from (name for name in matched if Path(name).is_file())
        else:
            yield item
