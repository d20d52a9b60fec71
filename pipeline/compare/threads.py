"""Threads: the claims about one measure of one subject, across posts and years, in order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.likeness import ALIKE, Encode, likeness
from pipeline.compare.times import Time, time_of, year_in
from pipeline.compare.topics import Topic, factor_of, topic_of
from pipeline.compare.values import Value, value_of
from pipeline.compare.wording import lexicon
from pipeline.records import Entity, Kind, Modality, digest

CROWDED = 64  # topics under one key before a second key must be shared, too


@dataclass(frozen=True, slots=True)
class Figure:
    """A claim made ready for comparison."""

    said: ComparedClaim
    topic: Topic
    value: Value
    time: Time | None

    @property
    def place(self) -> tuple[date, date, str, int, str]:
        """Where it stands in its thread; what has no date comes last."""
        time = self.time
        first, last = (time.first, time.last) if time else (date.max, date.max)
        return first, last, self.said.post, self.said.claim.start, self.said.claim.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The claims about one measure of one subject, the earliest first."""

    id: str
    subject: str | None  # by its canonical name where it has one
    measure: str | None
    unit: str | None
    figures: tuple[Figure, ...]

    @property
    def claims(self) -> tuple[str, ...]:
        """The ids of its claims, in order of time."""
        return tuple(figure.said.claim.id for figure in self.figures)

    @property
    def when(self) -> tuple[str | None, ...]:
        """The time of each claim, as far as it is known."""
        return tuple(str(figure.time) if figure.time else None for figure in self.figures)


def figure_of(said: ComparedClaim) -> Figure:
    """*said* with its topic, value and time; a year in its subject or measure is its time if it states no other."""
    claim = said.claim
    when = claim.when or year_in(f"{claim.subject or ''} {claim.measure or ''}")
    return Figure(
        said=said,
        topic=topic_of(said),
        value=value_of(claim, factor=factor_of(claim.kind, claim.unit)),
        time=time_of(when, said.date),
    )


def telling(figure: Figure) -> bool:
    """Whether the figure can be held against others at all.

    A rank, or how many points a text makes, says nothing that another text could contradict.
    """
    claim, topic = figure.said.claim, figure.topic
    if claim.kind is Kind.RANK or claim.modality in (Modality.NEGATED, Modality.CONDITIONAL):
        return False
    if claim.kind is Kind.COUNT and (claim.unit is None or topic.unit in lexicon().enumerated):
        return False
    return bool(topic.concepts or topic.refs)


def threads(
    claims: Iterable[ComparedClaim], *, entities: Mapping[str, Entity] | None = None, encode: Encode | None = None
) -> Iterator[Thread]:
    """Yield the threads of two claims or more, in order of their ids.

    *entities* gives a mention for a ref, for canonical names. *encode* turns texts into rows of unit length; without
    it only names and words decide.
    """
    by_topic: dict[Topic, list[Figure]] = defaultdict(list)
    for figure in map(figure_of, claims):
        if telling(figure):
            by_topic[figure.topic].append(figure)
    topics = list(by_topic)
    found = []
    for group in _groups(topics, encode):
        figures = sorted((figure for place in group for figure in by_topic[topics[place]]), key=lambda f: f.place)
        if len(figures) > 1:
            found.append(_thread(figures, entities or {}))
    yield from sorted(found, key=lambda thread: thread.id)


def _thread(figures: list[Figure], entities: Mapping[str, Entity]) -> Thread:
    head = min(figures, key=lambda figure: (figure.said.claim.subject is None, figure.place))
    claim = head.said.claim
    subject = claim.subject
    for ref in head.said.subject_refs:
        if ref in entities and entities[ref].canonical:
            subject = entities[ref].canonical
            break
    return Thread(
        id=digest("thread", *(figure.said.claim.id for figure in figures)),
        subject=subject,
        measure=claim.measure or claim.unit,
        unit=claim.unit,
        figures=tuple(figures),
    )


def _groups(topics: list[Topic], encode: Encode | None) -> Iterator[list[int]]:
    """Yield the places of topics that are the same."""
    parents = list(range(len(topics)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    for one, other in _candidates(topics):
        if likeness(topics[one], topics[other]) >= ALIKE:
            parents[root(other)] = root(one)
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(topics)):
        groups[root(place)].append(place)
    yield from groups.values()


def _candidates(topics: list[Topic]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of places worth a look: those under one key of an inverted index."""
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    generic = lexicon().generic
    for place, topic in enumerate(topics):
        if topic.local:
            index[topic.family, topic.home].append(place)
            continue
        for ref in topic.refs:
            index[topic.family, "ref", ref].append(place)
        for word in topic.concepts - generic:
            index[topic.family, "word", word].append(place)
    seen: set[tuple[int, int]] = set()
    for key in sorted(index):
        places = index[key]
        if len(places) > CROWDED:
            continue
        for at, one in enumerate(places):
            for other in places[at + 1 :]:
                if (one, other) not in seen:
                    seen.add((one, other))
                    yield one, other
