"""What the tables of named things and of themes are made from: counts of a part of the posts, to be added up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.days import iso_day
from pipeline.publish.columns import CLAIMS, OUT, POSTS, Table
from pipeline.publish.rows import Row
from pipeline.records import Theme

_POST = {name: place for place, name in enumerate(POSTS.names)}
_CLAIM = {name: place for place, name in enumerate(CLAIMS.names)}


class Sums:
    """Counts of some posts; ``add`` puts those of others to them."""

    def __init__(self) -> None:
        # (name, label) → code, mentions, posts, day of the first and of the last post
        self.names: dict[tuple[str, str], list[Any]] = {}
        self.years: Counter[int] = Counter()  # of live posts
        # (theme, year or 0 for none) → paragraphs, posts, claims
        self.themes: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0])

        self._days: dict[str, str] = {}  # of live posts
        self._copies: set[str] = set()
        self._figures: Counter[tuple[str, Any]] = Counter()

    def take(self, table: Table, rows: Sequence[Row]) -> None:
        """Count *rows* of *table*: first posts, then claims. The claims of copies are not counted, as they repeat."""
        match table.name:
            case "posts":
                self._posts(rows)
            case "claims":
                self._figures.update(
                    (row[_CLAIM["post"]], row[_CLAIM["passage"]])
                    for row in rows
                    if row[_CLAIM["status"]] not in OUT and row[_CLAIM["post"]] not in self._copies
                )
            case "entities":
                self._entities(rows)
            case "theme_passages":
                self._themes(rows)

    def _posts(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if row[_POST["state"]] == "live":
                day = row[_POST["date"]]
                self._days[row[0]] = day.isoformat() if day else ""
                if day:
                    self.years[day.year] += 1
        self._copies.update(row[0] for row in rows if row[_POST["duplicate_of"]])

    def _entities(self, rows: Sequence[Row]) -> None:
        seen: set[tuple[str, str, str]] = set()
        for post, _, _, quote, label, canonical, _, iso, _ in rows:
            name, day = canonical or quote, self._days[post]
            new = (post, name, label) not in seen
            seen.add((post, name, label))
            held = self.names.get((name, label))
            if held is None:
                self.names[name, label] = [iso or "", 1, 1, day, day]
            else:
                _merge(held, iso or "", 1, int(new), day, day)

    def _themes(self, rows: Sequence[Row]) -> None:
        met: set[tuple[str, str]] = set()
        for post, passage, theme, *_ in rows:
            held = self.themes[theme, int(self._days[post][:4] or 0)]
            held[0] += 1
            held[1] += (post, theme) not in met
            held[2] += self._figures.get((post, passage), 0)
            met.add((post, theme))

    def add(self, other: Mapping[str, Any]) -> None:
        """Add what ``packed`` gave."""
        for name, label, *values in other["names"]:
            held = self.names.get((name, label))
            if held is None:
                self.names[name, label] = values
            else:
                _merge(held, *values)
        self.years.update(dict(other["years"]))
        for theme, year, *values in other["themes"]:
            held = self.themes[theme, year]
            for place, value in enumerate(values):
                held[place] += value

    @property
    def packed(self) -> dict[str, Any]:
        """The counts as JSON can hold them."""
        return {
            "names": [[*key, *values] for key, values in self.names.items()],
            "years": list(self.years.items()),
            "themes": [[*key, *values] for key, values in self.themes.items()],
        }

    def name_rows(self) -> Iterator[Row]:
        """Yield the rows of named things, by name and label."""
        for (name, label), (iso, mentions, posts, first, last) in sorted(self.names.items()):
            yield name, label, iso or None, mentions, posts, iso_day(first), iso_day(last)

    def theme_rows(self, themes: Iterable[Theme]) -> Iterator[Row]:
        """Yield the rows of *themes*."""
        whole: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for (slug, _), values in self.themes.items():
            for place, value in enumerate(values):
                whole[slug][place] += value
        for theme in themes:
            about = theme.slug, theme.number, theme.name, theme.description or None, theme.keywords, theme.origin
            yield *about, *whole[theme.slug]

    def theme_year_rows(self) -> Iterator[Row]:
        """Yield the rows of themes by year."""
        for (theme, year), (passages, posts, claims) in sorted(self.themes.items()):
            if year:
                yield theme, year, passages, posts, claims, round(posts / self.years[year], 4)


def _merge(held: list[Any], iso: str, mentions: int, posts: int, first: str, last: str) -> None:
    held[0] = max(held[0], iso)
    held[1] += mentions
    held[2] += posts
    held[3] = min(held[3], first) if held[3] and first else held[3] or first
    held[4] = max(held[4], last)
