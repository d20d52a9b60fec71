"""Claims as lines to tick, before many are decided at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from pipeline.ledger import rows
from pipeline.ledger.standing import viewing
from pipeline.ledger.standing.made import decisions_on_each
from pipeline.ledger.standing.viewing import Viewer
from pipeline.records import Claim
from pipeline.review import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One claim of a bulk: the version that was seen, and how it differs from the first."""

    claim: Claim
    version: str
    title: str
    differences: tuple[str, ...]


def lines_of(connection: Connection, found: Any, viewer: Viewer) -> list[Line]:
    """The rows *found*, of claims with their posts' titles, as lines to tick, each with what differs from the first."""
    made: list[Line] = []
    decided = decisions_on_each(connection, [row["id"] for row in found])
    for row in found:
        claim = rows.claim_of(row)
        first = made[0].claim if made else claim
        decisions = viewing.visible_decisions(claim.id, decided.get(claim.id, ()), viewer)
        differences = tuple(
            words.FIELD_NAMES[name].lower()
            for name in ("value", "unit", "bound", "subject", "measure", "modality")
            if getattr(claim, name) != getattr(first, name)
        )
        version = viewing.version_of(claim, decisions)
        made.append(Line(claim=claim, version=version, title=row["title"] or "untitled post", differences=differences))
    return made
