"""What tells one set of model files from another: the digest of each, and one of them all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import PipelineError


class ModelsError(PipelineError):
    """Models that cannot be used, or a version that is not there."""


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def files_of(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file in *folder* by its path there, in order.

    Raises ``ModelsError`` for a link: what it leads to could change.
    """
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in _walk(folder)}


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise ModelsError(path, "is a link; models are files of their own")
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def digest_of(files: Mapping[str, str]) -> str:
    """The digest that names a version: of the paths and digests of its files.

    >>> digest_of({"a": "1"}) == digest_of({"a": "1"}) != digest_of({"a": "2"})
    True
    """
    told = "".join(f"{path}\0{files[path]}\n" for path in sorted(files))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
