"""The passages that show best what a theme is: typical, unlike one another, from several posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.themes.encoders import Encoder, unit_rows

TYPICAL = 0.7  # weight of being typical against being unlike those chosen already
SAME_POST = 0.15  # taken off for each passage already chosen from the same post
CONSIDERED = 200  # passages of a theme, the surest, among which is chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A passage of the theme, as `representatives` takes and gives it."""

    post: str
    passage: int
    text: str
    score: float


def representatives(candidates: Sequence[Candidate], encoder: Encoder, *, count: int = 5) -> tuple[Candidate, ...]:
    """At most *count* of *candidates*, the most telling first; equal texts only once."""
    distinct = {each.text: each for each in sorted(candidates, key=lambda c: (c.score, c.post, c.passage))}
    ranked = sorted(distinct.values(), key=lambda c: (-c.score, c.post, c.passage))[:CONSIDERED]
    if not ranked:
        return ()
    rows = encoder.encode([each.text for each in ranked])
    middle = unit_rows(rows.mean(axis=0)[None])[0]
    worth = 0.5 * (rows @ middle) + 0.5 * np.array([each.score for each in ranked])
    likeness = rows @ rows.T
    chosen: list[int] = []
    while len(chosen) < min(count, len(ranked)):
        again = likeness[:, chosen].max(axis=1) if chosen else np.zeros(len(ranked))
        posts = np.array([sum(ranked[old].post == each.post for old in chosen) for each in ranked])
        value = TYPICAL * worth - (1 - TYPICAL) * again - SAME_POST * posts
        value[chosen] = -np.inf
        chosen.append(int(np.argmax(value)))
    return tuple(ranked[place] for place in chosen)
