"""What is withheld from a viewer of the queue: others' verdicts on a claim, until they have decided themselves."""

from __future__ import annotations

from sqlalchemy import and_, case, exists
from sqlalchemy.sql.elements import ColumnElement

from pipeline.ledger import schema
from pipeline.ledger.standing.verdicts import SETTLED
from pipeline.ledger.standing.viewing import Viewer
from pipeline.records import Verdict

item = schema.review_items.c
judgement = schema.judgements.c


def hidden(viewer: Viewer) -> ColumnElement[bool] | None:
    """A condition that others' verdicts are withheld from *viewer*, who has not decided yet; None if nothing is."""
    if viewer.second_share <= 0 or viewer.sees_all:
        return None
    mine = exists().where(
        judgement.claim == item.claim, judgement.reviewer == viewer.name, judgement.verdict != Verdict.SKIP
    )
    # what shows no verdict, and what this viewer is asked to settle, is not withheld
    told = SETTLED if viewer.adjudicates else (*SETTLED, "disputed")
    return and_(item.status.in_(told), item.second < viewer.second_share, ~mine)


def shown_status(viewer: Viewer) -> ColumnElement[str]:
    """The status as *viewer* may see it."""
    withheld = hidden(viewer)
    return item.status if withheld is None else case((withheld, "proposed"), else_=item.status)


def shown_as(viewer: Viewer, status: str) -> list[ColumnElement[bool]]:
    """Conditions, of which an item fits one where *viewer* sees it in that state, and an index leads to each."""
    withheld = hidden(viewer)
    if withheld is None:
        return [item.status == status]
    if status == "proposed":
        return [item.status == status, withheld]
    return [and_(item.status == status, ~withheld)]


def not_mine(viewer: Viewer) -> ColumnElement[bool]:
    """A condition that *viewer* has not judged the claim."""
    return ~exists().where(judgement.claim == item.claim, judgement.reviewer == viewer.name)
