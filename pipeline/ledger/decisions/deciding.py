"""Taking down what people decide: checked against what they saw, on disk when the call returns, never twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from pipeline.errors import PipelineError
from pipeline.ledger import rows, schema
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.appending import append, settle
from pipeline.ledger.standing.made import decisions_on, made_by
from pipeline.ledger.standing.sights import sight_row
from pipeline.ledger.standing.verdicts import META, OUTCOMES, Standing, Status, corrected, fold
from pipeline.ledger.standing.viewing import Viewer, version_of, visible_decisions
from pipeline.ledger.statements import on_conflict
from pipeline.records import Decision, Verdict, digest

ACT = re.compile(r"[A-Za-z0-9-]{8,64}")
BULK_CAP = 200
CARRIED = "carry-"  # how the ids of decisions that were handed from one claim to another begin


class ChangedMeanwhileError(PipelineError):
    """The claim is no longer what the reviewer saw; nothing was written."""


class UnknownTargetError(PipelineError):
    """There is no such claim, post or passage in the ledger."""


class RefusedDecisionError(PipelineError):
    """The decision contradicts itself, or is not this person's to make."""


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
    if len(rulings) > BULK_CAP:
        raise RefusedDecisionError("bulk", f"{len(rulings)} claims at once are too many; the most is {BULK_CAP}")
    at = at or datetime.now(UTC)
    with ledger.writing() as connection:
        said = [(ruling.claim, ruling.verdict, viewer.name) for ruling in rulings]
        if before := act_before(
            connection, act, lambda made: [(d.target, d.verdict, d.reviewer) for d in made] == said
        ):
            return before
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
    changes: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> Act:
    """Take down a decision on a post, entity, passage or theme; the same act sent again is answered as before.

    Where a *post* is named, its *revision* must still be the present one.
    """
    with ledger.writing() as connection:
        if before := act_before(connection, act, lambda made: (made[0].target, made[0].reviewer) == (target, reviewer)):
            return before
        if post:
            must_be_present(connection, post, revision)
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
            changes=changes or {},
        )
        append(connection, [decision])
    return Act(id=act, decisions=(decision,))


def act_before(connection: Connection, act: str, same: Callable[[list[Decision]], bool]) -> Act | None:
    """The act of that name, where it was taken down before and its decisions are the *same*; None for a new one.

    Raises ``RefusedDecisionError`` for what can be no name of an act, or is another one's.
    """
    if not ACT.fullmatch(act):
        raise RefusedDecisionError("act", "an act is named by 8 to 64 letters, digits and hyphens")
    made = made_by(connection, act)
    if made and not same(made):
        raise RefusedDecisionError("act", f"{act} is the name of another act")
    return Act(id=act, decisions=tuple(made)) if made else None


def must_be_present(connection: Connection, post: str, revision: str) -> None:
    """Raise ``UnknownTargetError`` or ``ChangedMeanwhileError`` where *revision* is not what *post* says now."""
    now = connection.execute(select(schema.posts.c.revision).where(schema.posts.c.id == post)).scalar()
    if now is None:
        raise UnknownTargetError(f"post {post}", "is not in the ledger")
    if now != revision:
        raise ChangedMeanwhileError(f"post {post}", "has a newer text than this page showed")


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
            settle(connection, claim)
    return len(claims)


def _decision(connection: Connection, ruling: Ruling, name: str, viewer: Viewer, at: datetime) -> Decision:
    row = connection.execute(select(schema.claims).where(schema.claims.c.id == ruling.claim)).mappings().first()
    if row is None:
        raise UnknownTargetError(f"claim {ruling.claim}", "is not in the ledger")
    claim = rows.claim_of(row)
    made = decisions_on(connection, ruling.claim)
    visible = visible_decisions(ruling.claim, made, viewer)
    if ruling.verdict not in (Verdict.NOTE, Verdict.SKIP) and version_of(claim, visible) != ruling.version:
        raise ChangedMeanwhileError(f"claim {ruling.claim}", "was changed or decided on since this page was made")
    if not row["live"] and ruling.verdict in (Verdict.ACCEPT, Verdict.CORRECT):
        raise RefusedDecisionError(
            "the words", "are no longer in the post; reject the claim as gone, or add the words that took their place"
        )
    if ruling.verdict is Verdict.ADJUDICATE:
        _may_adjudicate(ruling, fold(made), viewer)
    if ruling.verdict is Verdict.CORRECT and not ruling.changes:
        raise RefusedDecisionError("correction", "nothing was changed; accept the claim instead")
    corrected(claim, {k: v for k, v in ruling.changes.items() if k not in META})
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
