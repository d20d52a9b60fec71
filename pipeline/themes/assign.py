"""One run over the posts: what is new is judged, what was judged stays, and the changes are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched, count

import numpy as np

from pipeline.records import Assignment, Passage, Post
from pipeline.theme_table.places import Found
from pipeline.theme_table.rows import ThemeRow, ThemeTable
from pipeline.theme_table.state import ThemeState
from pipeline.themes.discover import Finder, look_for_themes
from pipeline.themes.guide import Guide, Held, Judged
from pipeline.themes.operations import nearest_part
from pipeline.themes.store import Store

BLOCK = 200  # posts that are judged before what was found is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A passage whose themes changed although its post's text did not."""

    post: str
    passage: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeReport:
    """What one run changed."""

    judged: tuple[str, ...] = ()  # posts that were new, edited, or read with other themes
    kept: int = 0  # posts that were given and left as they were
    born: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeResult:
    """The state for the next run, and what this one changed; what was found lies in the store."""

    state: ThemeState
    report: ThemeReport


def assign_themes(
    posts: Iterable[tuple[Post, Sequence[Passage]]],
    state: ThemeState | None,
    guide: Guide,
    store: Store,
    *,
    decided: ThemeTable | None = None,
    refit: bool = False,
    discover: bool = True,
    granularity: float = 1.0,
) -> ThemeResult:
    """Find the themes of *posts*, judging only those that are new, edited, or were judged by another guide.

    *decided* are the themes as people changed them, whose splits and births later runs respect. The same
    posts in any order give the same result, and a second run over them changes nothing. Where the guide
    has changed, a passage moves only by a margin; with *refit* all *posts* are judged as if for the first
    time, and themes keep their slugs and numbers even so.
    """
    before = state or ThemeState()
    known = grown(before, guide, decided)
    table = known.table if decided is None else _with_decided(known.table, decided)
    finder = Finder(table)
    judged: list[str] = []
    moved: list[Moved] = []
    kept = 0
    for block in batched(posts, BLOCK):
        held = {} if refit else store.found([post.id for post, _ in block])
        found: dict[str, Found] = {}
        strays: dict[str, Sequence[int]] = {}
        for post, passages in block:
            old = held.get(post.id)
            same = old is not None and (old.revision, old.title) == (post.revision, post.title)
            if old is not None and same and old.guide == guide.fingerprint:
                kept += 1
                continue
            verdict = guide.judge(post, passages, held=_held(old, before, table) if old is not None and same else None)
            new = _found(post, verdict, guide, table, finder)
            found[post.id], strays[post.id] = new
            judged.append(post.id)
            if old is not None and same:
                moved += _moves(post.id, old, found[post.id])
        store.keep(found, strays)
    changed = bool(judged) or before.fingerprint != guide.fingerprint or known.table != before.table
    after = replace(known, run=before.run + 1 if changed else before.run, fingerprint=guide.fingerprint)
    born: tuple[str, ...] = ()
    if changed and discover:
        looked = look_for_themes(store, after, guide.encoder, guide.vectors, table, granularity=granularity)
        after, born = looked.state, looked.born
    report = ThemeReport(
        judged=tuple(sorted(judged)),
        kept=kept,
        born=(*(row.slug for row in known.themes if row.slug not in before.table), *born),
        moved=tuple(sorted(moved, key=lambda move: (move.post, move.passage))),
    )
    return ThemeResult(state=after, report=report)


def grown(state: ThemeState, guide: Guide, decided: ThemeTable | None = None) -> ThemeState:
    """*state* with a row for every guided theme; a new one gets the first number that none ever had.

    As no number is ever freed, that is the next one, but for a ledger that is built anew from decisions.
    """
    table = state.table
    for theme in guide.themes:
        old = table.get(theme.slug)
        if old is not None:
            table = table.with_row(
                replace(old, name=theme.name, description=theme.description, keywords=theme.keywords)
            )
        elif decided is None or theme.slug not in decided:
            taken = {row.number for row in (*table.rows, *(decided.rows if decided is not None else ()))}
            table = table.with_row(
                ThemeRow(
                    slug=theme.slug,
                    number=next(number for number in count(1) if number not in taken),
                    name=theme.name,
                    description=theme.description,
                    keywords=theme.keywords,
                    born=state.run + 1,
                )
            )
    return state.with_table(table)


def _with_decided(table: ThemeTable, decided: ThemeTable) -> ThemeTable:
    """The rows as people changed them, and those that came since."""
    return decided.with_rows(row for row in table.rows if row.slug not in decided)


def _found(
    post: Post, verdict: Judged, guide: Guide, table: ThemeTable, finder: Finder
) -> tuple[Found, tuple[int, ...]]:
    """What was found about a post, and which of its passages are strays."""
    rows = dict(zip(verdict.places, verdict.rows, strict=True))
    places = [_in_part(place, rows[place.passage], table) for place in verdict.assignments]
    placed = {place.passage for place in places}
    strays = [number for number in verdict.places if number not in placed]
    joined = finder.places_of({number: rows[number] for number in strays})
    joined = {number: _in_part(place, rows[number], table) for number, place in joined.items()}
    found = Found(
        revision=post.revision,
        title=post.title,
        guide=guide.fingerprint,
        places=tuple(sorted((*places, *joined.values()), key=lambda row: (row.passage, -row.score, row.theme))),
        unthemed=verdict.unthemed,
    )
    return found, tuple(number for number in strays if number not in joined)


def _in_part(place: Assignment, row: np.ndarray[tuple[int], np.dtype[np.float32]], table: ThemeTable) -> Assignment:
    """*place* in the part of its theme that it is nearest to, where a person split the theme."""
    slug, seen = place.theme, set[str]()
    while slug not in seen and (parts := table.parts_of(slug)):
        seen.add(slug)
        slug = nearest_part(parts, row).slug
    return place if slug == place.theme else replace(place, theme=slug)


def _held(old: Found, before: ThemeState, table: ThemeTable) -> Held:
    """What the last run found about a post whose text is the same; a part of a split theme counts as the whole."""
    themes: dict[int, set[str]] = {}
    for place in old.places:
        slug = place.theme
        while (row := table.get(slug)) is not None and row.split_from is not None:
            slug = row.split_from
        themes.setdefault(place.passage, set()).add(slug)
    known = frozenset(row.slug for row in before.themes if row.origin == "guided" and row.born <= before.run)
    return Held({passage: frozenset(slugs) for passage, slugs in themes.items()}, known)


def _moves(post: str, old: Found, new: Found) -> list[Moved]:
    """The passages whose themes differ, where the same passages were judged."""
    if old.passages != new.passages:
        return []
    before, after = _slugs(old), _slugs(new)
    return [
        Moved(post=post, passage=passage, before=before.get(passage, ()), after=after.get(passage, ()))
        for passage in sorted(new.passages)
        if before.get(passage, ()) != after.get(passage, ())
    ]


def _slugs(found: Found) -> Mapping[int, tuple[str, ...]]:
    slugs: dict[int, set[str]] = {}
    for row in found.places:
        slugs.setdefault(row.passage, set()).add(row.theme)
    return {passage: tuple(sorted(each)) for passage, each in slugs.items()}
