"""Posts: how far each is reviewed, and one with its text, its claims and the form for a missed one."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from pipeline.ledger import rows, schema
from pipeline.ledger.corpus import repeats
from pipeline.ledger.decisions import deciding
from pipeline.ledger.queue import progress
from pipeline.ledger.queue.items import refresh_queue
from pipeline.ledger.queue.outlook import outlook_of
from pipeline.records import Label, Verdict
from pipeline.review import forms, mentions, missed, source
from pipeline.review.desk import Desk, address
from pipeline.review.given import DeskOf, Form, PersonOf
from pipeline.review.posts import post_and_text, read_posts

router = APIRouter(include_in_schema=False)
PAGE = 100


@router.get("/posts")
def posts(request: Request, desk: DeskOf) -> Response:
    """Progress by post, a page at a time, and by kind."""
    page = request.query_params.get("page", "1")
    if not page.isdecimal() or not 1 <= int(page) <= 100_000:
        raise forms.BadInputError("page", "is a number from 1")
    refresh_queue(desk.ledger)
    table = schema.posts.c
    with desk.ledger.reading() as connection:
        found = list(progress.by_post(connection, most=PAGE + 1, skip=(int(page) - 1) * PAGE))
        ids = [name for name, _, _ in found[:PAGE]]
        query = select(table.id, table.title, table.date, table.publisher, table.revision).where(table.id.in_(ids))
        about = {row["id"]: row for row in connection.execute(query).mappings()}
        read = read_posts(connection, ids)
        by_kind = progress.by_kind(connection)
        outlook = outlook_of(connection)
    return desk.page(
        request,
        "posts.html",
        by_post=found[:PAGE],
        by_kind=by_kind,
        about=about,
        read=read,
        page=int(page),
        more=len(found) > PAGE,
        outlook=outlook,
    )


@router.get("/posts/{post_id}")
def one_post(request: Request, desk: DeskOf, person: PersonOf, post_id: str) -> Response:
    """The post's text with its claims, the form for a missed one, and its named things."""
    start, end = request.query_params.get("start", ""), request.query_params.get("end", "")
    return show_post(request, desk, post_id, typed={"start": start, "end": end})


def show_post(
    request: Request, desk: Desk, post_id: str, *, typed: dict[str, str], problem: str | None = None, status: int = 200
) -> Response:
    """The page of one post; with a *problem* and what was *typed* where something went wrong."""
    with desk.ledger.reading() as connection:
        post, text = post_and_text(connection, post_id)
        claims = schema.claims.c
        found = [
            rows.claim_of(row)
            for row in connection.execute(
                select(schema.claims).where(claims.post == post_id, claims.live == 1).order_by(claims.start)
            ).mappings()
        ]
        entities = mentions.named(connection, post_id)
        read = (post_id, post["revision"]) in read_posts(connection, [post_id])
        original, copied = repeats.repeated(connection, post), repeats.repeating(connection, post_id)
    marks = [
        source.Marked(claim.start, claim.end, "other", f"/claims/{claim.id}", "a claim of this post") for claim in found
    ]
    start, end = typed.get("start", ""), typed.get("end", "")
    chosen = ""
    if start.isdecimal() and end.isdecimal() and 0 <= int(start) < int(end) <= len(text):
        chosen = text[int(start) : int(end)]
        if len(chosen) <= forms.LONGEST:
            marks.append(source.Marked(int(start), int(end), "evidence"))
    guess = None
    if chosen and desk.read_quantities is not None:
        guess = next(iter(desk.read_quantities(chosen[: forms.LONGEST])), None)
    return desk.page(
        request,
        "post.html",
        status=status,
        post=post,
        source=source.marked_text(text, marks),
        claims=found,
        entities=entities,
        read=read,
        original=original,
        copied=copied,
        typed=typed,
        chosen=chosen[: forms.LONGEST],
        guess=guess,
        problem=problem,
        labels=list(Label),
    )


@router.post("/posts/{post_id}/read")
def read_to_the_end(desk: DeskOf, person: PersonOf, form: Form, post_id: str) -> Response:
    """Keep that the post was read to the end and nothing is missing: recall needs it."""
    deciding.record_other(
        desk.ledger,
        act=form.get("act", ""),
        reviewer=person.name,
        target=post_id,
        target_kind="post",
        post=post_id,
        revision=form.get("revision", ""),
        verdict=Verdict.READ,
    )
    query = forms.query_of(forms.wanted_of(form))
    claim = form.get("claim", "")
    if claim and re.fullmatch(r"[\w.:-]{1,100}", claim):
        return RedirectResponse(f"/claims/{claim}{address(query)}", 303)
    return RedirectResponse(f"/posts/{post_id}", 303)


@router.post("/posts/{post_id}/missed")
def mark_missed(request: Request, desk: DeskOf, person: PersonOf, form: Form, post_id: str) -> Response:
    """Put a claim that the extractor missed into the ledger."""
    try:
        claim = missed.add_missed(desk, person.name, form, post_id)
    except (forms.BadInputError, deciding.RefusedDecisionError, deciding.ChangedMeanwhileError) as error:
        return show_post(request, desk, post_id, typed=form, problem=f"Not saved: {error}.", status=400)
    return RedirectResponse(f"/claims/{claim.id}", 303)
