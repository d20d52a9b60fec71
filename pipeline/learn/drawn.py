"""What the claims say that were drawn at random for review: the only honest estimate of how often we are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.ledger.decisions.reviewed import reviewed_posts
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.draws import chance
from pipeline.ledger.standing.verdicts import Status
from pipeline.records import Claim
from pipeline.shares import wilson

TENTH = 0.1  # the queue draws this share of claims by their ids, blind to all else
DECIDED = {Status.ACCEPTED: True, Status.CORRECTED: False, Status.REJECTED: False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """How many claims drawn at random were decided, how many of them stood, and Wilson's 95 % interval of the share."""

    decided: int
    right: int
    low: float
    high: float


def is_drawn(claim: str) -> bool:
    """Whether the queue draws the claim with this id at random."""
    return chance("draw", claim) < TENTH


def decided_claims(ledger: Ledger) -> Iterator[tuple[str, Claim, Status]]:
    """Yield (post, claim as found, status) of every claim that was accepted, corrected or rejected."""
    for reviewed in reviewed_posts(ledger):
        for claim, _, standing in reviewed.claims:
            if standing.status in DECIDED:
                yield reviewed.post, claim, standing.status


def drawn_at_random(ledger: Ledger) -> Drawn:
    """What was decided on the claims that were drawn at random."""
    verdicts = [DECIDED[status] for _, claim, status in decided_claims(ledger) if is_drawn(claim.id)]
    low, high = wilson(sum(verdicts), len(verdicts))
    return Drawn(decided=len(verdicts), right=sum(verdicts), low=low, high=high)
