"""Groups among unit vectors: how many there are, where they lie, and which belong to a given seed.

scikit-learn is imported where it is used: a run that looks for no new themes does without it, which saves it seconds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.themes.encoders import Vectors, unit_rows

Labels = NDArray[np.int64]

SAMPLE = 2_000  # rows that decide how many groups there are
FIT_ROWS = 20_000  # rows that decide where the groups lie
DIMENSIONS = 15  # in which density is looked for
EVEN = 0.03  # silhouette below which passages lie evenly and are one group
MOST = 60  # groups that the program proposes by itself
ROUNDS = 12


def count_groups(rows: Vectors, *, smallest: int | None = None, seed: int = 0) -> int:
    """How many groups *rows* fall into: dense spots found, then the clearest cut near their number.

    >>> corners = np.repeat(np.eye(3, dtype=np.float32), 10, axis=0)
    >>> count_groups(unit_rows(corners + np.random.RandomState(0).normal(0, 0.05, corners.shape)))
    3
    """
    from sklearn.cluster import HDBSCAN, KMeans
    from sklearn.decomposition import PCA
    from sklearn.metrics import silhouette_score

    if len(rows) < 6:
        return min(1, len(rows))
    sample = rows[:SAMPLE]
    size = min(DIMENSIONS, *sample.shape) - (1 if min(sample.shape) <= DIMENSIONS else 0)
    flat = PCA(n_components=max(size, 1), random_state=seed, svd_solver="full").fit_transform(sample)
    dense = HDBSCAN(min_cluster_size=smallest or max(3, len(sample) // 60), copy=True).fit_predict(flat)
    found = len(set(dense.tolist()) - {-1})
    most = min(MOST, len(sample) // 3)
    highest = 2 * found if found > 1 else max(8, round((len(sample) / 3) ** 0.5))
    counts = [n for n in _ladder(max(2, found), highest) if n <= most]
    if not counts:
        return 1
    best, best_score = 1, EVEN
    for count in counts:
        labels = KMeans(count, n_init=2, random_state=seed, max_iter=50).fit_predict(flat)
        if len(set(labels.tolist())) < 2:
            continue
        score = float(silhouette_score(flat, labels))
        if score > best_score + 1e-6:
            best, best_score = count, score
    return best


def _ladder(low: int, high: int) -> list[int]:
    """At most eight counts from *low* to *high*, both among them."""
    return sorted({round(low + (high - low) * step / 7) for step in range(8)})


def fit_centers(rows: Vectors, weights: NDArray[np.float64], count: int, *, seed: int) -> Vectors:
    """The middles of *count* groups of *rows*, fewer where rows are equal."""
    from sklearn.cluster import KMeans

    kept = slice(0, FIT_ROWS)
    distinct = len(np.unique(rows[kept].round(6), axis=0)) if len(rows) <= 5 * count else count
    count = max(1, min(count, distinct))
    starts = 10 if len(rows) < 2_000 else 4 if len(rows) < 5_000 else 1
    fitted = KMeans(count, n_init=starts, random_state=seed).fit(rows[kept], sample_weight=weights[kept])
    return unit_rows(fitted.cluster_centers_)


def seeded_centers(
    rows: Vectors, scores: NDArray[np.float64], seeds: Vectors, extra: int, *, prior: float, seed: int
) -> Vectors:
    """The middles of the seeds' groups, then of *extra* groups of what fits no seed.

    *scores* are how well each row fits each seed by all that is known. A seed's middle starts from
    the rows that fit it best, keeps *prior* of its own place, and competes with the others for rows.
    """
    rows, scores = rows[:FIT_ROWS], scores[:FIT_ROWS]
    best = scores.argmax(axis=1)
    middles = seeds.copy()
    for place in range(len(seeds)):
        own = np.flatnonzero(best == place)
        surest = own[np.argsort(-scores[own, place], kind="stable")][: max(1, len(rows) // (2 * (len(seeds) + extra)))]
        if len(surest):
            middles[place] = unit_rows((prior * seeds[place] + unit_rows(rows[surest].mean(axis=0)[None])[0])[None])[0]
    if extra:
        poor = np.argsort((rows @ middles.T).max(axis=1), kind="stable")[
            : max(extra, len(rows) * extra // (len(seeds) + extra))
        ]
        middles = np.vstack([middles, fit_centers(rows[poor], np.ones(len(poor)), extra, seed=seed)])
    for _ in range(ROUNDS):
        labels = (rows @ middles.T).argmax(axis=1)
        moved = middles.copy()
        for place in range(len(middles)):
            own = rows[labels == place]
            if len(own):
                mean = unit_rows(own.mean(axis=0)[None])[0]
                moved[place] = unit_rows((prior * seeds[place] + mean)[None])[0] if place < len(seeds) else mean
        if np.allclose(moved, middles, atol=1e-5):
            break
        middles = moved
    return middles
