"""Who and what a figure is about, told from the parse of its sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract.figure import Figure
from pipeline.records import Entity, Post

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = {"nsubj", "nsubjpass", "csubj", "expl"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of the post's text: ``text[start:end]``."""

    start: int
    end: int


def roles_of(figure: Figure, post: Post, entities: Iterable[Entity]) -> dict[str, Phrase]:
    """The words of each role that *figure* has: subject, measure and predicate."""
    roles: dict[str, Phrase] = {}
    verb = figure.clause
    if verb is not None:
        roles["predicate"] = _phrase([verb], figure)
        for child in verb.children:
            if child.dep_ in SUBJECTS and child.i != figure.top.i:
                roles["subject"] = _phrase(list(child.subtree), figure)
                break
    if figure.noun is not None:
        roles["measure"] = _phrase([t for t in figure.noun.subtree if t.i >= figure.span.end], figure)
    return roles


def _phrase(tokens: list[Token], figure: Figure) -> Phrase:
    first, last = tokens[0], tokens[-1]
    return Phrase(first.idx + figure.offset, last.idx + len(last) + figure.offset)
