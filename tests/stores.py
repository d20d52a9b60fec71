"""A store of what was found about themes that lies in memory, for tests and benches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.records import Assignment, digest
from pipeline.theme_table.places import Found
from pipeline.themes.store import Place


class MemoryStore:
    """A store for a few thousand posts, whose passages' texts are given with `take`."""

    def __init__(self) -> None:
        self.posts: dict[str, Found] = {}
        self._strays: dict[str, tuple[int, ...]] = {}
        self._texts: dict[Place, str] = {}

    def take(self, post: str, texts: Mapping[int, str]) -> None:
        """Remember the *texts* of a post's passages by number, in place of those it had."""
        for place in [place for place in self._texts if place[0] == post]:
            del self._texts[place]
        self._texts |= {(post, number): text for number, text in texts.items()}

    def drop(self, post: str) -> None:
        """Forget a post."""
        self.take(post, {})
        self.posts.pop(post, None)
        self._strays.pop(post, None)

    def found(self, posts: Sequence[str]) -> Mapping[str, Found]:
        """What was found about *posts*, those that are known."""
        return {post: self.posts[post] for post in posts if post in self.posts}

    def keep(self, found: Mapping[str, Found], strays: Mapping[str, Sequence[int]]) -> None:
        """Put *found* and *strays* in place of what was kept of their posts."""
        self.posts |= found
        self._strays |= {post: tuple(numbers) for post, numbers in strays.items()}

    def count_strays(self) -> int:
        """How many strays there are."""
        return sum(map(len, self._strays.values()))

    def some_strays(self, most: int) -> list[Place]:
        """At most *most* strays, chosen by the digest of each."""
        return sorted(sorted(self._every(), key=draw)[:most])

    def all_strays(self) -> Iterator[list[Place]]:
        """All strays, in one block."""
        yield sorted(self._every())

    def _every(self) -> list[Place]:
        return [(post, number) for post, numbers in self._strays.items() for number in numbers]

    def texts(self, places: Sequence[Place]) -> Mapping[Place, str]:
        """The texts of passages that were taken."""
        return {place: self._texts[place] for place in places}

    def place(self, placed: Mapping[Place, Assignment]) -> None:
        """Give strays their places in found themes."""
        for (post, number), row in placed.items():
            old = self.posts[post]
            self.posts[post] = Found(
                revision=old.revision,
                title=old.title,
                guide=old.guide,
                places=tuple(sorted((*old.places, row), key=lambda each: (each.passage, -each.score, each.theme))),
                unthemed=old.unthemed,
            )
            self._strays[post] = tuple(each for each in self._strays[post] if each != number)


def draw(place: Place) -> tuple[str, str, int]:
    """What orders strays by chance, the same way every time."""
    return digest(place[0], str(place[1])), *place
