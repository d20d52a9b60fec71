"""What statements for both databases are made of: inserts that may meet a row, many rows or ids, words in any case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert
from sqlalchemy.sql.dml import Insert

CHUNK = 500  # values in one IN (…); SQLite allows 32,766 variables


def chunks[T: (str, int)](values: Iterable[T], size: int = CHUNK) -> Iterator[tuple[T, ...]]:
    """Yield *values* in order, each once, in runs that one statement can name.

    >>> list(chunks("caabed", 2))
    [('a', 'b'), ('c', 'd'), ('e',)]
    """
    return batched(sorted(set(values)), size)


def on_conflict(engine_or_connection: Engine | Connection) -> Any:
    """The ``insert`` of this dialect, which knows ``on_conflict_do_update`` on both databases."""
    if engine_or_connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert
    from sqlalchemy.dialects import sqlite

    return sqlite.insert


def put_rows(connection: Connection, into: Table | Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put *rows* into a table, or give them to an ``INSERT`` of one; all have the same columns, in plain values.

    SQLite's driver gets them as they are, without what SQLAlchemy does for each row: most of what a first run
    writes. PostgreSQL's gets them from SQLAlchemy, which knows how it wants them.
    """
    if not rows:
        return
    statement = insert(into) if isinstance(into, Table) else into
    if connection.dialect.name != "sqlite":
        connection.execute(statement, [dict(row) for row in rows])
        return
    made = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    names = made.positiontup or ()
    connection.exec_driver_sql(str(made), [tuple([row[name] for name in names]) for row in rows])


def spellings(words: str) -> list[str]:
    """*words* as ``lower(column)`` may have them on either database, where it knows the letters A to Z alone.

    >>> spellings("île-de-FRANCE")
    ['Île-de-france', 'île-de-france']
    """
    forms = {words, words.lower(), words.upper(), words.title(), words.casefold()}
    return sorted({"".join(sign.lower() if sign.isascii() else sign for sign in form) for form in forms})
