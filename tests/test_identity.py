"""Ids of claims: they stay when anything else changes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

import pipeline.extract
from pipeline.extract.identity import claim_ids

SENTENCE = "The lab trained 40 nurses in 40 towns."


def ids(text: str) -> list[str]:
    """The ids of the claims of *text* in one post."""
    return [claim.id for claim in pipeline.extract(text, id="post").claims]


def test_equal_figures_in_one_sentence_have_two_ids() -> None:
    """The occurrence number keeps them apart."""
    assert len(set(ids(SENTENCE))) == 2


def test_a_sentence_twice_in_a_post_has_two_sets_of_ids() -> None:
    """The first stays what it was."""
    once, twice = ids(SENTENCE), ids(f"{SENTENCE}\n\n{SENTENCE}")
    assert len(set(twice)) == 4
    assert twice[:2] == once


def test_an_edit_elsewhere_changes_no_id() -> None:
    """Neither words before nor spaces nor the offsets take part."""
    once = ids(SENTENCE)
    assert ids(f"Hello. It was 2019.\n\n{SENTENCE} More.") == once
    assert ids(SENTENCE.replace(" ", "  ", 1)) == once


def test_another_post_gives_other_ids() -> None:
    """The same words in two posts are two claims."""
    assert not set(ids(SENTENCE)) & {claim.id for claim in pipeline.extract(SENTENCE, id="other").claims}


def test_a_better_reading_changes_no_id() -> None:
    """Kind, value and roles take no part in the id."""
    claim = pipeline.extract(SENTENCE, id="post").claims[0]
    better = replace(claim, unit="person", subject="somebody else")
    assert next(claim_ids("post", [(better.sentence, better.quote)])) == claim.id


@given(st.lists(st.tuples(st.text(), st.text()), max_size=20))
def test_ids_never_clash(quotes: list[tuple[str, str]]) -> None:
    """However often a pair comes again, each has its own id."""
    found = list(claim_ids("post", quotes))
    assert len(set(found)) == len(quotes)
