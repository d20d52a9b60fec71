"""The list of sources: read, added to and changed without losing a word of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.ingest import Source, SourceError, State, add_source, is_due, load_sources, pause_source, source_for
from pipeline.ingest.corpus import Seen
from pipeline.ingest.states import after_failure, after_success

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FILE = """# Our sources
[[source]]
name = "office"   # the office's blog
url = "https://example.org/feed/"
every = "12h"
country = "Australia"

[[source]]
name = "files"
kind = "folder"
path = "incoming"
paused = true
"""


def test_sources_are_read_in_order(tmp_path: Path) -> None:
    """Kind and interval have defaults; a country may be a name."""
    file = tmp_path / "sources.toml"
    file.write_text(FILE, encoding="utf-8")
    office, files = load_sources(file)
    assert (office.kind, office.every, office.country) == ("feed", timedelta(hours=12), "AU")
    assert (files.kind, files.url, files.paused) == ("folder", "incoming", True)
    assert load_sources(tmp_path / "none.toml") == ()


def test_adding_keeps_what_is_there(tmp_path: Path) -> None:
    """The new source stands at the end; nothing above it changes."""
    file = tmp_path / "corpus" / "sources.toml"
    source = Source(
        name="new",
        kind="sitemap",
        url="https://b.org/sitemap.xml",
        match='^/blog/"x"',
        every=timedelta(days=7),
        publisher='O\'Neil "B"',
    )
    assert add_source(file, source) == source
    file.write_text(FILE, encoding="utf-8")
    add_source(file, source)
    assert file.read_text(encoding="utf-8").startswith(FILE)
    assert load_sources(file)[2] == source


def test_a_source_is_added_once(tmp_path: Path) -> None:
    """Neither a name nor an address comes twice."""
    file = tmp_path / "sources.toml"
    file.write_text(FILE, encoding="utf-8")
    with pytest.raises(SourceError, match="has this name already"):
        add_source(file, Source(name="office", kind="page", url="https://b.org/"))
    with pytest.raises(SourceError, match="named office"):
        add_source(file, Source(name="other", kind="feed", url="https://example.org/feed/"))
    assert file.read_text(encoding="utf-8") == FILE


def test_pausing_changes_one_line(tmp_path: Path) -> None:
    """A source is paused and goes on; comments stay."""
    file = tmp_path / "sources.toml"
    file.write_text(FILE, encoding="utf-8")
    assert pause_source(file, "office").paused
    assert "# the office's blog" in file.read_text(encoding="utf-8")
    assert [source.paused for source in load_sources(file)] == [True, True]
    assert not pause_source(file, "office", paused=False).paused
    assert file.read_text(encoding="utf-8") == FILE
    assert not pause_source(file, "files", paused=False).paused
    with pytest.raises(SourceError, match="no source has this name"):
        pause_source(file, "none")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[source]\n", "TOML"),
        ("source = 3\n", r"\[\[source\]\]"),
        ('[[source]]\nurl = "https://a.org"\n', "needs a name"),
        ('[[source]]\nname = "A b"\nurl = "https://a.org"\n', "needs a name"),
        ('[[source]]\nname = "a"\n', "needs a url"),
        ('[[source]]\nname = "a"\nurl = "file:///etc/passwd"\n', "needs a url"),
        ('[[source]]\nname = "a"\nkind = "folder"\n', "needs a path"),
        ('[[source]]\nname = "a"\nkind = "x"\nurl = "https://a.org"\n', "kind is one of"),
        ('[[source]]\nname = "a"\nurl = "https://a.org"\nevery = "often"\n', "every is a time"),
        ('[[source]]\nname = "a"\nurl = "https://a.org"\nevery = "0h"\n', "every is a time"),
        ('[[source]]\nname = "a"\nurl = "https://a.org"\nmatch = "("\n', "match is no pattern"),
        ('[[source]]\nname = "a"\nurl = "https://a.org"\nlimit = "x"\n', "limit is a number"),
        ('[[source]]\nname = "a"\nurl = "https://a.org"\ncountry = "Atlantis"\n', "country"),
        ('[[source]]\nname = "a"\nurl = "https://a.org"\nintervall = "1d"\n', "no field intervall"),
        ('[[source]]\nname = "a"\nurl = "https://a.org"\n' * 2, "two sources"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, reason: str) -> None:
    """Each mistake says which source and what to do."""
    file = tmp_path / "sources.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=reason):
        load_sources(file)


@pytest.mark.parametrize(
    ("url", "kind", "name"),
    [
        ("https://www.example.org/blog/feed/", "feed", "example-org-blog"),
        ("https://example.org/feed.xml", "feed", "example-org"),
        ("https://gds.blog.gov.uk/feed/", "feed", "gds-blog-gov-uk"),
        ("incoming/posts.warc.gz", "warc", "posts-warc"),
        ("--help", "folder", "help"),
    ],
)
def test_names_are_made_from_addresses(url: str, kind: str, name: str) -> None:
    """A source that is given by its address alone has a name, and another if that is taken."""
    assert source_for(url, kind=kind).name == name
    assert source_for(url, kind=kind, taken={name}).name == f"{name}-2"


def test_states_survive_storing() -> None:
    """All that is remembered comes back from JSON, and what another version wrote is passed over."""
    state = State(
        etag='"1"', visited=NOW, due=NOW, failures=2, problem="x", entries={"k": "f"}, tries={"k": 1},
        files={"a.md": Seen(mtime_ns=1, size=2, digest="d")},
    )  # fmt: skip
    assert State.from_json(state.to_json() | {"later": 1}) == state
    assert State.from_json({}) == State()


def test_due_times() -> None:
    """Later after each failure, a month at most; a clock that jumped does not stop a source for ever."""
    source = Source(name="a", kind="feed", url="https://a.org", every=timedelta(hours=12))
    state = after_success(source, State(failures=3, problem="x"), NOW, etag='"1"')
    assert (state.failures, state.problem, state.etag) == (0, None, '"1"')
    assert state.due is not None
    assert timedelta(hours=12) <= state.due - NOW <= timedelta(hours=13.3)
    assert not is_due(source, state, NOW)
    assert is_due(source, state, NOW + timedelta(hours=14))
    waits = []
    failing = State()
    for _ in range(12):
        failing = after_failure(source, failing, NOW, "no answer")
        assert failing.due is not None
        waits.append(failing.due - NOW)
    assert waits[0] < waits[1] < waits[2]
    assert waits[-1] <= timedelta(days=31, hours=2)
    assert failing.failures == 12
    assert is_due(source, State(due=NOW + timedelta(days=4_000)), NOW)
    assert not is_due(Source(name="a", kind="feed", url="https://a.org", paused=True), State(), NOW)
    other = Source(name="b", kind="feed", url="https://a.org", every=timedelta(hours=12))
    assert after_success(other, State(), NOW).due != state.due
