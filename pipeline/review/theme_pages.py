"""Themes: passages by theme; move, rename, merge, split, and promote a discovered theme."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from pipeline.ledger import deciding, schema, theme_edits
from pipeline.ledger.deciding import UnknownTargetError
from pipeline.records import Verdict
from pipeline.review import forms
from pipeline.review.card_pages import DeskOf, Form, PersonOf

router = APIRouter(include_in_schema=False)
MOST_PASSAGES = 100


@router.get("/themes")
def themes(request: Request, desk: DeskOf) -> Response:
    """The themes, each with how many passages it has."""
    now = theme_edits.themes_now(desk.ledger)
    sizes: dict[str, int] = {}
    for _, assignment in now.assignments:
        sizes[assignment.theme] = sizes.get(assignment.theme, 0) + 1
    return desk.page(request, "themes.html", themes=now.themes, sizes=sizes)


@router.get("/themes/{slug}")
def one_theme(request: Request, desk: DeskOf, slug: str) -> Response:
    """The passages of one theme, the strongest first."""
    now = theme_edits.themes_now(desk.ledger)
    theme = next((theme for theme in now.themes if theme.slug == slug), None)
    if theme is None:
        raise UnknownTargetError(f"theme {slug}", "is not in the ledger")
    placed = sorted(((a.score, post, a) for post, a in now.assignments if a.theme == slug), key=lambda t: -t[0])
    passages = _passages(desk, [(post, a) for _, post, a in placed[:MOST_PASSAGES]])
    return desk.page(request, "theme.html", theme=theme, themes=now.themes, passages=passages, count=len(placed))


def _passages(desk: Any, placed: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    made, posts, passages, revisions = [], schema.posts.c, schema.passages.c, schema.revisions.c
    with desk.ledger.reading() as connection:
        for post, assignment in placed:
            row = connection.execute(
                select(posts.title, posts.revision, passages.start, passages.end, revisions.text)
                .join(schema.passages, passages.post == posts.id)
                .join(schema.revisions, (revisions.post == posts.id) & (revisions.revision == posts.revision))
                .where(posts.id == post, passages.number == assignment.passage)
            ).first()
            if row is not None:
                made.append(
                    {
                        "post": post,
                        "title": row[0],
                        "revision": row[1],
                        "passage": assignment.passage,
                        "text": row[4][row[2] : row[3]],
                        "score": assignment.score,
                        "reason": assignment.reason,
                    }
                )
    return made


@router.post("/themes/{slug}")
def edit(desk: DeskOf, person: PersonOf, form: Form, slug: str) -> Response:
    """Rename, merge or promote a theme, or make a new one to split off."""
    now = theme_edits.themes_now(desk.ledger)
    known = {theme.slug for theme in now.themes}
    op, target = form.get("op", ""), slug
    changes: dict[str, object] = {"op": op}
    if slug not in known:
        raise UnknownTargetError(f"theme {slug}", "is not in the ledger")
    if op in ("rename", "new"):
        name = form.get("name", "").strip()
        if not 1 <= len(name) <= 100:
            raise forms.BadInputError("name", "a theme's name has 1 to 100 characters")
        changes["name"] = name
        if op == "new":
            target = theme_edits.slug_of(name)
            if not target or target in known:
                raise forms.BadInputError("name", "there is such a theme already; take another name")
    elif op == "merge":
        if form.get("into") not in known - {slug}:
            raise forms.BadInputError("into", "choose another theme to merge into")
        changes["into"] = form["into"]
    elif op != "promote":
        raise forms.BadInputError("op", "rename, merge, new or promote")
    _keep(desk, person.name, form, target=target, kind="theme", changes=changes)
    return RedirectResponse("/themes" if op == "merge" else f"/themes/{target if op == 'new' else slug}", 303)


@router.post("/passages/{post}/{passage}")
def move(desk: DeskOf, person: PersonOf, form: Form, post: str, passage: int) -> Response:
    """Move a passage from one theme to another, or out of it."""
    now = theme_edits.themes_now(desk.ledger)
    known = {theme.slug for theme in now.themes}
    came, goes = form.get("from", ""), form.get("to", "")
    if came not in known or (goes and goes not in known):
        raise forms.BadInputError("theme", "is not a theme")
    held = [a.theme for p, a in now.assignments if p == post and a.passage == passage]
    moved = [slug for slug in dict.fromkeys([*held, goes]) if slug and slug != came]
    changes: dict[str, object] = {"op": "move", "passage": passage, "themes": moved}
    _keep(desk, person.name, form, target=f"{post}:{passage}", kind="passage", changes=changes, post=post)
    return RedirectResponse(f"/themes/{came}", 303)


def _keep(
    desk: Any,
    reviewer: str,
    form: dict[str, str],
    *,
    target: str,
    kind: str,
    changes: dict[str, object],
    post: str = "",
) -> None:
    deciding.record_other(
        desk.ledger,
        act=form.get("act", ""),
        reviewer=reviewer,
        target=target,
        target_kind=kind,
        post=post,
        revision=form.get("revision", ""),
        verdict=Verdict.CORRECT,
        changes=changes,
    )
