"""Taking down what people decide: checked against what they saw, on disk when the call returns, never twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from pipeline.errors import PipelineError
from pipeline.ledger import rows, schema
from pipeline.ledger.connect import on_conflict
from pipeline.ledger.ledger import Ledger, corrected
from pipeline.ledger.sights import sight_row
from pipeline.ledger.verdicts import OUTCOMES, Standing, Status, fold
from pipeline.records import Claim, Decision, Verdict, digest

ACT = re.compile(r"[A-Za-z0-9-]{8,64}")
COUNTED = {*OUTCOMES, Verdict.ADJUDICATE, Verdict.UNDO}
STANDING = {*OUTCOMES, Verdict.ADJUDICATE}
BULK_CAP = 200
CARRIED = "carry-"  # how the ids of decisions that were handed from one claim to another begin
BY_HAND = "a reviewer"  # the extractor of a claim that a person added


class ChangedMeanwhileError(PipelineError):
    """The claim is no longer what the reviewer saw; nothing was written."""


class UnknownTargetError(PipelineError):
    """There is no such claim, post or passage in the ledger."""


class RefusedDecisionError(PipelineError):
    """The decision contradicts itself, or is not this person's to make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks and decides: what they may see before they have decided themselves, and what they may settle."""

    name: str
    second_share: float = 0.0  # the share of claims that two people decide, each blind to the other
    sees_all: bool = False
    adjudicates: bool = True
    single: bool = True  # alone, so their own disputes are theirs to settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one person says about one claim, and which version of it was on the screen."""

    claim: str
    version: str
    verdict: Verdict
    reason: str | None = None
    note: str | None = None
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing a person did: one decision, or a bulk of them under one name."""

    id: str
    decisions: tuple[Decision, ...]


def act_of(decision_id: str) -> str:
    """The act that a decision belongs to.

    >>> act_of("4f1c0d2e-a.17")
    '4f1c0d2e-a'
    """
    return decision_id.partition(".")[0]


def append(connection: Connection, decisions: Iterable[Decision]) -> int:
    """Append *decisions* within a transaction, with each claim's status and judgements; how many were new."""
    insert_or = on_conflict(connection)
    added, claims = 0, {}
    for decision in decisions:
        done = connection.execute(
            insert_or(schema.decisions).values(rows.decision_row(decision)).on_conflict_do_nothing()
        )
        if done.rowcount:
            added += 1
            if decision.target_kind == "claim":
                claims[decision.target] = True
    for claim in claims:
        _settle(connection, claim)
    return added


def _settle(connection: Connection, claim: str) -> None:
    made = list(
        connection.execute(
            select(schema.decisions).where(schema.decisions.c.target == claim).order_by(schema.decisions.c.seq)
        ).mappings()
    )
    decisions = [rows.decision_of(row) for row in made if row["target_kind"] == "claim"]
    number = {row["id"]: row["seq"] for row in made}
    standing = fold(decisions)
    status = {"status": str(standing.status)}
    connection.execute(update(schema.claims).where(schema.claims.c.id == claim).values(status))
    by_hand = (schema.claims.c.id == claim) & (schema.claims.c.extractor == BY_HAND)
    if any(decision.verdict is Verdict.ADD for decision in decisions):  # taken back, it is no claim any more
        still = any(decision.verdict is Verdict.ADD for decision in standing.decisions)
        connection.execute(update(schema.claims).where(by_hand).values(live=int(still)))
    connection.execute(delete(schema.judgements).where(schema.judgements.c.claim == claim))
    judged = {who: (d.verdict.value, number[d.id]) for who, d in standing.judged.items()}
    for decision in standing.decisions:  # a skip stands until its maker decides
        if decision.verdict is Verdict.SKIP and decision.reviewer not in judged:
            judged[decision.reviewer] = (Verdict.SKIP.value, number[decision.id])
    # Whoever judged before an adjudication has still judged, so the claim is not put before them again.
    for decision in standing.decisions:
        if decision.verdict in STANDING and decision.reviewer not in standing.judged:
            judged[decision.reviewer] = (decision.verdict.value, number[decision.id])
    if judged:
        connection.execute(
            insert(schema.judgements),
            [{"claim": claim, "reviewer": who, "verdict": v, "seq": seq} for who, (v, seq) in judged.items()],
        )


def version_of(claim: Claim, decisions: Sequence[Decision]) -> str:
    """What names the state of *claim* that somebody sees who may see just these *decisions*."""
    last = [d.id for d in decisions if d.verdict in COUNTED][-1:]
    return digest(sight_row(claim)["digest"], str(claim.start), *last)


def record(
    ledger: Ledger,
    rulings: Sequence[Ruling],
    *,
    act: str,
    viewer: Viewer,
    at: datetime | None = None,
) -> Act:
    """Take down one act of *viewer*: all its rulings or none, on disk when this returns.

    The same act sent again is answered as the first time. Raises ``ChangedMeanwhileError`` where a claim is not
    the version that was seen, ``UnknownTargetError`` and ``RefusedDecisionError``.
    """
    if not ACT.fullmatch(act):
        raise RefusedDecisionError("act", "an act is named by 8 to 64 letters, digits and hyphens")
    if len(rulings) > BULK_CAP:
        raise RefusedDecisionError("bulk", f"{len(rulings)} claims at once are too many; the most is {BULK_CAP}")
    at = at or datetime.now(UTC)
    with ledger.writing() as connection:
        before = _act(connection, act)
        if before:
            same = [(d.target, d.verdict) for d in before] == [(r.claim, r.verdict) for r in rulings]
            if not same or before[0].reviewer != viewer.name:
                raise RefusedDecisionError("act", f"{act} is the name of another act")
            return Act(id=act, decisions=tuple(before))
        decisions = [
            _decision(connection, ruling, f"{act}.{n}" if len(rulings) > 1 else act, viewer, at)
            for n, ruling in enumerate(rulings)
        ]
        append(connection, decisions)
    return Act(id=act, decisions=tuple(decisions))


def record_other(
    ledger: Ledger,
    *,
    act: str,
    reviewer: str,
    target: str,
    target_kind: str,
    post: str,
    revision: str,
    verdict: Verdict,
    note: str | None = None,
    changes: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> Act:
    """Take down a decision on a post, entity, passage or theme; the same act sent again is answered as before.

    Where a *post* is named, its *revision* must still be the present one.
    """
    if not ACT.fullmatch(act):
        raise RefusedDecisionError("act", "an act is named by 8 to 64 letters, digits and hyphens")
    with ledger.writing() as connection:
        before = _act(connection, act)
        if before:
            if (before[0].target, before[0].reviewer) != (target, reviewer):
                raise RefusedDecisionError("act", f"{act} is the name of another act")
            return Act(id=act, decisions=tuple(before))
        if post:
            _present(connection, post, revision)
        decision = Decision(
            id=act,
            target=target,
            target_kind=target_kind,
            post=post,
            revision=revision,
            seen=digest(target_kind, target, revision),
            verdict=verdict,
            reviewer=reviewer,
            at=at or datetime.now(UTC),
            note=note,
            changes=changes or {},
        )
        append(connection, [decision])
    return Act(id=act, decisions=(decision,))


def _present(connection: Connection, post: str, revision: str) -> None:
    now = connection.execute(select(schema.posts.c.revision).where(schema.posts.c.id == post)).scalar()
    if now is None:
        raise UnknownTargetError(f"post {post}", "is not in the ledger")
    if now != revision:
        raise ChangedMeanwhileError(f"post {post}", "has a newer text than this page showed")


def add_claim(
    ledger: Ledger, claim: Claim, *, act: str, reviewer: str, post: str, revision: str, at: datetime | None = None
) -> Act:
    """Put a claim that the extractor missed into the ledger, with the decision that added it."""
    if not ACT.fullmatch(act):
        raise RefusedDecisionError("act", "an act is named by 8 to 64 letters, digits and hyphens")
    with ledger.writing() as connection:
        before = _act(connection, act)
        if before:
            return Act(id=act, decisions=tuple(before))
        _present(connection, post, revision)
        held = connection.execute(select(schema.claims.c.live).where(schema.claims.c.id == claim.id)).scalar()
        if held:
            raise RefusedDecisionError(claim.quote, "is a claim in the ledger already")
        shown = sight_row(claim)
        connection.execute(on_conflict(connection)(schema.shown).values(shown).on_conflict_do_nothing())
        decision = Decision(
            id=act,
            target=claim.id,
            post=post,
            revision=revision,
            seen=shown["digest"],
            verdict=Verdict.ADD,
            reviewer=reviewer,
            at=at or datetime.now(UTC),
            changes={"claim": {k: v for k, v in claim_record(claim).items() if v not in (None, [], {})}},
        )
        keep_added(connection, decision)
        append(connection, [decision])
    return Act(id=act, decisions=(decision,))


def claim_record(claim: Claim) -> dict[str, object]:
    """*claim* as plain values, from which ``keep_added`` can make it again."""
    row = rows.claim_row(claim, "", "", None)
    kept = ("start", "end", "quote", "sentence", "sentence_start", "kind", "value", "value_max", "unit", "bound")
    more = ("subject", "measure", "when", "period", "modality", "attributed_to")
    return {name: row[name] for name in (*kept, *more)}


def keep_added(connection: Connection, decision: Decision) -> None:
    """Make the row of the claim that an ``ADD`` decision tells of, where there is none yet."""
    told = decision.changes["claim"]
    if not isinstance(told, Mapping):
        raise RefusedDecisionError(f"decision {decision.id}", "adds a claim but does not tell it")
    blank = dict.fromkeys(("value_max", "unit", "subject", "measure", "when", "period", "attributed_to"))
    claim = rows.claim_of(
        {"bound": "exact", "modality": "actual", "predicate": None, "currency_evidence": None}
        | blank
        | dict(told)
        | {"id": decision.target, "confidence": 1.0, "flags": "[]", "currency_candidates": "[]", "spans": "{}"}
        | {"extractor": BY_HAND}
    )
    passages = schema.passages.c
    passage = connection.execute(
        select(passages.number)
        .where(passages.post == decision.post, passages.start <= claim.start, passages.end >= claim.end)
        .limit(1)
    ).scalar()
    row = rows.claim_row(claim, decision.post, decision.revision, passage) | {"status": "added"}
    insert_or = on_conflict(connection)(schema.claims).values(row)
    connection.execute(insert_or.on_conflict_do_update(index_elements=["id"], set_={"live": 1}))


def catch_up(ledger: Ledger) -> int:
    """Settle the claims whose decisions came in by another way; how many there were."""
    decided, judged = schema.decisions.c, schema.judgements.c
    query = (
        select(decided.target)
        .distinct()
        .where(decided.target_kind == "claim", decided.target.not_in(select(judged.claim)))
    )
    with ledger.writing() as connection:
        claims = list(connection.execute(query).scalars())
        for claim in claims:
            _settle(connection, claim)
    return len(claims)


def _decision(connection: Connection, ruling: Ruling, name: str, viewer: Viewer, at: datetime) -> Decision:
    query = select(schema.claims).where(schema.claims.c.id == ruling.claim)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        raise UnknownTargetError(f"claim {ruling.claim}", "is not in the ledger")
    claim = rows.claim_of(row)
    made = decisions_on(connection, ruling.claim)
    visible = visible_decisions(ruling.claim, made, viewer)
    if ruling.verdict not in (Verdict.NOTE, Verdict.SKIP) and version_of(claim, visible) != ruling.version:
        raise ChangedMeanwhileError(f"claim {ruling.claim}", "was changed or decided on since this page was made")
    if ruling.verdict is Verdict.ADJUDICATE:
        _may_adjudicate(ruling, fold(made), viewer)
    if ruling.verdict is Verdict.CORRECT and not ruling.changes:
        raise RefusedDecisionError("correction", "nothing was changed; accept the claim instead")
    corrected(claim, {k: v for k, v in ruling.changes.items() if k != "outcome"})
    shown = sight_row(claim)
    connection.execute(on_conflict(connection)(schema.shown).values(shown).on_conflict_do_nothing())
    return Decision(
        id=name,
        target=ruling.claim,
        post=row["post"],
        revision=row["revision"],
        seen=shown["digest"],
        verdict=ruling.verdict,
        reviewer=viewer.name,
        at=at,
        reason=ruling.reason,
        note=ruling.note,
        changes=ruling.changes,
    )


def _may_adjudicate(ruling: Ruling, standing: Standing, viewer: Viewer) -> None:
    if standing.status is not Status.DISPUTED:
        raise RefusedDecisionError(f"claim {ruling.claim}", "is not disputed, so there is nothing to adjudicate")
    parties = {d.reviewer for d in standing.decisions if d.verdict in OUTCOMES}
    if not viewer.adjudicates or (viewer.name in parties and not viewer.single):
        raise RefusedDecisionError(
            f"claim {ruling.claim}", "is adjudicated by somebody who did not decide on it before"
        )


def visible_decisions(claim: str, made: Sequence[Decision], viewer: Viewer) -> list[Decision]:
    """Those of the decisions *made* on *claim* that *viewer* may see: blind until they have decided themselves.

    A dispute is open to whoever may settle it.
    """
    if viewer.sees_all or chance("second", claim) >= viewer.second_share:
        return list(made)
    standing = fold(made)
    if any(d.reviewer == viewer.name and d.verdict in STANDING for d in standing.decisions):
        return list(made)
    if viewer.adjudicates and (standing.status is Status.DISPUTED or standing.adjudicated):
        return list(made)
    return [d for d in made if d.reviewer == viewer.name]


def chance(purpose: str, claim: str) -> float:
    """A number in [0, 1) drawn for *claim* for ever: the same claim, the same number."""
    return int(digest(purpose, claim, length=13), 16) / 16**13


def decisions_on(connection: Connection, target: str) -> list[Decision]:
    """The decisions on one claim, in the order they were made."""
    query = select(schema.decisions).where(schema.decisions.c.target == target).order_by(schema.decisions.c.seq)
    return [rows.decision_of(row) for row in connection.execute(query).mappings()]


def standing_of(connection: Connection, claim: str) -> Standing:
    """What all decisions on *claim* come to."""
    return fold(decisions_on(connection, claim))


def _act(connection: Connection, act: str) -> list[Decision]:
    decided = schema.decisions.c
    query = (
        select(schema.decisions)
        .where((decided.id == act) | ((decided.id > f"{act}.") & (decided.id < f"{act}/")))  # "/" follows "."
        .order_by(decided.seq)
    )
    if connection.dialect.name == "postgresql":
        query = (
            select(schema.decisions).where((decided.id == act) | decided.id.startswith(f"{act}.")).order_by(decided.seq)
        )
    return [rows.decision_of(row) for row in connection.execute(query).mappings()]


# Undo and redo


def undoable(connection: Connection, reviewer: str) -> Act | None:
    """The last act of *reviewer* that still stands."""
    undone: set[str] = set()
    for decision in _backwards(connection, reviewer):
        if decision.id in undone:
            continue
        if decision.verdict is Verdict.UNDO:
            undone.add(str(decision.changes["undoes"]))
            continue
        return Act(id=act_of(decision.id), decisions=tuple(_act(connection, act_of(decision.id))))
    return None


def redoable(connection: Connection, reviewer: str) -> Act | None:
    """The act of undoing that a redo would take back; a new decision leaves nothing to redo."""
    undone: set[str] = set()
    for decision in _backwards(connection, reviewer):
        if decision.id in undone:
            continue
        if decision.verdict is not Verdict.UNDO:
            return None
        if decision.changes.get("redo"):
            undone.add(str(decision.changes["undoes"]))
            continue
        return Act(id=act_of(decision.id), decisions=tuple(_act(connection, act_of(decision.id))))
    return None


def _backwards(connection: Connection, reviewer: str) -> Iterable[Decision]:
    last: int | None = None
    decided = schema.decisions
    while True:
        query = select(decided).where(decided.c.reviewer == reviewer).order_by(decided.c.seq.desc()).limit(200)
        found = connection.execute(query if last is None else query.where(decided.c.seq < last)).mappings().all()
        for row in found:
            if not row["id"].startswith(CARRIED):  # what the ledger handed on is nobody's last act
                yield rows.decision_of(row)
        if not found:
            return
        last = found[-1]["seq"]


def undo(ledger: Ledger, *, act: str, reviewer: str, at: datetime | None = None, redo: bool = False) -> Act | None:
    """Take back the last act of *reviewer* (or, with *redo*, the last undo); None where nothing is left to."""
    if not ACT.fullmatch(act):
        raise RefusedDecisionError("act", "an act is named by 8 to 64 letters, digits and hyphens")
    at = at or datetime.now(UTC)
    with ledger.writing() as connection:
        before = _act(connection, act)
        if before:
            if before[0].verdict is not Verdict.UNDO or before[0].reviewer != reviewer:
                raise RefusedDecisionError("act", f"{act} is the name of another act")
            return Act(id=act, decisions=tuple(before))
        last = (redoable if redo else undoable)(connection, reviewer)
        if last is None:
            return None
        decisions = taken_back(last.decisions, act=act, reviewer=reviewer, at=at, redo=redo)
        append(connection, decisions)
    return Act(id=act, decisions=tuple(decisions))


def taken_back(
    decisions: Sequence[Decision], *, act: str, reviewer: str, at: datetime, redo: bool = False
) -> list[Decision]:
    """The decisions that undo *decisions*, under one act."""
    return [
        Decision(
            id=f"{act}.{n}" if len(decisions) > 1 else act,
            target=decision.target,
            target_kind=decision.target_kind,
            post=decision.post,
            revision=decision.revision,
            seen=decision.seen,
            verdict=Verdict.UNDO,
            reviewer=reviewer,
            at=at,
            changes={"undoes": decision.id} | ({"redo": True} if redo else {}),
        )
        for n, decision in enumerate(decisions)
    ]


def decision_count(ledger: Ledger) -> int:
    """How many decisions the ledger holds; it never falls."""
    with ledger.reading() as connection:
        return connection.execute(select(func.count()).select_from(schema.decisions)).scalar_one()
