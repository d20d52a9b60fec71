"""From a figure in its parsed sentence to a claim, with every role and its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.extract.figure import Figure
from pipeline.extract.identity import claim_ids
from pipeline.extract.roles import Phrase, roles_of
from pipeline.records import Claim, Entity, Kind, Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known of a post beside its figures when they are read."""

    post: Post
    entities: tuple[Entity, ...] = ()
    currency: str | None = None  # what a bare sign means where the post says nothing
    extractor: str | None = None


def claims_of(figures: Sequence[Figure], reading: Reading) -> Iterator[Claim]:
    """Yield a claim for each of *figures*, in reading order, that states something about the world."""
    text = reading.post.text
    ids = claim_ids(
        reading.post.id,
        ((text[f.sentence.start : f.sentence.end], f.quantity.quote) for f in figures),
    )
    for figure, claim_id in zip(figures, ids, strict=True):
        yield _claim(figure, claim_id, reading)


def _claim(figure: Figure, claim_id: str, reading: Reading) -> Claim:
    quantity, text = figure.quantity, reading.post.text
    roles = roles_of(figure, reading.post, reading.entities)
    return Claim(
        id=claim_id,
        start=quantity.start,
        end=quantity.end,
        quote=text[quantity.start : quantity.end],
        sentence=text[figure.sentence.start : figure.sentence.end],
        sentence_start=figure.sentence.start,
        kind=quantity.kind,
        value=quantity.value,
        value_max=quantity.value_max,
        unit=unit_of(figure),
        bound=quantity.bound,
        subject=_words(roles.get("subject"), text),
        measure=_words(roles.get("measure"), text),
        predicate=_words(roles.get("predicate"), text),
        flags=tuple(quantity.flags),
        spans={name: (phrase.start, phrase.end) for name, phrase in roles.items()},
        extractor=reading.extractor,
    )


def unit_of(figure: Figure) -> str | None:
    """The unit of the figure: what its words say, or for a count the lemma of the noun counted."""
    quantity = figure.quantity
    if quantity.kind is not Kind.COUNT:
        return quantity.unit
    noun = figure.noun
    return noun.lemma_.lower() if noun is not None else quantity.unit


def _words(phrase: Phrase | None, text: str) -> str | None:
    return text[phrase.start : phrase.end] if phrase is not None else None
