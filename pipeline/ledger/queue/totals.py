"""How many claims a filter names, and their money by currency: all of it, or at once where they are few."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from pipeline.ledger import schema
from pipeline.ledger.queue import filters, progress, search
from pipeline.ledger.queue.filters import Wanted
from pipeline.ledger.standing.viewing import Viewer
from pipeline.records import Kind

FEW = 1_000  # claims that are counted and added up while the page waits
items = schema.review_items.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many claims there are; and each currency with how many sums, and their total as extracted.

    Nothing is ever added across currencies.
    """

    count: int
    sums: tuple[tuple[str, int, str], ...]


def totals(connection: Connection, wanted: Wanted, viewer: Viewer) -> Totals:
    """The totals of all claims that *wanted* names; in a large ledger that takes a while."""
    each = (items.status, items.kind, items.unit)  # by status too, as their index has it: nothing is sorted
    query = (
        select(items.kind, items.unit, func.count(), func.sum(items.amount))
        .where(*filters.conditions(connection, wanted, viewer))
        .group_by(*each)
    )
    return _added_up(connection.execute(query))


def totals_of_few(connection: Connection, wanted: Wanted, viewer: Viewer, *, most: int = FEW) -> Totals | None:
    """The totals where *wanted* names at most so many claims; None where there are more, found out at the first."""
    if wanted == Wanted(words=wanted.words) and (search.hits(connection, wanted.words or "") or 0) > most:
        return None
    asked = filters.conditions(connection, wanted, viewer, first=True)
    found = connection.execute(select(items.kind, items.unit, items.amount).where(*asked).limit(most + 1)).all()
    return None if len(found) > most else _added_up((kind, unit, 1, amount) for kind, unit, amount in found)


def count(connection: Connection, wanted: Wanted, viewer: Viewer) -> int:
    """How many claims *wanted* names."""
    if not wanted.any:
        return sum(progress.counts(connection, viewer).values())
    if wanted == Wanted(words=wanted.words):
        found = search.hits(connection, wanted.words or "")
        if found is not None:
            return found
    asked = filters.conditions(connection, wanted, viewer)
    return int(connection.execute(select(func.count()).select_from(schema.review_items).where(*asked)).scalar_one())


def _added_up(found: Iterable[Any]) -> Totals:
    number, sums = 0, dict[str, tuple[int, float]]()
    for kind, unit, claims, amount in found:
        number += claims
        if kind == Kind.MONEY:
            before = sums.get(unit or "unknown", (0, 0.0))
            sums[unit or "unknown"] = (before[0] + claims, before[1] + amount)
    told = [(unit, claims, f"{amount:,.0f}") for unit, (claims, amount) in sums.items()]
    return Totals(count=number, sums=tuple(sorted(told, key=lambda one: (-one[1], one[0]))))
