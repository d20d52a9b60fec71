"""Decisions as the ledger has them: those on a claim or a post, those of an act, and what they come to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, select

from pipeline.ledger import rows, schema
from pipeline.ledger.standing.verdicts import Standing, fold, in_force
from pipeline.ledger.statements import chunks
from pipeline.records import Decision, Verdict

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


def stated(
    connection: Connection, names: Collection[str], posts: Collection[str] | None = None
) -> dict[str, dict[str, Any]]:
    """What people stated of *posts*, or of all, in the fields *names*, and did not take back: post → field → value."""
    query = select(schema.decisions).where(
        decided.target_kind == "post", decided.verdict.in_((Verdict.CORRECT, Verdict.UNDO))
    )
    found: dict[str, dict[str, Any]] = {}
    for ids in [None] if posts is None else chunks(posts):
        wanted = query if ids is None else query.where(decided.target.in_(ids))
        made = [rows.decision_of(row) for row in connection.execute(wanted.order_by(decided.seq)).mappings()]
        for decision in in_force(made):
            if told := {name: value for name, value in decision.changes.items() if name in names}:
                found.setdefault(decision.target, {}).update(told)
    return found
