"""The whole run in this process, with nothing but the steps: what a small run is, and what tests and benches time."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from pipeline.ledger.corpus.waiting import ALL, Choice
from pipeline.ledger.errors import BusyLedgerError
from pipeline.settings import Settings
from pipeline.steps.comparison import compare_claims
from pipeline.steps.extraction import Read, extract_claims
from pipeline.steps.holding import only_run
from pipeline.steps.progress import Progress, silent
from pipeline.steps.publication import publish_outputs
from pipeline.steps.reading import read_posts
from pipeline.steps.run import recorded
from pipeline.steps.themes import assign_themes
from pipeline.steps.warming import early_workers

PAUSES = (5.0, 30.0)  # seconds before a step is tried again, where trying again may help


def run_through(
    settings: Settings,
    progress: Progress = silent,
    *,
    choice: Choice = ALL,
    read: Read | None = None,
    characters: int | None = None,
    wait: float = 0,
) -> dict[str, Any]:
    """Read the corpus, find claims and themes, compare, and write the outputs; the run's report as plain values.

    Of the posts that wait to be read for claims only those of *choice*; *read* reads them, by default processes of
    this machine, as many as pay off for so many *characters* (by default those that wait are counted). Raises
    ``BusyError`` where another run is at work for longer than *wait* seconds.
    """
    with only_run(settings, wait=wait), recorded(settings) as report:
        with nullcontext(read) if read else early_workers(settings, characters) as reads:
            report.read = patiently(lambda: read_posts(settings, progress))
            report.extracted = patiently(lambda: extract_claims(settings, progress, choice=choice, read=reads))
        report.themes = patiently(lambda: assign_themes(settings, progress))
        report.findings = patiently(lambda: compare_claims(settings, progress))
        report.outputs = patiently(lambda: publish_outputs(settings, progress))
    return report.summary()


def can_heal(error: BaseException) -> bool:
    """Whether trying again may help: a ledger that another program holds, yes; a broken file or a bug, no."""
    return isinstance(error, BusyLedgerError)


def patiently[R](step: Callable[[], R]) -> R:
    """What *step* gives, tried again after a while where another program held the ledger."""
    for pause in PAUSES:
        try:
            return step()
        except BusyLedgerError:
            time.sleep(pause)
    return step()
