"""How many claims of the queue stand where: counts that every decision keeps, so that no page counts them all."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, case, delete, func, insert, select, update

from pipeline.ledger import schema
from pipeline.ledger.standing.draws import TENTH
from pipeline.ledger.standing.verdicts import SETTLED
from pipeline.ledger.statements import on_conflict

item = schema.review_items.c


def count_items(connection: Connection, status: str, kind: str, *, drawn: bool, more: int) -> None:
    """Count so many *more* (or, below zero, fewer) items of that status and kind."""
    table = schema.review_counts
    values = {"status": status, "kind": kind, "drawn": int(drawn), "claims": more}
    put = on_conflict(connection)(table).values(values)
    added = table.c.claims + put.excluded.claims
    connection.execute(put.on_conflict_do_update(index_elements=["status", "kind", "drawn"], set_={"claims": added}))


def count_move(connection: Connection, claim: str, status: str) -> None:
    """Count the item of *claim*, whose status is about to become *status*, where it will be."""
    row = connection.execute(select(item.status, item.kind, item.draw, item.post).where(item.claim == claim)).first()
    if row is not None and row[0] != status:
        count_items(connection, row[0], row[1], drawn=row[2] < TENTH, more=-1)
        count_items(connection, status, row[1], drawn=row[2] < TENTH, more=1)
        more = (status in SETTLED) - (row[0] in SETTLED)
        if more:
            table = schema.review_posts
            settled = {"settled": table.c.settled + more}
            connection.execute(update(table).where(table.c.post == row[3]).values(settled))


def count_posts(connection: Connection, posts: Sequence[str]) -> None:
    """Count the items of *posts* anew."""
    table = schema.review_posts
    connection.execute(delete(table).where(table.c.post.in_(posts)))
    settled = func.sum(case((item.status.in_(SETTLED), 1), else_=0))
    found = select(item.post, func.count(), settled).where(item.post.in_(posts)).group_by(item.post)
    connection.execute(insert(table).from_select(["post", "claims", "settled"], found))
