"""The first step: what is new or changed in the corpus, into the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ledger.corpus.details import keep_applied, stated_details, unapplied
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.posts import FileMark
from pipeline.settings import Settings
from pipeline.steps.extraction import extract_claims
from pipeline.steps.holding import open_ledger
from pipeline.steps.looking import looked
from pipeline.steps.progress import Progress, silent
from pipeline.steps.repairing import remove_half_files
from pipeline.steps.report import PostsRead

if TYPE_CHECKING:
    from pipeline.ingest import Readers
    from pipeline.ingest.corpus import Scan, Seen
    from pipeline.ingest.documents import Document

BATCH, BATCH_BYTES = 64, 64_000_000  # posts, and bytes, in one transaction: what a killed run has to do again

Rows = dict[str, tuple[str, str]]


def read_posts(settings: Settings, progress: Progress = silent, *, visit: bool = True) -> PostsRead:
    """Read what is new or changed in the corpus into the ledger; a file that cannot be read is a row.

    Before that, what an older reader read is read anew, and the sources that are due are visited, unless *visit* is
    false. Of two files that are the same post, the one whose path comes first counts; the other is a row. Posts that
    repeat an earlier one are linked to it.
    """
    from pipeline.ingest import Readers
    from pipeline.ingest.children import children_for
    from pipeline.ingest.corpus import scan
    from pipeline.intake.visiting import visit_due
    from pipeline.steps.copies import link_copies
    from pipeline.steps.rereading import outdated_files, read_again

    with open_ledger(settings) as ledger, Readers(children=children_for()) as readers:
        rows: Rows = read_again(settings, ledger, readers, progress)
        if visit:
            for visited in visit_due(settings, ledger, say=partial(progress, "visiting sources")):
                rows |= visited.rows()
        remove_half_files(settings)
        known = ledger.files()
        found = scan(settings.corpus, looked(known))
        ledger.move_files(found.moved)
        places = {old: new for new, old in found.moved.items()}
        known = {places.get(path, path): mark for path, mark in known.items()}
        rows |= {row.path: ("left out", row.reason) for row in found.skipped}
        rows |= dict.fromkeys(found.gone, ("gone", "the file is no longer there; what was decided about it is kept"))
        reading = _Reading(ledger, readers, settings.corpus, known, found, rows)
        told = unapplied(ledger)
        with ledger.reading() as connection:
            reading.dated = {post for post, known in stated_details(connection).items() if "date" in known}
        of_told = {path for path, mark in known.items() if mark.post in told and not mark.reason}
        outcomes = reading.read(outdated_files(known) | of_told, progress)
        keep_applied(ledger, told)
        changed = link_copies(ledger)
        rows |= _copies(ledger, changed)
    return PostsRead(posts={what: n for what, n in sorted(outcomes.items()) if n}, rows=rows)


@dataclass(slots=True)
class _Reading:
    """One reading of a scanned corpus, while it goes on: who owns which post, and a row for each file."""

    ledger: Ledger
    readers: Readers
    corpus: Path
    known: Mapping[str, FileMark]
    found: Scan
    rows: Rows
    owners: dict[str, str] = field(default_factory=dict)  # post → the file that counts
    marks: dict[str, FileMark] = field(default_factory=dict)
    dated: set[str] = field(default_factory=set)  # posts of whose day a person spoke

    def read(self, anew: Collection[str], progress: Progress) -> Counter[str]:
        """Read what is new, changed or to be read *anew*; how many posts came to what."""
        known, found = self.known, self.found
        leaving = {*found.gone, *found.changed}
        counting = {path: m.post for path, m in known.items() if m.post and not m.reason}
        self.owners = {post: path for path, post in counting.items() if path not in leaving}
        lost = {m.post for path, m in known.items() if m.post and path in leaving} - self.owners.keys()
        heirs = {path for path in found.unchanged if known[path].post in lost}  # copies of what is leaving
        again = {path for path in found.files if path in anew}
        left_out = {path: known[path].reason or "" for path in found.unchanged if known[path].reason}
        self.rows |= {path: ("left out", reason) for path, reason in left_out.items()}
        todo = sorted({*found.new, *found.changed, *heirs, *again})
        outcomes: Counter[str] = Counter()
        done = 0
        for paths in _batches(todo, found.files):
            outcomes += self._read_batch(paths, counting)
            done += len(paths)
            progress("reading posts", done, len(todo))
        gone = {post for post in lost - self.owners.keys() if post}
        if gone or found.gone:
            self.ledger.set_state(gone, "gone")
            self.ledger.keep_files((), gone=found.gone)
        outcomes["gone"] = len(gone)
        looked_at = set(todo)
        outcomes["unchanged"] += sum(
            1 for path in (*found.unchanged, *found.moved) if path not in looked_at and not known[path].reason
        )
        return outcomes

    def _read_batch(self, paths: Sequence[str], before: Mapping[str, str]) -> Counter[str]:
        """Read *paths* and keep their posts in one transaction."""
        from pipeline.ingest.documents import post_of
        from pipeline.ingest.identity import url_key
        from pipeline.ledger.corpus.readings import Reading, keep_readings

        self.marks = {}
        readings: dict[str, Reading] = {}
        for path, read in self._documents(paths):
            if isinstance(read, str):
                self._leave_out(path, read)
                continue
            document, data = read
            post = post_of(document, path=path)
            if not (document.id or document.url) and path in before:
                post = replace(post, id=before[path])  # it was moved here, and keeps its name and decisions
            other = self.owners.get(post.id, path)
            if other < path:
                self._leave_out(path, f"the same post as {other}, which counts", post.id)
                continue
            if other > path:
                self._leave_out(other, f"the same post as {path}, which counts", post.id)
            self.owners[post.id] = path
            self.rows.pop(path, None)
            self.rows |= {f"{path} ({n})": ("warning", said) for n, said in enumerate(document.warnings, 1)}
            if document.date and post.date is None and post.id not in self.dated:
                doubt = f"it states no date; {document.date} is a guess, and is not used until a person confirms it"
                self.rows[f"{path} (date)"] = ("warning", doubt)
            key = url_key(post.url) if post.url else None
            seen = self.found.files[path]
            readings[post.id] = Reading(
                post=post, reader=document.extractor, raw=data, digest=seen.digest, keys=(key,) if key else ()
            )
            self.marks[path] = _mark(path, seen, reader=document.extractor, post=post.id)
        kept = keep_readings(self.ledger, list(readings.values()), self.marks.values())
        for name, came in kept.items():
            if came.outcome != "unchanged":
                self.rows[readings[name].post.path or name] = (came.outcome, came.reason)
        return Counter(came.outcome for came in kept.values())

    def _documents(self, paths: Sequence[str]) -> Iterator[tuple[str, tuple[Document, bytes] | str]]:
        """The document in each file, or why there is none; several children read at once.

        What people write as text is read here; pages and office files, which can hang or swell, in a child.
        """
        from concurrent.futures import Future, ThreadPoolExecutor

        from pipeline.ingest.children import children_for
        from pipeline.ingest.documents import UnreadableError
        from pipeline.ingest.readers import file_bytes, kind_of, read_bytes

        def read(path: str, data: bytes, how: Callable[..., Document]) -> tuple[Document, bytes] | str:
            try:
                return how(data, name=path), data
            except UnreadableError as error:
                return error.reason

        with ThreadPoolExecutor(children_for()) as pool:
            begun: list[tuple[Document, bytes] | str | Future[tuple[Document, bytes] | str]] = []
            for path in paths:
                try:
                    data = file_bytes(self.corpus / path, root=self.corpus)
                    here = kind_of(data, name=path) == "text"
                except UnreadableError as error:
                    begun.append(error.reason)
                    continue
                begun.append(read(path, data, read_bytes) if here else pool.submit(read, path, data, self.readers.read))
            for path, made in zip(paths, begun, strict=True):
                yield path, made.result() if isinstance(made, Future) else made

    def _leave_out(self, path: str, reason: str, post: str | None = None) -> None:
        self.rows[path] = ("left out", reason)
        if seen := self.found.files.get(path):
            self.marks[path] = _mark(path, seen, post=post, reason=reason)


def _mark(
    path: str, seen: Seen, *, reader: str | None = None, post: str | None = None, reason: str | None = None
) -> FileMark:
    return FileMark(
        path=path, mtime_ns=seen.mtime_ns, size=seen.size, digest=seen.digest, reader=reader, post=post, reason=reason
    )


def _batches(paths: Sequence[str], files: Mapping[str, Seen]) -> Iterator[list[str]]:
    """*paths* in portions that are small in number and in bytes."""
    batch: list[str] = []
    size = 0
    for path in paths:
        if batch and (len(batch) >= BATCH or size + files[path].size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += files[path].size
    if batch:
        yield batch


def _copies(ledger: Ledger, changed: Mapping[str, str | None]) -> Rows:
    """A row for each post that repeats another since this run, or does so no more."""
    if not changed:
        return {}
    names = {row["id"]: row["path"] or row["id"] for row in ledger.post_rows()}
    return {
        f"{names.get(post, post)} (copy)": ("copy", f"repeats {names.get(other, other)}, whose figures count once")
        if other
        else ("copy", "repeats no other post any more; its figures count")
        for post, other in changed.items()
    }


def take_in(settings: Settings, path: Path) -> str | None:
    """Read one new file of the corpus and find its claims at once; why not, where it is no post."""
    name = path.relative_to(settings.corpus).as_posix()
    outcome, reason = read_posts(settings, visit=False).rows.get(name, ("", ""))
    with open_ledger(settings) as ledger:
        ids = [row["id"] for row in ledger.post_rows() if row["path"] == name]
    extract_claims(settings, only=ids)
    return reason if outcome == "left out" else None
