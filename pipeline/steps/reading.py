"""The first step: what is new or changed in the corpus, into the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ledger.ledger import FileMark, Ledger
from pipeline.records import Post
from pipeline.settings import Settings
from pipeline.steps.extraction import extract_claims
from pipeline.steps.run import PostsRead, Progress, looked, open_ledger, silent

if TYPE_CHECKING:
    from pipeline.ingest import Readers
    from pipeline.ingest.corpus import Seen

BATCH = 64  # posts in one transaction: what a killed run has to do again


def read_posts(settings: Settings, progress: Progress = silent, *, visit: bool = True) -> PostsRead:
    """Read what is new or changed in the corpus into the ledger; a file that cannot be read is a row.

    First the sources that are due are visited, unless *visit* is false. Of two files that are the same post,
    the one whose path comes first counts; the other is a row.
    """
    from pipeline.ingest import Readers
    from pipeline.ingest.corpus import scan
    from pipeline.visiting import visit_due

    with open_ledger(settings) as ledger, Readers() as readers:
        watch = partial(progress, "visiting sources")
        visits = visit_due(settings, ledger, say=watch) if visit else []
        known = ledger.files()
        found = scan(settings.corpus, looked(known))
        ledger.move_files(found.moved)
        known = {found_at(path, found.moved): mark for path, mark in known.items()}
        rows = {row.path: ("left out", row.reason) for row in found.skipped}
        for visited in visits:
            rows |= {f"{visited.source}: {url}": ("left out", reason) for url, reason in visited.problems}
            rows |= {f"{visited.source} ({n})": ("warning", said) for n, said in enumerate(visited.warnings, 1)}
        rows |= dict.fromkeys(found.gone, ("gone", "the file is no longer there; what was decided about it is kept"))
        leaving = {*found.gone, *found.changed}
        before = {path: m.post for path, m in known.items() if m.post and not m.reason}
        owners = {m.post: path for path, m in known.items() if m.post and not m.reason and path not in leaving}
        lost = {m.post for path, m in known.items() if m.post and path in leaving} - owners.keys()
        heirs = {path for path in found.unchanged if known[path].post in lost}  # copies of what is leaving
        rows |= {path: ("left out", known[path].reason or "") for path in found.unchanged if known[path].reason}
        todo = sorted({*found.new, *found.changed, *heirs})
        outcomes: Counter[str] = Counter()
        for paths in batched(todo, BATCH):
            outcomes += _read_batch(ledger, readers, settings.corpus, paths, found.files, before, owners, rows)
            progress("reading posts", todo.index(paths[-1]) + 1, len(todo))
        gone = {post for post in lost - owners.keys() if post}
        ledger.set_state(gone, "gone")
        ledger.keep_files((), gone=found.gone)
        outcomes["gone"] = len(gone)
        same = [path for path in (*found.unchanged, *found.moved) if path not in heirs and not known[path].reason]
        outcomes["unchanged"] += len(same)
    return PostsRead(posts={what: n for what, n in sorted(outcomes.items()) if n}, rows=rows)


def _read_batch(
    ledger: Ledger,
    readers: Readers,
    corpus: Path,
    paths: Sequence[str],
    files: Mapping[str, Seen],
    before: Mapping[str, str],
    owners: dict[str, str],
    rows: dict[str, tuple[str, str]],
) -> Counter[str]:
    """Read *paths* and keep their posts in one transaction; *owners* and *rows* learn what came of each."""
    from pipeline.ingest.documents import UnreadableError, post_of
    from pipeline.ingest.readers import file_bytes, kind_of, read_bytes

    marks: dict[str, FileMark] = {}
    posts: dict[str, Post] = {}
    reader: dict[str, str] = {}
    raw: dict[str, bytes] = {}

    def leave_out(path: str, reason: str, post: str | None = None) -> None:
        rows[path] = ("left out", reason)
        seen = files.get(path)
        if seen:
            marks[path] = FileMark(
                path=path, mtime_ns=seen.mtime_ns, size=seen.size, digest=seen.digest, post=post, reason=reason
            )

    for path in paths:
        seen = files[path]
        try:
            data = file_bytes(corpus / path, root=corpus)
            # What people write as text is read here; pages and office files, which can hang or swell, in a child.
            read = read_bytes if kind_of(data, name=path) == "text" else readers.read
            document = read(data, name=path)
        except UnreadableError as error:
            leave_out(path, error.reason)
            continue
        post = post_of(document, path=path)
        if not (document.id or document.url) and path in before:
            post = replace(post, id=before[path])  # it was moved here, and keeps its name and decisions
        other = owners.get(post.id, path)
        if other < path:
            leave_out(path, f"the same post as {other}, which counts", post.id)
            continue
        if other > path:
            leave_out(other, f"the same post as {path}, which counts", post.id)
        owners[post.id] = path
        rows.pop(path, None)
        rows |= {f"{path} ({n})": ("warning", said) for n, said in enumerate(document.warnings, 1)}
        posts[post.id], reader[post.id], raw[post.id] = post, document.extractor, data
        marks[path] = FileMark(
            path=path,
            mtime_ns=seen.mtime_ns,
            size=seen.size,
            digest=seen.digest,
            reader=document.extractor,
            post=post.id,
        )
    outcome = ledger.keep_posts(posts.values(), reader=reader, raw=raw, files=marks.values())
    rows |= {posts[post].path or post: (what, "") for post, what in outcome.items() if what != "unchanged"}
    return Counter(outcome.values())


def found_at(path: str, moved: Mapping[str, str]) -> str:
    """Where the file that lay at *path* lies now; *moved* maps new paths to old ones."""
    return next((new for new, old in moved.items() if old == path), path)


def take_in(settings: Settings, path: Path) -> str | None:
    """Read one new file of the corpus and find its claims at once; why not, where it is no post."""
    name = path.relative_to(settings.corpus).as_posix()
    outcome, reason = read_posts(settings, visit=False).rows.get(name, ("", ""))
    with open_ledger(settings) as ledger:
        ids = [row["id"] for row in ledger.post_rows() if row["path"] == name]
    extract_claims(settings, only=ids)
    return reason if outcome == "left out" else None
