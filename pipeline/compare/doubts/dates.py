"""Doubts about time: what has happened, at a date after the post; a range that runs backwards."""

from __future__ import annotations

import re
from datetime import timedelta

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.doubts.registry import Doubt, of_claim
from pipeline.compare.naming import Named
from pipeline.compare.times import time_of
from pipeline.records import Bound, Kind, Modality

LATE = timedelta(days=31)  # posts are edited, and dated by the day on which they were begun

COUNTED = (Kind.COUNT, Kind.PERCENT, Kind.RATIO, Kind.MEASURE)  # money is given, and ranks are held, ahead of time
FORWARD = re.compile(
    r"\b(will|shall|plan\w*|aim\w*|target\w*|expect\w*|project(?:ed|ion)s?|forecast\w*|budget\w*|estimate\w*|until|till|by|"
    r"from|for|before|next|upcoming|begin\w*|start\w*|open\w*|to be|going to|schedul\w*|due|ahead)\b",
    re.IGNORECASE,
)


@of_claim
def date_after_the_post(said: ComparedClaim, named: Named) -> Doubt | None:
    """Something that has happened, at a date later than the post that says so."""
    claim = said.claim
    if claim.modality is not Modality.ACTUAL or said.date is None or not claim.when or claim.kind not in COUNTED:
        return None
    time = time_of(claim.when, None)
    if time is None or time.first <= said.date + LATE or time.first.year == said.date.year:
        return None
    if str(time.first.year) not in claim.sentence or FORWARD.search(claim.sentence):
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
