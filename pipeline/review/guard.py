"""What every request passes: allowed hosts, no foreign pages, no oversized bodies, a known person, safe headers."""

from __future__ import annotations

import html
import http.cookies
import ipaddress
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
VERBS = SAFE | {"POST", "PUT", "DELETE"}
LONGEST_QUERY = 8_000
LONGEST_BODY = 2_000_000
LONGEST_UPLOAD = 25_000_000
COOKIE = "convening_session"
OPEN_PATHS = frozenset({"/login", "/static/review.css", "/static/icon.svg"})
READERS_MAY = frozenset({"/logout", "/keys"})
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
SANDBOX = (  # for what came from elsewhere: an origin of its own, no scripts, no requests
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
PLAIN_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>That did not work · Convening ledger</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/static/review.css"></head>
<body><header class="top"><a class="brand" href="/">Convening ledger</a></header>
<main id="main" class="page narrow"><h1>That did not work</h1><p role="alert">{said}</p>
<p><a href="/">Back to the queue</a></p></main></body></html>
"""
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking: a name that decisions carry, and a role."""

    name: str
    role: str = "reviewer"  # reviewer, adjudicator or reader
    single: bool = False  # the only user of a server on loopback


class BodyTooLarge(Exception):  # noqa: N818  # a signal inside this file
    """The body is longer than the guard lets through."""


def told(said: str, status: int, *, accept: str, path: str) -> Response:
    """An answer that says why nothing came of it: a page for a browser's window, plain text for scripts and the API."""
    if "text/html" in accept and not path.startswith("/api/"):
        return HTMLResponse(PLAIN_PAGE.format(said=html.escape(said.strip())), status)
    return PlainTextResponse(said, status)


class Guard:
    """The middleware around the whole app: what it does not know, it refuses."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], who: Callable[[str | None], Person | None]) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        self.who = who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no sockets here
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if refusal is None and scope["path"] not in OPEN_PATHS:
            refusal = await self._unknown(scope, headers)
        elif refusal is None:
            scope.setdefault("state", {})["person"] = None

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [(k.decode("latin-1").lower(), v) for k, v in message.get("headers", [])]
                ours = HEADERS
                if ("content-security-policy", SANDBOX.encode()) in given:
                    ours = HEADERS | {"content-security-policy": SANDBOX}
                kept = [(k.encode("latin-1"), v) for k, v in given if k not in HEADERS]
                message["headers"] = kept + [(k.encode(), v.encode()) for k, v in ours.items()]
            await send(message)

        if refusal is not None:
            await refusal(scope, receive, send_safely)
            return
        await self._counted(scope, receive, send_safely, longest_body(scope["path"]))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> Response | None:
        host = headers.get("host", "").lower()
        if host not in self.hosts:
            return PlainTextResponse(f"This server does not answer for the host {host[:100]!r}.\n", 400)
        method, asked = scope["method"], {"accept": headers.get("accept", ""), "path": scope["path"]}
        if method not in VERBS:
            return told("This method is not used here.\n", 405, **asked)
        if len(scope.get("query_string", b"")) > LONGEST_QUERY:
            return told("The address is too long.\n", 414, **asked)
        if "\0" in scope["path"] or len(scope["path"]) > 1000:
            return told("There is no such page.\n", 404, **asked)
        if method in SAFE:
            return None
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site != "same-origin":
            return told("Another site may not act here in your name.\n", 403, **asked)
        if origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
            return told("Another site may not act here in your name.\n", 403, **asked)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        api = scope["path"].startswith("/api/")
        allowed = ("application/json",) if api else ("application/x-www-form-urlencoded", "multipart/form-data")
        if kind not in allowed:
            return told(f"Send this as {' or '.join(allowed)}.\n", 415, **asked)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > longest_body(scope["path"]):
            return told("That is too much to send at once.\n", 413, **asked)
        return None

    async def _unknown(self, scope: Scope, headers: dict[str, str]) -> Response | None:
        person = await run_in_threadpool(self.who, session_token(headers.get("cookie", "")))
        if person is None:
            if scope["path"].startswith("/api/") or scope["method"] not in SAFE:
                return told("Log in first.\n", 401, accept=headers.get("accept", ""), path=scope["path"])
            return RedirectResponse("/login", 303)
        if person.role == "reader" and scope["method"] not in SAFE and scope["path"] not in READERS_MAY:
            return told("Readers may look, not decide.\n", 403, accept=headers.get("accept", ""), path=scope["path"])
        scope.setdefault("state", {})["person"] = person
        return None

    async def _counted(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        taken, started = 0, False
        accept = next((v.decode("latin-1") for k, v in scope["headers"] if k.lower() == b"accept"), "")

        async def receive_some() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise BodyTooLarge
            return message

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive_some, noting)
        except BodyTooLarge:
            if not started:
                await told("That is too much to send at once.\n", 413, accept=accept, path=scope["path"])(
                    scope, receive, send
                )
        except Exception:
            LOG.exception("the request could not be answered")  # never with post text; the page says it plainly
            if not started:
                said = "Something went wrong in the program. Nothing half-done was kept; the server's log says more.\n"
                await told(said, 500, accept=accept, path=scope["path"])(scope, receive, send)


def longest_body(path: str) -> int:
    """The most bytes that may be sent to *path*: files come in at the page for adding posts only."""
    return LONGEST_UPLOAD if path.startswith("/add") else LONGEST_BODY


def session_token(cookie: str) -> str | None:
    """The session's token in a ``Cookie`` header, if it holds one."""
    try:
        found = http.cookies.SimpleCookie(cookie).get(COOKIE)
    except http.cookies.CookieError:
        return None
    return found.value if found else None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach *host*.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
