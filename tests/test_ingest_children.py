"""Reading in children: what hangs, swells or dies takes only its own document with it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from servers.papers import docx
from servers.site import page, words

from pipeline.ingest import Document, Readers, UnreadableError, read_bytes
from pipeline.ingest.children import read_files
from pipeline.ingest.exports import read_medium
from pipeline.ingest.feeds import NotAFeedError, read_feed
from pipeline.ingest.sitemaps import BadSitemapError, read_sitemap


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """One child with little time and memory."""
    with Readers(seconds=4, megabytes=400) as readers:
        yield readers


def test_a_child_reads_as_we_do(readers: Readers) -> None:
    """The same document, field by field."""
    for data, name in [
        (page(), "a.html"),
        (b"---\ntitle: X\ndate: 2019-03-02\nauthors: [A, B]\n---\nForty *teams*.", "a.md"),
        ("Café\u2028für 40 ‘Teams’".encode(), "a.txt"),
    ]:
        assert readers.read(data, name=name) == read_bytes(data, name=name)
    assert readers.read(b"---\ndate: 2019-03-02\n---\nX", name="a.md").date == date(2019, 3, 2)


def test_a_child_reads_feeds_sitemaps_and_exports(readers: Readers) -> None:
    """The same values and the same refusals as here."""
    feed = (
        b"<rss version='2.0'><channel><title>Office</title><item><title>Post</title><link>https://a.org/1</link>"
        b"<pubDate>Sat, 02 Mar 2019 10:00:00 GMT</pubDate><author>Ana Diaz</author></item></channel></rss>"
    )
    today = date(2026, 11, 22)
    here = read_feed(feed, url="https://a.org/feed", today=today)
    assert readers.read_feed(feed, url="https://a.org/feed", today=today) == here
    html = b"<html><head><link rel=alternate type='application/rss+xml' href=/f></head><body>x</body></html>"
    with pytest.raises(NotAFeedError) as caught:
        readers.read_feed(html, url="https://a.org/")
    assert caught.value.feeds == ("https://a.org/f",)
    sitemap = b"<urlset><url><loc>https://a.org/x</loc><lastmod>2026</lastmod></url></urlset>"
    assert readers.read_sitemap(sitemap, url="https://a.org/s") == read_sitemap(sitemap, url="https://a.org/s")
    with pytest.raises(BadSitemapError, match="DTD"):
        readers.read_sitemap(b"<!DOCTYPE x><urlset/>", url="https://a.org/s")
    export = b"<p class=e-content>Forty teams came.</p>"
    assert readers.read_medium(export, name="2019-03-02_x.html") == read_medium(export, name="2019-03-02_x.html")
    with pytest.raises(UnreadableError, match="draft"):
        readers.read_medium(export, name="draft_x.html")


def test_reasons_come_back(readers: Readers) -> None:
    """What can't be read has its reason and its name."""
    with pytest.raises(UnreadableError, match=r"a\.html: no post but a picture"):
        readers.read(b"\x89PNG\r\n\x1a\n" + bytes(50), name="a.html")


def test_a_page_that_takes_too_long_is_read_crudely(readers: Readers) -> None:
    """200,000 paragraphs end in time, and the next page is read as ever."""
    data = (
        b"<html><body>"
        + b"".join(b"<p>Forty teams came to the hall number %d.</p>" % n for n in range(60_000))
        + b"</body></html>"
    )
    begun = time.monotonic()
    document = readers.read(data, name="big.html")
    assert "rescued" in document.warnings[0]
    assert "the hall number 59999." in document.text
    assert time.monotonic() - begun < 25
    assert words(1)[0] in readers.read(page(), name="next").text


def test_a_document_that_swells_is_refused(readers: Readers) -> None:
    """Memory has an end, and the next page is read as ever."""
    body = "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 1_500_000
    with pytest.raises(UnreadableError):
        readers.read(docx(body), name="big.docx")
    assert words(1)[0] in readers.read(page(), name="next").text


def test_a_child_that_is_killed_is_replaced(readers: Readers) -> None:
    """A crash is a reason, not an end."""
    readers.read(page(), name="warm")
    child = readers._idle.queue[0]
    assert child is not None
    os.kill(child._process.pid, signal.SIGKILL)
    child._process.wait()
    assert words(1)[0] in readers.read(page(), name="next").text


def test_children_write_no_files(readers: Readers) -> None:
    """The child's limits are set."""
    readers.read(page(), name="warm")
    child = readers._idle.queue[0]
    assert child is not None
    limits = Path(f"/proc/{child._process.pid}/limits").read_text(encoding="ascii")
    assert any(line.startswith("Max file size") and line.split()[3] == "0" for line in limits.splitlines())


def test_threads_share_children() -> None:
    """Two children serve eight threads; each gets its own answer."""
    with Readers(children=2) as readers, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: readers.read(page(f"Post {n}", seed=n), name=str(n)), range(16)))
    assert [document.title for document in found] == [f"Post {n}" for n in range(16)]


def test_files_come_in_their_order_and_a_bad_one_ends_nothing(tmp_path: Path) -> None:
    """What several children read is given as it was asked for; a reason stands in the place of what is no post."""
    paths = [tmp_path / f"{number}.html" for number in range(20)]
    for number, path in enumerate(paths):
        path.write_bytes(
            b"\x89PNG\r\n\x1a\n" if number == 7 else page(f"Post {number}", number=1 + 9 * (number % 3 == 0))
        )
    paths[11] = tmp_path / "absent.html"
    with Readers(children=2) as readers:
        found = list(read_files(paths, readers, children=2))
    titles = [one.title if isinstance(one, Document) else one.reason for one in found]
    expected = [f"Post {number}" for number in range(20)]
    expected[7], expected[11] = "no post but a picture", "no such file or directory"
    assert titles == expected


def test_only_work_counts_as_time() -> None:
    """A page whose child is not let to work for longer than a page may take is read as ever."""
    with Readers(seconds=1) as readers:
        readers.read(page(), name="warm")
        child = readers._idle.queue[0]
        assert child is not None
        number = child._process.pid
        os.kill(number, signal.SIGSTOP)
        waker = threading.Timer(1.5, os.kill, (number, signal.SIGCONT))
        waker.start()
        assert readers.read(page(), name="slow").warnings == ()
        waker.join()


def test_closing_ends_the_children() -> None:
    """Nothing is left running."""
    with Readers() as readers:
        readers.read(page(), name="a")
        child = readers._idle.queue[0]
        assert child is not None
    assert child._process.poll() is not None
