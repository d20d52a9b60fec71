"""How likely a claim is right: a logistic model over what is known of its reading, with weights from a file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.extract.figure import Figure
from pipeline.extract.relations import place_of
from pipeline.records import Kind

FILE = "confidence.json"
UNKNOWN = 0.5  # what is said of a claim where nothing was calibrated


@dataclass(frozen=True, slots=True)
class Calibration:
    """A weight for each sign that a claim is right or wrong, and what holds without any."""

    base: float
    weights: Mapping[str, float]

    def confidence(self, signs: Iterable[str]) -> float:
        """The chance that a claim with *signs* is right, to three places.

        >>> Calibration(0.0, {"age": -1.0}).confidence(["age", "never met"])
        0.269
        """
        total = self.base + sum(self.weights.get(sign, 0.0) for sign in signs)
        return round(1 / (1 + math.exp(-total)), 3)


@cache
def load_calibration(path: Path) -> Calibration | None:
    """The calibration in the file *path*, or none if there is no such file."""
    if not path.is_file():
        return None
    rows = json.loads(path.read_text(encoding="utf-8"))
    return Calibration(rows["base"], rows["weights"])


def signs_of(figure: Figure, unit: str | None, flags: Iterable[str]) -> list[str]:
    """What speaks for and against the reading of *figure*, by name."""
    quantity = figure.quantity
    digits = any(char.isdigit() for char in quantity.quote)
    signs = [
        f"kind={quantity.kind}",
        f"place={place_of(figure)}",
        f"bound={quantity.bound}",
        f"{quantity.kind} in {'digits' if digits else 'words'}",
        *(f"flag={flag}" for flag in flags),
    ]
    if quantity.kind is Kind.COUNT:
        agree = unit is not None and figure.noun is not None and figure.noun.lemma_.lower() in unit
        signs.append("the parse counts the same noun" if agree else "the parse counts another noun")
        if 0 <= quantity.value <= 1:
            signs.append("one or none")
    if quantity.kind is Kind.RANK and quantity.value > 1:
        signs.append("rank beyond the first")
    if len(figure.span.doc) > 60:
        signs.append("long sentence")
    if figure.clause is None:
        signs.append("no verb")
    return signs
