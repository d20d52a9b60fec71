"""Runs: what each did and how it ended; those that died are told apart, and the oldest are let go of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from pipeline.ledger import rows, schema
from pipeline.ledger.database import Database
from pipeline.ledger.statements import chunks


class Runs(Database):
    """What a ledger knows of the runs that worked on it."""

    def begin_run(self, run: str, *, version: str, at: datetime) -> None:
        """Note that the run has begun."""
        with self.writing() as connection:
            connection.execute(
                insert(schema.runs).values(
                    id=run, started=at.isoformat(timespec="seconds"), status="running", version=version, summary="{}"
                )
            )

    def end_run(
        self, run: str, *, at: datetime, status: str, summary: Mapping[str, Any], items: Mapping[str, tuple[str, str]]
    ) -> None:
        """Note how the run ended; *items* maps each thing to its outcome and the reason."""
        with self.writing() as connection:
            connection.execute(
                update(schema.runs)
                .where(schema.runs.c.id == run)
                .values(finished=at.isoformat(timespec="seconds"), status=status, summary=rows.packed(summary))
            )
            if items:
                connection.execute(
                    insert(schema.run_rows),
                    [{"run": run, "item": k, "outcome": o, "reason": why} for k, (o, why) in items.items()],
                )

    def runs(self) -> list[dict[str, Any]]:
        """Every run, the latest first, with its summary and rows."""
        by_run: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows(select(schema.run_rows).order_by(schema.run_rows.c.item)):
            by_run.setdefault(row["run"], []).append(dict(row))
        query = select(schema.runs).order_by(schema.runs.c.started.desc(), schema.runs.c.id.desc())
        return [
            dict(row) | {"summary": json.loads(row["summary"]), "rows": by_run.get(row["id"], [])}
            for row in self._rows(query)
        ]


def dead_runs(ledger: Database) -> list[dict[str, Any]]:
    """The runs that began and never ended. Whoever holds the corpus knows that none of them is at work."""
    query = select(schema.runs.c.id, schema.runs.c.started).where(schema.runs.c.status == "running")
    with ledger.reading() as connection:
        return [dict(row) for row in connection.execute(query.order_by(schema.runs.c.started)).mappings()]


def bury(ledger: Database) -> list[str]:
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


def forget_runs(ledger: Database, keep: int) -> int:
    """Let go of all but the latest *keep* runs that ended, with their rows; how many went.

    Decisions are no part of a run's report, and stay.
    """
    runs = schema.runs.c
    query = select(runs.id).where(runs.status != "running").order_by(runs.started.desc(), runs.id.desc()).offset(keep)
    with ledger.reading() as connection:
        old = [row.id for row in connection.execute(query)]
    for some in chunks(old):
        with ledger.writing() as connection:
            connection.execute(delete(schema.run_rows).where(schema.run_rows.c.run.in_(some)))
            connection.execute(delete(schema.runs).where(runs.id.in_(some)))
    return len(old)
