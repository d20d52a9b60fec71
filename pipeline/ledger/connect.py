"""Opening a ledger: the database engine, its settings, its migrations, and the transactions that write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from pipeline.ledger.errors import BUSY_SECONDS, LedgerError, ledger_errors, shown

STEPS = Path(__file__).parent / "migrations" / "versions"
HEAD = max(step.name[:4] for step in STEPS.glob("[0-9]*.py"))  # the newest step; a test holds it
ONE_WRITER = 0x6C6564676572  # PostgreSQL's name of the lock that a writer of a ledger holds: "ledger" in ASCII


def open_engine(address: str | Path) -> Engine:
    """An engine on the ledger at *address*, a SQLite file or a database URL, migrated to today's tables.

    Raises ``LedgerError`` where the file is no database, is newer than this program, or cannot be written.
    """
    url = _url(address)
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        why = "is no ledger; write postgresql://USER:PASSWORD@HOST/NAME, or the path of a SQLite file"
        raise LedgerError(shown(address), why)
    try:
        # A reader sees one state of the ledger from its first row to its last, as SQLite's readers do.
        more = {"isolation_level": "REPEATABLE READ"} if url.get_backend_name() == "postgresql" else {}
        engine = create_engine(url, **more)
    except ImportError as error:
        why = 'needs a driver that is not installed; pip install "convening-ledger[postgres]"'
        raise LedgerError(shown(address), why) from error
    except SQLAlchemyError as error:
        raise LedgerError(shown(address), f"is not a database that can be opened ({error})") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settle_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        with ledger_errors(address):
            migrate(engine, address)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _url(address: str | Path) -> URL:
    """*address* as SQLAlchemy has it; a path is taken as it is, whatever signs are in it."""
    if not isinstance(address, str) or "://" not in address:
        return URL.create("sqlite", database=str(address))
    try:
        url = make_url(address)
    except (SQLAlchemyError, ValueError) as error:
        raise LedgerError(shown(address), f"is not a database that can be opened ({error})") from error
    return url.set(drivername="postgresql+pg8000") if url.drivername == "postgresql" else url


def _settle_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins and commits; the driver must not
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",  # a decision that was acknowledged is on the disk
        "foreign_keys = ON",
        "temp_store = MEMORY",
        "cache_size = -65536",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once, so that two writers wait for each other instead of failing midway.
    mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


def migrate(engine: Engine, address: str | Path, *, to: str = HEAD) -> None:
    """Bring the tables to step *to* in one transaction; raises ``LedgerError`` where a newer program made them."""
    with engine.connect() as connection:
        found = None
        if inspect(connection).has_table("alembic_version"):
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found == to:
        return
    from alembic import command  # a ledger of today needs no Alembic
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from pipeline.ledger.migrations.order import sort_by_code_points

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise LedgerError(
            shown(address), f"was made by a newer version of this program (step {found}). Update the program"
        )
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        if engine.dialect.name == "postgresql":
            sort_by_code_points(connection)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction that writes: all of it lands, or nothing."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
        return
    with engine.connect().execution_options(isolation_level="READ COMMITTED") as connection, connection.begin():
        # Writers wait for each other here, too: what one read before it wrote is still so when it writes.
        connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_WRITER})"))
        yield connection
