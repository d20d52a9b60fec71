"""Claims that the extractor missed and a person added: kept with the decision that tells them whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from pipeline.ledger import rows, schema
from pipeline.ledger.decisions.deciding import Act, RefusedDecisionError, act_before, must_be_present
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.appending import BY_HAND, append
from pipeline.ledger.standing.sights import sight_row
from pipeline.ledger.statements import on_conflict
from pipeline.records import Claim, Decision, Verdict


def add_claim(
    ledger: Ledger, claim: Claim, *, act: str, reviewer: str, post: str, revision: str, at: datetime | None = None
) -> Act:
    """Put a claim that the extractor missed into the ledger, with the decision that added it."""
    with ledger.writing() as connection:
        said = (claim.id, reviewer)
        if before := act_before(connection, act, lambda made: (made[0].target, made[0].reviewer) == said):
            return before
        must_be_present(connection, post, revision)
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
