"""A student of a slow encoder: learns on some passages to guess its vectors from words, for all the rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.utils.extmath import randomized_svd

from pipeline.records import digest
from pipeline.themes.encoders import Encoder, Vectors, unit_rows
from pipeline.themes.spaces import content_stems

TAUGHT = 3_000  # passages that the slow encoder reads
READ = 20_000  # passages whose words shape the space of words
SENSES = 300
COLUMNS = 2**15
RIDGE = 1.0


class Student:
    """An encoder that guesses another's vectors from words alone, thousands of passages a second."""

    def __init__(
        self, *, teacher: Encoder, weights: NDArray[np.float32], senses: NDArray[np.float32], weight: Vectors, mark: str
    ) -> None:
        self.name = f"student of {teacher.name}"
        self.digest = f"student/{teacher.digest}/{mark}"
        self.size = teacher.size
        self._rarity, self._senses, self._weight = weights, senses, weight

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text."""
        rows = np.zeros((len(texts), self.size), dtype=np.float32)
        for start in range(0, len(texts), 5_000):
            block = placed(texts[start : start + 5_000], self._rarity, self._senses)
            rows[start : start + 5_000] = with_one(block) @ self._weight
        return unit_rows(rows)


def teach_student(teacher: Encoder, texts: Sequence[str], *, seed: int = 0) -> Student:
    """A student that learnt *teacher*'s vectors for some of *texts*, which stand in an order of their own."""
    read = texts[:READ]
    counts = HASHING.transform(read)
    rarity = np.log((1 + len(read)) / (1 + np.asarray((counts > 0).sum(axis=0)).ravel())).astype(np.float32) + 1
    matrix = counts.multiply(rarity[None, :]).tocsr().astype(np.float32)
    size = min(SENSES, len(read) - 1)
    _, _, senses = randomized_svd(matrix, n_components=size, random_state=seed)
    taught = read[:TAUGHT]
    inputs = with_one(placed(taught, rarity, senses.astype(np.float32)))
    targets = teacher.encode(taught)
    square = inputs.T @ inputs + RIDGE * np.eye(inputs.shape[1], dtype=np.float32)
    weight = np.linalg.solve(square, inputs.T @ targets).astype(np.float32)
    return Student(
        teacher=teacher,
        weights=rarity,
        senses=senses.astype(np.float32),
        weight=weight,
        mark=digest(*taught, length=12),
    )


HASHING = HashingVectorizer(analyzer=content_stems, n_features=COLUMNS, alternate_sign=False, norm=None)


def placed(texts: Sequence[str], rarity: NDArray[np.float32], senses: NDArray[np.float32]) -> Vectors:
    """Where *texts* lie in the space of words."""
    counts = HASHING.transform(texts).astype(np.float32)
    counts.data = np.log1p(counts.data)
    return unit_rows(np.asarray(counts.multiply(rarity[None, :]).tocsr() @ senses.T))


def with_one(rows: Vectors) -> Vectors:
    """*rows* with a column of ones, which lets a linear map move its origin."""
    return np.hstack([rows, np.ones((len(rows), 1), dtype=np.float32)])
