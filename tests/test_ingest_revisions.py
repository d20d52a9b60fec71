"""Revisions: an author's edit is told from our own new reading, and what did not change is carried over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers.site import words

from pipeline.ingest import Change, Document, Stored, carry_over, decide_revision
from pipeline.records import digest, passages_of

TEXT = "\n\n".join(words(4))
STORED = Stored(text=TEXT, extractor="page 1", raw="r1")


def read(text: str, *, extractor: str = "page 1", raw: str = "r2") -> Document:
    """A reading of a page."""
    return Document(text=text, name="-", kind="html", extractor=extractor, raw=raw)


def test_first_readings_are_new() -> None:
    """Nothing stored, nothing to compare."""
    assert decide_revision(None, read(TEXT)).change is Change.NEW


def test_white_space_is_no_edit() -> None:
    """The stored text, and every offset into it, stays."""
    ruling = decide_revision(STORED, read(TEXT.replace("\n\n", "\n \n") + " "))
    assert ruling.change is Change.SAME
    assert not ruling.stores


def test_edits_are_edits() -> None:
    """Another word under the same extractor is a new revision."""
    ruling = decide_revision(STORED, read(TEXT.replace("£2", "£3")))
    assert ruling.change is Change.EDITED
    assert ruling.stores


def test_an_upgrade_is_never_an_edit() -> None:
    """The same bytes, or bytes whose old version reads the same today, were re-extracted and not edited."""
    new = read(TEXT + "\n\nMore.", extractor="page 2", raw="r1")
    assert decide_revision(STORED, new).change is Change.RE_EXTRACTED
    moved = replace(new, raw="r2")
    again = read(TEXT + "\n\nMore.", extractor="page 2", raw="r1")
    assert decide_revision(STORED, moved, again=again).change is Change.RE_EXTRACTED
    assert decide_revision(STORED, replace(moved, text=TEXT + "\n\nOther."), again=again).change is Change.EDITED


def test_a_text_that_lost_most_is_held_until_it_is_seen_twice() -> None:
    """A wall in the page's place does not overwrite a good revision at once."""
    short = read(words(1)[0])
    first = decide_revision(STORED, short)
    assert first.change is Change.HELD
    assert not first.stores
    second = decide_revision(replace(STORED, held=first.held), short)
    assert second.change is Change.EDITED
    other = decide_revision(replace(STORED, held=first.held), read("Something else."))
    assert other.change is Change.HELD


def test_going_back_is_said() -> None:
    """A, B, A: the third links to the first."""
    stored = replace(STORED, text=TEXT + " New.", earlier=(digest(TEXT),))
    ruling = decide_revision(stored, read(TEXT))
    assert (ruling.change, ruling.reverts_to) == (Change.REVERTED, digest(TEXT))


PARAGRAPHS = st.lists(st.sampled_from(["one", "two 2", "three\nlines", "four", ""]), max_size=12).map("\n\n".join)


@given(PARAGRAPHS, PARAGRAPHS)
def test_what_is_carried_over_is_the_same(old: str, new: str) -> None:
    """Each paragraph is carried or changed; carried ones have their words at their shifted place."""
    found = carry_over(old, new)
    before, after = list(passages_of(old)), list(passages_of(new))
    assert sorted([*found.same, *found.changed]) == list(range(len(after)))
    assert sorted([*found.same.values(), *found.lost]) == list(range(len(before)))
    assert list(found.same.values()) == sorted(found.same.values())
    for index, origin in found.same.items():
        assert after[index].text == before[origin].text
        assert after[index].start == before[origin].start + found.shifts[index]


@pytest.mark.parametrize("place", [0, 2, 3])
def test_one_edit_changes_one_paragraph(place: int) -> None:
    """All others keep their claims."""
    parts = words(4)
    parts[place] = parts[place].replace("The", "Those")
    found = carry_over(TEXT, "\n\n".join(parts))
    assert (found.changed, found.lost) == ((place,), (place,))


def test_thousands_of_paragraphs_are_compared_quickly() -> None:
    """A long list of entries that all moved is no trap."""
    old = "\n\n".join(f"Entry {n}." for n in range(6_000))
    new = "\n\n".join(f"Entry {n}." for n in range(5_999, -1, -1))
    assert len(carry_over(old, new).same) >= 1
