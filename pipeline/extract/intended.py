"""Whether a clause intends or promises a figure in a form that its verb alone does not tell: ``is to close four``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.extract.denial import auxiliaries
from pipeline.extract.figure import VERBS, Figure
from pipeline.extract.lexicon import words
from pipeline.extract.relations import SUBJECTS
from pipeline.records import Kind

if TYPE_CHECKING:
    from spacy.tokens import Token

BOUND_TO = re.compile(  # what stands before an infinitive that is meant to come true
    r"(?i)(?<!\w)(?:on (?:track|course|target|schedule)|in line|about|due|set|poised|slated|likely|earmarked|preparing"
    r"|gearing up) to $"
)
FINITE = {"VBZ", "VBP", "VBD", "MD"}
PRESENT = {"VBZ", "VBP"}
REACH = 30  # characters before an infinitive that say whether it is meant to come true


def intended(figure: Figure, verbs: Sequence[Token]) -> bool:
    """Whether the clause of *figure* means it to come true."""
    return (
        any(_to_be_done(done) for verb in verbs[:1] for done in (verb, *verb.children))
        or any(_is_wanted(verb) or _wished(verb) or _bound_to(verb) for verb in verbs[:2])
        or any(_headline(verb, figure) or _in_coming_time(verb) for verb in verbs[:1])
        or any(_aside(verb) or _drafted(verb) or _won(verb) or _joined(verb, figure) for verb in verbs[:1])
        or _to_onboard(figure)
    )


def _to_be_done(verb: Token) -> bool:
    """``four sites are to be closed``, ``the council is to close four``; not ``the trick is to wait a day``."""
    head, aux = verb.head, auxiliaries(verb)
    if verb.dep_ not in {"xcomp", "ccomp"} or "to" not in aux or head.lemma_ != "be" or head.tag_ not in PRESENT:
        return False
    if any(child.dep_ in {"acomp", "attr", "prep", "expl"} for child in head.children):
        return False
    subjects = [child for child in head.children if child.dep_ in SUBJECTS]
    return bool(subjects) and not any(t.lemma_.lower() in words("modality", "tasks") for t in subjects)


def _is_wanted(verb: Token) -> bool:
    """``we want 90% of requests answered``."""
    head = verb.head
    return (
        verb.dep_ in {"ccomp", "xcomp"}
        and verb.tag_ in {"VBN", "VB"}
        and head.lemma_ in {"want", "need"}
        and head.tag_ in PRESENT
        and not auxiliaries(verb) - {"to", "be"}
    ) or (
        verb.lemma_ == "want"
        and verb.tag_ in PRESENT
        and any(c.tag_ == "VBN" for o in verb.children for c in o.subtree)
    )


def _wished(verb: Token) -> bool:
    """``they’d like to reach 2,000``."""
    return verb.lemma_ in {"like", "love"} and bool(auxiliaries(verb) & {"'d", "’d", "would"})


def _bound_to(verb: Token) -> bool:
    """``the site is on track to serve 40 towns``, ``it is about to open three``."""
    if verb.tag_ != "VB" or "to" not in auxiliaries(verb):
        return False
    first = min(child.i for child in verb.children if child.lower_ == "to" and child.dep_ == "aux") + 1
    end = verb.doc[first].idx if first < len(verb.doc) else verb.idx
    return BOUND_TO.search(verb.doc.text, max(0, end - REACH), end) is not None and not _past_above(verb)


def _past_above(verb: Token) -> bool:
    above = next((t for t in verb.ancestors if t.pos_ in VERBS), None)
    return above is not None and above.tag_ == "VBD"


def _to_onboard(figure: Figure) -> bool:
    """The same, where the verb is read as something else: ``on track to onboard 40 agencies``."""
    doc, start = figure.span.doc, figure.span.start
    if start < 2:
        return False
    end = doc[start - 1].idx
    return BOUND_TO.search(doc.text, max(0, end - REACH), end) is not None and not any(t.tag_ == "VBD" for t in doc)


def _headline(verb: Token, figure: Figure) -> bool:
    """A headline or task without a verb of its own: ``Ministry to hire 40``, ``the clerk to report in 7 days``."""
    if verb.tag_ != "VB" or "to" not in auxiliaries(verb) or verb.dep_ not in {"acl", "relcl", "ROOT", "xcomp"}:
        return False
    doc = verb.doc
    if figure.span.start < verb.i or any(t.tag_ in FINITE for t in doc):
        return False
    first = min(child.i for child in verb.children if child.lower_ == "to" and child.dep_ == "aux")
    if first == 0:
        return False
    actor = doc[first - 1]
    agents = words("reporting", "voices") | words("modality", "agents")
    return actor.pos_ == "PROPN" or actor.lemma_.lower() in agents or actor.lower_.removesuffix("s") in agents


def _in_coming_time(verb: Token) -> bool:
    """``it is worth £40m over the next four years``."""
    if verb.tag_ not in PRESENT or auxiliaries(verb) & {"has", "have"}:
        return False
    preps = [t for child in (verb, *verb.children) for t in child.children if t.dep_ == "prep"]
    return any(
        prep.lower_ in {"over", "in", "during", "within"}
        and any(child.lower_ in {"next", "coming"} for time in prep.children for child in time.children)
        for prep in preps
    )


def _aside(verb: Token) -> bool:
    """An infinitive between commas: ``the pilot, to run for six months, …``."""
    first = verb.left_edge.i
    return (
        verb.tag_ == "VB"
        and verb.dep_ in {"relcl", "acl"}
        and "to" in auxiliaries(verb)
        and first > 0
        and verb.doc[first - 1].text == ","
        and verb.head.pos_ in {"NOUN", "PROPN"}
    )


def _drafted(verb: Token) -> bool:
    """What a bill or a proposal does: ``the proposed budget includes $4.5 million``."""
    if verb.tag_ not in PRESENT or verb.lemma_.lower() not in words("modality", "laying_down"):
        return False
    for subject in (child for child in verb.children if child.dep_ in SUBJECTS):
        near = {t.lower_ for t in subject.children}
        if subject.lemma_.lower() in {"bill", "proposal", "draft"} or near & {"proposed", "draft", "planned"}:
            return True
    return False


def _won(verb: Token) -> bool:
    """What winners are to have: ``each winning team gets $5,000``."""
    if verb.tag_ not in PRESENT or verb.lemma_.lower() not in {"get", "receive", "win", "earn", "share", "take", "go"}:
        return False
    above = [child for child in verb.children if child.dep_ in SUBJECTS | {"prep"}]
    return any(
        t.lemma_.lower() in words("modality", "winners") or t.lower_ == "winning"
        for child in above
        for t in child.subtree
    )


def _joined(verb: Token, figure: Figure) -> bool:
    """``Join us for two days of talks``."""
    return (
        figure.quantity.kind is Kind.DURATION
        and verb.lemma_.lower() == "join"
        and verb.tag_ == "VB"
        and any(child.lower_ in {"us", "me"} for child in verb.children)
    )
