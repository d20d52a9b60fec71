"""Visits to sources: every post once, none half, and what a site says is heeded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from servers.site import HOST, Answer, Site, page, words

from pipeline.ingest import (
    Arrival,
    Fetcher,
    FetchError,
    Source,
    State,
    UnreadableError,
    Visit,
    fetch_document,
    post_of,
    visit,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on loopback."""
    with Site() as site:
        yield site


@pytest.fixture
def fetcher() -> Fetcher:
    """A fetcher that may go to the test's site, and does not wait."""
    return Fetcher(allow=frozenset({HOST}), pause=0.0, attempts=1)


def feed(site: Site, *numbers: int, content: str = "") -> Answer:
    """A feed with an entry for each number."""
    items = "".join(
        f"<item><title>Post {n}</title><link>{site.url(f'/{n}')}</link><guid>g{n}</guid>"
        f"<pubDate>Sat, 02 Mar 2019 10:00:0{n % 10} GMT</pubDate><dc:creator>Ana Diaz</dc:creator>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded></item>"
        for n in numbers
    )
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    body = f'<rss version="2.0" {spaces}><channel><title>Office</title>{items}</channel></rss>'
    return Answer(body=body.encode(), headers={"Content-Type": "application/rss+xml", "ETag": '"1"'})


def posts(site: Site, *numbers: int) -> None:
    """A page for each number."""
    for n in numbers:
        site.pages[f"/{n}"] = Answer(body=page(f"Post {n}", seed=n), headers={"Content-Type": "text/html"})


def source(site: Site, kind: str = "feed", path: str = "/feed", **fields: Any) -> Source:
    """A source on the test's site."""
    return Source(name="office", kind=kind, url=site.url(path), **fields)


def go(source: Source, state: State, fetcher: Fetcher, now: datetime = NOW, **options: Any) -> Visit:
    """A visit whose state went through JSON, as it will in a ledger."""
    done = visit(source, state, fetcher, now, **options)
    return replace(done, state=State.from_json(json.loads(json.dumps(done.state.to_json()))))


def test_new_entries_are_fetched_once(site: Site, fetcher: Fetcher) -> None:
    """The first visit brings both posts, the second nothing, the third the new one."""
    site.pages["/feed"] = feed(site, 1, 2)
    posts(site, 1, 2, 3)
    first = go(source(site), State(), fetcher)
    assert [arrival.document.title for arrival in first.arrivals] == ["Post 1", "Post 2"]
    assert first.arrivals[0].document.text.split("\n\n") == words(3, seed=1)
    assert first.problems == ()
    second = go(source(site), first.state, fetcher)
    assert second.arrivals == ()
    assert site.paths().count("/1") == 1
    site.pages["/feed"] = feed(site, 3, 1, 2)
    third = go(source(site), second.state, fetcher)
    assert [arrival.document.title for arrival in third.arrivals] == ["Post 3"]


def test_a_feed_tells_what_its_pages_do_not(site: Site, fetcher: Fetcher) -> None:
    """Day and author of the feed, country of the source, each with its origin."""
    site.pages["/feed"] = feed(site, 1)
    posts(site, 1)
    document = go(source(site, country="AU"), State(), fetcher).arrivals[0].document
    assert (document.date, document.authors, document.country) == (date(2019, 3, 2), ("Ana Diaz",), "AU")
    assert (document.sources["date"], document.sources["country"]) == ("feed", "source")


def test_304_brings_nothing_and_new_validators_are_kept(site: Site, fetcher: Fetcher) -> None:
    """Both validators are sent; a changed one that comes with a 304 is stored."""
    site.pages["/feed"] = Answer(status=304, headers={"ETag": '"2"'})
    done = go(source(site), State(etag='"1"', last_modified="Sat, 02 Mar 2019 10:00:00 GMT"), fetcher)
    assert not done.fresh
    assert (done.state.etag, done.state.last_modified) == ('"2"', "Sat, 02 Mar 2019 10:00:00 GMT")
    assert site.asked[-1].headers["if-none-match"] == '"1"'


def test_a_run_that_is_killed_loses_nothing(site: Site, fetcher: Fetcher) -> None:
    """What came was handed over at once; the next run starts from the old state and ids stay."""
    site.pages["/feed"] = feed(site, 1, 2, 3)
    posts(site, 1, 2, 3)
    kept: list[Arrival] = []

    def keep(arrival: Arrival) -> None:
        kept.append(arrival)
        if len(kept) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        visit(source(site), State(), fetcher, NOW, keep=keep)
    again: list[Arrival] = []
    go(source(site), State(), fetcher, keep=again.append)
    ids = [post_of(arrival.document).id for arrival in kept + again]
    assert len(ids) == 5
    assert len(set(ids)) == 3


def test_a_visit_has_a_limit(site: Site, fetcher: Fetcher) -> None:
    """What is over the limit waits for the next visit, and the validators with it."""
    site.pages["/feed"] = feed(site, 1, 2, 3)
    posts(site, 1, 2, 3)
    first = go(source(site, limit=2), State(), fetcher)
    assert len(first.arrivals) == 2
    assert first.state.etag is None
    second = go(source(site, limit=2), first.state, fetcher)
    assert [arrival.document.title for arrival in second.arrivals] == ["Post 3"]
    assert second.state.etag == '"1"'


def test_a_changed_entry_is_fetched_again(site: Site, fetcher: Fetcher) -> None:
    """An update in the feed brings the page once more, under the same id."""
    site.pages["/feed"] = feed(site, 1)
    posts(site, 1)
    first = go(source(site), State(), fetcher)
    site.pages["/feed"] = feed(site, 1, content="<p>Edited.</p>")
    second = go(source(site), first.state, fetcher)
    assert len(second.arrivals) == 1
    assert post_of(second.arrivals[0].document).id == post_of(first.arrivals[0].document).id


def test_one_bad_page_ends_nothing(site: Site, fetcher: Fetcher) -> None:
    """Each page that can't be had is a problem with its reason; the others arrive."""
    site.pages["/feed"] = feed(site, 1, 2, 3, 4, 5, 6, 7)
    posts(site, 1, 7)
    site.pages["/2"] = Answer(status=500)
    site.pages["/3"] = Answer(body=b"\x89PNG\r\n\x1a\n" + bytes(100), headers={"Content-Type": "text/html"})
    site.pages["/4"] = Answer(body=page("Log in to go on", number=1))
    site.pages["/5"] = Answer(status=302, headers={"Location": "/"})
    site.pages["/"] = Answer(body=page("Home of the office"))
    site.pages["/6"] = Answer(status=302, headers={"Location": "http://169.254.169.254/"})
    done = go(source(site), State(), fetcher)
    assert [arrival.document.title for arrival in done.arrivals] == ["Post 1", "Post 7"]
    kinds = {problem.url.rsplit("/", 1)[1]: problem.kind for problem in done.problems}
    assert kinds == {"2": "status", "3": "unreadable", "4": "no_content", "5": "no_content", "6": "refused"}
    assert done.state.failures == 0


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body><div id=root></div><script>start()</script></body></html>",
        page("Page not found"),
        page("Just a moment..."),
        page("Before you continue"),
        b"<html><body><p>We use cookies. Accept?</p></body></html>",
    ],
)
def test_walls_and_shells_are_no_posts(site: Site, fetcher: Fetcher, body: bytes) -> None:
    """Fewer than 50 words, or a short page that says it is none, is no post."""
    site.pages["/1"] = Answer(body=body)
    with pytest.raises((UnreadableError, FetchError)):
        fetch_document(site.url("/1"), fetcher)


def test_the_feeds_own_text_stands_in(site: Site, fetcher: Fetcher) -> None:
    """Where the page is gone and the feed has it whole, the feed's text is taken, with a warning."""
    content = "".join(f"<p>{one}</p>" for one in words(3, seed=1))
    site.pages["/feed"] = feed(site, 1, content=content)
    site.pages["/1"] = Answer(status=404)
    arrival = go(source(site), State(), fetcher).arrivals[0]
    assert arrival.document.text == "\n\n".join(words(3, seed=1))
    assert arrival.document.title == "Post 1"
    assert "feed's" in arrival.document.warnings[0]
    posts(site, 1)
    assert go(source(site), State(), fetcher).arrivals[0].document.warnings == ()


def test_gone_pages_are_marked_after_three_visits(site: Site, fetcher: Fetcher) -> None:
    """404 once is a problem; three times is gone; then it is not asked for again."""
    site.pages["/feed"] = feed(site, 1)
    site.pages["/1"] = Answer(status=410)
    state, gone = State(), []
    for _ in range(5):
        done = go(source(site), replace(state, etag=None), fetcher)
        state = done.state
        gone.append(len(done.gone))
    assert gone == [0, 0, 1, 0, 0]
    assert site.paths().count("/1") == 3


def test_too_many_requests_are_no_failure(site: Site, fetcher: Fetcher) -> None:
    """429 with Retry-After puts the visit off; what was not fetched is fetched then."""
    site.pages["/feed"] = feed(site, 1, 2, 3)
    posts(site, 1, 3)
    site.pages["/2"] = Answer(status=429, headers={"Retry-After": "7200"})
    done = go(source(site), State(), fetcher)
    assert [arrival.document.title for arrival in done.arrivals] == ["Post 1"]
    assert (done.problems, done.state.failures) == ((), 0)
    assert done.state.due == NOW + timedelta(hours=2)
    assert "/3" not in site.paths()
    posts(site, 2)
    again = go(source(site), done.state, fetcher)
    assert [arrival.document.title for arrival in again.arrivals] == ["Post 2", "Post 3"]
    site.pages["/feed"] = Answer(status=503, headers={"Retry-After": "Sun, 22 Nov 2026 18:00:00 GMT"})
    assert go(source(site), State(), fetcher).state.due == NOW + timedelta(hours=6)


def test_a_source_that_fails_comes_back_later(site: Site, fetcher: Fetcher) -> None:
    """Each failure is remembered with its reason, and a success clears it."""
    site.pages["/feed"] = Answer(status=500)
    first = go(source(site), State(), fetcher)
    assert (first.state.failures, first.problems[0].kind) == (1, "status")
    second = go(source(site), first.state, fetcher)
    assert first.state.due is not None
    assert second.state.due is not None
    assert second.state.due > first.state.due
    site.pages["/feed"] = feed(site)
    assert go(source(site), second.state, fetcher).state.failures == 0


def test_a_feed_that_moved_for_good(site: Site, fetcher: Fetcher) -> None:
    """Three visits that were led to the same place tell it; one elsewhere begins anew."""
    site.pages["/feed"] = Answer(status=301, headers={"Location": "/new"})
    site.pages["/new"] = site.pages["/other"] = feed(site)
    state, moved = State(), []
    for _ in range(3):
        done = go(source(site), state, fetcher)
        state = done.state
        moved.append(done.moved_to)
    assert moved == [None, None, site.url("/new")]
    site.pages["/feed"] = Answer(status=302, headers={"Location": "/other"})
    done = go(source(site), state, fetcher)
    assert (done.moved_to, done.state.moves) == (None, 0)


def test_a_page_in_a_feeds_place(site: Site, fetcher: Fetcher) -> None:
    """The error names the feed that the page has."""
    link = '<link rel=alternate type="application/atom+xml" href="/atom.xml">'
    site.pages["/feed"] = Answer(body=page(head=link))
    done = go(source(site), State(), fetcher)
    assert done.problems[0].kind == "no_feed"
    assert site.url("/atom.xml") in done.problems[0].reason


def test_all_addresses_of_a_post_are_its_keys(site: Site, fetcher: Fetcher) -> None:
    """The address asked for, permanent redirects, and the page's own; not a passing redirect's."""
    site.pages["/old"] = Answer(status=301, headers={"Location": "/1?utm_source=x"})
    site.pages["/1?utm_source=x"] = Answer(body=page(head=f'<link rel=canonical href="{site.url("/one")}">'))
    keys = fetch_document(site.url("/old"), fetcher).keys
    assert [key.rsplit("/", 1)[1] for key in keys] == ["one", "1", "old"]


def test_one_page_as_a_source(site: Site, fetcher: Fetcher) -> None:
    """It arrives when it is new and when it changed."""
    watched = source(site, kind="page", path="/1")
    posts(site, 1)
    first = go(watched, State(), fetcher)
    assert len(first.arrivals) == 1
    second = go(watched, first.state, fetcher)
    assert second.arrivals == ()
    site.pages["/1"] = Answer(body=page("Post 1", seed=9))
    assert len(go(watched, second.state, fetcher).arrivals) == 1
    site.pages["/1"] = Answer(status=404)
    state, gone = second.state, []
    for _ in range(3):
        done = go(watched, state, fetcher)
        state = done.state
        gone.append(len(done.gone))
    assert gone == [0, 0, 1]


def test_sitemaps_with_a_filter(site: Site, fetcher: Fetcher) -> None:
    """Nested sitemaps are read, circles end, the filter chooses."""
    loc = "<sitemap><loc>{}</loc></sitemap>".format
    site.pages["/map"] = Answer(
        body=f"<sitemapindex>{loc(site.url('/map'))}{loc(site.url('/s2'))}</sitemapindex>".encode()
    )
    urls = "".join(f"<url><loc>{site.url(path)}</loc></url>" for path in ("/1", "/2", "/about"))
    site.pages["/s2"] = Answer(body=f"<urlset>{urls}</urlset>".encode())
    posts(site, 1, 2)
    done = go(source(site, kind="sitemap", path="/map", match=r"^/\d+$"), State(), fetcher)
    assert [arrival.document.title for arrival in done.arrivals] == ["Post 1", "Post 2"]
    assert "/about" not in site.paths()
    assert site.paths().count("/map") == 1


def test_a_part_of_a_sitemap_that_failed_is_asked_for_again(site: Site, fetcher: Fetcher) -> None:
    """The index is not taken for known as long as a part of it is lacking, nor what stands in that part forgotten."""
    index = f"<sitemapindex><sitemap><loc>{site.url('/s2')}</loc></sitemap></sitemapindex>".encode()
    site.pages["/map"] = Answer(body=index, headers={"ETag": '"1"'})
    part = Answer(body=f"<urlset><url><loc>{site.url('/1')}</loc></url></urlset>".encode())
    site.pages["/s2"] = Answer(status=500)
    posts(site, 1)
    watched = source(site, kind="sitemap", path="/map")
    first = go(watched, State(), fetcher)
    assert (first.arrivals, first.state.etag) == ((), None)
    assert len(first.problems) == 1
    site.pages["/s2"] = part
    second = go(watched, first.state, fetcher)
    assert [arrival.document.title for arrival in second.arrivals] == ["Post 1"]
    assert second.state.etag == '"1"'
    site.pages["/s2"] = Answer(status=500)
    third = go(watched, second.state, fetcher)
    site.pages["/s2"] = part
    assert go(watched, third.state, fetcher).arrivals == ()


def test_folders_bring_what_is_new_and_changed(tmp_path: Path, fetcher: Fetcher) -> None:
    """Files are told by their content; what is no post has its reason; a second visit brings nothing."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: One\nurl: https://example.org/1\n---\nForty teams.", encoding="utf-8")
    (folder / "b.bin").write_bytes(bytes(range(256)) * 10)
    watched = Source(name="files", kind="folder", url="incoming", publisher="Office")
    first = go(watched, State(), fetcher, root=tmp_path)
    assert [(arrival.document.title, arrival.document.publisher) for arrival in first.arrivals] == [("One", "Office")]
    assert [problem.url for problem in first.problems] == ["b.bin"]
    second = go(watched, first.state, fetcher, root=tmp_path)
    assert (second.arrivals, second.fresh) == ((), False)
    (folder / "a.md").write_text("---\ntitle: One\nurl: https://example.org/1\n---\nFifty teams.", encoding="utf-8")
    assert len(go(watched, second.state, fetcher, root=tmp_path).arrivals) == 1
    gone = go(Source(name="x", kind="folder", url="none"), State(), fetcher, root=tmp_path)
    assert gone.problems[0].kind == "gone"


MEDIUM = """<!DOCTYPE html><html><head><title>Forty teams</title></head><body><article class="h-entry">
<header><h1 class="p-name">Forty teams</h1></header><section data-field="body" class="e-content">
<section><h3>Forty teams</h3><p>More than 40 teams came.</p><p>Then they left.</p></section></section>
<footer><p>By <a href="https://medium.com/@ana" class="p-author h-card">Ana D</a> on
<a href="https://medium.com/p/1">
<time class="dt-published" datetime="2019-03-02T10:00:00.000Z">March 2, 2019</time></a>.</p>
<p><a href="https://medium.com/@ana/forty-teams-1" class="p-canonical">Canonical link</a></p></footer>
</article></body></html>"""


def test_a_medium_export(tmp_path: Path, fetcher: Fetcher) -> None:
    """Title, text, author, day and address by their classes; drafts are left where they are."""
    (tmp_path / "2019-03-02_Forty-teams-1.html").write_text(MEDIUM, encoding="utf-8")
    (tmp_path / "draft_Secret-2.html").write_text(MEDIUM.replace("40", "50"), encoding="utf-8")
    done = go(Source(name="m", kind="medium", url="."), State(), fetcher, root=tmp_path)
    (arrival,) = done.arrivals
    document = arrival.document
    assert document.text == "More than 40 teams came.\n\nThen they left."
    assert (document.title, document.authors, document.date) == ("Forty teams", ("Ana D",), date(2019, 3, 2))
    assert document.url == "https://medium.com/@ana/forty-teams-1"


def record(url: str, body: bytes, *, status: str = "200 OK", kind: str = "text/html") -> bytes:
    """A WARC record of an answer."""
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2019-03-02T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-123456789012>\r\n"
        f"Content-Type: application/http;msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def test_a_web_archive(tmp_path: Path, fetcher: Fetcher) -> None:
    """Pages with status 200 arrive, a broken end loses only itself, an unchanged file is not read again."""
    rows = [
        record("https://example.org/1", page("Post 1", seed=1)),
        record("https://example.org/2", page("Post 2", seed=2), status="404 Not Found"),
        record("https://example.org/3", b"\x89PNG", kind="image/png"),
        record("file:///etc/passwd", page("Evil", seed=3)),
        record("https://example.org/4", page("Post 4", seed=4)),
        record("https://example.org/5", page("Post 5", seed=5))[:300],
    ]
    (tmp_path / "a.warc").write_bytes(b"".join(rows))
    watched = Source(name="w", kind="warc", url="a.warc")
    first = go(watched, State(), fetcher, root=tmp_path)
    assert [arrival.document.title for arrival in first.arrivals][:2] == ["Post 1", "Post 4"]
    assert first.arrivals[0].document.url == "https://example.org/1"
    assert go(watched, first.state, fetcher, root=tmp_path).arrivals == ()
    (tmp_path / "b.warc").write_bytes(b"no archive at all")
    assert go(Source(name="b", kind="warc", url="b.warc"), State(), fetcher, root=tmp_path).problems
