"""What a reader makes of some bytes: the clean text, the metadata, and where each was stated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.ingest.characters import count_words
from pipeline.records import Post, digest


class UnreadableError(PipelineError):
    """Some bytes are no post that we can read; the reason is in words for a person."""

    def __init__(self, path: str | Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file that was left out, and why: a row of the run's report."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Clean text with its metadata; ``sources`` says for each field where it was stated.

    A source is ``front-matter``, ``json-ld``, ``meta``, ``feed``, ``time-tag``, ``heading``, ``url``,
    ``file-name``, ``pdf``, ``docx`` or ``guess``; a guess is never to be shown as a fact.
    """

    text: str
    name: str  # the file's name or the address, as given
    kind: str  # html, markdown, text, pdf or docx
    extractor: str  # name and version of what made the text: another version finds other words
    raw: str  # digest of the bytes that were read
    id: str | None = None  # the post's id, where the file itself states it
    title: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    author_line: str | None = None  # the authors as one string, as the page had them
    date: date | None = None
    date_line: str | None = None  # the date as written, also when it could not be read
    publisher: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    language: str | None = None  # BCP 47
    sources: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """How many words the text has."""
        return count_words(self.text)


def raw_digest(data: bytes) -> str:
    """The full SHA-256 of *data*, by which its bytes are stored.

    >>> raw_digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()


def post_of(document: Document, *, path: str | None = None) -> Post:
    """The post that *document* is, with an id that stays when its text is edited.

    The id is the one that the file states, else it comes from the address's key, else from *path*
    (relative to the corpus, with ``/``), else from the text itself. A day that was only guessed is no day of
    the post, since figures would be dated by it; it stays with its sources, for a person to confirm.

    >>> page = Document(text="Hello.", name="-", kind="text", extractor="text 1", raw="", url="https://a.org/x?utm_id=y")
    >>> edited = Document(text="Hi.", name="-", kind="text", extractor="text 1", raw="", url="https://A.org:443/x#top")
    >>> post_of(page).id == post_of(edited).id
    True
    """
    from pipeline.ingest.identity import url_key

    if document.id:
        identity = document.id
    elif document.url and (key := url_key(document.url)):
        identity = digest("url", key)
    elif path:
        identity = digest("path", path)
    else:
        identity = digest("text", " ".join(document.text.split()))
    sources = dict(document.sources)
    guess = document.date if sources.get("date") == "guess" else None
    if guess:
        sources["date"] = f"guess: {guess.isoformat()}"
    return Post(
        id=identity,
        text=document.text,
        title=document.title,
        url=document.url,
        authors=document.authors,
        date=None if guess else document.date,
        publisher=document.publisher,
        country=document.country,
        language=document.language,
        path=path,
        sources=sources,
    )
