"""A look at the corpus before a run begins: whether there is anything to do, and how much."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.ledger.comparing import findings_by_kind
from pipeline.ledger.corpus.waiting import broken_rows, waiting
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.posts import FileMark
from pipeline.reading.versions import extractor_version, outputs_version, themes_version
from pipeline.records import digest
from pipeline.settings import Settings
from pipeline.steps.holding import open_ledger
from pipeline.steps.repairing import left_behind
from pipeline.steps.report import PostsRead, Report

if TYPE_CHECKING:
    from pipeline.ingest.corpus import Scan, Seen


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
