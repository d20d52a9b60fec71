"""The ledger as a table: filters, totals by currency, and what is shown as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import Connection, func, select

from pipeline.ledger import progress, review_queue, rows, schema, search, viewing, wanting
from pipeline.ledger.ledger import corrected
from pipeline.ledger.verdicts import fold
from pipeline.ledger.viewing import Viewer
from pipeline.ledger.wanting import Wanted
from pipeline.records import Claim, Kind
from pipeline.review import forms, words
from pipeline.review.card_pages import DeskOf, PersonOf

router = APIRouter(include_in_schema=False)
PAGE = 50
BESIDE = ("page",)
COLUMNS = (
    "id",
    "status",
    "subject",
    "kind",
    "value",
    "value_max",
    "unit",
    "bound",
    "measure",
    "when",
    "period",
    "modality",
    "attributed_to",
    "quote",
    "sentence",
    "post",
    "title",
    "url",
    "date",
    "publisher",
)


@router.get("/claims")
def table(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The claims that the filters name, a page at a time, with totals."""
    wanted = forms.wanted_from(request.query_params.multi_items(), beside=BESIDE)
    page = request.query_params.get("page", "1")
    if not page.isdecimal() or not 1 <= int(page) <= 100_000:
        raise forms.BadInputError("page", "is a number from 1")
    review_queue.refresh(desk.ledger)
    viewer, first = desk.viewer(person), (int(page) - 1) * PAGE
    with desk.ledger.reading() as connection:
        query = forms.query_of(wanted)
        name = f"{person.name} {urlencode(query)}"
        found = list(shown(connection, wanted, viewer, limit=PAGE, offset=first))
        kept_for = 20 if wanted.any else 600  # without a filter it is all of the ledger, which changes slowly
        total, sums = desk.remembered(f"totals {name}", kept_for, lambda: totals(connection, wanted, viewer))
        if not wanted.any:
            total = count(connection, wanted, viewer)
    return desk.page(
        request,
        "claims.html",
        wanted=wanted,
        rows=found,
        count=total,
        sums=sums,
        page=int(page),
        pages=max(1, -(-total // PAGE)),
        suffix=urlencode(query),
        themes=desk.ledger.themes(),
    )


@router.get("/claims.csv")
def as_csv(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """What the table shows, all pages, as CSV that a spreadsheet opens without running anything."""
    wanted = forms.wanted_from(request.query_params.multi_items(), beside=BESIDE)
    viewer = desk.viewer(person)

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        with desk.ledger.reading() as connection:
            for row in shown(connection, wanted, viewer):
                writer.writerow([cell(row, name) for name in COLUMNS])
                if buffer.tell() > 65536:
                    yield buffer.getvalue()
                    buffer.seek(0)
                    buffer.truncate()
        yield buffer.getvalue()

    disposition = {"Content-Disposition": 'attachment; filename="claims.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=disposition)


def cell(row: dict[str, Any], name: str) -> str:
    """One value as a spreadsheet may have it: text that could be a formula begins with an apostrophe."""
    value = row[name] if name in row else getattr(row["claim"], name)
    if value is None:
        return ""
    if name in ("value", "value_max"):
        return words.trimmed(f"{value:f}")
    text = str(value).replace("\0", "\ufffd")
    return f"'{text}" if text[:1] in set("=+-@\t\r＝＋－＠") else text


def count(connection: Connection, wanted: Wanted, viewer: Viewer) -> int:
    """How many claims the table has."""
    if not wanted.any:
        return sum(progress.counts(connection, viewer).values())
    asked = wanting.conditions(connection, wanted, viewer)
    return int(connection.execute(select(func.count()).select_from(schema.review_items).where(*asked)).scalar_one())


def shown(
    connection: Connection, wanted: Wanted, viewer: Viewer, *, limit: int | None = None, offset: int = 0
) -> Iterator[dict[str, Any]]:
    """Yield the table's rows by post and place, as *viewer* may see them, with corrections in force."""
    items, claims, posts = schema.review_items.c, schema.claims.c, schema.posts.c
    order = (items.post, items.start, items.number)
    # An index alone finds the page, in its order; only the page's rows are read.
    page = select(items.number).order_by(*order)
    if progress.counts(connection, viewer).get(wanted.status or "", 0) > search.MANY:
        # not by the index of states: all of one state would be sorted for it
        page = page.where(wanting.shown_status(viewer).concat("") == wanted.status)
        page = page.where(*wanting.conditions(connection, replace(wanted, status=None), viewer))
    else:
        page = page.where(*wanting.conditions(connection, wanted, viewer))
    status = wanting.shown_status(viewer).label("seen_status")
    query = (
        select(schema.claims, posts.title, posts.url, posts.date, posts.publisher, status)
        .select_from(schema.review_items)
        .join(schema.claims, claims.id == items.claim)
        .join(schema.posts, posts.id == items.post)
        .order_by(*order)
    )
    while True:
        most = 500 if limit is None else limit
        numbers = list(connection.execute(page.limit(most).offset(offset)).scalars())
        chunk = connection.execute(query.where(items.number.in_(numbers))).mappings().all() if numbers else ()
        for row in chunk:
            yield {
                "claim": _decided(connection, row, viewer),
                "status": row["seen_status"],
                "post": row["post"],
                **{name: row[name] for name in ("title", "url", "date", "publisher")},
            }
        if limit is not None or len(numbers) < most:
            return
        offset += most


def _decided(connection: Connection, row: Any, viewer: Viewer) -> Claim:
    found = rows.claim_of(row)
    if row["seen_status"] != "corrected":
        return found
    made = viewing.decisions_on(connection, found.id)
    seen = viewing.visible_decisions(found.id, made, viewer)
    return corrected(found, fold(seen).changes)


def totals(connection: Connection, wanted: Wanted, viewer: Viewer) -> tuple[int, list[tuple[str, int, str]]]:
    """How many claims the table has; and each currency with how many sums, and their total as extracted.

    Nothing is ever added across currencies.
    """
    items = schema.review_items.c
    each = (items.status, items.kind, items.unit)  # by status too, as their index has it: nothing is sorted
    query = (
        select(*each, func.count(), func.sum(items.amount))
        .where(*wanting.conditions(connection, wanted, viewer))
        .group_by(*each)
    )
    count, sums = 0, dict[str, tuple[int, float]]()
    for _, kind, unit, number, amount in connection.execute(query):
        count += number
        if kind == Kind.MONEY:
            before = sums.get(unit or "unknown", (0, 0.0))
            sums[unit or "unknown"] = (before[0] + number, before[1] + amount)
    told = [(unit, number, f"{amount:,.0f}") for unit, (number, amount) in sums.items()]
    return count, sorted(told, key=lambda one: (-one[1], one[0]))


@router.get("/runs")
def runs(request: Request, desk: DeskOf) -> Response:
    """What each run did, and what it left out and why."""
    return desk.page(request, "runs.html", runs=desk.ledger.runs()[:100])
