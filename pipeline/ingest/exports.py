"""A post in the export of a Medium account: one page of microformats (h-entry) a post."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.ingest.characters import clean_text
from pipeline.ingest.dates import day_in_name, parse_day
from pipeline.ingest.decoding import decode_html
from pipeline.ingest.documents import Document, UnreadableError, raw_digest
from pipeline.ingest.fields import split_authors, web_address
from pipeline.ingest.front_matter import words_of
from pipeline.ingest.trees import block_text, clean_tree, parse_html

if TYPE_CHECKING:
    from lxml.html import HtmlElement


EXTRACTOR = "medium 1"


def read_medium(data: bytes, *, name: str) -> Document:
    """The post in a page of the export; a draft, or a page that is no post, is not readable."""
    if PurePosixPath(name).name.startswith("draft_"):
        raise UnreadableError(name, "a draft")
    decoded = decode_html(data)
    tree = parse_html(decoded.text)
    body = None if tree is None else _by_class(tree, "e-content")
    if tree is None or body is None:
        raise UnreadableError(name, "no post of an export: it has no e-content part")
    title = _words(_by_class(tree, "p-name")) or _words(next(tree.iter("title"), None))
    published = _by_class(tree, "dt-published")
    line = (published.get("datetime") or _words(published)) if published is not None else None
    link = _by_class(tree, "p-canonical")
    url = web_address((link.get("href") or "").strip()) if link is not None else None
    author = _words(_by_class(tree, "p-author"))
    _drop_repeated_title(body, title)
    clean_tree(tree)
    text = clean_text(block_text(body))
    if not text:
        raise UnreadableError(name, "no text")
    day = parse_day(line)
    by_name = day_in_name(PurePosixPath(name).name) if day is None else None
    stated = {"title": title, "url": url, "date": day, "authors": author}
    return Document(
        text=text,
        name=name,
        kind="html",
        extractor=EXTRACTOR,
        raw=raw_digest(data),
        title=title,
        url=url,
        authors=split_authors([author]) if author else (),
        author_line=author,
        date=day or by_name,
        date_line=line,
        sources={field: "export" for field, value in stated.items() if value}
        | ({"date": "file-name"} if by_name else {}),
        warnings=decoded.warnings,
    )


def _by_class(tree: HtmlElement, name: str) -> HtmlElement | None:
    return next((element for element in tree.iter() if name in re.split(r"\s+", str(element.get("class", "")))), None)


def _words(element: HtmlElement | None) -> str | None:
    return words_of("".join(element.itertext())) if element is not None else None


def _drop_repeated_title(body: HtmlElement, title: str | None) -> None:
    """Take out the heading at the beginning of the body that only says the title again."""
    for heading in list(body.iter("h1", "h2", "h3"))[:1]:
        if title and (_words(heading) or "").casefold() == title.casefold():
            heading.getparent().remove(heading)
