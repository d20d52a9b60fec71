"""What a visit brings: a document with the keys that it is known by, and what the feed tells of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from pipeline.ingest.documents import Document, raw_digest
from pipeline.ingest.feeds import Entry, Feed, read_feed
from pipeline.ingest.fetching import Response
from pipeline.ingest.identity import url_key
from pipeline.ingest.readers import read_bytes
from pipeline.ingest.sitemaps import Sitemap, read_sitemap
from pipeline.ingest.sources import Source

FEWEST_WORDS, WALL_WORDS = 50, 250
NO_POST = re.compile(
    r"\b(?:404|page (?:was )?not found|not found|does(?: not|n.t) exist|no longer (?:available|exists)|log ?in|sign ?in"
    r"|access denied|forbidden|just a moment|attention required|before you continue|are you a robot|captcha"
    r"|cookies? (?:policy|settings|preferences|notice)|página no encontrada|page introuvable|seite nicht gefunden)\b",
    re.IGNORECASE,
)
Read = Callable[..., Document]


class Reads(Protocol):
    """What a visit needs of a reader: ``Readers`` in children, or this process itself."""

    @property
    def read(self) -> Read:
        """Reads a post."""

    @property
    def read_medium(self) -> Read:
        """Reads a page of a Medium export."""

    @property
    def read_feed(self) -> Callable[..., Feed]:
        """Reads a feed."""

    @property
    def read_sitemap(self) -> Callable[..., Sitemap]:
        """Reads a sitemap."""


class InProcess:
    """Reads here and now, without limits of time and memory."""

    read = staticmethod(read_bytes)
    read_feed = staticmethod(read_feed)
    read_sitemap = staticmethod(read_sitemap)

    @staticmethod
    def read_medium(data: bytes, *, name: str) -> Document:
        """The post in a page of a Medium export."""
        from pipeline.ingest.exports import read_medium

        return read_medium(data, name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A document that a visit brought, its bytes, how to read them again, and all keys under which it is known."""

    document: Document
    raw: bytes
    keys: tuple[str, ...] = ()
    source: str | None = None
    reads_as: str = "document"  # or medium, or feed-entry
    url: str | None = None  # where the bytes came from
    content_type: str | None = None
    told: bytes | None = None  # what the feed itself has of the post, as HTML, beside the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that a visit could not bring; ``kind`` is for programs, ``reason`` for people."""

    url: str
    kind: str
    reason: str


def no_post(asked: str, got: str, document: Document) -> str | None:
    """Why a page that was fetched is no post, or None where it is one."""
    here, there = urlsplit(asked), urlsplit(got)
    if here.path.strip("/") and not there.path.strip("/") and not there.query:
        return "no_content: it leads to the site's home page"
    if document.words < FEWEST_WORDS:
        return f"no_content: only {document.words} words"
    if document.kind == "html" and document.words < WALL_WORDS and (wall := NO_POST.search(document.title or "")):
        return f"no_content: a page that says “{wall.group()}”"
    return None


def keys_of(asked: str, response: Response, document: Document) -> tuple[str, ...]:
    """All keys by which the page is known: its own address first, then where it was asked for and led through.

    A passing redirect tells nothing of who the page is, so only permanent ones count.
    """
    addresses = [document.url, response.url, asked, *(to for status, to in response.hops if status in {301, 308})]
    return tuple(dict.fromkeys(key for address in addresses if address and (key := url_key(address))))


def merged(document: Document, entry: Entry, feed: Feed | None, source: Source) -> Document:
    """*document* with what the feed, and then the source, tell where the page states less.

    A feed's day outranks what the page was guessed to say, never what it states; the day of a change
    outranks a mere guess only.
    """
    changes: dict[str, object] = {}
    sources = dict(document.sources)

    def take(field: str, value: object, origin: str) -> None:
        if value and not (changes.get(field) or getattr(document, field)):
            changes[field], sources[field] = value, origin

    weak = {"guess", "url", "time-tag", "file-name"} if entry.date_line != entry.changed else {"guess"}
    if entry.date and document.sources.get("date", "guess") in weak:
        changes |= {"date": entry.date, "date_line": entry.date_line}
        sources["date"] = "feed"
    take("title", entry.title, "feed")
    take("authors", entry.authors, "feed")
    take("publisher", source.publisher, "source")
    take("country", source.country, "source")
    take("language", source.language, "source")
    take("language", feed.language if feed else None, "feed")
    return replace(document, sources=sources, **cast("dict[str, Any]", changes))


def from_feed(entry: Entry) -> tuple[Document, bytes] | None:
    """The post as the feed holds it, if it holds enough of it."""
    from pipeline.ingest.characters import clean_text
    from pipeline.ingest.trees import html_words

    text = clean_text(html_words(entry.content or ""))
    if len(text.split()) < FEWEST_WORDS:
        return None
    raw = (entry.content or "").encode("utf-8", "replace")
    document = Document(
        text=text, name=entry.url, kind="html", extractor="feed 1", raw=raw_digest(raw), url=entry.url,
        sources={"url": "feed"}, warnings=("the text is the feed's, as the page could not be had",),
    )  # fmt: skip
    return document, raw
