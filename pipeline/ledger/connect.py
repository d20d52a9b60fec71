"""Opening a ledger: the database engine, its settings, its migrations, and errors in sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from pipeline.errors import PipelineError

HEAD = "0001"  # the newest step in migrations/versions; a test holds it
BUSY_SECONDS = 60


class LedgerError(PipelineError):
    """The ledger cannot be opened, read or written."""


def open_engine(address: str | Path) -> Engine:
    """An engine on the ledger at *address*, a SQLite file or a database URL, migrated to today's tables.

    Raises ``LedgerError`` where the file is no database, is newer than this program, or cannot be written.
    """
    url = address if isinstance(address, str) and "://" in address else f"sqlite:///{address}"
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+pg8000://", 1)
    try:
        engine = create_engine(url)
    except (SQLAlchemyError, ImportError) as error:
        raise LedgerError(_shown(url), f"is not a database that can be opened ({error})") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settle_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    with ledger_errors(url):
        _migrate(engine, url)
    return engine


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


@contextmanager
def ledger_errors(url: object) -> Iterator[None]:
    """Turn a database's errors into a ``LedgerError`` that names the ledger and what to do."""
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig)
        raise LedgerError(_shown(str(url)), _advice(said)) from error


def _advice(said: str) -> str:
    if "not a database" in said or "malformed" in said:
        return (
            f"is damaged ({said}). Nothing was changed. Put a backup in its place, or move the file away "
            "and run `convening doctor --rebuild`, which reads the decisions from corpus/decisions/"
        )
    if "full" in said:
        return (
            f"could not be written, because the disk is full ({said}). Free some space and run again; nothing is lost"
        )
    if "readonly" in said or "unable to open" in said:
        return f"cannot be opened for writing ({said}). Check that the folder exists and that you may write there"
    if "locked" in said:
        return f"is in use by another program for more than {BUSY_SECONDS} seconds ({said}). Try again when it is done"
    return f"did not answer as expected ({said})"


def _shown(url: str) -> str:
    return url.removeprefix("sqlite:///").split("@")[-1]  # never a password


def _migrate(engine: Engine, url: str) -> None:
    with engine.connect() as connection:
        found = None
        if inspect(connection).has_table("alembic_version"):
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found == HEAD:
        return
    from alembic import command  # a ledger of today needs no Alembic
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise LedgerError(
            _shown(url), f"was made by a newer version of this program (step {found}). Update the program"
        )
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction that writes: all of it lands, or nothing."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def on_conflict(engine_or_connection: Any) -> Any:
    """The ``insert`` of this dialect, which knows ``on_conflict_do_update`` on both databases."""
    if engine_or_connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert
    from sqlalchemy.dialects import sqlite

    return sqlite.insert
