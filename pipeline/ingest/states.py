"""What is remembered of a source from one visit to the next, and when the next is due."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pipeline.ingest.corpus import Seen
from pipeline.ingest.sources import Source

LONGEST = timedelta(days=31)
RUNS = 3  # so often must a move, or an absence, be seen before it counts


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A source's memory; plain values only, so that it can be stored as JSON."""

    etag: str | None = None
    last_modified: str | None = None
    visited: datetime | None = None
    due: datetime | None = None
    failures: int = 0  # visits in a row that failed
    problem: str | None = None  # what the last visit failed of
    moved_to: str | None = None  # where its address leads for good, so far
    moves: int = 0  # visits in a row that it led there
    asks: str | None = None  # the address that is asked since it moved for good
    instead_of: str | None = None  # the address in the list that it was asked for instead of
    entries: Mapping[str, str] = field(default_factory=dict)  # a page's key → fingerprint of its entry when taken in
    tries: Mapping[str, int] = field(default_factory=dict)  # a page's key → visits in a row that it could not be had
    files: Mapping[str, Seen] = field(default_factory=dict)  # of folders: path → the file as it was

    def to_json(self) -> dict[str, Any]:
        """The state as values that JSON knows.

        >>> State.from_json(State(etag="x", failures=2).to_json()) == State(etag="x", failures=2)
        True
        """
        plain = asdict(self)
        for name in ("visited", "due"):
            plain[name] = plain[name].isoformat() if plain[name] else None
        return {name: value for name, value in plain.items() if value}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> State:
        """The state that was stored; fields that this version does not know are left out."""
        known = {name: value for name, value in plain.items() if name in cls.__slots__}
        for name in ("visited", "due"):
            if known.get(name):
                known[name] = datetime.fromisoformat(known[name])
        known["files"] = {name: Seen(**seen) for name, seen in known.get("files", {}).items()}
        return cls(**known)


def is_due(source: Source, state: State, now: datetime) -> bool:
    """Whether *source* is to be visited *now*; a due time far off is a clock that jumped.

    >>> from datetime import UTC
    >>> is_due(Source(name="a", kind="page", url="https://a.org"), State(), datetime(2026, 1, 1, tzinfo=UTC))
    True
    """
    if source.paused:
        return False
    return state.due is None or state.due <= now or state.due > now + LONGEST + timedelta(days=1)


def after_success(source: Source, state: State, now: datetime, **changes: Any) -> State:
    """The state after a visit that went well."""
    due = now + source.every + _jitter(source, now)
    return replace(state, visited=now, due=due, failures=0, problem=None, **changes)


def after_failure(source: Source, state: State, now: datetime, problem: str) -> State:
    """The state after a visit that failed: the next is later each time, up to a month."""
    failures = state.failures + 1
    wait = min(source.every * 2 ** min(failures - 1, 10), LONGEST)
    return replace(state, visited=now, due=now + wait + _jitter(source, now), failures=failures, problem=problem)


def after_wait(state: State, now: datetime, wait: timedelta, **changes: Any) -> State:
    """The state after a server asked to be left alone: no failure, only later."""
    return replace(state, visited=now, due=now + min(wait, LONGEST), problem=None, **changes)


def address_of(source: Source, state: State) -> str:
    """The address to ask: the one in the list, unless that has moved for good since it was written there.

    >>> source = Source(name="a", kind="page", url="https://a.org/old")
    >>> address_of(source, State(asks="https://a.org/new", instead_of="https://a.org/old"))
    'https://a.org/new'
    >>> address_of(source, State(asks="https://a.org/new", instead_of="https://a.org/older"))
    'https://a.org/old'
    """
    return state.asks if state.asks and state.instead_of == source.url else source.url


def after_move(source: Source, state: State, there: str | None) -> State:
    """The state after its address led to *there* for good, or to nowhere else (None).

    After some visits in a row that were led to the same place, that place is asked from then on.
    """
    if there is None:
        return replace(state, moved_to=None, moves=0)
    moves = state.moves + 1 if there == state.moved_to else 1
    if moves >= RUNS:
        return replace(state, moved_to=None, moves=0, asks=there, instead_of=source.url)
    return replace(state, moved_to=there, moves=moves)


def after_lost(source: Source, state: State) -> State:
    """The state after its new address failed: after some failures in a row the old one is asked again."""
    if address_of(source, state) != source.url and state.failures >= RUNS:
        return replace(state, asks=None, instead_of=None)
    return state


def _jitter(source: Source, now: datetime) -> timedelta:
    """Up to a tenth of the source's interval, another each time, so that not all come at once."""
    roll = hashlib.sha256(f"{source.name} {now.isoformat()}".encode()).digest()[0] / 255
    return min(source.every / 10, timedelta(hours=1)) * roll
