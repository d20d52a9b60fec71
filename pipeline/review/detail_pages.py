"""What is known of a post beside its text: title, day and the like, to be confirmed or put right."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from pipeline.ledger import schema
from pipeline.ledger.corpus.details import FIELDS, WrongDetailError, checked, known_details, state_details
from pipeline.ledger.decisions import deciding
from pipeline.ledger.queue.items import refresh_queue
from pipeline.review.desk import Desk
from pipeline.review.given import DeskOf, Form, PersonOf

router = APIRouter(include_in_schema=False)


@router.get("/posts/{post_id}/details")
def details(request: Request, desk: DeskOf, post_id: str) -> Response:
    """The form, filled with what is known, and where each of it was stated."""
    return show(request, desk, post_id)


def show(
    request: Request,
    desk: Desk,
    post_id: str,
    *,
    typed: dict[str, str] | None = None,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    """The form; with a *problem* and what was *typed* where something went wrong. Raises ``UnknownTargetError``."""
    row = _row(desk, post_id)
    known = known_details(desk.ledger, post_id)
    return desk.page(request, "details.html", status=status, post=row, known=known, typed=typed or {}, problem=problem)


@router.post("/posts/{post_id}/details")
def put_right(request: Request, desk: DeskOf, person: PersonOf, form: Form, post_id: str) -> Response:
    """Keep what a person changed or confirmed, and read the post anew with it, where the server can."""
    row = _row(desk, post_id)
    known = known_details(desk.ledger, post_id)
    try:
        given = checked({name: form.get(name, "") for name in FIELDS})
        confirmed = form.get("confirm") == "on" and known["guessed_date"] is not None
        if confirmed and given["date"] is None:
            given["date"] = known["guessed_date"]
        changed = {name: value for name, value in given.items() if value != known["details"][name]}
        if changed:
            state_details(
                desk.ledger, post_id, changed, reviewer=person.name, act=form.get("act", ""),
                revision=form.get("revision", ""),
            )  # fmt: skip
    except (WrongDetailError, deciding.RefusedDecisionError, deciding.ChangedMeanwhileError) as error:
        return show(request, desk, post_id, typed=form, problem=f"Not saved: {error}.", status=400)
    if changed and desk.add_post is not None and row["path"]:
        desk.add_post(desk.corpus / row["path"])
        refresh_queue(desk.ledger)
    return RedirectResponse(f"/posts/{post_id}", 303)


def _row(desk: Desk, post_id: str) -> dict[str, str | None]:
    """The post's row in a few fields. Raises ``UnknownTargetError``."""
    posts = schema.posts.c
    with desk.ledger.reading() as connection:
        query = select(posts.id, posts.revision, posts.title, posts.path).where(posts.id == post_id)
        row = connection.execute(query).mappings().first()
    if row is None:
        raise deciding.UnknownTargetError(f"post {post_id}", "is not in the ledger")
    return dict(row)
