"""Which topics are worth holding against each other, found without holding each against all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.compare.topics import Topic
from pipeline.compare.wording import lexicon

CROWDED = 24  # topics under one key before they must share a second one
NEAR = 8  # neighbours that each is held against where even two keys are shared by many


def candidates(topics: Sequence[Topic]) -> Iterator[tuple[int, int]]:
    """Yield pairs of places in *topics* that share a family and a name, a telling word or a home, each once.

    A crowded key is split by a second key; where that is crowded, too, only neighbours in order of words are paired.
    """
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    keys = [_keys(topic) for topic in topics]
    for place, topic in enumerate(topics):
        for key in keys[place]:
            index[topic.family, key].append(place)
    seen: set[tuple[int, int]] = set()
    for block in sorted(index):
        for pair in _within(index[block], block[1], keys, topics):
            if pair not in seen:
                seen.add(pair)
                yield pair


def _keys(topic: Topic) -> tuple[str, ...]:
    words = topic.concepts - lexicon().generic
    return tuple(
        sorted(
            {
                *(f"ref {ref}" for ref in topic.firm | topic.context),
                *(f"place {ref}" for ref in topic.places),
                *(f"word {word}" for word in words),
                f"home {topic.home}",
            }
        )
    )


def _within(
    places: list[int], key: str, keys: Sequence[tuple[str, ...]], topics: Sequence[Topic]
) -> Iterator[tuple[int, int]]:
    if len(places) <= CROWDED:
        yield from ((one, other) for at, one in enumerate(places) for other in places[at + 1 :])
        return
    inner: dict[str, list[int]] = defaultdict(list)
    for place in places:
        for second in keys[place]:
            if second != key:
                inner[second].append(place)
    for second in sorted(inner):
        group = inner[second]
        if len(group) <= CROWDED:
            yield from ((one, other) for at, one in enumerate(group) for other in group[at + 1 :])
            continue
        group = sorted(group, key=lambda place: (sorted(topics[place].concepts), place))
        for at, one in enumerate(group):
            for other in group[at + 1 : at + 1 + NEAR]:
                yield (one, other) if one < other else (other, one)
