"""A visit to a source: what it gave, what went wrong, and what to remember.

Reading the network is the fetcher's work, reading pages the reader's; what is left here decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import urlsplit

from pipeline.ingest.arrivals import Arrival, InProcess, Problem, Read, Reads, from_feed, keys_of, merged, no_post
from pipeline.ingest.documents import UnreadableError, raw_digest
from pipeline.ingest.feeds import Entry, Feed, NotAFeedError
from pipeline.ingest.fetching import BIG_BYTES, FetchError, Response, retry_after
from pipeline.ingest.identity import url_key
from pipeline.ingest.local_visits import visit_local
from pipeline.ingest.readers import read_bytes
from pipeline.ingest.sitemaps import DEEPEST, BadSitemapError
from pipeline.ingest.sources import Source
from pipeline.ingest.states import (
    RUNS,
    State,
    address_of,
    after_failure,
    after_lost,
    after_move,
    after_success,
    after_wait,
)
from pipeline.ingest.visited import Visit


class Gets(Protocol):
    """What a visit needs of a fetcher."""

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None, limit: int = ...) -> Response:
        """What is at *url*."""


def visit(
    source: Source,
    state: State,
    fetcher: Gets,
    now: datetime,
    *,
    reads: Reads | None = None,
    keep: Callable[[Arrival], None] | None = None,
    root: Path | None = None,
) -> Visit:
    """Visit *source* and bring what is new or changed since *state*.

    Never raises for what a source does: that is a problem in the visit. *keep* is called with each
    arrival as soon as it is there, so that a run that is killed loses none. *reads* reads bytes:
    give ``Readers``, which does it in other processes; *root* is where relative paths start.
    """
    reads = reads or cast("Reads", InProcess)
    match source.kind:
        case "feed" | "sitemap" | "page":
            return _Round(source, state, fetcher, now, reads, keep).visit()
        case _:
            return visit_local(source, state, now, reads=reads, keep=keep, root=root)


def fetch_document(url: str, fetcher: Gets, *, read: Read = read_bytes) -> Arrival:
    """The document at *url*, for a post that a person adds; raises ``FetchError`` or ``UnreadableError``."""
    response = fetcher.get(url, limit=BIG_BYTES)
    if response.status != 200:
        raise FetchError(url, "status", f"the server answered {response.status}", response.status)
    document = read(response.body, name=response.url, url=response.url, content_type=response.content_type)
    if reason := no_post(url, response.url, document):
        raise UnreadableError(url, reason)
    return Arrival(
        document=document,
        raw=response.body,
        keys=keys_of(url, response, document),
        url=response.url,
        content_type=response.content_type,
    )


class _Round:
    """One visit to a source on the web, while it goes on."""

    def __init__(
        self,
        source: Source,
        state: State,
        fetcher: Gets,
        now: datetime,
        reads: Reads,
        keep: Callable[[Arrival], None] | None,
    ) -> None:
        self.source, self.state, self.fetcher, self.now, self.reads, self.keep = (
            source,
            state,
            fetcher,
            now,
            reads,
            keep,
        )
        self.arrivals: list[Arrival] = []
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.gone: list[str] = []
        self.wait: timedelta | None = None
        self.moved_to: str | None = None

    def visit(self) -> Visit:
        """Ask the source's own address, then what is to be done with the answer."""
        try:
            response = self._ask()
        except FetchError as error:
            return self._failed(error.kind, error.reason)
        if response.status in {429, 503}:
            return self._waiting(retry_after(response.headers, self.now) or self.source.every)
        before = address_of(self.source, self.state)
        self.state = after_move(self.source, self.state, response.url if response.moved_for_good else None)
        if address_of(self.source, self.state) != before:
            self.moved_to = self.state.asks
        validators = {
            "etag": response.headers.get("etag") or (self.state.etag if response.status == 304 else None),
            "last_modified": response.headers.get("last-modified")
            or (self.state.last_modified if response.status == 304 else None),
        }
        if response.status == 304:
            return self._done(validators, fresh=False)
        if response.status in {404, 410}:
            return self._missing(response.status)
        if response.status != 200:
            return self._failed("status", f"the server answered {response.status}")
        try:
            if self.source.kind == "page":
                self._page(response)
            else:
                feed, entries = self._list(response)
                whole = not self.problems  # else a part of the sitemap is lacking, which a 304 would leave so
                if not self._take_all(feed, entries, whole=whole) or not whole:
                    validators = {"etag": None, "last_modified": None}
        except (NotAFeedError, BadSitemapError) as error:
            named = getattr(error, "feeds", ())
            reason = str(getattr(error, "reason", error)) + (f"; it names {', '.join(named)}" if named else "")
            return self._failed("no_feed", reason)
        if self.wait is not None:
            return self._waiting(self.wait)
        return self._done(validators, fresh=True)

    def _ask(self) -> Response:
        limit = BIG_BYTES if self.source.kind != "feed" else 10_000_000
        etag, last_modified = self.state.etag, self.state.last_modified
        return self.fetcher.get(
            address_of(self.source, self.state), etag=etag, last_modified=last_modified, limit=limit
        )

    def _page(self, response: Response) -> None:
        key = url_key(self.source.url) or self.source.url
        fingerprint = raw_digest(response.body)[:16]
        if self.state.entries.get(key) == fingerprint:
            return
        entry = Entry(id=self.source.url, url=self.source.url)
        if self._accept(entry, None, response):
            self.state = replace(self.state, entries={key: fingerprint}, tries={})

    def _list(self, response: Response) -> tuple[Feed | None, tuple[Entry, ...]]:
        """The entries of the feed or the sitemap, those that the source's filter lets through."""
        if self.source.kind == "feed":
            feed = self.reads.read_feed(
                response.body, url=response.url, content_type=response.content_type, today=self.now.date()
            )
            self.warnings += feed.warnings
            return feed, self._filtered(feed.entries)
        return None, self._filtered(self._sitemap(response))

    def _sitemap(self, response: Response) -> tuple[Entry, ...]:
        pages: dict[str, str | None] = {}
        seen = {response.url}
        waiting = [(response.url, response.body, 1)]
        while waiting:
            url, body, depth = waiting.pop(0)
            found = self.reads.read_sitemap(body, url=url)
            self.warnings += found.warnings
            pages |= dict(found.pages)
            for further in found.sitemaps:
                if further in seen or depth >= DEEPEST or len(seen) >= 200:
                    continue
                seen.add(further)
                try:
                    answer = self.fetcher.get(further, limit=BIG_BYTES)
                except FetchError as error:
                    self.problems.append(Problem(url=further, kind=error.kind, reason=error.reason))
                    continue
                if answer.status == 200:
                    waiting.append((answer.url, answer.body, depth + 1))
                else:
                    reason = f"the server answered {answer.status}"
                    self.problems.append(Problem(url=further, kind="status", reason=reason))
        return tuple(Entry(id=url, url=url, changed=when) for url, when in pages.items())

    def _filtered(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        if not self.source.match:
            return entries
        pattern = re.compile(self.source.match)
        return tuple(entry for entry in entries if pattern.search(urlsplit(entry.url).path))

    def _take_all(self, feed: Feed | None, entries: tuple[Entry, ...], *, whole: bool) -> bool:
        """Fetch what is new or changed, up to the limit; whether nothing is left for the next visit.

        What the source no longer lists is forgotten, unless its list is not *whole*.
        """
        by_key: dict[str, Entry] = {}
        for entry in entries:
            by_key.setdefault(url_key(entry.url) or entry.url, entry)
        known = {key: print_ for key, print_ in self.state.entries.items() if key in by_key or not whole}
        tries = {key: count for key, count in self.state.tries.items() if key in by_key or not whole}
        wanted = [(key, entry) for key, entry in by_key.items() if known.get(key) != entry.fingerprint]
        for key, entry in wanted[: self.source.limit]:
            if self._take(key, entry, feed):
                known[key] = entry.fingerprint
                tries.pop(key, None)
            elif self.wait is not None:
                break
            else:
                tries[key] = tries.get(key, 0) + 1
                if tries[key] >= RUNS:  # not asked again until its entry changes
                    known[key] = entry.fingerprint
        self.state = replace(self.state, entries=known, tries={key: n for key, n in tries.items() if n < RUNS})
        return all(known.get(key) == entry.fingerprint for key, entry in by_key.items())

    def _take(self, key: str, entry: Entry, feed: Feed | None) -> bool:
        """Bring one page; whether its entry is done with."""
        try:
            response = self.fetcher.get(entry.url, limit=BIG_BYTES)
        except FetchError as error:
            return self._instead(entry, feed, error.kind, error.reason)
        if response.status in {429, 503}:
            self.wait = retry_after(response.headers, self.now) or self.source.every
            return False
        if response.status in {404, 410}:
            if self.state.tries.get(key, 0) + 1 >= RUNS:
                self.gone.append(key)
            return self._instead(entry, feed, "gone", f"the server answered {response.status}")
        if response.status != 200:
            return self._instead(entry, feed, "status", f"the server answered {response.status}")
        return self._accept(entry, feed, response)

    def _accept(self, entry: Entry, feed: Feed | None, response: Response) -> bool:
        try:
            document = self.reads.read(
                response.body, name=response.url, url=response.url, content_type=response.content_type
            )
        except UnreadableError as error:
            return self._instead(entry, feed, "unreadable", error.reason)
        if reason := no_post(entry.url, response.url, document):
            return self._instead(entry, feed, "no_content", reason)
        self._arrive(
            Arrival(
                document=merged(document, entry, feed, self.source),
                raw=response.body,
                keys=keys_of(entry.url, response, document),
                source=self.source.name,
                url=response.url,
                content_type=response.content_type,
                told=entry.content.encode("utf-8", "replace") if entry.content else None,
            )
        )
        return True

    def _instead(self, entry: Entry, feed: Feed | None, kind: str, reason: str) -> bool:
        """The feed's own text where the page can't be had, else a problem."""
        if held := from_feed(entry):
            document, raw = held
            key = url_key(entry.url)
            self._arrive(
                Arrival(
                    document=merged(document, entry, feed, self.source),
                    raw=raw,
                    keys=(key,) if key else (),
                    source=self.source.name,
                    reads_as="feed-entry",
                    url=entry.url,
                )
            )
            return True
        self.problems.append(Problem(url=entry.url, kind=kind, reason=reason))
        return False

    def _arrive(self, arrival: Arrival) -> None:
        if self.keep is not None:
            self.keep(arrival)
        self.arrivals.append(arrival)

    def _done(self, validators: Mapping[str, str | None], *, fresh: bool) -> Visit:
        return self._visit(after_success(self.source, self.state, self.now, **validators), fresh=fresh)

    def _waiting(self, wait: timedelta) -> Visit:
        return self._visit(after_wait(self.state, self.now, wait, etag=None, last_modified=None))

    def _failed(self, kind: str, reason: str) -> Visit:
        self.problems.append(Problem(url=self.source.url, kind=kind, reason=reason))
        return self._visit(after_lost(self.source, after_failure(self.source, self.state, self.now, reason)))

    def _missing(self, status: int) -> Visit:
        key = url_key(self.source.url) or self.source.url
        tries = {**self.state.tries, key: self.state.tries.get(key, 0) + 1}
        if tries[key] >= RUNS:
            self.gone.append(key)
        self.state = replace(self.state, tries=tries)
        return self._failed("gone", f"the server answered {status}")

    def _visit(self, state: State, *, fresh: bool = True) -> Visit:
        return Visit(
            source=self.source.name,
            state=state,
            arrivals=tuple(self.arrivals),
            problems=tuple(self.problems),
            warnings=tuple(self.warnings),
            gone=tuple(self.gone),
            moved_to=self.moved_to,
            fresh=fresh,
        )
