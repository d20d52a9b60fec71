"""The stored original of a post: shown without its scripts in a sandbox, as plain source, or saved as a file.

The bytes came from elsewhere, so a browser gets them only as an attachment of no type, as escaped text within our
own page, or as a document that its policy cuts off from scripts, forms, this site and the network.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException

from pipeline.ledger import schema
from pipeline.review.desk import Desk
from pipeline.review.given import DeskOf
from pipeline.review.guard import SANDBOX
from pipeline.review.posts import post_and_text

router = APIRouter(include_in_schema=False)
LONGEST = 50_000_000  # bytes that are unpacked at all
MOST_SHOWN = 200_000  # characters of source on one page
CHARSET = re.compile(rb"""charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""")
KINDS = (
    (b"%PDF", "PDF", ".pdf"),
    (b"PK\x03\x04", "document in a ZIP container (DOCX, EPUB)", ".bin"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The bytes that a post was read from, what they are, and where they came from."""

    data: bytes
    digest: str
    kind: str
    ending: str
    url: str | None
    charset: str

    @property
    def is_html(self) -> bool:
        """Whether a browser can show it as a page."""
        return self.ending == ".html"

    @property
    def is_text(self) -> bool:
        """Whether its source can be read."""
        return self.ending in (".html", ".txt")

    @property
    def text(self) -> str:
        """The bytes as text; what cannot be decoded is replaced."""
        try:
            return self.data.decode(self.charset, "replace")
        except LookupError:
            return self.data.decode("utf-8", "replace")


def stored(connection: Connection, post: str, revision: str) -> Stored | None:
    """The original of *post*: what its file was made from, else the file itself; None where no bytes were kept."""
    made_from, read_from = schema.originals.c, schema.revisions.c
    told = connection.execute(
        select(made_from.raw, made_from.url, made_from.content_type).where(made_from.post == post)
    ).first()
    if told is not None:
        raw, url, content_type = str(told[0]), told[1], str(told[2] or "")
    else:
        own = select(read_from.raw).where(read_from.post == post, read_from.revision == revision)
        raw, url, content_type = str(connection.execute(own).scalar()), None, ""
    packed = connection.execute(select(schema.blobs.c.bytes).where(schema.blobs.c.digest == raw)).scalar()
    if packed is None:
        return None
    data = zlib.decompressobj().decompress(packed, LONGEST)
    kind, ending = _kind(data, content_type)
    found = CHARSET.search(content_type.encode()) or CHARSET.search(data[:2048])
    charset = found.group(1).decode() if found else "utf-8"
    return Stored(data=data, digest=raw, kind=kind, ending=ending, url=url, charset=charset)


def _kind(data: bytes, content_type: str) -> tuple[str, str]:
    for begin, kind, ending in KINDS:
        if data.startswith(begin):
            return kind, ending
    head = data[:1024].lstrip().lower()
    if "html" in content_type or head.startswith((b"<!doctype html", b"<html")) or b"<body" in head:
        return "web page", ".html"
    return ("binary file", ".bin") if b"\0" in head else ("text", ".txt")


@router.get("/posts/{post_id}/original")
def about(request: Request, desk: DeskOf, post_id: str) -> Response:
    """What is stored of the original, its source, and the two safe ways to look at it."""
    with desk.ledger.reading() as connection:
        post, _ = post_and_text(connection, post_id)
        kept = stored(connection, post_id, post["revision"])
    shown = kept.text[:MOST_SHOWN] if kept and kept.is_text else ""
    more = max(0, len(kept.text) - MOST_SHOWN) if kept and kept.is_text else 0
    return desk.page(request, "original.html", post=post, kept=kept, shown=shown, more=more)


def _kept(desk: Desk, post_id: str) -> Stored:
    with desk.ledger.reading() as connection:
        post, _ = post_and_text(connection, post_id)
        kept = stored(connection, post_id, post["revision"])
    if kept is None:
        raise HTTPException(404, "No original was kept of this post.")
    return kept


@router.get("/posts/{post_id}/original/file")
def as_file(desk: DeskOf, post_id: str) -> Response:
    """The bytes as an attachment of no type, named by their digest, never by what they call themselves."""
    kept = _kept(desk, post_id)
    disposition = f'attachment; filename="original-{kept.digest[:12]}{kept.ending}"'
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": SANDBOX}
    return Response(kept.data, media_type="application/octet-stream", headers=headers)


@router.get("/posts/{post_id}/original/view")
def sandboxed(desk: DeskOf, post_id: str) -> Response:
    """The page as it looked, in a sandbox: no script, no form, no request, and no part of this site."""
    kept = _kept(desk, post_id)
    if not kept.is_html:
        raise HTTPException(404, "Only a web page can be shown; save the file instead.")
    headers = {"Content-Security-Policy": SANDBOX, "X-DNS-Prefetch-Control": "off"}
    return Response(kept.text.encode("utf-8", "replace"), media_type="text/html; charset=utf-8", headers=headers)
