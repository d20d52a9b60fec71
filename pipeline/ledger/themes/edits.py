"""Themes as people want them: every change is a decision, and the decisions folded over the rows are the themes.

The command line and the review app decide by ``change_theme`` alone. What was found stays as it was found; the tables
``themes`` and ``assignments`` are what it comes to, so taking a decision back needs nothing but taking it back.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from pipeline.ledger import rows, schema
from pipeline.ledger.decisions import deciding
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.made import made_by
from pipeline.ledger.standing.verdicts import in_force
from pipeline.ledger.statements import chunks
from pipeline.ledger.themes.assignments import write_places
from pipeline.ledger.themes.store import LedgerStore
from pipeline.records import Decision, Verdict, digest, passages_of
from pipeline.theme_table.edits import Change, Edit, Edited, Pin, complete, edited
from pipeline.theme_table.places import Found
from pipeline.theme_table.rows import Status, ThemeRow, ThemeStateError, ThemeTable
from pipeline.theme_table.state import ThemeState, state_from_json, state_to_json

STATE, APPLIED = "themes", "themes applied"
KINDS = ("theme", "passage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What decisions changed since the tables were last written."""

    posts: tuple[str, ...] = ()  # whose assignments differ
    stale: tuple[str, ...] = ()  # posts that the next run judges anew


@dataclass(frozen=True, slots=True)
class Applied:
    """What the tables were last written by: what each theme had become, and the pins of each post."""

    ends: Mapping[str, tuple[str | None, str, str]] = field(default_factory=dict)  # slug → end, status, parts
    pins: Mapping[str, str] = field(default_factory=dict)  # post → digest
    parents: Mapping[str, str] = field(default_factory=dict)  # part → the theme it was split off


def load_state(ledger: Ledger) -> ThemeState | None:
    """What the program itself remembers of the themes, or ``None`` before the first run."""
    held = ledger.state(STATE)
    return state_from_json(zlib.decompress(held).decode()) if held else None


def keep_state(ledger: Ledger, state: ThemeState) -> None:
    """Remember *state*."""
    ledger.keep_state(STATE, zlib.compress(state_to_json(state).encode()))


def decisions_on_themes(ledger: Ledger) -> list[Decision]:
    """All decisions on themes and passages, in order."""
    decided = schema.decisions.c
    query = select(schema.decisions).where(decided.target_kind.in_(KINDS)).order_by(decided.seq)
    with ledger.reading() as connection:
        return [rows.decision_of(row) for row in connection.execute(query).mappings()]


def themes_now(ledger: Ledger, state: ThemeState | None = None) -> Edited:
    """The themes as decided, and what people said about single passages."""
    state = state or load_state(ledger) or _as_written(ledger)
    made = in_force(decisions_on_themes(ledger))
    edits = [Edit(target=d.target, change=d.changes, post=d.post, revision=d.revision) for d in made]
    return edited(state.table, edits)


def change_theme(
    ledger: Ledger,
    slug: str,
    change: Change,
    *,
    act: str,
    reviewer: str,
    post: str = "",
    revision: str = "",
) -> str:
    """Take down one *change* of the theme *slug*, or of a passage of *post*, and let it take hold; the theme's slug.

    The same act sent again changes nothing. Raises ``ThemeStateError`` where the change makes no sense.
    """
    with ledger.reading() as connection:
        before = made_by(connection, act)
    if before:
        return before[0].target
    now = themes_now(ledger)
    if change.get("op") == "move":
        target, kind = f"{post}:{change['passage']}", "passage"
        change = _complete_move(ledger, now.table, post, change)
    else:
        target, change = complete(now.table, slug, change)
        kind = "theme"
    deciding.record_other(
        ledger,
        act=act,
        reviewer=reviewer,
        target=target,
        target_kind=kind,
        post=post,
        revision=revision,
        verdict=Verdict.CORRECT,
        changes=change,
    )
    refresh_themes(ledger)
    return target


def take_hold(ledger: Ledger, act: deciding.Act | None) -> deciding.Act | None:
    """Let an undo or redo of a theme's or a passage's decision show at once; the *act* itself, other ones untouched."""
    if act is not None and any(decision.target_kind in KINDS for decision in act.decisions):
        refresh_themes(ledger)
    return act


def _complete_move(ledger: Ledger, table: ThemeTable, post: str, change: Change) -> Change:
    themes = change.get("themes")
    for theme in themes if isinstance(themes, list) else []:
        table.open_row(str(theme))
    number = int(str(change["passage"]))
    for found in ledger.posts([post]):
        for passage in passages_of(found.text):
            if passage.index == number:
                return {**change, "text": digest(passage.text)}
    raise ThemeStateError(f"post {post} has no passage {number}", "count them from 0")


def refresh_themes(ledger: Ledger, *, state: ThemeState | None = None) -> Refreshed:
    """Write the tables ``themes`` and ``assignments`` anew where decisions changed what they say."""
    now = themes_now(ledger, state)
    before = _applied(ledger)
    after = Applied(ends=_ends(now.table), pins=_pin_marks(now.pins))
    store = LedgerStore(ledger)
    turned = {slug for slug, end in after.ends.items() if before.ends.get(slug, _as_found(slug, now.table)) != end}
    gone = before.ends.keys() - after.ends.keys()
    pinned = {post for post in {*before.pins, *after.pins} if before.pins.get(post) != after.pins.get(post)}
    again = {slug for slug in turned if before.ends.get(slug, ("", "", ""))[2] != after.ends[slug][2]} | gone
    affected = {*store.posts_with({*turned, *gone}), *pinned}
    _into_wholes(store, {slug: whole for slug in gone if (whole := _whole(slug, before, now.table)) is not None})
    changed: list[str] = []
    for chunk in chunks(affected):
        changed += write_places(ledger, store.found(chunk), now)
    stale = store.posts_with(again) if again else []
    if stale:
        store.forget(stale)
    keep_table(ledger, now)
    return Refreshed(posts=tuple(changed), stale=tuple(stale))


def _whole(part: str, before: Applied, table: ThemeTable) -> str | None:
    """The theme that the *part* of a split belongs to now that the split was taken back."""
    slug = before.parents.get(part)
    while slug is not None and slug not in table:
        slug = before.parents.get(slug)
    return slug


def _into_wholes(store: LedgerStore, wholes: Mapping[str, str]) -> None:
    """Put the places of parts that are no more back into what they were split off; the next run looks at them again."""
    posts = store.posts_with(wholes)
    for chunk in chunks(posts):
        block = store.found(chunk)
        store.keep_places({post: _with_wholes(found, wholes) for post, found in block.items()})


def _with_wholes(found: Found, wholes: Mapping[str, str]) -> Found:
    return replace(
        found, places=tuple(replace(place, theme=wholes.get(place.theme, place.theme)) for place in found.places)
    )


def keep_table(ledger: Ledger, now: Edited) -> None:
    """Put the active themes in place of the old table, and remember what the tables were written by."""
    parents = {row.slug: row.split_from for row in now.table.rows if row.split_from is not None}
    applied = {"ends": _ends(now.table), "pins": _pin_marks(now.pins), "parents": parents}
    wanted = [row.theme for row in now.table.active]
    if wanted != ledger.themes():
        ledger.keep_themes(wanted, {})
    data = json.dumps(applied, sort_keys=True, separators=(",", ":")).encode()
    if ledger.state(APPLIED) != data:
        ledger.keep_state(APPLIED, data)


def _ends(table: ThemeTable) -> dict[str, tuple[str | None, str, str]]:
    ends: dict[str, tuple[str | None, str, str]] = {}
    for row in table.rows:
        end = table.follow(row.slug)
        parts = digest(*(repr((part.slug, part.part)) for part in table.parts_of(row.slug)), length=8)
        ends[row.slug] = (end, str(table.row(end).status) if end is not None else "", parts)
    return ends


def _as_found(slug: str, table: ThemeTable) -> tuple[str | None, str, str]:
    """What a theme that nobody touched comes to."""
    status = Status.CANDIDATE if table.row(slug).center else Status.ACTIVE
    return slug, str(status), digest(length=8)


def _pin_marks(pins: Sequence[Pin]) -> dict[str, str]:
    by_post: dict[str, list[str]] = {}
    for pin in pins:
        by_post.setdefault(pin.post, []).append(repr((pin.passage, pin.themes, pin.text)))
    return {post: digest(*marks) for post, marks in by_post.items()}


def _as_written(ledger: Ledger) -> ThemeState:
    """The themes of a ledger that another program filled: what its table says."""
    written = [
        ThemeRow(
            slug=theme.slug,
            number=theme.number,
            name=theme.name,
            description=theme.description,
            keywords=theme.keywords,
            origin=theme.origin,
        )
        for theme in ledger.themes()
    ]
    return ThemeState(table=ThemeTable(tuple(written)))


def _applied(ledger: Ledger) -> Applied:
    held = ledger.state(APPLIED)
    if held is None:
        return Applied()
    content = json.loads(held)
    ends = {slug: tuple(end) for slug, end in content["ends"].items()}
    return Applied(ends=ends, pins=content["pins"], parents=content.get("parents", {}))
