"""The log of decisions, who agrees with whom, and taking back what one person decided."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException

from pipeline.ledger import schema
from pipeline.ledger.decisions import agreement, undoing
from pipeline.ledger.standing.viewing import Viewer
from pipeline.ledger.themes.edits import refresh_themes
from pipeline.review import forms, log
from pipeline.review.given import DeskOf, Form, PersonOf
from pipeline.review.guard import Person

router = APIRouter(include_in_schema=False)


@router.get("/decisions")
def decisions(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The latest decisions, the newest first."""
    before = request.query_params.get("before", "")
    by = request.query_params.get("by") or None
    if before and not before.isdecimal():
        raise forms.BadInputError("before", "is a number")
    with desk.ledger.reading() as connection:
        lines, last = log.latest(connection, desk.viewer(person), before=int(before) if before else None, by=by)
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


def _may(person: Person) -> bool:
    return person.single or person.role == "adjudicator"


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
    undoing.revert(desk.ledger, by=by, since=since, reviewer=person.name)
    refresh_themes(desk.ledger)
    return RedirectResponse("/decisions", 303)
