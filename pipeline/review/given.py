"""What a handler is given: the server's desk, who asks, and the form that was sent."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from pipeline.ledger.decisions.deciding import BULK_CAP
from pipeline.review.desk import Desk, plain_form
from pipeline.review.guard import Person

MOST_FIELDS = 2 * BULK_CAP + 100  # each claim of a bulk sends its tick and its version; the rest is the form's own


def desk_of(request: Request) -> Desk:
    """The server's desk."""
    desk: Desk = request.app.state.desk
    return desk


def person_of(request: Request) -> Person:
    """Who asks; the guard lets nobody else through."""
    person: Person = request.state.person
    return person


async def form_of(request: Request) -> dict[str, str]:
    """The text fields of the form that was sent."""
    async with request.form(max_files=4, max_fields=MOST_FIELDS) as form:
        return plain_form(form)


DeskOf = Annotated[Desk, Depends(desk_of)]
PersonOf = Annotated[Person, Depends(person_of)]
Form = Annotated[dict[str, str], Depends(form_of)]
