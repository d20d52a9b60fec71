"""Full-text search over claims: FTS5 on SQLite, tsvector on PostgreSQL; any words a person types are a valid search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.sql.elements import ColumnElement

from pipeline.ledger import schema

TERM = re.compile(r'"([^"]*)"|(\S+)')
WORD = re.compile(r"[^\W_]+")
MOST_TERMS = 24
MANY = 10_000  # hits, beyond which it is quicker to go through the queue than from hit to hit


def terms(query: str) -> list[str]:
    """The terms of a search: words, and phrases in quotation marks; signs that mean nothing are left out.

    >>> terms('"digital restart" NSW AND ( fund*')
    ['digital restart', 'NSW', 'AND', 'fund']
    """
    found = [" ".join(WORD.findall(phrase or word)) for phrase, word in TERM.findall(query)]
    return [term for term in found if term][:MOST_TERMS]


def folded(text: str) -> str:
    """The words of *text* without case, accents and signs, as SQLite's tokenizer sees them; PostgreSQL gets just these.

    >>> folded("Café-owners: 1,500 in São_Paulo")
    'cafe owners 1 500 in sao paulo'
    """
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(WORD.findall(bare.casefold()))


def matching(connection: Connection, query: str) -> ColumnElement[bool] | None:
    """A condition that queue items hold all terms of *query*, the last one as a beginning; None for no terms."""
    sought = _sought(connection, query)
    if sought is None:
        return None
    found = text(f"SELECT rowid FROM claim_words WHERE {_fits(connection)}")  # noqa: S608
    chosen = found.bindparams(bindparam("sought", sought, unique=False))
    many = connection.dialect.name == "sqlite" and _counted(connection, sought, most=MANY) == MANY
    number = number_for(connection, many=many)
    return number.in_(chosen.columns(schema.review_items.c.number).scalar_subquery())


def hits(connection: Connection, query: str) -> int | None:
    """How many queue items hold all terms of *query*, asked of the words alone; None for no terms."""
    sought = _sought(connection, query)
    return None if sought is None else _counted(connection, sought)


def _sought(connection: Connection, query: str) -> str | None:
    """*query* in the language of the database's full-text search."""
    if connection.dialect.name != "postgresql":
        return " ".join(f'"{term}"' for term in wanted) + "*" if (wanted := terms(query)) else None
    wanted = [term for term in map(folded, terms(query)) if term]
    if not wanted:
        return None
    parts = [" <-> ".join(f"'{word}'" for word in term.split()) for term in wanted]
    return " & ".join(f"({part})" for part in (*parts[:-1], f"{parts[-1]}:*"))


def _fits(connection: Connection) -> str:
    on_postgresql = connection.dialect.name == "postgresql"
    return "words @@ to_tsquery('simple', :sought)" if on_postgresql else "claim_words MATCH :sought"


def number_for(connection: Connection, *, many: bool) -> ColumnElement[int]:
    """The number of an item, to be looked for in a list.

    Where that is of *many*, SQLite then goes through an index of the queue in order, and does not fetch hit by hit.
    """
    number: ColumnElement[int] = schema.review_items.c.number
    return number + 0 if many and connection.dialect.name == "sqlite" else number


def _counted(connection: Connection, sought: str, *, most: int | None = None) -> int:
    each = f"SELECT 1 FROM claim_words WHERE {_fits(connection)}"  # noqa: S608
    some = f"{each} LIMIT {most}" if most is not None else each
    return int(connection.execute(text(f"SELECT count(*) FROM ({some}) AS found"), {"sought": sought}).scalar_one())  # noqa: S608


def index(connection: Connection, words: Sequence[dict[str, Any]]) -> None:
    """Keep the words of queue items; each of *words* has ``number`` and ``words``."""
    if not words:
        return
    if connection.dialect.name == "postgresql":
        said = "INSERT INTO claim_words (rowid, words) VALUES (:number, to_tsvector('simple', :words))"
        words = [{"number": row["number"], "words": folded(row["words"])} for row in words]
    else:
        said = "INSERT INTO claim_words (rowid, words) VALUES (:number, :words)"
    connection.execute(text(said), list(words))


def forget(connection: Connection, numbers: Sequence[int]) -> None:
    """Drop the words of queue items."""
    if numbers:
        connection.execute(text("DELETE FROM claim_words WHERE rowid = :number"), [{"number": n} for n in numbers])
