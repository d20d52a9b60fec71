"""Visiting the sources that are due: what they bring becomes files of the corpus, their memory stays in the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.ingest import Arrival, Fetcher, Readers, State, Visit, is_due, load_sources, visit
from pipeline.ingest.revisions import Change
from pipeline.intake.keeping import Keeping, keep
from pipeline.ledger.corpus.originals import mark_gone
from pipeline.ledger.ledger import Ledger
from pipeline.settings import Settings

LISTING = "sources.toml"
KEPT_BACK = "kept back: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What a visit to one source came to."""

    source: str
    arrived: tuple[Path, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()  # address, reason
    warnings: tuple[str, ...] = ()
    fresh: bool = True

    def rows(self) -> dict[str, tuple[str, str]]:
        """What was left out or is worth knowing, for the run's report: item → outcome, reason."""
        rows = {f"{self.source}: {url}": ("left out", reason) for url, reason in self.problems}
        return rows | {f"{self.source} ({n})": ("warning", said) for n, said in enumerate(self.warnings, 1)}


def any_due(settings: Settings, ledger: Ledger, now: datetime | None = None) -> bool:
    """Whether any source is to be visited now."""
    at = now or datetime.now(UTC)
    return any(is_due(source, state_of(ledger, source.name), at) for source in load_sources(settings.corpus / LISTING))


def visit_due(
    settings: Settings,
    ledger: Ledger,
    *,
    now: datetime | None = None,
    only: Sequence[str] = (),
    say: Callable[[int, int], None] = lambda done, total: None,
    fetcher: Any = None,
) -> list[Visited]:
    """Visit the sources that are due, or those called *only*, one after the other; none stops the others.

    Each post is written to the corpus as it comes, so that a killed run keeps what it had.
    """
    at = now or datetime.now(UTC)
    due = [
        source
        for source in load_sources(settings.corpus / LISTING)
        if (source.name in only if only else is_due(source, state_of(ledger, source.name), at))
    ]
    if not due:
        return []
    made = []
    fetcher = fetcher or Fetcher(contact=settings.contact)
    with Readers() as readers:
        for done, source in enumerate(due):
            say(done, len(due))
            kept: list[tuple[Arrival, Keeping]] = []

            def take(arrival: Arrival, kept: list[tuple[Arrival, Keeping]] = kept) -> None:
                kept.append((arrival, keep(settings.corpus, ledger, arrival, at=at)))

            found = visit(
                source,
                state_of(ledger, source.name),
                fetcher,
                at,
                reads=readers,
                keep=take,
                root=settings.corpus,
            )
            warnings = (*found.warnings, *_gone(ledger, found, at), *_moved(found))
            ledger.keep_source(source.name, json.dumps(found.state.to_json(), sort_keys=True))
            made.append(_visited(found, kept, warnings))
        say(len(due), len(due))
    return made


def _visited(found: Visit, kept: Sequence[tuple[Arrival, Keeping]], warnings: tuple[str, ...]) -> Visited:
    """What came of a visit, with a reason for each page that came and was not written."""
    back = [(arrival, came) for arrival, came in kept if came.reason and came.change in {Change.HELD, Change.FLAPPING}]
    return Visited(
        source=found.source,
        arrived=tuple(came.path for _, came in kept if came.change not in {Change.HELD, Change.FLAPPING, Change.SAME}),
        problems=tuple((problem.url, problem.reason) for problem in found.problems),
        warnings=(*warnings, *(f"{arrival.document.name}: {KEPT_BACK}{came.reason}" for arrival, came in back)),
        fresh=found.fresh,
    )


def _gone(ledger: Ledger, found: Visit, at: datetime) -> list[str]:
    """A sentence for pages that are on the web no more; what was read of them stays."""
    if not found.gone:
        return []
    posts = mark_gone(ledger, found.gone, at.isoformat(timespec="seconds"))
    stays = f"; what was read of {len(posts)} of them stays" if posts else ""
    return [f"{', '.join(found.gone)}: not there in three visits{stays}"]


def _moved(found: Visit) -> list[str]:
    if found.moved_to is None:
        return []
    return [
        f"its address leads to {found.moved_to} for good, which is asked from now on; "
        "write that address into sources.toml"
    ]


def state_of(ledger: Ledger, name: str) -> State:
    """What is remembered of a source."""
    held = ledger.source(name)
    return State.from_json(json.loads(held)) if held else State()
