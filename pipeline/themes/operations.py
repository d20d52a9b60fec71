"""What a person does to themes: each a function from one state to the next; slugs and numbers stay for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.records import Assignment
from pipeline.themes.clusters import fit_centers
from pipeline.themes.encoders import Encoder, unit_rows
from pipeline.themes.guided import GuidedTheme, slug_of
from pipeline.themes.labels import label_groups
from pipeline.themes.state import PINNED, Pin, PostThemes, Status, ThemeRow, ThemeState, ThemeStateError

MERGED_REASON = "merged from {slug}"


def add(
    state: ThemeState, name: str, *, description: str = "", keywords: Sequence[str] = (), slug: str | None = None
) -> ThemeState:
    """A theme that a person describes; the next run gives it passages.

    >>> [row.slug for row in add(ThemeState(), "Open data").themes]
    ['open-data']
    """
    wanted = slug or slug_of(name)
    if not wanted:
        raise ThemeStateError(f"no slug can be made from {name!r}", "give one of small letters, digits and hyphens")
    if any(row.slug == wanted for row in state.themes):
        raise ThemeStateError(f"a theme is, or was, called {wanted!r}", "a slug is never used again; give another")
    row = ThemeRow(
        slug=wanted,
        number=_next_number(state),
        name=name,
        description=description,
        keywords=tuple(keywords),
        named_by_user=True,
        added_by_user=True,
        born=state.run + 1,
    )
    return replace(state, themes=(*state.themes, row), fingerprint="")


def guided_with(state: ThemeState | None, guided: Sequence[GuidedTheme]) -> tuple[GuidedTheme, ...]:
    """The themes of the file together with those that were added by command, without the retired and merged."""
    if state is None:
        return tuple(guided)
    closed = {row.slug for row in state.themes if row.status in (Status.RETIRED, Status.MERGED)}
    added = (
        GuidedTheme(slug=row.slug, name=row.name, description=row.description, keywords=row.keywords)
        for row in state.themes
        if row.added_by_user and row.slug not in {theme.slug for theme in guided}
    )
    return tuple(theme for theme in (*guided, *added) if theme.slug not in closed)


def rename(state: ThemeState, slug: str, name: str) -> ThemeState:
    """The theme with another name, which no later run changes; its slug stays."""
    if not name.strip():
        raise ThemeStateError("a theme needs a name", f"say what {slug!r} is to be called")
    return state.with_row(replace(state.row(slug), name=" ".join(name.split()), named_by_user=True))


def merge(state: ThemeState, slug: str, into: str) -> ThemeState:
    """All passages of *slug* belong to *into* from now on, and so do those that would come to it."""
    source, target = _open_row(state, slug), _open_row(state, into)
    if source.slug == target.slug:
        raise ThemeStateError(f"{slug!r} cannot be merged with itself", "name two themes")
    merged = state.with_row(replace(source, status=Status.MERGED, merged_into=target.slug))
    suggested = target.status is Status.CANDIDATE
    reason = MERGED_REASON.format(slug=slug)
    posts = {}
    for post, themes in state.posts.items():
        moved = [replace(row, theme=into, reason=f"{row.reason}; {reason}") for row in _of(themes, slug)]
        kept = _without(themes, slug)
        if not moved:
            posts[post] = themes
        elif suggested:
            posts[post] = replace(kept, suggested=_best((*kept.suggested, *moved)))
        else:
            posts[post] = _settled(replace(kept, assignments=_best((*kept.assignments, *moved))))
    return replace(merged, posts=posts)


def promote(state: ThemeState, slug: str, *, name: str | None = None) -> ThemeState:
    """A candidate becomes a theme like the guided ones, with the passages that were suggested for it."""
    row = state.row(slug)
    if row.status is not Status.CANDIDATE:
        raise ThemeStateError(f"{slug!r} is {row.status}, no candidate", "only candidates are promoted")
    promoted = state.with_row(replace(row, status=Status.ACTIVE))
    posts = {}
    for post, themes in state.posts.items():
        own = tuple(each for each in themes.suggested if each.theme == slug)
        kept = _without(themes, slug)
        posts[post] = _settled(replace(kept, assignments=_best((*kept.assignments, *own)))) if own else themes
    after = replace(promoted, posts=posts)
    return rename(after, slug, name) if name else after


def retire(state: ThemeState, slug: str) -> ThemeState:
    """The theme gets no passages any more; its slug and number are never given to another."""
    row = _open_row(state, slug)
    why = f"the theme {row.name} was retired"
    posts = {post: _dropped(themes, slug, why) for post, themes in state.posts.items()}
    return replace(state.with_row(replace(row, status=Status.RETIRED)), posts=posts)


def split(
    state: ThemeState,
    slug: str,
    texts: Mapping[tuple[str, int], str],
    encoder: Encoder,
    *,
    parts: int = 2,
    seed: int = 0,
) -> ThemeState:
    """The theme's passages in *parts*: the largest keeps the slug, each other is a theme with a new one.

    *texts* has the passages by post and number; those that it lacks stay where they are.
    """
    row = _open_row(state, slug)
    places = sorted(
        (post, each.passage)
        for post, themes in state.posts.items()
        for each in _of(themes, slug)
        if (post, each.passage) in texts
    )
    if len(places) < 2 * parts:
        raise ThemeStateError(f"{slug!r} has {len(places)} passages", f"too few to split into {parts}")
    rows = encoder.encode([texts[place] for place in places])
    shifted = unit_rows(rows - rows.mean(axis=0))
    centers = fit_centers(shifted, np.ones(len(rows)), parts, seed=seed)
    nearest = (shifted @ centers.T).argmax(axis=1)
    sizes = np.bincount(nearest, minlength=len(centers))
    labels = label_groups([[texts[places[n]] for n in np.flatnonzero(nearest == part)] for part in range(len(centers))])
    number, taken = _next_number(state), {each.slug for each in state.themes}
    born: list[ThemeRow] = []
    moves: dict[tuple[str, int], str] = {}
    for part in range(len(centers)):
        if part == int(sizes.argmax()) or not sizes[part]:
            continue
        own = np.flatnonzero(nearest == part)
        center = unit_rows(rows[own].mean(axis=0)[None])[0]
        base = slug_of(labels[part].name) or f"theme-{number}"
        new = ThemeRow(
            slug=base if base not in taken else f"{base}-{number}",
            number=number,
            name=labels[part].name,
            keywords=labels[part].words,
            origin="discovered",
            status=row.status,
            born=state.run,
            center=tuple(round(float(x), 5) for x in center),
            cut=round(float(np.quantile(rows[own] @ center, 0.1)), 4),
        )
        number += 1
        taken.add(new.slug)
        born.append(new)
        moves |= {places[n]: new.slug for n in own}
    posts = dict(state.posts)
    for post in {post for post, _ in moves}:
        themes = posts[post]
        posts[post] = replace(
            themes,
            assignments=tuple(_renamed(each, slug, moves.get((post, each.passage))) for each in themes.assignments),
            suggested=tuple(_renamed(each, slug, moves.get((post, each.passage))) for each in themes.suggested),
        )
    return replace(state, themes=(*state.themes, *born), posts=posts)


def pin(state: ThemeState, pinned: Pin) -> ThemeState:
    """The passage's themes are what the person says, in this run and all later ones."""
    for slug in pinned.themes:
        _open_row(state, slug)
    others = tuple(old for old in state.pins if (old.post, old.passage) != (pinned.post, pinned.passage))
    after = replace(state, pins=(*others, pinned))
    themes = state.posts.get(pinned.post)
    if themes is None:
        return after
    kept = tuple(row for row in themes.assignments if row.passage != pinned.passage)
    own = tuple(
        Assignment(passage=pinned.passage, theme=s, score=1.0, reason=PINNED) for s in dict.fromkeys(pinned.themes)
    )
    unthemed = tuple(row for row in themes.unthemed if row[0] != pinned.passage)
    new = replace(
        themes,
        digest="",  # the next run reads the post again, and finds the pin
        assignments=_best((*kept, *own)),
        suggested=tuple(row for row in themes.suggested if row.passage != pinned.passage),
        unthemed=unthemed if own else tuple(sorted((*unthemed, (pinned.passage, PINNED)))),
    )
    return replace(after, posts={**state.posts, pinned.post: new})


def _next_number(state: ThemeState) -> int:
    return max((row.number for row in state.themes), default=0) + 1


def _open_row(state: ThemeState, slug: str) -> ThemeRow:
    row = state.row(slug)
    if row.status in (Status.RETIRED, Status.MERGED):
        hint = f"use {row.merged_into!r}" if row.merged_into else "add a new theme"
        raise ThemeStateError(f"{slug!r} is {row.status}", hint)
    return row


def _of(themes: PostThemes, slug: str) -> list[Assignment]:
    return [row for row in (*themes.assignments, *themes.suggested) if row.theme == slug]


def _without(themes: PostThemes, slug: str) -> PostThemes:
    return replace(
        themes,
        assignments=tuple(row for row in themes.assignments if row.theme != slug),
        suggested=tuple(row for row in themes.suggested if row.theme != slug),
    )


def _dropped(themes: PostThemes, slug: str, why: str) -> PostThemes:
    kept = _without(themes, slug)
    has = {row.passage for row in kept.assignments}
    lost = {row.passage for row in themes.assignments if row.theme == slug} - has
    return replace(kept, unthemed=tuple(sorted({**dict(kept.unthemed), **dict.fromkeys(lost, why)}.items())))


def _settled(themes: PostThemes) -> PostThemes:
    """*themes* without the excuses of passages that have a theme."""
    has = {row.passage for row in themes.assignments}
    return replace(themes, unthemed=tuple(row for row in themes.unthemed if row[0] not in has))


def _renamed(row: Assignment, slug: str, new: str | None) -> Assignment:
    return replace(row, theme=new) if new is not None and row.theme == slug else row


def _best(rows: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    """One assignment for each passage and theme, the surest; in reading order."""
    surest: dict[tuple[int, str], Assignment] = {}
    for row in rows:
        old = surest.get((row.passage, row.theme))
        if old is None or row.score > old.score:
            surest[row.passage, row.theme] = row
    return tuple(sorted(surest.values(), key=lambda row: (row.passage, -row.score, row.theme)))
