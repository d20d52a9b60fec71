"""The quick encoder: a vector for each word piece, made so that their mean is near to MiniLM's vector.

It is what runs use: thousands of passages a second on one processor, and a text's vector depends on
nothing but the text. Its numbers lie beside the other models and are made by
`pipeline.learn.train_quick`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model_files.digests import file_digest
from pipeline.themes.encoders import (
    MAX_CHARACTERS,
    WORDPIECES,
    WORDPIECES_SHA256,
    EncoderError,
    Vectors,
    checked_digest,
    unit_rows,
)

FILE = "quick.npz"
PIECES = 30_522  # of the vocabulary of uncased BERT
REMEMBERED = 200_000  # words whose pieces are kept
LETTERS = re.compile(r"[^\W_]+")


class QuickEncoder:
    """Each text is the weighted mean of its pieces' vectors, shifted and scaled to length 1.

    >>> QuickEncoder(np.zeros((PIECES, 2), np.int8), np.ones(PIECES), np.zeros(2), mark="x").size
    2
    """

    name = "quick"

    def __init__(
        self,
        numbers: NDArray[np.int8],
        scale: NDArray[Any],
        middle: NDArray[Any],
        *,
        weight: NDArray[Any] | None = None,
        mark: str,
    ) -> None:
        self._rows = numbers.astype(np.float32) * scale.astype(np.float32)[:, None]
        self._weight = np.ones(len(numbers), dtype=np.float32) if weight is None else weight.astype(np.float32)
        self._middle = middle.astype(np.float32)
        self.size = numbers.shape[1]
        self.digest = f"{self.name}/{mark}"
        self._pieces = Pieces()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text; a text without a known word is a row of zeros."""
        found = np.zeros((len(texts), self.size), dtype=np.float32)
        for place, text in enumerate(texts):
            pieces = self._pieces.of(text)
            weights = self._weight[pieces]
            # Each text is summed up by itself, in the order of its words, so its bytes depend on nothing else.
            found[place] = weights @ self._rows[pieces]
            if weights.any():
                found[place] = found[place] / np.sqrt(np.square(weights).sum()) + self._middle
        return unit_rows(found)


class Pieces:
    """The word pieces of texts: letters and digits in lower case, without signs; each word is cut once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, ...]] = {}
        self._tokenizer: Any = None

    def of(self, text: str) -> NDArray[np.int64]:
        """The numbers of the pieces of *text*, in its order; of a giant text, those of its beginning."""
        found: list[int] = []
        for word in LETTERS.findall(text[:MAX_CHARACTERS].lower()):
            known = self._known.get(word)
            found.extend(self._cut(word) if known is None else known)
        return np.array(found, dtype=np.int64)

    def _cut(self, word: str) -> tuple[int, ...]:
        if self._tokenizer is None:
            self._tokenizer = word_pieces()
        readable = word.encode("utf-8", "replace").decode("utf-8")
        pieces = tuple(self._tokenizer.encode(readable, add_special_tokens=False).ids)
        if len(self._known) < REMEMBERED:
            self._known[word] = pieces
        return pieces

    def __getstate__(self) -> dict[str, Any]:
        return {"_known": {}, "_tokenizer": None}


def word_pieces() -> Any:
    """What cuts texts into the pieces of uncased BERT; raises `EncoderError` where it is not installed."""
    if find_spec("tokenizers") is None:
        raise EncoderError("quick", "tokenizers is not installed; install it")
    checked_digest(WORDPIECES, WORDPIECES_SHA256)
    return import_module("tokenizers").BertWordPieceTokenizer(str(WORDPIECES), lowercase=True)


def load_quick(folder: Path) -> QuickEncoder:
    """The encoder whose numbers are in *folder*; raises `EncoderError` where they are not, or cannot be used."""
    return _loaded(folder / FILE)


@cache
def _loaded(path: Path) -> QuickEncoder:
    if not path.is_file():
        raise EncoderError("quick", f"no file at {path}; take the models that belong to this program")
    word_pieces()
    try:
        with np.load(path, allow_pickle=False) as arrays:
            numbers, scale, middle, weight = (arrays[name] for name in ("numbers", "scale", "middle", "weight"))
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise EncoderError("quick", f"{path} cannot be read ({error}); make it again") from error
    if numbers.ndim != 2 or numbers.dtype != np.int8 or len(numbers) != PIECES or len(weight) != PIECES:
        raise EncoderError("quick", f"{path} has other numbers than expected; make it again")
    return QuickEncoder(numbers, scale, middle, weight=weight, mark=file_digest(path)[:12])


def save_quick(folder: Path, rows: NDArray[Any], weight: NDArray[Any], middle: NDArray[Any]) -> None:
    """Write the vectors of all pieces, in bytes of a scale for each row, with their weights; the file lands whole."""
    numbers, scale = in_bytes(rows)
    part = folder / f"{FILE}.part"
    with part.open("wb") as opened:
        np.savez_compressed(
            opened,
            numbers=numbers,
            scale=scale.astype(np.float32),
            middle=middle.astype(np.float32),
            weight=weight.astype(np.float32),
        )
    part.replace(folder / FILE)


def in_bytes(rows: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """*rows* as small whole numbers, and what one of them is worth in each row."""
    scale = np.maximum(np.abs(rows).max(axis=1), 1e-9) / 127
    numbers = np.round(rows / scale[:, None]).astype(np.int8)
    return numbers, np.where(numbers.any(axis=1), scale, 0.0)
