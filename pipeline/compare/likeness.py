"""How likely two topics are the same: whose figure it is, of what, and what sets them apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.topics import Topic
from pipeline.compare.wording import lexicon, opposed

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

ALIKE = 0.55  # topics at least as alike are one
SURE = 0.7  # and these may contradict each other
GENERIC = 0.35  # what a word counts for that names no one thing
MEANING = 0.8  # how much the cosine of an encoder counts for
MIDDLING = 0.6  # the cosine that says nothing
DOUBTED = (0.3, 0.75)  # where an encoder is asked
UNIT = {"count": 1.0, "measure": 0.8, "money": 0.6}  # what sharing the unit says of the measure
NO_MEASURE = {"money": 0.9, "duration": 0.7, "measure": 0.8, "share": 0.4}  # where neither says of what


def likeness(one: Topic, other: Topic, *, meaning: float | None = None) -> float:
    """From 0 (nothing says that they are the same) to 1; *meaning* is the cosine of an encoder, where there is one."""
    if not comparable(one, other):
        return 0.0
    if one is other:
        return 1.0
    whose = subject_likeness(one, other)
    if not whose:
        return 0.0
    score = measure_likeness(one, other) * (0.5 + 0.5 * whose)
    if meaning is not None and DOUBTED[0] <= score <= DOUBTED[1]:
        score += MEANING * (meaning - MIDDLING)
    if score < DOUBTED[0] or apart(one, other):
        return 0.0
    return min(1.0, score)


def comparable(one: Topic, other: Topic) -> bool:
    """Whether their figures can be held side by side at all."""
    if one.family != other.family or one.added != other.added:
        return False
    if one.unit != other.unit and "person" not in (one.unit, other.unit):
        return False
    return one.period is None or other.period is None or one.period == other.period


def apart(one: Topic, other: Topic) -> bool:
    """Whether each names something that the other does not, or they use words that exclude one another."""
    only_one, only_other = one.concepts - other.concepts, other.concepts - one.concepts
    if one.contrasts & other.contrasts and opposed(only_one, only_other):
        return True
    if one.numbers and other.numbers and one.numbers != other.numbers:
        return True
    shared_subject = one.firm_subject & other.firm_subject
    mine, theirs = one.firm - other.firm, other.firm - one.firm
    if mine and theirs and (not shared_subject or (mine - one.firm_subject and theirs - other.firm_subject)):
        return True
    if one.places - other.places and other.places - one.places and not shared_subject:
        return True
    if one.firm & other.firm:
        return False
    return bool((one.names - other.names) & only_one and (other.names - one.names) & only_other)


def subject_likeness(one: Topic, other: Topic) -> float:
    """How sure it is that both speak of the same party; 0 where nothing says so."""
    if one.firm & other.firm:
        return 1.0
    generic = lexicon().generic
    mine, theirs = one.subject - generic, other.subject - generic
    shared = (mine & other.concepts) | (theirs & one.concepts)
    at_home = bool(one.home) and one.home == other.home
    if shared:
        both = one.telling & other.telling
        whole = one.subject == other.subject and len(one.subject) > 2
        if at_home or len(both) > 1 or whole or both & one.names & other.names:
            return 0.5 + 0.4 * len(shared) / max(len(mine | theirs), 1)
    if one.firm & other.context or other.firm & one.context or one.places & other.places:
        return 0.7
    if mine and theirs:
        return 0.0
    if at_home and (one.subject == other.subject or (one.ours and other.ours)):
        return 0.6
    if not mine and not theirs and not at_home:
        return 0.0
    return 0.6 if len((one.measure & other.measure) - generic) > 1 else 0.0


def measure_likeness(one: Topic, other: Topic) -> float:
    """How alike what is counted is, when whose it is is known to be the same."""
    kind = one.family.partition(" ")[0]
    if not one.measure and not other.measure and kind in NO_MEASURE:
        return NO_MEASURE[kind]
    common = weight((one.measure & other.concepts) | (other.measure & one.concepts)) + UNIT.get(kind, 0.0)
    if not common:
        return 0.0
    firm = bool(one.firm & other.firm)
    people = lexicon().people if one.family == "count person" else frozenset[str]()
    extra = 0.0
    for mine, theirs in ((one, other), (other, one)):
        words = (mine.measure if firm or mine.ours else mine.concepts) - theirs.concepts - mine.names
        if words:
            extra += weight(words - people) + GENERIC * len(words & people)
    return 2 * common / (2 * common + extra)


def weight(concepts: frozenset[str]) -> float:
    """How much a set of words says."""
    common = len(concepts & lexicon().generic)
    return len(concepts) - common + GENERIC * common


def bare(one: Topic, other: Topic) -> bool:
    """Whether nothing but the unit says what is counted, of somebody who may have many such counts."""
    if one.measure & other.measure:
        return False
    shared = one.firm & other.firm
    if shared:
        return shared <= one.bodies | other.bodies
    return len(one.names & other.names) < 2 or (one.ours and other.ours)
