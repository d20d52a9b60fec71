"""Whether a figure is only supposed or possible: ``if``, ``might``, ``say a town has 40``, ``were it to pass``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.extract.denial import auxiliaries, denied
from pipeline.extract.figure import VERBS, Figure
from pipeline.extract.lexicon import words
from pipeline.extract.relations import SUBJECTS
from pipeline.records import Kind, Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

SUPPOSED = re.compile(
    r"(?i)\blet[’']?s say\b|(?:^|[.,;:] )say (?:you|a|an|there|that|your|we)\b|\bassuming\b"
    r"|\bpotential to (?:[\w-]+ ){1,3}$|\bsuppose\b|\bimagine\b|\bwhat if\b|\bif, for example\b"
    r"|\bhypothetical|\bconsider an? (?:[\w-]+ ){1,4}with $"
)
EXAMPLE = re.compile(r"(?i)\bfor (?:example|instance)\b|\be\.g\.")
OTHERWISE = re.compile(r"(?i)\b(?:without|otherwise)\b")
IF = re.compile(r"(?i)\bif\b")
INVERTED = re.compile(r"(?:Were|Had|Should) [^?]*, [^?]*\b(?:would|will|could|might)\b[^?]*$")
OFFERED = re.compile(  # "Send us a page & we'll send you $50"
    r"(?:^|[.!?)] )[A-Z][a-z]+ (?:us|me) [^.?!]{1,80} (?:and|&) (?:we|I|you)(?:[’']ll| will)\b"
)
HINGED = re.compile(
    r"(?i)(?:^|[,;(–—] ?|\b(?:and|but) )(?:subject to|depending on|pending|provided(?: that)?|perhaps|possibly"
    r"|potentially|in the (?:worst|best) case|at worst|conceivably)\b"
)
NARRATED = re.compile(r"\b(?:was|were|did|had|told|said|asked|went|came|made|took|[a-z]{3,}ed)\b")
POINTS_BACK = re.compile(r"\W*(?:That|This|It|They|Then|So|Thus|Therefore|In that case|And|But)\b")
SO_FAR = 600  # characters of a paragraph over which a supposition goes on
POSSIBLE = {"might", "could", "may"}
MODAL = {"will", "'ll", "’ll", "would", "'d", "’d", "may", "shall"}
GENERIC = {"you", "one", "anyone", "anybody", "someone", "somebody", "that", "which", "this", "it"}
PART = {"half", "nobody", "none", "only", "third", "quarter"}
NEEDED = {"need", "require", "affect", "cost", "mean"}  # what "would" makes of these is no plan
FAVOUR = words("modality", "favour")
POLITE = {"like", "want", "need", "wish", "prefer", "fancy", "care"}


def supposed(figure: Figure) -> bool:
    """Whether words before *figure* only suppose it: ``let’s say it pays $9``, ``were the bill to pass, …``."""
    doc = figure.span.doc
    if INVERTED.match(doc.text) or OFFERED.search(doc.text):
        return True
    return SUPPOSED.search(doc.text, 0, max(0, figure.quantity.start - figure.offset)) is not None


def goes_on(figure: Figure, text: str, start: int, last: Modality | None) -> bool:
    """Whether the sentence of *figure* goes on with what the paragraph from *start* supposed before it.

    *last* is the modality of the figure in the sentence before, if there is one. What is told in the past is no
    supposition.
    """
    doc, here = figure.span.doc, figure.sentence.start
    if any(t.tag_ == "VBD" for t in doc):
        return False
    if SUPPOSED.search(text, max(start, here - SO_FAR), here) is not None:
        return not any(t.lower_ in {"we", "our"} for t in doc)
    return last is Modality.CONDITIONAL and POINTS_BACK.match(doc.text) is not None


def bargained(verb: Token) -> bool:
    """Whether *verb* is part of an offer: ``Give us an hour and we’ll give you $20``."""
    if verb.dep_ == "conj" and verb.head.tag_ == "VB" and verb.head.dep_ == "ROOT":
        first, second = verb.head, verb
    else:
        first = verb
        second = next((child for child in verb.children if child.dep_ == "conj" and has_subject(child)), verb)
    return (
        first is not second
        and first.tag_ == "VB"
        and first.dep_ == "ROOT"
        and not has_subject(first)
        and not auxiliaries(first)
        and any(child.dep_ in SUBJECTS and child.lower_ in {"we", "i"} for child in second.children)
        and bool(auxiliaries(second) & words("modality", "future"))
    )


def has_subject(verb: Token) -> bool:
    """Whether *verb* has a subject of its own."""
    return any(child.dep_ in SUBJECTS | {"expl"} for child in verb.children)


def exemplary(figure: Figure) -> bool:
    """Whether the figure is part of an example of what could be: ``for instance, a clerk who checks 50 could…``."""
    if EXAMPLE.search(figure.span.doc.text) is None:
        return False
    above = (figure.noun or figure.top).ancestors
    return any(auxiliaries(verb) & POSSIBLE for verb in above if verb.pos_ in VERBS)


def conditional(verb: Token, *, narrated: bool = False) -> bool:
    """Whether what *verb* says is only possible, or hangs on something else.

    In what is *narrated*, ``would`` tells what was to come.
    """
    aux = auxiliaries(verb)
    if aux & {"might", "could"}:
        return not denied(verb) and not _able(verb, aux)
    if "may" in aux:
        return not denied(verb) and _uncertain(verb, aux)
    if aux & MODAL and HINGED.search(verb.doc.text) and not denied(verb):
        return True
    if "would" in aux and (IF.search(verb.doc.text) or OTHERWISE.search(verb.doc.text) or aux & {"have", "’ve", "'ve"}):
        return True
    if "would" in aux and not any(t.tag_ == "VBD" for t in verb.doc) and _unsure(verb, narrated=narrated):
        return True
    if verb.dep_ not in {"ccomp", "pcomp"} and any(
        child.dep_ == "mark" and child.lower_ in words("modality", "conditions") for child in verb.children
    ):
        return True
    if any(_if_clause(child) for child in verb.children):
        return True
    return any(_if_clause(sister) for sister in verb.head.children) if verb.dep_ in {"ccomp", "conj"} else False


def _unsure(verb: Token, *, narrated: bool) -> bool:
    """Whether ``would`` tells neither a wish nor what a plan or a bill is to do, nor what was to come."""
    if verb.lemma_.lower() in NEEDED:
        return True
    subjects = [child for child in verb.children if child.dep_ in SUBJECTS]
    drafted = any(t.lemma_.lower() in words("modality", "drafts") for t in subjects)
    return not (narrated or drafted or verb.lemma_ in {"like", "love"})


def _able(verb: Token, aux: set[str]) -> bool:
    """Whether ``could`` tells what somebody was able to do: ``only eight of them could pay``, ``when it began, …``."""
    if "could" not in aux or aux & {"have", "’ve", "'ve"} or {"if", "would", "unless"} & {t.lower_ for t in verb.doc}:
        return False
    for child in verb.children:
        if child.dep_ in SUBJECTS:
            if _part_of_known(child):
                return True
            if child.lower_ in GENERIC or any(t.lower_ in {"a", "an", "any"} for t in child.children):
                return False
    return any(t.tag_ == "VBD" and t.pos_ in VERBS and t.i != verb.i for t in verb.doc)


def _part_of_known(subject: Token) -> bool:
    """Whether *subject* is so many of people who are there: ``only five``, ``half``, ``three of them``."""
    if subject.dep_ == "nsubjpass" and not any(t.lower_ == "of" for t in subject.children):
        return False
    if any(t.lower_ in PART for t in subject.subtree):
        return True
    return (
        subject.like_num
        and subject.lower_ != "one"
        and subject.i + 1 < len(subject.doc)
        and subject.nbor().lower_ in {"of", "could"}
    )


def _uncertain(verb: Token, aux: set[str]) -> bool:
    """Whether ``may`` tells what is possible, ``it may cost £3m``, no leave: ``it may be kept``."""
    if aux & {"have", "’ve", "'ve"}:
        return True
    if any(t.dep_ in SUBJECTS and t.lemma_.lower() in words("modality", "permitted") for t in verb.children):
        return False
    return verb.lemma_.lower() in words("modality", "uncertain")


def surveyed(figure: Figure, verbs: Sequence[Token]) -> bool:
    """Whether so many say what they would do, which is an answer and no plan: ``45% would recommend it``."""
    for verb in verbs[:1]:
        if "would" not in auxiliaries(verb) or IF.search(verb.doc.text) or verb.lemma_.lower() not in FAVOUR:
            return False
        anchor = figure.noun or figure.top
        return any(
            child.dep_ in SUBJECTS and (child.i in {anchor.i, figure.top.i} or child.is_ancestor(figure.top))
            for child in verb.children
        ) and figure.quantity.kind in {Kind.PERCENT, Kind.RATIO, Kind.COUNT}
    return False


def _if_clause(verb: Token) -> bool:
    if verb.lemma_.lower() in POLITE and any(t.dep_ in SUBJECTS and t.lower_ == "you" for t in verb.children):
        return False  # "if you’d like to help, we are 40 people"
    return verb.dep_ == "advcl" and any(t.dep_ == "mark" and t.lower_ in {"if", "unless"} for t in verb.children)
