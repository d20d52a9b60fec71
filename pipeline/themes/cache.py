"""Vectors kept between runs: by the digest of the text and of the encoder, in a folder or any mapping."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, MutableMapping, Sequence
from pathlib import Path

import numpy as np

from pipeline.records import digest
from pipeline.themes.encoders import Encoder, Vectors


class VectorCache(MutableMapping[str, bytes]):
    """Small byte strings in a folder, one file a key, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.vec"

    def __getitem__(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except OSError as error:
            raise KeyError(key) from error

    def __setitem__(self, key: str, value: bytes) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(value)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def __delitem__(self, key: str) -> None:
        try:
            self._path(key).unlink()
        except OSError as error:
            raise KeyError(key) from error

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in sorted(self.folder.glob("??/*.vec")))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class CachedEncoder:
    """An encoder that asks the cache first; a vector there that is broken is made anew."""

    def __init__(self, encoder: Encoder, cache: MutableMapping[str, bytes]) -> None:
        self._encoder, self._cache = encoder, cache
        self.name, self.digest, self.size = encoder.name, encoder.digest, encoder.size

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text; only texts that the cache lacks are read."""
        keys = [digest(self.digest, text, length=32) for text in texts]
        rows: dict[str, Vectors] = {}
        missing: dict[str, str] = {}
        for key, text in zip(keys, texts, strict=True):
            if key not in rows and key not in missing:
                kept = self._cache.get(key)
                if kept is not None and len(kept) == 4 * self.size:
                    rows[key] = np.frombuffer(kept, dtype="<f4").astype(np.float32)
                else:
                    missing[key] = text
        if missing:
            for key, row in zip(missing, self._encoder.encode(list(missing.values())), strict=True):
                self._cache[key] = row.astype("<f4").tobytes()
                rows[key] = row
        return np.array([rows[key] for key in keys], dtype=np.float32).reshape(len(texts), self.size)
