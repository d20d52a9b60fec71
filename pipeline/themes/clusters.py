"""Groups among unit vectors: how many there are, where they lie, and which belong to a given seed.

Groups are looked for among *smoothed* rows: each drawn towards its nearest neighbours, theirs, and so on. Short texts
of one topic often share no word, but are linked by others that share words with both; over six sets of short texts
this raised the agreement with their topics (ARI) from 0.36 to 0.48 (see `tests.bench.themes short`).

scikit-learn is imported where it is used: a run that looks for no new themes does without it, which saves it seconds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipeline.themes.encoders import Vectors, unit_rows

Labels = NDArray[np.int64]

SAMPLE = 2_000  # rows that decide how many groups there are
FIT_ROWS = 20_000  # rows that decide where the groups lie
FEWEST_DRAWN = 60  # rows, below which seeds stand by what each row says alone
SMOOTHED = 6_000  # rows that are drawn towards their neighbours; more are only assigned
JOINED = 3_000  # rows that are joined from below, for the middles to start from
NEIGHBOURS, STEPS, DRAWN = 10, 3, 0.7  # towards how many a row is drawn, how often, and how much of it is theirs
BLOCK = 1_000  # rows whose neighbours are looked for at once
DIMENSIONS = 15  # in which density is looked for
EVEN = 0.16  # silhouette of smoothed rows below which they lie evenly and are one group: noise has up to 0.14
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
    sample = smoothed(unit_rows(rows[:SAMPLE]))
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


def smoothed(rows: Vectors, *, neighbours: int = NEIGHBOURS) -> Vectors:
    """*rows*, each drawn towards its *neighbours* nearest ones in a few steps; of length 1 again.

    >>> corner = unit_rows(np.array([[1, 0], [1, 0.4], [0, 1], [0.4, 1]]))
    >>> drawn = smoothed(corner, neighbours=1)
    >>> bool(drawn[0] @ drawn[1] > corner[0] @ corner[1]), bool(drawn[0] @ drawn[2] < 0.5)
    (True, True)
    """
    if len(rows) < 2:
        return rows
    share, drawn = _neighbours(rows, min(neighbours, len(rows) - 1)), rows
    for _ in range(STEPS):
        drawn = unit_rows((1 - DRAWN) * rows + DRAWN * (share @ drawn))
    return drawn


def _neighbours(rows: Vectors, near: int) -> Any:
    """How much each row is drawn towards each other one, a sparse matrix: the likeness of neighbours, in all 1."""
    columns, likeness = np.zeros((len(rows), near), dtype=np.int64), np.zeros((len(rows), near), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        found = rows[start : start + BLOCK] @ rows.T
        own = np.arange(len(found))
        found[own, start + own] = -np.inf
        best = np.sort(np.argpartition(-found, near - 1, axis=1)[:, :near], axis=1)
        columns[start : start + BLOCK] = best
        likeness[start : start + BLOCK] = np.maximum(found[own[:, None], best], 0)
    starts = np.arange(0, columns.size + 1, near)
    links = sparse.csr_matrix((likeness.ravel(), columns.ravel(), starts), shape=(len(rows), len(rows)))
    links = links + links.T
    total = np.asarray(links.sum(axis=1)).ravel()
    return sparse.diags(1 / np.maximum(total, 1e-9)).astype(np.float32) @ links


def fit_centers(rows: Vectors, weights: NDArray[np.float64], count: int, *, seed: int) -> Vectors:
    """The middles of *count* groups of *rows*, fewer where rows are equal.

    They start from groups that are joined from below (Ward), which needs no luck with random starts.
    """
    from sklearn.cluster import AgglomerativeClustering, KMeans

    distinct = len(np.unique(rows[:FIT_ROWS].round(6), axis=0)) if len(rows) <= 5 * count else count
    count = max(1, min(count, distinct))
    sample, heavy = rows[:SMOOTHED], weights[:SMOOTHED]
    drawn = smoothed(sample, neighbours=min(NEIGHBOURS, max(1, len(sample) // count)))
    if count == 1 or len(sample) <= count:
        fitted = KMeans(count, n_init=1, random_state=seed).fit(sample, sample_weight=heavy)
    else:
        joined = AgglomerativeClustering(count).fit_predict(drawn[:JOINED])
        start = _middles(drawn[:JOINED], heavy[:JOINED], joined, count)
        fitted = KMeans(count, init=start, n_init=1, random_state=seed).fit(drawn, sample_weight=heavy)
    found = unit_rows(_middles(sample, heavy, fitted.labels_, count))
    if len(rows) > SMOOTHED:
        more, kept = rows[:FIT_ROWS], weights[:FIT_ROWS]
        found = unit_rows(_middles(more, kept, (more @ found.T).argmax(axis=1), count))
    return found


def _middles(rows: Vectors, weights: NDArray[np.float64], labels: NDArray[np.integer], count: int) -> Vectors:
    """The weighted mean of the rows of each label that any row has."""
    whole = sparse.csr_matrix((weights, (labels, np.arange(len(rows)))), shape=(count, len(rows)))
    mass = np.asarray(whole.sum(axis=1)).ravel()
    kept = mass > 0
    return np.asarray((whole @ rows)[kept] / mass[kept, None], dtype=np.float32)


def seeded_centers(
    rows: Vectors, scores: NDArray[np.float64], seeds: Vectors, extra: int, *, prior: float, seed: int
) -> Vectors:
    """The middles of the seeds' groups, then of *extra* groups of what fits no seed.

    *scores* are how well each row fits each seed by all that is known. A seed's middle starts from
    the rows that fit it best, keeps *prior* of its own place, and competes with the others for rows. Where there
    are no *extra* groups, rows and scores are drawn towards their neighbours first; with extra groups that lets
    the seeds take too much.
    """
    if not extra and len(rows) >= FEWEST_DRAWN:
        return _drawn_seeds(rows[:SMOOTHED], scores[:SMOOTHED], seeds, prior=prior, seed=seed)
    return _competing(rows[:FIT_ROWS], scores[:FIT_ROWS], seeds, extra, prior=prior, seed=seed)


def _drawn_seeds(rows: Vectors, scores: NDArray[np.float64], seeds: Vectors, *, prior: float, seed: int) -> Vectors:
    """The middles of the seeds' groups, found among smoothed rows."""
    share, drawn = _neighbours(rows, min(NEIGHBOURS, len(rows) - 1)), scores
    for _ in range(STEPS):
        drawn = (1 - DRAWN) * scores + DRAWN * (share @ drawn)
    near = smoothed(rows)
    labels = (near @ _competing(near, drawn, seeds, 0, prior=prior, seed=seed).T).argmax(axis=1)
    return _with_rows(rows, labels, seeds, prior=prior)


def _with_rows(rows: Vectors, labels: Labels, seeds: Vectors, *, prior: float) -> Vectors:
    """Each seed drawn to the mean of its rows; one without rows stays where it is."""
    middles = seeds.copy()
    for place in range(len(seeds)):
        own = rows[labels == place]
        if len(own):
            middles[place] = unit_rows((prior * seeds[place] + unit_rows(own.mean(axis=0)[None])[0])[None])[0]
    return middles


def _competing(
    rows: Vectors, scores: NDArray[np.float64], seeds: Vectors, extra: int, *, prior: float, seed: int
) -> Vectors:
    """The middles after the seeds and *extra* groups have competed for the rows."""
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
