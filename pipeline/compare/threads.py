"""Threads: the claims about one measure of one subject, across posts and years, in order of time."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.compare.blocks import candidates
from pipeline.compare.claims import ComparedClaim
from pipeline.compare.echoes import echoes
from pipeline.compare.figures import Figure, figure_of, telling
from pipeline.compare.groups import Groups
from pipeline.compare.likeness import ALIKE, DOUBTED, Encode, likeness
from pipeline.compare.naming import Named
from pipeline.compare.relations import Relation, relation
from pipeline.compare.topics import Topic, Topics
from pipeline.compare.values import Fit, fit
from pipeline.records import Entity, FindingKind, digest

SAME = (FindingKind.DUPLICATE, FindingKind.AGREEMENT)
FINDING_ORDER = (*SAME, FindingKind.CONTRADICTION, FindingKind.UPDATE)
KEEP = 8  # how many figures before it each is held against
ENCODED = 50_000  # distinct texts that an encoder is asked for at most; beyond, words decide

type Link = tuple[Relation, Figure, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The claims about one measure of one subject, the earliest first."""

    id: str
    subject: str | None  # by its canonical name where it has one
    measure: str | None
    unit: str | None
    figures: tuple[Figure, ...]
    links: tuple[Link, ...] = ()

    @property
    def claims(self) -> tuple[str, ...]:
        """The ids of its claims, in order of time."""
        return tuple(figure.id for figure in self.figures)

    @property
    def when(self) -> tuple[str | None, ...]:
        """The time of each claim, as far as it is known."""
        return tuple(str(figure.time) if figure.time else None for figure in self.figures)


def threads(
    claims: Iterable[ComparedClaim], *, entities: Mapping[str, Entity] | None = None, encode: Encode | None = None
) -> Iterator[Thread]:
    """Yield the threads of two claims or more, in order of their ids.

    *entities* gives a mention for a ref, for canonical names. *encode* turns texts into rows of unit length; without
    it only names and words decide.
    """
    named = Named(entities)
    topics = Topics(named)
    figures = (figure_of(said, topics) for said in claims if telling(said))
    yield from threads_of(figures, named, encode=encode)


def threads_of(figures: Iterable[Figure], named: Named, *, encode: Encode | None = None) -> Iterator[Thread]:
    """Yield the threads of *figures* that were made ready, in order of their ids."""
    figures = list(figures)
    by_topic: dict[Topic, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_topic[figure.topic].append(figure)
    topics = list(by_topic)
    found: list[Thread] = []
    places = {topic: place for place, topic in enumerate(topics)}
    known = [(places[one.topic], places[other.topic]) for one, other in echoes(figures)]
    for group in same_topics(topics, encode, known):
        members = [figure for place in group for figure in by_topic[topics[place]]]
        if len(members) > 1:
            links = list(links_of(without_siblings(sorted(members, key=lambda figure: figure.place))))
            found.extend(_thread(series, named) for series in _series(links))
    yield from sorted(found, key=lambda thread: thread.id)


def links_of(figures: Iterable[Figure]) -> Iterator[Link]:
    """Yield what each of *figures*, which stand in order of time, is to one that stands before it.

    The copy of a post counts once: it is a duplicate, and nothing else is held against it.
    """
    standing: deque[Figure] = deque(maxlen=KEEP)
    for figure in figures:
        found: dict[FindingKind, Link] = {}
        for before in reversed(standing):
            known = relation(before, figure)
            if known is not None:
                found.setdefault(known.kind, (known, before, figure))
                if known.kind in SAME or before.place[:2] < figure.place[:2]:
                    break
        best = next((found[kind] for kind in FINDING_ORDER if kind in found), None)
        if best is not None:
            yield best
        if figure.copy_of is None or best is None or best[0].kind not in SAME:
            standing.append(figure)


def _series(links: Iterable[Link]) -> Iterator[list[Link]]:
    """Yield the links that hang together."""
    groups = Groups[str]()
    links = list(links)
    for _, one, other in links:
        groups.join(one.id, other.id)
    series: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        series[groups.head(link[1].id)].append(link)
    yield from series.values()


def without_siblings(figures: list[Figure]) -> list[Figure]:
    """*figures* without those that clash with another of their own sentence: a writer who gives two means two things.

    What the sentence itself sets at two times stays.
    """
    by_sentence: dict[tuple[str, int], list[Figure]] = defaultdict(list)
    for figure in figures:
        by_sentence[figure.post, figure.sentence_start].append(figure)
    left_out: set[str] = set()
    for siblings in by_sentence.values():
        for at, one in enumerate(siblings):
            for other in siblings[at + 1 :]:
                timed = one.time != other.time or one.planned != other.planned
                if not timed and fit(one.value, other.value) in (Fit.CLASH, Fit.APART):
                    left_out |= {one.id, other.id}
    return [figure for figure in figures if figure.id not in left_out]


def same_topics(
    topics: list[Topic], encode: Encode | None, known: Iterable[tuple[int, int]] = ()
) -> Iterator[list[int]]:
    """Yield the places of topics that are the same, each group in order; those of *known* pairs are."""
    same = Groups[int]()
    for one, other in known:
        same.join(one, other)
    doubted = []
    for one, other in candidates(topics):
        if same.head(one) == same.head(other):
            continue
        score = likeness(topics[one], topics[other])
        if encode is not None and DOUBTED[0] <= score <= DOUBTED[1]:
            doubted.append((one, other))
        elif score >= ALIKE:
            same.join(one, other)
    for (one, other), cosine in zip(doubted, _meanings(topics, doubted, encode), strict=True):
        if likeness(topics[one], topics[other], meaning=cosine) >= ALIKE:
            same.join(one, other)
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(topics)):
        groups[same.head(place)].append(place)
    yield from groups.values()


def _meanings(topics: list[Topic], pairs: list[tuple[int, int]], encode: Encode | None) -> Iterator[float | None]:
    texts = {topics[place].text: 0 for pair in pairs for place in pair}
    if encode is None or len(texts) > ENCODED:
        yield from (None for _ in pairs)
        return
    texts = {text: place for place, text in enumerate(texts)}
    rows = encode(list(texts)) if texts else None
    for one, other in pairs:
        assert rows is not None
        yield float(rows[texts[topics[one].text]] @ rows[texts[topics[other].text]])


def _thread(links: list[Link], named: Named) -> Thread:
    members = {figure.id: figure for _, one, other in links for figure in (one, other)}
    figures = sorted(members.values(), key=lambda figure: figure.place)
    head = min(figures, key=lambda figure: (figure.subject is None, figure.place))
    canonical = next((name for ref in head.subject_refs if (name := named.canonical(ref))), None)
    return Thread(
        id=digest("thread", figures[0].id),
        subject=canonical or head.subject,
        measure=head.measure or head.unit,
        unit=head.unit,
        figures=tuple(figures),
        links=tuple(links),
    )
