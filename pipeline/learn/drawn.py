"""What the claims say that were drawn at random for review: the only honest estimate of how often we are right."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.ledger.ledger import Ledger
from pipeline.ledger.settled import reviewed_posts
from pipeline.ledger.verdicts import Status
from pipeline.ledger.viewing import chance
from pipeline.records import Claim

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


def wilson(right: int, asked: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (E. B. Wilson, 1927).

    >>> [round(x, 3) for x in wilson(9, 10)], wilson(0, 0)
    ([0.596, 0.982], (0.0, 1.0))
    """
    if not asked:
        return (0.0, 1.0)
    z, share = 1.959964, right / asked
    middle = (share + z * z / (2 * asked)) / (1 + z * z / asked)
    half = z / (1 + z * z / asked) * math.sqrt(share * (1 - share) / asked + z * z / (4 * asked * asked))
    return (max(0.0, middle - half), min(1.0, middle + half))
