"""The mentions of named things in a post, each with what was decided on it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from pipeline.ledger import rows, schema
from pipeline.ledger.standing.verdicts import in_force
from pipeline.records import Decision, Entity, digest


def entity_id(post: str, entity: Entity) -> str:
    """What decisions on a mention are about."""
    return digest("entity", post, str(entity.start), str(entity.end), entity.label)


def named(connection: Connection, post_id: str) -> list[tuple[str, Entity, Decision | None]]:
    """The post's mentions of named things, each with the decision in force on it."""
    entities, decided = schema.entities.c, schema.decisions.c
    query = (
        select(schema.decisions).where(decided.post == post_id, decided.target_kind == "entity").order_by(decided.seq)
    )
    last = {d.target: d for d in in_force([rows.decision_of(row) for row in connection.execute(query).mappings()])}
    found = connection.execute(
        select(schema.entities).where(entities.post == post_id).order_by(entities.start, entities.end)
    ).mappings()
    made = [rows.entity_of(row) for row in found]
    return [(entity_id(post_id, entity), entity, last.get(entity_id(post_id, entity))) for entity in made]
