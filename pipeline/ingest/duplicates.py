"""Copies of a post at other places: found by shared runs of words, linked to the earliest, never deleted."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

RUN = 5  # words in a shingle
CONTAINED, FEWEST_WORDS = 0.8, 50
HALF = 0.5
ENOUGH = 0.4  # of the smaller sketch's runs
SHORT, ONE_IN, ONE_IN_LONG = 400, 8, 32  # a sketch keeps one in eight shingles of a short text, fewer of a long one
COMMON = 100  # posts that a shingle is remembered for; one in more of them tells nothing more
WORD = re.compile(r"\w+")

Sketch = frozenset[int]
Size = tuple[int, int]
Least = tuple[float, float, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Two posts with the same words, and the share of each one's runs of words that the other has."""

    one: str
    other: str
    share_one: float
    share_other: float

    @property
    def containment(self) -> float:
        """The larger share: that of the shorter text."""
        return max(self.share_one, self.share_other)

    def share_of(self, post: str) -> float:
        """The share of *post*'s words that the other one has."""
        return self.share_one if post == self.one else self.share_other


def shingles(text: str) -> Sketch:
    """The runs of five words in *text*, as numbers of 63 bits; spelling variants of a letter are one.

    >>> len(shingles("More than forty teams came to Lisbon"))
    3
    """
    return _runs(_words(text))


def _words(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _runs(words: list[str]) -> Sketch:
    runs = {" ".join(words[index : index + RUN]) for index in range(max(1, len(words) - RUN + 1))}
    return frozenset(
        int.from_bytes(hashlib.blake2b(run.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1
        for run in runs
    )


def sketch(text: str) -> Sketch:
    """The part of a text's shingles that is kept to find candidates by; empty for a text too short to tell.

    Of equal texts the same ones are kept; what is kept of a long text is part of what would be of a short one.
    """
    words = _words(text)
    if len(words) < FEWEST_WORDS:
        return frozenset()
    found = _runs(words)
    one_in = ONE_IN if len(found) <= SHORT else ONE_IN_LONG
    return frozenset(one for one in found if one % one_in == 0)


def containment(one: Sketch, other: Sketch) -> float:
    """The share of the smaller set that the other has too.

    >>> containment(frozenset({1, 2}), frozenset({2, 3, 4}))
    0.5
    """
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def size_of(runs: Iterable[int]) -> Size:
    """How many runs a sketch holds, and how many of them a long text's sketch would hold, too."""
    held = list(runs)
    return len(held), sum(1 for run in held if run % ONE_IN_LONG == 0)


def least_of(size: Size) -> Least:
    """How many of its runs a text whose sketch has *size* must share with a copy that is as short, and with a long one.

    Of a copy's runs the other text has four in five; half as many are asked for, since a sketch is a sample. The
    last of the three says that the text is long itself.
    """
    short, long = (max(1 if held <= 3 else 2, ENOUGH * held) for held in size)
    return short, long, size[0] == size[1]


def likely(shared: int, one: Least, other: Least) -> bool:
    """Whether two texts, *shared* of whose sketches' runs are the same, may be copies: the smaller sketch decides.

    >>> middling, another, long = least_of((12, 3)), least_of((14, 2)), least_of((90, 90))
    >>> likely(5, middling, another), likely(2, middling, another), likely(2, middling, long)
    (True, False, True)
    """
    if one[2] or other[2]:  # beside a long text few of the short one's runs count
        return shared >= one[1] or shared >= other[1]
    return shared >= one[0] or shared >= other[0]


def compared(one: str, mine: Sketch, other: str, theirs: Sketch) -> Copy | None:
    """Two posts as copies, by all the shingles of each, if one has the words of the other."""
    if not mine or not theirs:
        return None
    shared = len(mine & theirs)
    if shared < CONTAINED * min(len(mine), len(theirs)):
        return None
    if other < one:
        one, other, mine, theirs = other, one, theirs, mine
    return Copy(
        one=one, other=other, share_one=round(shared / len(mine), 4), share_other=round(shared / len(theirs), 4)
    )


def find_copies(
    sketches: Mapping[str, Sketch], text_of: Callable[[str], str], *, among: Iterable[str] | None = None
) -> Iterator[Copy]:
    """Yield the pairs of posts that are copies, each once; *among* limits one side to these ids.

    Candidates share shingles of their sketches; their full texts, from *text_of*, decide.
    """
    places: dict[int, list[str]] = {}
    for post in sorted(sketches):
        for shingle in sketches[post]:
            owners = places.setdefault(shingle, [])
            if len(owners) < COMMON:
                owners.append(post)
    least = {post: least_of(size_of(runs)) for post, runs in sketches.items()}
    done: set[tuple[str, str]] = set()
    for post in sorted(sketches if among is None else set(among) & sketches.keys()):
        shared = Counter(other for shingle in sketches[post] for other in places[shingle] if other != post)
        for other, count in sorted(shared.items()):
            pair = (min(post, other), max(post, other))
            if pair in done or not likely(count, least[post], least[other]):
                continue
            done.add(pair)
            if found := compared(post, shingles(text_of(post)), other, shingles(text_of(other))):
                yield found


def repeats(copy: Copy, later: str) -> bool:
    """Whether of the two posts the *later* one repeats the earlier one.

    It does where nearly all its words are the earlier one's, or where it has all of the earlier one and is at least
    half made of it. A digest that quotes a whole post among many others does not repeat it.
    """
    share = copy.share_of(later)
    return share >= CONTAINED or (copy.containment >= CONTAINED and share >= HALF)


def earliest_of(
    copies: Iterable[Copy], order: Callable[[str], Any], *, rulings: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """For each post that repeats another, the earliest of them by *order* (a sort key; ids break ties).

    *rulings* are what people decided: of which post a post is a copy, or None for a post that is no copy.

    >>> pairs = [Copy(one=one, other=other, share_one=1, share_other=1) for one, other in ("ab", "bc")]
    >>> earliest_of(pairs, {"a": 3, "b": 1, "c": 2}.get)
    {'a': 'b', 'c': 'b'}
    >>> earliest_of(pairs, {"a": 3, "b": 1, "c": 2}.get, rulings={"c": None})
    {'a': 'b'}
    """
    rulings = rulings or {}
    partners: dict[str, list[tuple[str, Copy]]] = {}
    for copy in copies:
        partners.setdefault(copy.one, []).append((copy.other, copy))
        partners.setdefault(copy.other, []).append((copy.one, copy))
    found: dict[str, str] = {post: other for post, other in rulings.items() if other}

    def key(post: str) -> tuple[Any, str]:
        return order(post), post

    for post in sorted(partners, key=key):
        if post in rulings:
            continue
        earlier = [other for other, copy in partners[post] if key(other) < key(post) and repeats(copy, post)]
        if earlier:
            found[post] = min(earlier, key=key)
    return {post: root for post in sorted(found) if (root := _root(post, found)) != post}


def _root(post: str, found: Mapping[str, str]) -> str:
    """Where the copies of copies end; of a circle that people made, its first id."""
    path = [post]
    while (there := found.get(path[-1])) is not None:
        if there in path:
            return min(path[path.index(there) :])
        path.append(there)
    return path[-1]
