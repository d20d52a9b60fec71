"""What pages and commands show of themes: how much each holds, and its surest passages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger
from pipeline.theme_table.places import PostYear
from pipeline.theme_table.rows import Status, ThemeRow

BLOCK = 500  # posts whose places are read together


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much a theme holds."""

    passages: int
    posts: int


def theme_sizes(ledger: Ledger, candidates: Iterable[ThemeRow] = ()) -> dict[str, Sizes]:
    """How many passages and posts each active theme has, and each of *candidates* would have."""
    table, places, posts = schema.assignments.c, schema.theme_places.c, schema.posts.c
    count = (func.count(), func.count(table.post.distinct()))
    query = select(table.theme, *count).join(schema.posts, posts.id == table.post).where(posts.state == "live")
    with ledger.reading() as connection:
        found = {t: Sizes(passages=n, posts=m) for t, n, m in connection.execute(query.group_by(table.theme))}
        for row in candidates:
            query = select(func.count(), func.count(places.post.distinct())).where(places.theme == row.slug)
            n, m = connection.execute(query).one()
            found[row.slug] = Sizes(passages=n, posts=m)
    return found


def themes_of(ledger: Ledger, post: str, passage: int) -> list[str]:
    """The slugs of a passage's themes, the surest first."""
    table = schema.assignments.c
    query = select(table.theme).where(table.post == post, table.passage == passage)
    with ledger.reading() as connection:
        return list(connection.execute(query.order_by(table.score.desc(), table.theme)).scalars())


def themes_in_use(ledger: Ledger) -> int:
    """How many themes have a passage."""
    with ledger.reading() as connection:
        return connection.execute(select(func.count(schema.assignments.c.theme.distinct()))).scalar_one()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A passage of a theme, with what a page shows of it."""

    post: str
    title: str | None
    revision: str
    passage: int
    text: str
    score: float
    reason: str


def strongest_passages(ledger: Ledger, row: ThemeRow, *, most: int) -> list[Member]:
    """The *most* passages of a theme that are surest, each with its text; of a candidate, those it would have."""
    table = schema.theme_places if row.status is Status.CANDIDATE else schema.assignments
    posts, passages, revisions = schema.posts.c, schema.passages.c, schema.revisions.c
    query = (
        select(
            table.c.post,
            table.c.passage,
            table.c.score,
            table.c.reason,
            posts.title,
            posts.revision,
            passages.start,
            passages.end,
            revisions.text,
        )
        .join(schema.posts, posts.id == table.c.post)
        .join(schema.passages, (passages.post == table.c.post) & (passages.number == table.c.passage))
        .join(schema.revisions, (revisions.post == posts.id) & (revisions.revision == posts.revision))
        .where(table.c.theme == row.slug, posts.state == "live")
        .order_by(table.c.score.desc(), table.c.post, table.c.passage)
        .limit(most)
    )
    with ledger.reading() as connection:
        return [
            Member(
                post=r["post"],
                title=r["title"],
                revision=r["revision"],
                passage=r["passage"],
                text=r["text"][r["start"] : r["end"]],
                score=r["score"],
                reason=r["reason"],
            )
            for r in connection.execute(query).mappings()
        ]


def post_years(ledger: Ledger) -> Iterator[PostYear]:
    """Yield what each dated live post adds to its year, by post."""
    posts, known, table = schema.posts.c, schema.theme_posts.c, schema.assignments.c
    query = select(posts.id, posts.date, known.unthemed).join(schema.theme_posts, known.post == posts.id)
    query = query.where(posts.state == "live", posts.date.is_not(None)).order_by(posts.id).limit(BLOCK)
    last = ""
    while True:
        with ledger.reading() as connection:
            block = connection.execute(query.where(posts.id > last)).all()
            if not block:
                return
            last = block[-1].id
            wanted = select(table.post, table.theme, table.passage).where(table.post.in_([row.id for row in block]))
            places: dict[str, list[tuple[str, int]]] = {}
            for post, theme, passage in connection.execute(wanted.order_by(table.post, table.theme, table.passage)):
                places.setdefault(post, []).append((theme, passage))
        for row in block:
            own = places.get(row.id, [])
            prose = {n for n, why in json.loads(row.unthemed) if " " in why}  # one word says that it is no prose
            yield PostYear(
                year=int(row.date[:4]),
                passages=len({passage for _, passage in own} | prose),
                themes=tuple(Counter(theme for theme, _ in own).items()),
            )
