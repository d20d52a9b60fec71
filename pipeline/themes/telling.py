"""What single words say about themes that people labelled: TF-IDF of their stems, weighed for each theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

from pipeline.themes.evidence import Floats


@dataclass(frozen=True, kw_only=True)
class TellingWords:
    """The stems that labelled passages taught, how rare each is, and what it says for each theme.

    >>> words = TellingWords(stems=("fund",), rarity=np.ones(1), weights=np.array([[2.0]]), bias=np.zeros(1))
    >>> words.scores([("fund", "fund"), ("tree",)]).tolist()
    [[2.0], [0.0]]
    """

    stems: tuple[str, ...]
    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]  # themes × stems
    bias: NDArray[np.float32]  # of each theme; 0 says what is usual for the theme

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {stem: column for column, stem in enumerate(self.stems)}

    def scores(self, passages: Sequence[Sequence[str]]) -> Floats:
        """How much the stems of each of *passages* speak for each theme: passages × themes."""
        found = np.zeros((len(passages), len(self.bias)))
        for place, stems in enumerate(passages):
            columns, values = self.vector(stems)
            if len(columns):
                found[place] = self.weights[:, columns] @ values
        return found + self.bias

    def vector(self, stems: Sequence[str]) -> tuple[NDArray[np.int64], Floats]:
        """Where the known ones of *stems* stand, and what each weighs; the weights have length 1."""
        counts = Counter(column for stem in stems if (column := self._columns.get(stem)) is not None)
        columns = np.array(sorted(counts), dtype=np.int64)
        values: Floats = np.array([1 + log(counts[column]) for column in columns.tolist()]) * self.rarity[columns]
        length = float(np.sqrt((values * values).sum()))
        return columns, values / length if length else values

    def of_themes(self, kept: Sequence[int]) -> TellingWords:
        """The same words for some of the themes only, by their places."""
        return replace(self, weights=self.weights[list(kept)], bias=self.bias[list(kept)])


def known_stems(passages: Sequence[Sequence[str]], *, fewest: int = 2) -> TellingWords:
    """The stems that at least *fewest* of *passages* have, with no theme yet."""
    passages_with = Counter(stem for stems in passages for stem in set(stems))
    stems = tuple(sorted(stem for stem, count in passages_with.items() if count >= fewest))
    rarity = [log((1 + len(passages)) / (1 + passages_with[stem])) + 1 for stem in stems]
    nothing = np.zeros((0, len(stems)), dtype=np.float32)
    return TellingWords(
        stems=stems, rarity=np.array(rarity, dtype=np.float32), weights=nothing, bias=np.zeros(0, dtype=np.float32)
    )
