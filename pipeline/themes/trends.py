"""How themes grow and fade: counts and shares by year, of passages and of posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from pipeline.themes.state import ThemeState

SMALL = 20  # passages of a year, below which a share says little
Z = 1.96  # for an interval that holds in 19 cases of 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRow:
    """One theme in one year; the shares are of all themed and unthemed passages, and of all posts, of that year."""

    theme: str
    year: int
    passages: int
    posts: int
    all_passages: int
    all_posts: int
    share: float | None  # of the year's passages; none in a year without passages
    share_low: float | None
    share_high: float | None
    post_share: float | None
    small: bool  # too few passages in that year to trust the share


def trends(state: ThemeState, years: Mapping[str, int]) -> tuple[TrendRow, ...]:
    """A row for every active theme and every year from the first post to the last, zeros too.

    *years* gives each post's year; posts that it lacks are left out. Passages that are no prose
    (bylines, captions, headings) count nowhere.
    """
    dated = {post: themes for post, themes in state.posts.items() if post in years}
    if not dated:
        return ()
    span = range(min(years[post] for post in dated), max(years[post] for post in dated) + 1)
    slugs = [row.slug for row in sorted(state.themes, key=lambda row: row.number) if row.status == "active"]
    passages: dict[tuple[str, int], int] = {}
    posts: dict[tuple[str, int], set[str]] = {}
    all_passages, all_posts = dict.fromkeys(span, 0), dict.fromkeys(span, 0)
    for post, themes in dated.items():
        year = years[post]
        themed = {row.passage for row in themes.assignments}
        all_posts[year] += 1
        all_passages[year] += len(themed) + sum(" " in why for _, why in themes.unthemed)
        for row in themes.assignments:
            key = (row.theme, year)
            passages[key] = passages.get(key, 0) + 1
            posts.setdefault(key, set()).add(post)
    return tuple(
        _row(
            slug,
            year,
            passages.get((slug, year), 0),
            len(posts.get((slug, year), ())),
            all_passages[year],
            all_posts[year],
        )
        for slug in slugs
        for year in span
    )


def _row(theme: str, year: int, passages: int, posts: int, all_passages: int, all_posts: int) -> TrendRow:
    low, high = interval(passages, all_passages)
    return TrendRow(
        theme=theme,
        year=year,
        passages=passages,
        posts=posts,
        all_passages=all_passages,
        all_posts=all_posts,
        share=round(passages / all_passages, 4) if all_passages else None,
        share_low=low,
        share_high=high,
        post_share=round(posts / all_posts, 4) if all_posts else None,
        small=all_passages < SMALL,
    )


def interval(count: int, total: int) -> tuple[float | None, float | None]:
    """Between which shares the true one lies in 19 cases of 20 (Wilson's interval).

    >>> interval(5, 10)
    (0.2366, 0.7634)
    >>> interval(0, 0)
    (None, None)
    """
    if not total:
        return None, None
    share, square = count / total, Z * Z / total
    middle = (share + square / 2) / (1 + square)
    half = Z * sqrt(share * (1 - share) / total + square / (4 * total)) / (1 + square)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)
