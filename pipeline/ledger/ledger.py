"""The ledger: what was read, found and decided, kept for ever; the one place that writes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import func, select

from pipeline.ledger import rows, schema
from pipeline.ledger.found import Found
from pipeline.ledger.posts import Posts
from pipeline.ledger.runs import Runs
from pipeline.ledger.standing.appending import append
from pipeline.ledger.states import States
from pipeline.records import Decision


class Ledger(Posts, Found, Runs, States):
    """An open ledger. Use it as a context manager, or call ``close``."""

    def record(self, decisions: Iterable[Decision]) -> int:
        """Append *decisions* in one transaction, on disk when this returns; how many were not there before.

        A decision whose id is known already is the same one sent again, and is left out.
        """
        with self.writing() as connection:
            return append(connection, decisions)

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
