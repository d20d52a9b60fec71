"""Which sentences of a post hold a figure, and which others must be parsed to understand those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.extract.figure import Figure, figure_of
from pipeline.extract.quantity import Quantity
from pipeline.extract.sentences import Sentence, sentences_of

if TYPE_CHECKING:
    from spacy.tokens import Doc

POINTS_BACK = re.compile(r"\b(?:it|its|they|their|them|he|she|his|her|this|these|those|that|such)\b", re.IGNORECASE)


MOST = 16  # figures that a sentence may hold; the busiest in real posts hold a dozen
PORTION = 4  # figures that are read together where there are more


@dataclass(frozen=True, slots=True)
class Layout:
    """The sentences of a post to be parsed, in order, and the quantities that begin in each."""

    parsed: tuple[Sentence, ...]
    quantities: dict[int, tuple[Quantity, ...]]  # by the start of their sentence
    previous: dict[int, int]  # start of a sentence → start of the one before it that explains it

    @classmethod
    def of(cls, text: str, quantities: Iterable[Quantity]) -> Layout:
        """The layout of *text* for *quantities*.

        >>> from pipeline.extract.quantities import find_quantities
        >>> text = "Ghana has a team. It trained 40 people. They left."
        >>> [text[s.start : s.end] for s in Layout.of(text, find_quantities(text)).parsed]
        ['Ghana has a team.', 'It trained 40 people.']
        """
        quantities = sorted(quantities, key=lambda quantity: quantity.start)
        sentences = list(_thinned(text, sentences_of(text), quantities))
        holding = _holding(sentences, quantities)
        previous = {n: n - 1 for n in holding if n and _needs_previous(text, sentences[n - 1], sentences[n])}
        return cls(
            parsed=tuple(sentences[n] for n in sorted({*holding, *previous.values()})),
            quantities={sentences[n].start: tuple(found) for n, found in holding.items()},
            previous={sentences[n].start: sentences[m].start for n, m in previous.items()},
        )

    def figures(self, parses: Sequence[tuple[Doc, Sentence]]) -> Iterator[Figure]:
        """Yield each quantity as it stands in the parse of its sentence."""
        for doc, sentence in parses:
            for quantity in self.quantities.get(sentence.start, ()):
                figure = figure_of(quantity, sentence, doc, start_of(doc, sentence))
                if figure is not None:
                    yield figure

    def before(self, parses: Sequence[tuple[Doc, Sentence]]) -> dict[int, tuple[Doc, int]]:
        """For each sentence that points back: the parse of the one before it, and that one's start."""
        docs = {sentence.start: (doc, start_of(doc, sentence)) for doc, sentence in parses}
        return {start: docs[other] for start, other in self.previous.items()}


def start_of(doc: Doc, sentence: Sentence) -> int:
    """Where the text of *doc* begins in the post: with its sentence, or before it where its first token does."""
    return sentence.start - int(doc.user_data.get("shift", 0))


def _thinned(text: str, sentences: Iterable[Sentence], quantities: Sequence[Quantity]) -> Iterator[Sentence]:
    """*sentences*, those with more than ``MOST`` of *quantities* cut at every few of them.

    Each figure is weighed against every phrase of its sentence, so a table run into one line would take for ever.
    """
    place = 0
    for sentence in sentences:
        first = place
        while place < len(quantities) and quantities[place].start < sentence.end:
            place += 1
        cuts = [q.start for q in quantities[first + PORTION : place : PORTION]] if place - first > MOST else []
        for start, end in pairwise([sentence.start, *cuts, sentence.end]):
            if words := text[start:end].rstrip():
                yield Sentence(start, start + len(words))


def _holding(sentences: Sequence[Sentence], quantities: Iterable[Quantity]) -> dict[int, list[Quantity]]:
    """The numbers of the sentences that hold one of *quantities*, in order, each with those that begin in it."""
    held: dict[int, list[Quantity]] = {}
    place = 0
    for quantity in quantities:
        while place < len(sentences) and sentences[place].end <= quantity.start:
            place += 1
        if place == len(sentences):
            break
        held.setdefault(place, []).append(quantity)
    return held


def _needs_previous(text: str, before: Sentence, sentence: Sentence) -> bool:
    near = "\n\n" not in text[before.end : sentence.start]
    return near and POINTS_BACK.search(text, sentence.start, sentence.end) is not None
