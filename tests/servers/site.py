"""A web site on loopback that answers as a test tells it to, however badly."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the site says to one request; ``drip`` is the seconds between two bytes of the body."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float | None = None
    cut: int | None = None  # break the connection off after so many bytes of the body


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it came in."""

    path: str
    headers: Mapping[str, str]
    at: float


class Site:
    """A web site; ``pages`` maps a path to an answer, a list of answers in turn, or a function of the request."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | list[Answer] | Callable[[Asked], Answer]] = {}
        self.asked: list[Asked] = []
        self.at_once = 0  # the most requests that were under way together
        self._busy = 0
        self._lock = threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                """Answer as the test said."""
                with site._lock:
                    site._busy += 1
                    site.at_once = max(site.at_once, site._busy)
                try:
                    site._answer(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True
                finally:
                    with site._lock:
                        site._busy -= 1

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def url(self, path: str, host: str = HOST) -> str:
        """The address of *path* on this site."""
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """The paths that were asked for, without robots.txt, in order."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        asked = Asked(path=handler.path, headers=headers, at=time.monotonic())
        with self._lock:
            self.asked.append(asked)
            page = self.pages.get(handler.path, Answer(status=404, body=b"nothing here"))
            if isinstance(page, list):
                page = page.pop(0) if len(page) > 1 else page[0]
        answer = page(asked) if callable(page) else page
        handler.send_response(answer.status)
        known = {name.lower() for name in answer.headers}
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        if "content-length" not in known:
            handler.send_header("Content-Length", str(len(answer.body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        if answer.cut is not None:
            handler.wfile.write(answer.body[: answer.cut])
            handler.wfile.flush()
            handler.connection.shutdown(socket.SHUT_RDWR)
        elif answer.drip is not None:
            for byte in answer.body:
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
                time.sleep(answer.drip)
        else:
            handler.wfile.write(answer.body)


SENTENCES = (
    "The {n} delegates of round {i} met in a hall by the river and spoke about shared platforms for their cities.",
    "A fund of £{m} million was opened in month {i}, and small councils may draw on it without a long form.",
    "Those who came for the first time said that the corridor talks of day {i} were worth the journey alone.",
)


def words(number: int = 3, *, seed: int = 1) -> list[str]:
    """Paragraphs of plain sentences, others for another seed."""
    return [
        " ".join(one.format(n=40 + seed * 7 + i, m=seed + i, i=i * 31 + seed) for one in SENTENCES)
        for i in range(number)
    ]


def page(title: str = "Forty teams met", *, seed: int = 1, head: str = "", extra: str = "", number: int = 3) -> bytes:
    """A page with a menu, a main text and a footer."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in words(number, seed=seed))
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head><body>"
        "<nav><ul><li><a href=/>Home</a></li><li><a href=/about>About this site and its 99 makers</a></li></ul></nav>"
        f"<main><article><h1>{title}</h1>{paragraphs}{extra}</article></main>"
        "<footer><p>Copyright of nobody, 1066.</p></footer></body></html>"
    ).encode()
