"""How far the review is: counts by state, progress by post and kind, and what the random tenth tells."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, case, func, or_, select

from pipeline.ledger import schema
from pipeline.ledger.review_queue import GONE, TENTH
from pipeline.ledger.viewing import Viewer
from pipeline.ledger.wanting import (
    OPEN,
    SETTLED,
    Wanted,
    claim,
    conditions,
    item,
    joined,
    judgement,
    not_mine,
    shown_status,
)


def counts(connection: Connection, viewer: Viewer) -> dict[str, int]:
    """How many claims stand where, as *viewer* may see it."""
    status = shown_status(viewer)
    # Grouped by its name: the parameters of an expression differ from place to place.
    query = select(status.label("shown"), func.count()).select_from(schema.review_items).group_by("shown")
    return {str(name): count for name, count in connection.execute(query)}


def count_wanted(connection: Connection, wanted: Wanted, viewer: Viewer) -> int:
    """How many claims *wanted* names."""
    query = joined(func.count()).where(*conditions(connection, wanted, viewer))
    if wanted.status is None:
        query = query.where(shown_status(viewer).in_(OPEN), or_(not_mine(viewer), item.status == "disputed"))
    return int(connection.execute(query).scalar_one())


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
    query = (
        select(item.status)
        .join(schema.judgements, judgement.claim == item.claim)
        .where(item.draw < TENTH, item.status.in_(("accepted", "corrected", "rejected")))
        .order_by(judgement.seq.desc())
        .limit(most)
    )
    found = list(connection.execute(query).scalars())
    return len(found), sum(status != "accepted" for status in found)


def progress(connection: Connection, by: str) -> Iterator[tuple[str, int, int]]:
    """Yield (post id or kind, decided, all), the most open ones first."""
    column = {"post": item.post, "kind": claim.kind}[by]
    done = func.sum(case((item.status.in_(SETTLED), 1), else_=0))
    query = joined(column, done, func.count()).group_by(column).order_by((func.count() - done).desc(), column)
    for name, decided, total in connection.execute(query):
        yield name, int(decided), int(total)
