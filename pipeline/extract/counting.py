"""The unit of a count: the noun that is counted, or the one that an elided figure stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.figure import Figure
from pipeline.extract.nouns import lemma_of
from pipeline.records import Claim, Kind

COMPARES = re.compile(r"\b(?:(?:up|down) from|compared (?:with|to)|against) $")


def unit_of(figure: Figure, claims: Sequence[Claim]) -> str | None:
    """What *figure* counts, in the singular; *claims* are those before it, for a noun left out."""
    quantity = figure.quantity
    if quantity.kind is not Kind.COUNT:
        return quantity.unit
    noun = figure.noun.text if figure.noun is not None and any(map(str.isalpha, figure.noun.text)) else None
    if quantity.unit is not None and len(quantity.unit) > 1:
        return lemma(noun) if noun is not None and noun.lower() == quantity.unit else quantity.unit
    if noun is not None:
        return lemma(noun)
    if (alike := _compared_with(figure, claims)) is not None:
        return alike.unit
    for claim in reversed(claims[-3:]):
        if claim.kind is Kind.COUNT and claim.unit is not None:
            return claim.unit
    return None


def _compared_with(figure: Figure, claims: Sequence[Claim]) -> Claim | None:
    """The count of the same sentence that *figure* is compared with: of several, the one of its size."""
    if COMPARES.search(figure.span.doc.text, 0, max(0, figure.quantity.start - figure.offset)) is None:
        return None
    size = figure.quantity.value
    counts = [
        claim
        for claim in claims[-4:]
        if claim.sentence_start == figure.sentence.start and claim.kind is Kind.COUNT and claim.unit is not None
    ]
    if size <= 0 or len(counts) < 2 or any(claim.value <= 0 for claim in counts):
        return None
    return min(counts, key=lambda claim: max(claim.value / size, size / claim.value))


def lemma(word: str) -> str:
    """The singular of *word* in lower case; an acronym loses its plural s only.

    >>> lemma("CMSs"), lemma("agencies")
    ('cms', 'agency')
    """
    if word.endswith("s") and word[:-1].isupper() and len(word) > 2:
        return word[:-1].lower()
    return lemma_of(word)
