"""What the pages say of copies: which post repeats which, how much of it, and that its figures count once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from pipeline.ledger import schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The other post of a pair with the same words; *share* of the copy's words (0 to 1), where the words told it."""

    post: str
    title: str | None
    date: str | None
    share: float | None


def repeated(connection: Connection, post: Mapping[Any, Any]) -> Repeat | None:
    """The post that *post*, a row of the ledger, repeats; None where it stands for itself."""
    if not post["duplicate_of"]:
        return None
    first = schema.posts.c
    row = connection.execute(select(first.id, first.title, first.date).where(first.id == post["duplicate_of"])).first()
    if row is None:
        return None
    return Repeat(post=row.id, title=row.title, date=row.date, share=_share(connection, post["id"], row.id))


def repeating(connection: Connection, post: str) -> list[Repeat]:
    """The live posts that repeat *post*, by day."""
    copy = schema.posts.c
    query = (
        select(copy.id, copy.title, copy.date)
        .where(copy.duplicate_of == post, copy.state == "live")
        .order_by(copy.date, copy.id)
    )
    return [
        Repeat(post=row.id, title=row.title, date=row.date, share=_share(connection, row.id, post))
        for row in connection.execute(query).all()
    ]


def _share(connection: Connection, copy: str, original: str) -> float | None:
    pair = schema.copies.c
    query = select(schema.copies).where(
        or_((pair.one == copy) & (pair.other == original), (pair.one == original) & (pair.other == copy))
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return float(row.share_one if row.one == copy else row.share_other)
