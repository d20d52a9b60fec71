"""Whether a figure holds, is planned, depends on something, or is denied: told from its verbs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.extract.figure import VERBS, Figure, clause_of
from pipeline.extract.lexicon import words
from pipeline.extract.relations import SUBJECTS
from pipeline.records import Kind, Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

AHEAD = re.compile(r"(?i)\b(?:next|coming|following)\s+(?:\w+\s+){0,3}$")
SUPPOSED = re.compile(r"(?i)\blet[’']?s say\b|\bsuppose\b|\bimagine\b|\bwhat if\b|\bif, for example\b|\bhypothetical")


def modality_of(figure: Figure) -> Modality:
    """Whether the post says that *figure* holds, is planned, is possible, or is not so."""
    verbs = list(governing(figure))
    if any(_denied(verb) for verb in verbs[:1]) or _denied_itself(figure):
        return Modality.NEGATED
    if _supposed(figure) or any(_conditional(verb) for verb in verbs):
        return Modality.CONDITIONAL
    if any(_planned(verb) for verb in verbs) or _ahead(figure) or _planned_noun(figure):
        return Modality.PLANNED
    return Modality.ACTUAL


def governing(figure: Figure) -> Iterator[Token]:
    """The verb of the figure's clause, then those above it whose mood it shares."""
    verb = figure.clause
    for _ in range(5):
        if verb is None:
            return
        yield verb
        if not _shares_mood(verb):
            return
        verb = verb.head if verb.head.pos_ in VERBS else clause_of(verb)


def _shares_mood(verb: Token) -> bool:
    """Whether *verb* says nothing of its own about when or whether: an infinitive, a gerund, a bare conjunct."""
    if any(child.dep_ in SUBJECTS for child in verb.children):
        return verb.dep_ == "ccomp" and verb.head.lemma_.lower() in words("modality", "plans")
    if verb.dep_ == "acl" or verb.dep_ == "relcl":
        return verb.tag_ == "VB"
    return verb.dep_ in {"xcomp", "conj", "advcl", "pcomp", "ccomp"} and (
        verb.tag_ in {"VB", "VBG"} or (verb.dep_ == "conj" and not _auxiliaries(verb))
    )


def _auxiliaries(verb: Token) -> set[str]:
    return {child.lower_ for child in verb.children if child.dep_ in {"aux", "auxpass"}}


def _planned(verb: Token) -> bool:
    aux = _auxiliaries(verb)
    if aux & words("modality", "future"):
        return True
    head, lemma = verb.head, verb.lemma_.lower()
    if "to" in aux or verb.tag_ == "VB":
        if verb.dep_ in {"xcomp", "ccomp", "advcl"} and head.lemma_.lower() in words("modality", "plans"):
            return True
        if verb.dep_ in {"acl", "xcomp", "relcl"} and head.lemma_.lower() in words("modality", "plan_nouns"):
            return True
        if verb.dep_ in {"relcl", "acl"} and "be" in aux:
            return True
        if lemma != "go" and head.lemma_.lower() == "go" and head.tag_ == "VBG":
            return True
    if lemma in words("modality", "plans_with_object") and verb.tag_ in {"VBG", "VBP", "VBZ", "VBD"}:
        return any(child.dep_ == "dobj" for child in verb.children)
    return verb.dep_ == "ROOT" and verb.tag_ == "VB" and not aux and not _has_subject(verb)


def _has_subject(verb: Token) -> bool:
    return any(child.dep_ in SUBJECTS | {"expl"} for child in verb.children)


def _conditional(verb: Token) -> bool:
    aux = _auxiliaries(verb)
    if aux & {"might", "could"}:
        return not aux & {"have"}
    if any(child.dep_ == "mark" and child.lower_ in words("modality", "conditions") for child in verb.children):
        return True
    if "would" in aux:
        return True
    return any(
        child.dep_ == "advcl" and any(t.dep_ == "mark" and t.lower_ in {"if", "unless"} for t in child.children)
        for child in verb.children
    )


def _denied(verb: Token) -> bool:
    return any(child.dep_ == "neg" and child.lower_ in words("modality", "denials") for child in verb.children)


def _denied_itself(figure: Figure) -> bool:
    doc, start = figure.span.doc, figure.span.start
    return start > 0 and doc[start - 1].lower_ == "not" and doc[start - 1].head.pos_ not in VERBS


def _ahead(figure: Figure) -> bool:
    """Whether the clause speaks of the time to come: ``over the next six months``."""
    doc, start = figure.span.doc, figure.span.start
    if figure.quantity.kind is Kind.DURATION:
        return AHEAD.search(doc[max(0, start - 4) : start].text + " ") is not None
    return False


def _planned_noun(figure: Figure) -> bool:
    """Whether the figure is the content of a plan: ``a goal of 50 teams``."""
    token = figure.noun or figure.top
    for above in token.ancestors:
        if above.pos_ in VERBS:
            return False
        if above.lemma_.lower() in words("modality", "plan_nouns"):
            return True
    return False


def _supposed(figure: Figure) -> bool:
    return SUPPOSED.search(figure.span.doc.text, 0, max(0, figure.quantity.start - figure.offset)) is not None
