"""Weighs the candidates for a role: a linear model whose weights are plain numbers in a file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations, repeat
from pathlib import Path

from pipeline.extract.candidates import Candidate
from pipeline.extract.overlap import bag_of, overlap

STEPS = 10_000
LIKELIEST = 6  # candidates that are compared with each other
UNLIKELY = 3.0  # one whose score lies this far below the best is left out: a twentieth as likely


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

    def safest(self, candidates: Sequence[Candidate], text: str) -> Candidate:
        """The candidate that is most likely to share half of its words with the right one.

        Each of the likeliest counts as right as often as the ranker expects it to be, so a phrase of middling
        length wins where it is unsure how far the phrase reaches (minimum Bayes risk).
        """
        scored = sorted(((-self.score(c), n) for n, c in enumerate(candidates)))[:LIKELIEST]
        scored = [(score, n) for score, n in scored if score - scored[0][0] < UNLIKELY]
        if len(scored) < 3:
            return candidates[scored[0][1]]
        chances = [math.exp(scored[0][0] - score) for score, _ in scored]
        phrases = [bag_of(text[candidates[n].start : candidates[n].end]) for _, n in scored]
        worth = list(chances)
        for one, other in combinations(range(len(scored)), 2):
            if overlap(phrases[one], phrases[other]):
                worth[one] += chances[other]
                worth[other] += chances[one]
        best = max(range(len(scored)), key=lambda place: (round(worth[place], 6), -place))
        return candidates[scored[best][1]]


@cache
def load_rankers(path: Path) -> dict[str, Ranker]:
    """The rankers of the file *path*, by role; none if there is no such file."""
    if not path.is_file():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {role: Ranker(weights) for role, weights in rows["roles"].items()}
