"""The ledger: what was read, found and decided, kept for ever; the one place that writes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from pipeline.ledger import rows, schema
from pipeline.ledger.decisions.appending import append
from pipeline.ledger.decisions.verdicts import corrected
from pipeline.ledger.found import Found, LedgerClaim
from pipeline.ledger.posts import FileMark, KnownPost, Posts
from pipeline.records import Decision

__all__ = ["FileMark", "KnownPost", "Ledger", "LedgerClaim", "corrected"]


class Ledger(Posts, Found):
    """An open ledger. Use it as a context manager, or call ``close``."""

    def record(self, decisions: Iterable[Decision]) -> int:
        """Append *decisions* in one transaction, on disk when this returns; how many were not there before.

        A decision whose id is known already is the same one sent again, and is left out.
        """
        with self.writing() as connection:
            return append(connection, decisions)

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

    def fingerprint(self) -> str:
        """What changes when anything does that outputs are made from: posts, extractions, themes or decisions."""
        seen = hashlib.sha256()
        for row in self._rows(select(schema.posts).order_by(schema.posts.c.id)):
            seen.update(rows.packed(list(row.values())).encode())
        with self.reading() as connection:
            decided = connection.execute(select(func.max(schema.decisions.c.seq))).scalar()
            themes = connection.execute(select(schema.states).where(schema.states.c.name == "themes")).first()
        seen.update(repr((decided, None if themes is None else hashlib.sha256(themes.bytes).digest())).encode())
        return seen.hexdigest()[:16]
