"""What a format of the outputs is: something that is given every table's rows once, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.publish.columns import Table
from pipeline.publish.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What was published: a digest of the content, known once all rows were seen, and counts.

    The same ledger content, filter and currency give the same edition on any day and machine.
    """

    id: str
    rows: Mapping[str, int]  # table → rows
    statuses: Mapping[str, int]  # status → claims
    filter: str
    currency: str | None


class Writer:
    """One format being written. ``begin``, ``write``… and ``end`` are called for each table in turn.

    A format overrides what it needs; the rest does nothing.
    """

    def begin(self, table: Table) -> None:
        """A table begins."""

    def write(self, rows: Sequence[Row]) -> None:
        """More rows of it."""

    def end(self) -> None:
        """It is complete."""

    def close(self, edition: Edition) -> None:
        """All tables are complete: write what speaks of the whole."""
