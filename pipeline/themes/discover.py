"""Themes that nobody named yet, among the passages that fit none: found once, then kept by their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Assignment
from pipeline.theme_table.rows import OPEN, Status, ThemeRow, ThemeTable
from pipeline.theme_table.state import ThemeState
from pipeline.themes.clusters import count_groups, fit_centers
from pipeline.themes.encoders import Encoder, Vectors, unit_rows
from pipeline.themes.labels import Label, label_groups
from pipeline.themes.store import Place, Store

SMALLEST = 5  # passages of a theme that is offered
FEWEST_POSTS = 2  # that a theme must come from
FEWEST = 20  # strays, below which nothing is looked for
TYPICAL = 35  # passages of a theme that a person would set apart: rather too fine, as themes can be merged
GROWN = 1.25  # how many more strays there must be before looking again
LOOKED_AT = 5_000  # strays among which themes are looked for, the same ones whatever the order of the posts
TEXT = 400  # characters of a stray that are read for names
APART = 0.75  # likeness from which two themes are one
COHERENT = 0.3  # mean likeness of a theme's passages to its middle
TYPICAL_FROM = 0.1  # of a core's passages, from the least typical, how many are left out again
ALIKE = 0.25  # a passage less like the middle of its group than this is not in its core
OUTSIDE = 0.4  # of the passages nearest to a middle are not in its core: a cleaner theme is worth more than a large one


class Finder:
    """Puts strays into the found themes that they are like."""

    def __init__(self, table: ThemeTable) -> None:
        # What was merged or retired still draws its passages: they follow it, or are left out with it.
        self._themes = [row for row in table.rows if row.center]
        self._centers = np.array([row.center for row in self._themes], dtype=np.float32)
        self._cuts = np.array([row.cut for row in self._themes], dtype=np.float32)

    def places_of(self, strays: Mapping[int, Vectors]) -> dict[int, Assignment]:
        """The places of those *strays*, by the number of the passage, that are like a theme."""
        if not self._themes or not strays:
            return {}
        numbers = list(strays)
        rows = np.array([strays[number] for number in numbers], dtype=np.float32)
        return {numbers[n]: replace(row, passage=numbers[n]) for n, row in self.place_rows(rows)}

    def place_rows(self, rows: Vectors) -> Iterator[tuple[int, Assignment]]:
        """The rows that are like a theme, each with its place; the passage's number is left at 0."""
        if not self._themes or not len(rows):
            return
        if rows.shape[1] != self._centers.shape[1]:  # found with another encoder: no likeness can be told
            return
        likeness = rows @ self._centers.T - self._cuts
        best = likeness.argmax(axis=1)
        for n in np.flatnonzero(likeness[np.arange(len(rows)), best] >= 0):
            theme, score = self._themes[best[n]], float(likeness[n, best[n]])
            yield (
                int(n),
                Assignment(
                    passage=0,
                    theme=theme.slug,
                    score=round(min(1.0, 0.5 + score), 4),
                    reason=f"like the passages of {theme.name}",
                ),
            )


@dataclass(frozen=True, slots=True)
class Looked:
    """The state after a look at the strays, and the slugs of the themes that were born."""

    state: ThemeState
    born: tuple[str, ...]


def look_for_themes(
    store: Store,
    state: ThemeState,
    encoder: Encoder,
    guided: Vectors,
    table: ThemeTable,
    *,
    granularity: float = 1.0,
    seed: int = 0,
) -> Looked:
    """Look for new themes among the strays, unless too few came since the last look, and give them their passages.

    *guided* are the vectors of the guided themes, which a new theme must not repeat; *table* has the slugs
    and numbers that are taken.
    """
    count = store.count_strays()
    if count < FEWEST or count < GROWN * state.sought:
        return Looked(state, ())
    places = store.some_strays(LOOKED_AT)
    texts = store.texts(places)
    rows = encoder.encode([texts[place] for place in places])
    born = find_themes(places, [texts[p] for p in places], rows, guided, table, granularity=granularity, seed=seed)
    after = replace(state.with_table(state.table.with_rows(replace(r, born=state.run) for r in born)), sought=count)
    if born:
        _place_strays(store, encoder, Finder(ThemeTable(tuple(born))))
    return Looked(after, tuple(row.slug for row in born))


def _place_strays(store: Store, encoder: Encoder, finder: Finder) -> None:
    for block in store.all_strays():
        texts = store.texts(block)
        rows = encoder.encode([texts[place] for place in block])
        store.place({block[n]: replace(row, passage=block[n][1]) for n, row in finder.place_rows(rows)})


def find_themes(
    places: Sequence[Place],
    texts: Sequence[str],
    rows: Vectors,
    guided: Vectors,
    table: ThemeTable,
    *,
    granularity: float = 1.0,
    seed: int = 0,
) -> list[ThemeRow]:
    """Candidates among the passages at *places*, whose *texts* have the vectors *rows*."""
    groups = groups_of(rows, granularity=granularity, seed=seed)
    labels = label_groups([[texts[n][:TEXT] for n in own] for own in groups])
    used = [row for row in table.rows if len(row.center) == rows.shape[1] and row.status in OPEN]
    others = [np.array(row.center, dtype=np.float32) for row in used] + list(guided)
    born: list[ThemeRow] = []
    for own, label in zip(groups, labels, strict=True):
        if len(own) < SMALLEST or len({places[n][0] for n in own}) < FEWEST_POSTS:
            continue
        center = unit_rows(rows[own].mean(axis=0)[None])[0]
        likeness = rows[own] @ center
        if (likeness >= _cut(likeness)).sum() < SMALLEST:
            continue
        if likeness.mean() < COHERENT or any(float(center @ other) >= APART for other in others):
            continue
        row = _row_of(label, center, likeness, table.with_rows(born))
        others.append(center)
        born.append(row)
    return born


def groups_of(rows: Vectors, *, granularity: float, seed: int) -> list[NDArray[np.int64]]:
    """The cores of the groups that *rows* fall into, as numbers of rows; what lies between groups is in none."""
    middle = rows.mean(axis=0)
    clear = count_groups(rows - middle, seed=seed)
    count = max(2, round(max(clear, len(rows) / TYPICAL) * granularity))
    shifted = unit_rows(rows - middle)
    centers = fit_centers(shifted, np.ones(len(rows)), min(count, len(rows) // SMALLEST), seed=seed)
    nearest = (shifted @ centers.T).argmax(axis=1)
    groups = [np.flatnonzero(nearest == place) for place in range(len(centers))]
    return [own[_core(shifted[own], centers[place])] for place, own in enumerate(groups)]


def _core(rows: Vectors, center: Vectors) -> NDArray[np.bool_]:
    """The rows of a group that are clearly in it: the others only lie nearer to it than to the rest."""
    likeness = rows @ center
    if not len(likeness):
        return np.zeros(0, dtype=np.bool_)
    return np.asarray(likeness >= max(ALIKE, float(np.quantile(likeness, OUTSIDE))), dtype=np.bool_)


def _row_of(label: Label, center: Vectors, likeness: NDArray[np.float32], table: ThemeTable) -> ThemeRow:
    return ThemeRow(
        slug=table.free_slug(label.name),
        number=table.next_number(),
        name=label.name,
        keywords=label.words,
        origin="discovered",
        status=Status.CANDIDATE,
        center=tuple(round(float(x), 5) for x in center),
        cut=_cut(likeness),
    )


def _cut(likeness: NDArray[np.float32]) -> float:
    """How like the middle of a theme a passage must be to join it: as its least typical tenth."""
    return round(float(np.quantile(likeness, TYPICAL_FROM)), 4)
