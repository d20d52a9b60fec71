"""The third step: passages into themes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.ledger.ledger import Ledger
from pipeline.loading import load_guide
from pipeline.records import Passage, Post, digest
from pipeline.settings import Settings
from pipeline.steps.run import Progress, open_ledger, silent
from pipeline.versions import themes_version


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
