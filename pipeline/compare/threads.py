"""Threads: the claims about one measure of one subject, across posts and years, in order of time."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.compare.figures import Figure
from pipeline.compare.groups import Groups
from pipeline.compare.likeness import ALIKE, DOUBTED, Encode, apart, comparable, likeness
from pipeline.compare.relations import Relation, relation
from pipeline.compare.topics import Topic
from pipeline.compare.values import Fit, fit
from pipeline.records import FindingKind, digest

SAME = (FindingKind.DUPLICATE, FindingKind.AGREEMENT)
FINDING_ORDER = (*SAME, FindingKind.CONTRADICTION, FindingKind.UPDATE)
KEEP = 8  # how many figures before it each is held against

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


def threads_in(figures: Iterable[Figure]) -> list[Thread]:
    """The threads of *figures* whose topics are the same, by id."""
    links = list(links_of(without_siblings(sorted(figures, key=lambda figure: figure.place))))
    return sorted((_thread(series) for series in _series(links)), key=lambda thread: thread.id)


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


class Judge:
    """Says of pairs of topics whether they are the same."""

    def __init__(self, encode: Encode | None = None) -> None:
        self._encode = encode

    def alike(self, pairs: Iterable[tuple[Topic, Topic]]) -> list[bool]:
        """Whether each of *pairs* is one topic; where words leave it open, the encoder is asked, once for all."""
        found: list[bool] = []
        doubted: list[tuple[int, Topic, Topic]] = []
        for one, other in pairs:
            score = likeness(one, other)
            if self._encode is not None and DOUBTED[0] <= score <= DOUBTED[1]:
                doubted.append((len(found), one, other))
            found.append(score >= ALIKE)
        if doubted and self._encode is not None:
            texts = {topic.text: 0 for _, *both in doubted for topic in both}
            texts = {text: place for place, text in enumerate(texts)}
            rows = self._encode(list(texts))
            for place, one, other in doubted:
                cosine = float(rows[texts[one.text]] @ rows[texts[other.text]])
                found[place] = likeness(one, other, meaning=cosine) >= ALIKE
        return found

    def echoing(self, pairs: Iterable[tuple[Topic, Topic]]) -> list[bool]:
        """Whether each of *pairs*, whose sentences have the same words, may be one topic."""
        return [comparable(one, other) and not apart(one, other) for one, other in pairs]


def _thread(links: list[Link]) -> Thread:
    members = {figure.id: figure for _, one, other in links for figure in (one, other)}
    figures = sorted(members.values(), key=lambda figure: figure.place)
    head = min(figures, key=lambda figure: (figure.subject is None, figure.place))
    return Thread(
        id=digest("thread", figures[0].id),
        subject=head.known_as or head.subject,
        measure=head.measure or head.unit,
        unit=head.unit,
        figures=tuple(figures),
        links=tuple(links),
    )
