"""What was found about each post's themes, row by row: the ledger as a store for the themes' runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, tuple_, update

from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import assignment_of
from pipeline.ledger.statements import chunks, put_rows
from pipeline.ledger.themes.assignments import assignments_of, put_assignments
from pipeline.records import Assignment, digest, passages_of
from pipeline.theme_table.edits import Edited
from pipeline.theme_table.places import Found

BLOCK = 4_000  # strays that are looked at together

type Place = tuple[str, int]


class LedgerStore:
    """The ledger's tables ``theme_posts``, ``theme_places`` and ``theme_strays``.

    Where it is given what people *decided*, the assignments are written together with what was found.
    """

    def __init__(self, ledger: Ledger, decided: Edited | None = None) -> None:
        self.ledger = ledger
        self.decided = decided

    # What is to be done

    def stale(self, guide: str) -> list[str]:
        """The ids of live posts that are new, edited, or were judged by another *guide*, in order."""
        posts, known = schema.posts.c, schema.theme_posts.c
        query = (
            select(posts.id)
            .outerjoin(schema.theme_posts, known.post == posts.id)
            .where(
                posts.state == "live",
                or_(
                    known.post.is_(None),
                    known.revision != posts.revision,
                    func.coalesce(known.title, "") != func.coalesce(posts.title, ""),
                    known.guide != guide,
                ),
            )
            .order_by(posts.id)
        )
        with self.ledger.reading() as connection:
            return list(connection.execute(query).scalars())

    def drop_gone(self) -> list[str]:
        """Forget what was found about posts that are live no more; their ids."""
        posts, known = schema.posts.c, schema.theme_posts.c
        query = select(known.post).join(schema.posts, posts.id == known.post).where(posts.state != "live")
        with self.ledger.reading() as connection:
            gone = list(connection.execute(query.order_by(known.post)).scalars())
        if gone:
            with self.ledger.writing() as connection:
                for chunk in chunks(gone):
                    _forget(connection, chunk)
                    connection.execute(delete(schema.assignments).where(schema.assignments.c.post.in_(chunk)))
        return gone

    def forget(self, posts: Sequence[str]) -> None:
        """Let *posts* be judged anew by the next run."""
        with self.ledger.writing() as connection:
            for chunk in chunks(posts):
                connection.execute(
                    update(schema.theme_posts).where(schema.theme_posts.c.post.in_(chunk)).values(guide="")
                )

    # A store's methods

    def found(self, posts: Sequence[str]) -> Mapping[str, Found]:
        """What was found about *posts*, those that are known."""
        found: dict[str, Found] = {}
        known, places = schema.theme_posts, schema.theme_places
        with self.ledger.reading() as connection:
            for chunk in chunks(posts):
                by_post: dict[str, list[Assignment]] = {}
                for row in connection.execute(select(places).where(places.c.post.in_(chunk))).mappings():
                    by_post.setdefault(row["post"], []).append(assignment_of(row))
                for row in connection.execute(select(known).where(known.c.post.in_(chunk))).mappings():
                    own = sorted(by_post.get(row["post"], ()), key=lambda each: (each.passage, -each.score, each.theme))
                    found[row["post"]] = Found(
                        revision=row["revision"],
                        title=row["title"],
                        guide=row["guide"],
                        places=tuple(own),
                        unthemed=tuple((int(n), str(why)) for n, why in json.loads(row["unthemed"])),
                    )
        return found

    def keep(self, found: Mapping[str, Found], strays: Mapping[str, Sequence[int]]) -> None:
        """Put *found* and *strays* in place of what was kept of their posts, in one transaction."""
        if not found:
            return
        posts = [
            {
                "post": post,
                "revision": each.revision,
                "title": each.title,
                "guide": each.guide,
                "unthemed": json.dumps([list(row) for row in each.unthemed], ensure_ascii=False, separators=(",", ":")),
            }
            for post, each in found.items()
        ]
        places = [_place_row(post, place) for post, each in found.items() for place in each.places]
        drawn = [
            {"post": post, "passage": number, "draw": digest(post, str(number))}
            for post, numbers in strays.items()
            for number in numbers
        ]
        wanted = {} if self.decided is None else assignments_of(self.ledger, found, self.decided)
        with self.ledger.writing() as connection:
            for chunk in chunks(found):
                _forget(connection, chunk)
            put_rows(connection, schema.theme_posts, posts)
            put_rows(connection, schema.theme_places, places)
            put_rows(connection, schema.theme_strays, drawn)
            for chunk in chunks(wanted):
                put_assignments(connection, {post: wanted[post] for post in chunk})

    def keep_places(self, found: Mapping[str, Found]) -> None:
        """Put the places of *found* and their guides in place of those kept; strays stay as they are."""
        places = [_place_row(post, place) for post, each in found.items() for place in each.places]
        wanted = {} if self.decided is None else assignments_of(self.ledger, found, self.decided)
        with self.ledger.writing() as connection:
            for chunk in chunks(found):
                connection.execute(delete(schema.theme_places).where(schema.theme_places.c.post.in_(chunk)))
                put_assignments(connection, {post: wanted[post] for post in chunk if post in wanted})
            for post, each in found.items():
                known = schema.theme_posts
                connection.execute(update(known).where(known.c.post == post).values(guide=each.guide))
            put_rows(connection, schema.theme_places, places)

    def count_strays(self) -> int:
        """How many strays there are."""
        with self.ledger.reading() as connection:
            return connection.execute(select(func.count()).select_from(schema.theme_strays)).scalar_one()

    def some_strays(self, most: int) -> list[Place]:
        """At most *most* strays, the same ones whatever the order in which their posts came."""
        strays = schema.theme_strays.c
        query = select(strays.post, strays.passage).order_by(strays.draw, strays.post, strays.passage).limit(most)
        with self.ledger.reading() as connection:
            return sorted((row.post, row.passage) for row in connection.execute(query))

    def all_strays(self) -> Iterator[list[Place]]:
        """All strays in blocks, by post and number; what is placed meanwhile is left out."""
        strays = schema.theme_strays.c
        last: Place = ("", -1)
        while True:
            query = (
                select(strays.post, strays.passage)
                .where(tuple_(strays.post, strays.passage) > last)
                .order_by(strays.post, strays.passage)
                .limit(BLOCK)
            )
            with self.ledger.reading() as connection:
                block = [(row.post, row.passage) for row in connection.execute(query)]
            if not block:
                return
            last = block[-1]
            yield block

    def texts(self, places: Sequence[Place]) -> Mapping[Place, str]:
        """The texts of passages, as they stand in the posts now."""
        wanted: dict[str, set[int]] = {}
        for post, number in places:
            wanted.setdefault(post, set()).add(number)
        found: dict[Place, str] = {}
        for each in self.ledger.posts(wanted):
            for passage in passages_of(each.text):
                if passage.index in wanted[each.id]:
                    found[each.id, passage.index] = passage.text
        return found | {place: "" for place in places if place not in found}

    def place(self, placed: Mapping[Place, Assignment]) -> None:
        """Give strays their places in found themes; they are strays no more."""
        if not placed:
            return
        strays = schema.theme_strays
        with self.ledger.writing() as connection:
            put_rows(connection, schema.theme_places, [_place_row(post, row) for (post, _), row in placed.items()])
            for post, number in placed:
                connection.execute(delete(strays).where(strays.c.post == post, strays.c.passage == number))

    # Looking

    def posts_with(self, slugs: Iterable[str]) -> list[str]:
        """The ids of posts that have a place in one of the themes *slugs*."""
        places = schema.theme_places.c
        found: set[str] = set()
        with self.ledger.reading() as connection:
            for chunk in chunks(slugs):
                found.update(
                    connection.execute(select(places.post).distinct().where(places.theme.in_(chunk))).scalars()
                )
        return sorted(found)

    def every(self) -> Iterator[Mapping[str, Found]]:
        """What was found about all posts, in blocks by id."""
        known = schema.theme_posts.c
        with self.ledger.reading() as connection:
            posts = list(connection.execute(select(known.post).order_by(known.post)).scalars())
        for chunk in chunks(posts):
            yield self.found(chunk)


def _forget(connection: Connection, posts: Sequence[str]) -> None:
    for table in (schema.theme_places, schema.theme_strays, schema.theme_posts):
        connection.execute(delete(table).where(table.c.post.in_(posts)))


def _place_row(post: str, place: Assignment) -> dict[str, Any]:
    return {
        "post": post,
        "passage": place.passage,
        "theme": place.theme,
        "score": place.score,
        "reason": place.reason,
    }
