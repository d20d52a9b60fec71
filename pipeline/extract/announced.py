"""Whether a clause holds a figure out without a word of the future: dated in the present, to be had, aimed at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.extract.ahead import AGENDA
from pipeline.extract.denial import HAVE, auxiliaries
from pipeline.extract.figure import Figure
from pipeline.extract.lexicon import words
from pipeline.extract.relations import SUBJECTS
from pipeline.records import Kind

if TYPE_CHECKING:
    from spacy.tokens import Token

HABIT = re.compile(
    r"(?i)\b(?:in|on|at) (?:any|a) (?:given|typical|normal|average)\b"
    r"|\b(?:typically|usually|normally|generally|always|often)\b"
    r"|\b(?:each|every) (?:time|day|week|month|year|quarter)\b|\bwhenever\b"
)
RATE = re.compile(r" (?:(?:a|an|per|each|every) (?:day|week|month|quarter|year)|annually|yearly)\b")
STARTING = {"starting", "beginning", "effective"}
SEASONS = {"spring", "summer", "autumn", "fall", "winter"}
NEXT_UP = re.compile(r"(?:Next (?:up|week|month|year|quarter)|Coming up|Up next|Coming soon)\b[,:]?")


def offered(figure: Figure, verbs: Sequence[Token]) -> bool:
    """Whether the post holds the figure out: in an agenda, as places to be had, people looked for, what is to come."""
    doc = figure.span.doc
    if (AGENDA.match(doc.text) or NEXT_UP.match(doc.text)) and not any(t.tag_ == "VBD" for t in doc):
        return True
    if not verbs:
        return False
    verb, noun = verbs[0], figure.noun
    aux = auxiliaries(verb)
    if verb.tag_ == "VBG" and aux & {"is", "are", "’re", "'re", "’s", "'s", "’m", "'m"}:
        if figure.quantity.kind is Kind.RANK and verb.lemma_.lower() in words("modality", "holding"):
            return True
        anchor = noun or figure.top
        if verb.lemma_.lower() in words("modality", "recruiting") and anchor.head.dep_ in {"prep", "ROOT"}:
            return anchor.head.i == verb.i or anchor.head.head.i == verb.i
    present = verb.tag_ in {"VBZ", "VBP"} or bool(aux & {"is", "are", "can"})
    if not present or figure.quantity.kind is not Kind.COUNT:
        return False
    if noun is not None and RATE.match(doc.text, noun.idx + len(noun)) is not None:
        return False
    said = {verb.lemma_.lower()} | {child.lower_ for child in verb.children}
    if noun is not None and _room(noun.head):
        return True
    if noun is not None:
        return noun.lemma_.lower() in words("modality", "places") and bool(said & words("modality", "to_be_had"))
    subject = next((child for child in verb.children if child.dep_ in SUBJECTS), None)
    return verb.lemma_ == "limit" and subject is not None and subject.lemma_.lower() in words("modality", "places")


def priced(figure: Figure, verbs: Sequence[Token]) -> bool:
    """Whether the present tells what somebody is to pay or get who comes, or how long it is to last."""
    said = next((v for v in verbs if v.tag_ in {"VBZ", "VBP"}), None)
    if said is None or auxiliaries(said) & HAVE or any(t.tag_ == "VBD" for t in figure.span.doc):
        return False
    of = {t.lemma_.lower() for t in said.children if t.dep_ in SUBJECTS} | {figure.top.head.lemma_.lower()}
    if figure.quantity.kind is Kind.MONEY:
        return bool(of & words("modality", "fees"))
    lasts = said.lemma_.lower() in {"last", "run", "take", "go", "be"}
    held = of & words("modality", "events") or ("it" in of and said.lemma_.lower() in {"last", "run"})
    return figure.quantity.kind is Kind.DURATION and lasts and bool(held)


def is_open(figure: Figure, verbs: Sequence[Token]) -> bool:
    """Whether nothing in the sentence says that it was so: no past tense, nothing that has been done."""
    if any(child.dep_ == "expl" for verb in verbs[:1] for child in verb.children):
        return False  # "there are 40"
    return not any(t.tag_ == "VBD" or (t.lower_ in HAVE and t.dep_ == "aux") for t in figure.span.doc)


def aimed(verbs: Sequence[Token]) -> bool:
    """Whether the clause tells an aim: ``we aim at six``."""
    return any(verb.lemma_ == "aim" and any(child.lower_ == "at" for child in verb.children) for verb in verbs)


def _room(prep: Token) -> bool:
    """Whether *prep* is that of ``room for 180 people``."""
    return prep.lower_ == "for" and prep.head.lower_ in {"room", "space"}


def scheduled(figure: Figure, verbs: Sequence[Token], *, later: bool = False) -> bool:
    """Whether the clause is in the present and dated by a month or day: ``the school reopens in January``.

    So it is by a year if that is *later* than the post: ``by the end of 2026 we reach 96%``. How long something takes
    or is old may hold already, but not how long what begins then goes on: ``the six-week course starts in May``.
    """
    if figure.quantity.kind in {Kind.DURATION, Kind.MEASURE} and not _of_event(figure):
        return False
    first = verbs[:1] if len(verbs) < 2 or verbs[0].dep_ != "conj" else verbs[:2]
    for verb in first:
        if verb.tag_ not in {"VBZ", "VBP"} or auxiliaries(verb) or HABIT.search(verb.sent.text):
            return False
    return any(_dated(verb, later=later) for verb in first)


def _of_event(figure: Figure) -> bool:
    """Whether *figure* tells the length of what takes place: ``the three-week course``."""
    head = figure.top.head
    return head.dep_ in SUBJECTS and head.i > figure.top.i and head.lemma_.lower() in words("modality", "events")


def _dated(verb: Token, *, later: bool) -> bool:
    """Whether *verb* is dated by a month or day, or by a season or year to come."""
    starting = [child for child in verb.children if child.dep_ in {"advcl", "prep"} and child.lower_ in STARTING]
    for prep in (child for above in (verb, *starting) for child in above.children):
        if prep.dep_ != "prep" or prep.lower_ not in {"on", "in", "from", "by"}:
            continue
        for day in (child for child in prep.children if child.dep_ == "pobj"):
            near = {day.lower_, *(t.lower_ for t in day.children)}
            year = any(t.shape_ == "dddd" for t in day.subtree)
            if later and (year or near & words("contexts", "months")):
                return True
            if prep.lower_ == "by" or near & {"every", "each", "last"} or year:
                continue
            if near & words("contexts", "months"):
                return True
            if near & SEASONS and verb.lemma_.lower() in words("modality", "beginning"):
                return True
    return False
