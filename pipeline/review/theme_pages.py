"""Themes: passages by theme; move, rename, merge, retire, and promote a discovered theme."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pipeline.ledger.decisions.deciding import UnknownTargetError
from pipeline.ledger.themes.edits import change_theme, refresh_themes, themes_now
from pipeline.ledger.themes.views import strongest_passages, theme_sizes, themes_of
from pipeline.review import forms
from pipeline.review.desk import Desk
from pipeline.review.given import DeskOf, Form, PersonOf
from pipeline.theme_table.edits import LONGEST_NAME
from pipeline.theme_table.rows import OPEN, ThemeRow, ThemeStateError, ThemeTable

router = APIRouter(include_in_schema=False)
MOST_PASSAGES = 100


@router.get("/themes")
def themes(request: Request, desk: DeskOf) -> Response:
    """The themes, each with how many passages it has, and those that a run suggests."""
    table = _table(desk)
    held = theme_sizes(desk.ledger, table.candidates)
    sizes = {slug: size.passages for slug, size in held.items()}
    return desk.page(request, "themes.html", themes=table.active, candidates=table.candidates, sizes=sizes)


@router.get("/themes/{slug}")
def one_theme(request: Request, desk: DeskOf, slug: str) -> Response:
    """The passages of one theme, the strongest first; of a suggested one, those it would have."""
    table = _table(desk)
    theme = _open(table, slug)
    passages = strongest_passages(desk.ledger, theme, most=MOST_PASSAGES)
    size = theme_sizes(desk.ledger, [theme] if theme in table.candidates else ()).get(slug)
    return desk.page(
        request,
        "theme.html",
        theme=theme,
        candidate=theme in table.candidates,
        themes=table.active,
        passages=passages,
        count=size.passages if size is not None else 0,
    )


@router.post("/themes/{slug}")
def edit(desk: DeskOf, person: PersonOf, form: Form, slug: str) -> Response:
    """Rename, merge, retire or promote a theme, or make a new one to split off."""
    _open(_table(desk), slug)
    op, name = form.get("op", ""), form.get("name", "").strip()
    change: dict[str, object] = {"op": op}
    if op in ("rename", "new"):
        if not 1 <= len(name) <= LONGEST_NAME:
            raise forms.BadInputError("name", f"a theme's name has 1 to {LONGEST_NAME} characters")
        change["name"] = name
    elif op == "merge":
        change["into"] = form.get("into", "")
    elif op not in ("promote", "retire"):
        raise forms.BadInputError("op", "rename, merge, new, retire or promote")
    field = {"merge": "into", "new": "name"}.get(op, "theme")
    target = _decide(desk, person.name, form, "" if op == "new" else slug, change, field=field)
    return RedirectResponse("/themes" if op in ("merge", "retire") else f"/themes/{target}", 303)


@router.post("/passages/{post}/{passage}")
def move(desk: DeskOf, person: PersonOf, form: Form, post: str, passage: int) -> Response:
    """Move a passage from one theme to another, or out of it."""
    table = _table(desk)
    came, goes = form.get("from", ""), form.get("to", "")
    if table.follow(came) != came or (goes and table.follow(goes) != goes):
        raise forms.BadInputError("theme", "is not a theme")
    held = themes_of(desk.ledger, post, passage)
    moved = [slug for slug in dict.fromkeys([*held, goes]) if slug and slug != came]
    change: dict[str, object] = {"op": "move", "passage": passage, "themes": moved}
    _decide(desk, person.name, form, "", change, field="theme", post=post)
    return RedirectResponse(f"/themes/{came}", 303)


def _table(desk: Desk) -> ThemeTable:
    refresh_themes(desk.ledger)  # decisions that came by another way, or were taken back
    return themes_now(desk.ledger).table


def _open(table: ThemeTable, slug: str) -> ThemeRow:
    row = table.get(slug)
    if row is None or row.status not in OPEN:
        raise UnknownTargetError(f"theme {slug}", "is not in the ledger")
    return row


def _decide(
    desk: Desk, reviewer: str, form: dict[str, str], slug: str, change: dict[str, object], *, field: str, post: str = ""
) -> str:
    try:
        return change_theme(
            desk.ledger,
            slug,
            change,
            act=form.get("act", ""),
            reviewer=reviewer,
            post=post,
            revision=form.get("revision", "") if post else "",
        )
    except ThemeStateError as error:
        raise forms.BadInputError(field, str(error)) from error
