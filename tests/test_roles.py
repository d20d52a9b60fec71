"""Who, what, when, how sure, and from whom: a claim's roles in sentences of many shapes."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import cases

import pipeline.extract
from pipeline.extract.quantities import find_quantities
from pipeline.extract.ranker import Ranker
from pipeline.learn.evaluate import same_words
from pipeline.learn.gold import GoldPost
from pipeline.learn.rankers import choices_of
from pipeline.records import Claim, Post


def claim_of(text: str, quote: str, nth: int = 0, **known: Any) -> Claim:
    """The claim of *text* that quotes *quote*."""
    found = [claim for claim in pipeline.extract(text, **known).claims if claim.quote == quote]
    assert len(found) > nth, f"no claim quotes {quote!r}"
    return found[nth]


@pytest.mark.parametrize("case", cases("roles"))
def test_subject_and_measure_are_whose_and_of_what(case: dict[str, Any]) -> None:
    """A claim's subject and measure share half of their words with what a reader would mark.

    The choice is learnt: a row that a new training gets wrong becomes a gap, and one that it closes is noticed.
    """
    for quote, subject, measure in case["claims"]:
        claim = claim_of(case["text"], quote)
        assert same_words(subject, claim.subject), (quote, claim.subject)
        assert same_words(measure, claim.measure), (quote, claim.measure)


@pytest.mark.parametrize("case", cases("modality"))
def test_modality_tells_plans_and_conditions_from_facts(case: dict[str, Any]) -> None:
    """The verbs that a figure hangs on say whether it holds."""
    found = [[claim.quote, claim.modality] for claim in pipeline.extract(case["text"]).claims]
    assert found == case["claims"]


@pytest.mark.parametrize("case", cases("attribution"))
def test_sources_are_those_whom_the_post_names(case: dict[str, Any]) -> None:
    """A name is a source if the post says that it heard the figure there."""
    found = [[claim.quote, claim.attributed_to] for claim in pipeline.extract(case["text"]).claims]
    assert found == case["claims"]


@pytest.mark.parametrize("case", cases("when"))
def test_times_are_resolved_against_the_posts_date(case: dict[str, Any]) -> None:
    """Dates, relative years, stretches and rates are ISO 8601."""
    claim = claim_of(case["text"], case["quote"], date=case["date"])
    assert (claim.when, claim.period) == (case["when"], case["period"])


@pytest.mark.parametrize(
    ("text", "quote", "subject"),
    [
        ("Last year e-Ministry trained 240 clerks.", "240", "e-Ministry"),
        ("Design-centric teams trained 40 people.", "40", "Design-centric teams"),
        ("The three-part series reached 500 readers.", "three", "part series"),
    ],
)
def test_a_role_never_ends_within_a_word_with_a_hyphen(text: str, quote: str, subject: str) -> None:
    """What a hyphen joins stays together, but the figure itself is no part of its role."""
    assert claim_of(text, quote).subject == subject


def test_the_predicate_is_the_verb_with_its_helpers() -> None:
    """Auxiliaries and particles that touch the verb belong to it."""
    assert claim_of("The city will set up 12 labs.", "12").predicate == "will set up"


def test_training_can_give_a_posts_later_figures_the_history_that_rankers_chose() -> None:
    """Without rankers the earlier claim's roles are as annotated; with them, what they choose."""
    lead, body, rest = "The Harbour Museum", "has 40 boats.", "It employs 12 guides."
    text = f"{lead} {body} {rest}"
    annotated = GoldPost(post=Post(id="harbour", text=text), split="own", claims=own_rows(text, lead[4:]))
    nobody = Ranker({"none": 9.0})
    as_annotated = choices_of([annotated])["subject"][1]
    as_chosen = choices_of([annotated], history={"harbour": {"subject": nobody, "measure": nobody}})["subject"][1]
    assert any(name.startswith("earlier") for c in as_annotated.candidates for name in c.features)
    assert not any(name.startswith("earlier") for c in as_chosen.candidates for name in c.features)


def own_rows(text: str, subject: str) -> list[dict[str, Any]]:
    """The quantities of *text* as annotated claims of *subject*."""
    names = ("start", "end", "quote", "kind", "value", "value_max", "unit", "bound")
    return [
        {name: getattr(q, name) for name in names} | {"subject": subject, "measure": None}
        for q in find_quantities(text)
    ]
