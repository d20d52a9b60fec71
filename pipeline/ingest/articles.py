"""The main text of a page's tree: by an extractor that is helped before and corrected after, else by what is left."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING

from pipeline.ingest.amid import settle_amid
from pipeline.ingest.bare import wrap_bare
from pipeline.ingest.boxes import lighten, settle_boxes
from pipeline.ingest.characters import clean_text, count_words
from pipeline.ingest.embedded import state_text, stated_body
from pipeline.ingest.gaps import fill_gaps
from pipeline.ingest.trees import UNSEEN, block_text, clean_tree, parse_html

if TYPE_CHECKING:
    from lxml.html import HtmlElement

FEW, MANY = 50, 250  # words: a page with fewer gets a second look; a text of many can not be a line
HOW = {  # how a text was found that not everybody sees so, in words for a person
    "rescued": "rescued: the main text could not be told from the rest with certainty",
    "hidden": "hidden: all of the text is hidden from readers of the page",
    "noscript": "the text is the one for browsers that run no scripts",
    "stated": "the text is the one that the page states for programs (JSON-LD): it shows less of it, or none",
    "state": "the text was taken from the data of the page's script, which makes the page",
}


def find_text(tree: HtmlElement, markup: str, *, host: str = "", crude: bool = False) -> tuple[str, str]:
    """The main text of a page and how it was found: a key of ``HOW``, precise or default; empty where there is none.

    *tree* is that of *markup*, and is changed. With *crude*, only the fast and simple look is taken. *host* is the
    page's own, where it is known.
    """
    hidden = clean_tree(tree)
    if crude:
        lighten(tree)
        return _crude(tree), "rescued"
    _settle(tree, host)
    text, how = article_text(tree)
    if not text and hidden:
        text, how = _of_hidden(markup, host), "hidden"
    if (words := count_words(text)) < MANY and (again := parse_html(markup)) is not None:
        if count_words(body := stated_body(again)) > max(FEW, 2 * words):
            return body, "stated"
        if words < FEW and count_words(state := state_text(again)) > max(FEW, 2 * words):
            return state, "state"
        if not words and (text := _of_noscript(again, host)):
            return text, "noscript"
    return text, how


def _of_hidden(markup: str, host: str) -> str:
    """The text of a page all of which is hidden."""
    tree = parse_html(markup)
    if tree is None:
        return ""
    clean_tree(tree, keep_hidden=True)
    _settle(tree, host)
    return article_text(tree)[0]


def _of_noscript(tree: HtmlElement, host: str) -> str:
    """The text that a page has for browsers that run no scripts."""
    for element in tree.iter("noscript"):
        element.tag = "div"
    clean_tree(tree)
    _settle(tree, host)
    text = article_text(tree)[0]
    return text if count_words(text) >= FEW else ""


def _settle(tree: HtmlElement, host: str) -> None:
    """Help the extractor with what it would misjudge."""
    wrap_bare(tree)
    settle_amid(tree, host=host)
    settle_boxes(tree)
    lighten(tree)


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
    return fill_gaps(text, tree), how


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
