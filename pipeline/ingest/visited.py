"""What came of a visit to a source."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.ingest.arrivals import Arrival, Problem
from pipeline.ingest.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """All that came of a visit; the state is to be stored after the arrivals."""

    source: str
    state: State
    arrivals: tuple[Arrival, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()  # keys of pages that were not there in three visits: marked, never deleted
    moved_to: str | None = None  # the source's new address, at the third visit that led there: it is asked from now on
    fresh: bool = True  # False: the server said that nothing changed
