"""The nouns: passages, revisions and digests."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Post, digest, passages_of

anything = st.text(alphabet=st.characters(codec=None))


@given(anything)
def test_passages_are_the_paragraphs_with_their_offsets(text: str) -> None:
    """Passages are exactly what splitting at blank lines gives, and offsets give back the words."""
    found = list(passages_of(text))
    assert [p.text for p in found] == text.strip().split("\n\n")
    assert all(text[p.start : p.end] == p.text for p in found)
    assert [p.index for p in found] == list(range(len(found)))


@given(anything, anything)
def test_another_text_is_another_revision(one: str, other: str) -> None:
    """The revision depends on the text and on nothing else."""
    assert (Post(id="a", text=one).revision == Post(id="b", text=other, title="x").revision) == (one == other)


def test_a_digest_keeps_its_parts_apart() -> None:
    """Parts do not run into each other, and lone surrogates have a digest too."""
    assert digest("ab", "c") != digest("a", "bc")
    assert len(digest("\ud800")) == 16
