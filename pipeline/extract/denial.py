"""Whether a figure is denied, and how far a denial reaches: not to what stands beside or before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.extract.figure import VERBS, Figure
from pipeline.extract.lexicon import words
from pipeline.extract.relations import SUBJECTS
from pipeline.records import Kind

if TYPE_CHECKING:
    from spacy.tokens import Token

OWNERS = {"our", "its", "their", "my", "his", "her", "your"}
AVERTED = re.compile(  # what is said right before what did not come about
    r"(?i)\b(?:instead of [a-z]+ing|rul(?:ed|es|ing) out|decided against|vot(?:ed|es) against|refrain(?:ed|s)? from"
    r"|ha(?:ve|s) yet to|stopped short of) (?:[\w-]+ ){0,4}$"
)
HAVE = {"has", "have", "had", "'ve", "’ve"}


def denied_above(figure: Figure, verbs: Sequence[Token]) -> bool:
    """Whether the figure's verb is denied, or one that it is the object of: ``does not want to hire 40``.

    What the denied verb is said of holds: ``79% of firms have not read it``.
    """
    for place, verb in enumerate(verbs[:3]):
        if place and verbs[place - 1].dep_ != "xcomp":
            return False
        if _lacking(verb) and figure.span.start > verb.i:
            return True
        if denied(verb) or (place and verb.lemma_.lower() in words("modality", "failing")):
            return not _in_subject(figure, verb) and not _beside(figure, verb)
        if _by_nobody(figure, verb):
            return True
    return False


def _lacking(verb: Token) -> bool:
    """Whether *verb* is what there is no plan or need for: ``it has no plans to hire 40``."""
    noun = verb.head
    return (
        verb.dep_ in {"acl", "relcl", "xcomp"}
        and noun.lemma_.lower() in {"plan", "need", "intention", "obligation", "wish", "reason", "duty"}
        and any(child.lower_ == "no" for child in noun.children)
    )


def _by_nobody(figure: Figure, verb: Token) -> bool:
    """Whether nobody does what *verb* says to the figure after it: ``nobody works more than 40 hours``."""
    if figure.span.start < verb.i or _definite(figure):
        return False
    subjects = [child for child in verb.children if child.dep_ in SUBJECTS]
    fronted = (t for child in verb.children if child.dep_ == "prep" and child.i < verb.i for t in child.children)
    if verb.tag_ != "VBG" and any(t.lower_ == "no" and t.dep_ == "det" for child in subjects for t in child.children):
        return True  # "no team spent more than $40,000"
    return any(t.lower_ == "nobody" or (t.lower_ == "none" and verb.dep_ != "relcl") for t in (*subjects, *fronted))


def _beside(figure: Figure, verb: Token) -> bool:
    """Whether the figure is outside of what is denied: ahead of it, for how long, after a colon, of known things."""
    doc, start = figure.span.doc, figure.span.start
    if start < verb.i:
        return not _in_passive_subject(figure, verb)
    between = doc[verb.i : start]
    if any(token.text in {":", ";"} for token in between) or verb.lemma_.lower() in words("modality", "heeding"):
        return True
    if _definite(figure):
        return True
    if figure.quantity.kind is not Kind.DURATION:
        return False
    perfect = bool(auxiliaries(verb) & (HAVE | {"'d", "’d"})) and verb.tag_ == "VBN"
    return perfect and any(token.lower_ in {"for", "in", "since", "over"} for token in between[-3:])


def _in_passive_subject(figure: Figure, verb: Token) -> bool:
    anchor = figure.noun or figure.top
    return any(
        child.dep_ == "nsubjpass" and (child.i in {anchor.i, figure.top.i} or child.is_ancestor(figure.top))
        for child in verb.children
    )


def _definite(figure: Figure) -> bool:
    """Whether the figure counts things that are known to be there: ``the four depots``."""
    start = figure.span.start
    return (
        figure.quantity.kind in {Kind.COUNT, Kind.RANK}
        and start > 0
        and figure.span.doc[start - 1].lower_ in {"the", "these", "those"} | OWNERS
    )


def _in_subject(figure: Figure, verb: Token) -> bool:
    """Whether *verb* is said of the figure; in the passive, only of a share or rank: ``$2m was not spent``."""
    anchor = figure.noun or figure.top
    deps = SUBJECTS if figure.quantity.kind in {Kind.PERCENT, Kind.RATIO, Kind.RANK} else {"nsubj"}
    return any(
        child.dep_ in deps and (child.i in {anchor.i, figure.top.i} or child.is_ancestor(figure.top))
        for child in verb.children
    )


def denied(verb: Token) -> bool:
    """Whether *verb* is negated; what does not exceed a bound holds all the same."""
    if verb.lemma_.lower() in words("modality", "exceeding"):
        return False
    if verb.lemma_.lower() in words("modality", "plans") and any(
        child.lower_ == "longer" and any(t.lower_ == "no" for t in child.children) for child in verb.children
    ):
        return True
    return any(
        child.dep_ == "neg" and child.lower_ in words("modality", "denials") and not child.is_title
        for child in verb.children
    )


def denied_itself(figure: Figure) -> bool:
    """Whether the figure itself is denied: ``not $50``, ``instead of 15 days``, ``rather than 15``."""
    doc, start = figure.span.doc, figure.span.start
    if AVERTED.search(doc.text, 0, max(0, figure.quantity.start - figure.offset)) is not None:
        return True
    if start > 1 and (doc[start - 2].lower_, doc[start - 1].lower_) in {("instead", "of"), ("rather", "than")}:
        return True
    return start > 0 and doc[start - 1].lower_ == "not" and doc[start - 1].head.pos_ not in VERBS


def auxiliaries(verb: Token) -> set[str]:
    """The helping verbs of *verb*, in lower case."""
    return {child.lower_ for child in verb.children if child.dep_ in {"aux", "auxpass"}}
