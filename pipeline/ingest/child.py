"""The child that reads: it answers requests on its standard input, within the limits that it sets itself.

``children.py`` starts it and speaks with it in JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from pipeline.days import iso_day
from pipeline.ingest.documents import UnreadableError
from pipeline.ingest.feeds import NotAFeedError, read_feed
from pipeline.ingest.readers import read_bytes
from pipeline.ingest.sitemaps import BadSitemapError, read_sitemap


def serve(megabytes: int) -> None:
    """Answer requests on standard input until it ends: the child's whole life."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing else may speak on the pipe
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _warm_up()
    _limit(megabytes)
    _reply(out, {"ready": True})
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        data = sys.stdin.buffer.read(request["size"])
        _allow(request["seconds"])
        answer = _answer_to(request, data)
        _allow(0)
        _reply(out, answer)


def _answer_to(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """What the child finds in *data*, or the reason why it finds nothing, as values that JSON knows."""
    try:
        return {"found": _do(request["job"], data, request["options"])}
    except UnreadableError as error:
        return {"reason": error.reason}
    except MemoryError:
        return {"reason": "it needs more memory than a document may have"}
    except RecursionError:
        return {"reason": "nested too deeply"}
    except Exception as error:  # a bug of ours or of a parser: this document's row, and the next goes on
        return {"reason": f"its reader failed ({type(error).__name__}: {str(error)[:200]})"}


def _do(job: str, data: bytes, options: dict[str, Any]) -> dict[str, Any]:
    match job:
        case "document":
            return _plain(read_bytes(data, **options))
        case "crude":
            from pipeline.ingest.pages import main_text

            return _plain(main_text(data, **options, crude=True))
        case "medium":
            from pipeline.ingest.exports import read_medium

            return _plain(read_medium(data, **options))
        case "feed":
            try:
                today = iso_day(options["today"])
                return _plain(read_feed(data, **options | {"today": today}))
            except NotAFeedError as error:
                return {"refused": error.reason, "feeds": list(error.feeds)}
        case "sitemap":
            try:
                return _plain(read_sitemap(data, **options))
            except BadSitemapError as error:
                return {"refused": str(error)}
        case _:
            raise ValueError(job)


def _plain(value: Any) -> dict[str, Any]:
    """A record as values that JSON knows."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(value), default=lambda day: day.isoformat()))
    return plain


def _reply(pipe: IO[bytes], answer: dict[str, Any]) -> None:
    pipe.write(json.dumps(answer).encode() + b"\n")
    pipe.flush()


def _warm_up() -> None:
    from pipeline.ingest.pages import main_text

    with suppress(UnreadableError):  # what it reads does not matter, only that all libraries are loaded
        main_text(b"<html><body><article><p>" + b"Some words to warm up with. " * 20 + b"</p></article></body></html>")


def _allow(seconds: float) -> None:
    """Let the system end this process when it has worked for so many seconds; 0: let it work on."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit(megabytes: int) -> None:
    """Allow the child this much more memory than it has now, no files to write, no dumps."""
    try:
        import resource
    except ImportError:  # no such limits on this system: time is still limited
        return
    pages = 0
    with suppress(OSError, ValueError):  # a system without this file sets no such limit: time is still limited
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    if pages:
        most = pages * resource.getpagesize() + megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # a system that cannot limit files: the child was told to write none
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
