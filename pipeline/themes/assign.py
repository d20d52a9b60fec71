"""One run over the posts: what is new is judged, what was judged stays, and the changes are told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.records import Assignment, Passage, Post, Theme, digest
from pipeline.themes.discover import find_themes, place_strays, remembered, stray_of
from pipeline.themes.guide import Guide, Held, Judged
from pipeline.themes.state import PINNED, Pin, PostThemes, Status, Stray, ThemeRow, ThemeState


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
    kept: int = 0  # posts that were left as they were
    gone: tuple[str, ...] = ()
    born: tuple[str, ...] = ()
    merged: tuple[tuple[str, str], ...] = ()
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeResult:
    """The outcome of a run: the table of themes, the table of assignments, and the state for the next run."""

    themes: tuple[Theme, ...]
    assignments: Mapping[str, tuple[Assignment, ...]]
    unthemed: Mapping[str, tuple[tuple[int, str], ...]]
    state: ThemeState
    report: ThemeReport


def assign_themes(
    posts: Iterable[tuple[Post, Sequence[Passage]]],
    state: ThemeState | None,
    guide: Guide,
    *,
    pins: Iterable[Pin] = (),
    gone: Collection[str] = (),
    refit: bool = False,
    discover: bool = True,
    granularity: float = 1.0,
) -> ThemeResult:
    """Give every passage of *posts* its themes, judging only posts that are new or edited.

    Posts that are in *state* and not among *posts* keep what they had, unless they are *gone*. The
    same posts in any order give the same result, and a second run over them changes nothing. Where the
    guide has changed, a passage moves only by a margin; with *refit* all *posts* are judged as if for
    the first time, and themes keep their slugs and numbers even so.
    """
    before = state or ThemeState()
    pinned = _pins_by_post((*before.pins, *pins))
    known = _grown(before, guide)
    fresh = before.fingerprint == guide.fingerprint
    found = {post: themes for post, themes in before.posts.items() if post not in gone}
    strays = [stray for stray in before.strays if stray.post not in gone]
    judged, moved, kept = [], [], 0
    for post, passages in posts:
        old = before.posts.get(post.id)
        mark = digest(post.text, post.title or "", *_pin_marks(pinned.get(post.id, ())))
        if fresh and not refit and old is not None and old.digest == mark:
            kept += 1
            continue
        held = None if refit or old is None or old.digest != mark else _held(old, before)
        verdict = guide.judge(post, passages, held=held)
        new = _judge(verdict, passages, known, pinned.get(post.id, ()), mark)
        strays = [stray for stray in strays if stray.post != post.id] if old is not None else strays
        strays += _strays(post.id, passages, verdict, new)
        if old is not None:
            moved += list(_moves(post.id, old, new))
        found[post.id] = new
        judged.append(post.id)
    changed = bool(judged) or not fresh or bool(set(gone) & set(before.posts))
    after = replace(
        known,
        run=before.run + 1 if changed else before.run,
        fingerprint=guide.fingerprint,
        posts=dict(sorted(found.items())),
        strays=remembered(strays),
    )
    if changed:
        after = place_strays(after, only=frozenset(judged))
    if changed and discover:
        after = find_themes(after, guide.vectors, granularity=granularity).state
    old_slugs = {row.slug for row in before.themes}
    report = ThemeReport(
        judged=tuple(sorted(judged)),
        kept=kept,
        gone=tuple(sorted(set(gone) & set(before.posts))),
        born=tuple(row.slug for row in after.themes if row.slug not in old_slugs),
        moved=tuple(sorted(moved, key=lambda move: (move.post, move.passage))),
    )
    return ThemeResult(
        themes=tuple(row.theme for row in after.themes if row.status is Status.ACTIVE),
        assignments={post: themes.assignments for post, themes in after.posts.items()},
        unthemed={post: themes.unthemed for post, themes in after.posts.items()},
        state=after,
        report=report,
    )


def _grown(state: ThemeState, guide: Guide) -> ThemeState:
    """*state* with a row for every guided theme; a new one gets the next number, which none ever had."""
    rows = {row.slug: row for row in state.themes}
    number = max((row.number for row in state.themes), default=0)
    for theme in guide.themes:
        old = rows.get(theme.slug)
        if old is None:
            number += 1
            rows[theme.slug] = ThemeRow(
                slug=theme.slug,
                number=number,
                name=theme.name,
                description=theme.description,
                keywords=theme.keywords,
                born=state.run + 1,
            )
        else:
            rows[theme.slug] = replace(
                old,
                name=old.name if old.named_by_user else theme.name,
                description=theme.description,
                keywords=theme.keywords,
            )
    return replace(state, themes=tuple(rows.values()))


def _judge(
    verdict: Judged, passages: Sequence[Passage], state: ThemeState, pins: Sequence[Pin], mark: str
) -> PostThemes:
    by_passage: dict[int, list[Assignment]] = {}
    for assignment in verdict.assignments:
        slug = state.follow(assignment.theme)
        row = by_passage.setdefault(assignment.passage, [])
        if slug is not None and slug not in {other.theme for other in row}:
            row.append(replace(assignment, theme=slug))
    unthemed = dict(verdict.unthemed)
    for pin in pins:
        place = _place_of(pin, passages)
        if place is not None:
            slugs = [slug for theme in pin.themes if (slug := state.follow(theme)) is not None]
            by_passage[place] = [
                Assignment(passage=place, theme=slug, score=1.0, reason=PINNED) for slug in dict.fromkeys(slugs)
            ]
            unthemed.pop(place, None)
            if not slugs:
                unthemed[place] = PINNED
    ordered = tuple(assignment for _, row in sorted(by_passage.items()) for assignment in row)
    return PostThemes(digest=mark, assignments=ordered, unthemed=tuple(sorted(unthemed.items())))


def _held(old: PostThemes, before: ThemeState) -> Held:
    """What the last run decided about a post whose text is the same."""
    themes: dict[int, set[str]] = {}
    for row in old.assignments:
        themes.setdefault(row.passage, set()).add(row.theme)
    known = frozenset(row.slug for row in before.themes if row.origin == "guided" and row.born <= before.run)
    return Held({passage: frozenset(slugs) for passage, slugs in themes.items()}, known)


def _strays(post: str, passages: Sequence[Passage], verdict: Judged, themes: PostThemes) -> list[Stray]:
    """The passages of a post that could have a theme and have none."""
    placed = {row.passage for row in themes.assignments}
    pinned = {passage for passage, reason in themes.unthemed if reason == PINNED}
    texts = {passage.index: passage.text for passage in passages}
    return [
        stray_of(post, place, texts[place], row)
        for place, row in zip(verdict.places, verdict.rows, strict=True)
        if place not in placed | pinned
    ]


def _place_of(pin: Pin, passages: Sequence[Passage]) -> int | None:
    """The passage that *pin* is about: the one of its number if its text is the same, else the one with its text."""
    if pin.text is None:
        return pin.passage if pin.passage < len(passages) else None
    same = [passage.index for passage in passages if digest(passage.text) == pin.text]
    return min(same, key=lambda index: (abs(index - pin.passage), index)) if same else None


def _pins_by_post(pins: Iterable[Pin]) -> dict[str, tuple[Pin, ...]]:
    """The last pin of each passage, by post."""
    last = {(pin.post, pin.passage): pin for pin in pins}
    found: dict[str, list[Pin]] = {}
    for (post, _), pin in sorted(last.items()):
        found.setdefault(post, []).append(pin)
    return {post: tuple(row) for post, row in found.items()}


def _pin_marks(pins: Sequence[Pin]) -> list[str]:
    return [f"{pin.passage}:{','.join(pin.themes)}:{pin.text or ''}" for pin in pins]


def _moves(post: str, old: PostThemes, new: PostThemes) -> Iterator[Moved]:
    """The passages whose themes differ, where the same passages were judged."""
    if _passages_in(old) != _passages_in(new):
        return
    for passage in sorted(_passages_in(new)):
        before = tuple(sorted(row.theme for row in old.assignments if row.passage == passage))
        after = tuple(sorted(row.theme for row in new.assignments if row.passage == passage))
        if before != after:
            yield Moved(post=post, passage=passage, before=before, after=after)


def _passages_in(themes: PostThemes) -> set[int]:
    return {row.passage for row in themes.assignments} | {passage for passage, _ in themes.unthemed}
