"""A run: what it did is kept in the ledger, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from pipeline.ledger.corpus.waiting import broken_rows
from pipeline.ledger.runs import forget_runs
from pipeline.reading.versions import extractor_version
from pipeline.settings import Settings, program_version
from pipeline.steps.holding import open_ledger
from pipeline.steps.repairing import left_behind, repair
from pipeline.steps.report import Report

_at_work: ContextVar[str] = ContextVar("run", default="")


def at_work() -> str:
    """The id of the run that this process is at; empty where it is at none."""
    return _at_work.get()


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
