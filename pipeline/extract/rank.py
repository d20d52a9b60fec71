"""Weighs the candidates for a role: a linear model whose weights are plain numbers in a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.extract.candidates import Candidate


@dataclass(frozen=True, slots=True)
class Ranker:
    """A weight for each feature; the candidate with the largest sum is chosen."""

    weights: Mapping[str, float]

    def score(self, candidate: Candidate) -> float:
        """The sum of the weights of the candidate's features; unknown features weigh nothing."""
        weights = self.weights
        return sum(weights.get(feature, 0.0) for feature in candidate.features)

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
