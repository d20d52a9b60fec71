"""Noun phrases and clauses of a parsed sentence, at every extent that a person might have marked.

A phrase drops its leading article; how far it reaches to the right is left open here: it may end after its head,
and wherever something that hangs on it ends. Each extent says what was taken in last and what comes next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

ARTICLES = {"a", "an", "the"}
LEFT = {"amod", "compound", "poss", "nummod", "det", "nmod", "advmod", "quantmod", "predet", "punct", "neg", "case"}
WITHIN_NAMES = {"compound", "nmod", "amod"}
LONGEST = 24  # tokens; longer phrases say nothing that a reviewer can use
MOST = 7  # ends that are tried of one phrase
HYPHENS = {"-", "‐", "‑"}
BREAKS = {":", ";", "–", "—", "-", "---"}
LINKS = {"prep", "cc", "punct", "case", "mark"}  # what joins: no phrase ends with it
TRIM = {",", ".", ":", ";", "-", "–", "—", "(", "!", "?", "“", '"', "'", "*", "and", "or", "but"}
NAMED = {"of", "in", "for", "on", "with", "to", "from", "by", "at", "across", "per", "about"}


@dataclass(frozen=True, slots=True)
class Extent:
    """The tokens ``doc[start:end]`` around a head: what was taken in last, and what comes next but is left out."""

    head: int
    start: int
    end: int
    last: str
    following: str


def heads(doc: Doc) -> Iterator[Token]:
    """The tokens of *doc* that head a noun phrase."""
    for token in doc:
        if token.pos_ in {"NOUN", "PROPN", "PRON"} or (
            token.pos_ in {"NUM", "ADJ", "X", "SYM"} and token.dep_ in NOMINAL
        ):
            if token.dep_ in WITHIN_NAMES and token.head.i > token.i and token.head.pos_ in {"NOUN", "PROPN"}:
                continue
            if not token.is_space and token.lower_ not in {"who", "which", "that", "whose", "there", "what"}:
                yield token


NOMINAL = {"nsubj", "nsubjpass", "dobj", "pobj", "attr", "appos", "ROOT"}


def extents(head: Token, *, after: int | None = None) -> list[Extent]:
    """Every extent of the phrase that *head* heads, none before the token number *after* if that is given."""
    doc = head.doc
    start = _left(head)
    if after is not None and start < after <= head.i:
        start = after
    start = _without_lead(doc, start, head.i)
    ends = list(islice(_ends(head), MOST))
    found: dict[int, Extent] = {}
    for place, (end, last) in enumerate(ends):
        cut = _without_tail(doc, start, end)
        following = ends[place + 1][1] if place + 1 < len(ends) else ""
        if start < cut and cut not in found:
            found[cut] = Extent(head.i, start, cut, last, following)
    return list(found.values())


def _ends(head: Token) -> Iterator[tuple[int, str]]:
    """Where the phrase of *head* may end, from left to right, with what each end takes in, as ``of`` or ``relcl``."""
    yield head.i + 1, "head"
    limit = head.i + LONGEST
    place = head.i + 1
    for child in head.rights:
        if child.dep_ == "case":
            place = max(place, child.i + 1)
            continue
        if child.left_edge.i != place or child.text in BREAKS or place >= limit:
            return
        yield from _ends_in(child, limit)
        place = child.right_edge.i + 1


def _ends_in(token: Token, limit: int) -> Iterator[tuple[int, str]]:
    """The ends within what hangs on a phrase by *token*, and the end of all of it."""
    name, end = _link(token), min(token.right_edge.i + 1, limit)
    if token.dep_ == "prep":
        for child in token.rights:
            if child.dep_ in {"pobj", "pcomp"} and child.pos_ in {"NOUN", "PROPN", "PRON", "NUM"}:
                for inner, last in _ends(child):
                    if inner <= limit:
                        yield inner, name if last == "head" else f"{name}-{last}".split("-")[-1]
            elif child.dep_ == "prep" and child.right_edge.i + 1 <= limit:
                yield child.right_edge.i + 1, name
    elif token.dep_ == "acl":
        yield from ((child.right_edge.i + 1, name) for child in token.rights if child.right_edge.i + 1 < end)
    if token.dep_ not in {"punct", "cc"}:
        yield end, name


def _link(token: Token) -> str:
    """The name of the way in which *token* hangs on the phrase before it."""
    if token.dep_ == "prep":
        return token.lower_ if token.lower_ in NAMED else "prep"
    return token.dep_ if token.dep_ in {"relcl", "acl", "appos", "conj", "amod", "advmod", "prep"} else "other"


def clauses(doc: Doc) -> Iterator[Extent]:
    """The gerund and infinitive clauses of *doc*: ``working with the department``."""
    for token in doc:
        if (
            token.pos_ != "VERB"
            or token.tag_ not in {"VBG", "VB"}
            or token.dep_ not in {"pcomp", "xcomp", "acl", "advcl"}
        ):
            continue
        found: dict[int, str] = {}
        for name, deps in CLAUSE_REACH.items():
            last = max((t.right_edge.i for t in taken(token, deps)), default=token.i)
            found.setdefault(_without_tail(doc, token.i, min(last + 1, token.i + LONGEST)), name)
        for end, name in found.items():
            if end > token.i:
                yield Extent(token.i, token.i, end, f"clause-{name}", "")


def taken(verb: Token, deps: Collection[str]) -> Iterator[Token]:
    """What follows *verb* as long as it hangs on it in one of the ways *deps*, but one phrase with a preposition."""
    phrases = 0
    for child in verb.rights:
        phrases += child.dep_ == "prep"
        if child.dep_ not in deps or ("xcomp" not in deps and phrases > 1):
            return
        yield child


CLAUSE_REACH = {
    "object": {"dobj", "prt"},
    "phrase": {"dobj", "prt", "prep", "advmod"},
    "full": {"dobj", "prt", "prep", "xcomp", "ccomp", "advmod", "conj", "acomp", "attr"},
}


def _left(head: Token) -> int:
    start = head.i
    for token in reversed(list(head.lefts)):
        if token.dep_ not in LEFT or token.right_edge.i != start - 1:
            break
        start = token.left_edge.i
    return start


def _without_lead(doc: Doc, start: int, head: int) -> int:
    """The phrase's start without article, and without the number or ordinal that leads it."""
    numbers = [t.i for t in doc[start:head] if t.like_num and t.head.i >= head and t.i - start < 5]
    start = max([start, *(i + 1 for i in numbers)])
    while start < head and (
        doc[start].lower_ in ARTICLES or doc[start].pos_ == "CCONJ" or doc[start].is_punct or doc[start].is_space
    ):
        start += 1
    return start


def _without_tail(doc: Doc, start: int, end: int) -> int:
    while end > start and (doc[end - 1].lower_ in TRIM or doc[end - 1].is_space or doc[end - 1].dep_ == "case"):
        end -= 1
    if end > start and doc[end - 1].text in {")", "]", "”"}:
        opening = {")": "(", "]": "[", "”": "“"}[doc[end - 1].text]
        if not any(t.text == opening for t in doc[start:end]):
            end -= 1
    return end


def place_of(doc: Doc, start: int, end: int, *, beside: Span | None = None) -> tuple[int, int]:
    """Where the tokens ``doc[start:end]`` stand in its text, with the rest of a word that a hyphen joins to them.

    The tokenizer cuts "e-Health" in three, and the parse may take one of them alone. What *beside* covers is left out.
    """
    low = beside.end if beside is not None and beside.end <= start else 0
    high = beside.start if beside is not None and end <= beside.start else len(doc)
    while start - 2 >= low and _joined(doc, start - 1):
        start -= 2
    while end + 2 <= high and _joined(doc, end):
        end += 2
    last = doc[end - 1]
    return doc[start].idx, last.idx + len(last)


def _joined(doc: Doc, middle: int) -> bool:
    """Whether the token *middle* is a hyphen with letters right before and after it."""
    before, hyphen, after = doc[middle - 1], doc[middle], doc[middle + 1]
    return (
        hyphen.text in HYPHENS
        and not before.whitespace_
        and not hyphen.whitespace_
        and before.text[-1].isalnum()
        and after.text[0].isalnum()
    )
