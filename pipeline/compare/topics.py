"""The topic of a claim: whose figure it is, of what, and in which kind of unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.naming import Named
from pipeline.compare.times import YEAR
from pipeline.compare.values import DAYS
from pipeline.compare.wording import concepts, contrasts, lexicon, names, stem
from pipeline.records import Kind, Label

NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
ADDED = re.compile(r"\s*(?:more|further|additional|extra|others?)\b(?!\s+than)", re.IGNORECASE)
ADDING = re.compile(r"\b(?:another|further|additional|extra|the other)\s*$", re.IGNORECASE)
AGO = re.compile(r"\W{0,3}\s*(?:(?:ago|earlier|later|before|after|from now)\b|on\s*,)", re.IGNORECASE)

type Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """What two claims must share to be about the same measure of the same subject; equal ones are one object."""

    family: str  # the units that can be held side by side
    unit: str  # the unit's class
    firm: frozenset[str]  # refs of the bodies, funds, events that subject and measure name
    places: frozenset[str]  # refs of places and persons
    firm_subject: frozenset[str]
    bodies: frozenset[str]  # those of the firm refs that are organisations, which do many things
    context: frozenset[str]  # further firm refs that the sentence names
    subject: frozenset[str]  # concepts
    measure: frozenset[str]  # concepts, without the counted noun
    concepts: frozenset[str]  # both; subject and measure often change places
    telling: frozenset[str]  # those that are no common words
    contrasts: frozenset[int]  # the rows of words that exclude one another to which its words belong
    names: frozenset[str]  # words with a capital
    numbers: frozenset[str]  # that are part of a name or a condition ("aged 55 and over")
    home: str  # the post, or what its writers are called, for what is known only there; else nothing
    ours: bool  # is the subject the writers?
    period: str | None
    added: bool  # to what is there already ("3 more countries")
    text: str  # for an encoder


class Topics:
    """Makes the topics of claims; claims with the same words and names get the same one."""

    def __init__(self, named: Named | None = None) -> None:
        self._named = named or Named()
        self._made: dict[Key, Topic] = {}
        self._kept: dict[Hashable, Hashable] = {}

    def kept[T: Hashable](self, value: T) -> T:
        """The first object that was equal to *value*, so that a million claims share what they have in common."""
        return self._kept.setdefault(value, value)  # type: ignore[return-value]

    def of(self, said: ComparedClaim, named: Named | None = None) -> Topic:
        """The topic of a claim; *named* is what its post names, if it is not the same for all."""
        claim, named = said.claim, named or self._named
        family, unit = family_of(claim.kind, claim.unit)
        if claim.kind is Kind.RATIO and not 0 < claim.value < 1:
            family = unit = "multiple"
        here = claim.start - claim.sentence_start
        before, after = claim.sentence[: max(0, here)], claim.sentence[max(0, here) + len(claim.quote) :]
        if claim.kind is Kind.DURATION and AGO.match(after):
            family = unit = "duration since"
        refs, subject, measure = _stated(said)
        ours = said.publisher is not None and (subject or "").strip().lower() in lexicon().writers
        firm = {ref: named.firm(ref, said.country) for ref in refs}
        known = frozenset(name for name in firm.values() if name)
        context = (named.firm(ref, said.country) for ref in said.sentence_refs if ref not in firm)
        words = _words(subject, measure)
        home = said.post if not (known or len(words) > 2) else ""
        if ours:
            subject, home = f"{subject} {said.publisher}", f"publisher {(said.publisher or '').casefold()}"
        key = (
            family,
            unit,
            claim.unit if claim.kind is Kind.COUNT else None,
            known,
            frozenset(ref for ref, name in firm.items() if not name),
            frozenset(name for ref, name in firm.items() if name and ref in said.subject_refs),
            frozenset(name for ref, name in firm.items() if name and named.label(ref) is Label.ORG),
            frozenset(name for name in context if name),
            subject,
            measure,
            home,
            ours,
            claim.period,
            bool(ADDED.match(after) or ADDING.search(before)),
            claim.sentence.lstrip("\"'“‘(* \t").startswith(claim.subject or " "),
        )
        if key not in self._made:
            self._made[key] = _topic(*key, kept=self.kept)
        return self._made[key]


def _topic(
    family: str,
    unit: str,
    noun: str | None,
    firm: frozenset[str],
    places: frozenset[str],
    firm_subject: frozenset[str],
    bodies: frozenset[str],
    context: frozenset[str],
    subject: str | None,
    measure: str | None,
    home: str,
    ours: bool,
    period: str | None,
    added: bool,
    opening: bool,
    *,
    kept: Callable[[frozenset[str]], frozenset[str]],
) -> Topic:
    counted = {unit, *(stem(word) for word in (noun or "").split())}
    counted |= {lexicon().classes.get(word, word) for word in counted}
    whose, what = concepts(subject) - lexicon().pointing, concepts(measure) - counted
    return Topic(
        family=family,
        unit=unit,
        firm=kept(firm),
        places=kept(places),
        firm_subject=kept(firm_subject),
        bodies=kept(bodies),
        context=kept(context),
        subject=kept(whose),
        measure=kept(what),
        concepts=kept(whose | what),
        telling=kept((whose | what) - lexicon().generic),
        contrasts=contrasts(whose | what),
        names=kept(names(subject, opening=opening) | names(measure, opening=False)),
        numbers=frozenset(
            number for number in NUMBER.findall(f"{subject or ''} {measure or ''}") if not YEAR.fullmatch(number)
        ),
        home=home,
        ours=ours,
        period=period,
        added=added,
        text=" — ".join(part for part in (subject, measure or noun or unit) if part),
    )


@lru_cache(maxsize=100_000)
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
    if kind in (Kind.PERCENT, Kind.RATIO):
        return "share", "share"
    return f"{kind} {unit}", unit or ""


def factor_of(kind: Kind, unit: str | None) -> float:
    """What a value is multiplied by to stand in its family's common unit: days, and percent."""
    if kind is Kind.DURATION:
        return DAYS.get(unit or "", 1.0)
    return 100.0 if kind is Kind.RATIO else 1.0


@lru_cache(maxsize=100_000)
def _words(subject: str | None, measure: str | None) -> frozenset[str]:
    return (concepts(subject) | concepts(measure)) - lexicon().generic


def _stated(said: ComparedClaim) -> tuple[frozenset[str], str | None, str | None]:
    """The refs, subject and measure of a claim, without what its sentence does not bear out.

    A measure taken over from another sentence is left out, and so is a subject where the sentence names others.
    """
    claim = said.claim
    subject, measure = _without(claim.subject, claim.quote), _without(claim.measure, claim.quote)
    subject_refs, measure_refs = said.subject_refs, said.measure_refs
    if claim.measure and claim.measure not in claim.sentence:
        measure, measure_refs = None, ()
    if claim.subject and claim.subject not in claim.sentence:
        own = set(said.sentence_refs)
        if own - set(measure_refs) and not own & set(subject_refs):
            subject, subject_refs = None, ()
    return frozenset(subject_refs) | frozenset(measure_refs), subject, measure


def _without(words: str | None, quote: str) -> str | None:
    """*words* without the figure itself, which a long subject may hold."""
    return words.replace(quote, " ") if words else None
