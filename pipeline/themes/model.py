"""`ThemeModel`: groups texts, or ready vectors, into themes; an estimator like scikit-learn's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from pipeline.theme_table.rows import slug_of
from pipeline.themes.clusters import count_groups, fit_centers, seeded_centers
from pipeline.themes.encoders import StaticEncoder, Vectors, WordEncoder, default_encoder, unit_rows
from pipeline.themes.evidence import everyday_sentences
from pipeline.themes.given import seed_texts, texts_of
from pipeline.themes.labels import label_groups
from pipeline.themes.order import Distinct, distinct_rows, distinct_texts
from pipeline.themes.spaces import FEWEST, space_of
from pipeline.themes.student import teach_student

VERSION = 1
MANY = 20_000  # texts, above which a student of the encoder reads most of them
ALIKE = 0.75  # two middles nearer than this are one theme
WORDS_WEIGHT = 0.5  # of a seed's words beside its likeness
PRIOR = 0.5  # how much of its own place a seed keeps among its passages


@dataclass(frozen=True, slots=True)
class FoundTheme:
    """One theme of a fitted model; numbers are its columns, and never change while it grows."""

    number: int
    slug: str
    name: str
    words: tuple[str, ...]
    size: int
    seeded: bool


class ThemeModel(TransformerMixin, ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Themes of short texts: given ones (*seeds*), found ones, or both.

    *seeds* are `GuidedTheme`s, names, or a mapping of names to describing texts; with ready vectors
    they may be rows of vectors. *n_themes* counts all themes; `None` lets the passages decide, and
    *granularity* above 1 then asks for more. With seeds and no *n_themes*, only the seeds are used
    unless *discover* is set. The same passages give the same themes in any order.
    """

    def __init__(
        self,
        n_themes: int | None = None,
        *,
        seeds: Any = None,
        discover: bool = False,
        granularity: float = 1.0,
        encoder: Any = "auto",
        min_size: int = 5,
        random_state: int = 0,
    ) -> None:
        self.n_themes = n_themes
        self.seeds = seeds
        self.discover = discover
        self.granularity = granularity
        self.encoder = encoder
        self.min_size = min_size
        self.random_state = random_state

    # ── scikit-learn's methods ────────────────────────────────────────────────────────────────

    def fit(self, X: Any, y: Any = None, *, vectors: Any = None) -> Self:  # noqa: N803
        """Find the themes of *X*: texts (with their *vectors*, if you have them) or rows of vectors."""
        self._check_parameters()
        distinct, given = self._read(X, vectors, reset=True)
        names, prompts = seed_texts(self.seeds)
        words_only = isinstance(getattr(self, "encoder_", None), WordEncoder)
        self._space = space_of(given, distinct.texts, seed=self.random_state, words_only=words_only)
        rows = self._space.place(given, distinct.texts)
        scores, seeds = self._seed_scores(given, distinct.texts, prompts)
        extra = self._count_extra(rows, len(seeds))
        self.cluster_centers_ = self._fit_centers(rows, distinct.weights, scores, seeds, extra)
        self._seed_names, self._seed_count = names, len(seeds)
        self._learn_scale(rows)
        best = self._affinity(rows, given, distinct.texts)
        found = _labels(best, rows)
        self._drop_empty(found)
        labels = _labels(self._affinity(rows, given, distinct.texts), rows)
        self._describe(labels, distinct)
        self._keep_cuts(rows, labels)
        self._pool: list[tuple[Vectors, str]] = []
        self.labels_ = labels[distinct.inverse]
        self.n_themes_ = len(self.cluster_centers_)
        return self

    def partial_fit(self, X: Any, y: Any = None, *, vectors: Any = None) -> Self:  # noqa: N803
        """Let the themes grow by *X*: none changes its number, and new ones come from what fits none."""
        if not hasattr(self, "cluster_centers_") or not len(self.cluster_centers_):
            return self.fit(X, y, vectors=vectors)
        distinct, given = self._read(X, vectors, reset=False)
        rows = self._space.place(given, distinct.texts)
        labels = _labels(self._affinity(rows, given, distinct.texts), rows)
        likeness = rows @ self.cluster_centers_.T
        for number in range(len(self.cluster_centers_)):
            own = rows[labels == number]
            if len(own):
                mass = self.sizes_[number] * self.cluster_centers_[number] + own.sum(axis=0)
                self.cluster_centers_[number] = unit_rows(mass[None])[0]
                self.sizes_[number] += len(own)
        fits = labels >= 0
        fits[fits] = likeness[fits, labels[fits]] >= self._cuts[labels[fits]]
        texts = distinct.texts or [""] * len(rows)
        self._pool += [(rows[place], texts[place]) for place in np.flatnonzero(~fits & np.any(rows, axis=1))]
        self._born_from_pool()
        self.labels_ = _labels(self._affinity(rows, given, distinct.texts), rows)[distinct.inverse]
        self.n_themes_ = len(self.cluster_centers_)
        return self

    def transform(self, X: Any, *, vectors: Any = None) -> NDArray[np.float64]:  # noqa: N803
        """How well each passage fits each theme, a column for each."""
        check_is_fitted(self, "cluster_centers_")
        distinct, given = self._read(X, vectors, reset=False, sort=False)
        return self._affinity(self._space.place(given, distinct.texts), given, distinct.texts)

    def predict(self, X: Any, *, vectors: Any = None) -> NDArray[np.int64]:  # noqa: N803
        """The number of each passage's best theme; −1 for a passage without a word."""
        check_is_fitted(self, "cluster_centers_")
        distinct, given = self._read(X, vectors, reset=False, sort=False)
        rows = self._space.place(given, distinct.texts)
        return _labels(self._affinity(rows, given, distinct.texts), rows)

    def fit_predict(self, X: Any, y: Any = None, *, vectors: Any = None) -> NDArray[np.int64]:  # noqa: N803
        """Find the themes of *X* and the best for each of its passages."""
        labels: NDArray[np.int64] = self.fit(X, y, vectors=vectors).labels_
        return labels

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """The slugs of the themes, in the order of the columns."""
        check_is_fitted(self, "cluster_centers_")
        return np.asarray([theme.slug for theme in self.themes_], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = True
        return tags

    def result(self) -> dict[str, Any]:
        """The fitted themes and the assignments of the passages fitted, as plain data that views read."""
        check_is_fitted(self, "cluster_centers_")
        slugs = [theme.slug for theme in self.themes_]
        return {
            "version": VERSION,
            "themes": [asdict(theme) | {"words": list(theme.words)} for theme in self.themes_],
            "assignments": [
                {"passage": place, "theme": slugs[label] if label >= 0 else None}
                for place, label in enumerate(self.labels_.tolist())
            ],
        }

    # ── reading ───────────────────────────────────────────────────────────────────────────────

    def _check_parameters(self) -> None:
        if self.n_themes is not None and self.n_themes < 1:
            raise ValueError(f"n_themes must be at least 1, not {self.n_themes}")
        if not self.granularity > 0:
            raise ValueError(f"granularity must be more than 0, not {self.granularity}")

    def _read(self, data: Any, vectors: Any, *, reset: bool, sort: bool = True) -> tuple[Distinct, Vectors]:
        """The distinct passages in an order of their own, and a unit vector for each."""
        texts = texts_of(data)
        if texts is None:
            rows = validate_data(self, data, reset=reset, dtype=[np.float64, np.float32], accept_sparse=False)
            distinct = distinct_rows(rows, sort=sort)
            return distinct, unit_rows(rows[distinct.first])
        distinct = distinct_texts(texts, sort=sort)
        assert distinct.texts is not None
        if vectors is not None:
            rows = np.asarray(vectors)
            if len(rows) != len(texts):
                raise ValueError(f"{len(texts)} texts came with {len(rows)} vectors")
            return distinct, unit_rows(rows[distinct.first])
        return distinct, self._encode(distinct.texts, reset=reset)

    def _encode(self, texts: Sequence[str], *, reset: bool) -> Vectors:
        if reset or not hasattr(self, "encoder_"):
            self.encoder_: Any = default_encoder() if self.encoder == "auto" else self.encoder or WordEncoder()
            if len(texts) > MANY and not isinstance(self.encoder_, StaticEncoder | WordEncoder):
                self.encoder_ = teach_student(self.encoder_, texts, seed=self.random_state)
        rows: Vectors = self.encoder_.encode(texts)
        return rows

    # ── fitting ───────────────────────────────────────────────────────────────────────────────

    def _seed_scores(
        self, given: Vectors, texts: Sequence[str] | None, prompts: Sequence[Sequence[str]] | Vectors | None
    ) -> tuple[NDArray[np.float64], Vectors]:
        """How well each passage fits each seed, and where the seeds lie in the space."""
        self._seed_rows: Vectors = np.zeros((0, given.shape[1] if given.ndim == 2 else 0), dtype=np.float32)
        self._seed_text: list[str] | None = None
        if prompts is None or len(prompts) == 0:
            return np.zeros((len(given), 0)), np.zeros((0, 0), dtype=np.float32)
        if isinstance(prompts, np.ndarray):
            self._seed_rows = unit_rows(prompts)
        else:
            if not hasattr(self, "encoder_"):
                self._encode([], reset=True)
            self._seed_rows = np.vstack([unit_rows(self.encoder_.encode(p).mean(axis=0)[None]) for p in prompts])
            self._seed_text = [" ".join(prompt) for prompt in prompts]
        if self._seed_rows.shape[1] != given.shape[1]:
            raise ValueError(f"the seeds have {self._seed_rows.shape[1]} numbers a row, the passages {given.shape[1]}")
        raw = given @ self._seed_rows.T
        if len(given) >= FEWEST:
            self._usual, self._spread = raw.mean(axis=0), np.maximum(raw.std(axis=0), 1e-3)
        else:
            everyday = self.encoder_.encode(everyday_sentences()) if self._seed_text else given
            likeness = everyday @ self._seed_rows.T
            self._usual, self._spread = likeness.mean(axis=0), np.maximum(likeness.std(axis=0), 0.05)
        seeds = self._space.place(self._seed_rows, self._seed_text)
        return self._seed_affinity(given, texts), seeds

    def _seed_affinity(self, given: Vectors, texts: Sequence[str] | None) -> NDArray[np.float64]:
        scores = (given @ self._seed_rows.T - self._usual) / self._spread
        if texts is not None and self._seed_text is not None and self._space.words is not None:
            scores = scores + WORDS_WEIGHT * self._space.words.likeness(texts, self._seed_text)
        return np.asarray(scores, dtype=np.float64)

    def _count_extra(self, rows: Vectors, seeds: int) -> int:
        """How many themes to look for beside the seeds."""
        if not len(rows):
            return 0
        if self.n_themes is not None:
            return max(0, self.n_themes - seeds)
        if seeds and not self.discover:
            return 0
        count = max(1, round(count_groups(rows, seed=self.random_state) * self.granularity))
        return min(len(rows), max(count - seeds, max(1, round(count / 4))) if seeds else count)

    def _fit_centers(
        self, rows: Vectors, weights: NDArray[np.float64], scores: NDArray[np.float64], seeds: Vectors, extra: int
    ) -> Vectors:
        if not len(rows):
            return np.zeros((len(seeds), seeds.shape[1] if len(seeds) else 0), dtype=np.float32)
        if len(seeds):
            return seeded_centers(rows, scores, seeds, extra, prior=PRIOR, seed=self.random_state)
        return fit_centers(rows, weights, extra, seed=self.random_state)

    def _learn_scale(self, rows: Vectors) -> None:
        """How like each middle passages usually are, by which seeds alone are compared."""
        likeness = rows @ self.cluster_centers_.T if len(rows) else np.zeros((0, len(self.cluster_centers_)))
        enough = len(rows) >= FEWEST
        width = len(self.cluster_centers_)
        self._center_usual = likeness.mean(axis=0) if enough else np.zeros(width)
        self._center_spread = np.maximum(likeness.std(axis=0), 1e-3) if enough else np.ones(width)

    def _affinity(self, rows: Vectors, given: Vectors, texts: Sequence[str] | None) -> NDArray[np.float64]:
        if not len(self.cluster_centers_):
            return np.zeros((len(rows), 0))
        likeness = np.asarray(rows @ self.cluster_centers_.T, dtype=np.float64)
        if self._seed_count and self._seed_count == len(self.cluster_centers_):
            settled = (likeness - self._center_usual) / self._center_spread
            return np.asarray(settled + self._seed_affinity(given, texts), dtype=np.float64)
        return likeness

    def _drop_empty(self, labels: NDArray[np.int64]) -> None:
        """Take away found middles that no passage is nearest to; seeds stay, even empty."""
        used = set(labels.tolist())
        kept = [n for n in range(len(self.cluster_centers_)) if n < self._seed_count or n in used]
        self.cluster_centers_ = self.cluster_centers_[kept]
        self._center_usual, self._center_spread = self._center_usual[kept], self._center_spread[kept]

    def _keep_cuts(self, rows: Vectors, labels: NDArray[np.int64]) -> None:
        """How like its theme a passage must be to be no stranger there: as the farthest twentieth now."""
        self._cuts = np.zeros(len(self.cluster_centers_))
        self.sizes_ = np.zeros(len(self.cluster_centers_), dtype=np.int64)
        for number in range(len(self.cluster_centers_)):
            own = rows[labels == number]
            self.sizes_[number] = len(own)
            self._cuts[number] = np.quantile(own @ self.cluster_centers_[number], 0.05) if len(own) > 1 else 0.3

    def _describe(self, labels: NDArray[np.int64], distinct: Distinct) -> None:
        sizes = np.bincount(
            labels[distinct.inverse][labels[distinct.inverse] >= 0], minlength=len(self.cluster_centers_)
        )
        groups = [
            [distinct.texts[place] for place in np.flatnonzero(labels == number)] if distinct.texts else []
            for number in range(len(self.cluster_centers_))
        ]
        named = label_groups(groups) if distinct.texts else ()
        self.themes_: tuple[FoundTheme, ...] = ()
        for number in range(len(self.cluster_centers_)):
            seeded = number < self._seed_count
            words = named[number].words if named else ()
            name = self._seed_names[number] if seeded else named[number].name if named else f"Theme {number + 1}"
            self._add_theme(number, name, words, int(sizes[number]), seeded=seeded)

    def _add_theme(self, number: int, name: str, words: tuple[str, ...], size: int, *, seeded: bool) -> None:
        taken = {theme.slug for theme in self.themes_}
        base = slug_of(name) or f"theme-{number + 1}"
        slug = base if base not in taken else next(s for n in range(2, number + 3) if (s := f"{base}-{n}") not in taken)
        self.themes_ += (FoundTheme(number, slug, name, words, size, seeded),)

    def _born_from_pool(self) -> None:
        """New themes out of the passages that fit none, if enough of them are alike."""
        if len(self._pool) < 2 * self.min_size:
            return
        rows = np.array([row for row, _ in self._pool], dtype=np.float32)
        order = np.lexsort(rows.T[:8])
        rows, texts = rows[order], [self._pool[place][1] for place in order]
        centers = fit_centers(
            rows, np.ones(len(rows)), count_groups(rows, seed=self.random_state), seed=self.random_state
        )
        nearest = (rows @ centers.T).argmax(axis=1)
        taken = np.zeros(len(rows), dtype=bool)
        for place, center in enumerate(centers):
            own = np.flatnonzero(nearest == place)
            close = rows[own] @ center if len(own) else np.zeros(0)
            apart = float((self.cluster_centers_ @ center).max()) < ALIKE
            if len(own) >= self.min_size and apart and close.mean() > self._cuts.mean():
                number = len(self.cluster_centers_)
                self.cluster_centers_ = np.vstack([self.cluster_centers_, center[None]])
                self._cuts = np.append(self._cuts, np.quantile(close, 0.05))
                self.sizes_ = np.append(self.sizes_, len(own))
                label = label_groups([[texts[n] for n in own], [texts[n] for n in np.flatnonzero(nearest != place)]])[0]
                self._add_theme(
                    number, label.name if any(texts) else f"Theme {number + 1}", label.words, len(own), seeded=False
                )
                taken[own] = True
        self._pool = [(rows[place], texts[place]) for place in np.flatnonzero(~taken)]


def _labels(affinity: NDArray[np.float64], rows: Vectors) -> NDArray[np.int64]:
    """The best column of each row; −1 where there is none, or nothing to go by."""
    if not affinity.shape[1]:
        return np.full(len(rows), -1, dtype=np.int64)
    return np.where(np.any(rows, axis=1), affinity.argmax(axis=1), -1).astype(np.int64)
