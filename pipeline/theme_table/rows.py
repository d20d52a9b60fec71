"""The themes that ever were: permanent slugs and numbers, and what became of each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from pipeline.errors import PipelineError
from pipeline.records import Theme


class ThemeStateError(PipelineError):
    """What was asked of the themes, or a stored state of them, makes no sense."""


class Status(StrEnum):
    """What a theme is to the runs to come; a number or slug is never used again, whatever the status."""

    ACTIVE = "active"
    CANDIDATE = "candidate"  # found by the program, not yet accepted by a person
    MERGED = "merged"
    RETIRED = "retired"


OPEN = (Status.ACTIVE, Status.CANDIDATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRow:
    """One theme with all that later runs need; slug and number are for ever."""

    slug: str
    number: int
    name: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    origin: str = "guided"  # or "discovered"
    status: Status = Status.ACTIVE
    named_by_user: bool = False
    added_by_user: bool = False
    merged_into: str | None = None
    split_from: str | None = None  # the theme that a person split this one off
    born: int = 0  # the run that first had it
    center: tuple[float, ...] = ()  # where a discovered theme lies among the vectors
    cut: float = 0.0  # how like its center a passage must be
    part: tuple[float, ...] = ()  # where its part lies, if it was split or split off

    @property
    def theme(self) -> Theme:
        """The theme as the other rooms know it."""
        return Theme(
            slug=self.slug,
            number=self.number,
            name=self.name,
            description=self.description,
            keywords=self.keywords,
            origin=self.origin,
        )


@dataclass(frozen=True, slots=True)
class ThemeTable:
    """All rows, the open ones and those that were closed."""

    rows: tuple[ThemeRow, ...] = ()
    _by_slug: dict[str, ThemeRow] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_slug.update({row.slug: row for row in self.rows})

    def __contains__(self, slug: object) -> bool:
        return slug in self._by_slug

    def __reduce__(self) -> tuple[Any, ...]:
        return ThemeTable, (self.rows,)

    def get(self, slug: str) -> ThemeRow | None:
        """The theme called *slug*, if there ever was one."""
        return self._by_slug.get(slug)

    def row(self, slug: str) -> ThemeRow:
        """The theme called *slug*; raises ``ThemeStateError`` where none is."""
        found = self._by_slug.get(slug)
        if found is None:
            known = ", ".join(row.slug for row in self.rows if row.status in OPEN)
            raise ThemeStateError(f"no theme is called {slug!r}", f"there are {known or 'none'}")
        return found

    def open_row(self, slug: str) -> ThemeRow:
        """The theme called *slug*; raises ``ThemeStateError`` where it was merged or retired."""
        row = self.row(slug)
        if row.status not in OPEN:
            hint = f"use {row.merged_into!r}" if row.merged_into else "add a new theme"
            raise ThemeStateError(f"{slug!r} is {row.status}", hint)
        return row

    def with_row(self, row: ThemeRow) -> ThemeTable:
        """The table in which *row* stands for the theme of its slug, new or not."""
        if row.slug in self._by_slug:
            return ThemeTable(tuple(row if old.slug == row.slug else old for old in self.rows))
        return ThemeTable((*self.rows, row))

    def with_rows(self, rows: Iterable[ThemeRow]) -> ThemeTable:
        """The table with each of *rows* in its place."""
        table = self
        for row in rows:
            table = table.with_row(row)
        return table

    def follow(self, slug: str) -> str | None:
        """The theme that *slug* has become: itself, what it was merged into, or none where that was retired."""
        seen: set[str] = set()
        row = self._by_slug.get(slug)
        while row is not None and row.status is Status.MERGED and row.merged_into and row.slug not in seen:
            seen.add(row.slug)
            row = self._by_slug.get(row.merged_into)
        return None if row is None or row.status not in OPEN else row.slug

    def parts_of(self, slug: str) -> tuple[ThemeRow, ...]:
        """The theme called *slug* and those that were split off it, where it was split; the parts of parts, too."""
        found = [row for row in self.rows if row.split_from == slug]
        own = self._by_slug.get(slug)
        if not found or own is None:
            return ()
        return (own, *found)

    def next_number(self) -> int:
        """A number that no theme ever had."""
        return max((row.number for row in self.rows), default=0) + 1

    def free_slug(self, name: str) -> str:
        """A slug made from *name* that no theme ever had."""
        number = self.next_number()
        base = slug_of(name)[:60].strip("-") or f"theme-{number}"
        return base if base not in self._by_slug else f"{base}-{number}"

    @property
    def active(self) -> tuple[ThemeRow, ...]:
        """The themes that passages are in, by number."""
        return self._of(Status.ACTIVE)

    @property
    def candidates(self) -> tuple[ThemeRow, ...]:
        """The themes that a run suggests, by number."""
        return self._of(Status.CANDIDATE)

    def _of(self, status: Status) -> tuple[ThemeRow, ...]:
        return tuple(sorted((row for row in self.rows if row.status is status), key=lambda row: row.number))


def slug_of(name: str) -> str:
    """A name for addresses and tables: lower case, no accents, hyphens.

    >>> slug_of("Données & identité")
    'donnees-identite'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def row_to_plain(row: ThemeRow) -> dict[str, Any]:
    """*row* as lists and scalars, without what is empty."""
    fields = {name: getattr(row, name) for name in ThemeRow.__slots__}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
    kept = {name: str(value) if isinstance(value, Status) else value for name, value in plain.items()}
    return {name: value for name, value in kept.items() if value or name in ("slug", "number", "name")}


def row_from_plain(plain: Any) -> ThemeRow:
    """The row that `row_to_plain` wrote; raises ``ThemeStateError`` where it is none."""
    try:
        lists = {name: tuple(plain[name]) for name in ("keywords", "center", "part") if name in plain}
        return ThemeRow(**plain | lists | {"status": Status(plain.get("status", "active"))})
    except (TypeError, ValueError, KeyError) as error:
        raise ThemeStateError("a stored theme cannot be read", str(error)) from error


def closed(row: ThemeRow, status: Status, *, into: str | None = None) -> ThemeRow:
    """*row* merged or retired."""
    return replace(row, status=status, merged_into=into)
