"""Pages from the public web: politely, within limits, and only from public addresses."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    import ssl

    from pipeline.ingest.guard import Resolve
    from pipeline.ingest.robots import Robots

PAGE_BYTES, BIG_BYTES = 10_000_000, 50_000_000
WHOLE_TIME, STEP_TIME = 30.0, 10.0
MOST_REDIRECTS = 5
MOST_RATIO, RATIO_FROM = 200, 1_000_000
PAUSE = 2.0
LONGEST_WAIT = timedelta(days=31)
PASSING = frozenset({502, 503, 504})
MOVED = frozenset({301, 302, 303, 307, 308})
ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,application/xml;q=0.9,*/*;q=0.5"


class FetchError(PipelineError):
    """A page that could not be had; ``kind`` says for programs what ``reason`` says for people.

    Kinds: refused, dns, connect, timeout, too_large, redirects, robots, robots_unavailable, status, broken.
    """

    def __init__(self, url: str, kind: str, reason: str, status: int | None = None) -> None:
        super().__init__(url, kind, reason, status)
        self.url, self.kind, self.reason, self.status = url, kind, reason, status

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


class PassingError(FetchError):
    """A failure that may be over in a moment: it is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a server answered, redirects followed: ``url`` is where the answer came from."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)  # names in small letters
    body: bytes = b""
    hops: tuple[tuple[int, str], ...] = ()  # each redirect's status, and where it led

    @property
    def moved_for_good(self) -> bool:
        """Whether every redirect on the way was permanent."""
        return bool(self.hops) and all(status in {301, 308} for status, _ in self.hops)

    @property
    def content_type(self) -> str | None:
        """What the server says that the body is."""
        return self.headers.get("content-type")


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long a server asks to be left alone, at most a month; None where it does not say.

    >>> retry_after({"retry-after": "120"}, datetime(2026, 1, 1, tzinfo=UTC))
    datetime.timedelta(seconds=120)
    >>> retry_after({"retry-after": "Thu, 01 Jan 2026 01:00:00 GMT"}, datetime(2026, 1, 1, tzinfo=UTC))
    datetime.timedelta(seconds=3600)
    """
    stated = headers.get("retry-after", "").strip()
    if stated.isascii() and stated.isdigit():
        return min(timedelta(seconds=min(int(stated[:12]), 10**8)), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(stated)
    except (ValueError, TypeError, IndexError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(timedelta(0), min(until - now, LONGEST_WAIT))


class Fetcher:
    """Fetches pages one at a time a host, with a pause, heeding robots.txt; safe to share between threads.

    *allow* names hosts that may be on this machine, for tests; *resolve* looks names up.
    """

    def __init__(
        self,
        *,
        contact: str = "",
        allow: frozenset[str] = frozenset(),
        resolve: Resolve | None = None,
        pause: float = PAUSE,
        whole_time: float = WHOLE_TIME,
        attempts: int = 3,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        from pipeline.ingest.guard import look_up

        self.agent = f"convening-ledger/{_version()}" + (f" (+{contact})" if contact else "")
        self._allow, self._resolve = allow, resolve or look_up
        self._pause, self._whole_time, self._attempts, self._sleep = pause, whole_time, attempts, sleep
        self._lock = threading.Lock()
        self._hosts: dict[str, threading.Lock] = {}
        self._last: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self._robots: dict[str, Robots] = {}

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        limit: int = PAGE_BYTES,
        robots: bool = True,
    ) -> Response:
        """What is at *url* now, or a 304 where it is what the validators say.

        Raises ``FetchError`` for whatever is not an answer; an answer of 404 or 429 is one.
        """
        import stamina

        logging.getLogger("stamina").setLevel(logging.ERROR)  # a retry is nothing to warn a person of
        headers = {"User-Agent": self.agent, "Accept": ACCEPT}
        if etag:
            headers["If-None-Match"] = _header(etag)
        if last_modified:
            headers["If-Modified-Since"] = _header(last_modified)
        response: Response | None = None
        try:
            for attempt in stamina.retry_context(
                on=PassingError, attempts=self._attempts, timeout=None, wait_initial=0.5, wait_max=5.0, wait_jitter=0.5
            ):
                with attempt:
                    response = self._follow(url, headers, limit, heed=robots)
                    if response.status in PASSING and "retry-after" not in response.headers:
                        raise PassingError(url, "status", f"the server answered {response.status}", response.status)
        except PassingError as error:
            if error.kind == "status" and response is not None:
                return response
            raise
        if response is None:  # pragma: no cover  (the loop runs once at least)
            raise FetchError(url, "connect", "no answer")
        return response

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of *url*'s site names."""
        return self._rules(url).sitemaps()

    def _follow(self, url: str, headers: dict[str, str], limit: int, *, heed: bool) -> Response:
        hops: list[tuple[int, str]] = []
        deadline = time.monotonic() + self._whole_time
        here = url
        while True:
            self._check(here)
            if heed and not self._rules(here).allows(here, self.agent):
                raise FetchError(here, "robots", "the site's robots.txt asks programs not to read this page")
            with self._turn(urlsplit(here).hostname or ""):
                deadline = max(deadline, time.monotonic() + self._whole_time) if not hops else deadline
                response = self._request(here, headers, limit, deadline)
            target = response.headers.get("location")
            if response.status not in MOVED or not target:
                return Response(
                    url=here, status=response.status, headers=response.headers, body=response.body, hops=tuple(hops)
                )
            try:
                there = urljoin(here, target.strip()).split("#")[0]
            except ValueError as error:
                raise FetchError(here, "redirects", "it redirects to no address") from error
            hops.append((response.status, there))
            if len(hops) > MOST_REDIRECTS or there == here or there in {to for _, to in hops[:-1]}:
                raise FetchError(url, "redirects", f"too many redirects, or a loop ({len(hops)})")
            if urlsplit(there).hostname != urlsplit(url).hostname:
                headers = {name: value for name, value in headers.items() if not name.startswith("If-")}
            here = there

    def _request(self, url: str, headers: dict[str, str], limit: int, deadline: float) -> Response:
        import httpcore2
        import httpx2

        from pipeline.ingest.guard import GuardedBackend, RefusedError

        backend = GuardedBackend(deadline=deadline, allow=self._allow, resolve=self._resolve)
        transport = httpx2.HTTPTransport(verify=self._tls, trust_env=False)
        transport._pool = httpcore2.ConnectionPool(ssl_context=self._tls, network_backend=backend)
        try:
            with (
                httpx2.Client(
                    transport=transport, trust_env=False, follow_redirects=False, timeout=STEP_TIME
                ) as client,
                client.stream("GET", url, headers=headers) as response,
            ):
                known = {name.lower(): value for name, value in response.headers.items()}
                body = b"" if response.status_code in MOVED else _body(url, response, limit, deadline)
                return Response(url=url, status=response.status_code, headers=known, body=body)
        except RefusedError as error:
            raise FetchError(url, "refused", error.reason) from error
        except httpx2.TimeoutException as error:
            raise FetchError(url, "timeout", f"no whole answer within {self._whole_time:.0f} seconds") from error
        except httpx2.ConnectError as error:
            if "no such host" in str(error):
                raise FetchError(url, "dns", "no such host") from error
            raise PassingError(url, "connect", f"no connection ({error})") from error
        except (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError) as error:
            raise PassingError(url, "connect", f"the connection broke off ({error})") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, ValueError) as error:
            raise FetchError(url, "broken", f"an answer that cannot be read ({type(error).__name__})") from error

    def _check(self, url: str) -> None:
        from pipeline.ingest.guard import RefusedError, check_url

        try:
            check_url(url, allow=self._allow)
        except RefusedError as error:
            raise FetchError(error.url, "refused", error.reason) from error

    def _rules(self, url: str) -> Robots:
        """The robots rules of *url*'s site, fetched once."""
        from pipeline.ingest.robots import MOST_BYTES, Robots, read_robots

        parts = urlsplit(url)
        origin = f"{parts.scheme.lower()}://{parts.netloc.lower()}"
        with self._lock:
            if origin in self._robots:
                return self._robots[origin]
        self._check(url)
        try:
            response = self._follow(f"{origin}/robots.txt", {"User-Agent": self.agent}, MOST_BYTES * 2, heed=False)
        except FetchError as error:
            if error.kind in {"refused", "dns"}:
                raise
            if error.kind not in {"too_large", "redirects", "broken"}:
                raise FetchError(
                    url, "robots_unavailable", f"its robots.txt gives no answer: {error.reason}"
                ) from error
            found = Robots()
        else:
            if response.status >= 500 or response.status == 429:
                raise FetchError(
                    url, "robots_unavailable", f"its robots.txt answers {response.status}", response.status
                )
            found = read_robots(response.body) if response.status == 200 else Robots()
        with self._lock:
            self._robots[origin] = found
            host = parts.hostname or ""
            self._delays[host] = max(self._delays.get(host, 0.0), found.delay(self.agent))
        return found

    def _turn(self, host: str) -> _Turn:
        with self._lock:
            lock = self._hosts.setdefault(host, threading.Lock())
        return _Turn(self, host, lock)

    def wait_for(self, host: str) -> None:
        """Sleep until *host* may be asked again."""
        pause = max(self._pause, self._delays.get(host, 0.0))
        left = self._last.get(host, float("-inf")) + pause - time.monotonic()
        if left > 0:
            self._sleep(left)

    def asked(self, host: str) -> None:
        """Remember that *host* was asked just now."""
        self._last[host] = time.monotonic()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        import httpx2

        return httpx2.create_ssl_context(trust_env=False)


class _Turn:
    """One request's turn at a host."""

    def __init__(self, fetcher: Fetcher, host: str, lock: threading.Lock) -> None:
        self._fetcher, self._host, self._lock = fetcher, host, lock

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            self._fetcher.wait_for(self._host)
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, *_: object) -> None:
        self._fetcher.asked(self._host)
        self._lock.release()


def _body(url: str, response: object, limit: int, deadline: float) -> bytes:
    """The decoded body, counted while it comes; too much, too tightly packed or too slow is an error."""
    import httpx2

    assert isinstance(response, httpx2.Response)
    stated = response.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > limit and "content-encoding" not in response.headers:
        raise FetchError(url, "too_large", f"too large: {int(stated) // 1_000_000} MB, at most {limit // 1_000_000}")
    pieces: list[bytes] = []
    size = 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > limit:
            raise FetchError(url, "too_large", f"too large: more than {limit // 1_000_000} MB when unpacked")
        if size > RATIO_FROM and size > MOST_RATIO * max(1, response.num_bytes_downloaded):
            raise FetchError(url, "too_large", "too large: packed more tightly than any honest page")
        if time.monotonic() > deadline:
            raise httpx2.ReadTimeout("the time for this page is over")
        pieces.append(piece)
    return b"".join(pieces)


def _header(value: str) -> str:
    """A stored validator as it may stand in a header."""
    return "".join(character for character in value if " " <= character <= "~")[:500]


@cache
def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("convening-ledger")
    except PackageNotFoundError:
        return "0"
