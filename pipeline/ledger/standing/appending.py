"""Appending decisions: the one statement that writes them, and what each leaves of its claim's status."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from pipeline.ledger import rows, schema
from pipeline.ledger.standing.queue_counts import count_move
from pipeline.ledger.standing.verdicts import SETTLING, fold
from pipeline.ledger.statements import on_conflict
from pipeline.records import Decision, Verdict

BY_HAND = "a reviewer"  # the extractor of a claim that a person added


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
        settle(connection, claim)
    return added


def settle(connection: Connection, claim: str) -> None:
    """Write what the decisions on *claim* come to: its status, whether it is one at all, and who judged it."""
    made = list(
        connection.execute(
            select(schema.decisions).where(schema.decisions.c.target == claim).order_by(schema.decisions.c.seq)
        ).mappings()
    )
    decisions = [rows.decision_of(row) for row in made if row["target_kind"] == "claim"]
    number = {row["id"]: row["seq"] for row in made}
    standing = fold(decisions)
    status = {"status": str(standing.status)}
    count_move(connection, claim, status["status"])
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
        if decision.verdict in SETTLING and decision.reviewer not in standing.judged:
            judged[decision.reviewer] = (decision.verdict.value, number[decision.id])
    if judged:
        connection.execute(
            insert(schema.judgements),
            [{"claim": claim, "reviewer": who, "verdict": v, "seq": seq} for who, (v, seq) in judged.items()],
        )
