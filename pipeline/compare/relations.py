"""What two claims about the same measure of the same subject are to each other."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.compare.threads import Figure
from pipeline.compare.times import Order, order
from pipeline.compare.values import Fit, fit
from pipeline.compare.wording import concepts
from pipeline.records import FindingKind, Modality

REPEATED = 0.7  # sentences that share as many of their words say the same thing


@dataclass(frozen=True, slots=True)
class Relation:
    """How two claims stand to each other, by which rule, and how sure that is."""

    kind: FindingKind
    rule: str
    confidence: float


def relation(one: Figure, other: Figure) -> Relation | None:
    """How *other*, which stands later in the thread, relates to *one*; ``None`` where it is better to say nothing."""
    same_post = one.said.post == other.said.post
    syndicated = one.said.post == other.said.duplicate_of or other.said.post == one.said.duplicate_of
    when = order(one.time, other.time, same_post=same_post)
    values = fit(one.value, other.value)
    planned = (one.said.claim.modality is Modality.PLANNED, other.said.claim.modality is Modality.PLANNED)
    if values is Fit.EQUAL and planned[0] == planned[1]:
        if syndicated:
            return Relation(FindingKind.DUPLICATE, "syndicated", 0.95)
        if same_post or alike_sentences(one, other) >= REPEATED:
            return Relation(FindingKind.DUPLICATE, "repeated", 0.9)
        return Relation(FindingKind.AGREEMENT, "same-value", 0.85)
    if planned == (True, False) and when is Order.LATER:
        return Relation(FindingKind.UPDATE, "plan-and-outcome", 0.75)
    if planned[0] != planned[1]:
        return None
    if values in (Fit.EQUAL, Fit.AGREE):
        return Relation(FindingKind.AGREEMENT, "compatible", 0.75)
    if when is Order.LATER:
        return Relation(FindingKind.UPDATE, "later-value", 0.75)
    if when is Order.SAME and values is Fit.CLASH:
        return Relation(FindingKind.CONTRADICTION, "same-time", 0.7)
    if when is Order.UNKNOWN and values is Fit.CLASH and (one.time is None or other.time is None):
        return Relation(FindingKind.UPDATE, "undated", 0.5)
    return None


def alike_sentences(one: Figure, other: Figure) -> float:
    """What share of their words the two sentences have in common."""
    mine, theirs = concepts(one.said.claim.sentence), concepts(other.said.claim.sentence)
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0
