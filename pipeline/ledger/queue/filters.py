"""What a person wants to see of the queue, as conditions on its items; every value is bound, never pasted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, select
from sqlalchemy.sql.elements import ColumnElement

from pipeline.ledger import schema
from pipeline.ledger.queue import search
from pipeline.ledger.queue.items import cut
from pipeline.ledger.queue.withholding import item, judgement, shown_status
from pipeline.ledger.standing.draws import TENTH
from pipeline.ledger.standing.viewing import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which claims a person wants to see; all of it optional."""

    status: str | None = None
    kind: str | None = None
    unit: str | None = None
    post: str | None = None
    theme: str | None = None
    year: str | None = None
    publisher: str | None = None
    subject: str | None = None
    least: float | None = None
    most: float | None = None
    flagged: bool = False
    mine: bool = False
    draw: bool = False  # only the random tenth
    words: str | None = None

    @property
    def any(self) -> bool:
        """Whether anything at all is asked for."""
        return self != Wanted()


def conditions(
    connection: Connection, wanted: Wanted, viewer: Viewer, *, first: bool = False
) -> list[ColumnElement[bool]]:
    """What *wanted* asks of items; every value is bound, never pasted.

    Where only the *first* items that fit are looked for, each is asked for its theme, and no list of all is made.
    """
    made: list[ColumnElement[bool]] = []
    for column, value in (
        (shown_status(viewer), wanted.status),
        (item.kind, wanted.kind),
        (item.unit, cut(wanted.unit)),
        (item.post, wanted.post),
        (item.year, wanted.year),
        (item.publisher, cut(wanted.publisher)),
        (item.subject, cut(wanted.subject)),
    ):
        if value is not None:
            made.append(column == value)
    if wanted.least is not None:
        made.append(item.amount >= wanted.least)
    if wanted.most is not None:
        made.append(item.amount <= wanted.most)
    if wanted.flagged:
        made.append(item.odd == 1)
    if wanted.mine:
        made.append(item.claim.in_(select(judgement.claim).where(judgement.reviewer == viewer.name)))
    if wanted.draw:
        drawn = item.draw + 0 if first else item.draw  # not by the index of draws, which has another order
        made.append(drawn < TENTH)
    if wanted.theme is not None:
        placed, themed = schema.assignments.c, schema.review_items.alias()
        there = (placed.post == themed.c.post) & (placed.passage == themed.c.passage)
        named = select(themed.c.number).join(schema.assignments, there).where(placed.theme == wanted.theme)
        some = select(placed.post).where(placed.theme == wanted.theme).limit(search.MANY).subquery()
        many = connection.execute(select(func.count()).select_from(some)).scalar_one() == search.MANY
        if first and many:
            made.append(
                exists().where(placed.post == item.post, placed.passage == item.passage, placed.theme == wanted.theme)
            )
        else:
            made.append(search.number_for(connection, many=many).in_(named))
    if wanted.words:
        found = search.matching(connection, wanted.words)
        if found is not None:
            made.append(found)
    return made
