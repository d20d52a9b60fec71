"""Whether a figure is a claim at all: a logistic model over its parse and words, learnt from what was rejected."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.extract.confidence import signs_of
from pipeline.extract.figure import Figure

FILE = "claimhood.json"


@dataclass(frozen=True, slots=True)
class Claimhood:
    """A weight for each sign that a figure is a claim, what holds without any, and how likely one must be."""

    base: float
    weights: Mapping[str, float]
    floor: float = 0.0  # 0 keeps every figure

    def chance(self, signs: Iterable[str]) -> float:
        """The chance that a figure with *signs* is a claim.

        >>> round(Claimhood(0.0, {"before=page": -2.0}).chance(["before=page"]), 3)
        0.119
        """
        total = self.base + sum(self.weights.get(sign, 0.0) for sign in signs)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))

    def holds(self, figure: Figure) -> bool:
        """Whether *figure* is likely enough to be a claim."""
        return self.floor <= 0 or self.chance(claimhood_signs(figure)) >= self.floor


@cache
def load_claimhood(path: Path) -> Claimhood | None:
    """The model in the file *path*, or none if there is no such file."""
    if not path.is_file():
        return None
    rows = json.loads(path.read_text(encoding="utf-8"))
    return Claimhood(float(rows["base"]), rows["weights"], float(rows["floor"]))


def claimhood_signs(figure: Figure) -> list[str]:
    """What the parse and the words around *figure* say, by name."""
    doc, span, clause = figure.span.doc, figure.span, figure.clause
    noun = "none" if figure.noun is None else figure.noun.lemma_.lower()
    verb = "none" if clause is None else clause.lemma_.lower()
    before = doc[span.start - 1].lower_ if span.start else "start"
    after = doc[span.end].lower_ if span.end < len(doc) else "end"
    words = " ".join(token.lower_ for token in span if token.is_alpha) or "digits"
    kind = figure.quantity.kind
    return [
        *signs_of(figure, figure.quantity.unit, ()),
        *(f"{name}={value}" for name, value in (("noun", noun), ("verb", verb), ("before", before), ("after", after))),
        f"words={words}",
        f"{kind} before={before}",
        f"{kind} noun={noun}",
        f"{kind} tag={figure.number.tag_}",
    ]
