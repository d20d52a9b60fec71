"""Visiting the sources that are due: what they bring becomes files of the corpus, their memory stays in the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.ingest import Arrival, Fetcher, Readers, State, is_due, load_sources, post_of, visit, write_post
from pipeline.ledger.ledger import Ledger
from pipeline.settings import Settings

LISTING = "sources.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What a visit to one source came to."""

    source: str
    arrived: tuple[Path, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()  # address, reason
    warnings: tuple[str, ...] = ()
    fresh: bool = True


def any_due(settings: Settings, ledger: Ledger, now: datetime | None = None) -> bool:
    """Whether any source is to be visited now."""
    at = now or datetime.now(UTC)
    return any(
        not source.paused and is_due(source, _state(ledger, source.name), at)
        for source in load_sources(settings.corpus / LISTING)
    )


def visit_due(
    settings: Settings,
    ledger: Ledger,
    *,
    now: datetime | None = None,
    only: Sequence[str] = (),
    say: Callable[[int, int], None] = lambda done, total: None,
) -> list[Visited]:
    """Visit the sources that are due, or those called *only*, one after the other; none stops the others.

    Each post is written to the corpus as it comes, so that a killed run keeps what it had.
    """
    at = now or datetime.now(UTC)
    due = [
        source
        for source in load_sources(settings.corpus / LISTING)
        if (source.name in only if only else not source.paused and is_due(source, _state(ledger, source.name), at))
    ]
    if not due:
        return []
    made = []
    fetcher = Fetcher(contact=settings.contact)
    with Readers() as readers:
        for done, source in enumerate(due):
            say(done, len(due))
            arrived: list[Path] = []
            found = visit(
                source,
                _state(ledger, source.name),
                fetcher,
                at,
                reads=readers,
                keep=lambda arrival, kept=arrived: kept.append(keep(settings, ledger, arrival)),  # type: ignore[misc]
                root=settings.corpus,
            )
            ledger.keep_source(source.name, json.dumps(found.state.to_json(), sort_keys=True))
            made.append(
                Visited(
                    source=source.name,
                    arrived=tuple(arrived),
                    problems=tuple((problem.url, problem.reason) for problem in found.problems),
                    warnings=found.warnings,
                    fresh=found.fresh,
                )
            )
        say(len(due), len(due))
    return made


def keep(settings: Settings, ledger: Ledger, arrival: Arrival) -> Path:
    """Write what arrived to the corpus, over the file of the same post where there is one, with its original bytes.

    The next reading of the corpus takes it in; all keys that it is known by lead to its post.
    """
    document = arrival.document
    known = ledger.post_by_keys(arrival.keys)
    path = None
    if known is not None:
        document = replace(document, id=known.id)
        path = Path(known.path) if known.path else None
    written = write_post(settings.corpus, document, path=path)
    ledger.keep_arrival(post_of(document).id, arrival.keys, arrival.raw)
    return written


def _state(ledger: Ledger, name: str) -> State:
    held = ledger.source(name)
    return State.from_json(json.loads(held)) if held else State()
