"""Many rows in one statement, without what SQLAlchemy does for each row: most of what a first run writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.sql.dml import Insert


def put_rows(connection: Connection, into: Table | Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put *rows* into a table, or give them to an ``INSERT`` of one; all have the same columns, in plain values.

    SQLite's driver gets them as they are. PostgreSQL's gets them from SQLAlchemy, which knows how it wants them.
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
