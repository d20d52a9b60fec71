"""A claim made ready for comparison: what is needed of it and no more, so that a million fit into memory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.naming import Named
from pipeline.compare.times import Time, time_of, year_in
from pipeline.compare.topics import Topic, Topics, factor_of
from pipeline.compare.values import Value, value_of
from pipeline.compare.wording import concepts, lexicon, names, words
from pipeline.records import Bound, Kind, Modality

LONG = 4  # words that a sentence must have to be known again
AGED = re.compile(r"\bolds?\b|\bolder\b|\byounger\b|\bunder age\b|\baged?\b|\bover \d+$", re.IGNORECASE)


@dataclass(frozen=True)  # without slots, so that what it is asked for again and again is worked out once
class Figure:
    """What of a claim and its post is held against others."""

    id: str
    post: str
    posted: date | None
    copy_of: str | None  # the post that its post repeats
    start: int
    quote: str
    sentence_start: int
    words: frozenset[str]  # the concepts of its sentence
    subject: str | None
    known_as: str | None  # the canonical name of its subject
    measure: str | None
    kind: Kind
    unit: str | None
    stated: Decimal
    top: Decimal | None
    bound: Bound
    planned: bool
    echo: int  # shared by claims in sentences of the same words; 0 for none
    carried: bool  # is its subject taken over from another sentence?
    when: str | None
    topic: Topic

    @cached_property
    def time(self) -> Time | None:
        """When it holds: the time that it states, else its post's day."""
        return time_of(self.when, self.posted)

    @cached_property
    def value(self) -> Value:
        """Its value in the unit of its family."""
        return value_of(self.stated, self.top, self.bound, kind=self.kind, factor=factor_of(self.kind, self.unit))

    @property
    def said_at(self) -> Time | None:
        """The day on which it was said, else the time that it is about."""
        return time_of(None, self.posted) or self.time

    @cached_property
    def place(self) -> tuple[date, date, str, int, str]:
        """Where it stands in its thread: a plan by when it was made; what has no date comes last."""
        time = self.said_at if self.planned else self.time
        first, last = (time.first, time.last) if time else (date.max, date.max)
        return first, last, self.post, self.start, self.id


def figure_of(said: ComparedClaim, topics: Topics, named: Named) -> Figure:
    """*said* with its topic and time; a year in its subject or measure is its time if it states no other."""
    claim = said.claim
    words = concepts(claim.sentence)
    return Figure(
        id=claim.id,
        post=said.post,
        posted=said.date,
        copy_of=said.duplicate_of,
        start=claim.start,
        quote=claim.quote,
        sentence_start=claim.sentence_start,
        words=words,
        subject=claim.subject,
        known_as=next((name for ref in said.subject_refs if (name := named.canonical(ref))), None),
        measure=claim.measure,
        kind=claim.kind,
        unit=claim.unit,
        stated=claim.value,
        top=claim.value_max,
        bound=claim.bound,
        planned=claim.modality is Modality.PLANNED,
        echo=echo_of(said, words),
        carried=claim.subject is not None and claim.subject not in claim.sentence,
        when=claim.when or year_in(f"{claim.subject or ''} {claim.measure or ''}"),
        topic=topics.of(said, named),
    )


def echo_of(said: ComparedClaim, whole: frozenset[str]) -> int:
    """A number that claims share whose sentences have the same words and go on alike behind the figure.

    0 where a sentence is too short, or names nobody and could be about anything.
    """
    claim = said.claim
    if len(whole) < LONG or not (said.sentence_refs or names(claim.sentence)):
        return 0
    here = claim.start - claim.sentence_start + len(claim.quote)
    behind = words(claim.sentence[here : here + 60])[:2]
    return number_of("\0".join((claim.kind, claim.unit or "", *sorted(whole), "", *behind)))


def number_of(text: str) -> int:
    """A number for *text*, the same in every run: 63 bits of its digest, never 0."""
    made = blake2b(text.encode("utf-8", "backslashreplace"), digest_size=8).digest()
    return int.from_bytes(made, "little") >> 1 | 1


def finite(said: ComparedClaim) -> bool:
    """Whether the claim's value is a number at all."""
    top = said.claim.value_max
    return said.claim.value.is_finite() and (top is None or top.is_finite())


def telling(said: ComparedClaim) -> bool:
    """Whether a claim can be held against others at all.

    A rank, an example, an age, or how many points a text makes says nothing that another text could contradict.
    """
    claim = said.claim
    if claim.kind is Kind.RANK or claim.modality in (Modality.NEGATED, Modality.CONDITIONAL):
        return False
    if not finite(said) or (claim.unit is None and claim.kind in (Kind.COUNT, Kind.MONEY)):
        return False
    here = claim.start - claim.sentence_start
    if claim.kind is Kind.DURATION and AGED.search(claim.sentence[max(0, here - 8) : here + len(claim.quote) + 12]):
        return False
    if claim.kind is Kind.COUNT and lexicon().enumerates(claim.unit or ""):
        return False
    return bool(claim.subject or claim.measure)
