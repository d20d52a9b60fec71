"""Texts of one thing over and over, or without end: what is looked at grows with their length and not faster.

Work is counted in calls of functions of Python, which no busy machine changes; ``tests/bench/bulk.py`` takes the time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from pipeline.extract.extractor import Extractor
from pipeline.extract.sentences import sentences_of
from pipeline.records import Post

UNITS = {
    "a body's first word": "Ministry ",
    "an acronym": "GDS ",
    "initials": "U.S. ",
    "single initials": "A. B. ",
    "small words": "of the ",
    "sums": "$1, ",
    "figures": "12 of 40, 3.5% to 9%, $4m; ",
    "names of places": "Paris, London, ",
    "names of people": "Anna Berg Carl Dorn ",
    "possessives": "GOV.UK's Notify's ",
    "names in brackets": "Digital Service (DS) ",
    "hyphens": "a-",
    "no stop": "and then we went on to speak of it ",
    "items": "- item\n",
    "accents": "e\u0301\u0302\u0303",
    "another script": "Привет мир ",
}


def calls(work: Callable[[], Any]) -> int:
    """How many functions of Python *work* calls."""
    counted = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """An extractor that has read something before."""
    made = Extractor()
    made.extract(Post(id="x", text="The GDS trained 5 people in Lisbon."))
    return made


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
def test_work_grows_with_the_length(extractor: Extractor, unit: str) -> None:
    """A text four times as long takes four times the calls, and a little more at most."""
    short, long = (Post(id="x", text=(unit * (size // len(unit) + 1))[:size]) for size in (1_000, 4_000))
    extractor.extract(long)  # words met once are remembered
    assert calls(lambda: extractor.extract(long)) < 6 * calls(lambda: extractor.extract(short)) + 3_000


@pytest.mark.parametrize("text", [" " * 200_000, "." * 200_000, "\n" * 200_000, "...)))" * 30_000, "\0" * 200_000])
def test_signs_without_words_have_sentences_at_once(text: str) -> None:
    """White space and marks without end are cut in one pass: in another way this would take hours."""
    assert all(sentence.start < sentence.end for sentence in sentences_of(text))


def test_a_name_without_end_is_no_name(extractor: Extractor) -> None:
    """A run of acronyms is not one name of thousands of letters."""
    found = extractor.extract(Post(id="x", text="GDS " * 2_000))
    assert all(len(entity.quote) <= 300 for entity in found.entities)
