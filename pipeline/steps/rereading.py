"""What an older reader read is read anew, from the bytes that were kept: never taken for an author's edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.ledger.corpus.details import unapplied
from pipeline.ledger.corpus.originals import Original, blob, keep_original, known_by, read_by, readers_in_use
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.posts import FileMark
from pipeline.settings import Settings
from pipeline.steps.progress import Progress, silent

if TYPE_CHECKING:
    from pipeline.ingest import Readers


def outdated_files(known: Mapping[str, FileMark]) -> set[str]:
    """The files that were read by a reader which reads in another way today, and that are to be read anew."""
    from pipeline.ingest.readers import outdated

    old = {reader for reader in {mark.reader for mark in known.values()} if outdated(reader)}
    return {path for path, mark in known.items() if mark.reader in old}


def reads_anew(ledger: Ledger, known: Mapping[str, FileMark]) -> bool:
    """Whether a reader changed, or a person's word on a post, so that a run has something to do."""
    from pipeline.ingest.readers import outdated

    return bool(outdated_files(known)) or any(map(outdated, readers_in_use(ledger))) or bool(unapplied(ledger))


def read_again(
    settings: Settings, ledger: Ledger, readers: Readers, progress: Progress = silent
) -> dict[str, tuple[str, str]]:
    """Read the originals anew that an older reader read, and put what it finds in their files; a row for each."""
    from pipeline.ingest.documents import UnreadableError
    from pipeline.ingest.readers import outdated
    from pipeline.intake.keeping import write_again

    old = [reader for reader in readers_in_use(ledger) if outdated(reader)]
    if not old:
        return {}
    rows: dict[str, tuple[str, str]] = {}
    todo = list(read_by(ledger, old))
    for done, original in enumerate(todo):
        progress("reading anew", done, len(todo))
        known = known_by(ledger, (), original.post)
        data = blob(ledger, original.raw)
        if known is None or known.path is None or data is None:
            continue  # its file is gone: there is nothing to read it for
        try:
            if original.reads_as == "medium":
                document = readers.read_medium(data, name=original.name)
            else:
                document = readers.read(data, name=original.name, url=original.url, content_type=original.content_type)
        except UnreadableError as error:
            keep_original(ledger, replace(original, reader=_today(original)))
            rows[f"{known.path} (anew)"] = ("warning", f"can not be read anew from its original: {error.reason}")
            continue
        write_again(settings.corpus, ledger, original, settings.corpus / known.path, document)
    return rows


def _today(original: Original) -> str:
    """The name under which a reader that failed is not asked again until it changes."""
    from pipeline.ingest.readers import reader_of_today

    return reader_of_today(original.reader)
