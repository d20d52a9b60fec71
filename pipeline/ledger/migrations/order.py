"""How text sorts on PostgreSQL: by its code points, as on SQLite, whatever the server's language."""

from __future__ import annotations

from sqlalchemy import Connection, text

from pipeline.ledger.schema import metadata


def sort_by_code_points(connection: Connection) -> None:
    """Give every text column of the ledger the collation "C": the same ledger gives the same bytes anywhere.

    A column that a trigger names cannot be changed any more, so this comes before triggers are made.
    """
    of_other_order = text(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND data_type IN ('character varying', 'text') "
        "AND collation_name IS DISTINCT FROM 'C' ORDER BY table_name, ordinal_position"
    )
    for table, column, kind in connection.execute(of_other_order).all():
        if table in metadata.tables:
            connection.execute(text(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind} COLLATE "C"'))
