"""Claims, entities and themes of posts that no ledger knows: what ``extract`` and ``evaluate`` share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.plain import extraction_row
from pipeline.reading.loading import load_extractor, load_guide
from pipeline.records import Post, digest
from pipeline.settings import Settings


class InputError(PipelineError):
    """A line of input is no post."""


def rows(posts: Iterable[Post], settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield for each post, in order, the row that ``convening extract`` prints; nothing is kept."""
    extractor, guide = load_extractor(settings), load_guide(settings)
    for post, found in extractor.extract_many(posts):
        yield extraction_row(post.id, found, guide.themes_of(post))


def posts_from_lines(lines: Iterable[str], name: str) -> Iterator[Post]:
    """Yield the posts of JSON lines: ``id``, ``text`` and, where known, date, country, publisher and title.

    Raises ``InputError`` with the number of a line that is no such object.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            text = given["text"]
            if not isinstance(text, str):
                raise TypeError(f"text is {type(text).__name__}")
            stated = given.get("date")
            yield Post(
                id=str(given.get("id") or digest(text)),
                text=text,
                title=given.get("title"),
                url=given.get("url"),
                date=date.fromisoformat(stated[:10]) if stated else None,
                publisher=given.get("publisher"),
                country=given.get("country"),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            what = f"{type(error).__name__}: {error}" if not isinstance(error, KeyError) else f"no field {error}"
            raise InputError(f"{name}, line {number}", f"not a JSON object with a text ({what})") from error


def posts_from_file(path: Path) -> Iterator[Post]:
    """Yield the posts of *path*: JSON lines, plain text taken to the letter, or any other post that can be read."""
    from pipeline.ingest.documents import post_of
    from pipeline.ingest.readers import file_bytes, kind_of, read_bytes

    if path.suffix.lower() in (".jsonl", ".ndjson"):
        with path.open(encoding="utf-8") as lines:
            yield from posts_from_lines(lines, str(path))
        return
    data = file_bytes(path)
    if path.suffix.lower() in ("", ".txt") and kind_of(data, name=path.name) == "text":
        try:
            yield Post(id=path.name, text=data.decode("utf-8"))
            return
        except UnicodeDecodeError:
            pass  # the reader below tells other encodings
    yield post_of(read_bytes(data, name=path.name), path=path.name)
