"""What people do to themes, over the ledger: each act is kept as a decision and takes hold at once."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pipeline.errors import PipelineError
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.theme_edits import as_decided, decisions_on_themes
from pipeline.records import Assignment, Decision, Verdict
from pipeline.themes import operations
from pipeline.themes.representatives import Candidate
from pipeline.themes.state import Pin, ThemeState, state_from_json, state_to_json


class NoThemesError(PipelineError):
    """There are no themes to work on yet."""


def load_state(ledger: Ledger) -> ThemeState | None:
    """The themes as the last run left them, or ``None`` before the first run."""
    held = ledger.state("themes")
    return state_from_json(zlib.decompress(held).decode()) if held else None


def keep_state(ledger: Ledger, state: ThemeState) -> None:
    """Keep *state*, and write the tables of themes and assignments that differ from it.

    What people decided about themes in the review app is laid over what the program judged.
    """
    judged = [(post, a) for post, themes in sorted(state.posts.items()) for a in themes.assignments]
    open_themes = [row.theme for row in state.themes if row.status == "active"]
    decided = as_decided(open_themes, judged, decisions_on_themes(ledger))
    wanted, held = _by_post(decided.assignments), _by_post(ledger.assignments())
    changed = {post: wanted.get(post, ()) for post in {*wanted, *held} if wanted.get(post) != held.get(post)}
    ledger.keep_themes(decided.themes, changed, zlib.compress(state_to_json(state).encode()))


def _by_post(found: Iterable[tuple[str, Assignment]]) -> dict[str, tuple[Assignment, ...]]:
    by_post: dict[str, list[Assignment]] = {}
    for post, a in found:
        by_post.setdefault(post, []).append(replace(a, score=round(a.score, 4)))
    return {post: tuple(sorted(rows, key=lambda a: (a.passage, a.theme))) for post, rows in by_post.items()}


ACTS: dict[str, Callable[..., ThemeState]] = {
    "add": operations.add,
    "rename": operations.rename,
    "merge": operations.merge,
    "promote": operations.promote,
    "retire": operations.retire,
}


def act(ledger: Ledger, what: str, reviewer: str, **given: Any) -> ThemeState:
    """Do *what* (``add``, ``rename``, ``merge``, ``promote``, ``retire``, ``split``, ``pin``) to the themes.

    Raises ``NoThemesError`` before the first run, and what the act itself raises for a theme that is not there.
    """
    before = load_state(ledger)
    if before is None and what != "add":
        raise NoThemesError("there are no themes yet", "run `convening run` first")
    state = before or ThemeState()
    if what == "pin":
        after = operations.pin(state, Pin(**given))
    elif what == "split":
        after = _split(ledger, state, **given)
    else:
        after = ACTS[what](state, **given)
    made = Decision(
        id=uuid4().hex,
        target=str(given.get("slug") or given.get("name") or given.get("post")),
        target_kind="theme",
        post=str(given.get("post") or ""),
        revision="",
        seen="",
        verdict=Verdict.CORRECT,
        reviewer=reviewer,
        at=datetime.now(UTC),
        changes={"act": what, **given},
    )
    ledger.record([made])
    keep_state(ledger, after)
    return after


def _split(ledger: Ledger, state: ThemeState, *, slug: str, parts: int = 2) -> ThemeState:
    from pipeline.themes.encoders import default_encoder

    own = {(post, a.passage) for post, themes in state.posts.items() for a in themes.assignments if a.theme == slug}
    texts = {(post, p.index): p.text for post, p in ledger.passages() if (post, p.index) in own}
    return operations.split(state, slug, texts, default_encoder(), parts=parts)


def passages_of_theme(ledger: Ledger, state: ThemeState, slug: str) -> list[Candidate]:
    """The passages of the theme *slug*, suggested ones too, with their texts and scores."""
    state.row(slug)
    scores = {
        (post, a.passage): a.score
        for post, themes in state.posts.items()
        for a in (*themes.assignments, *themes.suggested)
        if a.theme == slug
    }
    return [
        Candidate(post=post, passage=p.index, text=p.text, score=scores[post, p.index])
        for post, p in ledger.passages()
        if (post, p.index) in scores
    ]
