"""What a database says when it cannot do as asked, in sentences for a person, told apart by class for a program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from pipeline.errors import PipelineError

BUSY_SECONDS = 60  # for which a ledger that another program writes is waited for
BUSY = ("locked", "lock timeout")  # of what SQLite and PostgreSQL say then


class LedgerError(PipelineError):
    """The ledger cannot be opened, read or written."""


class BusyLedgerError(LedgerError):
    """Another program has been using the ledger for too long; trying again later may help."""


@contextmanager
def ledger_errors(address: object) -> Iterator[None]:
    """Turn a database's errors into a ``LedgerError`` that names the ledger and what to do.

    Where only waiting helps it is a ``BusyLedgerError``.
    """
    try:
        yield
    except DBAPIError as error:
        said = _words(error.orig)
        if any(words in said for words in BUSY):
            why = f"is in use by another program for more than {BUSY_SECONDS} seconds ({said})"
            raise BusyLedgerError(shown(address), f"{why}. Try again when it is done") from error
        raise LedgerError(shown(address), _advice(said)) from error
    except NoConnectionLeft as error:
        raise BusyLedgerError(shown(address), f"has no connection left for this ({error}). Try again later") from error


def _words(error: BaseException | None) -> str:
    """What the database said; PostgreSQL's driver hands over its fields, of which M is the message."""
    fields = error.args[0] if error is not None and error.args else None
    return str(fields["M"]) if isinstance(fields, dict) and "M" in fields else str(error)


def _advice(said: str) -> str:
    if "not a database" in said or "malformed" in said:
        return damaged(said)
    if "full" in said or "disk I/O" in said:
        return (
            f"could not be written, because the disk is full or fails ({said}). Free some space and run again; "
            "nothing is lost"
        )
    if "readonly" in said or "unable to open" in said:
        return f"cannot be opened for writing ({said}). Check that the folder exists and that you may write there"
    if "create a connection" in said or "connection is closed" in said or "network error" in said:
        return f"cannot be reached ({said}). Check that the server runs, and the host and port in DATABASE_URL"
    if "password authentication" in said or "does not exist" in said:
        return f"did not let us in ({said}). Check the name, password and database in DATABASE_URL"
    return f"did not answer as expected ({said})"


def damaged(said: str) -> str:
    """What to do about a file that is damaged, as the database *said*."""
    return (
        f"is damaged ({' '.join(said.split())}). Nothing was changed. Put a backup in its place, or move the file away "
        "and run `convening doctor --rebuild`, which reads the decisions from corpus/decisions/"
    )


def shown(address: object) -> str:
    """The *address* of a ledger as a message may show it: never with a password."""
    said = str(address).removeprefix("sqlite:///")
    return said.rpartition("@")[2] if "://" in said else said
