"""Posts in portions: each some seconds of work, one transaction, and what a killed run has to do again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.records import Post

MOST_POSTS = 64
LARGE, SMALL = 200_000, 20_000  # characters: about ten seconds and one second of one processor
SHARES = 16  # a small amount of work is cut in so many, so that several processes end at about the same time


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """Posts that are read together, by id."""

    posts: tuple[Post, ...]

    @property
    def characters(self) -> int:
        """How long its texts are together."""
        return sum(len(post.text) for post in self.posts)

    def alone(self) -> Iterator[Partition]:
        """Each post as a partition of its own."""
        return (Partition(posts=(post,)) for post in self.posts)


def partitions(posts: Iterable[Post], *, total: int) -> Iterator[Partition]:
    """Cut *posts*, which hold *total* characters together, into partitions; one longer than all is alone.

    The cuts depend on the posts only, not on who reads them.
    """
    size = min(max(total // SHARES, SMALL), LARGE)
    held: list[Post] = []
    length = 0
    for post in posts:
        if held and (length + len(post.text) > size or len(held) == MOST_POSTS):
            yield Partition(posts=tuple(held))
            held, length = [], 0
        held.append(post)
        length += len(post.text)
    if held:
        yield Partition(posts=tuple(held))
