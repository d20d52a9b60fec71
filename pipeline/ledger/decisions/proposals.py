"""Corrections that people keep making in the same way, as a proposal for the open claims that look alike.

A proposal never decides anything: it names a change and the claims that it would fit, each to be seen and ticked.
It is as narrow as what it was learnt from: it asks for all that the corrected claims have in common, and is not made
where somebody left the same thing as it was on a claim that also fits (Mitchell's Find-S, with its check of
counter-examples).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from typing import Any

from sqlalchemy import select

from pipeline.ledger import rows, schema
from pipeline.ledger.decisions.deciding import BULK_CAP, Ruling
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.verdicts import JUDGED, META, Standing, Status, corrected
from pipeline.records import Claim, Verdict, digest

FEWEST = 3  # corrections of one shape before anything is proposed
FIELDS = ("unit", "bound", "modality", "subject", "measure", "attributed_to", "kind")
NUMBERS = frozenset({"value", "value_max", "start", "end", "quote"})  # corrections of these say nothing of other claims
VERDICT = "verdict"  # the field of a proposal to reject
TELLING = (
    "publisher",
    "subject",
    "measure",
    "unit",
    "before",
    "after",
    "words",
)  # kind and bound alone tell too little
NAMES = {
    "attributed_to": "source",
    "before": "word before the figure",
    "after": "word after the figure",
    "words": "words of the figure",
}
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")

type Signs = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change that open claims may want, since people made it on claims like them."""

    id: str
    title: str  # what would change, where, in words
    field: str  # a claim's field, or ``verdict`` where the claims would be rejected
    before: str | None
    after: str | None  # for ``verdict``: the reason of the rejection
    claims: tuple[str, ...]  # the open claims that it fits, by post and place, at most as many as one bulk may decide
    learnt_from: tuple[str, ...] = ()  # the claims that were corrected so
    where: Mapping[str, str] = filled(default_factory=dict)  # what all of these have in common

    def ruling(self, claim: str, version: str) -> Ruling:
        """What to take down for *claim*, whose *version* was seen, if the reviewer agrees."""
        if self.field == VERDICT:
            return Ruling(claim=claim, version=version, verdict=Verdict.REJECT, reason=self.after)
        return Ruling(claim=claim, version=version, verdict=Verdict.CORRECT, changes={self.field: self.after})


@dataclass(frozen=True, slots=True)
class _Judged:
    """A claim that people have settled: what was found, what they made of it, and its surroundings."""

    claim: str
    found: Claim
    standing: Standing
    signs: Signs


def proposals(ledger: Ledger, *, by: str | None = None) -> list[Proposal]:
    """What the settled claims suggest for the open ones, the proposal that fits most of them first.

    With *by*, only what that reviewer decided is learnt from, so that nobody sees through it what others decided.
    """
    judged = list(_judged(ledger, by))
    shapes: dict[tuple[str, str | None, str | None], list[_Judged]] = defaultdict(list)
    for each in judged:
        for shape in _shapes(each):
            shapes[shape].append(each)
    made: dict[str, Proposal] = {}
    for shape, alike in shapes.items():
        for where, taught in _conditions(shape, alike, judged):
            name = digest("proposal", *map(str, shape), *(f"{k}={v}" for k, v in sorted(where.items())))
            if name in made:
                continue
            claims = _open(ledger, shape, where)
            if claims:
                made[name] = Proposal(
                    id=name,
                    title=_title(shape, where, len(taught), len(claims)),
                    field=shape[0],
                    before=shape[1],
                    after=shape[2],
                    claims=tuple(claims[:BULK_CAP]),
                    learnt_from=tuple(each.claim for each in taught),
                    where=where,
                )
    return _without_repeats(sorted(made.values(), key=lambda p: (-len(p.claims), -len(p.learnt_from), p.id)))


def _without_repeats(found: Sequence[Proposal]) -> list[Proposal]:
    """*found* without those whose claims a wider proposal of the same change holds already."""
    kept: list[Proposal] = []
    for one in found:
        wider = (k for k in kept if (k.field, k.before, k.after) == (one.field, one.before, one.after))
        if not any(set(one.claims) <= set(other.claims) for other in wider):
            kept.append(one)
    return kept


def _judged(ledger: Ledger, by: str | None) -> Iterator[_Judged]:
    standings = {
        claim: standing
        for claim, standing in ledger.standings().items()
        if standing.status in JUDGED and (by is None or by in standing.judged)
    }
    claims, posts = schema.claims, schema.posts
    query = select(claims, posts.c.publisher).join(posts, posts.c.id == claims.c.post)
    query = query.where(claims.c.status.in_([str(status) for status in JUDGED]))
    with ledger.reading() as connection:
        for row in connection.execution_options(yield_per=2000).execute(query).mappings():
            if row["id"] in standings:
                found = rows.claim_of(row)
                yield _Judged(row["id"], found, standings[row["id"]], signs_of(found, row["publisher"]))


def signs_of(claim: Claim, publisher: str | None) -> dict[str, str]:
    """What can be seen of *claim* that others may share: its kind, its words, the words beside it, who publishes."""
    at = claim.start - claim.sentence_start
    before = WORD.findall(claim.sentence[max(0, at - 40) : max(0, at)])
    after = WORD.findall(claim.sentence[at + len(claim.quote) : at + len(claim.quote) + 40])
    signs = {
        "kind": claim.kind.value,
        "bound": claim.bound.value,
        "unit": claim.unit,
        "publisher": publisher,
        "subject": claim.subject,
        "measure": claim.measure,
        "before": before[-1].casefold() if before else None,
        "after": after[0].casefold() if after else None,
        "words": " ".join(WORD.findall(claim.quote)).casefold(),
    }
    return {name: value for name, value in signs.items() if value}


def _shapes(each: _Judged) -> Iterator[tuple[str, str | None, str | None]]:
    """The changes that people made to one claim, each as field, what it was, what it became."""
    if each.standing.status is Status.REJECTED:
        reasons = {decision.reason for decision in each.standing.judged.values()}
        if reasons == {"not-a-claim"}:
            yield VERDICT, None, "not-a-claim"
        return
    changes = {name: value for name, value in each.standing.changes.items() if name not in META}
    if NUMBERS & changes.keys():
        return
    for name in FIELDS:
        if name in changes and not (name == "kind" and len(changes) > 1) and changes[name] != "range":
            before, after = _plain(getattr(each.found, name)), _plain(changes[name])
            if before != after:
                yield name, before, after


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _conditions(
    shape: tuple[str, str | None, str | None], alike: Sequence[_Judged], judged: Sequence[_Judged]
) -> Iterator[tuple[dict[str, str], list[_Judged]]]:
    """What claims of one shape have in common, group by group, where no other settled claim speaks against it."""
    name, before, _ = shape
    groups: dict[tuple[str, str], list[_Judged]] = defaultdict(list)
    for each in alike:
        for sign in each.signs.items():
            groups[sign].append(each)
    changed = {each.claim for each in alike}
    for group in groups.values():
        if len(group) < FEWEST:
            continue
        common = dict(set.intersection(*(set(each.signs.items()) for each in group)))
        common.pop(name, None)
        if not any(sign in common for sign in TELLING):
            continue
        against = (
            each
            for each in judged
            if each.claim not in changed and _fits(each.signs, common) and _left_as_it_was(each, name, before)
        )
        if next(against, None) is None:
            yield dict(sorted(common.items())), group


def _left_as_it_was(each: _Judged, name: str, before: str | None) -> bool:
    if name == VERDICT:
        return each.standing.status is not Status.REJECTED
    if each.standing.status is Status.REJECTED or _plain(getattr(each.found, name)) != before:
        return False
    kept = corrected(each.found, {k: v for k, v in each.standing.changes.items() if k not in META})
    return _plain(getattr(kept, name)) == before


def _fits(signs: Signs, where: Signs) -> bool:
    return all(signs.get(name) == value for name, value in where.items())


def _open(ledger: Ledger, shape: tuple[str, str | None, str | None], where: Signs) -> list[str]:
    """The ids of the claims that nobody has decided on and that *where* fits, by post and place."""
    claims, posts = schema.claims.c, schema.posts.c
    query: Any = (
        select(schema.claims, posts.publisher)
        .join(schema.posts, posts.id == claims.post)
        .where(claims.live == 1, posts.state == "live", claims.status == Status.PROPOSED.value)
        .order_by(claims.post, claims.start, claims.id)
    )
    if shape[0] != VERDICT:
        query = query.where(claims[shape[0]].is_not_distinct_from(shape[1]))
    for name in ("kind", "bound", "unit", "subject", "measure"):
        if name in where:
            query = query.where(claims[name] == where[name])
    if "publisher" in where:
        query = query.where(posts.publisher == where["publisher"])
    with ledger.reading() as connection:
        found = connection.execution_options(yield_per=500).execute(query).mappings()
        return [row["id"] for row in found if _fits(signs_of(rows.claim_of(row), row["publisher"]), where)]


def _title(shape: tuple[str, str | None, str | None], where: Signs, taught: int, fitting: int) -> str:
    """The proposal in one sentence."""
    name, before, after = shape
    if name == VERDICT:
        change = "Not a claim"
    else:
        change = f"{NAMES.get(name, name).capitalize()} “{after or 'none'}” instead of “{before or 'none'}”"
    told = [f"{NAMES.get(sign, sign)} “{value}”" for sign, value in where.items() if sign in TELLING]
    return f"{change}: {fitting} like this ({', '.join(told)}); decided so {taught} times, never otherwise."
