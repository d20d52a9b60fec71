"""Which themes a passage has: what was found, seen through what people decided about themes and passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.records import Assignment, Passage, digest
from pipeline.theme_table.edits import Pin
from pipeline.theme_table.rows import Status, ThemeTable

PINNED = "moved by a reviewer"
MERGED = "merged from {slug}"
RETIRED = "the theme {name} was retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found about one post, whatever people decided: places in themes, and why passages have none."""

    revision: str  # of the post's text
    title: str | None = None
    guide: str = ""  # fingerprint of what judged it
    places: tuple[Assignment, ...] = ()
    unthemed: tuple[tuple[int, str], ...] = ()

    @property
    def passages(self) -> frozenset[int]:
        """The numbers of all passages that were looked at."""
        return frozenset({row.passage for row in self.places} | {passage for passage, _ in self.unthemed})


@dataclass(frozen=True, slots=True, kw_only=True)
class PostThemes:
    """The themes of one post; `unthemed` says why each other passage has none."""

    assignments: tuple[Assignment, ...] = ()
    suggested: tuple[Assignment, ...] = ()  # places in candidates, which no person has accepted yet
    unthemed: tuple[tuple[int, str], ...] = ()


def resolved(
    found: Found, table: ThemeTable, pins: Sequence[Pin] = (), texts: Mapping[int, str] | None = None
) -> PostThemes:
    """The themes of a post of which *found* was found; *pins* are those on this post.

    *texts* has digests of the passages' texts, by which a pin finds its passage when the post was edited.
    """
    best: dict[tuple[int, str], Assignment] = {}
    closed: dict[int, str] = {}
    for row in found.places:
        slug = table.follow(row.theme)
        if slug is None:
            known = table.get(row.theme)
            closed.setdefault(row.passage, RETIRED.format(name=known.name if known else row.theme))
            continue
        if slug != row.theme:
            row = replace(row, theme=slug, reason=f"{row.reason}; {MERGED.format(slug=row.theme)}")
        old = best.get((row.passage, slug))
        if old is None or row.score > old.score:
            best[row.passage, slug] = row
    unthemed = {**closed, **dict(found.unthemed)}
    for pin in pins:
        place = place_of(pin, found, texts or {})
        if place is None:
            continue
        best = {key: row for key, row in best.items() if key[0] != place}
        unthemed.pop(place, None)
        slugs = [slug for theme in pin.themes if (slug := table.follow(theme)) is not None]
        for slug in dict.fromkeys(slugs):
            best[place, slug] = Assignment(passage=place, theme=slug, score=1.0, reason=PINNED)
        if not slugs:
            unthemed[place] = PINNED
    rows = sorted(best.values(), key=lambda row: (row.passage, -row.score, row.theme))
    active = tuple(row for row in rows if table.row(row.theme).status is Status.ACTIVE)
    themed = {row.passage for row in active}
    return PostThemes(
        assignments=active,
        suggested=tuple(row for row in rows if table.row(row.theme).status is Status.CANDIDATE),
        unthemed=tuple(sorted((passage, why) for passage, why in unthemed.items() if passage not in themed)),
    )


def place_of(pin: Pin, found: Found, texts: Mapping[int, str]) -> int | None:
    """The passage that *pin* is about now: the nearest with its text, or the one of its number in the same revision."""
    same_text = pin.revision is not None and pin.revision == found.revision
    if pin.text is not None and not same_text:
        same = [passage for passage, mark in texts.items() if mark == pin.text]
        return min(same, key=lambda passage: (abs(passage - pin.passage), passage)) if same else None
    return pin.passage if pin.passage in found.passages and (same_text or pin.revision is None) else None


def marks_of(passages: Sequence[Passage]) -> dict[int, str]:
    """The digest of each passage's text, by which pins find it."""
    return {passage.index: digest(passage.text) for passage in passages}


def members(found: Mapping[str, Found], table: ThemeTable, slug: str) -> list[tuple[str, int]]:
    """The passages whose places have become the theme *slug*, pins aside, by post and number."""
    return sorted(
        {(post, row.passage) for post, each in found.items() for row in each.places if table.follow(row.theme) == slug}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostYear:
    """What one post adds to its year: its themes with how many passages each has, and how many passages there are."""

    year: int
    passages: int  # of prose, with a theme or without
    themes: tuple[tuple[str, int], ...]
