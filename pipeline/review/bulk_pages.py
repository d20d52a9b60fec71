"""Deciding many claims at once: only those that say the same in the same words, and only after seeing each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, Select, select

from pipeline.ledger import rows, schema
from pipeline.ledger.decisions import deciding
from pipeline.ledger.decisions.deciding import BULK_CAP, Ruling, UnknownTargetError
from pipeline.ledger.queue import totals, withholding
from pipeline.ledger.queue.filters import Wanted
from pipeline.ledger.queue.items import refresh_queue
from pipeline.ledger.standing.verdicts import Status
from pipeline.ledger.standing.viewing import Viewer
from pipeline.records import Verdict
from pipeline.review import forms, table, words
from pipeline.review.given import DeskOf, Form, PersonOf
from pipeline.review.lines import Line, lines_of

router = APIRouter(include_in_schema=False)
SAME = ("kind", "value", "value_max", "unit", "bound", "subject", "measure", "modality", "attributed_to")


@router.get("/bulk")
def preview(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Every claim that the bulk would decide, each with its difference."""
    pairs = request.query_params.multi_items()
    like = request.query_params.get("claim")
    wanted = forms.wanted_from(pairs, beside=("claim",))
    if like is None and not wanted.any:
        raise forms.BadInputError("bulk", "choose a filter first, or open it from a card")
    refresh_queue(desk.ledger)
    viewer = desk.viewer(person)
    with desk.ledger.reading() as connection:
        lines, more = alike(connection, like, viewer) if like else filtered(connection, wanted, viewer)
    return desk.page(request, "bulk.html", wanted=wanted, lines=lines, more=more, like=like, cap=BULK_CAP)


@router.post("/bulk")
def decide(desk: DeskOf, person: PersonOf, form: Form) -> Response:
    """Keep one verdict on all the ticked claims, as one act."""
    chosen = [
        (name[2:], version) for name, version in form.items() if name.startswith("v-") and f"t-{name[2:]}" in form
    ]
    if not chosen:
        raise forms.BadInputError("bulk", "no claim is ticked")
    verdict = {"accept": Verdict.ACCEPT, "reject": Verdict.REJECT}.get(form.get("verdict", ""))
    if verdict is None:
        raise forms.BadInputError("verdict", "a bulk accepts or rejects")
    reason = form.get("reason") or None
    if verdict is Verdict.REJECT and reason not in words.REASONS:
        raise forms.BadInputError("reason", f"say why: {', '.join(words.REASONS.values())}")
    rulings = [
        Ruling(claim=claim, version=version, verdict=verdict, reason=reason if verdict is Verdict.REJECT else None)
        for claim, version in chosen
    ]
    deciding.record(
        desk.ledger,
        rulings,
        act=form.get("act", ""),
        viewer=desk.viewer(person),
    )
    query = urlencode(forms.query_of(forms.wanted_of(form)))
    return RedirectResponse(f"/?{query}" if query else "/", 303)


def alike(connection: Connection, claim_id: str, viewer: Viewer) -> tuple[list[Line], int]:
    """The open claims with the same sentence and the same fields as one claim, itself first."""
    row = connection.execute(select(schema.claims).where(schema.claims.c.id == claim_id)).mappings().first()
    if row is None:
        raise UnknownTargetError(f"claim {claim_id}", "is not in the ledger")
    first, claims, items = rows.claim_of(row), schema.claims.c, schema.review_items.c
    same = [claims[name].is_not_distinct_from(row[name]) for name in SAME if name not in ("value", "value_max")]
    query = (
        _open_ones()
        .where(
            withholding.shown_status(viewer) == "proposed",
            items.kind == row["kind"],
            items.amount == row["amount"],
            claims.sentence == row["sentence"],
            *same,
        )
        .order_by(claims.id != claim_id, claims.post, claims.start)
    )
    found = connection.execute(query.limit(BULK_CAP + 1)).mappings().all()
    exact = [
        r for r in found if rows.claim_of(r).value == first.value and rows.claim_of(r).value_max == first.value_max
    ]
    return lines_of(connection, exact[:BULK_CAP], viewer), max(0, len(exact) - BULK_CAP)


def _open_ones() -> Select[Any]:
    items = schema.review_items.c
    return (
        select(schema.claims, schema.posts.c.title)
        .select_from(schema.review_items)
        .join(schema.claims, schema.claims.c.id == items.claim)
        .join(schema.posts, schema.posts.c.id == items.post)
    )


def filtered(connection: Connection, wanted: Wanted, viewer: Viewer) -> tuple[list[Line], int]:
    """The open claims that an explicit filter names; flagged and disputed ones are left out.

    The number beside them is how many more there are; beyond the few that are counted at once, at least so many.
    """
    if wanted.status not in (None, Status.PROPOSED):
        return [], 0
    items, still_open = schema.review_items.c, replace(wanted, status=str(Status.PROPOSED))
    numbers = table.numbers(connection, still_open, viewer, limit=BULK_CAP)
    query = _open_ones().where(items.number.in_(numbers)).order_by(items.post, items.start, items.number)
    found = connection.execute(query).mappings().all()
    told = totals.totals_of_few(connection, still_open, viewer) if len(found) == BULK_CAP else None
    more = max(0, (told.count if told else totals.FEW + 1) - len(found)) if len(found) == BULK_CAP else 0
    return lines_of(connection, found, viewer), more
