"""Logging in and out, the key map, and help."""

from __future__ import annotations

import threading
import time

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pipeline.ledger import accounts, rows, schema
from pipeline.ledger.statements import on_conflict
from pipeline.review import forms
from pipeline.review.desk import ACTIONS
from pipeline.review.given import DeskOf, Form, PersonOf
from pipeline.review.guard import COOKIE, session_token

router = APIRouter(include_in_schema=False)
HASHING = threading.Semaphore(2)  # Argon2 takes memory; a flood of log-ins waits
TRIES, WITHIN = 10, 300.0
_failed: dict[str, list[float]] = {}


@router.get("/login")
def login_page(request: Request, desk: DeskOf) -> Response:
    """The form to log in."""
    if desk.single is not None:
        return RedirectResponse("/", 303)
    return desk.page(request, "login.html", problem=None, typed={})


@router.post("/login")
def log_in(request: Request, desk: DeskOf, form: Form) -> Response:
    """Open a session; wrong names and wrong passwords are told alike."""
    name = form.get("name", "").strip()
    now = time.monotonic()
    recent = [at for at in _failed.get(name, []) if now - at < WITHIN]
    if len(recent) >= TRIES:
        problem = "Too many tries for this name. Wait five minutes."
        return desk.page(request, "login.html", status=429, problem=problem, typed={"name": name})
    with HASHING:
        token = accounts.log_in(desk.ledger, name, form.get("password", ""))
    if token is None:
        if len(_failed) > 10_000:
            _failed.clear()
        _failed[name] = [*recent, now]
        problem = "Name and password do not belong together."
        return desk.page(request, "login.html", status=401, problem=problem, typed={"name": name})
    _failed.pop(name, None)
    answer = RedirectResponse("/", 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/", max_age=12 * 3600)
    return answer


@router.post("/logout")
def log_out(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """End the session."""
    accounts.log_out(desk.ledger, session_token(request.headers.get("cookie", "")))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/help")
def help_page(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """How to review, and every key, each of which can be changed."""
    return desk.page(request, "help.html", problem=None, chosen=desk.own_keys(person.name)[0])


@router.post("/keys")
def set_keys(request: Request, desk: DeskOf, person: PersonOf, form: Form) -> Response:
    """Keep a reviewer's own key map, or switch single keys off."""
    keys: dict[str, str] = {}
    chosen = {action: form.get(f"key-{action}", usual) for action, (usual, _) in ACTIONS.items()}
    try:
        for action, key in chosen.items():
            if len(key) > 1 or (key and (not key.isprintable() or key in "123456789 ")):
                raise forms.BadInputError(f"key for “{action}”", "is one character, and no digit")
            if key and key in keys.values():
                raise forms.BadInputError(f"key for “{action}”", f"{key} is taken")
            keys[action] = key
    except forms.BadInputError as error:
        return desk.page(request, "help.html", status=400, problem=f"Not saved: {error}.", chosen=chosen)
    data = {} if "usual" in form else {"keys": keys, "off": "off" in form}
    values = {"reviewer": person.name, "data": rows.packed(data)}
    with desk.ledger.writing() as connection:
        put = on_conflict(connection)(schema.preferences).values(values)
        connection.execute(put.on_conflict_do_update(index_elements=["reviewer"], set_=values))
    return RedirectResponse("/help", 303)
