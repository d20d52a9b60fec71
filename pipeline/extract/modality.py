"""Whether a figure holds, is planned, depends on something, or is denied: told from its verbs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipeline.extract.announced import HABIT, aimed, is_open, offered, priced, scheduled
from pipeline.extract.denial import HAVE, OWNERS, auxiliaries, denied, denied_above, denied_itself
from pipeline.extract.figure import NOUNS, VERBS, Figure, clause_of
from pipeline.extract.intended import intended
from pipeline.extract.lexicon import words
from pipeline.extract.relations import SUBJECTS
from pipeline.extract.supposing import bargained, conditional, exemplary, has_subject, supposed, surveyed
from pipeline.records import Kind, Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

TO_COME = re.compile(r"(?i)\bon the way\b|\b(?:still )?to come\b|\byet to\b|\bin the pipeline\b")
AHEAD = re.compile(r"(?i)\b(?:next|coming|following)\s+(?:\w+\s+){0,3}$")
ASKING = {"ask", "request", "estimate", "want"}
PRESENT = {"VBP", "VBZ", "VBG"}


class Around(NamedTuple):
    """What the text around a figure's sentence says of when it holds."""

    later: bool = False  # its time is after the post's own date
    ahead: bool = False  # it stands in a list or under a heading of what is to come
    invites: bool = False  # readers are asked to apply or to come
    narrated: bool = False  # the words before it tell of the past


def modality_of(figure: Figure, around: Around) -> Modality:
    """Whether the post says that *figure* holds, is planned, is possible, or is not so."""
    if _gone_by(figure):
        return Modality.ACTUAL
    verbs = list(governing(figure))
    if denied_above(figure, verbs) or denied_itself(figure):
        return Modality.NEGATED
    if supposed(figure) or any(bargained(verb) for verb in verbs):
        return Modality.CONDITIONAL
    if _planned_phrase(figure) or (around.ahead and is_open(figure, verbs)):
        return Modality.PLANNED
    if _taken_for_granted(figure) or _announced(figure, verbs) or _is_age(figure):
        return Modality.ACTUAL
    if surveyed(figure, verbs):
        return Modality.ACTUAL
    if any(conditional(verb, narrated=around.narrated) for verb in verbs) or exemplary(figure):
        return Modality.CONDITIONAL
    if (
        (around.later and _open(figure, verbs))
        or offered(figure, verbs)
        or (around.invites and priced(figure, verbs))
        or scheduled(figure, verbs, later=around.later)
        or intended(figure, verbs)
        or aimed(verbs[:1])
        or any(_planned(verb) for verb in verbs)
        or _ahead(figure)
        or _planned_noun(figure)
        or any(_is_plan(verb) for verb in verbs[:1])
    ):
        return Modality.PLANNED
    return Modality.ACTUAL


def _gone_by(figure: Figure) -> bool:
    """Whether the figure is a time that is over, or a place in time: ``40 days ago``, ``in the first week``."""
    doc, end = figure.span.doc, figure.span.end
    if figure.quantity.kind is Kind.DURATION:
        return end < len(doc) and doc[end].lower_ == "ago"
    noun = figure.noun
    return figure.quantity.kind is Kind.RANK and noun is not None and noun.text in words("modality", "times")


def _is_age(figure: Figure) -> bool:
    """Whether the figure tells how old somebody or something is: ``the 40-year-old system``."""
    return figure.quantity.quote.endswith(("-old", " old"))


def _announced(figure: Figure, verbs: Sequence[Token]) -> bool:
    """Whether the post only says that it will speak of the figure: ``we’ll look at three cities``."""
    if figure.quantity.kind in {Kind.RANK, Kind.DURATION} or not verbs:
        return False
    verb = verbs[-1]
    if any(child.dep_ in SUBJECTS and child.lower_ == "you" for child in verb.children):
        return verb.lemma_.lower() in {"find", "see", "notice"}
    return (
        any(v.lemma_.lower() in words("modality", "telling") for v in verbs)
        and bool(auxiliaries(verb) & words("modality", "future"))
        and any(child.dep_ in SUBJECTS and child.lower_ in {"we", "i"} for child in verb.children)
    )


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
    if figure.noun is not None and any(t.lower_ in words("modality", "at_hand") for t in figure.noun.children):
        return True
    if start > 1 and doc[start - 1].lower_ in {"'s", "’s"} and doc[start - 2].pos_ in NOUNS and _modifies(figure):
        return True
    if start and figure.noun is not None and doc[start - 1].lower_ in OWNERS and figure.quantity.kind is Kind.COUNT:
        return True
    lead = doc[start - 1] if start else None
    if lead is not None and (
        lead.lower_ in {"these", "those", "the", "this"}
        or (lead.lower_ == "that" and lead.dep_ != "mark")
        or lead.tag_ == "POS"
    ):
        return figure.noun is None or not any(
            t.dep_ in {"relcl", "acl"} and t.tag_ == "VB" for t in figure.noun.children
        )
    token, nouns = figure.noun or figure.top, 0
    for above in token.ancestors:
        if above.pos_ in VERBS:
            break
        nouns += above.pos_ == "NOUN" and above.lemma_.lower() not in words("modality", "plan_nouns")
    return nouns > 1


def _modifies(figure: Figure) -> bool:
    """Whether the figure stands before a noun that its owner has: ``the city’s $2 million annual budget``."""
    return figure.top.dep_ in {"nummod", "nmod", "amod", "compound"}


def _planned_phrase(figure: Figure) -> bool:
    """Whether the figure's own phrase says that it is to come: ``40 planned labs``, ``two labs we plan to open``."""
    if figure.quantity.kind is Kind.RANK:
        return False
    noun = figure.noun or figure.top
    owners = [noun, *(t for prep in noun.children if prep.lower_ == "in" for t in prep.children)]
    if _partitive(figure):
        owners += [t for owner in _whole(figure) for t in (owner, *_objects_in(owner))]
    for child in (child for owner in owners for child in owner.children):
        lemma = child.lemma_.lower()
        if child.dep_ in {"acl", "amod"} and child.tag_ in {"VBN", "JJ"} and lemma in words("modality", "planned"):
            return True
        if child.dep_ == "relcl" and lemma in words("modality", "plans") - ASKING and child.tag_ in PRESENT:
            return True
        if child.dep_ in {"relcl", "acl"} and TO_COME.search(_words_under(child)):
            return True
    return any(child.lower_ in words("modality", "coming") for child in noun.children)


def _words_under(token: Token) -> str:
    return token.doc[token.left_edge.i : token.right_edge.i + 1].text


def _partitive(figure: Figure) -> bool:
    """Whether the sentence begins with the whole that the figure is a part of: ``Of the 40 planned labs, …``."""
    return figure.span.doc[0].lower_ == "of"


def _whole(figure: Figure) -> list[Token]:
    return [child for child in figure.span.doc[0].children if child.dep_ == "pobj"]


def _objects_in(noun: Token) -> list[Token]:
    return [t for prep in noun.children if prep.dep_ == "prep" for t in prep.children if t.dep_ == "pobj"]


def _is_plan(verb: Token) -> bool:
    """Whether the clause says what is planned: ``the target is 75%``, ``a further 60 sites are planned``."""
    if verb.lemma_ == "be" and verb.tag_ in {"VBZ", "VBP"}:
        return any(
            child.dep_ == "nsubj" and child.lemma_.lower() in words("modality", "plan_nouns") for child in verb.children
        )
    passive = verb.tag_ == "VBN" and any(child.dep_ == "auxpass" for child in verb.children)
    return passive and verb.lemma_.lower() in words("modality", "planned") and not _has_clause(verb)


def _has_clause(verb: Token) -> bool:
    return any(child.dep_ in {"xcomp", "ccomp", "advcl"} for child in verb.children)


def _habitual(verb: Token) -> bool:
    """Whether ``will`` speaks of what is so as a rule, or goes on: of habits, of what something lets people do."""
    if HABIT.search(verb.sent.text) or verb.lemma_.lower() in words("modality", "lasting"):
        return True
    above = clause_of(verb)
    return (
        verb.dep_ == "relcl"
        and above is not None
        and not auxiliaries(above) & words("modality", "future")
        and any(v.lemma_.lower() in words("modality", "enabling") and v.tag_ == "VBZ" for v in (above, above.head))
    )


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
        enabled = "to" in auxiliaries(verb) and verb.head.lemma_.lower() in words("modality", "enabling")
        return verb.dep_ == "ccomp" and (enabled or verb.head.lemma_.lower() in words("modality", "plans"))
    if verb.dep_ == "acl" or verb.dep_ == "relcl":
        return verb.tag_ == "VB"
    if verb.dep_ in {"xcomp", "ccomp"} and "to" in auxiliaries(verb):
        return True  # "has to be found" as well as "has to find"
    return verb.dep_ in {"xcomp", "conj", "advcl", "pcomp", "ccomp"} and (
        verb.tag_ in {"VB", "VBG"} or (verb.dep_ == "conj" and not auxiliaries(verb) and not _tells_past(verb))
    )


def _tells_past(verb: Token) -> bool:
    """Whether *verb* is in the past and what it goes on from is not: ``was to last a week and went on for two``."""
    return verb.tag_ == "VBD" and verb.head.tag_ == "VB"


def _planned(verb: Token) -> bool:
    aux = auxiliaries(verb)
    if aux & words("modality", "future") or "would" in aux:
        return not _habitual(verb)
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
        if verb.dep_ == "xcomp" and head.lemma_.lower() in words("modality", "eager") and "to" in aux:
            return lemma not in words("modality", "telling")
        if lemma != "go" and head.lemma_.lower() == "go" and head.tag_ == "VBG":
            return True
    if (
        verb.dep_ == "pcomp"
        and head.lower_ in {"to", "on"}
        and head.head.lemma_.lower() in words("modality", "committing")
    ):
        return True
    if lemma in {"aim", "hope"} and any(child.dep_ == "prep" and child.lower_ == "for" for child in verb.children):
        return True
    if verb.dep_ == "xcomp" and "to" in aux and head.lemma_ in {"suppose", "mean"} and head.tag_ == "VBN":
        return True
    if lemma in words("modality", "plans_with_object") and (verb.tag_ in {"VBG", "VBP", "VBZ", "VBD"} or aux & HAVE):
        return "been" in aux or any(child.dep_ == "dobj" for child in verb.children)
    if "should" in aux and "have" not in aux and (lemma != "be" or denied(verb)):
        return True
    if verb.dep_ == "xcomp" and "to" in aux and head.lemma_ == "be" and head.tag_ in {"VBZ", "VBP"}:
        said = [child for child in head.children if child.dep_ in {"acomp", "attr", "prep"}]
        return not said and any(
            c.dep_ in SUBJECTS and (c.pos_ in {"PRON", "PROPN", "NUM"} or c.lower_ == "more") for c in head.children
        )
    if lemma in words("modality", "plain_imperatives") or verb.tag_ != "VB" or aux or has_subject(verb):
        return False
    if any(token.text == ":" for token in verb.doc[verb.i : verb.i + 4]):
        return False  # "Bid security: $400"
    return verb.dep_ == "ROOT" and not any(token.is_alpha for token in verb.doc[: verb.left_edge.i])


def _ahead(figure: Figure) -> bool:
    """Whether the clause speaks of the time to come: ``over the next six months``."""
    doc, start = figure.span.doc, figure.span.start
    if figure.quantity.kind is Kind.DURATION:
        return AHEAD.search(doc[max(0, start - 4) : start].text + " ") is not None
    return False


def _planned_noun(figure: Figure) -> bool:
    """Whether the figure is the content of a plan: ``a goal of 50 teams``, not ``the goals of 50 teams``."""
    token = figure.noun or figure.top
    for above in token.ancestors:
        if above.pos_ in VERBS:
            return False
        if above.lemma_.lower() in words("modality", "plan_nouns") and above.pos_ == "NOUN":
            return above.tag_ != "NNS" and not _owned_by(token, above)
    return False


def _owned_by(token: Token, noun: Token) -> bool:
    """Whether *token* only says whose or what for the *noun* is: ``a plan for three cities``."""
    path = [token, *token.ancestors]
    below = path[path.index(noun) - 1]
    return below.dep_ == "prep" and below.lower_ not in {"of", "to"}
