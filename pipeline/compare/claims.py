"""A claim as the comparison sees it: with its post's metadata and the things that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pipeline.compare.wording import concepts, lexicon
from pipeline.records import Claim, Entity, Label

YEARS = re.compile(r"^the\s+|\b(?:19|20)\d\d(?:[-–/]\d{2,4})?\b")
BODIES = frozenset({Label.ORG, Label.PROGRAM, Label.EVENT, Label.PRODUCT})


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedClaim:
    """A claim, the post that makes it, and the refs of the entities that it names."""

    claim: Claim
    post: str
    date: date | None = None
    publisher: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    duplicate_of: str | None = None  # the post that this one repeats
    subject_refs: tuple[str, ...] = ()
    measure_refs: tuple[str, ...] = ()
    sentence_refs: tuple[str, ...] = ()  # all that its sentence names

    @property
    def refs(self) -> frozenset[str]:
        """What its subject and its measure name; who has the figure and what it is for often change places."""
        return frozenset(self.subject_refs) | frozenset(self.measure_refs)


def compared_claim(
    claim: Claim,
    *,
    post: str,
    date: date | None = None,
    publisher: str | None = None,
    country: str | None = None,
    duplicate_of: str | None = None,
    entities: Iterable[Entity] = (),
) -> ComparedClaim:
    """The *claim* with the refs that it names out of its post's *entities*.

    An entity belongs to the subject or the measure if it lies in its span; where the span is not known, if its
    words stand in the subject or measure and it is named in the claim's sentence. A subject that is a short form
    ("the fund") is the one thing in the post whose name ends like that. The name of a file format ("PDF") names no
    one thing.
    """
    entities = tuple(entity for entity in entities if _names_a_thing(entity))
    last = claim.sentence_start + len(claim.sentence)
    near = [entity for entity in entities if entity.start >= claim.sentence_start and entity.end <= last]
    subject_refs = _named(claim, "subject", claim.subject, entities if claim.spans else near)
    return ComparedClaim(
        claim=claim,
        post=post,
        date=date,
        publisher=publisher,
        country=country,
        duplicate_of=duplicate_of,
        subject_refs=subject_refs or _short_form(claim.subject, entities),
        measure_refs=_named(claim, "measure", claim.measure, entities if claim.spans else near),
        sentence_refs=tuple(sorted({ref_of(entity) for entity in near})),
    )


def ref_of(entity: Entity) -> str:
    """The ref of *entity*, or, for a thing that no list knows, its name without article and year.

    >>> ref_of(Entity(start=0, end=14, quote="The Hack 2015", label=Label.EVENT))
    'hack'
    """
    return entity.ref or YEARS.sub("", (entity.canonical or entity.quote).casefold()).strip() or entity.quote


def _names_a_thing(entity: Entity) -> bool:
    said = concepts(entity.quote)
    return not said or bool(said - lexicon().formats)


def _short_form(subject: str | None, entities: Iterable[Entity]) -> tuple[str, ...]:
    """The ref of the one thing among *entities* that *subject* ("the fund") may stand for."""
    short = (subject or "").casefold().removeprefix("the ").strip()
    if not short.isalpha():
        return ()
    ending = f" {short}"
    refs = {ref_of(e) for e in entities if (e.canonical or e.quote).casefold().endswith(ending) and e.label in BODIES}
    return tuple(refs) if len(refs) == 1 else ()


def _named(claim: Claim, role: str, words: str | None, entities: Iterable[Entity]) -> tuple[str, ...]:
    if not words:
        return ()
    span = claim.spans.get(role)
    if span is not None:
        first, last = span
        return tuple(sorted({ref_of(e) for e in entities if e.start >= first and e.end <= last}))
    return tuple(sorted({ref_of(e) for e in entities if e.quote in words}))
