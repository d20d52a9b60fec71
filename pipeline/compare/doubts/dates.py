"""Doubts about time: what has happened, at a date after the post; a range that runs backwards."""

from __future__ import annotations

from datetime import timedelta

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.doubts.registry import Doubt, of_claim
from pipeline.compare.naming import Named
from pipeline.compare.times import time_of
from pipeline.records import Bound, Modality

LATE = timedelta(days=31)  # posts are edited, and dated by the day on which they were begun


@of_claim
def date_after_the_post(said: ComparedClaim, named: Named) -> Doubt | None:
    """Something that has happened, at a date later than the post that says so."""
    claim = said.claim
    if claim.modality is not Modality.ACTUAL or said.date is None or not claim.when:
        return None
    time = time_of(claim.when, None)
    if time is None or time.first <= said.date + LATE:
        return None
    reason = f"“{claim.quote}” is said to hold for {time}, but the post is of {said.date.isoformat()}."
    return Doubt((claim.id,), reason, 0.6)


@of_claim
def range_upside_down(said: ComparedClaim, named: Named) -> Doubt | None:
    """A range whose upper end lies below its lower end."""
    claim = said.claim
    if claim.bound is not Bound.RANGE or claim.value_max is None or claim.value_max >= claim.value:
        return None
    return Doubt((claim.id,), f"“{claim.quote}” runs from {claim.value} down to {claim.value_max}.", 0.7)
