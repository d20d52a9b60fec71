"""Doubts about shares: more than the whole."""

from __future__ import annotations

import re

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.doubts.registry import Doubt, of_claim
from pipeline.compare.naming import Named
from pipeline.records import Bound, Kind

SHARED = re.compile(r"\s*(?:percent|per cent|%)?\s*of\s+(?:all\s+|the\s+|its\s+|their\s+|our\s+)?(?!\d)", re.IGNORECASE)
CHANGED = re.compile(
    r"\b(grow\w*|grew|increas\w*|r[io]se|rises?|rising|up|more|jump\w*|surg\w*|gain\w*|return\w*|improv\w*|higher|faster|"
    r"larger|bigger|greater|exceed\w*|over-?subscribed|utili[sz]\w*|capacity|inflation|expan\w*|markup|premium)\b",
    re.IGNORECASE,
)
MEASURED = re.compile(
    r"\s*(?:percent|per cent|%)?\s*of\s+(?:the\s+|its\s+|their\s+|our\s+)?"
    r"(?:\w+\s+){0,2}(?:gdp|target|goal|plan|average|norm|baseline|quota|budget|income|level|estimate|forecast|"
    r"what|expectation)s?\b",
    re.IGNORECASE,
)
OUT_OF = re.compile(r"\b(?:out of|in)\b", re.IGNORECASE)


@of_claim
def share_above_the_whole(said: ComparedClaim, named: Named) -> Doubt | None:
    """A share of something that is more than all of it."""
    claim = said.claim
    if claim.kind not in (Kind.PERCENT, Kind.RATIO) or claim.value <= 1:
        return None
    if claim.bound is Bound.AT_MOST or CHANGED.search(claim.sentence):
        return None
    after = claim.sentence[claim.end - claim.sentence_start :]
    if claim.kind is Kind.PERCENT and claim.value > 100 and SHARED.match(after) and not MEASURED.match(after):
        return Doubt((claim.id,), f"“{claim.quote}” is said to be a share, and is more than the whole.", 0.8)
    if claim.kind is Kind.RATIO and claim.value > 1 and OUT_OF.search(claim.quote):
        return Doubt((claim.id,), f"“{claim.quote}” is more than all of them.", 0.85)
    return None
