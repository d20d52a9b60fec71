"""A whole ledger into another database, from SQLite to PostgreSQL and back, and into a backup; checked by digests."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from pipeline.ledger import schema
from pipeline.ledger.errors import BusyLedgerError, LedgerError
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.queue.items import refresh_queue
from pipeline.ledger.rows import packed

BATCH = 1000
# Made anew from the claims and findings where the copy is opened, or true of one moment only.
DERIVED = {"review_items", "review_dirty", "review_counts", "review_posts", "presence"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCopy:
    """One table of a copy: how many rows, and the digest that both sides have."""

    table: str
    rows: int
    digest: str


def copy_ledger(source: Ledger, target: Ledger) -> list[TableCopy]:
    """Copy all that *source* holds into the empty *target*; what was copied, table by table.

    The copy is one state of the source, even while others write to it, and lands whole or not at all.
    Raises ``LedgerError`` where the target holds something, or where the copy is not equal to the source.
    """
    if any(count for table, count in target.counts().items() if table not in DERIVED):
        raise LedgerError(target.address, "holds something already; copy into an empty database or a new file")
    copied = []
    with source.reading() as here, target.writing() as there:
        for table in schema.metadata.sorted_tables:
            if table.name in DERIVED:
                continue
            seen, count = hashlib.sha256(), 0
            for batch in _batches(here, table):
                there.execute(insert(table), [dict(row) for row in batch])
                count += len(batch)
                for row in batch:
                    seen.update(_line(row))
            copied.append(TableCopy(table=table.name, rows=count, digest=seen.hexdigest()))
        _count_on(there)
        for one in copied:
            arrived = _digest(there, schema.metadata.tables[one.table])
            if arrived != one.digest:
                raise LedgerError(target.address, f"the copy of {one.table} is not equal to it; nothing was kept")
    refresh_queue(target)
    return copied


def back_up(ledger: Ledger, to: Path) -> list[TableCopy]:
    """Write all that *ledger* holds to the new SQLite file *to*, while others work on it; what was copied.

    The file appears when it is whole. Raises ``LedgerError`` where *to* is there already or cannot be written.
    """
    if to.exists():
        raise LedgerError(to, "is there already; name a new file for the backup")
    if not to.parent.is_dir():
        raise LedgerError(to, "cannot be written, because its folder is not there")
    with TemporaryDirectory(prefix=".backup-", dir=to.parent) as folder:
        part = Path(folder) / "ledger.db"
        with Ledger(part) as target:
            copied = copy_ledger(ledger, target)
            _into_one_file(target)
        part.replace(to)
    return copied


def restore(backup: Path, ledger: Ledger, *, now: datetime | None = None) -> Path | None:
    """Put what *backup* holds in place of what *ledger* holds; where the old ledger was set aside, if it held any.

    Decisions that were made since the backup are kept: they are added after those of the backup, which itself stays
    as it is. Only a SQLite ledger can be replaced; on PostgreSQL the database must be empty. Raises ``LedgerError``
    where the backup is missing, is no ledger, or the database is not empty, and ``BusyLedgerError`` where another
    program has the ledger open, whose decisions would get lost.
    """
    if not backup.is_file():
        raise LedgerError(backup, "there is no such backup")
    path = Path(str(ledger.engine.url.database)) if ledger.engine.dialect.name == "sqlite" else None
    empty = not any(count for table, count in ledger.counts().items() if table not in DERIVED)
    if path is None and not empty:
        raise LedgerError(ledger.address, "holds something already; restore into an empty database")
    with TemporaryDirectory(prefix=".restore-", dir=path and path.parent) as folder:
        copy = _copied(backup, Path(folder))  # opening a ledger may migrate it
        if path is not None and not empty:
            return _replace(path, ledger, copy, now or datetime.now(UTC))
        with Ledger(copy) as source:
            copy_ledger(source, ledger)
    return None


def _replace(path: Path, ledger: Ledger, backup: Path, now: datetime) -> Path:
    """Put a new file of what *backup* holds and *ledger* decided in place of the ledger's, which is set aside."""
    ledger.close()
    with _alone(path):
        pass  # nobody else is there, as far as can be told before the work begins
    part = backup.with_name("ledger.db")
    with Ledger(backup) as source, Ledger(part) as target:
        copy_ledger(source, target)
        kept = list(ledger.decisions())
        target.record(kept)
        _into_one_file(target)
    aside = path.with_name(f"{path.stem}-before-{now.strftime('%Y%m%dT%H%M%SZ')}{path.suffix}")
    back_up(ledger, aside)
    ledger.close()
    with _alone(path) as connection:
        if connection.execute("SELECT count(*) FROM decisions").fetchone()[0] != len(kept):
            raise BusyLedgerError(path, "was decided on meanwhile; stop the review and restore again")
        part.replace(path)
    return aside


def _copied(ledger: Path, folder: Path) -> Path:
    """A copy of the SQLite file *ledger* in *folder*, with what is still in its log."""
    for end in ("", "-wal"):
        if (path := ledger.with_name(ledger.name + end)).is_file():
            shutil.copyfile(path, folder / f"copy.db{end}")
    return folder / "copy.db"


@contextmanager
def _alone(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to the SQLite ledger *path* that no other program has open, all of it in the one file."""
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")  # refused where anybody else is there
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            why = f"is open in another program ({error}). Stop the review and wait for runs, then restore again"
            raise BusyLedgerError(path, why) from error
        yield connection


def _into_one_file(ledger: Ledger) -> None:
    """Move what a SQLite ledger has in its log into the file itself, so that the file can be moved."""
    with ledger.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _batches(connection: Connection, table: Table) -> Iterator[list[Mapping[Any, Any]]]:
    order = list(table.primary_key.columns)
    result = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*order))
    for batch in result.mappings().partitions(BATCH):
        yield [dict(row) for row in batch]


def _line(row: Mapping[Any, Any]) -> bytes:
    plain = {
        name: hashlib.sha256(bytes(value)).hexdigest() if isinstance(value, bytes | memoryview) else value
        for name, value in row.items()
    }
    return packed(plain).encode("utf-8", "surrogatepass") + b"\n"


def _digest(connection: Connection, table: Table) -> str:
    seen = hashlib.sha256()
    for batch in _batches(connection, table):
        for row in batch:
            seen.update(_line(row))
    return seen.hexdigest()


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL number the next rows after those that came with their numbers."""
    if connection.dialect.name != "postgresql":
        return
    last = connection.execute(select(func.max(schema.decisions.c.seq))).scalar()
    if last:
        sequence = "SELECT setval(pg_get_serial_sequence('decisions', 'seq'), :last)"
        connection.execute(text(sequence), {"last": last})
