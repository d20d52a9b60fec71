"""Reading in child processes with limits: what hangs, swells or crashes takes only its own document with it.

Child and parent talk in JSON over pipes, so nothing that a page does to the child can run in the parent. A document's
time is that of the processor, so that the same page is read in the same way on a busy machine.
"""

from __future__ import annotations

import json
import os
import queue
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import IO, Any, Self

from pipeline.days import iso_day
from pipeline.ingest.documents import Document, UnreadableError
from pipeline.ingest.feeds import Entry, Feed, NotAFeedError
from pipeline.ingest.readers import file_bytes
from pipeline.ingest.sitemaps import BadSitemapError, Sitemap
from pipeline.processors import processors

SECONDS, MEGABYTES = 10.0, 1024
PATIENCE = 6 if hasattr(signal, "setitimer") else 1  # times so long by the clock: a busy machine needs more of it
WORN = 500  # documents after which a child is replaced, as parsers' caches grow
START_SECONDS = 60.0
A_CHILD = 6  # documents for which a second child is worth its start


class Readers:
    """Warm child processes that read documents; ``read`` takes what ``read_bytes`` takes. Threads may share it."""

    def __init__(self, *, children: int = 1, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._seconds, self._megabytes = seconds, megabytes
        self._idle: queue.Queue[_Child | None] = queue.Queue()
        for _ in range(max(1, children)):
            self._idle.put(None)  # begun when it is first needed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the children."""
        with suppress(queue.Empty):  # none is left: all are ended
            while True:
                if child := self._idle.get_nowait():
                    child.end()

    def read(self, data: bytes, *, name: str, url: str | None = None, content_type: str | None = None) -> Document:
        """The document in *data*, or ``UnreadableError``, also where it took too long or too much memory.

        A page whose careful reading does not end in time is read again in a crude and fast way.
        """
        options = {"name": name, "url": url, "content_type": content_type}
        try:
            return _document(self._ask("document", data, name, options))
        except TimeoutError:
            with suppress(TimeoutError, UnreadableError):  # the sentence below says what is wrong with it
                return _document(self._ask("crude", data, name, options))
            raise UnreadableError(name, f"timeout: not read within {self._seconds:g} seconds") from None

    def read_medium(self, data: bytes, *, name: str) -> Document:
        """The post in a page of a Medium export, or ``UnreadableError``."""
        try:
            return _document(self._ask("medium", data, name, {"name": name}))
        except TimeoutError:
            raise UnreadableError(name, f"timeout: not read within {self._seconds:g} seconds") from None

    def read_feed(self, data: bytes, *, url: str, content_type: str | None = None, today: date | None = None) -> Feed:
        """The feed in *data*, or ``NotAFeedError``; see ``feeds.read_feed``."""
        options = {"url": url, "content_type": content_type, "today": today.isoformat() if today else None}
        try:
            plain = self._ask("feed", data, url, options)
        except TimeoutError:
            raise NotAFeedError(f"timeout: not read within {self._seconds:g} seconds") from None
        except UnreadableError as error:
            raise NotAFeedError(error.reason) from error
        if "feeds" in plain:
            raise NotAFeedError(plain["refused"], tuple(plain["feeds"]))
        entries = [
            Entry(**row | {"authors": tuple(row["authors"]), "date": iso_day(row["date"])}) for row in plain["entries"]
        ]
        return Feed(
            title=plain["title"], entries=tuple(entries), language=plain["language"], warnings=tuple(plain["warnings"])
        )

    def read_sitemap(self, data: bytes, *, url: str) -> Sitemap:
        """The sitemap in *data*, or ``BadSitemapError``; see ``sitemaps.read_sitemap``."""
        try:
            plain = self._ask("sitemap", data, url, {"url": url})
        except TimeoutError:
            raise BadSitemapError(f"timeout: not read within {self._seconds:g} seconds") from None
        except UnreadableError as error:
            raise BadSitemapError(error.reason) from error
        if "refused" in plain:
            raise BadSitemapError(plain["refused"])
        pages = tuple((page, when) for page, when in plain["pages"])
        return Sitemap(pages=pages, sitemaps=tuple(plain["sitemaps"]), warnings=tuple(plain["warnings"]))

    def _ask(self, job: str, data: bytes, name: str, options: dict[str, Any]) -> dict[str, Any]:
        """A child's answer to one request."""
        request = {"job": job, "options": options}
        child = self._idle.get()
        try:
            if child is None or child.worn:
                if child is not None:
                    child.end()
                child = _Child(self._megabytes)
            answer = child.ask(request, data, self._seconds)
        except TimeoutError:
            _end(child)
            child = None
            raise
        except (OSError, EOFError, ValueError) as error:
            _end(child)
            child = None
            reason = f"its reader died: it may need more than {self._megabytes} MB"
            raise UnreadableError(name, reason) from error
        except BaseException:
            _end(child)
            child = None
            raise
        finally:
            self._idle.put(child)
        if "reason" in answer:
            raise UnreadableError(name, answer["reason"])
        found: dict[str, Any] = answer["found"]
        return found


class _Child:
    """One child process and the pipes to it."""

    def __init__(self, megabytes: int) -> None:
        root = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        environment = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", f"from pipeline.ingest.child import serve; serve({int(megabytes)})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # so that Ctrl-C reaches the parent alone
        )
        self._asked = 0
        self._answer(START_SECONDS)  # it says when it is warm

    @property
    def worn(self) -> bool:
        """Whether the child has read enough, or is no more."""
        return self._asked >= WORN or self._process.poll() is not None

    def ask(self, request: dict[str, Any], data: bytes, seconds: float) -> dict[str, Any]:
        """The child's answer; ``TimeoutError`` where it does not come in time."""
        assert self._process.stdin is not None
        self._asked += 1
        _send(self._process.stdin, request | {"seconds": seconds}, data)
        try:
            return self._answer(seconds * PATIENCE)
        except EOFError:
            if self._ended_by_its_timer():
                raise TimeoutError from None
            raise

    def _ended_by_its_timer(self) -> bool:
        with suppress(subprocess.TimeoutExpired):  # it closed its pipe and lives: no timer did that
            return self._process.wait(5) == -getattr(signal, "SIGPROF", 0)
        return False

    def end(self) -> None:
        """Kill the child and wait for it."""
        with suppress(OSError):  # it ended by itself
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):  # what it should still have written, nobody is there to read
                    pipe.close()

    def _answer(self, seconds: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        handle = self._process.stdout.fileno()
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(handle, selectors.EVENT_READ)
            while not received.endswith(b"\n"):
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise TimeoutError
                if not (piece := os.read(handle, 1 << 20)):
                    raise EOFError
                received += piece
        answer: dict[str, Any] = json.loads(received)
        return answer


def read_files(paths: Iterable[Path], readers: Readers, *, children: int) -> Iterator[Document | UnreadableError]:
    """The document in each of *paths*, in their order, or why there is none; ``-`` is standard input.

    So many files as there are *children* are read at once, and a few more are held until their turn comes.
    """
    waiting: deque[Future[Document | UnreadableError]] = deque()
    with ThreadPoolExecutor(children) as threads:
        for path in paths:
            waiting.append(threads.submit(_read_file, path, readers))
            if len(waiting) > 4 * children:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def children_for(documents: int | None = None) -> int:
    """How many children read so many *documents* soonest: no more than there are processors, and four at most.

    Without a number, as many as read many documents soonest.
    """
    return max(1, min(4, processors(), 4 if documents is None else documents // A_CHILD))


def _read_file(path: Path, readers: Readers) -> Document | UnreadableError:
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else file_bytes(path)
        return readers.read(data, name=path.name)
    except UnreadableError as error:
        return UnreadableError(path, error.reason)


def _document(plain: dict[str, Any]) -> Document:
    for name in ("authors", "warnings"):
        plain[name] = tuple(plain[name])
    plain["date"] = iso_day(plain["date"])
    return Document(**plain)


def _send(pipe: IO[bytes], request: dict[str, Any], data: bytes) -> None:
    pipe.write(json.dumps(request | {"size": len(data)}).encode() + b"\n")
    pipe.write(data)
    pipe.flush()


def _end(child: _Child | None) -> None:
    if child is not None:
        child.end()
