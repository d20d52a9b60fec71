"""The review app: ``create_app`` builds it over a ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from pipeline.errors import PipelineError
from pipeline.ledger import accounts
from pipeline.ledger.accounts import AccountError
from pipeline.ledger.decisions import deciding
from pipeline.ledger.decisions.deciding import ChangedMeanwhileError, RefusedDecisionError, UnknownTargetError
from pipeline.ledger.errors import LedgerError
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.queue.items import refresh_queue
from pipeline.review import (
    account_pages,
    add_pages,
    api,
    bulk_pages,
    card_pages,
    claims_pages,
    detail_pages,
    log_pages,
    mention_pages,
    name_pages,
    original_pages,
    post_pages,
    proposal_pages,
    run_pages,
    theme_pages,
)
from pipeline.review.desk import Desk, login_name
from pipeline.review.forms import BadInputError
from pipeline.review.guard import Guard, Person, is_loopback, told

PAGES = (
    claims_pages,  # before the cards: /claims.csv is no claim
    bulk_pages,
    card_pages,
    original_pages,
    post_pages,
    mention_pages,
    name_pages,
    proposal_pages,
    theme_pages,
    log_pages,
    run_pages,
    add_pages,
    detail_pages,
    account_pages,
    api,
)
STATIC_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STATUS_OF: tuple[tuple[type[PipelineError], int], ...] = (
    (ChangedMeanwhileError, 409),
    (UnknownTargetError, 404),
    (RefusedDecisionError, 400),
    (BadInputError, 400),
    (AccountError, 400),
    (LedgerError, 503),
)


def hosts_of(host: str, port: int, more: Sequence[str] = ()) -> list[str]:
    """The ``Host`` headers that the server answers to."""
    names = {"localhost", "127.0.0.1", "[::1]", f"[{host}]" if ":" in host else host, *more}
    return [f"{name}:{port}" for name in names] + (list(names) if port in (80, 443) else [])


def create_app(
    *,
    ledger: Ledger | str | Path,
    corpus: Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    reviewer: str | None = None,
    add_post: Callable[..., Any] | None = None,
    read_quantities: Callable[[str], Any] | None = None,
    second_share: float = 0.2,
    public_names: Sequence[str] = (),
    contact: str = "",
) -> FastAPI:
    """The app over *ledger*. Beyond loopback it refuses to be made without accounts.

    *add_post* takes what a person adds and puts it into the ledger; *read_quantities* yields the quantities in a
    few words, for the correction form. Without them those two things are said to be unavailable. *contact* is what
    sites that are asked for a page find in our User-Agent.
    """
    opened = ledger if isinstance(ledger, Ledger) else Ledger(ledger)
    alone = is_loopback(host) and (reviewer is not None or not accounts.names(opened))
    single = Person(name=reviewer or login_name(), role="adjudicator", single=True) if alone else None
    desk = Desk(
        ledger=opened,
        corpus=corpus,
        single=single,
        add_post=add_post,
        read_quantities=read_quantities,
        second_share=second_share,
        contact=contact,
    )
    deciding.catch_up(opened)
    refresh_queue(opened)

    def who(token: str | None) -> Person | None:
        if single is not None:
            return single
        found = accounts.who(opened, token)
        return Person(name=found[0], role=found[1]) if found else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if opened is not ledger:
            opened.close()

    app = FastAPI(
        title="Convening ledger: review",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )
    app.state.desk = desk
    for pages in PAGES:
        app.include_router(pages.router)
    app.include_router(api.pages)
    app.add_api_route("/static/{name}", static_file, include_in_schema=False, methods=["GET"])
    _translate_errors(app, desk)
    app.add_middleware(Guard, hosts=hosts_of(host, port, public_names), who=who)
    return app


def static_file(name: str) -> Response:
    """One of the app's own files; names are looked up, never joined into a path."""
    known = {entry.name: entry for entry in files("pipeline.review").joinpath("static").iterdir()}
    kind = STATIC_TYPES.get(Path(name).suffix)
    if name not in known or kind is None:
        raise HTTPException(404)
    return Response(known[name].read_bytes(), media_type=kind)


def _translate_errors(app: FastAPI, desk: Desk) -> None:
    def answer(request: Request, status: int, message: str) -> Response:
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": message}, status)
        return desk.page(request, "error.html", status=status, message=message, code=status)

    @app.exception_handler(PipelineError)
    def known(request: Request, error: PipelineError) -> Response:
        status = next((code for kind, code in STATUS_OF if isinstance(error, kind)), 400)
        if status == 503:  # the ledger itself fails, so no page that reads it
            return told(f"Not saved. {error}\n", 503, accept=request.headers.get("accept", ""), path=request.url.path)
        return answer(request, status, str(error))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        said = {404: "There is no such page.", 405: "This page cannot be used that way."}
        return answer(request, error.status_code, said.get(error.status_code, str(error.detail)))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0] if error.errors() else {}
        place = " ".join(str(part) for part in first.get("loc", ()))
        return answer(request, 400, f"{place}: {first.get('msg', 'cannot be understood')}")
