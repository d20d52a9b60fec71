"""Passages in an order of their own, so that no result depends on the order in which they came."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Distinct:
    """The distinct ones among many passages; ``first[inverse]`` leads back to all of them."""

    first: NDArray[np.int64]  # where each distinct one first stood
    inverse: NDArray[np.int64]  # for each passage, its distinct one
    weights: NDArray[np.float64]  # more for one that comes often, though far less than its count
    texts: list[str] | None


def distinct_texts(texts: Sequence[str], *, sort: bool = True) -> Distinct:
    """The distinct texts, by the digest of each; as they came where *sort* is off.

    >>> distinct_texts(["b", "a", "b"]).inverse.tolist() in ([0, 1, 0], [1, 0, 1])
    True
    """
    return _distinct([_mark(text.encode("utf-8", "backslashreplace")) for text in texts], texts, sort=sort)


def distinct_rows(rows: NDArray[Any], *, sort: bool = True) -> Distinct:
    """The distinct rows of numbers, by the digest of each."""
    whole = np.ascontiguousarray(rows)
    return _distinct([_mark(row.tobytes()) for row in whole], None, sort=sort)


def _mark(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=12).digest()


def _distinct(marks: list[bytes], texts: Sequence[str] | None, *, sort: bool) -> Distinct:
    if not sort:
        every = np.arange(len(marks))
        return Distinct(every, every, np.ones(len(marks)), None if texts is None else list(texts))
    _, first, inverse, counts = np.unique(
        np.array(marks, dtype="V12"), return_index=True, return_inverse=True, return_counts=True
    )
    chosen = None if texts is None else [texts[place] for place in first]
    return Distinct(first, inverse.reshape(-1), 1 + np.log(counts), chosen)
