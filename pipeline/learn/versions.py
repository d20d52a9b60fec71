"""The versions of the models: kept under their digests, foreign ones only where their digest is known.

Nothing here is ever unpickled: a version may hold JSON, TOML, tables, text, arrays of plain numbers, and the weights
of spaCy's own format, and each file is looked at before it is kept.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.model_files.digests import ModelsError, digest_of, files_of
from pipeline.model_files.live import FOLDER, read_manifest, read_pointer, write_pointer

SUFFIXES = {".json", ".jsonl", ".toml", ".tsv", ".csv", ".txt", ".md", ".cfg", ".npz", ".safetensors"}
SPACY = {"model", "moves", "cfg", "tokenizer", "vectors", "key2row", "lookups.bin"}  # its own names, no suffix
LEFT_BEHIND = {".py"}  # tools that made a file; no part of a model
BY_HAND = ("gazetteer/", "themes.toml")  # what people edit in the folder of models
LARGEST = 2_000_000_000  # bytes of one file
PICKLES = (2, 3, 4, 5)  # the protocols that a pickle begins by naming


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version: its digest, where it lies, what it was made from, and what was measured."""

    digest: str
    folder: Path
    live: bool
    manifest: Mapping[str, Any]


def keep(corpus: Path, models: Path, *, about: Mapping[str, Any], expected: str | None = None) -> str:
    """Keep the files of *models* as a version of *corpus* and give its digest; the same files are one version.

    *about* goes into its manifest. With *expected*, another digest is refused. Raises ``ModelsError`` for files that
    no model consists of.
    """
    versions = corpus / FOLDER / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=versions, prefix=".new-") as made:
        copy = Path(made) / "models"
        copy_models(models, copy)
        files = files_of(copy)
        name = digest_of(files)
        if expected is not None and name != expected:
            raise ModelsError(models, f"has the digest {name}, not {expected}; it is not what you were told of")
        if not files:
            raise ModelsError(models, "holds no file")
        if not (versions / name).is_dir():
            os.replace(copy, versions / name)
    manifest = {"digest": name, **about, "files": files}
    part = versions / f".{name}.part"
    part.write_text(json.dumps(manifest, indent=1, ensure_ascii=False, default=str) + "\n", "utf-8")
    os.replace(part, versions / f"{name}.json")
    return name


def copy_models(models: Path, to: Path) -> None:
    """Copy *models* to the new folder *to*, each file looked at first. Raises ``ModelsError``."""
    if not models.is_dir():
        raise ModelsError(models, "is no folder of models")
    for path in sorted(models.rglob("*")):
        if path.is_symlink():
            raise ModelsError(path, "is a link; models are files of their own")
        if not path.is_file() or path.suffix in LEFT_BEHIND or "__pycache__" in path.parts:
            continue
        inspect(path)
        target = to / path.relative_to(models)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def inspect(path: Path) -> None:
    """Raise ``ModelsError`` unless the file *path* can be part of a model: plain data, no pickle in any disguise."""
    if path.suffix not in SUFFIXES and path.name not in SPACY:
        raise ModelsError(path, f"is none of the files that models consist of ({', '.join(sorted(SUFFIXES))})")
    if path.stat().st_size > LARGEST:
        raise ModelsError(path, f"is larger than {LARGEST // 1_000_000} megabytes")
    with path.open("rb") as file:
        first = file.read(2)
        file.seek(max(0, path.stat().st_size - 1))
        last = file.read(1)
    if len(first) == 2 and first[0] == 0x80 and first[1] in PICKLES and last == b".":
        raise ModelsError(path, "is a pickle, which could run anything; models are plain data")
    if path.suffix == ".npz":
        _inspect_arrays(path)


def _inspect_arrays(path: Path) -> None:
    from numpy.lib import format as npy

    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.file_size > LARGEST or not member.filename.endswith(".npy"):
                    raise ModelsError(path, f"holds {member.filename[:60]!r}, which is no array of numbers")
                with archive.open(member) as file:
                    head = io.BytesIO(file.read(10_000))
                major = npy.read_magic(head)[0]
                kind = (npy.read_array_header_1_0 if major == 1 else npy.read_array_header_2_0)(head)[2]
                if kind.hasobject:
                    raise ModelsError(path, f"holds {member.filename[:60]!r}, an array of objects, not of numbers")
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ModelsError(path, f"is no file of arrays ({error})") from error


def versions_of(corpus: Path) -> Iterator[Version]:
    """Yield the versions of *corpus*, by the names of their manifests."""
    live = read_pointer(corpus)["version"]
    for path in sorted((corpus / FOLDER / "versions").glob("[!.]*.json")):
        folder = path.with_suffix("")
        try:
            manifest = read_manifest(folder)
        except (
            ModelsError
        ):  # it can't be used, so it is none; `version_named` says what is wrong with one that is asked for
            continue
        yield Version(digest=folder.name, folder=folder, live=folder.name == live, manifest=manifest)


def version_named(corpus: Path, name: str) -> Version:
    """The version whose digest begins with *name*, found to be as it was kept. Raises ``ModelsError``."""
    found = [version for version in versions_of(corpus) if version.digest.startswith(name)]
    if len(found) != 1 or not name:
        what = "more than one version begins so" if found else "is no version here; see `convening models list`"
        raise ModelsError(f"version {name}", what)
    if not found[0].folder.is_dir() or digest_of(files_of(found[0].folder)) != found[0].digest:
        raise ModelsError(f"version {found[0].digest}", "was changed on disk since it was kept, and is refused")
    return found[0]


def edited_since(models: Path, version: Version) -> list[str]:
    """The files that people keep by hand in *models* and that *version* has otherwise: made before they changed."""
    if not models.is_dir():
        return []
    ours, theirs = files_of(models), files_of(version.folder)
    kept = (name for name in ours if name.startswith(BY_HAND) and Path(name).suffix not in LEFT_BEHIND)
    return [name for name in kept if theirs.get(name) != ours[name]]


def note(version: Version, **more: Any) -> None:
    """Add *more* to the manifest of *version*."""
    path = version.folder.with_name(f"{version.digest}.json")
    part = path.with_name(f".{version.digest}.part")
    part.write_text(json.dumps({**version.manifest, **more}, indent=1, ensure_ascii=False, default=str) + "\n", "utf-8")
    os.replace(part, path)


def promote(corpus: Path, version: Version) -> None:
    """Make *version* the live one; the one before is remembered."""
    pointer = read_pointer(corpus)
    if pointer["version"] != version.digest:
        write_pointer(corpus, version.digest, [*pointer["history"], pointer["version"]][-50:])


def rollback(corpus: Path) -> str | None:
    """Make the version live that was so before; gives its digest, none for the models that came with the program.

    Raises ``ModelsError`` where there is none before.
    """
    try:
        pointer = read_pointer(corpus)
    except ModelsError:
        pointer = {"version": "", "history": []}  # the pointer itself is broken: start from what came with the program
    history = list(pointer["history"])
    if not history and pointer["version"] is None:
        raise ModelsError(corpus, "the models that came with the program are live; there is nothing to go back to")
    before = history.pop() if history else None
    if before is not None:
        version_named(corpus, before)
    write_pointer(corpus, before, history)
    return before
