"""The same figure said of the same thing in other words: too telling to be chance, or in another currency."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from pipeline.compare.figures import Figure, number_of
from pipeline.compare.likeness import apart, comparable, likeness
from pipeline.compare.relations import REPEATED, Relation, alike_sentences
from pipeline.compare.times import Order, order
from pipeline.records import FindingKind, Kind

SIGN = re.compile(r"[^\w\s.,+~–-]|[A-Z]{2,3}")
CHANCE = 0.35  # topics at least as alike are one if their figures are the same
FEW = 8  # figures before it under one key that each is held against
LARGE = 100_000


def values_of(figure: Figure) -> list[int]:
    """Numbers that *figure* shares with those it may coincide with: of its value and each thing that it names."""
    if not telling_value(figure.stated, figure.kind):
        return []
    said = f"{figure.kind}\0{figure.stated.normalize()}\0"
    return sorted({number_of(said + ref) for ref in figure.topic.firm | figure.topic.context})


def coincidences_of(figures: Iterable[Figure]) -> Iterator[tuple[Relation, Figure, Figure]]:
    """Yield pairs of *figures*, the earlier first, that give their one telling value for the thing that all name."""
    group = sorted(figures, key=lambda figure: figure.place)
    for at, other in enumerate(group):
        for one in reversed(group[max(0, at - FEW) : at]):
            known = coincidence(one, other)
            if known is not None:
                yield known, one, other
                break


def telling_value(value: Decimal, kind: Kind) -> bool:
    """Whether two posts hardly give *value* by chance.

    >>> [telling_value(Decimal(value), Kind.COUNT) for value in ("3", "100", "47", "72000000")]
    [False, False, True, True]
    """
    if kind not in (Kind.MONEY, Kind.COUNT, Kind.MEASURE) or not value.is_finite():
        return False
    return (len(value.normalize().as_tuple().digits) > 1 and value > 12) or value >= LARGE


def coincidence(one: Figure, other: Figure) -> Relation | None:
    """What it means that *one* and *other* give the same figure; ``None`` if nothing."""
    if one.planned != other.planned or (one.post, one.sentence_start) == (other.post, other.sentence_start):
        return None
    if one.unit != other.unit and one.kind is Kind.MONEY:
        return _currencies(one, other)
    topics = one.topic, other.topic
    if one.post == other.post or not comparable(*topics) or likeness(*topics) < CHANCE:
        return None
    if alike_sentences(one, other) >= REPEATED:
        return Relation(FindingKind.DUPLICATE, "repeated", 0.85)
    return Relation(FindingKind.AGREEMENT, "equal", 0.75)


def _currencies(one: Figure, other: Figure) -> Relation | None:
    mine, theirs = one.topic, other.topic
    if SIGN.findall(one.quote) == SIGN.findall(other.quote):
        return None  # one sign that was read in two ways, so it is the reading that is in doubt
    if order(one.time, other.time, same_post=one.post == other.post) is Order.UNKNOWN and one.time and other.time:
        return None
    whose = (mine.firm & (theirs.firm | theirs.context)) | (theirs.firm & mine.context)
    both = mine.firm & theirs.firm
    if len(whose) < 2 and not (both and (mine.measure & theirs.measure or not mine.measure | theirs.measure)):
        return None
    if apart(mine, theirs):
        return None
    return Relation(FindingKind.CONTRADICTION, "other-currency", 0.8)
