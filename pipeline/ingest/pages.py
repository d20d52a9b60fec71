"""A saved or fetched page to its main text, never the menu, the cookie wall or the comments."""

from __future__ import annotations

import logging
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pipeline.ingest.boxes import lighten, settle_boxes
from pipeline.ingest.characters import clean_text, count_words, odd_digits
from pipeline.ingest.decoding import decode_html
from pipeline.ingest.documents import Document, UnreadableError, raw_digest
from pipeline.ingest.fields import guessed
from pipeline.ingest.identity import canonical_for
from pipeline.ingest.page_fields import stated_fields
from pipeline.ingest.trees import UNSEEN, block_text, clean_tree, parse_html

if TYPE_CHECKING:
    from lxml.html import HtmlElement

FEW, MANY = 50, 250  # words: a page with fewer gets a second look; a text of many can not be a line


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
    warnings = list(decoded.warnings)
    hidden = clean_tree(tree)
    scripts = next(tree.iter("script"), None) is not None
    settle_boxes(tree)
    lighten(tree)
    text, how = (_crude(tree), "rescued") if crude else article_text(tree)
    if not text and hidden and (again := parse_html(decoded.text)) is not None:
        clean_tree(again, keep_hidden=True)
        settle_boxes(again)
        lighten(again)
        text, how = article_text(again)
        if text:
            warnings.append("hidden: all of the text is hidden from readers of the page")
    if not text:
        raise UnreadableError(
            name, "no text: the page seems to be made by JavaScript" if scripts else "no text in the page"
        )
    if how == "rescued":
        warnings.append("rescued: the main text could not be told from the rest with certainty")
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
        warnings=(*warnings, *odd_digits(text)),
        **cast("dict[str, Any]", fields),
    )


@cache
def extractor() -> str:
    """The name and version of what tells the main text from the rest."""
    from importlib.metadata import version

    return f"page 2, trafilatura {version('trafilatura')}"


def article_text(tree: HtmlElement) -> tuple[str, str]:
    """The main text of a cleaned page, and how it was found: precise, default or rescued.

    Precision first; where that gives little beside what a cruder look sees, the default, if that
    gives twice as much; where both fail, or find a line or two of a long text, the cruder look itself.
    """
    text, how = _trafilatura(tree, precise=True), "precise"
    words = count_words(text)
    crude = _crude(tree) if words < 20 * FEW else ""
    seen = count_words(crude)
    if words < FEW or words * 2 < seen:
        wider = _trafilatura(tree, precise=False)
        if words * 2 < count_words(wider):
            text, how, words = wider, "default", count_words(wider)
    if not words or (words < FEW and seen >= MANY and words * 8 < seen):
        return crude, "rescued"
    return text, how


@cache
def _quiet() -> None:
    """Let the libraries log errors of their own only: an empty page is our reason to give, not theirs."""
    for name in ("trafilatura", "htmldate", "readability"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _trafilatura(tree: HtmlElement, *, precise: bool) -> str:
    from trafilatura import bare_extraction

    _quiet()
    try:
        found = bare_extraction(
            tree, favor_precision=precise, include_comments=False, include_tables=True, deduplicate=False
        )  # it works on a copy
    except (ValueError, RecursionError, AttributeError, TypeError):  # it gave up on this page
        return ""
    body = getattr(found, "body", None)
    return "" if body is None else clean_text(_read_out(body))


def _read_out(body: HtmlElement) -> str:
    """The words of trafilatura's tree, its paragraphs kept apart."""
    return block_text(body, unseen=UNSEEN - {"head"})


def _crude(tree: HtmlElement) -> str:
    """What a fast and simple look at the page takes for its main text."""
    from lxml import etree
    from resiliparse.extract.html2text import extract_plain_text

    markup = etree.tostring(tree, encoding="unicode", method="html")
    try:
        text = extract_plain_text(
            markup, main_content=True, comments=False, alt_texts=False, links=False, form_fields=False, noscript=False
        )
    except (ValueError, RuntimeError):
        return ""
    return clean_text("\n\n".join(" ".join(block.split()) for block in text.split("\n\n") if block.strip()))


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
