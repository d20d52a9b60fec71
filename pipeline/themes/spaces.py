"""The space in which passages are compared: an encoder's centred vectors beside the words' own (LSA).

What a space learnt from its first passages (mean, vocabulary, weights of words) is kept, so that
passages of later months land in the same place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.extmath import randomized_svd

from pipeline.themes.encoders import Vectors, unit_rows
from pipeline.themes.words import is_telling, stems

LEAST_SHARE, WORDS_SHARE = 0.2, 0.7  # weight of the words beside the encoder's vectors, after few texts and after many
MANY_WORDS = 20_000  # from which the words' space is trusted fully
WORD_SCALE = 15.0  # shares of words are small numbers; this brings them near to standard deviations
SENSES = 100  # dimensions of the words' own space
FEWEST = 20  # passages, below which there is no middle to take away and words say too little
BLOCK = 20_000  # rows that are handled at once


def content_stems(text: str) -> list[str]:
    """The stems of the words of *text* that are no stop words, numbers left out."""
    return [word for word in stems(text) if is_telling(word)]


@dataclass(frozen=True, slots=True)
class WordSpace:
    """Texts as points by their words alone: TF-IDF cut down to its main senses."""

    vectorizer: TfidfVectorizer
    senses: NDArray[np.float32]  # senses × vocabulary
    share: float  # weight beside an encoder's vectors: the more words it learnt from, the more

    def place(self, texts: Sequence[str]) -> Vectors:
        """A unit row for each text; one without a known word is a row of zeros."""
        return unit_rows(np.asarray(self.vectorizer.transform(texts) @ self.senses.T))

    def likeness(self, texts: Sequence[str], prompts: Sequence[str]) -> NDArray[np.float64]:
        """How many telling words each text shares with each prompt, about 1 where a text is rather like it."""
        shared = self.vectorizer.transform(texts) @ self.vectorizer.transform(prompts).T
        return np.asarray(shared.toarray() * WORD_SCALE, dtype=np.float64)


def word_space(texts: Sequence[str], *, seed: int, words_only: bool = False) -> WordSpace | None:
    """The space of the words of *texts*; none where they share too few words."""
    vectorizer = TfidfVectorizer(
        analyzer=content_stems, sublinear_tf=True, min_df=2, max_features=20_000, dtype=np.float32
    )
    try:
        matrix: sparse.csr_matrix = vectorizer.fit_transform(texts)
    except ValueError:  # no word is in two texts
        return None
    size = min(SENSES, *matrix.shape) - 1
    if size < 2:
        return None
    _, _, senses = randomized_svd(matrix, n_components=size, random_state=seed)
    share = LEAST_SHARE + (WORDS_SHARE - LEAST_SHARE) * (1.0 if words_only else min(1.0, matrix.nnz / MANY_WORDS))
    return WordSpace(vectorizer, senses.astype(np.float32), share)


@dataclass(frozen=True, slots=True)
class Space:
    """Where passages lie, by meaning and by words."""

    middle: Vectors  # what all passages have in common
    words: WordSpace | None

    def place(self, vectors: Vectors, texts: Sequence[str] | None) -> Vectors:
        """A unit row for each passage; block by block, so that memory stays small."""
        size = self.middle.shape[0] + (0 if self.words is None else self.words.senses.shape[0])
        placed = np.zeros((len(vectors), size), dtype=np.float32)
        for start in range(0, len(vectors), BLOCK):
            rows = unit_rows(vectors[start : start + BLOCK] - self.middle)
            if self.words is not None and texts is not None:
                rows = np.hstack([rows, self.words.share * self.words.place(texts[start : start + BLOCK])])
            placed[start : start + BLOCK, : rows.shape[1]] = unit_rows(rows)
        return placed


def space_of(vectors: Vectors, texts: Sequence[str] | None, *, seed: int, words_only: bool = False) -> Space:
    """The space that fits these passages; *words_only* says that the vectors know no meaning either."""
    few = len(vectors) < FEWEST
    middle = np.zeros(vectors.shape[1], dtype=np.float32) if few else vectors.mean(axis=0, dtype=np.float64)
    return Space(
        middle.astype(np.float32), None if few or texts is None else word_space(texts, seed=seed, words_only=words_only)
    )
