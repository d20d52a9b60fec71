"""Who may log in to a review app that others can reach: accounts with Argon2 hashes, and sessions that end."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from pipeline.errors import PipelineError
from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger

ROLES = ("reviewer", "adjudicator", "reader")
NAME = re.compile(r"[\w.@+-]{1,64}")
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
SESSION = timedelta(hours=12)


class AccountError(PipelineError):
    """An account cannot be made or changed as asked."""


def add(ledger: Ledger, name: str, password: str, *, role: str = "reviewer", at: datetime | None = None) -> None:
    """Make an account, or give an existing one a new password and role. Raises ``AccountError``."""
    from argon2 import PasswordHasher

    if not NAME.fullmatch(name):
        raise AccountError(name, "a name is 1 to 64 letters, digits and the signs . @ + - _")
    if role not in ROLES:
        raise AccountError(role, f"is no role; the roles are {', '.join(ROLES)}")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountError("password", f"must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    made = (at or datetime.now(UTC)).isoformat(timespec="seconds")
    values = {"password": PasswordHasher().hash(password), "role": role, "disabled": 0}
    account = schema.accounts.c
    with ledger.writing() as connection:
        done = connection.execute(update(schema.accounts).where(account.name == name).values(values))
        if not done.rowcount:
            connection.execute(insert(schema.accounts).values(name=name, made=made, **values))
        connection.execute(delete(schema.sessions).where(schema.sessions.c.account == name))


def disable(ledger: Ledger, name: str) -> None:
    """Shut an account out; what it decided stays. Raises ``AccountError`` where there is none."""
    with ledger.writing() as connection:
        done = connection.execute(update(schema.accounts).where(schema.accounts.c.name == name).values(disabled=1))
        if not done.rowcount:
            raise AccountError(name, "is no account")
        connection.execute(delete(schema.sessions).where(schema.sessions.c.account == name))


def names(ledger: Ledger) -> dict[str, str]:
    """The accounts that may log in, with their roles."""
    account = schema.accounts.c
    with ledger.reading() as connection:
        found = connection.execute(
            select(account.name, account.role).where(account.disabled == 0).order_by(account.name)
        )
        return {row.name: row.role for row in found}


def reviewers(ledger: Ledger) -> int:
    """How many accounts may decide."""
    account = schema.accounts.c
    with ledger.reading() as connection:
        query = select(func.count()).select_from(schema.accounts).where(account.disabled == 0, account.role != "reader")
        return int(connection.execute(query).scalar_one())


def log_in(ledger: Ledger, name: str, password: str, *, at: datetime | None = None) -> str | None:
    """The token of a new session, or None where name and password do not belong together."""
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    at = at or datetime.now(UTC)
    hasher, account = PasswordHasher(), schema.accounts.c
    with ledger.reading() as connection:
        query = select(account.password).where(account.name == name, account.disabled == 0)
        kept = connection.execute(query).scalar()
    try:
        # An unknown name costs as much time as a wrong password.
        hasher.verify(kept or _DUMMY, password[:LONGEST_PASSWORD])
    except (Argon2Error, InvalidHashError):
        return None
    if kept is None:
        return None
    token = secrets.token_urlsafe(32)
    with ledger.writing() as connection:
        connection.execute(delete(schema.sessions).where(schema.sessions.c.expires < at.isoformat()))
        connection.execute(
            insert(schema.sessions).values(token=_digest(token), account=name, expires=(at + SESSION).isoformat())
        )
    return token


def who(ledger: Ledger, token: str | None, *, at: datetime | None = None) -> tuple[str, str] | None:
    """The name and role of the session that *token* opens, while it lasts."""
    if not token:
        return None
    session, account = schema.sessions.c, schema.accounts.c
    query = (
        select(account.name, account.role)
        .join(schema.sessions, session.account == account.name)
        .where(
            session.token == _digest(token),
            session.expires > (at or datetime.now(UTC)).isoformat(),
            account.disabled == 0,
        )
    )
    with ledger.reading() as connection:
        found = connection.execute(query).first()
    return (found[0], found[1]) if found else None


def log_out(ledger: Ledger, token: str | None) -> None:
    """End the session that *token* opens."""
    if token:
        with ledger.writing() as connection:
            connection.execute(delete(schema.sessions).where(schema.sessions.c.token == _digest(token)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# The hash of a password that was thrown away.
_DUMMY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$8zfRDhnVQfCD4hMGKzy1rVQXkQHBwdr0KDeqHzG4xx8"
