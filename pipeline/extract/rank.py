"""Weighs the candidates for a role: a linear model whose weights are plain numbers in a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import repeat
from pathlib import Path

from pipeline.extract.candidates import Candidate

STEPS = 10_000


@dataclass(frozen=True)
class Ranker:
    """A weight for each feature; the candidate with the largest sum is chosen."""

    weights: Mapping[str, float]

    @cached_property
    def steps(self) -> Mapping[str, int]:
        """The weights in steps of a ten-thousandth: whole numbers have one sum in any order."""
        return {feature: round(weight * STEPS) for feature, weight in self.weights.items()}

    def score(self, candidate: Candidate) -> float:
        """The sum of the weights of the candidate's features; unknown features weigh nothing."""
        return sum(map(self.steps.get, candidate.features, repeat(0))) / STEPS

    def best(self, candidates: Sequence[Candidate]) -> Candidate:
        """The first of the candidates with the largest score."""
        return max(candidates, key=self.score)


@cache
def load_rankers(path: Path) -> dict[str, Ranker]:
    """The rankers of the file *path*, by role; none if there is no such file."""
    if not path.is_file():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {role: Ranker(weights) for role, weights in rows["roles"].items()}
