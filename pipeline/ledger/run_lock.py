"""One run at a time over one ledger, wherever the runs are: a lock that PostgreSQL lets go of when its holder dies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from pipeline.ledger.errors import ledger_errors
from pipeline.ledger.ledger import Ledger

KEY = 7_266_368_646_337  # any number, always the same: it names our lock among those of the database
STEP = 1.0  # seconds between two tries


class HeldError(Exception):
    """Another run holds the ledger."""


@contextmanager
def held(ledger: Ledger, *, wait: float = 0) -> Iterator[None]:
    """Hold *ledger* for one run, over all machines; on SQLite the lock of the corpus is enough, so nothing is done.

    Raises ``HeldError`` where another run still holds it after *wait* seconds.
    """
    if ledger.engine.dialect.name != "postgresql":
        ledger.close()  # an idle connection would look as if another program had the ledger open
        yield
        return
    with ledger_errors(ledger.address), ledger.engine.connect() as connection:
        until = time.monotonic() + wait
        while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEY}).scalar():
            connection.rollback()
            if time.monotonic() >= until:
                raise HeldError
            time.sleep(STEP)
        connection.commit()  # the lock is the session's, not the transaction's
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": KEY})
            connection.commit()
