"""How themes grow and fade: counts and shares by year, of passages and of posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.shares import wilson
from pipeline.theme_table.places import PostYear

SMALL = 20  # passages of a year, below which a share says little


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


def trends(slugs: Sequence[str], posts: Iterable[PostYear]) -> tuple[TrendRow, ...]:
    """A row for every theme of *slugs* and every year from the first post to the last, zeros too.

    Passages that are no prose (bylines, captions, headings) count nowhere.
    """
    passages: dict[tuple[str, int], int] = {}
    themed: dict[tuple[str, int], int] = {}
    all_passages: dict[int, int] = {}
    all_posts: dict[int, int] = {}
    for post in posts:
        all_posts[post.year] = all_posts.get(post.year, 0) + 1
        all_passages[post.year] = all_passages.get(post.year, 0) + post.passages
        for slug, count in post.themes:
            key = (slug, post.year)
            passages[key] = passages.get(key, 0) + count
            themed[key] = themed.get(key, 0) + 1
    if not all_posts:
        return ()
    return tuple(
        _row(
            slug,
            year,
            passages.get((slug, year), 0),
            themed.get((slug, year), 0),
            all_passages.get(year, 0),
            all_posts.get(year, 0),
        )
        for slug in slugs
        for year in range(min(all_posts), max(all_posts) + 1)
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
    low, high = wilson(count, total)
    return round(low, 4), round(high, 4)
