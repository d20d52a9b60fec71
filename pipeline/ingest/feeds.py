"""RSS, Atom and JSON feeds to their entries, with days that we read ourselves."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.ingest.characters import clean_text
from pipeline.ingest.dates import parse_day
from pipeline.ingest.fields import split_authors, web_address, web_address_at
from pipeline.ingest.front_matter import words_of
from pipeline.records import digest

MOST_ENTRIES = 5_000
LONE_HALF = re.compile(
    rb"&#(?:x0*d[89a-f][0-9a-f]{2}|0*5(?:5[3-9]|6\d|7[0-3])\d\d);", re.IGNORECASE
)  # half a character
ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


class NotAFeedError(ValueError):
    """The bytes are no feed; ``feeds`` are the addresses of feeds that they name."""

    def __init__(self, reason: str, feeds: tuple[str, ...] = ()) -> None:
        super().__init__(reason, feeds)
        self.reason, self.feeds = reason, feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed or a sitemap: what it says of a page."""

    id: str
    url: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: date | None = None
    date_line: str | None = None
    content: str | None = None  # the whole text as HTML, where the feed has it
    changed: str | None = None  # when it says it was changed, as written

    @property
    def fingerprint(self) -> str:
        """What the entry says, fields that it leaves out left out: when it changes, the page is fetched again."""
        said = (self.url, self.title, self.date_line, self.content, self.changed)
        return digest("1", *(value for value in said if value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's entries, each id once, and what was odd about it."""

    title: str | None
    entries: tuple[Entry, ...]
    language: str | None = None
    warnings: tuple[str, ...] = ()


def read_feed(data: bytes, *, url: str, content_type: str | None = None, today: date | None = None) -> Feed:
    """The feed in *data*, as much of it as could be read.

    Raises ``NotAFeedError`` for anything else; a page may name the feeds that it has.
    """
    if data.lstrip()[:1] in {b"{", b"["}:
        return _json_feed(data, url, today)
    if ENTITY.search(data[:100_000]):
        raise NotAFeedError("refused: it declares entities")
    import feedparser

    try:
        parsed: Any = feedparser.parse(
            io.BytesIO(LONE_HALF.sub(b"&#xFFFD;", data)),  # never a path or an address to open
            response_headers={"content-type": content_type or "application/xml", "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=True,
        )
    except Exception as error:  # in broken feeds it trips over its own tables
        raise NotAFeedError(f"a feed too broken to read ({type(error).__name__})") from error
    if not parsed.get("version") and not parsed.entries:
        feeds = _named_feeds(data, url)
        raise NotAFeedError("a page and not a feed" if b"<html" in data[:20_000].lower() else "no feed", feeds)
    entries = _once(_entry(row, url, today) for row in parsed.entries[:MOST_ENTRIES])
    warnings = (f"broken in places: {_why(parsed)}",) if parsed.get("bozo") and _matters(parsed) else ()
    title = words_of(parsed.feed.get("title"))
    return Feed(
        title=clean_text(title) if title else None,
        entries=entries,
        language=parsed.feed.get("language"),
        warnings=warnings,
    )


def _entry(row: Any, base: str, today: date | None) -> Entry | None:
    link = next((word for word in (row.get("link"), row.get("id")) if word and web_address(word)), None)
    link = link or web_address_at(base, row.get("link"))
    if link is None:
        return None
    line = next((words for key in ("published", "created", "dc_date") if (words := words_of(row.get(key)))), None)
    changed = words_of(dict.get(row, "updated"))  # the library would give the published day for it
    content = max((part.get("value") or "" for part in row.get("content", [])), key=len, default="")
    names = [name for person in row.get("authors", []) if (name := words_of(person.get("name")))]
    title = words_of(row.get("title"))
    return Entry(
        id=(words_of(row.get("id")) or link)[:500],
        url=link,
        title=clean_text(title) if title else None,
        authors=split_authors(names or filter(None, [words_of(row.get("author"))])),
        date=parse_day(line or changed, today=today),
        date_line=line or changed,
        content=content or _long(row.get("summary")),
        changed=changed,
    )


def _markup(value: object) -> str | None:
    """A field that holds a whole text, however long."""
    return value if isinstance(value, str) and value.strip() else None


def _json_feed(data: bytes, url: str, today: date | None) -> Feed:
    try:
        loaded = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotAFeedError("broken JSON") from error
    if not isinstance(loaded, dict) or not isinstance(loaded.get("items"), list):
        raise NotAFeedError("JSON, but no feed")
    entries = _once(_item(row, url, today) for row in loaded["items"][:MOST_ENTRIES] if isinstance(row, dict))
    return Feed(title=words_of(loaded.get("title")), entries=entries, language=words_of(loaded.get("language")))


def _item(row: dict[str, Any], base: str, today: date | None) -> Entry | None:
    address = words_of(row.get("url")) or words_of(row.get("external_url")) or words_of(row.get("id")) or ""
    link = web_address_at(base, address)
    if link is None:
        return None
    people = row.get("authors") or [row.get("author")]
    line = words_of(row.get("date_published"))
    text = row.get("content_text")
    return Entry(
        id=(words_of(row.get("id")) or link)[:500],
        url=link,
        title=words_of(row.get("title")),
        authors=split_authors(name for person in people if (name := words_of(person))),
        date=parse_day(line, today=today),
        date_line=line,
        content=_markup(row.get("content_html")) or (_as_html(text) if isinstance(text, str) else None),
        changed=words_of(row.get("date_modified")),
    )


def _once(rows: Iterable[Entry | None]) -> tuple[Entry, ...]:
    """Each id once, the first wins."""
    found: dict[str, Entry] = {}
    for row in rows:
        if row is not None:
            found.setdefault(row.id, row)
    return tuple(found.values())


def _as_html(text: str) -> str:
    from html import escape

    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.split("\n\n"))


def _long(summary: str | None) -> str | None:
    """A summary that is as long as a post, for feeds that put the whole text there."""
    return summary if summary and len(summary.split()) >= 200 else None


def _named_feeds(data: bytes, url: str) -> tuple[str, ...]:
    from pipeline.ingest.decoding import decode_html
    from pipeline.ingest.trees import parse_html

    tree = parse_html(decode_html(data).text)
    found: list[str] = []
    for link in tree.iter("link") if tree is not None else ():
        kind = link.get("type", "").lower()
        if "alternate" in link.get("rel", "").lower() and ("rss" in kind or "atom" in kind or "feed+json" in kind):
            address = web_address_at(url, link.get("href"))
            found += [address] if address else []
    return tuple(dict.fromkeys(found))[:10]


def _matters(parsed: Any) -> bool:
    """Whether the fault could have lost something: a wrong content type or encoding's name could not."""
    return type(parsed.get("bozo_exception")).__name__ not in {"NonXMLContentType", "CharacterEncodingOverride"}


def _why(parsed: Any) -> str:
    error = parsed.get("bozo_exception")
    getter = getattr(error, "getMessage", None)
    return str(getter() if getter else error).splitlines()[0][:200] if error else "unknown"
