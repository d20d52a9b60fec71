"""Syndicated copies: linked to the earliest, counted once, found step by step; what a person rules stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from servers.site import words

from pipeline import steps
from pipeline.ledger.corpus.copies import UnknownPostError, listed, rule, unsketched
from pipeline.ledger.decisions.undoing import undo
from pipeline.settings import Settings
from pipeline.steps.copies import link_copies


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A corpus with a post and, a year later, its copy on another site; and a post of its own."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    write(corpus, "b-first", "2020-01-01", words(4, seed=1))
    write(corpus, "a-copy", "2021-01-01", ["This was first published elsewhere.", *words(4, seed=1)])
    write(corpus, "other", "2020-01-01", words(4, seed=2))
    return Settings.load(corpus=corpus, outputs=tmp_path / "outputs")


def write(corpus: Path, name: str, day: str | None, text: list[str], more: str = "") -> None:
    """A file of the corpus."""
    date = f"date: {day}\n" if day else ""
    body = "\n\n".join(text)
    (corpus / f"{name}.md").write_text(
        f"---\nid: {name}\nurl: https://{name}.example.org/x\n{date}{more}---\n\n{body}\n", "utf-8"
    )


def repeats(settings: Settings) -> dict[str, str]:
    """Which post repeats which."""
    with steps.open_ledger(settings) as ledger:
        return {row["id"]: row["duplicate_of"] for row in ledger.post_rows() if row["duplicate_of"]}


def read(settings: Settings) -> steps.PostsRead:
    """A reading of the corpus."""
    return steps.read_posts(settings, visit=False)


def test_a_copy_is_linked_to_the_earliest(settings: Settings) -> None:
    """By its day, whatever its name; the report says so once."""
    done = read(settings)
    assert repeats(settings) == {"a-copy": "b-first"}
    assert [reason for outcome, reason in done.rows.values() if outcome == "copy"] == [
        "repeats b-first.md, whose figures count once"
    ]
    assert not [1 for outcome, _ in read(settings).rows.values() if outcome == "copy"]


def test_of_equal_days_the_first_path_counts(settings: Settings) -> None:
    """A day that is only a guess counts as none."""
    write(settings.corpus, "b-first", "2021-01-01", words(4, seed=1))
    read(settings)
    assert repeats(settings) == {"b-first": "a-copy"}
    write(settings.corpus, "b-first", "2001-01-01", words(4, seed=1), "stated:\n  date: guess\n")
    read(settings)
    assert repeats(settings) == {"b-first": "a-copy"}


def test_one_new_post_is_compared_with_what_shares_its_words_only(settings: Settings) -> None:
    """The older posts are not looked at again, and a third copy is linked to the same first post."""
    read(settings)
    with steps.open_ledger(settings) as ledger:
        assert unsketched(ledger) == []
    write(settings.corpus, "third", "2022-01-01", words(4, seed=1))
    read(settings)
    assert repeats(settings) == {"a-copy": "b-first", "third": "b-first"}


def test_what_counts_follows_what_is_there(settings: Settings) -> None:
    """If the first one goes, its copy counts; if it comes back, or is edited into another text, that shows."""
    read(settings)
    text = (settings.corpus / "b-first.md").read_bytes()
    (settings.corpus / "b-first.md").unlink()
    read(settings)
    assert repeats(settings) == {}
    (settings.corpus / "b-first.md").write_bytes(text)
    read(settings)
    assert repeats(settings) == {"a-copy": "b-first"}
    write(settings.corpus, "a-copy", "2021-01-01", words(4, seed=3))
    read(settings)
    assert repeats(settings) == {}


def test_a_persons_ruling_stays(settings: Settings) -> None:
    """Through later readings and edits, until the next ruling."""
    read(settings)
    with steps.open_ledger(settings) as ledger:
        rule(ledger, "a-copy", None, reviewer="ada", act="one-ruling")
        assert link_copies(ledger) == {"a-copy": None}
        undo(ledger, act="undo-ruling", reviewer="ada")
        assert link_copies(ledger) == {"a-copy": "b-first"}
        undo(ledger, act="redo-ruling", reviewer="ada", redo=True)
        assert link_copies(ledger) == {"a-copy": None}
    write(settings.corpus, "a-copy", "2021-01-01", ["Another first line of it.", *words(4, seed=1)])
    read(settings)
    assert repeats(settings) == {}
    with steps.open_ledger(settings) as ledger:
        rule(ledger, "other", "b-first", reviewer="ada", act="two-ruling")
        rule(ledger, "a-copy", "b-first", reviewer="ada", act="three-ruling")
        link_copies(ledger)
        assert [(row["post"], row["said_by"]) for row in listed(ledger)] == [
            ("a-copy", "a person"),
            ("other", "a person"),
        ]
        with pytest.raises(UnknownPostError, match="no post in the ledger"):
            rule(ledger, "nobody", None, reviewer="ada", act="four-ruling")


def test_a_run_that_is_killed_between_sketch_and_link_looks_again(settings: Settings) -> None:
    """A post counts as looked at only when its pairs are kept."""
    from unittest.mock import patch

    with (
        patch("pipeline.ledger.corpus.copies.keep_pairs", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        read(settings)
    with steps.open_ledger(settings) as ledger:
        assert len(unsketched(ledger)) == 3
    read(settings)
    assert repeats(settings) == {"a-copy": "b-first"}


def test_boilerplate_of_a_site_makes_no_copies(tmp_path: Path) -> None:
    """Two hundred posts with the same long foot and texts of their own are no copies, and cost no more than others."""
    corpus = tmp_path / "many"
    corpus.mkdir()
    foot = words(1, seed=99)
    for number in range(200):
        write(corpus, f"post-{number:03}", None, [*words(3, seed=number * 1000), *foot])
    settings = Settings.load(corpus=corpus)
    read(settings)
    assert repeats(settings) == {}
