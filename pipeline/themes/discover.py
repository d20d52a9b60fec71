"""Themes that nobody named yet, among the passages that fit none: found once, then kept by their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Assignment, digest
from pipeline.themes.clusters import count_groups, fit_centers
from pipeline.themes.encoders import Vectors, unit_rows
from pipeline.themes.guided import slug_of
from pipeline.themes.labels import label_groups
from pipeline.themes.state import Status, Stray, ThemeRow, ThemeState

SMALLEST = 5  # passages of a theme that is offered
FEWEST_POSTS = 2  # that a theme must come from
FEWEST = 20  # strays, below which nothing is looked for
TYPICAL = 35  # passages of a theme that a person would set apart: rather too fine, as themes can be merged
GROWN = 1.25  # how many more strays there must be before looking again
KEPT = 5_000  # strays that are remembered, the same ones whatever the order of the posts
TEXT = 400  # characters of a stray that are kept for names
APART = 0.75  # likeness from which two themes are one
COHERENT = 0.3  # mean likeness of a theme's passages to its middle
SPREAD = 0.1  # how far below the least typical tenth a passage may fall and still join


def stray_of(post: str, passage: int, text: str, row: Vectors) -> Stray:
    """The passage as it is remembered."""
    return Stray(post=post, passage=passage, text=text[:TEXT], vector=row.astype("<f2").tobytes())


def rows_of(strays: Sequence[Stray]) -> Vectors:
    """The vectors of *strays*, a unit row each."""
    if not strays:
        return np.zeros((0, 0), dtype=np.float32)
    return unit_rows(np.array([np.frombuffer(stray.vector, dtype="<f2") for stray in strays], dtype=np.float32))


def remembered(strays: Sequence[Stray]) -> tuple[Stray, ...]:
    """At most `KEPT` of *strays*, chosen by the digest of each, in a fixed order."""
    ordered = sorted(strays, key=lambda stray: (digest(stray.post, str(stray.passage)), stray.post, stray.passage))
    return tuple(sorted(ordered[:KEPT], key=lambda stray: (stray.post, stray.passage)))


@dataclass(frozen=True, slots=True)
class Found:
    """The state after a look at the strays, and the slugs of the themes that were born."""

    state: ThemeState
    born: tuple[str, ...]


def find_themes(state: ThemeState, guided: Vectors, *, granularity: float = 1.0, seed: int = 0) -> Found:
    """Look for new themes among the strays of *state*, unless too few came since the last look.

    *guided* are the vectors of the guided themes, which a new theme must not repeat.
    """
    free = _free_strays(state)
    if len(free) < FEWEST or len(free) < GROWN * state.sought:
        return Found(state, ())
    rows = rows_of(free)
    clear = count_groups(rows - rows.mean(axis=0), seed=seed)
    count = max(2, round(max(clear, len(rows) / TYPICAL) * granularity))
    middle = rows.mean(axis=0)
    shifted = unit_rows(rows - middle)
    centers = fit_centers(shifted, np.ones(len(rows)), min(count, len(rows) // SMALLEST), seed=seed)
    nearest = (shifted @ centers.T).argmax(axis=1)
    born: list[ThemeRow] = []
    groups = [np.flatnonzero(nearest == place) for place in range(len(centers))]
    groups = [own[_core(shifted[own], centers[place])] for place, own in enumerate(groups)]
    labels = label_groups([[free[n].text for n in own] for own in groups])
    number = max((row.number for row in state.themes), default=0)
    taken = {row.slug for row in state.themes}
    others = [np.array(row.center, dtype=np.float32) for row in state.themes if row.center] + list(guided)
    for place in range(len(centers)):
        own = groups[place]
        if len(own) < SMALLEST or len({free[n].post for n in own}) < FEWEST_POSTS:
            continue
        center = unit_rows(rows[own].mean(axis=0)[None])[0]
        likeness = rows[own] @ center
        if likeness.mean() < COHERENT or any(float(center @ other) >= APART for other in others):
            continue
        number += 1
        label = labels[place]
        row = ThemeRow(
            slug=_free_slug(label.name, number, taken),
            number=number,
            name=label.name,
            keywords=label.words,
            origin="discovered",
            status=Status.CANDIDATE,
            born=state.run,
            center=tuple(round(float(x), 5) for x in center),
            cut=round(float(np.quantile(likeness, 0.25)), 4),
        )
        taken.add(row.slug)
        others.append(center)
        born.append(row)
    grown = replace(state, themes=(*state.themes, *born), sought=len(free))
    return Found(place_strays(grown), tuple(row.slug for row in born))


def _core(rows: Vectors, center: Vectors) -> NDArray[np.bool_]:
    """The rows of a group that are clearly in it: the others only lie nearer to it than to the rest."""
    likeness = rows @ center
    if not len(likeness):
        return np.zeros(0, dtype=np.bool_)
    return np.asarray(likeness >= max(0.25, float(np.quantile(likeness, 0.25))), dtype=np.bool_)


def _free_slug(name: str, number: int, taken: set[str]) -> str:
    base = slug_of(name) or f"theme-{number}"
    return base if base not in taken else f"{base}-{number}"


def _free_strays(state: ThemeState) -> list[Stray]:
    placed = {
        (post, row.passage) for post, themes in state.posts.items() for row in themes.suggested + themes.assignments
    }
    return [stray for stray in state.strays if (stray.post, stray.passage) not in placed]


def place_strays(state: ThemeState, *, only: frozenset[str] | None = None) -> ThemeState:
    """Put the strays (those of the posts *only*) into the found themes that they are like."""
    themes = [row for row in state.themes if row.center and row.status in (Status.ACTIVE, Status.CANDIDATE)]
    strays = [stray for stray in state.strays if only is None or stray.post in only]
    if not themes or not strays:
        return state
    centers = np.array([row.center for row in themes], dtype=np.float32)
    likeness = rows_of(strays) @ centers.T - np.array([row.cut for row in themes])
    posts = dict(state.posts)
    for stray, scores in zip(strays, likeness, strict=True):
        old = posts.get(stray.post)
        has = set() if old is None else {row.passage for row in old.assignments + old.suggested}
        best = int(np.argmax(scores))
        if old is None or stray.passage in has or scores[best] < 0:
            continue
        theme = themes[best]
        score = round(float(min(1.0, 0.5 + scores[best])), 4)
        new = Assignment(
            passage=stray.passage, theme=theme.slug, score=score, reason=f"like the passages of {theme.name}"
        )
        if theme.status is Status.CANDIDATE:
            posts[stray.post] = replace(old, suggested=_sorted((*old.suggested, new)))
        else:
            unthemed = tuple(row for row in old.unthemed if row[0] != stray.passage)
            posts[stray.post] = replace(old, assignments=_sorted((*old.assignments, new)), unthemed=unthemed)
    return replace(state, posts=posts)


def _sorted(rows: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    return tuple(sorted(rows, key=lambda row: (row.passage, -row.score, row.theme)))
