"""What a comparison of claims needs of the ledger, and where its findings go: only what changes is read and written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from pipeline.ledger import rows, schema
from pipeline.ledger.standing.made import standings
from pipeline.ledger.standing.verdicts import Status, corrected
from pipeline.ledger.statements import chunks
from pipeline.records import Claim, Entity, Finding

STATE = "compared"  # the state that tells what the findings are of
TOGETHER = 200  # posts whose claims are held in memory at once


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFound:
    """What was found in a live post, corrections in force; claims that people turned down are left out."""

    id: str
    date: date | None
    publisher: str | None
    country: str | None
    duplicate_of: str | None
    claims: tuple[Claim, ...]
    entities: tuple[Entity, ...]


def live_posts(connection: Connection) -> set[str]:
    """The ids of the posts that are in the corpus."""
    return set(connection.execute(select(schema.posts.c.id).where(schema.posts.c.state == "live")).scalars())


def found_in(connection: Connection, posts: Iterable[str]) -> Iterator[PostFound]:
    """Yield what was found in each of *posts*, by id."""
    for ids in chunks(posts, TOGETHER):
        judged = standings(connection, ids)
        claims: dict[str, list[Claim]] = defaultdict(list)
        table = schema.claims.c
        wanted = select(schema.claims).where(table.post.in_(ids), table.live == 1)
        for row in connection.execute(wanted.order_by(table.post, table.start, table.id)).mappings():
            standing = judged.get(row["id"])
            if standing is None or standing.status is not Status.REJECTED:
                claim = rows.claim_of(row)
                claims[row["post"]].append(corrected(claim, standing.changes) if standing else claim)
        entities: dict[str, list[Entity]] = defaultdict(list)
        mention = schema.entities.c
        named = select(schema.entities).where(mention.post.in_(ids))
        for row in connection.execute(named.order_by(mention.post, mention.start, mention.end)).mappings():
            entities[row["post"]].append(rows.entity_of(row))
        about = select(schema.posts).where(schema.posts.c.id.in_(ids)).order_by(schema.posts.c.id)
        for post in connection.execute(about).mappings():
            yield PostFound(
                id=post["id"],
                date=date.fromisoformat(post["date"]) if post["date"] else None,
                publisher=post["publisher"],
                country=post["country"],
                duplicate_of=post["duplicate_of"],
                claims=tuple(claims[post["id"]]),
                entities=tuple(entities[post["id"]]),
            )


def held_findings(connection: Connection) -> dict[str, dict[str, Any]]:
    """The rows of all findings, by id."""
    return {row["id"]: dict(row) for row in connection.execute(select(schema.findings)).mappings()}


def change_findings(connection: Connection, gone: Iterable[str], found: Sequence[Finding]) -> None:
    """Take out the findings that hold no longer, and put in, or in place of their old selves, those *found*."""
    for ids in chunks({*gone, *(finding.id for finding in found)}):
        connection.execute(delete(schema.finding_claims).where(schema.finding_claims.c.finding.in_(ids)))
        connection.execute(delete(schema.findings).where(schema.findings.c.id.in_(ids)))
    if found:
        connection.execute(insert(schema.findings), [rows.finding_row(finding) for finding in found])
        connection.execute(
            insert(schema.finding_claims),
            [{"finding": f.id, "claim": claim} for f in found for claim in dict.fromkeys(f.claims)],
        )


def findings_by_kind(connection: Connection) -> dict[str, int]:
    """How many findings of each kind there are."""
    table = schema.findings.c
    query = select(table.kind, func.count()).group_by(table.kind).order_by(table.kind)
    return dict(map(tuple, connection.execute(query)))
