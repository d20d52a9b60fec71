"""A post made of a bare text and of what its caller knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.records import Post, digest


def post_of(text: str, known: Mapping[str, Any]) -> Post:
    """A post of *text* with what is *known* of it: any of id, date, country, publisher and title.

    A date may be ISO 8601 text. Without an id, the text's digest stands for one.
    """
    day, name = known.get("date"), known.get("id")
    return Post(
        id=name if name is not None else digest(text),
        text=text,
        date=date.fromisoformat(day) if isinstance(day, str) else day,
        country=known.get("country"),
        publisher=known.get("publisher"),
        title=known.get("title"),
    )
