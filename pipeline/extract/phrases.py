"""Noun phrases and clauses of a parsed sentence, at every extent that a person might have marked.

A phrase drops its leading article; how far it reaches to the right is left open here, so
each extent is named: ``base`` (nothing after the head), ``of``, ``conj``, ``pp`` and ``full``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

ARTICLES = {"a", "an", "the"}
LEFT = {"amod", "compound", "poss", "nummod", "det", "nmod", "advmod", "quantmod", "predet", "punct", "neg", "case"}
WITHIN_NAMES = {"compound", "nmod", "amod"}
REACH: dict[str, Callable[[Token], bool]] = {
    "base": lambda _: False,
    "of": lambda t: t.lower_ == "of" and t.dep_ == "prep",
    "conj": lambda t: t.dep_ in {"conj", "cc", "punct"} or (t.lower_ == "of" and t.dep_ == "prep"),
    "pp": lambda t: t.dep_ == "prep",
    "full": lambda t: True,
}
LONGEST = 24  # tokens; longer phrases say nothing that a reviewer can use
BREAKS = {":", ";", "–", "—", "-", "---"}
TRIM = {",", ".", ":", ";", "-", "–", "—", "(", "!", "?", "“", '"', "'", "*", "and", "or", "but"}


@dataclass(frozen=True, slots=True)
class Extent:
    """The tokens ``doc[start:end]`` around a head, and the names of the ways that led there."""

    head: int
    start: int
    end: int
    names: tuple[str, ...]


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
    found: dict[tuple[int, int], list[str]] = {}
    for name, follows in REACH.items():
        end = _right(head, follows)
        found.setdefault((start, _without_tail(doc, start, end)), []).append(name)
    return [Extent(head.i, left, right, tuple(names)) for (left, right), names in found.items() if left < right]


def clauses(doc: Doc) -> Iterator[Extent]:
    """The gerund and infinitive clauses of *doc*: ``working with the department``."""
    for token in doc:
        if (
            token.pos_ != "VERB"
            or token.tag_ not in {"VBG", "VB"}
            or token.dep_ not in {"pcomp", "xcomp", "acl", "advcl"}
        ):
            continue
        found: dict[int, list[str]] = {}
        for name, deps in CLAUSE_REACH.items():
            last = max((t.right_edge.i for t in token.rights if t.dep_ in deps), default=token.i)
            found.setdefault(_without_tail(doc, token.i, min(last + 1, token.i + LONGEST)), []).append(f"clause-{name}")
        for end, names in found.items():
            if end > token.i:
                yield Extent(token.i, token.i, end, tuple(names))


CLAUSE_REACH = {
    "object": {"dobj", "prt"},
    "full": {"dobj", "prt", "prep", "xcomp", "ccomp", "advmod", "conj", "acomp", "attr"},
}


def _left(head: Token) -> int:
    start = head.i
    for token in reversed(list(head.lefts)):
        if token.dep_ not in LEFT or token.right_edge.i != start - 1:
            break
        start = token.left_edge.i
    return start


def _right(head: Token, follows: Callable[[Token], bool]) -> int:
    """The end of the phrase when only such children as *follows* allows belong to it."""
    end, limit = head.i + 1, head.i + LONGEST
    for token in head.rights:
        if token.dep_ == "case":
            continue
        if token.left_edge.i != end or token.text in BREAKS or not follows(token):
            break
        end = token.right_edge.i + 1
    return min(end, limit)


def _without_lead(doc: Doc, start: int, head: int) -> int:
    """The phrase's start without article, and without the number or ordinal that leads it."""
    numbers = [t.i for t in doc[start:head] if t.like_num and t.head.i >= head and t.i - start < 5]
    start = max([start, *(i + 1 for i in numbers)])
    while start < head and (doc[start].lower_ in ARTICLES or doc[start].is_punct or doc[start].is_space):
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
