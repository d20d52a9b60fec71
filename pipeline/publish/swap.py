"""A folder of files that changes from one whole state to the next, whatever stops the program.

New files are written beside the old ones, in a hidden folder of the same file system; renaming that folder is the
moment of change. Then each file takes its place. What was stopped before that moment is thrown away by the next run,
what was stopped after it is finished. Waiting for the disk would take longer than all the rest, so a loss of power may
leave files damaged: where the machine was started anew since, their digests are looked at (``whole``, ``repair``), and
what is not as it was written is written again.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError

WRITING, READY, LOCK, MANIFEST = ".writing", ".ready", ".lock", "manifest.json"


class PublishError(PipelineError):
    """The outputs cannot be written."""


@contextmanager
def swapped(folder: Path) -> Iterator[Path]:
    """An empty folder to fill; when the block ends well, its files take the place of those in *folder*.

    Files that the new ``manifest.json`` does not name but the old one did are removed.
    """
    with _os_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        _repair(folder)
        fresh = folder / WRITING
        with _os_errors(folder):
            try:
                fresh.mkdir()
                yield fresh
                if _started() is None:
                    _sync_tree(fresh)
                fresh.rename(folder / READY)
                _sync_folder(folder)
                _move_in(folder)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise


def repair(folder: Path) -> str | None:
    """Finish or throw away what an earlier run was stopped in; what was done, in words.

    Whoever publishes into *folder* at this moment is waited for.
    """
    with _alone(folder):
        return _repair(folder)


def _repair(folder: Path) -> str | None:
    with _os_errors(folder):
        shutil.rmtree(folder / WRITING, ignore_errors=True)
        if (folder / READY).is_dir():
            _move_in(folder)
            return f"{folder}: a publication that was stopped midway is now complete"
        if (folder / MANIFEST).is_file() and not whole(folder):
            (folder / MANIFEST).unlink()  # so that nothing is taken over from it
            return f"{folder}: files there were not as they were written, and are written again"
    return None


def whole(folder: Path) -> bool:
    """Whether every file that the manifest of *folder* names is there as it was written.

    Its size is looked at, and its bytes, too, where the machine was started anew since.
    """
    files = manifest(folder).get("files")
    if not isinstance(files, dict):
        return False
    try:
        if any((folder / name).stat().st_size != about["bytes"] for name, about in files.items()):
            return False
        started = _started()
        if started is None or (folder / MANIFEST).stat().st_mtime > started:
            return True
        for name, about in files.items():
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != about["sha256"]:
                    return False
        os.utime(folder / MANIFEST)  # looked at since this start
    except (OSError, KeyError, TypeError):
        return False
    return True


def manifest(folder: Path) -> dict[str, Any]:
    """What the manifest in *folder* says; empty where there is none that can be read."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def digests(folder: Path, known: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, dict[str, Any]]:
    """The size and SHA-256 of every file in *folder* but hidden ones, by its path with slashes, sorted.

    Of the files *known* they are taken as given.
    """
    found = dict[str, dict[str, Any]]()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        name = path.relative_to(folder).as_posix()
        if known and name in known:
            found[name] = dict(known[name])
            continue
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[name] = {"bytes": path.stat().st_size, "sha256": digest}
    return dict(sorted(found.items()))


@cache
def _started() -> float | None:
    """When the machine was started, in seconds since 1970; ``None`` where the system does not tell."""
    try:
        lines = Path("/proc/stat").read_text(encoding="ascii").splitlines()
        return next((float(line.split()[1]) for line in lines if line.startswith("btime ")), None)
    except (OSError, ValueError):
        return None


def _move_in(folder: Path) -> None:
    ready = folder / READY
    new = manifest(ready)
    if new:  # without it, the move had come to its last step
        for gone in _named(manifest(folder)) - _named(new):
            _inside(folder, gone).unlink(missing_ok=True)
    names = sorted(
        (p.relative_to(ready) for p in ready.rglob("*") if p.is_file()), key=lambda p: (p.name == MANIFEST, p)
    )
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(ready / name, target)
    for name in {name.parent for name in names}:
        _sync_folder(folder / name)
    shutil.rmtree(ready)
    _sync_folder(folder)


def _named(told: Mapping[str, Any]) -> set[str]:
    files = told.get("files")
    return set(files) if isinstance(files, dict) else set()


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise PublishError(folder / MANIFEST, f"names a file outside of its folder ({name}). Remove the manifest")
    return path


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other program publishes into *folder*."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with _os_errors(folder):
        file = (folder / LOCK).open("w")
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _os_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublishError(folder, _advice(error)) from error


def _advice(error: OSError) -> str:
    said = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"could not be written, because the disk is full ({said}). Free some space and run again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"cannot be written ({said}). Check that you may write there, or choose another folder"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"is not a folder ({said}). Move that file away, or choose another folder"
    return f"could not be written ({said})"
