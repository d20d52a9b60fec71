"""Which claim a reviewer looks at next: what is open, in order, every tenth drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from pipeline.ledger import schema
from pipeline.ledger.queue.filters import Wanted, conditions
from pipeline.ledger.queue.withholding import item, judgement, not_mine, shown_as
from pipeline.ledger.standing.draws import TENTH
from pipeline.ledger.standing.verdicts import JUDGED, OPEN
from pipeline.ledger.standing.viewing import Viewer
from pipeline.records import Verdict

ORDER = (item.tier, item.rank, item.post, item.start, item.number)


@dataclass(frozen=True, slots=True)
class Place:
    """A claim of the queue, and whether it was drawn at random."""

    claim: str
    drawn: bool = False


def next_place(
    connection: Connection, wanted: Wanted, viewer: Viewer, *, after: str | None = None, back: bool = False
) -> Place | None:
    """The item that *viewer* should look at next; the one *after* a claim (or before it, with *back*) if given."""
    if wanted.any:
        return _next_wanted(connection, wanted, viewer, after, back)
    if not back and _draw_is_due(connection):
        drawn = _first_drawn(connection, viewer, after)
        if drawn is not None:
            return drawn
    for status in OPEN:
        found = _first_regular(connection, viewer, status, after, back)
        if found is not None:
            return found
    if after is not None:
        return next_place(connection, wanted, viewer) if not back else None
    return _first_drawn(connection, viewer, None) or _second_look(connection, viewer) or _skipped(connection, viewer)


def _first_regular(connection: Connection, viewer: Viewer, status: str, after: str | None, back: bool) -> Place | None:
    query = select(item.claim).where(item.status == status)
    if status == "disputed":
        if not viewer.adjudicates:
            return None
        left_open = (judgement.claim == item.claim, judgement.verdict == Verdict.ADJUDICATE)
        query = query.where(~exists().where(*left_open, judgement.reviewer == viewer.name))
    else:
        query = query.where(not_mine(viewer))
    if status == "proposed":
        query = query.where(item.draw + 0 >= TENTH)  # a sum, lest the index of draws be taken, and all sorted
    if after is not None:
        here = connection.execute(select(*ORDER, item.status).where(item.claim == after)).first()
        if here is not None and here[-1] in OPEN and OPEN.index(here[-1]) > OPEN.index(status):
            return None
        if here is not None:
            query = query.where(item.claim != after, _beyond(ORDER, here[:-1], back))
    query = query.order_by(*(column.desc() for column in ORDER) if back else ORDER)
    found = connection.execute(query.limit(1)).scalar()
    return None if found is None else Place(found)


def _beyond(order: Sequence[ColumnElement[Any]], here: Sequence[Any], back: bool) -> ColumnElement[bool]:
    there = tuple_(*here)
    return tuple_(*order) < there if back else tuple_(*order) > there  # as one, so that the index leads there


def _draw_is_due(connection: Connection) -> bool:
    count = schema.review_counts.c
    of_the_draw = func.coalesce(func.sum(case((count.drawn == 1, count.claims), else_=0)), 0)
    all_of_them = func.coalesce(func.sum(count.claims), 0)
    drawn, decided = connection.execute(select(of_the_draw, all_of_them).where(count.status.in_(JUDGED))).one()
    return bool(drawn < (decided - drawn) // 9)


def _first_drawn(connection: Connection, viewer: Viewer, after: str | None) -> Place | None:
    query = select(item.claim).where(item.status == "proposed", item.draw < TENTH, not_mine(viewer)).order_by(item.draw)
    if after is not None:
        query = query.where(item.claim != after)
    found = connection.execute(query.limit(1)).scalar()
    return None if found is None else Place(found, drawn=True)


def _second_look(connection: Connection, viewer: Viewer) -> Place | None:
    """A claim that somebody else has decided and that is due for a second pair of eyes."""
    if viewer.second_share <= 0:
        return None
    query = select(item.second, item.claim).where(item.second < viewer.second_share, not_mine(viewer))
    query = query.order_by(item.second).limit(1)
    firsts = [connection.execute(query.where(item.status == status)).first() for status in JUDGED]
    found = min((row for row in firsts if row is not None), key=lambda row: row.second, default=None)
    return None if found is None else Place(found.claim)


def _skipped(connection: Connection, viewer: Viewer) -> Place | None:
    """What *viewer* put off, the longest ago first, once nothing else is left."""
    mine = (judgement.claim == item.claim, judgement.reviewer == viewer.name, judgement.verdict == Verdict.SKIP)
    query = select(item.claim).join(schema.judgements, and_(*mine))
    found = connection.execute(query.where(item.status.in_(OPEN)).order_by(judgement.seq).limit(1)).scalar()
    return None if found is None else Place(found)


def _next_wanted(connection: Connection, wanted: Wanted, viewer: Viewer, after: str | None, back: bool) -> Place | None:
    here = None
    if after is not None:
        here = connection.execute(select(*ORDER).where(item.claim == after)).first()
    asked = conditions(connection, replace(wanted, status=None), viewer, first=True)
    # A state at a time, each in the order of its index, so that the first hit ends the search.
    # What is asked for as one's own was judged before, and is there to be judged again: skipped, flagged or disputed.
    states = (wanted.status,) if wanted.status else (*OPEN, "flagged") if wanted.mine else OPEN
    for status in states:
        query = select(*ORDER, item.claim).where(*asked)
        if wanted.status is None and status != "disputed" and not wanted.mine:
            query = query.where(not_mine(viewer))
        if here is not None:
            query = query.where(_beyond(ORDER, here, back))
        query = query.order_by(*(column.desc() for column in ORDER) if back else ORDER).limit(1)
        firsts = [connection.execute(query.where(seen)).first() for seen in shown_as(viewer, status)]
        found = sorted(
            (row for row in firsts if row is not None), key=lambda row: tuple(row)[: len(ORDER)], reverse=back
        )
        if found:
            return Place(found[0].claim)
    if here is not None and not back:
        return _next_wanted(connection, wanted, viewer, None, back)
    return None
