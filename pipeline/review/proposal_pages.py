"""What was corrected again and again: apply it to the open claims like it, after seeing each."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from pipeline.ledger import schema
from pipeline.ledger.decisions import deciding
from pipeline.ledger.decisions.deciding import UnknownTargetError
from pipeline.ledger.decisions.proposals import VERDICT, Proposal, proposals
from pipeline.ledger.standing.viewing import Viewer
from pipeline.review import forms, words
from pipeline.review.desk import Desk
from pipeline.review.given import DeskOf, Form, PersonOf
from pipeline.review.guard import Person
from pipeline.review.lines import Line, lines_of

router = APIRouter(include_in_schema=False)


def offered(desk: Desk, person: Person) -> list[Proposal]:
    """The proposals that *person* may see: where verdicts are blind, only those learnt from their own."""
    viewer = desk.viewer(person)
    blind = viewer.second_share > 0 and not viewer.sees_all
    return proposals(desk.ledger, by=person.name if blind else None)


@router.get("/proposals")
def every(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """All proposals, the widest first."""
    return desk.page(request, "proposals.html", proposals=offered(desk, person))


@router.get("/proposals/{name}")
def preview(request: Request, desk: DeskOf, person: PersonOf, name: str) -> Response:
    """Every claim that one proposal would change, with what it would become."""
    one = _named(desk, person, name)
    with desk.ledger.reading() as connection:
        lines = fitting(connection, one, desk.viewer(person))
    return desk.page(request, "proposal.html", proposal=one, lines=lines, rejects=one.field == VERDICT, told=_told(one))


@router.post("/proposals/{name}")
def agree(desk: DeskOf, person: PersonOf, form: Form, name: str) -> Response:
    """Apply the proposal to all the ticked claims, as one act."""
    versions = {key[2:]: seen for key, seen in form.items() if key.startswith("v-") and f"t-{key[2:]}" in form}
    if not versions:
        raise forms.BadInputError("proposal", "no claim is ticked")
    one = _named(desk, person, name)
    strange = set(versions) - set(one.claims)
    if strange:
        raise deciding.ChangedMeanwhileError("the proposal", "no longer fits every ticked claim; look at it again")
    rulings = [one.ruling(claim, version) for claim, version in versions.items()]
    deciding.record(desk.ledger, rulings, act=form.get("act", ""), viewer=desk.viewer(person))
    return RedirectResponse("/proposals", 303)


def _named(desk: Desk, person: Person, name: str) -> Proposal:
    for one in offered(desk, person):
        if one.id == name:
            return one
    raise UnknownTargetError("this proposal", "is not made any more; what it was learnt from has changed")


def _told(one: Proposal) -> str:
    if one.field == VERDICT:
        return f"reject as {words.reason(one.after)}"
    field = words.FIELD_NAMES.get(one.field, one.field).lower()
    return f"{field} {words.field_value(one.field, one.after)} instead of {words.field_value(one.field, one.before)}"


def fitting(connection: Connection, one: Proposal, viewer: Viewer) -> list[Line]:
    """The open claims that *one* would change, as lines to tick, by post and place."""
    claims, posts = schema.claims.c, schema.posts.c
    query = (
        select(schema.claims, posts.title)
        .join(schema.posts, posts.id == claims.post)
        .where(claims.id.in_(one.claims))
        .order_by(claims.post, claims.start)
    )
    return lines_of(connection, connection.execute(query).mappings().all(), viewer)
