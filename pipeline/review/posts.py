"""What the ledger holds of single posts: their text, and whether somebody read them to the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from pipeline.ledger import rows, schema
from pipeline.ledger.decisions.deciding import UnknownTargetError
from pipeline.ledger.standing.verdicts import in_force
from pipeline.records import Verdict


def post_and_text(connection: Connection, post_id: str) -> tuple[dict[str, Any], str]:
    """The row of a post and its present text. Raises ``UnknownTargetError``."""
    row = connection.execute(select(schema.posts).where(schema.posts.c.id == post_id)).mappings().first()
    if row is None:
        raise UnknownTargetError(f"post {post_id}", "is not in the ledger")
    revisions = schema.revisions.c
    text = connection.execute(
        select(revisions.text).where(revisions.post == post_id, revisions.revision == row["revision"])
    ).scalar()
    return dict(row), text or ""


def read_posts(connection: Connection, posts: Sequence[str]) -> set[tuple[str, str]]:
    """The (post, revision) pairs of *posts* that somebody has read to the end."""
    decided = schema.decisions.c
    query = (
        select(schema.decisions).where(decided.target_kind == "post", decided.target.in_(posts)).order_by(decided.seq)
    )
    made = [rows.decision_of(row) for row in connection.execute(query).mappings()]
    return {(d.post, d.revision) for d in in_force(made) if d.verdict is Verdict.READ}
