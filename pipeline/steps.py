"""The steps of a run as plain functions: posts to claims, to themes, to findings, to outputs.

Each opens the ledger that its settings name, works only on what is new, and leaves the ledger whole
when it is killed, so that the next run goes on where this one stopped. None of them knows Prefect.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from filelock import FileLock, Timeout

from pipeline.errors import PipelineError
from pipeline.ledger import review_queue
from pipeline.ledger.ledger import FileMark, Ledger
from pipeline.loading import load_encoder, load_extractor, load_guide
from pipeline.records import Entity, Passage, Post, digest
from pipeline.settings import Settings, program_version
from pipeline.versions import extractor_version, outputs_version, themes_version

if TYPE_CHECKING:
    from pipeline.ingest import Readers
    from pipeline.ingest.corpus import Seen

BATCH = 64  # posts in one transaction: what a killed run has to do again
type Progress = Callable[[str, int, int], None]  # the step, how much is done, out of how much


class CorpusError(PipelineError):
    """The folder of posts cannot be worked on."""


class BusyError(PipelineError):
    """Another run is at work on the same corpus."""


def silent(step: str, done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsRead:
    """What reading the corpus came to: posts by outcome, and what was left out with the reason."""

    posts: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # item → outcome, reason


@dataclass(slots=True, kw_only=True)
class Report:
    """What a run did, filled step by step."""

    id: str
    read: PostsRead = field(default_factory=PostsRead)
    extracted: int = 0
    claims: Mapping[str, int] = field(default_factory=dict)
    themes: Mapping[str, Any] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    outputs: Path | None = None

    def summary(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "run": self.id,
            "posts": dict(self.read.posts),
            "extracted": self.extracted,
            "claims": dict(self.claims),
            "themes": dict(self.themes),
            "findings": dict(self.findings),
            "left_out": [
                {"item": item, "outcome": outcome, "reason": reason}
                for item, (outcome, reason) in sorted(self.read.rows.items())
                if outcome in ("left out", "warning", "gone")
            ],
            "outputs": None if self.outputs is None else str(self.outputs),
        }


def open_ledger(settings: Settings) -> Ledger:
    """The ledger of *settings*; raises ``CorpusError`` where the corpus is no folder."""
    _check_corpus(settings.corpus)
    return Ledger(settings.ledger_address)


def _check_corpus(corpus: Path) -> None:
    if not corpus.is_dir():
        what = "is a file, not a folder" if corpus.exists() else "is not there"
        raise CorpusError(corpus, f"the corpus {what}. Make the folder, or name another with --corpus")


@contextmanager
def only_run(settings: Settings) -> Iterator[None]:
    """Hold the corpus for one run; the system lets go of it when the process dies, however it dies.

    Raises ``BusyError`` where another run holds it.
    """
    _check_corpus(settings.corpus)
    lock = FileLock(settings.corpus / ".run.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(settings.corpus, "another run is at work on this corpus; run again when it is done") from error
    except OSError as error:
        raise CorpusError(settings.corpus, f"cannot be written ({error.strerror})") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def recorded(settings: Settings) -> Iterator[Report]:
    """Keep a run's report in the ledger, whether it ends well or not."""
    report = Report(id=uuid4().hex[:12])
    with open_ledger(settings) as ledger:
        ledger.begin_run(report.id, version=program_version(), at=datetime.now(UTC))
        status = "failed"
        try:
            yield report
            report.claims = ledger.claims_by_kind()
            status = "done"
        finally:
            ledger.end_run(
                report.id, at=datetime.now(UTC), status=status, summary=report.summary(), items=report.read.rows
            )


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
        found = scan(settings.corpus, _looked(known))
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


def extract_claims(settings: Settings, progress: Progress = silent, *, only: Collection[str] | None = None) -> int:
    """Find claims and entities in the posts that today's extractor has not read; how many posts that were.

    Of the posts *only*, where they are named.
    """
    version = extractor_version(settings)
    with open_ledger(settings) as ledger:
        waiting = [post for post in ledger.unextracted(version) if only is None or post in only]
        if not waiting:
            return 0
        progress("finding claims", 0, len(waiting))
        extractor = load_extractor(settings)
        done = 0
        for ids in batched(waiting, BATCH):
            ledger.keep_extractions(extractor.extract_many(ledger.posts(ids)), extractor=version)
            done += len(ids)
            progress("finding claims", done, len(waiting))
        review_queue.refresh(ledger)  # decisions are carried over to what was found now
        return len(waiting)


def assign_themes(settings: Settings, progress: Progress = silent) -> dict[str, Any]:
    """Put the passages of new posts into themes; how many passages and themes there are, and what changed."""
    from pipeline import theming
    from pipeline.records import passages_of
    from pipeline.themes.assign import assign_themes as assign

    with open_ledger(settings) as ledger:
        before = theming.load_state(ledger)
        live = ledger.live_posts()
        if before is not None and ledger.state("themed") == _themed(settings, ledger, before.fingerprint, live):
            return _theme_counts(ledger)
        guide = load_guide(settings, before)
        progress("assigning themes", 0, len(live))

        def posts() -> Iterator[tuple[Post, tuple[Passage, ...]]]:
            for done, post in enumerate(ledger.posts(), 1):
                yield post, tuple(passages_of(post.text))
                progress("assigning themes", done, len(live))

        result = assign(posts(), before, guide, gone=set(before.posts) - live.keys() if before is not None else ())
        theming.keep_state(ledger, result.state)
        ledger.keep_state("themed", _themed(settings, ledger, result.state.fingerprint, live))
        report = result.report
        return _theme_counts(ledger) | {
            "posts judged": len(report.judged),
            "suggested": sum(row.status == "candidate" for row in result.state.themes),
            "merged": len(report.merged),
            "moved": len(report.moved),
        }


def _themed(settings: Settings, ledger: Ledger, fingerprint: str, live: Mapping[str, str]) -> bytes:
    from pipeline.ledger.theme_edits import decisions_on_themes

    revisions = (f"{post} {revision}" for post, revision in sorted(live.items()))
    decided = (decision.id for decision in decisions_on_themes(ledger))
    return digest(themes_version(settings), fingerprint, *revisions, *decided).encode()


def _theme_counts(ledger: Ledger) -> dict[str, Any]:
    themes = {assignment.theme for _, assignment in ledger.assignments()}
    return {"themes in use": len(themes)}


def compare_claims(settings: Settings, progress: Progress = silent) -> dict[str, int]:
    """Compare all claims with each other; how many findings of each kind."""
    from datetime import date

    from pipeline.compare.claims import compared_claim, ref_of
    from pipeline.compare.findings import compare

    with open_ledger(settings) as ledger:
        made = digest(outputs_version(settings), ledger.fingerprint())
        if ledger.state("compared") != made.encode():
            progress("comparing claims", 0, 1)
            by_post: dict[str, list[Entity]] = {}
            for post, entity in ledger.entities():
                by_post.setdefault(post, []).append(entity)
            claims = (
                compared_claim(
                    one.claim,
                    post=one.post,
                    date=date.fromisoformat(one.date) if one.date else None,
                    publisher=one.publisher,
                    country=one.country,
                    duplicate_of=one.duplicate_of,
                    entities=by_post.get(one.post, ()),
                )
                for one in ledger.claims()
                if one.status != "rejected"
            )
            named = {ref_of(entity): entity for entities in by_post.values() for entity in entities}
            ledger.keep_findings(compare(claims, entities=named, encode=load_encoder(settings).encode))
            review_queue.refresh(ledger)
            ledger.keep_state("compared", made.encode())
            progress("comparing claims", 1, 1)
        return dict(sorted(Counter(str(finding.kind) for finding in ledger.findings()).items()))


def publish_outputs(settings: Settings, progress: Progress = silent) -> Path:
    """Write what the ledger holds to the outputs, where they are not of this state already; where they lie."""
    from pipeline.publish import publish

    with open_ledger(settings) as ledger:
        progress("publishing", 0, 1)
        result = publish(ledger, settings.outputs, currency=settings.currency or None)
        ledger.keep_state("published", _published(settings, ledger, result.edition))
        progress("publishing", 1, 1)
    return settings.outputs


def export(settings: Settings, formats: Collection[str]) -> Path:
    """Write what the ledger holds to the outputs in *formats*; where they lie."""
    from pipeline.publish import DEFAULT, publish

    with open_ledger(settings) as ledger:
        publish(ledger, settings.outputs, formats=formats or DEFAULT, currency=settings.currency or None)
    return settings.outputs


def nothing_new(settings: Settings) -> dict[str, Any] | None:
    """The summary of a run that has nothing to do, or ``None`` where there is something to do."""
    from pipeline.ingest.corpus import scan
    from pipeline.publish.swap import MANIFEST
    from pipeline.visiting import any_due

    with open_ledger(settings) as ledger:
        if any_due(settings, ledger):
            return None
        known = ledger.files()
        found = scan(settings.corpus, _looked(known))
        if found.new or found.changed or found.gone or found.moved:
            return None
        if not known or ledger.unextracted(extractor_version(settings)):
            return None
        manifest = settings.outputs / MANIFEST
        if not manifest.is_file():
            return None
        edition = json.loads(manifest.read_text("utf-8")).get("edition", "")
        if ledger.state("published") != _published(settings, ledger, edition):
            return None
        rows = {row.path: ("left out", row.reason) for row in found.skipped}
        rows |= {path: ("left out", mark.reason) for path, mark in known.items() if mark.reason}
        report = Report(
            id="",
            read=PostsRead(posts={"unchanged": sum(1 for mark in known.values() if not mark.reason)}, rows=rows),
            claims=ledger.claims_by_kind(),
            findings=dict(sorted(Counter(str(finding.kind) for finding in ledger.findings()).items())),
            outputs=settings.outputs,
        )
        return report.summary()


def _published(settings: Settings, ledger: Ledger, edition: str) -> bytes:
    versions = (extractor_version(settings), themes_version(settings), outputs_version(settings))
    return digest(*versions, ledger.fingerprint(), str(settings.outputs.resolve()), edition).encode()


def _looked(known: Mapping[str, FileMark]) -> dict[str, Seen]:
    from pipeline.ingest.corpus import Seen

    return {path: Seen(mtime_ns=m.mtime_ns, size=m.size, digest=m.digest) for path, m in known.items()}
