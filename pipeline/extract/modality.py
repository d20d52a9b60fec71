"""Whether a figure holds, is planned, depends on something, or is denied: told from its verbs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.extract.announced import HABIT, aimed, is_open, offered, scheduled
from pipeline.extract.denial import HAVE, OWNERS, auxiliaries, denied, denied_above, denied_itself
from pipeline.extract.figure import NOUNS, VERBS, Figure, clause_of
from pipeline.extract.lexicon import words
from pipeline.extract.relations import SUBJECTS
from pipeline.records import Kind, Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

TO_COME = re.compile(r"(?i)\bon the way\b|\b(?:still )?to come\b|\byet to\b|\bin the pipeline\b")
AHEAD = re.compile(r"(?i)\b(?:next|coming|following)\s+(?:\w+\s+){0,3}$")
SUPPOSED = re.compile(
    r"(?i)\blet[’']?s say\b|(?:^|[.,;:] )say (?:you|a|an|there|that|your|we)\b|\bassuming\b"
    r"|\bsuppose\b|\bimagine\b|\bwhat if\b|\bif, for example\b|\bhypothetical"
)
EXAMPLE = re.compile(r"(?i)\bfor (?:example|instance)\b|\be\.g\.")
OTHERWISE = re.compile(r"(?i)\bwithout\b|\botherwise\b")
POSSIBLE = {"might", "could", "may"}
ASKING = {"ask", "request", "estimate", "want"}
PRESENT = {"VBP", "VBZ", "VBG"}
GENERIC = {"you", "one", "anyone", "anybody", "someone", "somebody", "that", "which", "this", "it"}
NEEDED = {"need", "require", "affect", "cost", "mean"}  # what "would" makes of these is no plan
POLITE = {"like", "want", "need", "wish", "prefer", "fancy", "care"}


IF = re.compile(r"(?i)\bif\b")


def modality_of(figure: Figure, *, later: bool = False, ahead: bool = False) -> Modality:
    """Whether the post says that *figure* holds, is planned, is possible, or is not so.

    *later* says that its time is after the post's own date, *ahead* that it stands in a list or under a heading of
    what is to come.
    """
    if _gone_by(figure):
        return Modality.ACTUAL
    verbs = list(governing(figure))
    if denied_above(figure, verbs) or denied_itself(figure):
        return Modality.NEGATED
    if _supposed(figure) or any(_bargained(verb) for verb in verbs):
        return Modality.CONDITIONAL
    if _planned_phrase(figure) or (ahead and is_open(figure, verbs)):
        return Modality.PLANNED
    if _taken_for_granted(figure) or _announced(figure, verbs):
        return Modality.ACTUAL
    if any(_conditional(verb) for verb in verbs) or _example(figure):
        return Modality.CONDITIONAL
    if (
        (later and _open(figure, verbs))
        or offered(figure, verbs)
        or (figure.quantity.kind not in {Kind.DURATION, Kind.MEASURE} and scheduled(verbs))
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
        lead.lower_ in {"these", "those", "the"}
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


def _bargained(verb: Token) -> bool:
    """Whether *verb* is part of an offer: ``Give us an hour and we’ll give you $20``."""
    if verb.dep_ == "conj" and verb.head.tag_ == "VB" and verb.head.dep_ == "ROOT":
        first, second = verb.head, verb
    else:
        first = verb
        second = next((child for child in verb.children if child.dep_ == "conj" and _has_subject(child)), verb)
    return (
        first is not second
        and first.tag_ == "VB"
        and first.dep_ == "ROOT"
        and not _has_subject(first)
        and not auxiliaries(first)
        and any(child.dep_ in SUBJECTS and child.lower_ in {"we", "i"} for child in second.children)
        and bool(auxiliaries(second) & words("modality", "future"))
    )


def _example(figure: Figure) -> bool:
    """Whether the figure is part of an example of what could be: ``for instance, a clerk who checks 50 could…``."""
    if EXAMPLE.search(figure.span.doc.text) is None:
        return False
    above = (figure.noun or figure.top).ancestors
    return any(auxiliaries(verb) & POSSIBLE for verb in above if verb.pos_ in VERBS)


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
        return verb.dep_ == "ccomp" and verb.head.lemma_.lower() in words("modality", "plans")
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
    if lemma in words("modality", "plain_imperatives") or verb.tag_ != "VB" or aux or _has_subject(verb):
        return False
    return verb.dep_ == "ROOT" and not any(token.is_alpha for token in verb.doc[: verb.left_edge.i])


def _has_subject(verb: Token) -> bool:
    return any(child.dep_ in SUBJECTS | {"expl"} for child in verb.children)


def _conditional(verb: Token) -> bool:
    aux = auxiliaries(verb)
    if aux & {"might", "could"}:
        return not denied(verb) and not _able(verb, aux)
    if "would" in aux and (IF.search(verb.doc.text) or OTHERWISE.search(verb.doc.text) or aux & {"have", "’ve", "'ve"}):
        return True
    if "would" in aux and verb.lemma_.lower() in NEEDED and not any(t.tag_ == "VBD" for t in verb.doc):
        return True
    if verb.dep_ not in {"ccomp", "pcomp"} and any(
        child.dep_ == "mark" and child.lower_ in words("modality", "conditions") for child in verb.children
    ):
        return True
    if any(_if_clause(child) for child in verb.children):
        return True
    return any(_if_clause(sister) for sister in verb.head.children) if verb.dep_ in {"ccomp", "conj"} else False


def _able(verb: Token, aux: set[str]) -> bool:
    """Whether ``could`` tells what somebody was able to do: ``only eight of them could pay``, ``when it began, …``."""
    if "could" not in aux or aux & {"have", "’ve", "'ve"} or {"if", "would", "unless"} & {t.lower_ for t in verb.doc}:
        return False
    for child in verb.children:
        if child.dep_ in SUBJECTS:
            told = any(t.like_num or t.lower_ in {"half", "nobody", "none", "third", "quarter"} for t in child.subtree)
            if told and (child.dep_ != "nsubjpass" or any(t.lower_ == "of" for t in child.children)):
                return True
            if child.lower_ in GENERIC or any(t.lower_ in {"a", "an", "any"} for t in child.children):
                return False
    return any(t.tag_ == "VBD" and t.pos_ in VERBS and t.i != verb.i for t in verb.doc)


def _if_clause(verb: Token) -> bool:
    if verb.lemma_.lower() in POLITE and any(t.dep_ in SUBJECTS and t.lower_ == "you" for t in verb.children):
        return False  # "if you’d like to help, we are 40 people"
    return verb.dep_ == "advcl" and any(t.dep_ == "mark" and t.lower_ in {"if", "unless"} for t in verb.children)


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


def _supposed(figure: Figure) -> bool:
    return SUPPOSED.search(figure.span.doc.text, 0, max(0, figure.quantity.start - figure.offset)) is not None
