"""Hostile and awkward input: a table says which test holds each row, and the rows without one elsewhere are here."""

from __future__ import annotations

import ast
import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from servers.site import HOST, Answer, Site, page, words

from pipeline.ingest import Fetcher, FetchError, State, UnreadableError, fetch_document, read_bytes, source_for, visit
from pipeline.ingest.children import Readers
from pipeline.ingest.documents import post_of

HERE = Path(__file__).parent
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = list(csv.DictReader((HERE / "cases" / "hostile_input.tsv").open(encoding="utf-8"), delimiter="\t"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['row']} {row['what'][:40]}")
def test_each_row_is_held_by_a_test(row: dict[str, str]) -> None:
    """The tests that the table names are there."""
    for name in row["tests"].split():
        file, _, test = name.partition("::")
        tree = ast.parse((HERE / f"test_{file}.py").read_text(encoding="utf-8"))
        assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, name


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on loopback."""
    with Site() as site:
        yield site


@pytest.fixture
def fetcher() -> Fetcher:
    """A fetcher that may go to the test's site, and does not wait."""
    return Fetcher(allow=frozenset({HOST}), pause=0.0, attempts=1)


def test_a_page_that_leads_to_the_home_page_is_no_post(site: Site, fetcher: Fetcher) -> None:
    """A page that is no more often redirects there; its text is not the post's."""
    site.pages["/posts/7"] = Answer(status=302, headers={"Location": "/"})
    site.pages["/"] = Answer(body=page("Welcome", number=9))
    with pytest.raises(UnreadableError, match="home page"):
        fetch_document(site.url("/posts/7"), fetcher)


@pytest.mark.parametrize("encoding", ["zstd", "x-unknown", "identity"])
def test_an_encoding_that_nobody_asked_for_is_no_page(site: Site, fetcher: Fetcher, encoding: str) -> None:
    """What can't be unpacked is an error or unreadable, and never text."""
    body = b"\x28\xb5\x2f\xfd" + bytes(range(256)) * 8
    site.pages["/a"] = Answer(body=body, headers={"Content-Encoding": encoding, "Content-Type": "text/html"})
    with pytest.raises((FetchError, UnreadableError)):
        fetch_document(site.url("/a"), fetcher)


@pytest.mark.parametrize(
    ("body", "said", "kind"),
    [
        (page(number=5), "application/pdf", "html"),
        (page(number=5), "image/png", "html"),
        ("\n\n".join(words(5)).encode(), "application/octet-stream", "text"),
        (gzip.compress(page(number=5)), "text/html", None),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "text/html", None),
    ],
)
def test_types_that_lie(site: Site, fetcher: Fetcher, body: bytes, said: str, kind: str | None) -> None:
    """What a page is, its bytes say; what its server says of it is a hint at most."""
    site.pages["/a"] = Answer(body=body, headers={"Content-Type": said})
    if kind is None:
        with pytest.raises(UnreadableError, match="no post but"):
            fetch_document(site.url("/a"), fetcher)
    else:
        assert fetch_document(site.url("/a"), fetcher).document.kind == kind


def test_an_entry_whose_id_changes_is_the_same_page(site: Site, fetcher: Fetcher) -> None:
    """A feed that writes its ids in a new way brings nothing anew: the page is known by its address."""
    feed = "<rss version='2.0'><channel><item><guid>{}</guid><title>A</title><link>{}</link></item></channel></rss>"
    source = source_for(site.url("/feed"), kind="feed")
    site.pages["/p"] = site.pages["/p?utm_source=rss"] = Answer(body=page(number=5))
    site.pages["/feed"] = Answer(body=feed.format("one", site.url("/p")).encode())
    first = visit(source, State(), fetcher, NOW)
    site.pages["/feed"] = Answer(body=feed.format("https://example.org/?p=1", site.url("/p?utm_source=rss")).encode())
    second = visit(source, first.state, fetcher, NOW)
    assert (len(first.arrivals), len(second.arrivals)) == (1, 1)
    assert post_of(first.arrivals[0].document).id == post_of(second.arrivals[0].document).id
    third = visit(source, second.state, fetcher, NOW)
    assert third.arrivals == ()


def test_a_guess_is_no_day_of_a_post() -> None:
    """A day that a page does not state is kept as a guess for a person, and no figure is dated by it."""
    body = page(number=5).replace(b"<h1>", b"<div class=date>12 March 2019</div><h1>")
    document = read_bytes(body, name="a")
    assert (document.date, document.sources["date"]) == (date(2019, 3, 12), "guess")
    post = post_of(document)
    assert (post.date, post.sources["date"]) == (None, "guess: 2019-03-12")


def test_a_text_without_spaces_has_words(site: Site, fetcher: Fetcher) -> None:
    """A Chinese page is no empty one, though it has few spaces."""
    text = "".join(
        f"<p>该市去年共开通了{n}项在线服务，培训了{n * 3}名工作人员，市民的满意度有了明显的提高。</p>"
        for n in range(20, 32)
    )
    body = (
        f"<html><head><meta charset=utf-8><title>年度报告</title></head><body><article>{text}</article></body></html>"
    )
    site.pages["/a"] = Answer(body=body.encode())
    assert fetch_document(site.url("/a"), fetcher).document.words > 200


@pytest.mark.parametrize(
    "text",
    ["1" * 1_000_000, "1," * 200_000, "(" * 200_000, "a" * 5_000_000, "\u0301" * 300_000, "1 000 " * 200_000],
    ids=["digits", "commas", "brackets", "one line", "accents", "groups"],
)
def test_texts_made_to_cost_time(text: str) -> None:
    """Read in a child within its limits, or refused with a reason; the next document goes on."""
    with Readers(seconds=30) as readers:
        try:
            readers.read(f"<html><body><article><p>{text}</p></article></body></html>".encode(), name="a")
        except UnreadableError as error:
            assert error.reason  # noqa: PT017
        assert readers.read(page(number=5), name="b").words > 100


def test_an_empty_or_wrong_answer_is_no_feed(site: Site, fetcher: Fetcher) -> None:
    """A feed that is empty, a login page or cut in its first line fails with a reason, and keeps the state's posts."""
    source = source_for(site.url("/feed"), kind="feed")
    known = State(entries={"https://example.org/a": "x"})
    for body in (b"", b"<html><body>Please sign in</body></html>", b"<?xml version='1.0'?><rs", b"{"):
        site.pages["/feed"] = Answer(body=body)
        done = visit(source, known, fetcher, NOW)
        assert done.problems
        assert done.state.entries == known.entries
        assert done.state.failures == 1
