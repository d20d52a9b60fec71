"""Who else looks at a claim just now: a hint instead of a lock, forgotten by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, select

from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.statements import on_conflict

HERE = timedelta(seconds=75)  # a tab tells every 30 seconds that it is still there
GONE = timedelta(hours=1)


def note(ledger: Ledger, *, tab: str, reviewer: str, claim: str, at: datetime | None = None) -> None:
    """Remember that the browser tab called *tab* shows *claim* to *reviewer*."""
    at = at or datetime.now(UTC)
    values = {"tab": tab, "reviewer": reviewer, "claim": claim, "at": at.isoformat()}
    with ledger.writing() as connection:
        put = on_conflict(connection)(schema.presence).values(values)
        connection.execute(put.on_conflict_do_update(index_elements=["tab"], set_=values))
        connection.execute(delete(schema.presence).where(schema.presence.c.at < (at - GONE).isoformat()))


def others(connection: Connection, *, tab: str, claim: str, at: datetime | None = None) -> list[str]:
    """The reviewers who have *claim* before them in another tab than *tab*, by name."""
    seen = schema.presence.c
    since = ((at or datetime.now(UTC)) - HERE).isoformat()
    query = select(seen.reviewer).where(seen.claim == claim, seen.tab != tab, seen.at >= since).distinct()
    return list(connection.execute(query.order_by(seen.reviewer)).scalars())
