"""The log of runs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pipeline.review.given import DeskOf

router = APIRouter(include_in_schema=False)


@router.get("/runs")
def runs(request: Request, desk: DeskOf) -> Response:
    """What each run did, and what it left out and why."""
    return desk.page(request, "runs.html", runs=desk.ledger.runs()[:100])
