"""Where a run keeps what it found, post by post."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from pipeline.records import Assignment
from pipeline.theme_table.places import Found

type Place = tuple[str, int]  # a post and the number of a passage


class Store(Protocol):
    """What was found about posts, and their strays: passages that could have a theme and have none."""

    def found(self, posts: Sequence[str]) -> Mapping[str, Found]:
        """What was found about *posts*, those that are known."""

    def keep(self, found: Mapping[str, Found], strays: Mapping[str, Sequence[int]]) -> None:
        """Put *found* and *strays* in place of what was kept of their posts."""

    def count_strays(self) -> int:
        """How many strays there are."""

    def some_strays(self, most: int) -> list[Place]:
        """At most *most* strays, the same ones whatever the order in which their posts came."""

    def all_strays(self) -> Iterator[list[Place]]:
        """All strays in blocks, by post and number; what is placed meanwhile is left out."""

    def texts(self, places: Sequence[Place]) -> Mapping[Place, str]:
        """The texts of passages."""

    def place(self, placed: Mapping[Place, Assignment]) -> None:
        """Give strays their places in found themes; they are strays no more."""
