"""The topic of a claim: whose figure it is, of what, and in which kind of unit."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.values import DAYS
from pipeline.compare.wording import concepts, lexicon, names, stem
from pipeline.records import Kind


@dataclass(frozen=True, slots=True)
class Topic:
    """What two claims must share to be about the same measure of the same subject."""

    family: str  # the units that can be held side by side
    unit: str  # the unit's class
    refs: frozenset[str]  # of the entities that subject and measure name
    subject_refs: frozenset[str]
    subject: frozenset[str]  # concepts
    measure: frozenset[str]  # concepts, without the unit's own noun
    names: frozenset[str]  # words with a capital
    home: str  # the post, for what is known only inside it; the publisher, for what its writers say of themselves
    local: bool  # is it known only at home?
    period: str | None
    text: str  # for an encoder

    @property
    def concepts(self) -> frozenset[str]:
        """All its words; subject and measure often change places."""
        return self.subject | self.measure


def family_of(kind: Kind, unit: str | None) -> tuple[str, str]:
    """The family of units that can be held side by side, and the class of this one.

    >>> family_of(Kind.COUNT, "nation"), family_of(Kind.DURATION, "month"), family_of(Kind.MONEY, "AUD")
    (('count country', 'country'), ('duration', 'day'), ('money AUD', 'AUD'))
    """
    if kind is Kind.COUNT:
        head = stem((unit or "").replace(" ", "-"))
        name = lexicon().classes.get(head, head)
        return ("count person" if name in lexicon().people else f"count {name}"), name
    if kind is Kind.DURATION:
        return ("duration", "day") if unit in DAYS else (f"duration {unit}", unit or "")
    if kind is Kind.MONEY:
        return f"money {unit}", unit or ""
    if kind in (Kind.PERCENT, Kind.RATIO):
        return str(kind), str(kind)
    return f"{kind} {unit}", unit or ""


def factor_of(kind: Kind, unit: str | None) -> float:
    """What a value is multiplied by to stand in its family's common unit."""
    return DAYS.get(unit or "", 1.0) if kind is Kind.DURATION else 1.0


def topic_of(said: ComparedClaim) -> Topic:
    """The topic of a claim."""
    claim, rows = said.claim, lexicon()
    family, unit = family_of(claim.kind, claim.unit)
    subject, measure = concepts(claim.subject), concepts(claim.measure)
    first = (claim.subject or "").lower().split()[:1]
    ours = bool(first) and first[0] in rows.writers
    home, local = said.post, False
    if ours:
        home = f"publisher {said.publisher.casefold()}" if said.publisher else said.post
        if said.publisher:
            subject |= concepts(said.publisher)
    elif not said.refs:
        local = not (subject | measure) - rows.generic or (not subject and len(measure - rows.generic) < 3)
    counted = {unit, stem(claim.unit or "")} if claim.kind is Kind.COUNT else set()
    return Topic(
        family=family,
        unit=unit,
        refs=said.refs,
        subject_refs=frozenset(said.subject_refs),
        subject=subject,
        measure=measure - counted,
        names=names(claim.subject) | names(claim.measure),
        home=home,
        local=local,
        period=claim.period,
        text=" — ".join(part for part in (claim.subject, claim.measure or claim.unit) if part),
    )
