"""What a run is: who may run, what it did, and whether there is anything to do.

The report is kept in the ledger however the run ends; the lock is let go of however the process dies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from filelock import FileLock, Timeout

from pipeline.errors import PipelineError
from pipeline.ledger.comparing import findings_by_kind
from pipeline.ledger.holding import HeldError, held
from pipeline.ledger.ledger import FileMark, Ledger
from pipeline.ledger.run_history import forget_runs
from pipeline.ledger.waiting import broken_rows, waiting
from pipeline.reading.versions import extractor_version, outputs_version, themes_version
from pipeline.records import digest
from pipeline.settings import Settings, program_version
from pipeline.steps.repairing import left_behind, repair

if TYPE_CHECKING:
    from pipeline.ingest.corpus import Scan, Seen

_at_work: ContextVar[str] = ContextVar("run", default="")


class CorpusError(PipelineError):
    """The folder of posts cannot be worked on."""


class BusyError(PipelineError):
    """Another run is at work on the same corpus."""


def at_work() -> str:
    """The id of the run that this process is at; empty where it is at none."""
    return _at_work.get()


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
    repaired: list[str] = field(default_factory=list)  # what an earlier run had left, in sentences

    def summary(self) -> dict[str, Any]:
        """The report as plain values."""
        unwritten = {} if self.outputs is None else formats_left_out(self.outputs)
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
            ]
            + [{"item": name, "outcome": "left out", "reason": why} for name, why in sorted(unwritten.items())],
            "outputs": None if self.outputs is None else str(self.outputs),
            "repaired": list(self.repaired),
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
def only_run(settings: Settings, *, wait: float = 0) -> Iterator[None]:
    """Hold the corpus and its ledger for one run; the system lets go of them when the process dies, however it dies.

    Raises ``BusyError`` where another run holds them after *wait* seconds.
    """
    _check_corpus(settings.corpus)
    lock = FileLock(settings.corpus / ".run.lock")
    busy = BusyError(
        settings.corpus, "another run is at work on this corpus; run again when it is done, or wait for it with --wait"
    )
    try:
        lock.acquire(timeout=wait, poll_interval=0.2)
    except Timeout as error:
        raise busy from error
    except OSError as error:
        raise CorpusError(settings.corpus, f"cannot be written ({error.strerror})") from error
    try:
        with open_ledger(settings) as ledger, held(ledger, wait=wait):
            yield
    except HeldError as error:
        raise busy from error
    finally:
        lock.release()


@contextmanager
def recorded(settings: Settings) -> Iterator[Report]:
    """Keep a run's report in the ledger, whether it ends well or not; first put right what a dead run left.

    Only for who holds the corpus (``only_run``).
    """
    report = Report(id=uuid4().hex[:12])
    with open_ledger(settings) as ledger:
        if left_behind(settings, ledger):
            report.repaired = repair(settings, ledger)
        token = _at_work.set(report.id)
        ledger.begin_run(report.id, version=program_version(), at=datetime.now(UTC))
        status = "failed"
        try:
            yield report
            report.claims = ledger.claims_by_kind()
            broken = broken_rows(ledger, extractor_version(settings))
            report.read = replace(report.read, rows={**report.read.rows, **broken})
            status = "done"
        finally:
            _at_work.reset(token)
            ledger.end_run(
                report.id, at=datetime.now(UTC), status=status, summary=report.summary(), items=report.read.rows
            )
        forget_runs(ledger, settings.keep_runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a look at the corpus tells before a run begins."""

    quiet: Report | None = None  # the report of a run that has nothing to do; ``None`` where there is something to do
    characters: int = 0  # about how many wait: of new files, and of posts that today's extractor has not read


def outlook(settings: Settings) -> Outlook:
    """Whether there is anything to do, and how much. Only for who holds the corpus (``only_run``)."""
    from pipeline.ingest.corpus import scan
    from pipeline.intake.visiting import any_due
    from pipeline.steps.rereading import reads_anew

    with open_ledger(settings) as ledger:
        known = ledger.files()
        found = scan(settings.corpus, looked(known))
        changes = found.new or found.changed or found.gone or found.moved
        if changes or any_due(settings, ledger) or left_behind(settings, ledger) or reads_anew(ledger, known):
            return Outlook(characters=_waiting(settings, ledger, found))
        version = extractor_version(settings)
        if not known or ledger.unextracted(version) or not _published_so(settings, ledger):
            return Outlook(characters=_waiting(settings, ledger, found))
        rows = {row.path: ("left out", row.reason) for row in found.skipped}
        rows |= {path: ("left out", mark.reason) for path, mark in known.items() if mark.reason}
        rows |= broken_rows(ledger, version)
        quiet = Report(
            id="",
            read=PostsRead(posts={"unchanged": sum(1 for mark in known.values() if not mark.reason)}, rows=rows),
            claims=ledger.claims_by_kind(),
            findings=_findings(ledger),
            outputs=settings.outputs,
        )
        return Outlook(quiet=quiet)


def _waiting(settings: Settings, ledger: Ledger, found: Scan) -> int:
    new = sum(found.files[path].size for path in (*found.new, *found.changed))
    return new + sum(waiting(ledger, extractor_version(settings)).values())


def _published_so(settings: Settings, ledger: Ledger) -> bool:
    """Whether the outputs lie there as they would be made today."""
    from pipeline.publish.swap import MANIFEST, whole

    if not whole(settings.outputs):
        return False
    edition = json.loads((settings.outputs / MANIFEST).read_text("utf-8")).get("edition", "")
    return ledger.state("published") == published(settings, ledger, edition)


def published(settings: Settings, ledger: Ledger, edition: str) -> bytes:
    """What the outputs of *edition* were made from: equal where making them again would change nothing."""
    versions = (extractor_version(settings), themes_version(settings), outputs_version(settings))
    return digest(*versions, ledger.fingerprint(), str(settings.outputs.resolve()), edition).encode()


def looked(known: Mapping[str, FileMark]) -> dict[str, Seen]:
    """What the last run saw of each file."""
    from pipeline.ingest.corpus import Seen

    return {path: Seen(mtime_ns=m.mtime_ns, size=m.size, digest=m.digest) for path, m in known.items()}


def _findings(ledger: Ledger) -> dict[str, int]:
    """How many findings of each kind there are."""
    with ledger.reading() as connection:
        return findings_by_kind(connection)


def formats_left_out(outputs: Path) -> dict[str, str]:
    """The usual formats that the last publication into *outputs* did not write, each with the reason."""
    from pipeline.publish.swap import manifest

    return dict(manifest(outputs).get("left_out", {}))
