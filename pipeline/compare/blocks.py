"""Which topics are worth holding against each other, found without holding each against all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.figures import number_of
from pipeline.compare.topics import Topic

CROWDED = 24  # topics under one key before they must share a second one
NEAR = 6  # neighbours that each is held against where even two keys are shared by many
MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio, which spreads numbers well
LARGER = 32  # bits of a pair that hold its larger topic

type Array = NDArray[Any]


def keys_of(topic: Topic) -> list[int]:
    """Numbers that *topic* shares with those it may be the same as: of names, telling words, a home."""
    found = [f"word {word}" for word in topic.telling]
    found += [f"ref {ref}" for ref in topic.firm | topic.context]
    found += [f"place {ref}" for ref in topic.places]
    if topic.home:
        found.append(f"home {topic.home}")
    kind = f"{topic.family}\0{topic.added}\0"
    return sorted({number_of(kind + key) for key in found})


def order_of(topic: Topic) -> bytes:
    """By what topics under a crowded key stand in order, so that neighbours have words in common."""
    return f"{len(topic.measure):04} {' '.join(sorted(topic.concepts))}".encode("utf-8", "backslashreplace")


def pairs(key_first: Array, keys: Array, ranks: Array) -> Array:
    """The pairs of topics that share a key, each as one number, sorted.

    A topic's keys are ``keys[key_first[topic]:key_first[topic + 1]]``. A crowded key is split by a second key; where
    that is crowded, too, only neighbours in order of *ranks* are paired.
    """
    topics = np.repeat(np.arange(len(key_first) - 1), np.diff(key_first))
    kept = ~np.zeros(len(keys), dtype=bool)
    order = np.lexsort((ranks[topics], keys))
    found = [_paired(keys[order], topics[order])]
    # What stands under two crowded keys or more is paired under each two of them as well.
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    kept = counts[inverse] > CROWDED
    crowded_keys, crowded_topics = keys[kept], topics[kept]
    both: list[Array] = []
    members: list[Array] = []
    for apart in range(1, len(crowded_topics)):
        here = np.flatnonzero(crowded_topics[:-apart] == crowded_topics[apart:])
        if not len(here):
            break
        mixed = crowded_keys[here].view(np.uint64) * MIX ^ crowded_keys[here + apart].view(np.uint64)
        both.append((mixed >> np.uint64(1)).view(np.int64))
        members.append(crowded_topics[here])
    if both:
        mixed, mixed_topics = np.concatenate(both), np.concatenate(members)
        del both, members
        order = np.lexsort((ranks[mixed_topics], mixed))
        found.append(_paired(mixed[order], mixed_topics[order]))
    return np.unique(np.concatenate(found))


def _paired(keys: Array, topics: Array) -> Array:
    """The pairs of neighbours under equal *keys*: all in a small block, the nearest in a large one."""
    begins = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, dtype=np.int64)
    sizes = np.diff(np.r_[begins, len(keys)])
    small = np.repeat(sizes <= CROWDED, sizes)
    left = np.repeat(begins + sizes, sizes) - np.arange(len(keys)) - 1  # how many of its block stand behind it
    found = [np.zeros(0, dtype=np.int64)]
    for apart in range(1, CROWDED):
        here = np.flatnonzero((left >= apart) & (small if apart > NEAR else True))
        one, other = topics[here], topics[here + apart]
        found.append(np.unique(np.minimum(one, other) << LARGER | np.maximum(one, other)))
    return np.unique(np.concatenate(found))


def split(codes: Array) -> tuple[Array, Array]:
    """The two topics of each pair."""
    return codes >> LARGER, codes & (1 << LARGER) - 1


def candidates(topics: Sequence[Topic]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of places in *topics* that are worth holding against each other, once each, in order."""
    keys = [keys_of(topic) for topic in topics]
    first = np.cumsum([0, *(len(some) for some in keys)])
    found = pairs(first, np.array([key for some in keys for key in some], dtype=np.int64), ranked(topics))
    one, other = split(found)
    yield from zip(one.tolist(), other.tolist(), strict=True)


def ranked(topics: Sequence[Topic]) -> Array:
    """The rank of each topic in their order."""
    return ranks_of([order_of(topic) for topic in topics], np.arange(len(topics)))


def ranks_of(orders: Sequence[bytes], ids: Array) -> Array:
    """The rank of each by *orders*, and by *ids* among equals."""
    told = ids.tolist()
    ranks = np.empty(len(orders), dtype=np.int64)
    ranks[sorted(range(len(orders)), key=lambda place: (orders[place], told[place]))] = np.arange(len(orders))
    return ranks
