"""What a person wants to see of the queue, as conditions on its items; every value is bound, never pasted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, case, exists, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from pipeline.ledger import schema, search
from pipeline.ledger.review_queue import TENTH
from pipeline.ledger.viewing import Viewer
from pipeline.records import Verdict

OPEN = ("disputed", "stale", "proposed")
SETTLED = ("accepted", "corrected", "rejected", "added", "flagged")
item = schema.review_items.c
claim = schema.claims.c
post = schema.posts.c
judgement = schema.judgements.c


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


def shown_status(viewer: Viewer) -> ColumnElement[str]:
    """The status as *viewer* may see it: others' verdicts are withheld until they have decided themselves."""
    if viewer.second_share <= 0 or viewer.sees_all:
        return item.status
    mine = exists().where(
        judgement.claim == item.claim, judgement.reviewer == viewer.name, judgement.verdict != Verdict.SKIP
    )
    # what shows no verdict, and what this viewer is asked to settle, is not withheld
    withheld = ("proposed", "stale", "disputed") if viewer.adjudicates else ("proposed", "stale")
    hidden = and_(item.second < viewer.second_share, item.status.not_in(withheld), ~mine)
    return case((hidden, "proposed"), else_=item.status)


def conditions(connection: Connection, wanted: Wanted, viewer: Viewer) -> list[ColumnElement[bool]]:
    """What *wanted* asks of items joined with claims and posts; every value is bound, never pasted."""
    made: list[ColumnElement[bool]] = []
    for column, value in (
        (shown_status(viewer), wanted.status),
        (func.coalesce(claim.kind, ""), wanted.kind),  # no bare column: the queue's own index gives the order
        (func.coalesce(claim.unit, ""), wanted.unit),
        (item.post, wanted.post),
        (post.publisher, wanted.publisher),
        (claim.subject, wanted.subject),
    ):
        if value is not None:
            made.append(column == value)
    if wanted.year is not None:
        made.append(post.date.startswith(wanted.year, autoescape=True))
    if wanted.least is not None:
        made.append(claim.amount >= wanted.least)
    if wanted.most is not None:
        made.append(claim.amount <= wanted.most)
    if wanted.flagged:
        made.append(or_(claim.flags != "[]", item.tier == 3))
    if wanted.mine:
        made.append(item.claim.in_(select(judgement.claim).where(judgement.reviewer == viewer.name)))
    if wanted.draw:
        made.append(item.draw < TENTH)
    if wanted.theme is not None:
        placed = schema.assignments.c
        made.append(
            exists().where(placed.post == claim.post, placed.passage == claim.passage, placed.theme == wanted.theme)
        )
    if wanted.words:
        found = search.matching(connection, wanted.words)
        if found is not None:
            made.append(found)
    return made


def joined(*columns: Any) -> Select[Any]:
    """Items with their claims and posts."""
    return (
        select(*columns)
        .select_from(schema.review_items)
        .join(schema.claims, claim.id == item.claim)
        .join(schema.posts, post.id == item.post)
    )


def not_mine(viewer: Viewer) -> ColumnElement[bool]:
    """A condition that *viewer* has not judged the claim."""
    return ~exists().where(judgement.claim == item.claim, judgement.reviewer == viewer.name)
