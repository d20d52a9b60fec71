"""Claims that were given, with the signs they had and what people make of them: what confidences are learnt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.extract.claimhood import claimhood_signs
from pipeline.extract.confidence import signs_of
from pipeline.extract.extractor import Extractor
from pipeline.extract.figure import Figure
from pipeline.extract.learnt_modality import modality_signs
from pipeline.learn.drawn import is_drawn
from pipeline.learn.evaluate import is_right, pair
from pipeline.learn.gold import GoldPost
from pipeline.records import Claim, Modality, Post

FIELDS = ("start", "end", "kind", "value", "value_max", "unit", "bound", "modality", "subject", "measure")
NAMES = (*FIELDS, "attributed_to")


@dataclass(frozen=True, slots=True)
class Trial:
    """A figure that was given: the signs it had, and whether people agree with its kind, value, unit and bound."""

    post: str
    signs: tuple[str, ...]
    right: bool
    claim: bool = True  # whether it is a claim at all, be it read wrong
    words: tuple[str, ...] = ()  # what its parse and the words around it say, for whether it is a claim
    drawn: bool = True  # looked at for no reason of its own: drawn at random, or all of its post was
    practised: bool = True  # in a post that the rules were developed on
    ruled: Modality | None = None  # what the rules say of its modality
    modality: Modality | None = None  # what people say of it, where the claim is one
    modes: tuple[str, ...] = ()  # what speaks for a modality


@dataclass(frozen=True, slots=True)
class Found:
    """A claim as it was found, with the signs of its confidence and of its being a claim."""

    claim: Claim
    signs: tuple[str, ...]
    words: tuple[str, ...]
    modes: tuple[str, ...]


class _Signs(Extractor):
    """An extractor that keeps the signs of each claim that it gives, and gives those of doubtful claimhood, too."""

    def __init__(self, *, models: Path | None = None) -> None:
        super().__init__(models=models)
        self.learnt = replace(self.learnt, claimhood=None, modality=None)
        self.kept: dict[str, list[Found]] = {}

    def _claims(
        self, post: Post, figures: list[Figure], entities: tuple[Any, ...], before: dict[int, Any]
    ) -> tuple[Claim, ...]:
        claims = super()._claims(post, figures, entities, before)
        at = {(figure.quantity.start, figure.quantity.end): figure for figure in figures}
        self.kept[post.id] = [_found(claim, at[claim.start, claim.end]) for claim in claims]
        return claims


def _found(claim: Claim, figure: Figure) -> Found:
    return Found(
        claim,
        signs=tuple(signs_of(figure, claim.unit, claim.flags)),
        words=tuple(claimhood_signs(figure)),
        modes=tuple(modality_signs(figure, claim.modality)),
    )


type Kept = Mapping[str, Sequence[Found]]


def read_signs(gold: Sequence[GoldPost], *, models: Path | None = None) -> Kept:
    """The claims found in each of the posts of *gold*, with their signs."""
    extractor = _Signs(models=models)
    for _ in extractor.extract_many(post.post for post in gold):
        pass
    return extractor.kept


def trials_of(
    gold: Sequence[GoldPost],
    *,
    models: Path | None = None,
    read: Kept | None = None,
) -> list[Trial]:
    """Every claim found in the posts of *gold* where people looked, and whether they agree with it.

    Where a post's annotations come from the review's queue, a claim counts as drawn at random only if the queue draws
    it so. *read* holds what was found, if that is known already.
    """
    kept = read_signs(gold, models=models) if read is None else read
    trials = []
    for annotated in gold:
        queued = annotated.queued
        looked = [f for f in kept[annotated.post.id] if annotated.covers("claims", f.claim.start, f.claim.end)]
        rows = [{name: getattr(found.claim, name) for name in NAMES} for found in looked]
        met = pair(annotated.claims, rows)
        pairs = {id(given): is_right(wanted, given) for wanted, given in met}
        modality = {id(given): Modality(wanted["modality"]) for wanted, given in met}
        trials += [
            Trial(
                annotated.post.id,
                found.signs,
                pairs.get(id(row), False),
                claim=id(row) in pairs,
                words=found.words,
                drawn=not queued or is_drawn(found.claim.id),
                practised=not queued,
                ruled=found.claim.modality,
                modality=modality.get(id(row)),
                modes=found.modes,
            )
            for row, found in zip(rows, looked, strict=True)
        ]
    return trials
