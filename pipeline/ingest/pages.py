"""A saved or fetched page to its main text, never the menu, the cookie wall or the comments."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from pipeline.ingest.articles import HOW, find_text
from pipeline.ingest.characters import odd_digits
from pipeline.ingest.decoding import decode_html
from pipeline.ingest.documents import Document, UnreadableError, raw_digest
from pipeline.ingest.edges import trim_edges
from pipeline.ingest.fields import guessed
from pipeline.ingest.identity import canonical_for
from pipeline.ingest.page_fields import main_headings, stated_fields
from pipeline.ingest.trees import parse_html

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def main_text(
    data: bytes, *, name: str = "-", url: str | None = None, content_type: str | None = None, crude: bool = False
) -> Document:
    """The main text of an HTML page and what the page states about itself.

    With *crude*, only the fast and simple look is taken, for pages that the careful one can't end.
    Raises ``UnreadableError`` where the page holds no text at all.
    """
    decoded = decode_html(data, content_type=content_type)
    tree = parse_html(decoded.text)
    if tree is None:
        raise UnreadableError(name, "no text: the page is empty")
    fields, sources = stated_fields(tree, url=url)
    titles = {str(fields.get("title") or ""), *main_headings(tree)}
    names = {*cast("tuple[str, ...]", fields.get("authors", ())), str(fields.get("author_line") or "")}
    without = _why_none(tree)
    host = urlsplit(str(url or fields.get("canonical") or "")).hostname or ""
    text, how = find_text(tree, decoded.text, host=host, crude=crude)
    if not text:
        raise UnreadableError(name, without)
    text = trim_edges(text, titles=titles, names=names)
    address = canonical_for(url, cast("str | None", fields.get("canonical"))) if url else fields.get("canonical")
    fields.pop("canonical", None)
    if address:
        fields["url"], sources["url"] = address, "url" if address == url else "meta"
    more, more_sources = guessed(cast("str | None", address), name, fields)
    fields, sources = fields | more, sources | more_sources
    if not crude and not fields.get("date") and (day := _guess_day(decoded.text)):
        fields["date"], sources["date"] = day, "guess"
    return Document(
        text=text,
        name=name,
        kind="html",
        extractor=extractor(),
        raw=raw_digest(data),
        sources=sources,
        warnings=(*decoded.warnings, *([HOW[how]] if how in HOW else []), *odd_digits(text)),
        **cast("dict[str, Any]", fields),
    )


def _why_none(tree: HtmlElement) -> str:
    """Why a page may have no text, in words for a person."""
    if frames := [source for frame in tree.iter("frame") if (source := frame.get("src"))]:
        return f"no text: it only holds other pages in frames ({', '.join(frames[:4])})"
    scripts = next(tree.iter("script"), None) is not None
    return "no text: the page seems to be made by JavaScript" if scripts else "no text in the page"


@cache
def extractor() -> str:
    """The name and version of what tells the main text from the rest."""
    from importlib.metadata import version

    return f"page 3, trafilatura {version('trafilatura')}"


def _guess_day(markup: str) -> date | None:
    from htmldate import find_date

    tree = parse_html(markup)
    try:
        found = find_date(tree, extensive_search=False, original_date=True)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    if not found or found.endswith("-01-01"):  # it makes that up from a year alone
        return None
    return date.fromisoformat(found)
