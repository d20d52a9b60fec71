"""What tells whether anything of a post has changed since it was last compared or published, asked for all at once."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import orjson
from sqlalchemy import Connection, Select, func, select

from pipeline.ledger import schema


def post_marks(connection: Connection, *, outputs: bool = False) -> dict[str, str]:
    """For each post, by id, a digest that changes when its metadata, claims, entities or decisions do.

    With *outputs*, also when its themes or findings do. Posts that left the corpus are there with the rest.
    """
    told: list[dict[str, Any]] = [
        {row[0]: tuple(row[1:]) for row in connection.execute(query).all()} for query in _queries(outputs)
    ]
    if outputs:
        told.append(_findings(connection))
    return {
        row[0]: blake2b(
            repr((tuple(row), [found.get(row[0]) for found in told])).encode("utf-8", "backslashreplace"),
            digest_size=12,
        ).hexdigest()
        for row in connection.execute(select(schema.posts).order_by(schema.posts.c.id)).all()
    }


def _queries(outputs: bool) -> Iterator[Select[Any]]:
    claims, entities, decisions = schema.claims.c, schema.entities.c, schema.decisions.c
    # A post's claims and entities follow from its text, its metadata and what read it, which its row has; people's
    # part in them follows from decisions. That there are as many, in the same places, is a second look at little cost.
    yield select(claims.post, func.count(), func.sum(claims.start)).group_by(claims.post)
    yield select(entities.post, func.count(), func.sum(entities.start), func.sum(entities.end)).group_by(entities.post)
    yield (
        select(claims.post, func.count(), func.max(decisions.seq), func.min(decisions.id), func.max(decisions.id))
        .join(schema.claims, claims.id == decisions.target)
        .group_by(claims.post)
    )
    if outputs:
        themes = schema.assignments.c
        yield select(
            themes.post,
            func.count(),
            func.sum(themes.score),
            func.sum(themes.passage),
            func.aggregate_strings(themes.theme, " "),
        ).group_by(themes.post)


def _findings(connection: Connection) -> dict[str, int]:
    """All that is said of each post's claims: a finding's words may change while its claims stay."""
    table, claims = schema.findings.c, schema.claims.c
    post_of = dict(connection.execute(select(claims.id, claims.post)).tuples().all())
    said: dict[str, int] = {}
    for id_, about, confidence, reason in connection.execute(
        select(table.id, table.claims, table.confidence, table.reason)
    ):
        words = f"{id_} {confidence} {reason}".encode("utf-8", "backslashreplace")
        number = int.from_bytes(blake2b(words, digest_size=12).digest())
        for claim in orjson.loads(about):
            if post := post_of.get(claim):
                said[post] = said.get(post, 0) + number  # a sum, as the rows come in no order
    return said
