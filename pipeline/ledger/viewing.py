"""Who may see which decisions on a claim, and which version of it they see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from pipeline.ledger import rows, schema
from pipeline.ledger.sights import sight_row
from pipeline.ledger.verdicts import OUTCOMES, Status, fold
from pipeline.records import Claim, Decision, Verdict, digest

COUNTED = {*OUTCOMES, Verdict.ADJUDICATE, Verdict.UNDO}
STANDING = {*OUTCOMES, Verdict.ADJUDICATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks and decides: what they may see before they have decided themselves, and what they may settle."""

    name: str
    second_share: float = 0.0  # the share of claims that two people decide, each blind to the other
    sees_all: bool = False
    adjudicates: bool = True
    single: bool = True  # alone, so their own disputes are theirs to settle


def chance(purpose: str, claim: str) -> float:
    """A number in [0, 1) drawn for *claim* for ever: the same claim, the same number."""
    return int(digest(purpose, claim, length=13), 16) / 16**13


def decisions_on(connection: Connection, target: str) -> list[Decision]:
    """The decisions on one claim, in the order they were made."""
    query = select(schema.decisions).where(schema.decisions.c.target == target).order_by(schema.decisions.c.seq)
    return [rows.decision_of(row) for row in connection.execute(query).mappings()]


def decisions_on_each(connection: Connection, targets: Sequence[str]) -> dict[str, list[Decision]]:
    """The decisions on each of a few hundred claims that have any, in the order they were made."""
    query = select(schema.decisions).where(schema.decisions.c.target.in_(targets)).order_by(schema.decisions.c.seq)
    made: dict[str, list[Decision]] = {}
    for row in connection.execute(query).mappings():
        made.setdefault(row["target"], []).append(rows.decision_of(row))
    return made


def visible_decisions(claim: str, made: Sequence[Decision], viewer: Viewer) -> list[Decision]:
    """Those of the decisions *made* on *claim* that *viewer* may see: blind until they have decided themselves.

    A dispute is open to whoever may settle it.
    """
    if viewer.sees_all or chance("second", claim) >= viewer.second_share:
        return list(made)
    standing = fold(made)
    if any(d.reviewer == viewer.name and d.verdict in STANDING for d in standing.decisions):
        return list(made)
    if viewer.adjudicates and (standing.status is Status.DISPUTED or standing.adjudicated):
        return list(made)
    return [d for d in made if d.reviewer == viewer.name]


def version_of(claim: Claim, decisions: Sequence[Decision]) -> str:
    """What names the state of *claim* that somebody sees who may see just these *decisions*."""
    last = [d.id for d in decisions if d.verdict in COUNTED][-1:]
    return digest(sight_row(claim)["digest"], str(claim.start), *last)
