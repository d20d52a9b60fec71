"""Decisions as the ledger has them: those on a claim, those of an act, and what those on each claim come to."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from pipeline.ledger import rows, schema
from pipeline.ledger.decisions.verdicts import Standing, fold
from pipeline.records import Decision

decided = schema.decisions.c


def decisions_on(connection: Connection, target: str) -> list[Decision]:
    """The decisions on one claim, in the order they were made."""
    return decisions_on_each(connection, [target]).get(target, [])


def decisions_on_each(connection: Connection, targets: Sequence[str]) -> dict[str, list[Decision]]:
    """The decisions on each of a few hundred claims that have any, in the order they were made."""
    query = select(schema.decisions).where(decided.target.in_(targets)).order_by(decided.seq)
    made: dict[str, list[Decision]] = {}
    for row in connection.execute(query).mappings():
        made.setdefault(row["target"], []).append(rows.decision_of(row))
    return made


def made_by(connection: Connection, act: str) -> list[Decision]:
    """The decisions of one act, in the order they were made."""
    query = (
        select(schema.decisions)
        .where((decided.id == act) | ((decided.id > f"{act}.") & (decided.id < f"{act}/")))  # "/" follows "."
        .order_by(decided.seq)
    )
    return [rows.decision_of(row) for row in connection.execute(query).mappings()]


def standings(connection: Connection, posts: Collection[str] | None = None) -> dict[str, Standing]:
    """What was decided about each claim that anybody decided on; of a few hundred *posts*, or of all."""
    query = select(schema.decisions).where(decided.target_kind == "claim").order_by(decided.seq)
    if posts is not None:
        claims = schema.claims.c
        query = query.join(schema.claims, claims.id == decided.target).where(claims.post.in_(posts))
    made: dict[str, list[Decision]] = {}
    for row in connection.execute(query).mappings():
        made.setdefault(row["target"], []).append(rows.decision_of(row))
    return {target: fold(decisions) for target, decisions in made.items()}
