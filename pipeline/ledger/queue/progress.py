"""How far the review is: counts by state, by kind and by post; and why a claim is in the queue."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, case, func, select

from pipeline.ledger import schema
from pipeline.ledger.queue.items import GONE
from pipeline.ledger.queue.withholding import hidden, item
from pipeline.ledger.standing.draws import TENTH
from pipeline.ledger.standing.verdicts import JUDGED, SETTLED
from pipeline.ledger.standing.viewing import Viewer

kept = schema.review_counts.c


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
