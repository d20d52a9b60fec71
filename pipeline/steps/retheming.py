"""Themes over the ledger: what a run does to them, and splitting, which takes a look at the passages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched
from uuid import uuid4

from pipeline.errors import PipelineError
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.themes.edits import (
    Refreshed,
    change_theme,
    keep_state,
    keep_table,
    load_state,
    refresh_themes,
    themes_now,
)
from pipeline.ledger.themes.store import LedgerStore
from pipeline.ledger.themes.views import strongest_passages
from pipeline.records import Assignment, Passage, Post, passages_of
from pipeline.theme_table.edits import Edited
from pipeline.theme_table.places import Found
from pipeline.theme_table.rows import ThemeRow, row_to_plain
from pipeline.theme_table.state import ThemeState
from pipeline.themes.assign import ThemeReport, assign_themes, grown
from pipeline.themes.encoders import Encoder, Vectors
from pipeline.themes.guide import Guide
from pipeline.themes.operations import nearest_part, split_rows
from pipeline.themes.representatives import Candidate
from pipeline.themes.store import Place

BLOCK = 200  # posts that are rewritten together
SPLIT_BY = 5_000  # passages of a theme, the surest, by which it is split


class NoThemesError(PipelineError):
    """There are no themes to work on yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Themed:
    """What a run did."""

    report: ThemeReport
    refreshed: Refreshed
    gone: tuple[str, ...] = ()


def find_themes(
    ledger: Ledger,
    guide: Guide,
    *,
    stale: Sequence[str] | None = None,
    gone: Sequence[str] = (),
    granularity: float = 1.0,
    judged: Iterator[int] | None = None,
) -> Themed:
    """Give the passages of new and edited posts their themes, and write the tables where they differ.

    Only the posts in *stale* are read, or those that the ledger says are; *judged* is stepped for each.
    What was done stays done when the process is killed: the next run goes on with the posts that are left.
    """
    state = load_state(ledger) or ThemeState()
    refreshed = refresh_themes(ledger, state=state)
    ready = grown(state, guide, themes_now(ledger, state).table)
    if ready != state:
        keep_state(ledger, ready)
    now = themes_now(ledger, ready)
    store = LedgerStore(ledger, now)
    wanted = store.stale(guide.fingerprint) if stale is None else list(stale)

    def posts() -> Iterator[tuple[Post, tuple[Passage, ...]]]:
        for post in ledger.posts(wanted):
            yield post, tuple(passages_of(post.text))
            if judged is not None:
                next(judged, None)

    keep_table(ledger, now)
    result = assign_themes(posts(), ready, guide, store, decided=now.table, granularity=granularity)
    if gone:
        result = replace(result, state=replace(result.state, run=ready.run + 1))
    if result.state != ready:
        keep_state(ledger, result.state)
        keep_table(ledger, themes_now(ledger, result.state))
    born = tuple(row.slug for row in result.state.themes if row.slug not in state.table)
    return Themed(report=replace(result.report, born=born), refreshed=refreshed, gone=tuple(gone))


def split(
    ledger: Ledger, slug: str, encoder: Encoder, *, reviewer: str, parts: int = 2, act: str = ""
) -> list[ThemeRow]:
    """Split the theme *slug* by what its passages say; the rows of its parts, the largest first with the old slug."""
    now = themes_now(ledger)
    row = now.table.open_row(slug)
    texts = {(m.post, m.passage): m.text for m in strongest_passages(ledger, row, most=SPLIT_BY)}
    made = split_rows(now.table, slug, texts, encoder, parts=parts)
    store = LedgerStore(ledger)
    guides = {post: found.guide for post, found in store.found(store.posts_with([slug])).items()}
    change = {"op": "split", "parts": [row_to_plain(part) for part in made]}
    change_theme(ledger, slug, change, act=act or uuid4().hex, reviewer=reviewer)
    _into_parts(ledger, slug, encoder, guides)
    return list(made)


def _into_parts(ledger: Ledger, slug: str, encoder: Encoder, guides: Mapping[str, str]) -> None:
    """Put each place of a theme that was split where its part is, so that the next run has nothing to do anew."""
    now = themes_now(ledger)
    store = LedgerStore(ledger, now)
    for posts in batched(sorted(guides), BLOCK):
        block = store.found(posts)
        places = [
            (post, place.passage) for post, found in block.items() for place in found.places if place.theme == slug
        ]
        texts = store.texts(places)
        vectors = dict(zip(places, encoder.encode([texts[place] for place in places]), strict=True))
        fresh = {post: _parted(post, found, slug, now, vectors) for post, found in block.items()}
        store.keep_places({post: replace(found, guide=guides[post]) for post, found in fresh.items()})


def _parted(post: str, found: Found, slug: str, now: Edited, vectors: Mapping[Place, Vectors]) -> Found:
    parts = now.table.parts_of(slug)

    def moved(place: Assignment) -> Assignment:
        if place.theme != slug or not parts:
            return place
        return replace(place, theme=nearest_part(parts, vectors[post, place.passage]).slug)

    return replace(found, places=tuple(map(moved, found.places)))


def passages_of_theme(ledger: Ledger, slug: str, *, most: int = 200) -> list[Candidate]:
    """The surest passages of the theme *slug*, or those that a candidate would have, with their texts and scores."""
    row = themes_now(ledger).table.open_row(slug)
    return [
        Candidate(post=m.post, passage=m.passage, text=m.text, score=m.score)
        for m in strongest_passages(ledger, row, most=most)
    ]
