"""All claims held against each other, post by post; what was worked out before and has not changed is taken over.

A comparison that goes on from a memory comes to the very findings that one from nothing comes to: what is remembered
is only what a post says, whether two topics are one, and what a group of figures that has not changed came to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import orjson

from pipeline.compare.blocks import keys_of, order_of, pairs, ranks_of, split
from pipeline.compare.claims import ComparedClaim
from pipeline.compare.coincidences import coincidences_of, values_of
from pipeline.compare.doubts import doubts_of_post, doubts_of_thread
from pipeline.compare.figures import Figure, figure_of, finite, number_of, telling
from pipeline.compare.likeness import Encode
from pipeline.compare.memory import Array, Blobs, Memory, blobs
from pipeline.compare.naming import Named
from pipeline.compare.packing import (
    dumped,
    figure_of_packed,
    finding_of_packed,
    packed_figure,
    packed_finding,
    packed_topic,
    topic_of,
)
from pipeline.compare.reasons import finding_of
from pipeline.compare.threads import Judge, Thread, threads_in
from pipeline.compare.topics import Topic, Topics
from pipeline.records import Finding

MANY = 100_000  # topics that are kept as objects


@dataclass(slots=True)
class Read:
    """What of a post is held against others: its figures as bytes, the numbers they are found by, its doubts."""

    mark: str
    doubts: bytes
    figures: list[bytes] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)
    echoes: list[int] = field(default_factory=list)
    values: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a comparison came to, as it differs from the one remembered, and what the next one remembers."""

    gone: frozenset[str]  # ids of findings that hold no longer
    found: tuple[Finding, ...]  # new ones, by kind, rule and claims
    memory: Memory


class Comparison:
    """One comparison: ``add`` what is new or changed, ``keep`` the rest, then ``finish``."""

    def __init__(self, memory: Memory | None = None, *, encode: Encode | None = None) -> None:
        self.before = memory or Memory()
        self._judge = Judge(encode)
        self._places = {post: place for place, post in enumerate(self.before.posts)}
        self._read: dict[str, Read] = {}
        self._kept: set[str] = set()
        self._making = Topics()
        self._topics = {number: place for place, number in enumerate(self.before.topic_ids.tolist())}
        self._made: dict[int, Topic] = {}  # of those met in this comparison
        self._new: list[tuple[int, bytes, bytes, list[int]]] = []  # id, topic, order, keys
        self._ids: dict[int, int] = {}  # a topic's identity in memory → its place

    def mark(self, post: str) -> str | None:
        """What the memory holds *post* to be, if it knows it."""
        place = self._places.get(post)
        return None if place is None else self.before.marks[place]

    def keep(self, posts: Iterable[str]) -> None:
        """Take over *posts* as they are remembered."""
        self._kept.update(posts)

    def add(self, post: str, mark: str, claims: Sequence[ComparedClaim], named: Named) -> None:
        """Take in all *claims* of *post*; *named* is what it names, *mark* what will tell whether it has changed."""
        said = sorted(filter(finite, claims), key=lambda one: (one.claim.start, one.claim.id))
        read = Read(mark, dumped([packed_finding(doubt) for doubt in doubts_of_post(said, named)]))
        if len(self._ids) > MANY:
            self._forget()
        for one in said:
            if telling(one):
                figure = figure_of(one, self._making, named)
                read.figures.append(packed_figure(figure))
                read.topics.append(self._place_of(figure.topic))
                read.echoes.append(figure.echo)
                read.values.append(values_of(figure))
        self._read[post] = read
        self._kept.discard(post)

    def _forget(self) -> None:
        """Let go of topics as objects; those that come again are made again, and have their place."""
        self._making, self._ids, self._made = Topics(), {}, {}

    def _place_of(self, topic: Topic) -> int:
        place = self._ids.get(id(topic))
        if place is None:
            packed = packed_topic(topic)
            number = number_of(packed.decode())
            place = self._topics.get(number)
            if place is None:
                place = self._topics[number] = len(self._topics)
                self._new.append((number, packed, order_of(topic), keys_of(topic)))
            self._ids[id(topic)] = place  # the maker keeps it alive
            self._made[place] = topic
        return place

    def finish(self) -> Outcome:
        """Hold what was taken in against each other."""
        now = self._assemble()
        self._making, self._ids = Topics(), {}
        gone, found = self._held_together(now, self._same_topics(now))
        for post, place in self._places.items():
            if post in self._read or post not in self._kept:
                gone |= {row[0] for row in orjson.loads(self.before.doubts[place])}
        for read in self._read.values():
            found |= {row[0]: finding_of_packed(row) for row in orjson.loads(read.doubts)}
        held, now.coincided = self.before.coincided, self._coincide(now)
        gone |= held.keys() - now.coincided.keys()
        found |= {id_: finding_of_packed(row) for id_, row in now.coincided.items() if held.get(id_) != row}
        ordered = sorted(found.values(), key=lambda one: (one.kind, one.rule, one.claims, one.id))
        return Outcome(gone=frozenset(gone - found.keys()), found=tuple(ordered), memory=now)

    def _held_together(self, now: Memory, labels: Array) -> tuple[set[str], dict[str, Finding]]:
        """What groups of figures about one topic come to: what holds no longer, and what is new."""
        old = _places_in(self.before.groups)
        found: dict[str, Finding] = {}
        groups: dict[int, bytes] = {}
        series = np.zeros(len(now.series), dtype=np.int64)
        for stamp, members in _groups(labels[now.topic], now.stamp):
            if stamp in old:
                groups[stamp] = self.before.group_findings[old[stamp]]
                series[members] = now.series[members]
                continue
            figures = [self._figure(now, place) for place in members]
            places = {figure.id: place for figure, place in zip(figures, members, strict=True)}
            came: list[Finding] = []
            for thread in threads_in(figures):
                series[[places[claim] for claim in thread.claims]] = number_of(thread.id)
                came += (finding_of(*link) for link in thread.links)
                came += doubts_of_thread(thread)
            found |= {finding.id: finding for finding in came}
            groups[stamp] = dumped([packed_finding(finding) for finding in came])
        now.series = series
        ordered = sorted(groups)
        now.groups = np.array(ordered, dtype=np.uint64)
        now.group_findings = blobs([groups[stamp] for stamp in ordered])
        gone = {
            row[0]
            for stamp in old.keys() - groups.keys()
            for row in orjson.loads(self.before.group_findings[old[stamp]])
        }
        return gone, found

    def threads(self) -> Iterator[Thread]:
        """Yield every thread of what was taken in, by id."""
        now = self._assemble()
        found: list[Thread] = []
        for _, members in _groups(self._same_topics(now)[now.topic], now.stamp):
            found += threads_in([self._figure(now, place) for place in members])
        yield from sorted(found, key=lambda thread: thread.id)

    def _assemble(self) -> Memory:
        """The figures of all posts in order, and the topics that they are about."""
        before, now = self.before, Memory()
        now.posts = sorted({*self._kept, *self._read})
        now.marks = [self._read[post].mark if post in self._read else self.mark(post) or "" for post in now.posts]
        read = [(post, self._read[post]) for post in now.posts if post in self._read]
        begins, old = {}, len(before.topic)
        for post, one in read:
            begins[post] = old
            old += len(one.figures)
        firsts = before.first.tolist()
        spans = []
        for post in now.posts:
            if post in begins:
                spans.append((begins[post], begins[post] + len(self._read[post].figures)))
            else:
                place = self._places[post]
                spans.append((firsts[place], firsts[place + 1]))
        now.first = np.cumsum([0, *(last - first for first, last in spans)])
        taken = np.concatenate([np.arange(first, last) for first, last in spans] or [np.zeros(0, dtype=np.int64)])
        new = [one for _, one in read]
        packed = [piece for one in new for piece in one.figures]
        stamps = np.array([number_of(piece.decode()) for piece in packed], dtype=np.uint64)
        topics = np.array([place for one in new for place in one.topics], dtype=np.int64)
        for one in new:
            one.figures = []  # of a million claims, one copy is enough
        made = blobs(packed)
        del packed
        now.figures = _merged(before.figures, made, taken)
        now.stamp = np.r_[before.stamp, stamps ^ topics_mixed(topics, self._topics)][taken].astype(np.uint64)
        now.topic = np.r_[before.topic, topics][taken]
        now.echo = np.r_[before.echo, np.array([n for one in new for n in one.echoes], dtype=np.int64)][taken]
        now.series = np.r_[before.series, np.zeros(len(stamps), dtype=np.int64)][taken]
        now.value_first, now.values = _merged_rows(
            before.value_first, before.values, [some for one in new for some in one.values], taken
        )
        doubts = {post: one.doubts for post, one in read}
        now.doubts = blobs([doubts[p] if p in doubts else before.doubts[self._places[p]] for p in now.posts])
        self._assemble_topics(now)
        return now

    def _assemble_topics(self, now: Memory) -> None:
        """The topics that figures are still about, numbered anew; what was judged of the others is forgotten."""
        before, held = self.before, len(self.before.topic_ids)
        used = np.unique(now.topic)
        renumbered = np.full(held + len(self._new), -1, dtype=np.int64)
        renumbered[used] = np.arange(len(used))
        now.topic = renumbered[now.topic]
        self._made = {int(renumbered[place]): topic for place, topic in self._made.items() if renumbered[place] >= 0}
        new = self._new
        now.topic_ids = np.r_[before.topic_ids, np.array([number for number, *_ in new], dtype=np.int64)][used]
        now.topics = _merged(before.topics, blobs([packed for _, packed, _, _ in new]), used)
        now.orders = _merged(before.orders, blobs([order for _, _, order, _ in new]), used)
        now.key_first, now.keys = _merged_rows(before.key_first, before.keys, [keys for *_, keys in new], used)
        for codes, judged in (("tested", "alike"), ("echoes", "echoing")):
            one, other = (renumbered[side] for side in split(getattr(before, codes)))
            still = (one >= 0) & (other >= 0)
            setattr(now, codes, (one << 32 | other)[still])  # order is kept, since numbering anew keeps it
            setattr(now, judged, getattr(before, judged)[still])

    def _same_topics(self, now: Memory) -> Array:
        """For each topic the smallest one that is the same."""
        ranks = ranks_of(now.orders.taken(range(len(now.orders))), now.topic_ids)
        now.tested, now.alike = self._judged(now, pairs(now.key_first, now.keys, ranks), now.tested, now.alike, False)
        now.echoes, now.echoing = self._judged(now, _echoes(now), now.echoes, now.echoing, True)
        return _components(len(now.topic_ids), np.r_[now.tested[now.alike], now.echoes[now.echoing]])

    def _judged(self, now: Memory, codes: Array, known: Array, alike: Array, echo: bool) -> tuple[Array, Array]:
        """*codes* with whether each pair is the same: as *known*, or judged now."""
        place = np.searchsorted(known, codes)
        place[place == len(known)] = 0
        held = known[place] == codes if len(known) else np.zeros(len(codes), dtype=bool)
        found = np.zeros(len(codes), dtype=bool)
        found[held] = alike[place[held]]
        new = np.flatnonzero(~held)
        one, other = (side.tolist() for side in split(codes[new]))
        get = self._topic
        sides = ((get(now, a), get(now, b)) for a, b in zip(one, other, strict=True))
        found[new] = list(self._judge.echoing(sides) if echo else self._judge.alike(sides))
        return codes, found

    def _topic(self, now: Memory, place: int) -> Topic:
        topic = self._made.get(place)
        if topic is None:
            if len(self._made) > MANY:
                self._made.clear()
            topic = self._made[place] = topic_of(now.topics[place])
        return topic

    def _figure(self, now: Memory, place: int) -> Figure:
        return figure_of_packed(now.figures[place], self._topic(now, int(now.topic[place])))

    def _coincide(self, now: Memory) -> dict[str, Any]:
        """The findings of figures that coincide and are in no thread together, as lists, by id."""
        old = _places_in(self.before.coincidences)
        owners = np.repeat(np.arange(len(now.value_first) - 1), np.diff(now.value_first))
        groups: list[tuple[int, bytes]] = []
        series: dict[str, int] = {}
        for stamp, members in _groups(now.values, now.stamp[owners], by_label=True):
            held = old.get(stamp)
            if held is not None:
                packed = self.before.coincidence_pairs[held]
            else:
                figures = [self._figure(now, place) for place in owners[members].tolist()]
                packed = dumped(
                    [
                        [one.id, other.id, packed_finding(finding_of(known, one, other))]
                        for known, one, other in coincidences_of(figures)
                    ]
                )
            if packed != b"[]":
                series |= zip(
                    (self._id(now, place) for place in owners[members].tolist()),
                    now.series[owners[members]].tolist(),
                    strict=True,
                )
            groups.append((stamp, packed))
        groups.sort()
        now.coincidences = np.array([stamp for stamp, _ in groups], dtype=np.uint64)
        now.coincidence_pairs = blobs([packed for _, packed in groups])
        found: dict[str, Any] = {}
        for _, packed in groups:
            if packed != b"[]":
                for one, other, finding in orjson.loads(packed):
                    if not series[one] or series[one] != series[other]:
                        found[finding[0]] = finding
        return found

    def _id(self, now: Memory, place: int) -> str:
        packed = now.figures[place]
        return str(orjson.loads(packed[1 : packed.index(b'",') + 1]))


def topics_mixed(topics: Array, numbers: dict[int, int]) -> Array:
    """The identity of each of *topics*, spread over 64 bits, to mix into a figure's stamp."""
    by_place = np.fromiter(numbers.keys(), dtype=np.int64, count=len(numbers))
    return (by_place[topics].view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)


def _groups(labels: Array, stamps: Array, *, by_label: bool = False) -> Iterator[tuple[int, list[int]]]:
    """Yield the places that share a label, two or more, with a stamp that tells whether anything has changed."""
    order = np.argsort(labels, kind="stable")
    ordered = labels[order]
    begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, dtype=np.int64)
    if not len(begins):
        return
    sizes = np.diff(np.r_[begins, len(ordered)])
    mixed = (stamps[order] ^ (stamps[order] >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    sums = np.add.reduceat(mixed, begins) + sizes.astype(np.uint64)
    if by_label:
        sums ^= ordered[begins].view(np.uint64) * np.uint64(0x94D049BB133111EB)
    for place in np.flatnonzero(sizes > 1).tolist():
        begin = int(begins[place])
        yield int(sums[place]), order[begin : begin + int(sizes[place])].tolist()


def _echoes(now: Memory) -> Array:
    """Pairs of topics of figures in other posts' sentences of the same words, each with the one before."""
    some = np.flatnonzero(now.echo)
    order = some[np.argsort(now.echo[some], kind="stable")]
    one, other = order[:-1], order[1:]
    posts = np.repeat(np.arange(len(now.posts)), np.diff(now.first))
    here = (now.echo[one] == now.echo[other]) & (posts[one] != posts[other]) & (now.topic[one] != now.topic[other])
    mine, theirs = now.topic[one[here]], now.topic[other[here]]
    return np.unique(np.minimum(mine, theirs) << 32 | np.maximum(mine, theirs))


def _components(number: int, codes: Array) -> Array:
    """For each of *number* things the smallest that it hangs together with by the pairs *codes*."""
    labels = np.arange(number)
    one, other = split(codes)
    while len(one):
        least = np.minimum(labels[one], labels[other])
        before = labels.copy()
        np.minimum.at(labels, one, least)
        np.minimum.at(labels, other, least)
        labels = labels[labels]
        if (labels == before).all():
            break
    return labels


def _places_in(numbers: Array) -> dict[int, int]:
    return {number: place for place, number in enumerate(numbers.tolist())}


def _merged(old: Blobs, made: Blobs, taken: Array) -> Blobs:
    """The pieces that are *taken*, the *old* numbered before those *made* now; neighbours are copied as one."""
    held = len(old)
    if not held and np.array_equal(taken, np.arange(len(made))):
        return made
    sizes = np.r_[np.diff(old.firsts), np.diff(made.firsts)]
    firsts = np.zeros(len(taken) + 1, dtype=np.int64)
    np.cumsum(sizes[taken], out=firsts[1:])
    breaks = np.flatnonzero((np.diff(taken) != 1) | (taken[1:] == held)) + 1
    parts = []
    for begin, end in pairwise([0, *breaks.tolist(), len(taken)]):
        if begin < end:
            first, last = int(taken[begin]), int(taken[end - 1]) + 1
            source, first, last = (old, first, last) if last <= held else (made, first - held, last - held)
            parts.append(memoryview(source.data)[source.firsts[first] : source.firsts[last]])
    return Blobs(b"".join(parts), firsts)


def _merged_rows(first: Array, old: Array, new: list[list[int]], taken: Array) -> tuple[Array, Array]:
    """Rows of numbers, of different lengths, one after another: the old and the new ones that are *taken*."""
    firsts = np.cumsum([int(first[-1]) if len(first) else 0, *(len(some) for some in new)])
    begins = np.r_[first[:-1], firsts[:-1]].astype(np.int64)[taken]
    ends = np.r_[first[1:], firsts[1:]].astype(np.int64)[taken]
    sizes = ends - begins
    whole = np.r_[old, np.array([number for some in new for number in some], dtype=np.int64)]
    starts = np.cumsum(np.r_[0, sizes])
    places = np.repeat(begins - starts[:-1], sizes) + np.arange(int(starts[-1]))
    return starts, whole[places]
