"""Named things across posts, each under its canonical name, with how often and where it is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, distinct, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from pipeline.ledger import schema
from pipeline.ledger.statements import spellings

_named, _posts = schema.entities.c, schema.posts.c
NAME = func.coalesce(_named.canonical, _named.quote)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedThing:
    """One thing under one label: its name, its ISO 3166 code if it is a place, and how often it is named."""

    name: str
    label: str
    iso: str | None
    mentions: int
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedIn:
    """A post that names a thing: how often, and in which words."""

    post: str
    title: str | None
    date: str | None
    mentions: int
    quotes: tuple[str, ...]


def named_things(
    connection: Connection, *, words: str = "", label: str | None = None, most: int = 100, skip: int = 0
) -> list[NamedThing]:
    """The named things of live posts, those named in the most posts first.

    *words* must stand in the canonical name or in one of the mentions, whatever their case.
    """
    # Named columns to group by: the parameters of an expression differ from place to place.
    mentions = (
        select(NAME.label("name"), _named.label.label("label"), _named.iso, _named.post)
        .join(schema.posts, _posts.id == _named.post)
        .where(_posts.state == "live", *_conditions(words, label))
        .subquery()
    )
    row = mentions.c
    query = (
        select(row.name, row.label, func.max(row.iso), func.count(), func.count(distinct(row.post)).label("in_posts"))
        .group_by(row.name, row.label)
        .order_by(func.count(distinct(row.post)).desc(), func.count().desc(), row.name, row.label)
        .limit(most)
        .offset(skip)
    )
    found = connection.execute(query)
    return [NamedThing(name=n, label=kind, iso=iso, mentions=m, posts=p) for n, kind, iso, m, p in found]


def posts_naming(connection: Connection, name: str, label: str, *, most: int = 200) -> list[NamedIn]:
    """The live posts that name the thing, the newest first."""
    query = (
        select(_posts.id, _posts.title, _posts.date, _named.quote)
        .join(schema.posts, _posts.id == _named.post)
        .where(_posts.state == "live", _named.label == label, NAME.in_([name]))
        .order_by(_posts.date.is_(None), _posts.date.desc(), _posts.id, _named.start)
    )
    by_post: dict[str, list[tuple[str | None, str | None, str]]] = {}
    for post, title, day, quote in connection.execute(query):
        by_post.setdefault(post, []).append((title, day, quote))
    return [
        NamedIn(
            post=post,
            title=rows[0][0],
            date=rows[0][1],
            mentions=len(rows),
            quotes=tuple(dict.fromkeys(quote for _, _, quote in rows)),
        )
        for post, rows in list(by_post.items())[:most]
    ]


def _conditions(words: str, label: str | None) -> Sequence[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [] if label is None else [_named.label == label]
    if words:
        columns = (func.lower(_named.canonical), func.lower(_named.quote))
        wanted.append(or_(*(column.contains(said, autoescape=True) for column in columns for said in spellings(words))))
    return wanted
