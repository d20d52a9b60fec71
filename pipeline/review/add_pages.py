"""Adding posts: an address, a file or pasted text; first what was understood, then it is kept."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from pipeline.errors import PipelineError
from pipeline.ingest.documents import Document, UnreadableError, post_of
from pipeline.ledger import review_queue
from pipeline.review import forms
from pipeline.review.card_pages import DeskOf, Form, PersonOf
from pipeline.review.desk import Desk, plain_form

router = APIRouter(include_in_schema=False)
MOST_STAGED = 20
LONGEST_PASTE = 2_000_000
STAGED: OrderedDict[str, tuple[str, Document]] = OrderedDict()  # token → who, and what was understood


@router.get("/add")
def add(request: Request, desk: DeskOf) -> Response:
    """The three ways to add a post."""
    return show(request, desk)


def show(
    request: Request, desk: Desk, *, problem: str | None = None, typed: dict[str, str] | None = None, status: int = 200
) -> Response:
    """The page of the three ways; with a *problem* and what was *typed* where something went wrong."""
    return desk.page(request, "add.html", status=status, problem=problem, typed=typed or {})


@router.post("/add")
async def understand(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Show what was understood of an address, a file or pasted text; nothing is kept yet."""
    async with request.form(max_files=1, max_fields=20, max_part_size=LONGEST_PASTE) as form:
        typed = plain_form(form)
        upload = form.get("file")
        data = await upload.read() if isinstance(upload, UploadFile) and upload.filename else b""
        name = safe_name(upload.filename or "") if isinstance(upload, UploadFile) else ""
    try:
        document = await run_in_threadpool(understood, typed, data, name)
    except PipelineError as error:
        reason = error.reason if isinstance(error, UnreadableError) else str(error)
        return show(request, desk, problem=f"Not understood: {reason}.", typed=typed, status=400)
    token = secrets.token_urlsafe(16)
    STAGED[token] = (person.name, document)
    while len(STAGED) > MOST_STAGED:
        STAGED.popitem(last=False)
    return await run_in_threadpool(preview, request, desk, document, token)


def safe_name(name: str) -> str:
    """The last part of a file's name as a browser told it; used only to guess its kind, never as a path.

    >>> safe_name("..\\\\..\\\\a/b\\0.md")
    'b.md'
    """
    return name.replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "")[-100:]


def understood(typed: dict[str, str], data: bytes, name: str) -> Document:
    """The document that was sent, by whichever way. Raises ``PipelineError`` with the reason."""
    from pipeline.ingest.readers import read_bytes

    if data:
        return read_bytes(data, name=name or "-")
    url, text = typed.get("url", "").strip(), typed.get("text", "")
    if url:
        from pipeline.ingest.fetching import Fetcher

        got = Fetcher(attempts=1).get(url)
        if got.status != 200:
            raise forms.BadInputError("address", f"the server answered {got.status}")
        return read_bytes(got.body, name=got.url, url=got.url, content_type=got.content_type)
    if not text.strip():
        raise forms.BadInputError("post", "give an address, a file or some text")
    return read_bytes(text.encode("utf-8", "replace"), name="pasted.md")


def preview(request: Request, desk: Desk, document: Document, token: str, problem: str | None = None) -> Response:
    """The page that shows what was understood."""
    post = post_of(document)
    known = any(row["id"] == post.id for row in desk.ledger.post_rows())
    figures = list(desk.read_quantities(document.text[:200_000])) if desk.read_quantities else None
    return desk.page(
        request, "preview.html", document=document, token=token, known=known, figures=figures, problem=problem
    )


@router.post("/add/keep")
def keep(request: Request, desk: DeskOf, person: PersonOf, form: Form) -> Response:
    """Keep a post that was shown, with its details as corrected, then read its claims."""
    from pipeline.ingest.writing import write_post

    token = form.get("token", "")
    owner, document = STAGED.get(token, ("", None))
    if document is None or owner != person.name:
        return show(request, desk, problem="That preview is gone; add the post again.", status=409)
    try:
        document = replace(document, **details(form))
    except forms.BadInputError as error:
        return preview(request, desk, document, token, problem=f"Not kept: {error}.")
    desk.corpus.mkdir(parents=True, exist_ok=True)
    path = write_post(desk.corpus, document)
    STAGED.pop(token, None)
    if desk.add_post is None:
        return desk.page(request, "kept.html", path=path.name, said=None)
    said = desk.add_post(path)
    review_queue.refresh(desk.ledger)
    post = post_in(desk, path)
    if post is not None:
        return RedirectResponse(f"/?post={post}", 303)
    return desk.page(request, "kept.html", path=path.name, said=said and str(said))


def post_in(desk: Desk, path: Path) -> str | None:
    """The id of the post that was read from *path*."""
    name = path.relative_to(desk.corpus).as_posix()
    return next((str(row["id"]) for row in desk.ledger.post_rows() if row["path"] == name), None)


def details(form: dict[str, str]) -> dict[str, Any]:
    """The post's details as a person corrected them. Raises ``BadInputError``."""
    made: dict[str, Any] = {}
    for name in ("title", "publisher", "url", "country"):
        typed = form.get(name, "").strip()
        if len(typed) > 2000:
            raise forms.BadInputError(name, "is too long")
        made[name] = typed or None
    if made["url"] and not made["url"].lower().startswith(("http://", "https://")):
        raise forms.BadInputError("address", "begins with http:// or https://")
    country = made["country"]
    if country is not None:
        if not (len(country) == 2 and country.isascii() and country.isalpha()):
            raise forms.BadInputError("country", "is a code of two letters, such as NZ")
        made["country"] = country.upper()
    day = form.get("date", "").strip()
    try:
        made["date"] = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise forms.BadInputError("date", "is written as 2021-06-17") from error
    return made
