"""Adding posts by hand: files, folders, patterns and standard input become files of the corpus."""

from __future__ import annotations

import glob
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.ingest.arrivals import Arrival
from pipeline.ingest.documents import Document, UnreadableError
from pipeline.ingest.revisions import Change
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
    said: str = ""  # what became of it, in words

    def row(self) -> dict[str, Any]:
        """The same as plain values."""
        found = self.document
        return {
            "item": self.name,
            "file": None if self.path is None else str(self.path),
            "title": found and found.title,
            "date": found.date.isoformat() if found and found.date else None,
            "date_from": found.sources.get("date") if found and found.date else None,
            "words": found.words if found else None,
            "figures": self.figures if found else None,
            "said": self.said or None,
            "warnings": list(found.warnings) if found else [],
            "error": self.reason,
        }

    def sentence(self) -> str:
        """The same as a few lines: what it is, what was understood of it, what became of it."""
        if self.document is None:
            return f"{self.name}: left out: {self.reason}"
        found = self.document
        title = f"“{found.title}”" if found.title else "no title"
        lines = [
            f"{self.name}: {title}",
            f"  {_day(found)}, {_count(found.words, 'word')}, {_count(self.figures, 'figure')}",
            *(f"  {one}" for one in (self.said, *found.warnings) if one),
        ]
        return "\n".join(lines)


def _day(found: Document) -> str:
    """The day of a document in words; a guess is called one."""
    if found.date is None:
        return f"no date (“{found.date_line}” can not be read as one)" if found.date_line else "no date"
    origin = found.sources.get("date")
    told = {"guess": " (a guess)", "url": " (from its address)", "file-name": " (from its file's name)"}
    return found.date.isoformat() + told.get(origin or "", "")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def add(items: Sequence[str], settings: Settings, *, dry_run: bool = False) -> Iterator[Added]:
    """Yield what becomes of each of *items*.

    Unless *dry_run*, each is written to the corpus and its bytes are kept in the ledger.
    """
    from pipeline.extract.quantities import find_quantities
    from pipeline.ingest import FetchError, Readers
    from pipeline.intake.keeping import keep
    from pipeline.ledger.ledger import Ledger

    if not dry_run:
        settings.corpus.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        readers = stack.enter_context(Readers())
        ledger = None if dry_run else stack.enter_context(Ledger(settings.ledger_address))
        for item in _spread(items):
            try:
                arrival = _arrival(item, settings, readers)
            except (UnreadableError, FetchError) as error:
                yield Added(name=item, reason=error.reason)
                continue
            figures = len(find_quantities(arrival.document.text))
            if ledger is None:
                said, path = "not kept (--dry-run)", None
            else:
                kept = keep(settings.corpus, ledger, arrival, by_hand=True)
                path, said = kept.path, kept.reason or _BECAME[kept.change].format(kept.path)
            yield Added(name=item, path=path, document=arrival.document, figures=figures, said=said)


_BECAME = {
    Change.NEW: "kept as {}",
    Change.SAME: "known already, as {}",
    Change.EDITED: "known already; its changed text is kept in {}",
    Change.REVERTED: "known already; its text is an earlier one again, and kept in {}",
    Change.RE_EXTRACTED: "known already; read better now, and kept in {}",
    Change.HELD: "known already, as {}",
    Change.FLAPPING: "known already, as {}",
}


def _arrival(item: str, settings: Settings, readers: Readers) -> Arrival:
    from pipeline.ingest import Fetcher, fetch_document, url_key
    from pipeline.ingest.readers import file_bytes

    if ADDRESS.match(item):
        return fetch_document(item, Fetcher(contact=settings.contact), read=readers.read)
    if item == "-":
        data, name = sys.stdin.buffer.read(), "-"
    else:
        path = Path(item)
        if path.resolve().is_relative_to(settings.corpus.resolve()):
            raise UnreadableError(path, "it lies in the corpus already; the next run reads it")
        data, name = file_bytes(path), path.name
    document = readers.read(data, name=name)
    key = url_key(document.url) if document.url else None
    return Arrival(document=document, raw=data, keys=(key,) if key else ())


def _spread(items: Sequence[str]) -> Iterator[str]:
    """The single files that *items* mean, each once: folders are walked, patterns are matched."""
    seen: set[str] = set()
    for item in items:
        for name in _meant(item):
            place = name if name == "-" or ADDRESS.match(name) else str(Path(name).resolve())
            if place not in seen:
                seen.add(place)
                yield name


def _meant(item: str) -> Iterator[str]:
    path = Path(item)
    if item == "-" or ADDRESS.match(item) or path.is_file():
        yield item
    elif path.is_dir():
        yield from (str(p) for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith("."))
    elif matched := sorted(glob.glob(item, recursive=True)):
        yield from (name for name in matched if Path(name).is_file())
    else:
        yield item
