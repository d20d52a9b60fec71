"""Feeds and sitemaps, whole, broken and hostile."""

from __future__ import annotations

import gzip
from datetime import date

import pytest

from pipeline.ingest.feeds import NotAFeedError, read_feed
from pipeline.ingest.sitemaps import BadSitemapError, read_sitemap

BASE = "https://example.org/feed/"
TODAY = date(2026, 11, 22)


def rss(*items: str, head: str = "") -> bytes:
    """An RSS feed of the given items."""
    channel = f"<channel><title>Office</title>{''.join(items)}</channel>"
    return f'<?xml version="1.0"?>{head}<rss version="2.0">{channel}</rss>'.encode()


def item(number: int, **fields: str) -> str:
    """An item with a link and a guid."""
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<item><title>Post {number}</title><link>https://example.org/{number}</link><guid>g{number}</guid>{inner}</item>"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2016/6/29 15:07:41", date(2016, 6, 29)),
        ("Thu, 4 May 2017 19:40:17", date(2017, 5, 4)),
        ("Thu, 04 May 2017 23:40:17 -0900", date(2017, 5, 4)),
        ("2017-05-04T00:10:00+12:00", date(2017, 5, 4)),
        ("03/05/2022", None),
        ("Sat, 01 Jan 2050 00:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    ],
)
def test_days_of_entries_are_our_own_reading(written: str, day: date | None) -> None:
    """The library's own guesses (today's month for a missing one) are not taken."""
    entry = read_feed(rss(item(1, pubDate=written)), url=BASE, today=TODAY).entries[0]
    assert (entry.date, entry.date_line) == (day, written)


def test_atom_and_json_feeds() -> None:
    """The same fields from each."""
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Office</title><entry><id>urn:g1</id><title>Post 1</title>'
        '<link href="https://example.org/1"/><published>2019-03-02T10:00:00Z</published>'
        "<author><name>Ana Díaz</name></author><content type='html'>&lt;p&gt;Forty&lt;/p&gt;</content></entry></feed>"
    )
    jsonf = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "Office", "items": [{"id": "urn:g1", '
        '"title": "Post 1", "url": "https://example.org/1", "date_published": '
        '"2019-03-02T10:00:00Z", "authors": [{"name": "Ana Díaz"}], '
        '"content_html": "<p>Forty</p>"}]}'
    )
    for data in (atom, jsonf):
        feed = read_feed(data.encode(), url=BASE)
        entry = feed.entries[0]
        assert feed.title == "Office"
        assert (entry.id, entry.url, entry.title) == ("urn:g1", "https://example.org/1", "Post 1")
        assert (entry.authors, entry.date, entry.content) == (("Ana Díaz",), date(2019, 3, 2), "<p>Forty</p>")


def test_of_one_id_the_first_wins() -> None:
    """A feed that says an entry twice says it once."""
    twice = item(1) + item(1).replace("Post 1", "Post again")
    assert [entry.title for entry in read_feed(rss(twice), url=BASE).entries] == ["Post 1"]


def test_half_a_feed_gives_half_its_entries() -> None:
    """What parsed is kept, and the fault is said."""
    whole = rss(*(item(number) for number in range(20)))
    feed = read_feed(whole[: len(whole) // 2], url=BASE)
    assert 5 <= len(feed.entries) <= 11
    assert "broken" in feed.warnings[0]


def test_entities_are_refused_at_once() -> None:
    """A bomb is not expanded, a file is not read."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = rss(item(1), head=f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]>')
    file = rss(item(1, description="&x;"), head='<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
    for data in (bomb, file):
        with pytest.raises(NotAFeedError, match="entities"):
            read_feed(data, url=BASE)


@pytest.mark.parametrize(
    "data", [b"/etc/passwd", b"https://example.org/feed", b"", b"\x00\x01", b"{", b"[]", b'{"a": 1}', b"<a><b></a>"]
)
def test_what_is_no_feed_is_said(data: bytes) -> None:
    """A path or an address is not opened."""
    with pytest.raises(NotAFeedError):
        read_feed(data, url=BASE)


def test_a_page_names_its_feeds() -> None:
    """HTML in a feed's place is an error that helps."""
    link = b'<link rel=alternate type="application/rss+xml" href="/rss.xml">'
    html = b"<!doctype html><html><head>" + link + b"</head><body><p>Hi</body></html>"
    with pytest.raises(NotAFeedError) as caught:
        read_feed(html, url="https://example.org/blog")
    assert caught.value.feeds == ("https://example.org/rss.xml",)


def test_scripts_and_files_are_no_links() -> None:
    """Only http and https lead anywhere; a relative link is completed."""
    links = ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "/post"]
    rows = "".join(f"<item><title>t</title><link>{link}</link></item>" for link in links)
    assert [entry.url for entry in read_feed(rss(rows), url=BASE).entries] == ["https://example.org/post"]


def test_a_change_of_an_entry_is_seen() -> None:
    """Another text or update is another fingerprint; a field that stays away is none."""
    one, same, other = (
        read_feed(rss(item(1, description=text)), url=BASE).entries[0]
        for text in ("word " * 300, "word " * 300, "new " * 300)
    )
    assert one.fingerprint == same.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    "data",
    [
        rss("<item><title>half &#xD800; a sign</title><link>https://example.org/1</link></item>"),
        rss("<item><title>a</title><link>https://example.org/1</link></item><item><link>http://[</link></item>"),
        b'{"items": [{"url": "https://example.org/1"}, {"url": "http://["}, {"url": true}, {"id": null}, [], "x"]}',
    ],
    ids=["surrogate", "bad-link", "json"],
)
def test_an_odd_entry_costs_only_itself(data: bytes) -> None:
    """What mutation of feeds broke once is read now."""
    assert [entry.url for entry in read_feed(data, url=BASE).entries] == ["https://example.org/1"]


@pytest.mark.parametrize(
    "junk", [b"<urlstps://x>", b"<lottp:>", b"<a xmlns='http://a&#xD800;b'>", b"&#xD800;", b"<!---->", b"<?x y?>"]
)
def test_odd_names_in_sitemaps(junk: bytes) -> None:
    """Names that no parser should give are passed over, or the sitemap is refused; nothing crashes."""
    data = b"<urlset><url><loc>https://example.org/a</loc></url>" + junk + b"</urlset>"
    try:
        pages = read_sitemap(data, url=SITE).pages
    except BadSitemapError:
        return
    assert pages == (("https://example.org/a", None),)


SITE = "https://example.org/sitemap.xml"


def test_sitemaps_keep_to_their_site() -> None:
    """Addresses of others, and what is no web address, are left out."""
    data = (
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://www.example.org/a</loc>"
        b"<lastmod>2026-01-01</lastmod></url><url><loc>https://other.org/b</loc></url>"
        b"<url><loc>javascript:alert(1)</loc></url></urlset>"
    )
    found = read_sitemap(data, url=SITE)
    assert found.pages == (("https://www.example.org/a", "2026-01-01"),)
    assert "1 addresses of other sites" in found.warnings[0]
    assert read_sitemap(gzip.compress(data), url=SITE).pages == found.pages


def test_indexes_and_plain_lists() -> None:
    """An index names further sitemaps; a list of lines is one too."""
    index = b"<sitemapindex><sitemap><loc>https://example.org/s1.xml</loc></sitemap></sitemapindex>"
    assert read_sitemap(index, url=SITE).sitemaps == ("https://example.org/s1.xml",)
    assert read_sitemap(b"https://example.org/a\nnot one\n", url=SITE).pages == (("https://example.org/a", None),)


def test_at_most_fifty_thousand_addresses() -> None:
    """The rest is left out and said."""
    rows = b"".join(b"<url><loc>https://example.org/%d</loc></url>" % n for n in range(50_100))
    found = read_sitemap(b"<urlset>" + rows + b"</urlset>", url=SITE)
    assert len(found.pages) == 50_000
    assert "first 50000" in found.warnings[0]


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://example.org/&e;</loc></url></urlset>',
        gzip.compress(b"\0" * 60_000_000),
        b"\x1f\x8bnot gzip",
        b"<!doctype html><p>Not found",
        b"<other/>",
    ],
    ids=["dtd", "bomb", "damaged", "html", "other"],
)
def test_bad_sitemaps_are_refused(data: bytes) -> None:
    """No DTD, no bomb, no page of HTML."""
    with pytest.raises(BadSitemapError):
        read_sitemap(data, url=SITE)
