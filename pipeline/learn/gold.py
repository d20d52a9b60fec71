"""Hand-made annotations on disk: ``gold.jsonl``, ``index.jsonl`` and ``posts/`` in one folder."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.records import Post

type Row = Mapping[str, Any]


class GoldError(PipelineError):
    """Annotations that cannot be used as they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPost:
    """One annotated post: its text and metadata, and what people marked in it."""

    post: Post
    split: str
    claims: Sequence[Row] = field(default_factory=tuple)
    entities: Sequence[Row] = field(default_factory=tuple)
    themes: Sequence[Row] = field(default_factory=tuple)


def read_gold(gold: Path, *, splits: Collection[str] = ()) -> Iterator[GoldPost]:
    """Yield the annotated posts of the file *gold*, in its order; only those of *splits* if any are named.

    The texts are read from ``posts/<id>.txt`` and the metadata from ``index.jsonl`` beside it.
    Raises ``GoldError`` for a missing file, a broken row, or an offset that does not match its quote.
    """
    index = {row["post"]: row for row in _rows(gold.parent / "index.jsonl")}
    for row in _rows(gold):
        name = row["post"]
        meta = index.get(name, {})
        if splits and meta.get("split") not in splits:
            continue
        text = _text(gold.parent / "posts" / f"{name}.txt")
        for kind in ("claims", "entities"):
            for mark in row.get(kind, ()):
                if text[mark["start"] : mark["end"]] != mark["quote"]:
                    raise GoldError(gold, f"post {name}: {kind} {mark['quote']!r} is not at {mark['start']}")
        stated = meta.get("date")
        post = Post(
            id=name,
            text=text,
            title=meta.get("title"),
            url=meta.get("url"),
            date=date.fromisoformat(stated) if stated else None,
            publisher=meta.get("publisher"),
            country=meta.get("country"),
        )
        yield GoldPost(
            post=post,
            split=meta.get("split", ""),
            claims=row.get("claims", ()),
            entities=row.get("entities", ()),
            themes=row.get("themes", ()),
        )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise GoldError(path, "cannot be read; name a gold.jsonl with index.jsonl and posts/ beside it") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise GoldError(path, f"line {number} is not JSON ({error.msg})") from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(path, "the text of an annotated post cannot be read") from error
