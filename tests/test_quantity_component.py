"""``convening_quantities`` in anybody's pipeline."""

from __future__ import annotations

import spacy

from pipeline.extract.quantities import find_quantities
from pipeline.extract.quantity_component import SPANS


def test_a_blank_pipeline_marks_the_quantities() -> None:
    """No model is needed, and the spans are those of the plain function, labelled with their kind."""
    import pipeline.extract.quantity_component  # noqa: F401  (registers the component)

    nlp = spacy.blank("en")
    nlp.add_pipe("convening_quantities")
    text = "Over 40 teams from 12 countries spent €5-10 million in 18 months, 77% of it on staff."
    doc = nlp(text)
    assert [span.text for span in doc.spans[SPANS]] == [quantity.quote for quantity in find_quantities(text)]
    assert [span.label_ for span in doc.spans[SPANS]] == ["COUNT", "COUNT", "MONEY", "DURATION", "PERCENT"]
    assert [span.id_ for span in doc.spans[SPANS]] == ["team", "country", "EUR", "month", "percent"]


def test_a_marked_doc_survives_being_saved() -> None:
    """Only spans are left behind, so the bytes of a Doc give it back."""
    import pipeline.extract.quantity_component  # noqa: F401

    nlp = spacy.blank("en")
    nlp.add_pipe("convening_quantities")
    doc = nlp("It took 3 years.")
    again = spacy.tokens.Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert [(span.text, span.label_) for span in again.spans[SPANS]] == [("3 years", "DURATION")]
