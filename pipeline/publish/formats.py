"""What a format of the outputs is: something that is given every table's rows once, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.publish.columns import Table
from pipeline.publish.parts import Part
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
    left_out: Mapping[str, str] = field(default_factory=dict)  # format → why it was not written


BY_PART = frozenset(
    {"posts", "claims", "entities", "theme_passages", "findings"}
)  # tables that are written part by part


class Writer:
    """One format being written. ``begin``, ``write``… and ``end`` are called for each table in turn.

    A table of posts comes part by part, and ``part_done`` is called after each; where a format has ``files`` that it
    can take unchanged parts from, ``reuse`` is called instead of ``write``. A format overrides what it needs.
    """

    files: tuple[str, ...] | None = None  # that parts are taken from, of those last published; None: it needs all rows

    def begin(self, table: Table) -> None:
        """A table begins."""

    def write(self, rows: Sequence[Row]) -> None:
        """More rows of it."""

    def reuse(self, part: Part) -> None:
        """A part of the table that is as it was published last."""

    def part_done(self, part: Part) -> None:
        """A part of the table is complete."""

    def count(self, part: Part) -> None:
        """All tables of a part are complete."""

    def end(self) -> None:
        """It is complete."""

    def close(self, edition: Edition) -> None:
        """All tables are complete: write what speaks of the whole."""
