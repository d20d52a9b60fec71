"""Which address is which post: a key to match by, never an address to fetch."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

DEFAULT_PORTS = {"http": "80", "https": "443"}


@lru_cache(maxsize=1024)
def url_key(url: str) -> str | None:
    """The key that all spellings of an address share, or None where *url* is no web address.

    >>> url_key("HTTP://user:pw@Example.org.:80/a/../b/?utm_source=x&q=1#top")
    'https://example.org/b/?q=1'
    >>> url_key("javascript:alert(1)") is None
    True
    """
    from w3lib.url import canonicalize_url

    url = re.sub(r"[\x00-\x20\u2028\u2029]+", "", url)
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return None
    if parts.scheme.lower() not in DEFAULT_PORTS or not host:
        return None
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port and str(port) != DEFAULT_PORTS[parts.scheme.lower()]:
        netloc += f":{port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracker(pair.split("=")[0], host))
    path = _without_dots(parts.path) or "/"
    try:
        return str(canonicalize_url(urlunsplit(("https", netloc, path, query, ""))))
    except ValueError:
        return None


def registrable(host: str) -> str:
    """The part of *host* that somebody registered: two labels, or three under a public second level.

    >>> registrable("www.blog.data.gov.au"), registrable("blog.example.org")
    ('data.gov.au', 'example.org')
    """
    labels = host.lower().rstrip(".").split(".")
    second = labels[-2] if len(labels) > 1 else ""
    public = len(labels) > 2 and len(labels[-1]) == 2 and second in about_addresses()["second_levels"]
    return ".".join(labels[-3:] if public else labels[-2:])


def canonical_for(fetched: str, stated: str | None) -> str:
    """The address that a page is known by: the one it states, if that may be believed, else *fetched*.

    A page may speak for its own registered domain only, and a home page is nobody's canonical address.

    >>> canonical_for("https://a.org/p?x=1", "https://www.a.org/p"), canonical_for("https://a.org/p", "https://a.org/")
    ('https://www.a.org/p', 'https://a.org/p')
    """
    if not stated or not url_key(stated):
        return fetched
    here, there = urlsplit(fetched), urlsplit(stated)
    if registrable(here.hostname or "") != registrable(there.hostname or ""):
        return fetched
    if there.path.strip("/") == "" and not there.query and here.path.strip("/"):
        return fetched
    return stated


def _is_tracker(name: str, host: str) -> bool:
    for where, parameter in _trackers():
        if where != "*" and host != where and not host.endswith("." + where):
            continue
        if name == parameter or (parameter.endswith("*") and name.startswith(parameter[:-1])):
            return True
    return False


def _without_dots(path: str) -> str:
    """*path* with ``.`` and ``..`` worked out, double slashes left alone (archives use them)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept)


@cache
def _trackers() -> tuple[tuple[str, str], ...]:
    return tuple((host, name) for host, names in about_addresses()["trackers"].items() for name in names)


@cache
def about_addresses() -> dict[str, Any]:
    """The table of what is known of addresses."""
    return tomllib.loads(Path(__file__).with_name("addresses.toml").read_text(encoding="utf-8"))
