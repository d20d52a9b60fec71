"""Who may see which decisions on a claim, and which version of it they see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.ledger.standing.draws import chance
from pipeline.ledger.standing.sights import sight_row
from pipeline.ledger.standing.verdicts import SETTLING, Status, fold
from pipeline.records import Claim, Decision, Verdict, digest

COUNTED = {*SETTLING, Verdict.UNDO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks and decides: what they may see before they have decided themselves, and what they may settle."""

    name: str
    second_share: float = 0.0  # the share of claims that two people decide, each blind to the other
    sees_all: bool = False
    adjudicates: bool = True
    single: bool = True  # alone, so their own disputes are theirs to settle


def visible_decisions(claim: str, made: Sequence[Decision], viewer: Viewer) -> list[Decision]:
    """Those of the decisions *made* on *claim* that *viewer* may see: blind until they have decided themselves.

    A dispute is open to whoever may settle it.
    """
    if viewer.sees_all or chance("second", claim) >= viewer.second_share:
        return list(made)
    standing = fold(made)
    if any(d.reviewer == viewer.name and d.verdict in SETTLING for d in standing.decisions):
        return list(made)
    if viewer.adjudicates and (standing.status is Status.DISPUTED or standing.adjudicated):
        return list(made)
    return [d for d in made if d.reviewer == viewer.name]


def version_of(claim: Claim, decisions: Sequence[Decision]) -> str:
    """What names the state of *claim* that somebody sees who may see just these *decisions*."""
    last = [d.id for d in decisions if d.verdict in COUNTED][-1:]
    return digest(sight_row(claim)["digest"], str(claim.start), *last)
