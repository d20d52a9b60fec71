"""Whether a figure holds, is planned, depends on something, or is denied: told from its verbs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.extract.figure import VERBS, Figure, clause_of
from pipeline.extract.lexicon import words
from pipeline.extract.relations import SUBJECTS
from pipeline.records import Kind, Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

AHEAD = re.compile(r"(?i)\b(?:next|coming|following)\s+(?:\w+\s+){0,3}$")
SUPPOSED = re.compile(r"(?i)\blet[’']?s say\b|\bsuppose\b|\bimagine\b|\bwhat if\b|\bif, for example\b|\bhypothetical")


def modality_of(figure: Figure, *, later: bool = False) -> Modality:
    """Whether the post says that *figure* holds, is planned, is possible, or is not so.

    *later* says that its time is after the post's own date.
    """
    verbs = list(governing(figure))
    if any(_denied(verb) for verb in verbs[:1]) or _denied_itself(figure):
        return Modality.NEGATED
    if _supposed(figure):
        return Modality.CONDITIONAL
    if _taken_for_granted(figure):
        return Modality.ACTUAL
    if any(_conditional(verb) for verb in verbs):
        return Modality.CONDITIONAL
    if (
        (later and _open(figure, verbs))
        or any(_planned(verb) for verb in verbs)
        or _ahead(figure)
        or _planned_noun(figure)
    ):
        return Modality.PLANNED
    return Modality.ACTUAL


def _open(figure: Figure, verbs: Sequence[Token]) -> bool:
    """Whether the verb leaves room for a later time: ``is hosting``, or ``planned`` beside the noun."""
    near = [child for child in figure.top.subtree if child.lemma_.lower() in words("modality", "plans")]
    return bool(near) or any(verb.tag_ == "VBG" for verb in verbs[:1])


def _taken_for_granted(figure: Figure) -> bool:
    """Whether the figure's phrase speaks of things that are there already: ``these two agencies``, ``the 30 members``.

    So does a phrase deep inside others: ``the benefits of new ways of judging 40 vendors``.
    """
    if figure.quantity.kind in {Kind.DURATION, Kind.RANK}:
        return False
    doc, start = figure.span.doc, figure.span.start
    if start and (doc[start - 1].lower_ in {"these", "those", "the", "that"} or doc[start - 1].tag_ == "POS"):
        return figure.noun is None or not any(
            t.dep_ in {"relcl", "acl"} and t.tag_ == "VB" for t in figure.noun.children
        )
    token, nouns = figure.noun or figure.top, 0
    for above in token.ancestors:
        if above.pos_ in VERBS:
            break
        nouns += above.pos_ == "NOUN" and above.lemma_.lower() not in words("modality", "plan_nouns")
    return nouns > 1


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
    if aux & words("modality", "future") or "would" in aux:
        return True
    head, lemma = verb.head, verb.lemma_.lower()
    if "to" in aux or verb.tag_ == "VB":
        if verb.dep_ in {"xcomp", "ccomp", "advcl"} and head.lemma_.lower() in words("modality", "plans"):
            return True
        if verb.dep_ in {"acl", "xcomp", "relcl"} and head.lemma_.lower() in words("modality", "plan_nouns"):
            return True
        if verb.dep_ in {"relcl", "acl"} and "be" in aux:
            return True
        if head.lemma_ == "be" and any(
            child.dep_ in SUBJECTS and child.lemma_.lower() in words("modality", "plan_nouns")
            for child in head.children
        ):
            return True
        if lemma != "go" and head.lemma_.lower() == "go" and head.tag_ == "VBG":
            return True
    if lemma in words("modality", "plans_with_object") and verb.tag_ in {"VBG", "VBP", "VBZ", "VBD"}:
        return any(child.dep_ == "dobj" for child in verb.children)
    if lemma in words("modality", "plain_imperatives") or verb.tag_ != "VB" or aux or _has_subject(verb):
        return False
    return verb.dep_ == "ROOT" and not any(token.is_alpha for token in verb.doc[: verb.left_edge.i])


def _has_subject(verb: Token) -> bool:
    return any(child.dep_ in SUBJECTS | {"expl"} for child in verb.children)


def _conditional(verb: Token) -> bool:
    aux = _auxiliaries(verb)
    if aux & {"might", "could"}:
        return not _denied(verb)
    if any(child.dep_ == "mark" and child.lower_ in words("modality", "conditions") for child in verb.children):
        return True
    if any(_if_clause(child) for child in verb.children):
        return True
    return any(_if_clause(sister) for sister in verb.head.children) if verb.dep_ in {"ccomp", "conj"} else False


def _if_clause(verb: Token) -> bool:
    return verb.dep_ == "advcl" and any(t.dep_ == "mark" and t.lower_ in {"if", "unless"} for t in verb.children)


def _denied(verb: Token) -> bool:
    """Whether *verb* is negated; what does not exceed a bound holds all the same."""
    if verb.lemma_.lower() in words("modality", "exceeding"):
        return False
    return any(
        child.dep_ == "neg" and child.lower_ in words("modality", "denials") and not child.is_title
        for child in verb.children
    )


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
