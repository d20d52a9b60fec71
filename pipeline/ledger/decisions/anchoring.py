"""Decisions that outlive an edited post or a better extractor: kept where nothing that matters has changed.

The ladder: the same claim as was seen; the same quote at the same place; the same quote in the same sentence but
for spaces and quotation marks; the same quote once. A decision counts on only if every figure, scale, currency,
bound, negation and modality of the whole sentence is the same. Else the claim is stale: the old answer is shown,
and does not count until somebody gives it again. What it did is decisions like any other, so nothing is lost.

A claim that people hold true stays where its words stand, even if the extractor does not find it any more; one whose
words are gone is stale and not live, an orphan, which the queue shows until somebody says what became of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from pipeline.ledger import rows, schema
from pipeline.ledger.decisions.deciding import CARRIED
from pipeline.ledger.decisions.quotes import Words, stands
from pipeline.ledger.standing.appending import BY_HAND, append
from pipeline.ledger.standing.sights import FIELDS, normalized, seen_digest, sight, sight_row
from pipeline.ledger.standing.verdicts import MACHINE, META, Status, corrected, fold, set_aside
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
    handed_on = {str(d.changes["carried_from"]) for each in made.values() for d in each if "carried_from" in d.changes}
    more: list[Decision] = []
    for post, held in found.items():
        free = {each["id"]: rows.claim_of(each) for each in held if each["live"] and each["id"] not in made}
        lost = [each for each in held if each["id"] in made and not each["live"]]
        for each in held:
            if each["id"] in made and each["live"]:
                more += _checked(connection, rows.claim_of(each), made[each["id"]], at)
        if not lost:
            continue
        standing_now = [rows.claim_of(each) for each in held if each["live"]]
        revision, text = _text_of(connection, post)
        for each in lost:
            claim = rows.claim_of(each)
            decisions = [d for d in made[each["id"]] if d.id not in handed_on]
            carried = list(_carried(connection, claim, decisions, free, at))
            words = None if carried else stands(text, claim)
            if carried or not _held_true(decisions):
                more += carried
            elif words is None:
                own = sight_row(claim)["digest"]
                more += [_undoing(d, claim, own, at, stale=True) for d in fold(decisions).judged.values()]
            else:
                more += _kept(connection, claim, words, decisions, revision, standing_now, free, at)
    return append(connection, more)


def _held_true(decisions: Sequence[Decision]) -> bool:
    """Whether somebody holds the claim for one, or did before its words changed."""
    standing = fold(decisions)
    return bool(standing.judged or set_aside(decisions)) and standing.status is not Status.REJECTED


def _text_of(connection: Connection, post: str) -> tuple[str, str]:
    posts, revisions = schema.posts.c, schema.revisions.c
    query = (
        select(posts.revision, revisions.text)
        .join(schema.revisions, (revisions.post == posts.id) & (revisions.revision == posts.revision))
        .where(posts.id == post)
    )
    row = connection.execute(query).first()
    return (row[0], row[1]) if row else ("", "")


def _kept(
    connection: Connection,
    claim: Claim,
    words: Words,
    decisions: Sequence[Decision],
    revision: str,
    now: Sequence[Claim],
    free: dict[str, Claim],
    at: datetime,
) -> Iterator[Decision]:
    """Put *claim* back where its words stand, or hand its decisions to what the extractor now finds there."""
    end = words.start + len(words.quote)
    beside = next((other for other in now if other.start < end and words.start < other.end), None)
    if beside is None or claim.extractor == BY_HAND:
        moved = replace(
            claim,
            start=words.start,
            end=end,
            quote=words.quote,
            sentence=words.sentence,
            sentence_start=words.sentence_start,
        )
        _place(connection, moved, decisions[-1].post, revision)
        yield from _restored(moved, decisions, at)
    elif beside.id in free:
        del free[beside.id]
        yield from _handed_on(connection, beside, fold(decisions).judged.values(), at)


def _checked(connection: Connection, claim: Claim, decisions: Sequence[Decision], at: datetime) -> Iterator[Decision]:
    """The same claim, found again: set aside what was decided on other words, restore what fits again."""
    now = sight_row(claim)["digest"]
    for decision in fold(decisions).judged.values():
        if decision.seen != now and not _says_the_same(connection, decision, claim):
            yield _undoing(decision, claim, now, at, stale=True)
    yield from _restored(claim, decisions, at)


def _restored(claim: Claim, decisions: Sequence[Decision], at: datetime) -> Iterator[Decision]:
    """Let count again what was set aside and fits what *claim* now says."""
    now = sight_row(claim)["digest"]
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
    yield from _handed_on(connection, heir, standing.judged.values(), at)


def _handed_on(connection: Connection, heir: Claim, judged: Iterable[Decision], at: datetime) -> Iterator[Decision]:
    """The decisions *judged* as decisions on *heir*, set aside where it says something else."""
    now = sight_row(heir)["digest"]
    for decision in judged:
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
    quote, sentence = normalized(old.quote).casefold(), normalized(old.sentence).casefold()
    same = [claim for claim in free if normalized(claim.quote).casefold() == quote]
    for step in (
        [claim for claim in same if claim.start == old.start],
        [claim for claim in same if normalized(claim.sentence).casefold() == sentence],
        [claim for claim in same if sight_row(claim)["digest"] == sight_row(old)["digest"]],
        same,
    ):
        if len(step) == 1:
            return step[0]
    return None


def _place(connection: Connection, claim: Claim, post: str, revision: str) -> None:
    """Keep where *claim* now stands, and that it does."""
    passages = schema.passages.c
    passage = connection.execute(
        select(passages.number)
        .where(passages.post == post, passages.start <= claim.start, passages.end > claim.start)
        .limit(1)
    ).scalar()
    names = ("start", "end", "quote", "sentence", "sentence_start")
    values = {name: getattr(claim, name) for name in names} | {"revision": revision, "passage": passage, "live": 1}
    connection.execute(update(schema.claims).where(schema.claims.c.id == claim.id).values(values))
