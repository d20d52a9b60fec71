"""The extractor: a loaded model that turns posts into claims and entities.

Only sentences that hold a figure are parsed, which is most of what reading a post costs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.extract.claims import Reading, claims_of
from pipeline.extract.entities import EntityFinder
from pipeline.extract.figure import Figure
from pipeline.extract.forms import with_forms
from pipeline.extract.layout import Layout
from pipeline.extract.learnt import Learnt
from pipeline.extract.model import load_model, model_name
from pipeline.extract.quantities import find_quantities
from pipeline.extract.quantity import Quantity
from pipeline.extract.sentences import legible
from pipeline.records import Claim, Entity, Extraction, Kind, Post, passages_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

PARSING = ("tok2vec", "transformer", "tagger", "morphologizer", "parser", "attribute_ruler", "lemmatizer")
LETTER = re.compile(r"[^\W\d_]")
BATCH = 200_000  # characters of text that are worked on together
PIECE = 40_000  # characters that the entity finder reads at once
VERSION = "1"


class Extractor:
    """Finds the claims and entities of posts; loads its model once, when made.

    *model* names the spaCy pipeline that parses (its md one if none is named), *models* the
    folder with the trained entity finder and the calibration. ``currency`` is what a bare
    sign means where the post itself says nothing. *quantities* is what finds the figures of a text.
    Raises ``ModelError`` for a spaCy pipeline that is not there or cannot parse.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        models: Path | None = None,
        currency: str | None = None,
        quantities: Callable[[str], list[Quantity]] = find_quantities,
    ) -> None:
        self.nlp: Language = load_model(model, quick=True)
        self.entities = _entity_finder(models)
        self.learnt = Learnt.of(models)
        self.currency = currency
        self.name = f"convening-{VERSION} {model_name(self.nlp)}"
        self._find = quantities
        parts = [(name, part) for name, part in self.nlp.pipeline if name in PARSING]
        self._parts: list[Any] = with_forms(parts, self.nlp.vocab)

    def extract(self, post: Post) -> Extraction:
        """All that the text of *post* says in figures and names."""
        return next(self.extract_many([post]))[1]

    def extract_many(self, posts: Iterable[Post]) -> Iterator[tuple[Post, Extraction]]:
        """Yield each of *posts* with its extraction, in order, holding a bounded amount of text at a time."""
        for batch in _batches(posts):
            texts = [legible(post.text) for post in batch]
            layouts = [Layout.of(post.text, self._find(post.text)) for post in batch]
            entities = self._entities(batch, texts)
            docs = self._parse(
                text[sentence.start : sentence.end]
                for text, layout in zip(texts, layouts, strict=True)
                for sentence in layout.parsed
            )
            for post, layout, names in zip(batch, layouts, entities, strict=True):
                named = _outside(names, [q for held in layout.quantities.values() for q in held])
                parses = [(next(docs), sentence) for sentence in layout.parsed]
                claims = self._claims(post, list(layout.figures(parses)), named, layout.before(parses))
                yield post, Extraction(claims=claims, entities=named, passages=tuple(passages_of(post.text)))

    def _claims(
        self,
        post: Post,
        figures: list[Figure],
        entities: tuple[Entity, ...],
        before: dict[int, tuple[Doc, int]],
    ) -> tuple[Claim, ...]:
        reading = Reading(
            post=post,
            entities=entities,
            before=before,
            learnt=self.learnt,
            currency=self.currency,
            extractor=self.name,
        )
        return tuple(claims_of(figures, reading))

    def _parse(self, texts: Iterable[str]) -> Iterator[Doc]:
        """Parse each of *texts*, in batches; nothing but the parse and what it needs is computed."""
        docs: Iterator[Doc] = (self.nlp.make_doc(text) for text in texts)
        for part in self._parts:
            docs = part.pipe(docs, batch_size=64)
        return docs

    def _entities(self, posts: Sequence[Post], texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        """The entities of each post, found piece by piece so that no text is too long."""
        cuts = [
            (n, start, end)
            for n, text in enumerate(texts)
            for start, end in _pieces(text)
            if LETTER.search(text, start, end)  # nothing without a letter is a name
        ]
        vocab_docs = [self.entities.make_doc(texts[n][start:end]) for n, start, end in cuts]
        contexts = [
            {"country": posts[n].country, "publisher": posts[n].publisher, "title": posts[n].title} for n, _, _ in cuts
        ]
        found: list[list[Entity]] = [[] for _ in posts]
        for (n, shift, _), entities in zip(cuts, self.entities.finder.pipe(vocab_docs, contexts), strict=True):
            found[n].extend(_shifted(entity, shift, posts[n].text) for entity in entities)
        return [tuple(entities) for entities in found]


class _Entities:
    """The entity finder with the tokeniser that its documents are made with."""

    def __init__(self, finder: EntityFinder, nlp: Language) -> None:
        self.finder = finder
        self.make_doc = nlp.make_doc


def _entity_finder(models: Path | None) -> _Entities:
    """The finder of the folder *models*; its documents come from spaCy's md pipeline, whose vectors it reads."""
    base = load_model(quick=True)
    return _Entities(EntityFinder.load(models, vocab=base.vocab), base)


def _shifted(entity: Entity, shift: int, text: str) -> Entity:
    start, end = entity.start + shift, entity.end + shift
    return replace(entity, start=start, end=end, quote=text[start:end])


def _outside(entities: tuple[Entity, ...], quantities: Sequence[Quantity]) -> tuple[Entity, ...]:
    """The *entities* that are no part of a sum or share: "KSh 5.4" of "KSh 5.4 billion" names nothing."""
    sums = [q for q in quantities if q.kind in (Kind.MONEY, Kind.PERCENT)]
    starts = [q.start for q in sums]  # in order, and none overlaps another
    kept = []
    for entity in entities:
        place = bisect_right(starts, entity.start) - 1
        if place < 0 or entity.end > sums[place].end:
            kept.append(entity)
    return tuple(kept)


def _batches(posts: Iterable[Post]) -> Iterator[list[Post]]:
    """Group *posts* so that a group's texts are about ``BATCH`` characters together."""
    batch: list[Post] = []
    size = 0
    for post in posts:
        batch.append(post)
        size += len(post.text)
        if size >= BATCH or len(batch) >= 256:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Cut *text* at paragraphs, or failing that at spaces, into pieces of about ``PIECE`` characters."""
    start = 0
    while len(text) - start > PIECE:
        cut = max(text.rfind("\n\n", start + PIECE // 2, start + PIECE), 0) or text.rfind(" ", start + 1, start + PIECE)
        cut = cut if cut > start else start + PIECE
        yield start, cut
        start = cut
    yield start, len(text)


@cache
def default_extractor() -> Extractor:
    """The extractor with nothing chosen, made once per process."""
    return Extractor()
