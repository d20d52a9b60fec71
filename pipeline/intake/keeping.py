"""What arrived becomes a file of the corpus, with the bytes that it was made from; one way for visits and people.

A file that somebody edited by hand is never written over. The ledger's row comes before the file, and knows the
file as it was and as it will be, so that a run which is killed between the two does the same again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.ingest.arrivals import Arrival
from pipeline.ingest.documents import Document, UnreadableError, post_of, raw_digest
from pipeline.ingest.readers import file_bytes, kind_of, read_bytes
from pipeline.ingest.revisions import FLAPS, Change, Ruling, Stored, decide_revision
from pipeline.ingest.writing import encoded_post, file_name, put_file
from pipeline.ledger.corpus.originals import Original, keep_original, known_by, last_texts, original_of
from pipeline.ledger.ledger import Ledger

FIELDS = ("title", "url", "authors", "date", "publisher", "country", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What became of an arrival: the file that holds its post, and why nothing was written, where that is so."""

    path: Path
    change: Change
    reason: str = ""  # for a person; empty where there is nothing to say


def keep(
    corpus: Path, ledger: Ledger, arrival: Arrival, *, by_hand: bool = False, at: datetime | None = None
) -> Keeping:
    """Write what arrived to *corpus*, over the file of the same post where there is one, and keep its bytes.

    The next reading of the corpus takes it in; all keys that it is known by lead to its post. *by_hand* says that
    a person asked for it, so that it is no accident if it lost half its words.
    """
    known = known_by(ledger, arrival.keys, post_of(arrival.document).id)
    document = replace(arrival.document, id=known.id) if known else arrival.document
    identity = post_of(document).id
    held = original_of(ledger, identity)
    data, suffix = encoded_post(document, identity)
    path = _place(corpus, document, identity, suffix, known.path if known else None, met=held is not None)
    made = _made_from(arrival, document, identity, data, before=held, at=at or datetime.now(UTC))
    there = _there(corpus, path)
    ruling = Ruling(change=Change.NEW)
    if there is not None:
        mark = raw_digest(there)
        if mark != made.file and (held is None or mark not in {held.file, held.file_before}):
            return Keeping(path=path, change=Change.HELD, reason=_theirs(there, path, corpus, document))
        stored = _stored(ledger, there, path, held)
        ruling = _ruling(stored, document, by_hand=by_hand)
        same = ruling.change is Change.SAME
        told_more = held is not None and same and mark != made.file and _told_more(there, path, document)
        if held is not None and not ruling.stores and not told_more:
            seen = replace(held, held=ruling.held, edits=0 if same else held.edits, gone=None, told=made.told)
            keep_original(ledger, seen, keys=arrival.keys, told=arrival.told)
            return Keeping(path=path, change=ruling.change, reason=ruling.reason)
        made = replace(made, file_before=mark, edits=0 if told_more else stored.edits + 1)
    keep_original(ledger, made, keys=arrival.keys, raw=arrival.raw, told=arrival.told)
    path = _put(corpus, path, suffix, data)
    return Keeping(path=path, change=ruling.change, reason=ruling.reason)


def write_again(corpus: Path, ledger: Ledger, original: Original, path: Path, document: Document) -> Change:
    """Put a better reading of the same bytes in the place of the file that an older reader made.

    What the feed, the source or a person told of the post stays; a file that was edited by hand is left alone.
    """
    there = _there(corpus, path)
    if there is None or raw_digest(there) not in {original.file, original.file_before}:
        keep_original(ledger, replace(original, reader=document.extractor))
        return Change.SAME
    before = read_bytes(there, name=path.name)
    told = {
        name
        for name in FIELDS
        if before.sources.get(name) in {"feed", "source", "export"} or not getattr(document, name)
    }
    changes = {name: getattr(before, name) for name in told}
    sources = {name: origin for name, origin in document.sources.items() if name not in told}
    sources |= {name: before.sources[name] for name in told if name in before.sources}
    found = replace(document, id=original.post, sources=sources, **changes)
    data, suffix = encoded_post(found, original.post)
    made = replace(original, reader=document.extractor, file=raw_digest(data), file_before=raw_digest(there))
    same = " ".join(before.text.split()) == " ".join(document.text.split())
    keep_original(ledger, made if not same else replace(original, reader=document.extractor))
    if same:
        return Change.SAME
    _put(corpus, path, suffix, data)
    return Change.RE_EXTRACTED


def _made_from(
    arrival: Arrival, document: Document, identity: str, data: bytes, *, before: Original | None, at: datetime
) -> Original:
    """What the ledger remembers of a file that is made of *arrival* and holds *data*."""
    return Original(
        post=identity,
        raw=raw_digest(arrival.raw),
        reader=document.extractor,
        reads_as=arrival.reads_as,
        name=arrival.document.name,
        url=arrival.url,
        content_type=arrival.content_type,
        told=raw_digest(arrival.told) if arrival.told else before.told if before else None,
        file=raw_digest(data),
        seen=at.isoformat(timespec="seconds"),
    )


def _ruling(stored: Stored, document: Document, *, by_hand: bool) -> Ruling:
    """What *document* is to the file that is there; what a person asked for is an edit, however odd."""
    ruling = decide_revision(stored, document)
    return Ruling(change=Change.EDITED) if by_hand and ruling.change in {Change.HELD, Change.FLAPPING} else ruling


def _place(corpus: Path, document: Document, identity: str, suffix: str, known: str | None, *, met: bool) -> Path:
    """The path at which the post's file lies, or will lie."""
    if known and (corpus / known).is_file():
        return corpus / known
    if met:  # written by a run that was killed before it was read, perhaps under another title
        for kind in (".md", ".txt"):
            if found := sorted(corpus.glob(f"*-{identity[:8]}{kind}")):
                return found[0]
    return corpus / file_name(document, identity, suffix)


def _put(corpus: Path, path: Path, suffix: str, data: bytes) -> Path:
    """Write the file; one whose words do not fit the kind that it was takes the name of the other kind."""
    target = put_file(corpus, path.with_suffix(suffix), data)
    if target != path:
        path.unlink(missing_ok=True)
    return target


def _there(corpus: Path, path: Path) -> bytes | None:
    """The bytes of the file at *path*, if there is one that can be read."""
    try:
        return file_bytes(path, root=corpus)
    except UnreadableError:
        return None


def _stored(ledger: Ledger, there: bytes, path: Path, held: Original | None) -> Stored:
    """What is stored of the post: its file's words, and what is remembered of its last visits."""
    text = read_bytes(there, name=path.name).text
    past = []
    if held is not None and held.edits >= FLAPS:
        past = [one for one in last_texts(ledger, held.post, FLAPS + 1) if one != text]
    return Stored(
        text=text,
        extractor=held.reader if held else "",
        raw=held.raw if held else "",
        held=held.held if held else None,
        edits=held.edits if held else 0,
        past=tuple(past),
    )


def _told_more(there: bytes, path: Path, document: Document) -> bool:
    """Whether *document* states other details than the file does."""
    before = read_bytes(there, name=path.name)
    return any(getattr(document, name) and getattr(document, name) != getattr(before, name) for name in FIELDS)


def _theirs(there: bytes, path: Path, corpus: Path, document: Document) -> str:
    """Why a file is left as it is: nothing to say where it has the same words."""
    name = path.relative_to(corpus).as_posix()
    try:
        before = read_bytes(there, name=name).text if kind_of(there, name=name) == "text" else ""
    except UnreadableError:
        before = ""
    if before.split() == document.text.split():
        return ""
    return f"{name} holds this post and was written or edited by hand: it counts, and was left as it is"
