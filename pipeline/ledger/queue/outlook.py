"""What the random tenth of the claims tells of those that nobody has looked at."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, fsum, lgamma, log, log1p

from sqlalchemy import Connection, func, select

from pipeline.ledger import schema
from pipeline.ledger.queue.withholding import item, judgement
from pipeline.ledger.standing.draws import TENTH
from pipeline.ledger.standing.verdicts import JUDGED, OPEN

kept = schema.review_counts.c
LAST = 200  # random cards that are looked back at
SURE = 0.95  # of the interval around what the random tenth tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the last random cards say of the claims that nobody has looked at."""

    drawn: int  # random cards decided
    changed: int  # of them corrected or rejected
    left: int  # claims still open
    low: float  # bounds of the share that has to be changed
    high: float

    @property
    def share(self) -> float:
        """The share of the random cards that had to be changed."""
        return self.changed / self.drawn if self.drawn else 0.0

    def wrong(self, share: float) -> int:
        """How many of the open claims that *share* would be."""
        return round(share * self.left)


def last_drawn(connection: Connection, *, most: int) -> tuple[int, int]:
    """How many of the last random cards were decided (up to *most*), and how many of them had to be changed."""
    last = func.max(judgement.seq).label("last")
    query = (
        select(item.status, last)
        .join(schema.judgements, judgement.claim == item.claim)
        .where(item.draw < TENTH, item.status.in_(JUDGED))
        .group_by(item.claim, item.status)
        .order_by(last.desc())
        .limit(most)
    )
    found = list(connection.execute(query).scalars())
    return len(found), sum(status != "accepted" for status in found)


def outlook_of(connection: Connection) -> Outlook:
    """What the last 200 random cards say of what is left: the share with its exact interval.

    The interval is that of Clopper and Pearson (Biometrika 26, 1934), which never promises too much.
    """
    drawn, changed = last_drawn(connection, most=LAST)
    open_ones = select(func.coalesce(func.sum(kept.claims), 0)).where(kept.status.in_(OPEN))
    left = int(connection.execute(open_ones).scalar_one())
    low, high = interval(changed, drawn)
    return Outlook(drawn=drawn, changed=changed, left=left, low=low, high=high)


def interval(hits: int, tries: int) -> tuple[float, float]:
    """The exact interval of a share, *hits* of *tries*; all of 0 to 1 where nothing was tried.

    >>> [round(bound, 3) for bound in interval(2, 60)]
    [0.004, 0.115]
    """
    tail = (1 - SURE) / 2
    low = _crossing(hits, tries, tail) if hits else 0.0
    high = 1 - _crossing(tries - hits, tries, tail) if hits < tries else 1.0
    return low, high


def _crossing(hits: int, tries: int, tail: float) -> float:
    """The share with which *hits* or more of *tries* come about with the chance *tail*.

    In plain Python, since SciPy takes most of a second to be imported, which the first card would wait for.
    """
    ways = [(k, lgamma(tries + 1) - lgamma(k + 1) - lgamma(tries - k + 1)) for k in range(hits, tries + 1)]
    low, high = 0.0, 1.0
    for _ in range(40):  # to 1e-12
        share = (low + high) / 2
        if fsum(exp(way + k * log(share) + (tries - k) * log1p(-share)) for k, way in ways) < tail:
            low = share
        else:
            high = share
    return (low + high) / 2
