"""Decisions that outlive an edited post or a better extractor: kept where nothing that matters has changed.

The ladder: the same claim as was seen; the same quote at the same place; the same quote in the same sentence but
for spaces and quotation marks; the same quote once. A decision counts on only if every figure, scale, currency,
bound, negation and modality of the whole sentence is the same. Else the claim is stale: the old answer is shown,
and does not count until somebody gives it again. What it did is decisions like any other, so nothing is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from pipeline.ledger import rows, schema
from pipeline.ledger.deciding import BY_HAND, CARRIED, append
from pipeline.ledger.ledger import corrected
from pipeline.ledger.sights import FIELDS, seen_digest, settled, sight, sight_row
from pipeline.ledger.verdicts import MACHINE, META, fold, in_force
from pipeline.records import Claim, Decision, Verdict, digest


def reanchor(connection: Connection, posts: Sequence[str], *, at: datetime | None = None) -> int:
    """Look again at all decided claims of *posts*; how many decisions were carried over, set aside or restored."""
    at, decided, claims = at or datetime.now(UTC), schema.decisions.c, schema.claims.c
    made: dict[str, list[Decision]] = {}
    query = (
        select(schema.decisions).where(decided.post.in_(posts), decided.target_kind == "claim").order_by(decided.seq)
    )
    for row in connection.execute(query).mappings():
        made.setdefault(row["target"], []).append(rows.decision_of(row))
    if not made:
        return 0
    found: dict[str, list[Mapping[Any, Any]]] = {}
    for held_row in connection.execute(select(schema.claims).where(claims.post.in_(posts))).mappings():
        found.setdefault(held_row["post"], []).append(held_row)
    more: list[Decision] = []
    for post, held in found.items():
        free = {each["id"]: rows.claim_of(each) for each in held if each["live"] and each["id"] not in made}
        for each in held:
            if each["id"] not in made:
                continue
            claim, decisions = rows.claim_of(each), made[each["id"]]
            if each["live"]:
                more += _checked(connection, claim, decisions, at)
            elif claim.extractor == BY_HAND and any(d.verdict is Verdict.ADD for d in in_force(decisions)):
                _place_again(connection, claim, post)
            else:
                more += _carried(connection, claim, decisions, free, at)
    return append(connection, more)


def _checked(connection: Connection, claim: Claim, decisions: Sequence[Decision], at: datetime) -> Iterator[Decision]:
    """The same claim, found again: set aside what was decided on other words, restore what fits again."""
    now = sight_row(claim)["digest"]
    for decision in fold(decisions).judged.values():
        if decision.seen != now and not _says_the_same(connection, decision, claim):
            yield _undoing(decision, claim, now, at, stale=True)
    undone = {str(d.changes["undoes"]): d for d in _machine_undos(decisions)}
    by_id = {decision.id: decision for decision in decisions}
    for name, undo in undone.items():
        if name in by_id and by_id[name].seen == now:
            yield _undoing(undo, claim, now, at, stale=False)


def _machine_undos(decisions: Sequence[Decision]) -> list[Decision]:
    undone = {str(d.changes["undoes"]) for d in decisions if d.verdict is Verdict.UNDO}
    return [d for d in decisions if d.verdict is Verdict.UNDO and d.reviewer == MACHINE and d.id not in undone]


def _says_the_same(connection: Connection, decision: Decision, claim: Claim) -> bool:
    """Whether *claim* now says what the reviewer had decided that it says."""
    kept = connection.execute(select(schema.shown.c.record).where(schema.shown.c.digest == decision.seen)).scalar()
    if kept is None:
        return True  # made by a program that kept no record; there is nothing to compare
    if decision.verdict is Verdict.REJECT:
        return False
    changes = {name: value for name, value in decision.changes.items() if name not in META}
    before = json.loads(kept) | {name: changes[name] for name in FIELDS if name in changes}
    return seen_digest(before) == seen_digest(sight(corrected(claim, changes)))


def _undoing(decision: Decision, claim: Claim, now: str, at: datetime, *, stale: bool) -> Decision:
    return Decision(
        id=f"{MACHINE}-{digest(decision.id, now, claim.sentence, str(stale), at.isoformat())}",
        target=claim.id,
        post=decision.post,
        revision=decision.revision,
        seen=now,
        verdict=Verdict.UNDO,
        reviewer=MACHINE,
        at=at,
        changes={"undoes": decision.id} | ({"stale": True} if stale else {}),
    )


def _carried(
    connection: Connection, old: Claim, decisions: Sequence[Decision], free: dict[str, Claim], at: datetime
) -> Iterator[Decision]:
    """Hand the decisions on a claim that is no longer found to the one that took its place."""
    standing = fold(decisions)
    heir = _heir(old, list(free.values()))
    if heir is None or not standing.judged:
        return
    del free[heir.id]
    now = sight_row(heir)["digest"]
    for decision in standing.judged.values():
        carried = replace(
            decision,
            id=f"{CARRIED}{digest(heir.id, decision.id)}",
            target=heir.id,
            at=at,
            changes=dict(decision.changes) | {"carried_from": decision.id},
        )
        yield carried
        if decision.seen != now and not _says_the_same(connection, decision, heir):
            yield _undoing(carried, heir, now, at, stale=True)


def _heir(old: Claim, free: Sequence[Claim]) -> Claim | None:
    """The one claim among *free* that stands where *old* stood, by the ladder; None where that is not certain."""
    quote, sentence = settled(old.quote).casefold(), settled(old.sentence).casefold()
    same = [claim for claim in free if settled(claim.quote).casefold() == quote]
    for step in (
        [claim for claim in same if claim.start == old.start],
        [claim for claim in same if settled(claim.sentence).casefold() == sentence],
        [claim for claim in same if sight_row(claim)["digest"] == sight_row(old)["digest"]],
        same,
    ):
        if len(step) == 1:
            return step[0]
    return None


def _place_again(connection: Connection, claim: Claim, post: str) -> None:
    """Put a claim that a person added back to where its sentence now stands, if it stands there just once."""
    posts, revisions, passages = schema.posts.c, schema.revisions.c, schema.passages.c
    row = connection.execute(
        select(posts.revision, revisions.text)
        .join(schema.revisions, (revisions.post == posts.id) & (revisions.revision == posts.revision))
        .where(posts.id == post)
    ).first()
    if row is None or row[1].count(claim.sentence) != 1:
        return
    first = row[1].index(claim.sentence)
    start = first + claim.start - claim.sentence_start
    passage = connection.execute(
        select(passages.number).where(passages.post == post, passages.start <= start, passages.end > start).limit(1)
    ).scalar()
    values = {
        "revision": row[0],
        "start": start,
        "end": start + len(claim.quote),
        "sentence_start": first,
        "passage": passage,
        "live": 1,
    }
    connection.execute(update(schema.claims).where(schema.claims.c.id == claim.id).values(values))
