"""Full-text search over claims: FTS5 on SQLite, tsvector on PostgreSQL; any words a person types are a valid search."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.sql.elements import ColumnElement

from pipeline.ledger import schema

TERM = re.compile(r'"([^"]*)"|(\S+)')
WORD = re.compile(r"\w+")
MOST_TERMS = 24


def terms(query: str) -> list[str]:
    """The terms of a search: words, and phrases in quotation marks; signs that mean nothing are left out.

    >>> terms('"digital restart" NSW AND ( fund*')
    ['digital restart', 'NSW', 'AND', 'fund']
    """
    found = [" ".join(WORD.findall(phrase or word)) for phrase, word in TERM.findall(query)]
    return [term for term in found if term][:MOST_TERMS]


def matching(connection: Connection, query: str) -> ColumnElement[bool] | None:
    """A condition that queue items hold all terms of *query*, the last one as a beginning; None for no terms."""
    wanted = terms(query)
    if not wanted:
        return None
    if connection.dialect.name == "postgresql":
        parts = [" <-> ".join(f"'{word}'" for word in term.split()) for term in wanted]
        sought = " & ".join(f"({part})" for part in parts) + (":*" if " " not in wanted[-1] else "")
        found = text("SELECT rowid FROM claim_words WHERE words @@ to_tsquery('simple', :sought)")
    else:
        sought = " ".join(f'"{term}"' for term in wanted) + "*"
        found = text("SELECT rowid FROM claim_words WHERE claim_words MATCH :sought")
    chosen = found.bindparams(bindparam("sought", sought, unique=False))
    return schema.review_items.c.number.in_(chosen.columns(schema.review_items.c.number).scalar_subquery())


def index(connection: Connection, words: Sequence[dict[str, Any]]) -> None:
    """Keep the words of queue items; each of *words* has ``number`` and ``words``."""
    if not words:
        return
    if connection.dialect.name == "postgresql":
        said = "INSERT INTO claim_words (rowid, words) VALUES (:number, to_tsvector('simple', :words))"
    else:
        said = "INSERT INTO claim_words (rowid, words) VALUES (:number, :words)"
    connection.execute(text(said), list(words))


def forget(connection: Connection, numbers: Sequence[int]) -> None:
    """Drop the words of queue items."""
    if numbers:
        connection.execute(text("DELETE FROM claim_words WHERE rowid = :number"), [{"number": n} for n in numbers])
