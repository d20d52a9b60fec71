"""What a post has said before a figure: the names in it, its publisher's name, and the claims so far."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.records import Claim, Entity, Label, Post

if TYPE_CHECKING:
    from spacy.tokens import Doc

BODIES = {Label.ORG, Label.PROGRAM, Label.PRODUCT, Label.EVENT, Label.GPE}
LONGEST_NAME = 300  # characters
FAR = 4000  # characters before a sentence in which its paragraph begins


@dataclass(slots=True)
class Discourse:
    """What the post has said before a figure; entities are in reading order.

    ``before`` holds the parsed sentence that precedes the sentence starting at the key, with
    the offset of its text.
    """

    post: Post
    entities: Sequence[Entity]
    before: Mapping[int, tuple[Doc, int]] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    publisher: tuple[tuple[int, int], ...] = ()
    bodies: tuple[Entity, ...] = ()
    titled: tuple[int, int] | None = None
    mentions: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        title = (self.post.title or "").casefold()
        self.publisher = tuple(places_naming(self.post.publisher, self.post.text))
        self.bodies = tuple(e for e in self.entities if e.label in BODIES)
        named = next((e for e in self.bodies if e.quote.casefold() in title), None)
        self.titled = (named.start, named.end) if named is not None else None
        self.mentions = Counter(e.quote for e in self.bodies)

    def standing(self, start: int, end: int) -> str:
        """How often the post speaks of the name ``text[start:end]``, roughly."""
        count = self.mentions[self.post.text[start:end]]
        return "never" if not count else "once" if count == 1 else "twice" if count == 2 else "often"

    def label(self, start: int, end: int) -> str:
        """The label of the entity that shares words with ``text[start:end]``, or nothing."""
        found = next((e for e in self.within(start - LONGEST_NAME, end) if start < e.end), None)
        return found.label.value if found is not None else ""

    def within(self, start: int, end: int) -> Sequence[Entity]:
        """The entities that begin in ``[start, end)``."""
        return within(self.entities, start, end)

    def bodies_before(self, place: int) -> Sequence[Entity]:
        """The named bodies, places and things that end before *place*, at most eight, the nearest last."""
        high = bisect_right(self.bodies, place, key=lambda e: e.start)
        return [e for e in self.bodies[max(0, high - 9) : high] if e.end <= place][-8:]

    def published_near(self, place: int) -> tuple[int, int] | None:
        """The last mention of the publisher before *place*, or else the first one after it."""
        if not self.publisher:
            return None
        return self.publisher[max(0, bisect_left(self.publisher, (place, 0)) - 1)]

    def publishes(self, start: int, end: int) -> bool:
        """Whether ``text[start:end]`` is the publisher's name or part of it."""
        at = bisect_right(self.publisher, (start, len(self.post.text))) - 1
        return at >= 0 and end <= self.publisher[at][1]

    def paragraph(self, place: int) -> int:
        """Where the paragraph around *place* begins, or ``FAR`` characters before."""
        return paragraph_start(self.post.text, place, far=FAR)


def within(entities: Sequence[Entity], start: int, end: int) -> Sequence[Entity]:
    """Those of *entities*, which are in reading order, that begin in ``[start, end)``."""
    low = bisect_left(entities, start, key=lambda e: e.start)
    return entities[low : bisect_left(entities, end, lo=low, key=lambda e: e.start)]


def paragraph_start(text: str, place: int, *, far: int) -> int:
    """Where the paragraph around *place* begins, or *far* characters before, where it is longer."""
    low = max(0, place - far)
    start = text.rfind("\n\n", low, place)
    return start + 2 if start >= 0 else low


def places_naming(name: str | None, text: str) -> Iterator[tuple[int, int]]:
    """Where *text* names the body called *name*, in full or by its initials."""
    if not name:
        return
    forms = [name]
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    if len(initials) > 1:
        forms.append(initials)
    pattern = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    for found in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text):
        yield found.span()
