"""Series of one measure over time, as the findings link its claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.publish.columns import OUT

type Fields = Mapping[str, Any]

LINKING = ("update", "agreement", "duplicate")
FEWEST = 2  # values at different times; one value alone is no series


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Claims about one measure, the earliest first, each with the day that it is about."""

    name: str
    unit: str
    points: tuple[tuple[date, Fields], ...]
    left_out: int = 0  # further claims of the series


def chains(links: Iterable[tuple[str, Sequence[str]]]) -> list[list[str]]:
    """The ids of claims that findings link into one series, the longest series first.

    *links* are the findings' kinds and claims; only those of ``LINKING`` link, and one of them has to be an update.
    """
    parent: dict[str, str] = {}

    def root(claim: str) -> str:
        parent.setdefault(claim, claim)
        while parent[claim] != claim:
            parent[claim] = parent[parent[claim]]
            claim = parent[claim]
        return claim

    moved = set()
    for kind, claims in links:
        if kind in LINKING:
            first, *others = claims
            for other in others:
                one, two = sorted((root(first), root(other)))
                parent[two] = one
            if kind == "update":
                moved.add(first)
    members: dict[str, list[str]] = defaultdict(list)
    for claim in sorted(parent):
        members[root(claim)].append(claim)
    wanted = {root(claim) for claim in moved}
    return sorted((ids for top, ids in members.items() if top in wanted), key=lambda ids: (-len(ids), ids))


def series_of(ids: Sequence[str], claims: Mapping[str, Fields], *, known: int = 0) -> Series | None:
    """The series of the claims *ids*, of so many that are *known*; ``None`` where too few differ in time."""
    points = []
    for claim in (claims[id_] for id_ in ids if id_ in claims):
        day = day_of(claim)
        if day is not None and claim["status"] not in OUT:
            points.append((day, claim))
    points.sort(key=lambda point: (point[0], point[1]["id"]))
    distinct = {(day, claim["value"]) for day, claim in points}
    if len({day for day, _ in distinct}) < FEWEST or len({claim["unit"] for _, claim in points}) > 1:
        return None
    subject = next((claim["subject"] for _, claim in points if claim["subject"]), None)
    measure = next((claim["measure"] for _, claim in points if claim["measure"]), None)
    unit = points[0][1]["unit"] or ""
    name = ": ".join(filter(None, (subject, measure or unit)))
    return Series(name=name, unit=unit, points=tuple(points), left_out=max(known - len(ids), 0))


def day_of(claim: Fields) -> date | None:
    """The day that a claim is about: its own time, or else its post's day.

    >>> day_of({"when": "2021-06", "date": None})
    datetime.date(2021, 6, 1)
    """
    own = (claim["when"] or "").split("/")[0]
    parts = own.split("-")
    try:
        numbers = [int(part) for part in parts[:3]]
        return date(*[*numbers, 1, 1][:3])
    except (ValueError, TypeError):
        posted: date | None = claim["date"]
        return posted
