"""An open database: its connections, one transaction that writes, one consistent view that reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Select, func, select

from pipeline.ledger import schema
from pipeline.ledger.connect import open_engine, writing
from pipeline.ledger.errors import LedgerError, damaged, ledger_errors


class Database:
    """An open database. Use it as a context manager, or call ``close``."""

    def __init__(self, address: str | Path) -> None:
        """Open the SQLite file or database URL *address*, making and migrating it as needed.

        Raises ``LedgerError`` with a sentence for a person where that cannot be done.
        """
        self.address = address
        self.engine = open_engine(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes; errors come as ``LedgerError``."""
        with ledger_errors(self.address), writing(self.engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the ledger."""
        with ledger_errors(self.address), self.engine.connect() as connection, connection.begin():
            yield connection

    def _rows(self, query: Select[Any]) -> Iterator[Mapping[Any, Any]]:
        with self.reading() as connection:
            result = connection.execution_options(yield_per=2000).execute(query)
            yield from result.mappings()

    def verify(self) -> None:
        """Look the whole file over; raises ``LedgerError`` where it is damaged. Slow on a large ledger."""
        if self.engine.dialect.name != "sqlite":
            return
        with self.reading() as connection:
            said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if said != "ok":
            raise LedgerError(self.address, damaged(said))

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.reading() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in schema.metadata.sorted_tables
            }
