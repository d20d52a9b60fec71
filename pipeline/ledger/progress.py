"""How far the review is: counts by state, progress by post and kind, and what the random tenth tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, fsum, lgamma, log, log1p

from sqlalchemy import Connection, case, func, select

from pipeline.ledger import schema
from pipeline.ledger.counting import SETTLED, TENTH
from pipeline.ledger.review_queue import GONE
from pipeline.ledger.viewing import Viewer
from pipeline.ledger.wanting import OPEN, hidden, item, judgement

kept = schema.review_counts.c
JUDGED = ("accepted", "corrected", "rejected")
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


def counts(connection: Connection, viewer: Viewer) -> dict[str, int]:
    """How many claims stand where, as *viewer* may see it."""
    query = select(kept.status, func.sum(kept.claims)).group_by(kept.status)
    found = {str(status): int(number) for status, number in connection.execute(query)}
    withheld = hidden(viewer)
    if withheld is not None:
        unseen = select(item.status, func.count()).where(withheld).group_by(item.status)
        for status, number in connection.execute(unseen):
            found[status] -= number
            found["proposed"] = found.get("proposed", 0) + number
    return {status: number for status, number in found.items() if number}


def judged(connection: Connection, kind: str, viewer: Viewer) -> int:
    """How many claims of that kind *viewer* may know to be decided: what stands behind a confidence."""
    query = select(func.coalesce(func.sum(kept.claims), 0)).where(kept.kind == kind, kept.status.in_(JUDGED))
    found = int(connection.execute(query).scalar_one())
    withheld = hidden(viewer)
    if withheld is not None:
        unseen = select(func.count()).select_from(schema.review_items)
        unseen = unseen.where(withheld, item.status.in_(JUDGED), item.kind == kind)
        found -= int(connection.execute(unseen).scalar_one())
    return found


def why_here(connection: Connection, claim_id: str) -> str:
    """Why the claim is in the queue, in words."""
    row = connection.execute(select(item.status, item.why, item.draw).where(item.claim == claim_id)).first()
    if row is None:
        return "no longer found in the post"
    if row[0] == "stale":
        return GONE if row[1] == GONE else "the post or the extractor changed since it was decided"
    if row[0] == "disputed":
        return "two reviewers disagree"
    return "drawn at random, to measure honestly" if row[2] < TENTH else str(row[1])


def last_drawn(connection: Connection, *, most: int = 60) -> tuple[int, int]:
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


def outlook(connection: Connection, *, most: int = 200) -> Outlook:
    """What the last *most* random cards say of what is left: the share with its exact interval.

    The interval is that of Clopper and Pearson (Biometrika 26, 1934), which never promises too much.
    """
    drawn, changed = last_drawn(connection, most=most)
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


def by_kind(connection: Connection) -> list[tuple[str, int, int]]:
    """Each kind with how many of its claims are decided, and how many there are; the most open ones first."""
    done = func.sum(case((kept.status.in_(SETTLED), kept.claims), else_=0))
    total = func.sum(kept.claims)
    query = select(kept.kind, done, total).group_by(kept.kind).order_by((total - done).desc(), kept.kind)
    return [(kind, int(decided), int(number)) for kind, decided, number in connection.execute(query) if number]


def by_post(connection: Connection, *, most: int, skip: int = 0) -> Iterator[tuple[str, int, int]]:
    """Yield (post id, decided, all), the most open ones first; *most* of them after *skip*."""
    counted = schema.review_posts.c
    query = select(counted.post, counted.settled, counted.claims)
    query = query.order_by((counted.claims - counted.settled).desc(), counted.post).limit(most).offset(skip)
    for name, decided, total in connection.execute(query):
        yield name, int(decided), int(total)
