"""The door to the network: only public addresses, looked up once and checked before any packet goes out."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpcore2

from pipeline.errors import PipelineError

Resolve = Callable[[str, int], Sequence[str]]
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
PORTS = frozenset({80, 443})
LONGEST_URL = 4_000


class RefusedError(PipelineError):
    """An address that we do not go to, with the reason in words."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url, self.reason = url, reason


def check_url(url: str, *, allow: frozenset[str] = frozenset()) -> None:
    """Refuse *url* where its words alone say that it may not be fetched.

    Hosts in *allow* may have any port and any address: that is for tests on this machine.

    >>> check_url("https://example.org/a")
    >>> check_url("file:///etc/passwd")
    Traceback (most recent call last):
    pipeline.ingest.guard.RefusedError: file:///etc/passwd: only http and https addresses are fetched
    """
    shown = ascii(url[:200])[1:-1]
    if len(url) > LONGEST_URL or any(ord(character) <= 32 or ord(character) == 127 for character in url):
        raise RefusedError(shown, "no address: too long, or with spaces or control characters")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise RefusedError(shown, "no address that can be read") from error
    if parts.scheme.lower() not in {"http", "https"}:
        raise RefusedError(shown, "only http and https addresses are fetched")
    if not host or "%" in host or "\\" in parts.netloc:
        raise RefusedError(shown, "no host that can be read")
    if parts.username is not None or parts.password is not None:
        raise RefusedError(shown, "an address with a user name or password is not fetched")
    if host in allow:
        return
    if port is not None and port not in PORTS:
        raise RefusedError(shown, "only the ports 80 and 443 are fetched")
    try:
        name = host.rstrip(".").encode("ascii").decode() if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise RefusedError(shown, "no host name that can be read") from error
    if name.lower() == "localhost" or name.lower().endswith((".localhost", ".local", ".internal", ".home.arpa")):
        raise RefusedError(shown, "not a public address")
    literal = _literal(name)
    if literal is not None and not is_public(literal):
        raise RefusedError(shown, "not a public address")


def is_public(address: str) -> bool:
    """Whether *address* is one on the public internet, however it is wrapped.

    >>> is_public("8.8.8.8"), is_public("::ffff:127.0.0.1"), is_public("2002:7f00:1::"), is_public("64:ff9b::a00:1")
    (True, False, False, False)
    """
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner: ipaddress.IPv4Address | None = found.ipv4_mapped or found.sixtofour
        if inner is None and found.teredo:
            inner = found.teredo[1]
        if inner is None and any(found in network for network in NAT64):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is None and int(found) >> 32 == 0:  # the old IPv4-compatible form
            return False
        if inner is not None:
            found = inner
    return found.is_global and not found.is_multicast and not found.is_reserved


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of *host*, as this machine's resolver gives them."""
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects to checked addresses only, and ends everything at the deadline."""

    def __init__(self, *, deadline: float, allow: frozenset[str], resolve: Resolve = look_up) -> None:
        self._deadline, self._allow, self._resolve = deadline, allow, resolve
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Look *host* up once, check all its addresses, and connect to one of just those."""
        try:
            addresses = list(dict.fromkeys(self._resolve(host, port)))
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"no such host: {ascii(host)[1:-1]}") from error
        if host not in self._allow and (not addresses or not all(map(is_public, addresses))):
            raise RefusedError(host, "not a public address")
        failure: Exception | None = None
        for address in addresses[:4]:
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._left(timeout), local_address=local_address, socket_options=socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return DeadlineStream(stream, self._deadline)
        raise failure or httpcore2.ConnectError(f"no address of {host} answers")

    def connect_unix_socket(self, *_: object, **__: object) -> httpcore2.NetworkStream:
        """Refuse: a socket file is never public."""
        raise RefusedError("unix socket", "not a public address")

    def _left(self, timeout: float | None) -> float:
        return _left(self._deadline, timeout)


class DeadlineStream(httpcore2.NetworkStream):
    """A stream whose every read and write must end before the deadline, however slowly it drips."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes, before the deadline."""
        return self._inner.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send *buffer* before the deadline."""
        self._inner.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        """Close the stream."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """Go over to TLS before the deadline."""
        stream = self._inner.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What the stream below knows of itself."""
        return self._inner.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time for this page is over")
    return left if timeout is None else min(left, timeout)


def _literal(host: str) -> str | None:
    """The IP address that *host* is, in any spelling that a resolver takes (octal, hexadecimal, one number)."""
    if ":" in host:
        return host
    if (host and host[-1].isdigit()) or host.lower().startswith("0x"):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            return None
    return None
