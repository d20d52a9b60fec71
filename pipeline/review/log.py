"""The log of decisions, as far as its reader may see it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from pipeline.ledger import rows, schema
from pipeline.ledger.standing import viewing
from pipeline.ledger.standing.made import decisions_on
from pipeline.ledger.standing.viewing import Viewer
from pipeline.records import Decision

PAGE = 100


def latest(
    connection: Connection, viewer: Viewer, *, before: int | None = None, by: str | None = None, most: int = PAGE
) -> tuple[list[dict[str, Any]], int | None]:
    """The newest decisions that *viewer* may see, and the number to go on from."""
    decided, claims = schema.decisions.c, schema.claims.c
    query = (
        select(schema.decisions, claims.quote, claims.sentence)
        .outerjoin(schema.claims, claims.id == decided.target)
        .order_by(decided.seq.desc())
        .limit(most)
    )
    if before is not None:
        query = query.where(decided.seq < before)
    if by is not None:
        query = query.where(decided.reviewer == by)
    found = connection.execute(query).mappings().all()
    lines = []
    for row in found:
        decision = rows.decision_of(row)
        if not _open_to(connection, decision, viewer):
            continue
        lines.append({"seq": row["seq"], "decision": decision, "quote": row["quote"], "sentence": row["sentence"]})
    return lines, found[-1]["seq"] if len(found) == most else None


def _open_to(connection: Connection, decision: Decision, viewer: Viewer) -> bool:
    if decision.target_kind != "claim" or decision.reviewer == viewer.name:
        return True
    if viewer.second_share <= 0 or viewer.sees_all:
        return True
    made = decisions_on(connection, decision.target)
    seen = viewing.visible_decisions(decision.target, made, viewer)
    return decision.id in {d.id for d in seen}
