"""Names: who and what the posts name, under one name each, with the posts that do."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from pipeline.ledger.names import named_things, posts_naming
from pipeline.records import Label
from pipeline.review import forms
from pipeline.review.given import DeskOf

router = APIRouter(include_in_schema=False)
PAGE = 100


@router.get("/names")
def names(request: Request, desk: DeskOf) -> Response:
    """Named things, those in the most posts first, by words and label."""
    asked = request.query_params
    page, words, label = asked.get("page", "1"), asked.get("words", "").strip(), asked.get("label") or None
    if not page.isdecimal() or not 1 <= int(page) <= 100_000:
        raise forms.BadInputError("page", "is a number from 1")
    if label is not None and label not in set(Label):
        raise forms.BadInputError("label", f"is one of {', '.join(Label)}")
    with desk.ledger.reading() as connection:
        found = named_things(
            connection, words=words[: forms.LONGEST], label=label, most=PAGE + 1, skip=(int(page) - 1) * PAGE
        )
    return desk.page(
        request,
        "names.html",
        things=found[:PAGE],
        sought=words,
        label=label,
        labels=list(Label),
        page=int(page),
        more=len(found) > PAGE,
    )


@router.get("/names/{label}/{name:path}")
def one_name(request: Request, desk: DeskOf, label: str, name: str) -> Response:
    """The posts that name one thing, in which words."""
    with desk.ledger.reading() as connection:
        found = posts_naming(connection, name, label)
    if not found:
        raise HTTPException(404)
    return desk.page(request, "name.html", name=name, label=label, found=found)
