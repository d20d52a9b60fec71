"""Which topics are worth holding against each other, found without holding each against all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.compare.topics import Topic

CROWDED = 24  # topics under one key before they must share a second one
NEAR = 6  # neighbours that each is held against where even two keys are shared by many


def candidates(topics: Sequence[Topic]) -> Iterator[tuple[int, int]]:
    """Yield pairs of places in *topics* that share a family and a name, a telling word or a home, some more than once.

    A crowded key is split by a second key; where that is crowded, too, only neighbours in order of words are paired.
    """
    numbers: dict[tuple[str, str], int] = {}
    keys = [tuple(numbers.setdefault((topic.family, key), len(numbers)) for key in _keys(topic)) for topic in topics]
    index: list[list[int]] = [[] for _ in numbers]
    for place, of_topic in enumerate(keys):
        for key in of_topic:
            index[key].append(place)
    del numbers
    for key, places in enumerate(index):
        if 1 < len(places) <= CROWDED:
            yield from ((one, other) for at, one in enumerate(places) for other in places[at + 1 :])
        elif len(places) > CROWDED:
            yield from _split(places, key, keys, index, topics)


def _keys(topic: Topic) -> list[str]:
    found = [f"word {word}" for word in topic.telling]
    found += [f"ref {ref}" for ref in topic.firm | topic.context]
    found += [f"place {ref}" for ref in topic.places]
    if topic.home:
        found.append(f"home {topic.home}")
    return sorted(found)


def _split(
    places: list[int],
    key: int,
    keys: Sequence[tuple[int, ...]],
    index: Sequence[list[int]],
    topics: Sequence[Topic],
) -> Iterator[tuple[int, int]]:
    inner: dict[int, list[int]] = defaultdict(list)
    for place in places:
        for second in keys[place]:
            # Where the second key is not crowded, its pairs are found under it alone.
            if second > key and len(index[second]) > CROWDED:
                inner[second].append(place)
    for group in inner.values():
        if len(group) <= CROWDED:
            yield from ((one, other) for at, one in enumerate(group) for other in group[at + 1 :])
        else:
            yield from _neighbours(group, topics)
    yield from _neighbours(places, topics)


def _neighbours(places: Sequence[int], topics: Sequence[Topic]) -> Iterator[tuple[int, int]]:
    ordered = sorted(places, key=lambda place: (len(topics[place].measure), sorted(topics[place].concepts), place))
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 : at + 1 + NEAR]:
            yield (one, other) if one < other else (other, one)
