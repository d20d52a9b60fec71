"""A quantity seen in the parse of its sentence: its tokens, the noun it counts, the verb it hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.extract.quantity import Quantity
from pipeline.extract.sentences import Sentence

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

NOUNS = {"NOUN", "PROPN"}
NOMINAL = {"NOUN", "PROPN", "PRON", "NUM", "SYM", "ADJ", "X"}
VERBS = {"VERB", "AUX"}
CLAUSES = {"ROOT", "conj", "advcl", "relcl", "acl", "ccomp", "xcomp", "pcomp", "csubj", "csubjpass", "parataxis", "dep"}


@dataclass(frozen=True)
class Figure:
    """A quantity, the sentence that holds it, and the tokens of a parsed ``Doc`` that are its words.

    ``offset`` is where the ``Doc``'s text begins in the post's.
    """

    quantity: Quantity
    sentence: Sentence
    span: Span
    offset: int

    @cached_property
    def top(self) -> Token:
        """The token of the quantity's own words that governs the others."""
        return self.span.root

    @cached_property
    def number(self) -> Token:
        """The token of the number itself, without bound and unit."""
        doc = self.span.doc
        start, end = (place - self.offset for place in self.quantity.number)
        span = doc.char_span(start, end, alignment_mode="expand")
        return span.root if span is not None and len(span) else self.top

    @cached_property
    def noun(self) -> Token | None:
        """The noun that the quantity counts or measures out, outside its own words."""
        return None if self.quantity.elided else counted(self)

    @cached_property
    def clause(self) -> Token | None:
        """The verb of the clause that the quantity stands in."""
        if self.noun is None and self.top.pos_ in VERBS:
            return self.top
        return clause_of(self.noun or self.top)

    def place(self, token: Token) -> int:
        """Where *token* begins in the post's text."""
        return token.idx + self.offset


def figure_of(quantity: Quantity, sentence: Sentence, doc: Doc, offset: int) -> Figure | None:
    """The figure that *quantity* is in *doc*, or none if the ``Doc`` does not hold its words."""
    start, end = max(0, quantity.start - offset), min(len(doc.text), quantity.end - offset)
    if start >= end:
        return None
    span = doc.char_span(start, end, alignment_mode="expand")
    return Figure(quantity, sentence, span, offset) if span is not None and len(span) else None


def clause_of(token: Token) -> Token | None:
    """The verb that governs *token*, over any number of phrases between; a verb does not govern itself."""
    for above in token.ancestors:
        if above.pos_ in VERBS and above.dep_ in CLAUSES:
            return above
    return None


def counted(figure: Figure) -> Token | None:
    """The noun after or above the figure's number: ``teams`` of "over 40 national digital teams"."""
    span, doc = figure.span, figure.span.doc
    inside = range(span.start, span.end)
    token = figure.number
    for _ in range(6):
        if token.i not in inside:
            break
        head = token.head
        if head.i == token.i:
            break
        token = head
    if token.i not in inside and token.pos_ in NOUNS and token.i >= span.end and _near(span, token):
        return compound_head(token)
    following = doc[span.end] if span.end < len(doc) else None
    if following is not None and following.lower_ == "of":
        for child in following.children:
            if child.dep_ == "pobj":
                return child
    for token in noun_ahead(figure):
        return token
    return None


def _near(span: Span, token: Token) -> bool:
    between = span.doc[span.end : token.i]
    return not any(t.pos_ in VERBS and t.dep_ in {"ROOT", "relcl", "ccomp"} for t in between)


def noun_ahead(figure: Figure) -> Iterator[Token]:
    """The noun that ends the run of adjectives and nouns right after the figure, if there is one."""
    doc, last = figure.span.doc, None
    for token in doc[figure.span.end :]:
        if token.pos_ in NOUNS:
            last = token
        elif last is not None or token.pos_ not in {"ADJ", "ADV", "PUNCT", "CCONJ", "NUM"} or token.text in ".;:()—–":
            break
    if last is not None:
        yield last


def compound_head(token: Token) -> Token:
    """The noun that a run of nouns ends in: the head of ``agency partners`` is ``partners``."""
    while token.dep_ in {"compound", "nmod"} and token.head.pos_ in NOUNS and token.head.i > token.i:
        token = token.head
    return token
