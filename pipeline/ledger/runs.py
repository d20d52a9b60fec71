"""The runs that were: those that died are told apart from those at work, and the oldest are let go of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update

from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger


def dead_runs(ledger: Ledger) -> list[dict[str, Any]]:
    """The runs that began and never ended. Whoever holds the corpus knows that none of them is at work."""
    query = select(schema.runs.c.id, schema.runs.c.started).where(schema.runs.c.status == "running")
    with ledger.reading() as connection:
        return [dict(row) for row in connection.execute(query.order_by(schema.runs.c.started)).mappings()]


def bury(ledger: Ledger) -> list[str]:
    """Mark the runs that died as stopped; a sentence about each."""
    said = []
    for run in dead_runs(ledger):
        with ledger.writing() as connection:
            connection.execute(
                update(schema.runs)
                .where(schema.runs.c.id == run["id"])
                .values(status="stopped", finished=datetime.now(UTC).isoformat(timespec="seconds"))
            )
        said.append(
            f"the run that began at {run['started']} was stopped midway; what it had done is kept, "
            "and this run goes on from there"
        )
    return said


def forget_runs(ledger: Ledger, keep: int) -> int:
    """Let go of all but the latest *keep* runs that ended, with their rows; how many went.

    Decisions are no part of a run's report, and stay.
    """
    runs = schema.runs.c
    query = select(runs.id).where(runs.status != "running").order_by(runs.started.desc(), runs.id.desc()).offset(keep)
    with ledger.reading() as connection:
        old = [row.id for row in connection.execute(query)]
    for first in range(0, len(old), 500):
        some = old[first : first + 500]
        with ledger.writing() as connection:
            connection.execute(delete(schema.run_rows).where(schema.run_rows.c.run.in_(some)))
            connection.execute(delete(schema.runs).where(runs.id.in_(some)))
    return len(old)
