"""What we wrote and annotated ourselves, to learn the roles of figures from: plain sentences, and whole short posts.

A sentence of ``roles.jsonl`` has its claims as lists of quote, subject and measure. A post of ``posts.jsonl`` has its
figures in braces within the text, and for each in their order subject, measure, modality and attribution.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.days import iso_day
from pipeline.extract.quantities import find_quantities
from pipeline.extract.quantity import Quantity
from pipeline.learn.gold import GoldPost, Row
from pipeline.records import Post

SENTENCES = Path(__file__).with_name("roles.jsonl")
POSTS = Path(__file__).with_name("posts.jsonl")
BRACES = re.compile(r"\{([^{}]*)\}")
READ = ("start", "end", "quote", "kind", "value", "value_max", "unit", "bound")


def own_sentences(path: Path = SENTENCES) -> list[GoldPost]:
    """The sentences of the file *path* as annotated posts."""
    posts = []
    for row in _rows(path):
        read = {q.quote: q for q in find_quantities(row["text"])}
        claims = [
            _claim(read[quote], {"subject": subject, "measure": measure})
            for quote, subject, measure in row["claims"]
            if quote in read
        ]
        post = Post(id=f"own {row['id']}", text=row["text"], publisher=row.get("publisher"))
        posts.append(GoldPost(post=post, split="own", claims=claims))
    return posts


def own_posts(path: Path = POSTS) -> list[GoldPost]:
    """The posts of the file *path* with the claims whose figures are read as they were annotated.

    Raises ``ValueError`` for a post whose claims are not as many as its braces.
    """
    posts = []
    for row in _rows(path):
        text, spans = unbraced(row["text"])
        if len(spans) != len(row["claims"]):
            raise ValueError(f"{row['id']} has {len(spans)} figures in braces and {len(row['claims'])} claims.")
        read = {(q.start, q.end): q for q in find_quantities(text)}
        claims = []
        for span, (subject, measure, modality, *source) in zip(spans, row["claims"], strict=True):
            said = {"subject": subject, "measure": measure, "modality": modality}
            if span in read:
                claims.append(_claim(read[span], {**said, "attributed_to": source[0] if source else None}))
        day = iso_day(row.get("date"))
        post = Post(
            id=f"own {row['id']}",
            text=text,
            title=row.get("title"),
            date=day,
            publisher=row.get("publisher"),
            country=row.get("country"),
        )
        posts.append(GoldPost(post=post, split="own", claims=claims))
    return posts


def unbraced(text: str) -> tuple[str, list[tuple[int, int]]]:
    """*text* without its braces, and the places of what stood in them.

    >>> unbraced("We met {40} teams.")
    ('We met 40 teams.', [(7, 9)])
    """
    plain, spans, done = "", [], 0
    for found in BRACES.finditer(text):
        plain += text[done : found.start()]
        spans.append((len(plain), len(plain) + len(found[1])))
        plain += found[1]
        done = found.end()
    return plain + text[done:], spans


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _claim(quantity: Quantity, said: Mapping[str, str | None]) -> Row:
    return {**{name: getattr(quantity, name) for name in READ}, **said}
