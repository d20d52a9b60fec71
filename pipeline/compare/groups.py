"""Groups that grow together when two of their members are found to belong together."""

from __future__ import annotations

from collections.abc import Hashable


class Groups[T: Hashable]:
    """Which things belong together; each is alone until it is joined.

    >>> groups = Groups[str]()
    >>> groups.join("a", "b"), groups.join("c", "b")
    (None, None)
    >>> groups.head("a") == groups.head("c"), groups.head("a") == groups.head("d")
    (True, False)
    """

    def __init__(self) -> None:
        self._parents: dict[T, T] = {}

    def head(self, member: T) -> T:
        """The member that stands for the group of *member*."""
        parents = self._parents
        while (parent := parents.get(member, member)) != member:
            parents[member] = parents.get(parent, parent)
            member = parent
        return member

    def join(self, one: T, other: T) -> None:
        """Make one group of the two."""
        first, second = self.head(one), self.head(other)
        if first != second:
            self._parents[second] = first
