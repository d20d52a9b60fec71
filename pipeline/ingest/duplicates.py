"""Copies of a post at other places: found by shared runs of words, linked to the earliest, never deleted."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

RUN = 5  # words in a shingle
CONTAINED, FEWEST_WORDS = 0.8, 50
WHOLE, ONE_IN = 400, 8  # a sketch keeps all shingles of a short text, one in eight of a long one
COMMON = 100  # a shingle in more posts than this is no evidence
WORD = re.compile(r"\w+")

Sketch = frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Two posts with the same words, and the share of the shorter one's that the other has."""

    one: str
    other: str
    containment: float


def shingles(text: str) -> Sketch:
    """The runs of five words in *text*, as numbers of 63 bits; spelling variants of a letter are one.

    >>> len(shingles("More than forty teams came to Lisbon"))
    3
    """
    words = WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    runs = {" ".join(words[index : index + RUN]) for index in range(max(1, len(words) - RUN + 1))}
    return frozenset(
        int.from_bytes(hashlib.blake2b(run.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1
        for run in runs
    )


def sketch(text: str) -> Sketch:
    """The part of a text's shingles that is kept to find candidates by; empty for a text too short to tell."""
    found = shingles(text)
    if len(WORD.findall(text)) < FEWEST_WORDS:
        return frozenset()
    return found if len(found) <= WHOLE else frozenset(one for one in found if one % ONE_IN == 0)


def containment(one: Sketch, other: Sketch) -> float:
    """The share of the smaller set that the other has too.

    >>> containment(frozenset({1, 2}), frozenset({2, 3, 4}))
    0.5
    """
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def find_copies(
    sketches: Mapping[str, Sketch], text_of: Callable[[str], str], *, among: Iterable[str] | None = None
) -> Iterator[Copy]:
    """Yield the pairs of posts that are copies, each once; *among* limits one side to these ids.

    Candidates share rare shingles of their sketches; their full texts, from *text_of*, decide.
    """
    places: dict[int, list[str]] = {}
    for post in sorted(sketches):
        for shingle in sketches[post]:
            places.setdefault(shingle, []).append(post)
    full: dict[str, Sketch] = {}
    asked = sorted(sketches if among is None else set(among) & sketches.keys())
    done: set[tuple[str, str]] = set()
    for post in asked:
        shared: Counter[str] = Counter()
        mine = full.setdefault(post, shingles(text_of(post)))
        for shingle in mine:
            owners = places.get(shingle, ())
            if len(owners) <= COMMON:
                shared.update(owners)
        for other, count in sorted(shared.items()):
            pair = (min(post, other), max(post, other))
            smaller = min(len(sketches[post]), len(sketches[other]))
            if other == post or pair in done or count < max(2, smaller // 4):
                continue
            done.add(pair)
            theirs = full.setdefault(other, shingles(text_of(other)))
            if (share := containment(mine, theirs)) >= CONTAINED:
                yield Copy(one=pair[0], other=pair[1], containment=round(share, 4))


def earliest_of(copies: Iterable[Copy], order: Callable[[str], object]) -> dict[str, str]:
    """For each post that copies another, the earliest of its group by *order* (a sort key; ids break ties).

    >>> pairs = [Copy(one="a", other="b", containment=1.0), Copy(one="b", other="c", containment=0.9)]
    >>> earliest_of(pairs, {"a": 3, "b": 1, "c": 2}.get)
    {'a': 'b', 'c': 'b'}
    """
    leader: dict[str, str] = {}

    def find(post: str) -> str:
        while leader.setdefault(post, post) != post:
            leader[post] = leader[leader[post]]
            post = leader[post]
        return post

    for copy in copies:
        first, second = sorted((find(copy.one), find(copy.other)), key=lambda post: (order(post), post))
        leader[second] = first
    return {post: find(post) for post in sorted(leader) if find(post) != post}
