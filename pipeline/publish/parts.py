"""The posts in parts of some dozens: what of a part was published before and has not changed is not made again.

Where one part ends depends on the posts' ids alone, so a new post changes one part, and the outputs have the same
bytes whether they grew post by post or were made at once.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from pipeline.ledger.ledger import Ledger
from pipeline.publish.rows import Choice
from pipeline.publish.swap import MANIFEST

STATE = "parts"  # of the ledger, so that equal outputs are equal folders: what each part came to, and where it stands
LONG = 24  # posts in a part, on average
PIECE = 1 << 20


@dataclass(slots=True, kw_only=True)
class Part:
    """Some neighbouring posts, and what they come to; the same key says that nothing of them has changed."""

    posts: tuple[str, ...]
    key: str
    known: bool = False  # was it published before?
    rows: dict[str, int] = field(default_factory=dict)  # table → rows
    sizes: dict[str, int] = field(default_factory=dict)  # file → bytes
    digests: dict[str, str] = field(default_factory=dict)  # table → digest of its rows
    statuses: dict[str, int] = field(default_factory=dict)
    sums: Any = None  # what the tables that speak of the whole are made from

    @property
    def packed(self) -> dict[str, Any]:
        """It without its posts, as JSON can hold it."""
        return {name: getattr(self, name) for name in ("rows", "sizes", "digests", "statuses", "sums")}


def cut(marks: Mapping[str, str], salt: str) -> list[Part]:
    """The posts of *marks* (post → digest of all that is known of it) in parts, by id."""
    parts: list[Part] = []
    some: list[str] = []
    for post in sorted(marks):
        if some and not zlib.crc32(post.encode()) % LONG:
            parts.append(_part(some, marks, salt))
            some = []
        some.append(post)
    if some:
        parts.append(_part(some, marks, salt))
    return parts


def _part(posts: list[str], marks: Mapping[str, str], salt: str) -> Part:
    said = "\0".join([salt, *(f"{post} {marks[post]}" for post in posts)])
    return Part(posts=tuple(posts), key=hashlib.sha256(said.encode()).hexdigest()[:24])


def salt_of(choice: Choice) -> str:
    """What the outputs depend on beside the ledger: this program, and what was asked for."""
    return f"{_program()} {choice.currency} {choice}"


@cache
def _program() -> str:
    here = Path(__file__).resolve().parent
    seen = hashlib.sha256()
    for path in sorted([*here.glob("*.py"), here.parent / "records.py", *here.parent.glob("ledger/*.py")]):
        seen.update(path.read_bytes())
    return seen.hexdigest()[:12]


class Before:
    """What the last publication left in a folder, as far as its files are still as they were written."""

    def __init__(self, folder: Path, noted: bytes | None) -> None:
        self.folder = folder
        self.parts: dict[str, Any] = {}
        self.places: dict[str, dict[str, tuple[int, int]]] = {}  # file → part → from, to, in bytes
        self.row_places: dict[str, dict[str, tuple[int, int]]] = {}  # table → part → from, to, in rows
        self.intact: set[str] = set()
        if noted is None or not (folder / MANIFEST).is_file():
            return
        try:
            told = orjson.loads(zlib.decompress(noted))
            if told["folder"] != str(folder.resolve()):
                return
            self.parts, files, order = told["parts"], told["files"], told["order"]
        except (zlib.error, ValueError, KeyError, TypeError):
            return  # a note that cannot be read only costs time: all is made anew, and noted anew
        for name, (size, changed, head) in files.items():
            found = _looks(folder / name)
            if found == (size, changed):
                self.intact.add(name)
                self.places[name] = _ranges(order, self.parts, "sizes", name, head)
        for table in {name for part in self.parts.values() for name in part["rows"]}:
            self.row_places[table] = _ranges(order, self.parts, "rows", table, 0)

    def recall(self, parts: Sequence[Part], files: Sequence[str]) -> None:
        """Fill in what is known of *parts*, if all of *files* are as they were written."""
        if not set(files) <= self.intact:
            return
        for part in parts:
            held = self.parts.get(part.key)
            if held is not None and all(name in held["sizes"] or not name.endswith(("csv", "jsonl")) for name in files):
                for name, value in held.items():
                    setattr(part, name, value)
                part.known = True


def noted(folder: Path, fresh: Path, parts: Sequence[Part], heads: Mapping[str, int]) -> bytes:
    """What *parts* came to, for ``Before`` of *folder*, whose files lie in *fresh* as long as they are written.

    *heads* are the files that are made of parts, with the bytes of their headers.
    """
    told = {
        "folder": str(folder.resolve()),
        "files": {name: [*(_looks(fresh / name) or (0, 0)), head] for name, head in heads.items()},
        "order": [part.key for part in parts],
        "parts": {part.key: part.packed for part in parts},
    }
    return zlib.compress(orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS), 1)


def _looks(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _ranges(
    order: Sequence[str], parts: Mapping[str, Any], what: str, name: str, begin: int
) -> dict[str, tuple[int, int]]:
    places = {}
    for key in order:
        end = begin + parts[key][what].get(name, 0)
        places[key] = begin, end
        begin = end
    return places


class PartFile:
    """A file that is written from beginning to end, partly with what stood in the one that it will replace."""

    def __init__(self, path: Path, old: Path) -> None:
        self.path, self.old = path, old
        self.file: BinaryIO = path.open("wb")
        self.source: BinaryIO | None = None
        self.digest = hashlib.sha256()
        self.size = 0
        self.waiting: tuple[int, int] | None = None

    def write(self, data: bytes) -> None:
        """Write *data*."""
        self._copy()
        self.file.write(data)
        self.digest.update(data)
        self.size += len(data)

    def take(self, first: int, last: int) -> None:
        """Write what stands from *first* to *last* in the old file."""
        if self.waiting and self.waiting[1] == first:
            self.waiting = self.waiting[0], last
            return
        self._copy()
        self.waiting = first, last

    def close(self) -> dict[str, Any]:
        """Complete the file; its size and SHA-256."""
        self._copy()
        self.file.close()
        if self.source:
            self.source.close()
        return {"bytes": self.size, "sha256": self.digest.hexdigest()}

    def _copy(self) -> None:
        if self.waiting is None:
            return
        (first, last), self.waiting = self.waiting, None
        if self.source is None:
            self.source = self.old.open("rb")
        self.source.seek(first)
        left = last - first
        while left:
            piece = self.source.read(min(left, PIECE))
            if not piece:
                raise OSError(f"{self.old} is shorter than it was")
            self.file.write(piece)
            self.digest.update(piece)
            left -= len(piece)
        self.size += last - first


class View(Ledger):
    """A ledger that is read through one connection, so that all tables are of one moment."""

    def __init__(self, ledger: Ledger, connection: Any) -> None:
        self.address, self.engine, self._connection = ledger.address, ledger.engine, connection

    def close(self) -> None:
        """Nothing: the connection is another's."""

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The one connection."""
        yield self._connection
