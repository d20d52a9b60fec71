"""The ledger as a table: filters, totals by currency, and what is shown as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import Connection

from pipeline.formulas import guard
from pipeline.ledger.queue import totals
from pipeline.ledger.queue.filters import Wanted
from pipeline.ledger.queue.items import refresh_queue
from pipeline.ledger.queue.totals import Totals, totals_of_few
from pipeline.review import forms, table, words
from pipeline.review.desk import Desk
from pipeline.review.given import DeskOf, PersonOf
from pipeline.review.guard import Person

router = APIRouter(include_in_schema=False)
PAGE = 50
BESIDE = ("page", "count")
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
def claims(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The claims that the filters name, a page at a time, with totals.

    Where they are many, the page comes without the totals, which its script asks for; ``count=1`` waits for them.
    """
    wanted = forms.wanted_from(request.query_params.multi_items(), beside=BESIDE)
    page = request.query_params.get("page", "1")
    if not page.isdecimal() or not 1 <= int(page) <= 100_000:
        raise forms.BadInputError("page", "is a number from 1")
    refresh_queue(desk.ledger)
    viewer, first = desk.viewer(person), (int(page) - 1) * PAGE
    with desk.ledger.reading() as connection:
        found = list(table.shown(connection, wanted, viewer, limit=PAGE + 1, offset=first))
        if request.query_params.get("count") == "1":
            told: Totals | None = totals_for(desk, connection, wanted, person)
        else:
            told = desk.kept(_name(wanted, person), _kept_for(wanted)) or totals_of_few(connection, wanted, viewer)
        count = told.count if told else None if wanted.any else totals.count(connection, wanted, viewer)
    query = forms.query_of(wanted)
    return desk.page(
        request,
        "claims.html",
        wanted=wanted,
        rows=found[:PAGE],
        more=len(found) > PAGE,
        count=count,
        told=told,
        page=int(page),
        pages=None if count is None else max(1, -(-count // PAGE)),
        suffix=urlencode(query),
        themes=desk.ledger.themes(),
    )


@router.get("/claims/totals")
def counted(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """The totals alone, which the page of claims fetches where they take a while."""
    wanted = forms.wanted_from(request.query_params.multi_items())
    with desk.ledger.reading() as connection:
        told = totals_for(desk, connection, wanted, person)
    return desk.page(request, "totals.html", wanted=wanted, told=told, suffix=urlencode(forms.query_of(wanted)))


def totals_for(desk: Desk, connection: Connection, wanted: Wanted, person: Person) -> Totals:
    """All totals of *wanted* as *person* may see them, remembered for a while."""
    viewer = desk.viewer(person)
    told: Totals = desk.remembered(
        _name(wanted, person), _kept_for(wanted), lambda: totals.totals(connection, wanted, viewer)
    )
    return told


def _name(wanted: Wanted, person: Person) -> str:
    return f"totals {person.name} {urlencode(forms.query_of(wanted))}"


def _kept_for(wanted: Wanted) -> int:
    """For how many seconds totals are shown again: all of the ledger changes slowly."""
    return 20 if wanted.any else 600


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
            for row in table.shown(connection, wanted, viewer):
                writer.writerow([cell(row, name) for name in COLUMNS])
                if buffer.tell() > 65536:
                    yield buffer.getvalue()
                    buffer.seek(0)
                    buffer.truncate()
        yield buffer.getvalue()

    disposition = {"Content-Disposition": 'attachment; filename="claims.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=disposition)


def cell(row: dict[str, Any], name: str) -> str:
    """One value as a spreadsheet may have it: nothing in its text would run as a formula."""
    value = row[name] if name in row else getattr(row["claim"], name)
    if value is None:
        return ""
    if name in ("value", "value_max"):
        return words.trimmed(f"{value:f}")
    return guard(str(value).replace("\0", "\ufffd"))
