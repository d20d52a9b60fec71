"""What people made of the claims and names of posts: the finds, live or not, with the decisions on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from pipeline.ledger import rows, schema
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.verdicts import Standing, fold
from pipeline.ledger.statements import chunks
from pipeline.records import Claim, Decision, Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A post's finds and decisions: claims as found, the live ones first, each with what its decisions come to."""

    post: str
    claims: tuple[tuple[Claim, bool, Standing], ...]  # claim, whether it is still found, standing
    entities: tuple[Entity, ...]
    decisions: tuple[Decision, ...]  # all of them, in the order they were made


def reviewed_posts(ledger: Ledger, posts: Collection[str] | None = None) -> Iterator[Reviewed]:
    """Yield the posts that anything was decided on, by id; only *posts* if given."""
    made: dict[str, list[Decision]] = defaultdict(list)
    for decision in ledger.decisions():
        if decision.post and (posts is None or decision.post in posts):
            made[decision.post].append(decision)
    for names in chunks(made):
        yield from _chunk(ledger, names, made)


def _chunk(ledger: Ledger, names: Sequence[str], made: dict[str, list[Decision]]) -> Iterator[Reviewed]:
    claims, entities = schema.claims, schema.entities
    found: dict[str, list[tuple[Claim, bool, Standing]]] = defaultdict(list)
    named: dict[str, list[Entity]] = defaultdict(list)
    by_claim: dict[str, list[Decision]] = defaultdict(list)
    for name in names:
        for decision in made[name]:
            if decision.target_kind == "claim":
                by_claim[decision.target].append(decision)
    with ledger.reading() as connection:
        query = (
            select(claims)
            .where(claims.c.post.in_(names))
            .order_by(claims.c.post, claims.c.live.desc(), claims.c.start, claims.c.id)
        )
        for row in connection.execute(query).mappings():
            standing = fold(by_claim.get(row["id"], ()))
            found[row["post"]].append((rows.claim_of(row), bool(row["live"]), standing))
        mentions = select(entities).where(entities.c.post.in_(names)).order_by(entities.c.post, entities.c.start)
        for row in connection.execute(mentions).mappings():
            named[row["post"]].append(rows.entity_of(row))
    for name in names:
        yield Reviewed(post=name, claims=tuple(found[name]), entities=tuple(named[name]), decisions=tuple(made[name]))
