"""What the report says, gathered while the rows pass: counts, the largest sums, the newest figures."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.ledger.standing.draws import TENTH, chance
from pipeline.publish.columns import CLAIMS, OUT, Table
from pipeline.publish.rows import Row
from pipeline.publish.series import LINKING, Fields
from pipeline.publish.trust import Precision, precision

LISTED = 1_000  # figures that the page lists with their sentences
SUMS = 8  # of a currency
NAMED = 10  # of each sort of named thing
SHOWN = 30  # contradictions, and doubts
DECIDED = frozenset({"accepted", "corrected", "rejected"})
LISTED_KINDS = ("contradiction", "doubt")
KEPT_SUMS = 4 * SUMS
NUMBERS = ("posts", "gone", "copies", "undated", "claims", "sums_converted")
COUNTERS = ("publishers", "countries", "years", "kinds", "statuses", "claim_years", "drawn", "sums", "finding_kinds")
_AT = {name: place for place, name in enumerate(CLAIMS.names)}


@dataclass(slots=True)
class Tally:
    """Counts of posts and claims, which grow with each row, and what else the report says.

    What a copy of another post says is counted once, where it was said first.
    """

    posts: int = 0
    gone: int = 0
    copies: int = 0
    publishers: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)
    undated: int = 0
    claims: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    claim_years: Counter[int] = field(default_factory=Counter)
    theme_years: dict[tuple[str, int], tuple[int, int, float]] = field(default_factory=dict)  # claims, posts, share
    themes: list[Fields] = field(default_factory=list)
    names: dict[str, list[tuple[tuple[int, int, str], Fields]]] = field(default_factory=lambda: defaultdict(list))
    links: list[tuple[str, Sequence[str]]] = field(default_factory=list)  # findings that may link a series
    surest: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))  # -confidence, id
    finding_kinds: Counter[str] = field(default_factory=Counter)
    decisions: int = 0
    reviewers: set[str] = field(default_factory=set)
    read_posts: set[str] = field(default_factory=set)
    drawn: Counter[str] = field(default_factory=Counter)  # of the random tenth: right or wrong
    largest: dict[str, list[tuple[Decimal, str]]] = field(default_factory=lambda: defaultdict(list))  # sums with ids
    sums: Counter[str] = field(default_factory=Counter)  # unit → how many
    sums_converted: int = 0
    newest: dict[str, tuple[str, int]] = field(default_factory=dict)  # post → its day, its claims
    _copied: set[str] = field(default_factory=set)

    def take(self, table: Table, rows: Sequence[Row]) -> None:
        """Count *rows* of *table*."""
        match table.name:
            case "claims":
                for row in rows:
                    self._claim(row)
            case "posts":
                for row in rows:
                    self._post(dict(zip(table.names, row, strict=True)))
            case "names":
                for row in rows:
                    self._name(dict(zip(table.names, row, strict=True)))
            case "themes":
                self.themes += (dict(zip(table.names, row, strict=True)) for row in rows)
            case "theme_years":
                for row in rows:
                    year = dict(zip(table.names, row, strict=True))
                    self.theme_years[year["theme"], year["year"]] = year["claims"], year["posts"], year["share"]
            case "findings":
                for id_, kind, _, claims, _, confidence in rows:
                    self._finding(id_, kind, claims, confidence)
            case "decisions":
                self.decisions += len(rows)
                for row in rows:
                    decision = dict(zip(table.names, row, strict=True))
                    self.reviewers.add(decision["reviewer"])
                    if decision["verdict"] == "read":
                        self.read_posts.add(decision["post"])

    def _post(self, post: Fields) -> None:
        if post["state"] != "live":
            self.gone += 1
            return
        self.posts += 1
        if post["duplicate_of"]:
            self.copies += 1
            self._copied.add(post["id"])
        self.publishers[post["publisher"] or ""] += 1
        self.countries[post["country"] or ""] += 1
        if post["date"]:
            self.years[post["date"].year] += 1
        else:
            self.undated += 1

    def _claim(self, row: Row) -> None:
        id_, status = row[_AT["id"]], row[_AT["status"]]
        self.statuses[status] += 1
        if status in DECIDED and chance("draw", id_) < TENTH:
            self.drawn["right" if status == "accepted" else "wrong"] += 1
        post = row[_AT["post"]]
        if status in OUT or post in self._copied:
            return
        self.claims += 1
        kind, day = row[_AT["kind"]], row[_AT["date"]]
        self.kinds[kind] += 1
        if day:
            self.claim_years[day.year] += 1
        if kind == "money" and row[_AT["modality"]] != "negated":
            unit = row[_AT["unit"]] or ""
            self.sums[unit] += 1
            value = row[_AT["converted_value"]]
            self.sums_converted += value is not None
            for name, size in ((unit, row[_AT["value"]]), ("converted", value)):
                if size is not None:
                    self._keep_sum(name, size, id_)
        self.newest[post] = day.isoformat() if day else "", self.newest.get(post, ("", 0))[1] + 1

    def _keep_sum(self, name: str, size: Decimal, id_: str) -> None:
        kept = self.largest[name]
        kept.append((size, id_))
        if len(kept) >= 8 * KEPT_SUMS:
            self.largest[name] = _first(kept)

    def _finding(self, id_: str, kind: str, claims: Sequence[str], confidence: float) -> None:
        self.finding_kinds[kind] += 1
        if kind in LINKING:
            self.links.append((kind, claims))
        elif kind in LISTED_KINDS:
            self._keep_surest(kind, (-confidence, id_))

    def _keep_surest(self, kind: str, one: tuple[float, str]) -> None:
        kept = self.surest[kind]
        kept.append(one)
        if len(kept) >= 8 * SHOWN:
            self.surest[kind] = sorted(kept)[:SHOWN]

    @property
    def packed(self) -> dict[str, Any]:
        """What was counted of posts, claims and findings, as JSON can hold it."""
        return {
            "numbers": [getattr(self, name) for name in NUMBERS],
            "counters": [list(getattr(self, name).items()) for name in COUNTERS],
            "largest": [
                [unit, [[str(size), id_] for size, id_ in _first(kept)]] for unit, kept in self.largest.items()
            ],
            "newest": [[post, *values] for post, values in self.newest.items()],
            "links": self.links,
            "surest": {kind: sorted(kept)[:SHOWN] for kind, kept in self.surest.items()},
        }

    def add(self, other: Mapping[str, Any]) -> None:
        """Add what ``packed`` gave of other posts."""
        for name, number in zip(NUMBERS, other["numbers"], strict=True):
            setattr(self, name, getattr(self, name) + number)
        for name, counted in zip(COUNTERS, other["counters"], strict=True):
            getattr(self, name).update(dict(counted))
        for unit, kept in other["largest"]:
            for size, id_ in kept:
                self._keep_sum(unit, Decimal(size), id_)
        for post, day, number in other["newest"]:
            self.newest[post] = day, number
        self.links += map(tuple, other["links"])
        for kind, kept in other["surest"].items():
            for confidence, id_ in kept:
                self._keep_surest(kind, (confidence, id_))

    def _name(self, name: Fields) -> None:
        order = (name["posts"], name["mentions"], name["name"])
        _keep(self.names[name["label"]], (order, name), NAMED)

    def precision(self) -> Precision | None:
        """The share of the random tenth that was read rightly, as far as it was judged."""
        return precision(self.drawn["right"], self.drawn.total())

    def surest_findings(self, kind: str) -> list[str]:
        """The findings of that kind that are most likely right, the surest first."""
        return [id_ for _, id_ in sorted(self.surest.get(kind, []))[:SHOWN]]

    def largest_sums(self, unit: str) -> list[str]:
        """The claims of the largest sums in *unit* (or ``converted``), the largest first."""
        return [id_ for _, id_ in _first(self.largest.get(unit, []))]

    def newest_posts(self) -> list[str]:
        """The newest posts with figures, the newest first, until they have ``LISTED`` figures."""
        found, room = [], LISTED
        for post, (_, number) in sorted(self.newest.items(), key=lambda item: (item[1][0], item[0]), reverse=True):
            if room <= 0:
                break
            found.append(post)
            room -= number
        return found

    def most(self, what: str, number: int = 15) -> list[tuple[str, int]]:
        """The *number* most frequent named publishers or countries, with their posts."""
        counted: Counter[str] = getattr(self, what)
        named = ((name, count) for name, count in counted.items() if name)
        return sorted(named, key=lambda item: (-item[1], item[0]))[:number]

    def well_known(self) -> Iterator[tuple[str, list[Fields]]]:
        """Yield each sort of named thing with the most mentioned ones."""
        for label in sorted(self.names):
            ordered = sorted(self.names[label], key=lambda kept: (-kept[0][0], -kept[0][1], kept[0][2]))
            yield label, [name for _, name in ordered]


def _keep[T: tuple[Any, ...]](heap: list[T], item: T, most: int) -> None:
    if len(heap) < most:
        heapq.heappush(heap, item)
    elif item[:1] > heap[0][:1]:
        heapq.heapreplace(heap, item)


def _first(kept: Sequence[tuple[Decimal, str]]) -> list[tuple[Decimal, str]]:
    return sorted(kept, key=lambda one: (-one[0], one[1]))[:KEPT_SUMS]
