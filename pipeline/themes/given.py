"""What people hand to a theme model: texts in any of the usual wrappings, rows of numbers, seeds of several kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.themes.encoders import Vectors
from pipeline.themes.guided import GuidedTheme


def texts_of(data: Any) -> list[str] | None:
    """The texts in *data*, or none where it is numbers; a table of one column counts as its column.

    Raises `ValueError` where *data* is a single text, or where only some of it are texts.

    >>> texts_of(np.array([["one"], ["two"]], dtype=object)), texts_of([[1.0, 2.0]])
    (['one', 'two'], None)
    """
    if isinstance(data, str):
        raise ValueError("expected a list of texts, got one text")
    if isinstance(data, np.ndarray) or type(data).__name__ in ("Series", "DataFrame"):
        data = np.asarray(data)
        if data.ndim == 2 and data.shape[1] == 1 and data.dtype.kind in "UO":
            data = data[:, 0]
        if data.ndim != 1 or data.dtype.kind not in "UO" or (not len(data) and data.dtype.kind == "O"):
            return None
        data = data.tolist()
    elif isinstance(data, Iterator):
        data = list(data)
    if not isinstance(data, Sequence):
        return None
    other = next((place for place, text in enumerate(data) if not isinstance(text, str)), None)
    if other is None:
        return list(map(str, data))
    if any(isinstance(text, str) for text in data):
        raise ValueError(
            f"all must be texts, but at place {other} stands {data[other]!r}; leave it out or put '' there"
        )
    return None


def seed_texts(seeds: Any) -> tuple[list[str], list[list[str]] | Vectors | None]:
    """The names of the seeds, and the texts or rows that stand for each."""
    if seeds is None:
        return [], None
    if isinstance(seeds, np.ndarray):
        return [f"Theme {number + 1}" for number in range(len(seeds))], np.asarray(seeds, dtype=np.float32)
    if isinstance(seeds, Mapping):
        described = {name: [text] if isinstance(text, str) else list(text) for name, text in seeds.items()}
        return list(described), [[name, *texts] for name, texts in described.items()]
    names, prompts = [], []
    for seed in seeds:
        if isinstance(seed, GuidedTheme):
            names.append(seed.name)
            prompts.append([*seed.prompts, *seed.examples])
        else:
            names.append(str(seed))
            prompts.append([str(seed)])
    return names, prompts
