"""The folder of posts: what is new in it, what changed, what is gone, told without reading what did not change."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.ingest.documents import Document, Unreadable, UnreadableError, raw_digest
from pipeline.ingest.readers import MAX_BYTES, file_bytes, read_bytes

OURS = frozenset({"sources.toml", "decisions", "ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.db-journal"})
DEEPEST = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file as it was when it was last read."""

    mtime_ns: int
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a look at the folder found; paths are relative to it, with ``/``, in order.

    ``files`` holds what to remember for the next look. ``moved`` is of files that lie elsewhere
    now: new path → old path; they are neither new nor gone.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[Unreadable, ...] = ()
    files: Mapping[str, Seen] = field(default_factory=dict)


def scan(folder: Path, known: Mapping[str, Seen]) -> Scan:
    """Compare *folder* with what is *known* of it; only files with another size or time are opened.

    The same bytes under a second path are skipped with the first path as the reason.
    """
    skipped: list[Unreadable] = []
    files: dict[str, Seen] = {}
    owners: dict[str, str] = {}
    pending: list[tuple[str, os.stat_result]] = []
    inodes: dict[tuple[int, int], str] = {}
    for name, status in _walk(folder, skipped):
        if (first := inodes.setdefault((status.st_dev, status.st_ino), name)) != name and status.st_ino:
            skipped.append(Unreadable(path=name, reason=f"the same file as {first}"))
            continue
        before = known.get(name)
        if before and (before.mtime_ns, before.size) == (status.st_mtime_ns, status.st_size):
            files[name] = before
            owners.setdefault(before.digest, name)
        else:
            pending.append((name, status))
    for name, status in sorted(pending, key=lambda entry: (entry[0] not in known, entry[0])):
        try:
            path = folder / name  # below folders that are no links: only the file itself could lead out
            found = raw_digest(file_bytes(path, root=folder if path.is_symlink() else None))
        except UnreadableError as error:
            skipped.append(Unreadable(path=name, reason=error.reason))
            continue
        if owners.setdefault(found, name) != name:
            skipped.append(Unreadable(path=name, reason=f"the same bytes as {owners[found]}"))
            continue
        files[name] = Seen(mtime_ns=status.st_mtime_ns, size=status.st_size, digest=found)
    gone = {name for name in known if name not in files}
    lost = {known[name].digest: name for name in sorted(gone)}
    moved = {name: lost[seen.digest] for name, seen in files.items() if name not in known and seen.digest in lost}
    return Scan(
        new=tuple(sorted(name for name in files if name not in known and name not in moved)),
        changed=tuple(sorted(name for name in files if name in known and files[name].digest != known[name].digest)),
        unchanged=tuple(sorted(name for name in files if name in known and files[name].digest == known[name].digest)),
        gone=tuple(sorted(gone - set(moved.values()))),
        moved=moved,
        skipped=tuple(sorted(skipped, key=lambda row: row.path)),
        files=dict(sorted(files.items())),
    )


def read_corpus(folder: Path) -> Iterator[Document | Unreadable]:
    """Every post in *folder* in the order of their paths, and a row with a reason for every other file."""
    found = scan(folder, {})
    rows: dict[str, Unreadable | None] = dict.fromkeys(found.new) | {row.path: row for row in found.skipped}
    for name in sorted(rows):
        if (row := rows[name]) is not None:
            yield row
            continue
        try:
            yield read_bytes(file_bytes(folder / name, root=folder, limit=MAX_BYTES), name=name)
        except UnreadableError as error:
            yield Unreadable(path=name, reason=error.reason)


def _walk(folder: Path, skipped: list[Unreadable]) -> Iterator[tuple[str, os.stat_result]]:
    """The regular files below *folder* in order; what is not one is skipped with its reason."""
    root = folder.resolve()
    waiting = [(str(folder), "", 0)]
    found: list[tuple[str, os.stat_result]] = []
    while waiting:
        place, prefix, depth = waiting.pop()
        try:
            with os.scandir(place) as listing:
                entries = list(listing)
        except OSError as error:
            skipped.append(Unreadable(path=prefix or str(folder), reason=(error.strerror or str(error)).lower()))
            continue
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if entry.name.startswith(".") or (not prefix and entry.name in OURS):
                continue
            try:
                entry.name.encode("utf-8")
            except UnicodeEncodeError:
                skipped.append(Unreadable(path=ascii(name)[1:-1], reason="its name is not UTF-8"))
                continue
            try:
                if entry.is_symlink() and not Path(entry.path).resolve(strict=True).is_relative_to(root):
                    skipped.append(Unreadable(path=name, reason="a link that leads out of the folder"))
                    continue
                status = entry.stat()
            except (OSError, RuntimeError) as error:
                skipped.append(Unreadable(path=name, reason=(getattr(error, "strerror", None) or str(error)).lower()))
                continue
            if stat.S_ISDIR(status.st_mode):
                if entry.is_symlink() or depth >= DEEPEST:
                    skipped.append(
                        Unreadable(path=name, reason="a link to a folder" if entry.is_symlink() else "too deep")
                    )
                elif Path(entry.name).suffix.lower() in {".html", ".htm", ".md", ".txt", ".pdf", ".docx"}:
                    skipped.append(Unreadable(path=name, reason="a folder, not a file"))
                else:
                    waiting.append((entry.path, f"{name}/", depth + 1))
            elif not stat.S_ISREG(status.st_mode):
                skipped.append(Unreadable(path=name, reason="not a regular file"))
            else:
                found.append((name, status))
    found.sort(key=lambda item: item[0])
    yield from found
