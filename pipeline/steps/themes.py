"""The third step: passages into themes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipeline.ledger.ledger import Ledger
from pipeline.reading.loading import load_guide
from pipeline.reading.versions import themes_version
from pipeline.records import digest
from pipeline.settings import Settings
from pipeline.steps.holding import open_ledger
from pipeline.steps.progress import Progress, silent

MERGED = "themes merged"  # what the last run saw of it
MADE_BY = "themed"  # what the models were when the themes were last found


def assign_themes(settings: Settings, progress: Progress = silent) -> dict[str, Any]:
    """Put the passages of new posts into themes; how many there are, and what changed.

    Only posts that are new, edited or were judged by other models are read, so a run with nothing new
    costs a question to the ledger.
    """
    from pipeline.ledger.themes.edits import load_state, refresh_themes, themes_now
    from pipeline.ledger.themes.store import LedgerStore
    from pipeline.steps import retheming

    with open_ledger(settings) as ledger:
        gone = LedgerStore(ledger).drop_gone()
        state = load_state(ledger)
        if state is not None and not gone and ledger.state(MADE_BY) == _made_by(settings, ledger):
            refresh_themes(ledger, state=state)
            if not LedgerStore(ledger).stale(state.fingerprint):
                return _counts(ledger)
        guide = load_guide(settings, themes_now(ledger, state).table)
        stale = LedgerStore(ledger).stale(guide.fingerprint)
        done = retheming.find_themes(ledger, guide, stale=stale, gone=gone, judged=_steps(progress, len(stale)))
        ledger.keep_state(MADE_BY, _made_by(settings, ledger))
        report = done.report
        return _counts(ledger) | {
            "posts judged": len(report.judged),
            "suggested": len(themes_now(ledger).table.candidates),
            "moved": len(report.moved),
        }


def _steps(progress: Progress, total: int) -> Iterator[int]:
    for done in range(1, total + 1):
        progress("assigning themes", done, total)
        yield done


def _made_by(settings: Settings, ledger: Ledger) -> bytes:
    """What the guide's fingerprint depends on, told without making the guide."""
    from pipeline.ledger.themes.edits import themes_now

    added = (
        repr((r.slug, r.name, r.description, r.keywords)) for r in themes_now(ledger).table.rows if r.added_by_user
    )
    return digest(themes_version(settings), *added).encode()


def _counts(ledger: Ledger) -> dict[str, Any]:
    from pipeline.ledger.themes.views import themes_in_use

    return {"themes in use": themes_in_use(ledger), "merged": _newly_merged(ledger)}


def _newly_merged(ledger: Ledger) -> int:
    """How many themes people merged since the last run."""
    from pipeline.ledger.themes.edits import themes_now

    rows = themes_now(ledger).table.rows
    now = {row.slug: row.merged_into for row in rows if row.status == "merged"}
    held = json.loads(ledger.state(MERGED) or b"{}")
    if held != now:
        ledger.keep_state(MERGED, json.dumps(now, sort_keys=True).encode())
    return len(now.items() - held.items())
