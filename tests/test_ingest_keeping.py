"""What arrives is kept whole: its bytes, its revisions and where it came from; and a person's own file is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers.site import HOST, Answer, Site, page

from pipeline import steps
from pipeline.ingest import Fetcher, add_source, source_for
from pipeline.intake.visiting import LISTING, Visited, visit_due
from pipeline.ledger.corpus.originals import original_of
from pipeline.settings import Settings

BOX = (
    "<div class=fact><span>97%</span><span>of all</span></div>"
    "<p>The end of it all was near by then, and those who had come went home over the bridge.</p>"
)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on loopback."""
    with Site() as site:
        yield site


@pytest.fixture
def settings(tmp_path: Path, site: Site) -> Settings:
    """A corpus with one source, a page of the site."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    add_source(corpus / LISTING, source_for(site.url("/a"), kind="page", name="a"))
    site.pages["/a"] = Answer(body=page(number=5))
    return Settings.load(corpus=corpus, outputs=tmp_path / "outputs")


def visit(settings: Settings, day: int = 0) -> Visited:
    """One visit on a day, and the reading of what it brought."""
    fetcher = Fetcher(allow=frozenset({HOST}), pause=0.0, attempts=1)
    with steps.open_ledger(settings) as ledger:
        (done,) = visit_due(settings, ledger, now=NOW + timedelta(days=2 * day), fetcher=fetcher)
    return done


def read(settings: Settings) -> steps.PostsRead:
    """A reading of the corpus."""
    return steps.read_posts(settings, visit=False)


def the_file(settings: Settings) -> Path:
    """The one post's file."""
    (path,) = settings.corpus.glob("*.md")
    return path


def revisions(settings: Settings) -> list[tuple[str, str]]:
    """Reason and reader of each revision, in the order in which they came."""
    from sqlalchemy import select

    from pipeline.ledger import schema

    table = schema.revisions.c
    with steps.open_ledger(settings) as ledger, ledger.reading() as connection:
        rows = connection.execute(select(table.reason, table.reader).order_by(table.seen, table.reason.desc()))
        return [(row.reason, row.reader.split()[0]) for row in rows]


def test_the_raw_page_is_what_a_post_was_read_from(settings: Settings, site: Site) -> None:
    """The ledger gives the bytes of the page, not those of the corpus file; the reader is the page's."""
    visit(settings)
    assert read(settings).posts == {"new": 1}
    with steps.open_ledger(settings) as ledger:
        (post,) = ledger.posts()
        assert ledger.raw(post.id) == page(number=5)
    assert revisions(settings) == [("new", "page")]
    assert visit(settings, 1).arrived == ()
    assert read(settings).posts == {"unchanged": 1}


def test_an_edited_page_is_a_revision_and_an_edited_file_too(settings: Settings, site: Site) -> None:
    """An author's edit and a person's edit are both kept; what was edited by hand is never written over."""
    visit(settings)
    read(settings)
    site.pages["/a"] = Answer(body=page(number=6))
    visit(settings, 1)
    assert read(settings).posts == {"changed": 1}
    mine = the_file(settings).read_text("utf-8").replace("delegates", "guests")
    the_file(settings).write_text(mine, "utf-8")
    assert read(settings).posts == {"changed": 1}
    assert revisions(settings) == [("new", "page"), ("edited", "page"), ("edited", "markdown")]
    site.pages["/a"] = Answer(body=page(number=7))
    done = visit(settings, 2)
    assert "edited by hand" in " ".join(done.warnings)
    assert the_file(settings).read_text("utf-8") == mine


def test_details_that_a_person_corrected_stay(settings: Settings, site: Site) -> None:
    """A title in the front matter that was put right by hand is not put wrong again by the next visit."""
    visit(settings)
    read(settings)
    mine = the_file(settings).read_text("utf-8").replace("title: Forty teams met", "title: Forty-one teams met")
    the_file(settings).write_text(mine, "utf-8")
    read(settings)
    site.pages["/a"] = Answer(body=page(number=6))
    visit(settings, 1)
    read(settings)
    with steps.open_ledger(settings) as ledger:
        assert [post.title for post in ledger.posts()] == ["Forty-one teams met"]


def test_a_better_reader_is_no_edit(settings: Settings, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stored bytes are read anew after an upgrade, and the revision is called what it is; once is enough."""
    the_page = page(
        number=5,
        extra=BOX,
    )
    site.pages["/a"] = Answer(body=the_page)
    monkeypatch.setattr("pipeline.ingest.articles._settle", lambda tree, host: None)
    monkeypatch.setattr("pipeline.ingest.pages.extractor", lambda: "page 1, trafilatura 0")
    monkeypatch.setattr("pipeline.intake.visiting.Readers", _Here)
    visit(settings)
    read(settings)
    upgrade(monkeypatch)
    before = the_file(settings).read_bytes()
    asked = len(site.asked)
    done = read(settings)
    assert done.posts == {"changed": 1}
    (row,) = (reason for outcome, reason in done.rows.values() if outcome == "changed")
    assert "the post itself did not change" in row
    assert the_file(settings).read_bytes() != before
    assert len(site.asked) == asked, "nothing is fetched for it"
    assert sorted(revisions(settings)) == [("new", "page"), ("re-extracted", "page")]
    assert read(settings).posts == {"unchanged": 1}


def upgrade(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go back to today's readers."""
    from pipeline.ingest import readers

    monkeypatch.undo()
    readers._current.cache_clear()


class _Here:
    """Readers that read in this process, so that a test can give them another version."""

    def __init__(self, **_: object) -> None:
        from pipeline.ingest.arrivals import InProcess

        self.read, self.read_feed, self.read_sitemap = InProcess.read, InProcess.read_feed, InProcess.read_sitemap
        self.read_medium = InProcess.read_medium

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_a_file_of_an_older_reader_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that lies in the corpus itself is read anew after an upgrade, though it did not change."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.html").write_bytes(
        page(
            number=4,
            extra=BOX,
        )
    )
    settings = Settings.load(corpus=corpus)
    monkeypatch.setattr("pipeline.ingest.articles._settle", lambda tree, host: None)
    monkeypatch.setattr("pipeline.ingest.pages.extractor", lambda: "page 1, trafilatura 0")
    monkeypatch.setattr("pipeline.ingest.Readers", _Here)
    assert read(settings).posts == {"new": 1}
    upgrade(monkeypatch)
    assert read(settings).posts == {"changed": 1}
    assert sorted(revisions(settings)) == [("new", "page"), ("re-extracted", "page")]
    assert read(settings).posts == {"unchanged": 1}


def test_an_upgrade_leaves_files_that_were_edited_by_hand(
    settings: Settings, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a person wrote is not replaced by what a better reader finds."""
    monkeypatch.setattr("pipeline.ingest.pages.extractor", lambda: "page 1, trafilatura 0")
    monkeypatch.setattr("pipeline.intake.visiting.Readers", _Here)
    visit(settings)
    read(settings)
    upgrade(monkeypatch)
    mine = the_file(settings).read_text("utf-8") + "\nAnd one more thing.\n"
    the_file(settings).write_text(mine, "utf-8")
    assert read(settings).posts == {"changed": 1}
    assert the_file(settings).read_text("utf-8") == mine
    assert read(settings).posts == {"unchanged": 1}


def test_a_page_that_changes_at_each_visit_is_kept_a_few_times(settings: Settings, site: Site) -> None:
    """A counter or a clock makes no endless revisions; an edit elsewhere still comes through."""
    body = page(number=5).decode()
    for day in range(12):
        counted = (
            f"<p>This page was read {1000 + 17 * day} times by people from near and far, up to this day.</p></article>"
        )
        site.pages["/a"] = Answer(body=body.replace("</article>", counted).encode())
        done = visit(settings, day)
        read(settings)
    assert len(revisions(settings)) <= 5
    assert "the same paragraphs change at each visit" in " ".join(done.warnings)
    edited = body.replace("delegates", "guests").replace("</article>", counted)
    site.pages["/a"] = Answer(body=edited.encode())
    visit(settings, 12)
    assert read(settings).posts == {"changed": 1}


def test_bytes_that_change_while_the_words_do_not_are_not_kept_again(settings: Settings, site: Site) -> None:
    """A token in the page's head makes neither revisions nor stored copies."""
    from sqlalchemy import func, select

    from pipeline.ledger import schema

    for day in range(4):
        site.pages["/a"] = Answer(body=page(number=5, head=f"<meta name=token content=x{day}>"))
        visit(settings, day)
        read(settings)
    with steps.open_ledger(settings) as ledger, ledger.reading() as connection:
        assert connection.execute(select(func.count()).select_from(schema.blobs)).scalar_one() == 1
    assert len(revisions(settings)) == 1


def test_half_a_page_is_held_until_it_is_seen_twice(settings: Settings, site: Site) -> None:
    """A good revision is not replaced by one that lost most of its words, unless the page says so again."""
    visit(settings)
    read(settings)
    site.pages["/a"] = Answer(body=page(number=2))
    done = visit(settings, 1)
    assert "words are left" in " ".join(done.warnings)
    assert read(settings).posts == {"unchanged": 1}
    site.pages["/a"] = Answer(body=page(number=2, head="<meta name=x content=y>"))
    visit(settings, 2)
    assert read(settings).posts == {"changed": 1}


def test_a_page_that_moved_is_the_same_post(settings: Settings, site: Site) -> None:
    """A permanent redirect leads to the post that was known before, under its old id, in its old file."""
    visit(settings)
    read(settings)
    with steps.open_ledger(settings) as ledger:
        (before,) = (post.id for post in ledger.posts())
    site.pages["/a"] = Answer(status=301, headers={"Location": "/b"})
    site.pages["/b"] = Answer(body=page(number=6))
    for day in (1, 2, 3):
        done = visit(settings, day)
        read(settings)
    assert f"leads to {site.url('/b')} for good" in " ".join(done.warnings)
    with steps.open_ledger(settings) as ledger:
        assert [post.id for post in ledger.posts()] == [before]
    asked = len(site.paths())
    visit(settings, 4)
    assert site.paths()[asked:] == ["/b"], "the new address is asked from now on"


def test_a_new_address_that_fails_is_given_up(settings: Settings, site: Site) -> None:
    """If a move turns out wrong, the address in the list is asked again."""
    site.pages["/a"] = Answer(status=308, headers={"Location": "/b"})
    site.pages["/b"] = Answer(body=page(number=6))
    for day in (0, 1, 2):
        visit(settings, day)
    site.pages["/a"], site.pages["/b"] = Answer(body=page(number=6)), Answer(status=500)
    for day in (10, 30, 60):
        visit(settings, day)
    visit(settings, 120)
    assert site.paths()[-1] == "/a"


def test_a_post_whose_page_is_gone_stays(settings: Settings, site: Site) -> None:
    """Three visits without the page are said; nothing that was read is lost."""
    visit(settings)
    read(settings)
    del site.pages["/a"]
    for day in (2, 8, 30):
        done = visit(settings, day)
    assert "what was read of 1 of them stays" in " ".join(done.warnings)
    assert read(settings).posts == {"unchanged": 1}
    with steps.open_ledger(settings) as ledger:
        (post,) = ledger.posts()
        found = original_of(ledger, post.id)
        assert found is not None
        assert found.gone


def test_a_post_that_is_in_the_corpus_already_is_not_written_again(settings: Settings, site: Site) -> None:
    """A file that a person wrote for the same address counts; the visit says so and writes no second one."""
    mine = f"---\ntitle: Mine\nurl: {site.url('/a')}\n---\n\nMy own words on it.\n"
    (settings.corpus / "mine.md").write_text(mine, "utf-8")
    read(settings)
    done = visit(settings)
    assert "mine.md holds this post" in " ".join(done.warnings)
    assert [path.name for path in settings.corpus.glob("*.md")] == ["mine.md"]
    assert (settings.corpus / "mine.md").read_text("utf-8") == mine


def test_what_a_feed_has_is_kept_beside_the_page(settings: Settings, site: Site) -> None:
    """The page's words are the post's; the feed's own text can be asked for, and leads to the same post."""
    from test_cli import convening

    told = "<p>" + "The feed tells it in 4,711 words of its own, and not as the page does. " * 20 + "</p>"
    item = f"<item><title>A</title><link>{site.url('/a')}</link><description><![CDATA[{told}]]></description></item>"
    site.pages["/feed"] = Answer(body=f"<rss version='2.0'><channel>{item}</channel></rss>".encode())
    add_source(settings.corpus / LISTING, source_for(site.url("/feed"), kind="feed", name="f"))
    fetcher = Fetcher(allow=frozenset({HOST}), pause=0.0, attempts=1)
    with steps.open_ledger(settings) as ledger:
        visit_due(settings, ledger, now=NOW, fetcher=fetcher)
    assert read(settings).posts == {"new": 1}
    assert "4,711" not in the_file(settings).read_text("utf-8")
    code, out, _ = convening("original", the_file(settings).name, "--feed", "--corpus", str(settings.corpus))
    assert code == 0
    assert "4,711 words" in out


def test_the_review_says_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that a reviewer adds is asked for with the same contact as those of sources."""
    from pipeline import ingest
    from pipeline.review.add_pages import understood

    asked: list[str] = []

    def fetch(url: str, fetcher: Fetcher, **_: object) -> str:
        asked.append(fetcher.agent)
        return url

    monkeypatch.setattr(ingest, "fetch_document", fetch)
    understood({"url": "https://example.org/a"}, b"", "", contact="https://office.example/")
    assert asked[0].startswith("convening-ledger/")
    assert asked[0].endswith("(+https://office.example/)")
