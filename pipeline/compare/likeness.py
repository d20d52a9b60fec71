"""How likely two topics are the same: shared names, shared words, and what sets them apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.topics import Topic
from pipeline.compare.wording import lexicon, opposed

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

ALIKE = 0.55  # topics at least as alike are one
GENERIC = 0.35  # what a word counts for that names no one thing
NAME = 1.5  # and one with a capital


def likeness(one: Topic, other: Topic, *, meaning: float | None = None) -> float:
    """From 0 (nothing says that they are the same) to 1; *meaning* is the cosine of an encoder, where there is one."""
    if not comparable(one, other) or apart(one, other):
        return 0.0
    shared = one.refs & other.refs
    same_words = dice(one.concepts, other.concepts, one.names | other.names)
    if one.local or other.local:
        if one.home != other.home:
            return 0.0
        return same_words
    score = same_words
    if shared:
        score = max(score, 0.35 + 0.65 * measure_likeness(one, other))
    if meaning is not None:
        score = 0.6 * score + 0.4 * max(0.0, (meaning - 0.3) / 0.7)
    if not shared and (one.refs or other.refs) and not one.subject & other.subject:
        score *= 0.6
    return score


def comparable(one: Topic, other: Topic) -> bool:
    """Whether their figures can be held side by side at all."""
    if one.family != other.family:
        return False
    if one.unit != other.unit and "person" not in (one.unit, other.unit):
        return False
    return one.period is None or other.period is None or one.period == other.period


def apart(one: Topic, other: Topic) -> bool:
    """Whether each names something that the other does not, or they use words that exclude one another."""
    only_one, only_other = one.concepts - other.concepts, other.concepts - one.concepts
    if opposed(only_one, only_other):
        return True
    mine, theirs = one.refs - other.refs, other.refs - one.refs
    if mine and theirs and not one.subject_refs & other.subject_refs:
        return True
    if (mine - one.subject_refs) and (theirs - other.subject_refs):
        return True
    capital_one = (one.names - other.names) & only_one
    capital_other = (other.names - one.names) & only_other
    return bool(capital_one and capital_other and not one.refs & other.refs)


def measure_likeness(one: Topic, other: Topic) -> float:
    """How alike what is counted is, when whose it is is known to be the same."""
    mine, theirs = one.measure - other.subject, other.measure - one.subject
    named = (one.subject & other.subject) | (one.names & other.names)
    mine, theirs = mine - named, theirs - named
    if not mine and not theirs:
        return 1.0 if one.measure or other.measure or one.unit == other.unit else 0.5
    if not mine or not theirs:
        return 0.5
    return dice(mine, theirs, frozenset())


def dice(one: frozenset[str], other: frozenset[str], capital: frozenset[str]) -> float:
    """What share of their words two phrases have in common, each word by its weight."""
    whole = _weight(one, capital) + _weight(other, capital)
    return 2 * _weight(one & other, capital) / whole if whole else 0.0


def _weight(concepts: frozenset[str], capital: frozenset[str]) -> float:
    generic = lexicon().generic
    return sum(NAME if word in capital else GENERIC if word in generic else 1.0 for word in concepts)
