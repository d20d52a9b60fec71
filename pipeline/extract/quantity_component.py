"""``convening_quantities``: the quantities of any spaCy ``Doc``, in ``doc.spans["quantities"]``; needs no model."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.extract.quantities import find_quantities
from pipeline.extract.quantity import Quantity

SPANS = "quantities"


def span_of(doc: Doc, quantity: Quantity) -> Span | None:
    """The tokens of *doc* that *quantity* stands in, labelled with its kind, its unit as the span's id."""
    return doc.char_span(
        quantity.start,
        quantity.end,
        label=quantity.kind.value.upper(),
        span_id=quantity.unit or "",
        alignment_mode="expand",
    )


def mark_quantities(doc: Doc) -> Doc:
    """Mark the quantities in *doc*, in reading order.

    >>> import spacy
    >>> doc = mark_quantities(spacy.blank("en")("It took 3 years and £5 million."))
    >>> [(span.text, span.label_) for span in doc.spans["quantities"]]
    [('3 years', 'DURATION'), ('£5 million', 'MONEY')]
    """
    found = (span_of(doc, quantity) for quantity in find_quantities(doc.text))
    doc.spans[SPANS] = [span for span in found if span is not None]
    return doc


Language.component("convening_quantities", assigns=["doc.spans"], func=mark_quantities)
