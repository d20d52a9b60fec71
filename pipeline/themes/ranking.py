"""From scores of passages for themes to their final order: what the neighbours and the rivals say.

A passage mostly has one theme, so a theme counts by its lead over the others; and posts stay with
their themes, so a theme counts by how strong it is in the passages before and after. The weights
are the same for all themes.
"""

from __future__ import annotations

import numpy as np

from pipeline.themes.evidence import Evidence, Floats

FEATURES = 9
HEADING_WORDS, TITLE_WORDS = 0.6, 0.3


def plain_scores(evidence: Evidence) -> Floats:
    """The sum of all evidence with fixed weights: what is known about a theme that nobody taught."""
    return (
        evidence.likeness
        + evidence.words
        + 0.2 * evidence.heading
        + 0.2 * evidence.title
        + 0.6 * evidence.post_likeness
        + 0.8 * evidence.post_words
        + HEADING_WORDS * evidence.heading_words
        + TITLE_WORDS * evidence.title_words
    )


def lead(scores: Floats) -> Floats:
    """By how much each theme is ahead of the best other one in each row (below zero where it is behind).

    >>> lead(np.array([[3.0, 1.0, 2.0]])).tolist()
    [[1.0, -2.0, -1.0]]
    """
    if scores.shape[1] < 2:
        return np.ones_like(scores)
    ordered = np.sort(scores, axis=1)
    top, second = ordered[:, -1:], ordered[:, -2:-1]
    return np.asarray(scores - np.where(scores == top, second, top), dtype=np.float64)


def ranks(scores: Floats) -> Floats:
    """The rank of each theme in each row, the best 0."""
    return np.asarray((-scores).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable"), dtype=np.float64)


def features(scores: Floats, evidence: Evidence) -> Floats:
    """What decides on each passage and theme of one post: passages × themes × `FEATURES`.

    *scores* are logits of a first look at each passage by itself. More was tried (what the whole post
    says, whether the rivals agree); it fitted the posts that taught it and helped no others.
    """
    chances = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
    plain = plain_scores(evidence)
    found = (
        scores,
        np.clip(lead(scores), -5, 5),
        np.minimum(ranks(scores), 4),
        plain,
        np.clip(lead(plain), -6, 6),
        _shifted(chances, 1),
        _shifted(chances, -1),
        evidence.heading,
        evidence.heading_words,
    )
    return np.stack([np.asarray(each, dtype=np.float64) for each in found], axis=2)


def _shifted(values: Floats, by: int) -> Floats:
    """The values of the passage before (1) or after (−1); zeros where there is none."""
    moved = np.zeros_like(values)
    if by > 0:
        moved[by:] = values[:-by]
    else:
        moved[:by] = values[-by:]
    return moved
