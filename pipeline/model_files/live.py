"""Which version of the models is live: one small file names it, and is changed in one step.

Versions lie in the hidden folder ``.models`` of the corpus: ``versions/<digest>/`` holds the files, the manifest
``versions/<digest>.json`` beside it the digest of each, and ``live.json`` names the version that everything reads.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.model_files.digests import ModelsError, digest_of, files_of

FOLDER, POINTER = ".models", "live.json"


def read_pointer(corpus: Path) -> dict[str, Any]:
    """What ``live.json`` says: the live ``version`` (none: the models that came with the program) and the ``history``.

    Raises ``ModelsError`` where it cannot be understood.
    """
    path = corpus / FOLDER / POINTER
    try:
        told = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {"version": None, "history": []}
    except (OSError, ValueError) as error:
        raise ModelsError(path, f"cannot be read ({error}); `convening models rollback` writes it anew") from error
    named = [told.get("version"), *told.get("history", [])] if isinstance(told, dict) else [0]
    if not all(name is None or (isinstance(name, str) and name.isalnum()) for name in named):
        raise ModelsError(path, "names no version; `convening models rollback` writes it anew")
    return {"version": told["version"], "history": list(told.get("history", []))}


def write_pointer(corpus: Path, version: str | None, history: list[str | None]) -> None:
    """Make *version* the live one, in one step: whoever looks sees the old one or the new."""
    folder = corpus / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{POINTER}.{os.getpid()}.part"
    with part.open("w", encoding="utf-8") as file:
        json.dump({"version": version, "history": history}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, folder / POINTER)


def live_models(corpus: Path) -> Path | None:
    """The folder of the live version of *corpus*, or none if the models that came with the program are.

    Raises ``ModelsError`` where it is not there, or not what was promoted.
    """
    version = read_pointer(corpus)["version"]
    if version is None:
        return None
    folder = corpus / FOLDER / "versions" / str(version)
    _check(folder)
    return folder


@cache
def _check(folder: Path) -> None:
    manifest = read_manifest(folder)
    if not folder.is_dir() or digest_of(files_of(folder)) != folder.name or manifest["digest"] != folder.name:
        raise ModelsError(folder, "is not what was promoted; `convening models rollback` goes back to the one before")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the version in *folder*. Raises ``ModelsError`` where there is none."""
    path = folder.with_name(f"{folder.name}.json")
    try:
        told = json.loads(path.read_text("utf-8"))
        return {"digest": str(told["digest"]), **{k: v for k, v in told.items() if k != "digest"}}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelsError(path, "is no manifest of a version, so its models are not known here") from error
