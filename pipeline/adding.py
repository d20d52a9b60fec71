"""Adding posts by hand: files, folders, patterns and standard input become files of the corpus."""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.ingest.documents import Document, UnreadableError
from pipeline.settings import Settings


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
    from pipeline.ingest.readers import read_bytes, read_file
    from pipeline.ingest.writing import write_post

    if not dry_run:
        settings.corpus.mkdir(parents=True, exist_ok=True)
    for item in _spread(items):
        try:
            document = read_bytes(sys.stdin.buffer.read(), name="-") if item == "-" else read_file(Path(item))
            path = None if dry_run else write_post(settings.corpus, document)
        except UnreadableError as error:
            yield Added(name=item, reason=error.reason)
            continue
        yield Added(name=item, path=path, document=document, figures=len(find_quantities(document.text)))


def _spread(items: Sequence[str]) -> Iterator[str]:
    """The single files that *items* mean: folders are walked, patterns are matched."""
    for item in items:
        path = Path(item)
        if item == "-" or path.is_file():
            yield item
        elif path.is_dir():
            yield from (str(p) for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith("."))
        elif matched := sorted(glob.glob(item, recursive=True)):
            yield from (name for name in matched if Path(name).is_file())
        else:
            yield item
