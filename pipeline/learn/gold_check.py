"""Looking a whole file of annotations over: every fault with its file and line, none stops the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.learn.gold import GoldError, read_text
from pipeline.learn.gold_faults import NAME, faults_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: in which file and line, of which post, and whether the row can be used all the same."""

    path: Path
    line: int
    post: str | None
    what: str
    grave: bool = True

    def __str__(self) -> str:
        about = f"post {self.post}: " if self.post else ""
        return f"{self.path}:{self.line}: {about}{self.what}"


def check(gold: Path) -> Iterator[Finding]:
    """Yield every fault of the file *gold*, its index and its texts, in their order; none means that all is well.

    Raises ``GoldError`` only where the file itself cannot be read.
    """
    beside = gold.parent / "index.jsonl"
    index: dict[str, tuple[int, dict[str, Any]]] = {}
    for number, row, what in _rows(beside):
        name = row.get("post")
        if what is not None:
            yield Finding(path=beside, line=number, post=None, what=what)
        elif not isinstance(name, str) or not NAME.fullmatch(name):
            yield Finding(path=beside, line=number, post=None, what=f"{str(name)[:40]!r} is no name of a post")
        elif name in index:
            yield Finding(path=beside, line=number, post=name, what=f"stands in line {index[name][0]} already")
        else:
            index[name] = (number, row)
            if row.get("date") and not _is_day(row["date"]):
                what = f"date {str(row['date'])[:40]!r} is no day such as 2021-06-17"
                yield Finding(path=beside, line=number, post=name, what=what)
    met: dict[str, int] = {}
    for number, row, what in _rows(gold):
        name = row.get("post")
        if what is not None or not isinstance(name, str) or not NAME.fullmatch(name):
            told = what or f"{str(name)[:40]!r} is no name of a post"
            yield Finding(path=gold, line=number, post=None, what=told)
            continue
        if name in met:
            yield Finding(path=gold, line=number, post=name, what=f"is annotated in line {met[name]} already")
        met.setdefault(name, number)
        yield from _one(gold, number, row, index.get(name))


def _one(gold: Path, number: int, row: dict[str, Any], known: tuple[int, dict[str, Any]] | None) -> Iterator[Finding]:
    name = row["post"]
    if known is None:
        yield Finding(path=gold, line=number, post=name, what="has no row in index.jsonl", grave=False)
    elif row.get("split") and known[1].get("split") and row["split"] != known[1]["split"]:
        what = f"is in split {row['split']!r} here and in {known[1]['split']!r} in index.jsonl, line {known[0]}"
        yield Finding(path=gold, line=number, post=name, what=what, grave=False)
    try:
        text = read_text(gold.parent / "posts" / f"{name}.txt")
    except GoldError as error:
        yield Finding(path=gold, line=number, post=name, what=str(error))
        return
    for fault in faults_of(row, text):
        yield Finding(path=gold, line=number, post=name, what=fault.what, grave=fault.grave)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GoldError(path, "cannot be read; name a gold.jsonl with index.jsonl and posts/ beside it") from error
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            yield number, {}, f"is not JSON ({str(error)[:120]})"
            continue
        if not isinstance(row, dict):
            yield number, {}, "is not an object"
        else:
            yield number, row, None


def _is_day(value: object) -> bool:
    try:
        date.fromisoformat(str(value)[:10])
    except ValueError:
        return False
    return True
