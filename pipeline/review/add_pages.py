"""Adding posts: an address, a file or pasted text; first what was understood, then it is kept."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from pipeline.days import iso_day
from pipeline.errors import PipelineError
from pipeline.ingest.arrivals import Arrival
from pipeline.ingest.documents import UnreadableError, post_of
from pipeline.ledger.corpus.originals import known_by, post_at
from pipeline.ledger.queue.items import refresh_queue
from pipeline.review import forms
from pipeline.review.desk import Desk, plain_form
from pipeline.review.given import DeskOf, Form, PersonOf

router = APIRouter(include_in_schema=False)
MOST_STAGED = 20
LONGEST_PASTE = 2_000_000
STAGED: OrderedDict[str, tuple[str, Arrival]] = OrderedDict()  # token → who, and what was understood


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
        arrival = await run_in_threadpool(understood, typed, data, name, contact=desk.contact)
    except PipelineError as error:
        reason = error.reason if isinstance(error, UnreadableError) else str(error)
        return show(request, desk, problem=f"Not understood: {reason}.", typed=typed, status=400)
    token = secrets.token_urlsafe(16)
    STAGED[token] = (person.name, arrival)
    while len(STAGED) > MOST_STAGED:
        STAGED.popitem(last=False)
    return await run_in_threadpool(preview, request, desk, arrival, token)


def safe_name(name: str) -> str:
    """The last part of a file's name as a browser told it; used only to guess its kind, never as a path.

    >>> safe_name("..\\\\..\\\\a/b\\0.md")
    'b.md'
    """
    return name.replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "")[-100:]


def understood(typed: dict[str, str], data: bytes, name: str, *, contact: str = "") -> Arrival:
    """What was sent, by whichever way, read in a child process. Raises ``PipelineError`` with the reason."""
    from pipeline.ingest import Fetcher, Readers, fetch_document

    url, text = typed.get("url", "").strip(), typed.get("text", "")
    with Readers() as readers:
        if not data and url:
            return fetch_document(url, Fetcher(contact=contact, attempts=1), read=readers.read)
        if not data and not text.strip():
            raise forms.BadInputError("post", "give an address, a file or some text")
        raw = data or text.encode("utf-8", "replace")
        document = readers.read(raw, name=name or "-" if data else "pasted.md")
        return Arrival(document=document, raw=raw, keys=keys_of_document(document.url))


def keys_of_document(url: str | None) -> tuple[str, ...]:
    """The key by which a post with this address is known."""
    from pipeline.ingest import url_key

    key = url_key(url) if url else None
    return (key,) if key else ()


def preview(
    request: Request,
    desk: Desk,
    arrival: Arrival,
    token: str,
    *,
    typed: dict[str, str] | None = None,
    problem: str | None = None,
) -> Response:
    """The page that shows what was understood; a guess is called one. With a *problem*, what was *typed* stays."""
    document = arrival.document
    known = known_by(desk.ledger, arrival.keys, post_of(document).id) is not None
    figures = list(desk.read_quantities(document.text[:200_000])) if desk.read_quantities else None
    guessed = {name for name, source in document.sources.items() if source == "guess"}
    return desk.page(
        request,
        "preview.html",
        document=document,
        token=token,
        known=known,
        figures=figures,
        typed=typed or {},
        problem=problem,
        guessed=guessed,
    )


@router.post("/add/keep")
def keep(request: Request, desk: DeskOf, person: PersonOf, form: Form) -> Response:
    """Keep a post that was shown, with its details as corrected, then read its claims."""
    from pipeline.intake import keeping

    token = form.get("token", "")
    owner, arrival = STAGED.get(token, ("", None))
    if arrival is None or owner != person.name:
        return show(request, desk, problem="That preview is gone; add the post again.", status=409)
    try:
        arrival = corrected(arrival, details(form))
    except forms.BadInputError as error:
        return preview(request, desk, arrival, token, typed=form, problem=f"Not kept: {error}.")
    desk.corpus.mkdir(parents=True, exist_ok=True)
    kept = keeping.keep(desk.corpus, desk.ledger, arrival, by_hand=True)
    STAGED.pop(token, None)
    if desk.add_post is None:
        return desk.page(request, "kept.html", path=kept.path.name, said=kept.reason or None)
    said = desk.add_post(kept.path) or kept.reason
    refresh_queue(desk.ledger)
    post = post_at(desk.ledger, kept.path.relative_to(desk.corpus).as_posix())
    if post is not None and not said:
        return RedirectResponse(f"/?post={post}", 303)
    return desk.page(request, "kept.html", path=kept.path.name, said=said and str(said))


def corrected(arrival: Arrival, stated: dict[str, Any]) -> Arrival:
    """*arrival* with the details that a person *stated*; what they changed is theirs, and no guess any more."""
    document = arrival.document
    changed = {name for name, value in stated.items() if value != getattr(document, name)}
    sources = {name: origin for name, origin in document.sources.items() if name not in changed}
    sources |= {name: "person" for name in changed if stated[name]}
    keys = (*keys_of_document(stated["url"]), *arrival.keys)
    return replace(arrival, document=replace(document, sources=sources, **stated), keys=tuple(dict.fromkeys(keys)))


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
        made["date"] = iso_day(day)
    except ValueError as error:
        raise forms.BadInputError("date", "is written as 2021-06-17") from error
    return made
