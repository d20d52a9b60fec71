"""The log of decisions, who agrees with whom, and taking back what one person decided."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException

from pipeline.ledger import agreement, decision_log, rows, schema, theme_edits, viewing
from pipeline.ledger.viewing import Viewer
from pipeline.review import forms
from pipeline.review.card_pages import DeskOf, Form, PersonOf

router = APIRouter(include_in_schema=False)
PAGE = 100


@router.get("/decisions")
def log(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The latest decisions, the newest first."""
    before = request.query_params.get("before", "")
    by = request.query_params.get("by") or None
    if before and not before.isdecimal():
        raise forms.BadInputError("before", "is a number")
    with desk.ledger.reading() as connection:
        lines, last = latest(connection, desk.viewer(person), before=int(before) if before else None, by=by)
        people = _people(connection, desk.viewer(person))
        agreed = desk.remembered("agreement", 60, lambda: agreement.measure(connection))
    return desk.page(
        request, "decisions.html", lines=lines, older=last, by=by, people=people, agreed=agreed, may_revert=_may(person)
    )


def _people(connection: Connection, viewer: Viewer) -> list[str]:
    """Whose decisions can be asked for: who decided anything, or, for the blind, who could."""
    if viewer.adjudicates or viewer.sees_all:
        return sorted(connection.execute(select(schema.decisions.c.reviewer).distinct()).scalars())
    return sorted(connection.execute(select(schema.accounts.c.name)).scalars())


def _may(person: Any) -> bool:
    return bool(person.single or person.role == "adjudicator")


def latest(
    connection: Connection, viewer: Viewer, *, before: int | None = None, by: str | None = None, most: int = PAGE
) -> tuple[list[dict[str, Any]], int | None]:
    """The newest decisions that *viewer* may see, and the number to go on from."""
    decided, claims = schema.decisions.c, schema.claims.c
    query = (
        select(schema.decisions, claims.quote, claims.sentence)
        .outerjoin(schema.claims, claims.id == decided.target)
        .order_by(decided.seq.desc())
        .limit(most)
    )
    if before is not None:
        query = query.where(decided.seq < before)
    if by is not None:
        query = query.where(decided.reviewer == by)
    found = connection.execute(query).mappings().all()
    lines = []
    for row in found:
        decision = rows.decision_of(row)
        if not _open_to(connection, decision, viewer):
            continue
        lines.append({"seq": row["seq"], "decision": decision, "quote": row["quote"], "sentence": row["sentence"]})
    return lines, found[-1]["seq"] if len(found) == most else None


def _open_to(connection: Connection, decision: Any, viewer: Viewer) -> bool:
    if decision.target_kind != "claim" or decision.reviewer == viewer.name:
        return True
    if viewer.second_share <= 0 or viewer.sees_all:
        return True
    made = viewing.decisions_on(connection, decision.target)
    seen = viewing.visible_decisions(decision.target, made, viewer)
    return decision.id in {d.id for d in seen}


@router.post("/decisions/revert")
def revert(desk: DeskOf, person: PersonOf, form: Form) -> Response:
    """Take back what one person decided since a time; itself one more act, which can be undone."""
    if not _may(person):
        raise HTTPException(403, "Only an adjudicator may take back what others decided.")
    by = form.get("by", "")
    try:
        since = datetime.fromisoformat(form.get("since", ""))
    except ValueError as error:
        raise forms.BadInputError("since", "is a time such as 2024-05-31T09:00") from error
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    decision_log.revert(desk.ledger, by=by, since=since, reviewer=person.name)
    theme_edits.refresh(desk.ledger)
    return RedirectResponse("/decisions", 303)
