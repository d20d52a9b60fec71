"""What the report says, gathered while the rows pass: counts, the largest sums, the newest figures."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.ledger.counting import TENTH
from pipeline.ledger.viewing import chance
from pipeline.publish.columns import CLAIMS, Table
from pipeline.publish.rows import Row
from pipeline.publish.trust import Precision, precision

type Fields = Mapping[str, Any]

LISTED = 1_000  # figures that the page lists with their sentences
SUMS = 8  # of a currency
NAMED = 10  # of each sort of named thing
SHOWN = 30  # contradictions, and doubts
KEPT_FINDINGS = 100_000
OUT = frozenset({"rejected", "stale"})
DECIDED = frozenset({"accepted", "corrected", "rejected"})
_AT = {name: place for place, name in enumerate(CLAIMS.names)}


@dataclass(slots=True)
class Tally:
    """Counts that grow with each row; what it keeps does not grow with the ledger."""

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
    findings: list[Fields] = field(default_factory=list)
    finding_kinds: Counter[str] = field(default_factory=Counter)
    decisions: int = 0
    reviewers: set[str] = field(default_factory=set)
    read_posts: set[str] = field(default_factory=set)
    _drawn: Counter[bool] = field(default_factory=Counter)
    _sums: dict[str, list[tuple[Any, str, Row]]] = field(default_factory=lambda: defaultdict(list))
    sums: Counter[str] = field(default_factory=Counter)  # unit → how many
    sums_converted: int = 0
    _copied: set[str] = field(default_factory=set)
    _newest: dict[tuple[str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))
    _held: int = 0

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
                self.theme_years |= {(row[0], row[1]): (row[4], row[3], row[5]) for row in rows}
            case "findings":
                self.finding_kinds.update(row[1] for row in rows)
                room = KEPT_FINDINGS - len(self.findings)
                self.findings += (dict(zip(table.names, row, strict=True)) for row in rows[:room])
            case "decisions":
                self.decisions += len(rows)
                self.reviewers.update(row[4] for row in rows)
                self.read_posts.update(row[9] for row in rows if row[3] == "read")

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
        id_, status = row[0], row[1]
        self.statuses[status] += 1
        if status in DECIDED and chance("draw", id_) < TENTH:
            self._drawn[status == "accepted"] += 1
        if status in OUT:
            return
        self.claims += 1
        kind, day = row[_AT["kind"]], row[_AT["date"]]
        self.kinds[kind] += 1
        if day:
            self.claim_years[day.year] += 1
        if kind == "money" and row[_AT["modality"]] != "negated" and row[_AT["post"]] not in self._copied:
            unit = row[_AT["unit"]] or ""
            self.sums[unit] += 1
            value = row[_AT["converted_value"]]
            self.sums_converted += value is not None
            for name, size in ((unit, row[_AT["value"]]), ("converted", value)):
                if size is not None:
                    _keep(self._sums[name], (size, id_, row), SUMS * 4)
        self._newest[day.isoformat() if day else "", row[_AT["post"]]].append(row)
        self._held += 1
        if self._held > 2 * LISTED:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        kept: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self._held = 0
        for key in sorted(self._newest, reverse=True):
            if self._held >= LISTED:
                break
            kept[key] = self._newest[key]
            self._held += len(kept[key])
        self._newest = kept

    def _name(self, name: Fields) -> None:
        order = (name["posts"], name["mentions"], name["name"])
        _keep(self.names[name["label"]], (order, name), NAMED)

    def precision(self) -> Precision | None:
        """The share of the random tenth that was read rightly, as far as it was judged."""
        return precision(self._drawn[True], self._drawn.total())

    def largest(self, unit: str, number: int = SUMS) -> list[Fields]:
        """The *number* largest sums in *unit* (or ``converted``), the largest first, one for each sum of a subject."""
        found: dict[tuple[Any, ...], Fields] = {}
        for _, _, row in sorted(self._sums.get(unit, []), key=lambda kept: (-kept[0], kept[1])):
            claim = _fields(row)
            found.setdefault((claim["value"], claim["unit"], claim["subject"]), claim)
        return list(found.values())[:number]

    def listed(self) -> list[list[Fields]]:
        """The figures of the newest posts, a list for each post, at most ``LISTED`` figures in all."""
        self._drop_oldest()
        groups, room = [], LISTED
        for key in sorted(self._newest, key=lambda key: (key[0], key[1]), reverse=True):
            rows = self._newest[key][:room]
            room -= len(rows)
            if rows:
                groups.append([_fields(row) for row in rows])
        return groups

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


def _fields(row: Row) -> Fields:
    return dict(zip(CLAIMS.names, row, strict=True))
