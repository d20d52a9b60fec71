"""The review app: ``create_app`` builds it, ``serve`` runs it."""

from __future__ import annotations

import ipaddress
import socket
import webbrowser
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
from pipeline.ledger import review_queue
from pipeline.ledger.connect import LedgerError
from pipeline.ledger.deciding import ChangedMeanwhileError, RefusedDecisionError, UnknownTargetError
from pipeline.ledger.ledger import Ledger
from pipeline.review import card_pages
from pipeline.review.desk import Desk, login_name
from pipeline.review.forms import BadInputError
from pipeline.review.guard import Guard, Person

STATIC_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STATUS_OF: tuple[tuple[type[PipelineError], int], ...] = (
    (ChangedMeanwhileError, 409),
    (UnknownTargetError, 404),
    (RefusedDecisionError, 400),
    (BadInputError, 400),
    (LedgerError, 503),
)


class UnsafeAddressError(PipelineError):
    """The server may not listen there."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach *host*.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


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
) -> FastAPI:
    """The app over *ledger*. Beyond loopback it refuses to be made without accounts.

    *add_post* takes what a person adds and puts it into the ledger; *read_quantities* yields the quantities in a
    few words, for the correction form. Without them those two things are said to be unavailable.
    """
    opened = ledger if isinstance(ledger, Ledger) else Ledger(ledger)
    single = Person(name=reviewer or login_name(), role="adjudicator", single=True)
    desk = Desk(
        ledger=opened,
        corpus=corpus,
        single=single,
        add_post=add_post,
        read_quantities=read_quantities,
        second_share=second_share,
    )
    review_queue.refresh(opened)

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
    app.include_router(card_pages.router)
    app.add_api_route("/static/{name}", static_file, include_in_schema=False, methods=["GET"])
    _translate_errors(app, desk)
    app.add_middleware(Guard, hosts=hosts_of(host, port, public_names), who=lambda token: desk.single)
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
            return Response(f"Not saved. {error}\n", 503, media_type="text/plain")
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


def serve(
    *,
    ledger: Ledger | str | Path,
    corpus: Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    open_browser: bool = True,
    say: Callable[[str], None] = print,
    **more: Any,
) -> None:
    """Serve the app until interrupted; tells its address with *say*, and opens the browser.

    Where *port* is taken, the next free one is used.
    """
    import uvicorn

    with free_socket(host, port) as listening:
        port = listening.getsockname()[1]
        app = create_app(ledger=ledger, corpus=corpus, host=host, port=port, **more)
        address = f"http://{'127.0.0.1' if is_loopback(host) and ':' not in host else host}:{port}/"
        say(f"Review at {address} (Ctrl+C ends it)")
        if open_browser:
            webbrowser.open(address)
        config = uvicorn.Config(app, log_level="warning", proxy_headers=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listening])


def free_socket(host: str, port: int) -> socket.socket:
    """A socket that listens on *host*, at *port* or the next free one. Raises ``UnsafeAddressError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for offered in [*range(port, port + 20), 0] if port else [0]:
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host.strip("[]"), offered))
        except OSError as error:
            made.close()
            if offered == 0:
                raise UnsafeAddressError(host, f"cannot be listened on ({error})") from error
        else:
            return made
    raise UnsafeAddressError(host, "has no free port")
