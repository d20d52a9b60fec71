"""Undo and redo without end: taking back is one more decision, and so is taking that back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, or_, select

from pipeline.ledger import rows, schema
from pipeline.ledger.decisions.deciding import CARRIED, Act, act_before, act_of
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.appending import append
from pipeline.ledger.standing.made import decisions_on, made_by
from pipeline.ledger.standing.verdicts import MACHINE, in_force
from pipeline.records import Decision, Verdict, digest


def undoable(connection: Connection, reviewer: str) -> Act | None:
    """The last act of *reviewer* that still stands."""
    undone: set[str] = set()
    for decision in _backwards(connection, reviewer):
        if decision.id in undone:
            continue
        if decision.verdict is Verdict.UNDO:
            undone.add(str(decision.changes["undoes"]))
            continue
        if _stands(connection, decision):
            return Act(id=act_of(decision.id), decisions=tuple(made_by(connection, act_of(decision.id))))
    return None


def _stands(connection: Connection, decision: Decision) -> bool:
    """Whether no other person took *decision* back; what a new text set aside is still its maker's to undo."""
    by_people = [made for made in decisions_on(connection, decision.target) if made.reviewer != MACHINE]
    return any(made.id == decision.id for made in in_force(by_people))


def redoable(connection: Connection, reviewer: str) -> Act | None:
    """The act of undoing that a redo would take back; a new decision leaves nothing to redo."""
    undone: set[str] = set()
    for decision in _backwards(connection, reviewer):
        if decision.id in undone:
            continue
        if decision.verdict is not Verdict.UNDO:
            return None
        if decision.changes.get("redo"):
            undone.add(str(decision.changes["undoes"]))
            continue
        return Act(id=act_of(decision.id), decisions=tuple(made_by(connection, act_of(decision.id))))
    return None


def _backwards(connection: Connection, reviewer: str) -> Iterable[Decision]:
    last: int | None = None
    decided = schema.decisions
    while True:
        query = select(decided).where(decided.c.reviewer == reviewer).order_by(decided.c.seq.desc()).limit(200)
        found = connection.execute(query if last is None else query.where(decided.c.seq < last)).mappings().all()
        for row in found:
            if not row["id"].startswith(CARRIED):  # what the ledger handed on is nobody's last act
                yield rows.decision_of(row)
        if not found:
            return
        last = found[-1]["seq"]


def undo(ledger: Ledger, *, act: str, reviewer: str, at: datetime | None = None, redo: bool = False) -> Act | None:
    """Take back the last act of *reviewer* (or, with *redo*, the last undo); None where nothing is left to."""
    at = at or datetime.now(UTC)
    with ledger.writing() as connection:
        said = (Verdict.UNDO, reviewer)
        if before := act_before(connection, act, lambda made: (made[0].verdict, made[0].reviewer) == said):
            return before
        last = (redoable if redo else undoable)(connection, reviewer)
        if last is None:
            return None
        decisions = taken_back(last.decisions, act=act, reviewer=reviewer, at=at, redo=redo)
        append(connection, decisions)
    return Act(id=act, decisions=tuple(decisions))


def taken_back(
    decisions: Sequence[Decision], *, act: str, reviewer: str, at: datetime, redo: bool = False
) -> list[Decision]:
    """The decisions that undo *decisions*, under one act."""
    return [
        Decision(
            id=f"{act}.{n}" if len(decisions) > 1 else act,
            target=decision.target,
            target_kind=decision.target_kind,
            post=decision.post,
            revision=decision.revision,
            seen=decision.seen,
            verdict=Verdict.UNDO,
            reviewer=reviewer,
            at=at,
            changes={"undoes": decision.id} | ({"redo": True} if redo else {}),
        )
        for n, decision in enumerate(decisions)
    ]


def revert(
    ledger: Ledger,
    *,
    by: str,
    since: datetime,
    reviewer: str,
    at: datetime | None = None,
) -> int:
    """Take back all that *by* decided since then, as one act of *reviewer*; how many decisions that were."""
    at = at or datetime.now(UTC)
    decided = schema.decisions.c
    with ledger.writing() as connection:
        # Whoever took something back, or took that back again: what of it stands follows from all undos.
        query = select(schema.decisions).where(or_(decided.reviewer == by, decided.verdict == Verdict.UNDO))
        made = [rows.decision_of(row) for row in connection.execute(query.order_by(decided.seq)).mappings()]
        standing = [d for d in in_force(made) if d.reviewer == by and since <= d.at]
        act = f"revert-{digest(by, since.isoformat(), at.isoformat())}"
        append(connection, taken_back(standing, act=act, reviewer=reviewer, at=at))
    return len(standing)
