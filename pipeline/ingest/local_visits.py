"""Visits to sources on this machine: folders, exports of a Medium account, web archives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipeline.ingest.arrivals import Arrival, Problem, Reads, merged, no_post
from pipeline.ingest.corpus import Seen, scan
from pipeline.ingest.documents import Document, UnreadableError
from pipeline.ingest.feeds import Entry
from pipeline.ingest.identity import url_key
from pipeline.ingest.readers import file_bytes
from pipeline.ingest.sources import Source
from pipeline.ingest.states import State, after_failure, after_success
from pipeline.ingest.visited import Visit


def visit_local(
    source: Source,
    state: State,
    now: datetime,
    *,
    reads: Reads,
    keep: Callable[[Arrival], None] | None,
    root: Path | None,
) -> Visit:
    """Bring the files of *source* that are new or changed since *state*."""
    place = Path(source.url) if root is None else root / source.url
    if not place.exists():
        problem = Problem(url=source.url, kind="gone", reason="there is no such file or folder")
        return Visit(source=source.name, state=after_failure(source, state, now, problem.reason), problems=(problem,))
    arrivals: list[Arrival] = []
    problems: list[Problem] = []
    found = scan(place, state.files) if place.is_dir() else None
    names = [place.name] if found is None else [*found.new, *found.changed]
    files: dict[str, Seen] = dict(found.files) if found else {}
    problems += [Problem(url=row.path, kind="skipped", reason=row.reason) for row in (found.skipped if found else ())]
    for name in names:
        file = place if found is None else place / name
        for outcome in _documents(source, file, name, reads, state, files):
            if isinstance(outcome, Problem):
                problems.append(outcome)
                continue
            document, raw = outcome
            entry = Entry(id=name, url=document.url or name)
            key = url_key(document.url) if document.url else None
            arrival = Arrival(
                document=merged(document, entry, None, source),
                raw=raw,
                keys=(key,) if key else (),
                source=source.name,
                reads_as="medium" if source.kind == "medium" else "document",
                url=document.name if source.kind == "warc" else None,
            )
            if keep is not None:
                keep(arrival)
            arrivals.append(arrival)
    return Visit(
        source=source.name,
        state=after_success(source, replace(state, files=files), now),
        arrivals=tuple(arrivals),
        problems=tuple(problems),
        fresh=bool(names),
    )


def _documents(
    source: Source, file: Path, name: str, reads: Reads, state: State, files: dict[str, Seen]
) -> Iterator[tuple[Document, bytes] | Problem]:
    """The documents in *file*: one, or one for each page of an archive."""
    if source.kind == "warc":
        from pipeline.ingest.archives import read_archive

        status = file.stat()
        seen = Seen(mtime_ns=status.st_mtime_ns, size=status.st_size, digest="")
        if state.files.get(name) == seen:
            files[name] = seen
            return
        for page in read_archive(file):
            if isinstance(page, str):
                yield Problem(url=name, kind="broken", reason=page)
                continue
            try:
                document = reads.read(page.body, name=page.url, url=page.url, content_type=page.content_type)
            except UnreadableError as error:
                yield Problem(url=page.url, kind="unreadable", reason=error.reason)
                continue
            if reason := no_post(page.url, page.url, document):
                yield Problem(url=page.url, kind="no_content", reason=reason)
            else:
                yield document, page.body
        files.setdefault(name, seen)
        return
    if source.kind == "medium" and file.name.startswith("draft_"):
        return
    try:
        data = file_bytes(file, root=file.parent)
        reader = reads.read_medium if source.kind == "medium" else reads.read
        yield reader(data, name=name), data
    except UnreadableError as error:
        yield Problem(url=name, kind="unreadable", reason=error.reason)
