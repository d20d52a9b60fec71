"""What a claim's decisions, read in order, come to. Decisions are never changed: undoing is one more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pipeline.ledger.errors import LedgerError
from pipeline.records import Bound, Claim, Decision, Kind, Modality, Verdict


class Status(StrEnum):
    """Where a claim stands in its review."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    FLAGGED = "flagged"
    DISPUTED = "disputed"
    ADDED = "added"
    STALE = "stale"


OUTCOMES = {
    Verdict.ACCEPT: Status.ACCEPTED,
    Verdict.CORRECT: Status.CORRECTED,
    Verdict.REJECT: Status.REJECTED,
    Verdict.FLAG: Status.FLAGGED,
    Verdict.ADD: Status.ADDED,
}
SETTLING = frozenset({*OUTCOMES, Verdict.ADJUDICATE})  # verdicts that say what becomes of a claim
OPEN = (Status.DISPUTED, Status.STALE, Status.PROPOSED)  # somebody still has to decide; the most urgent first
JUDGED = (Status.ACCEPTED, Status.CORRECTED, Status.REJECTED)  # people said whether the extractor was right
SETTLED = (*JUDGED, Status.ADDED, Status.FLAGGED)  # nobody has to decide
FIELD_VERDICTS = "fields"  # in a decision's changes: field → right or wrong, as the reviewer marked them
META = frozenset(
    {"outcome", "undoes", "redo", "stale", "carried_from", "claim", FIELD_VERDICTS}
)  # said about a decision, not about a field
TYPED = {"kind": Kind, "bound": Bound, "modality": Modality}
MACHINE = "re-anchoring"  # the name under which the ledger sets aside what a new text or extractor overtook


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds now: the status, the corrections in force, and the decisions that made it so."""

    status: Status = Status.PROPOSED
    changes: Mapping[str, object] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    judged: Mapping[str, Decision] = field(default_factory=dict)  # reviewer → the verdict that counts
    adjudicated: bool = False


def in_force(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions that no later one undid, in order; an undone undo is a redo."""
    undone: set[str] = set()
    kept = []
    for decision in reversed(decisions):
        if decision.id in undone:
            continue
        if decision.verdict is Verdict.UNDO:
            undone.add(str(decision.changes["undoes"]))
        else:
            kept.append(decision)
    return kept[::-1]


def set_aside(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions that do not count because what they were made on has changed, in order."""
    undone: set[str] = set()
    overtaken: set[str] = set()
    for decision in reversed(decisions):
        if decision.id not in undone and decision.verdict is Verdict.UNDO:
            undone.add(str(decision.changes["undoes"]))
            if decision.changes.get("stale"):
                overtaken.add(str(decision.changes["undoes"]))
    return [decision for decision in decisions if decision.id in overtaken]


def fold(decisions: Iterable[Decision]) -> Standing:
    """What *decisions* about one claim, in the order they were made, come to.

    Each reviewer's last verdict counts; reviewers who differ make it disputed until somebody adjudicates.
    Where nothing counts any more because the claim has changed since, it is stale.
    """
    made = list(decisions)
    kept = in_force(made)
    latest: dict[str, Decision] = {}
    for decision in kept:
        if decision.verdict is Verdict.ADJUDICATE:
            latest = {decision.reviewer: decision}
        elif decision.verdict in OUTCOMES:
            latest = {who: d for who, d in latest.items() if d.verdict is not Verdict.ADJUDICATE}
            latest[decision.reviewer] = decision
    if not latest:
        status = Status.STALE if set_aside(made) else Status.PROPOSED
        return Standing(status=status, decisions=tuple(kept))
    outcomes = {outcome_of(decision) for decision in latest.values()}
    corrections = {repr(_said(d)) for d in latest.values() if outcome_of(d) is Status.CORRECTED}
    adjudicated = any(d.verdict is Verdict.ADJUDICATE for d in latest.values())
    if len(outcomes) > 1 or len(corrections) > 1:
        return Standing(status=Status.DISPUTED, decisions=tuple(kept), judged=latest)
    changes = {k: v for d in latest.values() for k, v in _said(d)}
    return Standing(
        status=outcomes.pop(), changes=changes, decisions=tuple(kept), judged=latest, adjudicated=adjudicated
    )


def _said(decision: Decision) -> list[tuple[str, object]]:
    """The fields that *decision* changes, with their new values, by name."""
    return sorted((name, value) for name, value in decision.changes.items() if name not in META)


def field_verdicts(decision: Decision) -> Mapping[str, str]:
    """What the reviewer marked field by field: right or wrong, by the field's name."""
    marked = decision.changes.get(FIELD_VERDICTS)
    return {str(k): str(v) for k, v in marked.items()} if isinstance(marked, Mapping) else {}


def outcome_of(decision: Decision) -> Status:
    """The status that *decision* alone would give."""
    if decision.verdict is Verdict.ADJUDICATE:
        return Status(str(decision.changes.get("outcome", Status.ACCEPTED)))
    return OUTCOMES[decision.verdict]


def corrected(claim: Claim, changes: Mapping[str, object]) -> Claim:
    """*claim* with the corrected fields that *changes* holds, each turned into its own type.

    Raises ``LedgerError`` for a field that a claim does not have.
    """
    typed: dict[str, Any] = {}
    for name, value in changes.items():
        if name in ("value", "value_max"):
            typed[name] = None if value is None else Decimal(str(value))
        elif name in TYPED:
            typed[name] = TYPED[name](str(value))
        elif name in Claim.__slots__ and name not in ("id", "spans"):
            typed[name] = tuple(value) if isinstance(value, list) else value
        elif name != "theme":
            raise LedgerError(f"claim {claim.id}", f"a decision changes the field {name!r}, which claims do not have")
    return replace(claim, **typed) if typed else claim
