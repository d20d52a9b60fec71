"""HTML as a tree: parsed safely, freed of what a reader does not see, and read out as paragraphs."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

PARAGRAPH, LINE, CELL, BREAK = "\x1e", "\x1d", "\x1c", "\x1f"
TWO_BREAKS, ONE_BREAK = re.compile("\x1f\\s*\x1f[\x1f\\s]*"), re.compile("\x1f")
LONG_CELL = 300  # characters
SPACES = re.compile(r"[ \t\n\r\f\v]+")
TAGS = {
    kind: frozenset(names) for kind, names in tomllib.loads(Path(__file__).with_name("tags.toml").read_text()).items()
}
UNSEEN, BLOCKS, LISTS, ITEMS = (TAGS[kind] for kind in ("unseen", "blocks", "lists", "items"))
ROWS, CELLS, BREAKS, STRUCK = (TAGS[kind] for kind in ("rows", "cells", "breaks", "struck"))
HIDDEN_STYLE = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:px|em|rem|%|pt)?\s*(?:;|!|$)|text-indent\s*:\s*-\d{3,}|left\s*:\s*-\d{4,}px)",
    re.IGNORECASE,
)
COLOURS = re.compile(r"(?:^|[;\s])(background(?:-color)?|color)\s*:\s*([^;!]+)", re.IGNORECASE)
NOTE = re.compile(
    r"foot-?note|end-?note|note-?ref|noteref|fn-?ref|fnref|cite_ref|reference|sdfootnote|_ftn", re.IGNORECASE
)
NOTE_TEXT = re.compile(
    r"\s*[\[(]?\s*(?:\d{1,3}|[a-z]|[ivx]{1,5}|[*†‡§¶#↑↩^]{1,3}|note \d{1,3}"
    r"|\d{1,3}(?:\s*[,–-]\s*\d{1,3})+)\s*[\])]?\s*\Z",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"(?:st|nd|rd|th|er|re|e|ème|eme|o|a|os|as|º|ª)\Z", re.IGNORECASE)
BASE = re.compile(r"(?:^|[^\d.,])(?:10|2|e)\s*\Z")
UNIT = re.compile(r"(?:^|[\d\s/])(?:[munkcd]?m|ft|in|yd|mi|km|feet|s)\s*\Z")
CREDIT = re.compile(
    r"^\s*(?:photo|image|picture|credit|source|foto|illustration|bild|crédit|fuente)s?\b|©|getty|reuters|shutterstock"
    r"|\bAFP\b|\bAP\b|associated press|istock|alamy|unsplash|(?:photo|image|picture)s? (?:by|credit|courtesy)",
    re.IGNORECASE,
)
MINUS = str.maketrans("−–", "--")


def parse_html(text: str) -> HtmlElement | None:
    """The tree of a page, however deep it is nested; None where *text* has no element.

    Nothing is fetched, no entity of a DTD is expanded.
    """
    from lxml import etree, html

    if not text.strip():
        return None
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True, remove_comments=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def clean_tree(tree: HtmlElement, *, keep_hidden: bool = False) -> int:
    """Take from *tree* what is not read as text: notes' marks, struck-out words, hidden parts.

    Powers are written out (``10^6``); captions that say something, and times within a sentence, become
    plain words. Gives the number of hidden parts; one that holds most of the page's paragraphs is
    left where it is, as a script shows it later.
    """
    hidden = 0
    for element in _doubtful()(tree):
        tag = element.tag
        if not isinstance(tag, str) or element.getparent() is None:
            continue
        if tag in STRUCK:
            drop(element)
        elif tag == "sup":
            _settle_sup(element)
        elif tag == "a" and _is_note(element):
            drop(element)
        elif not keep_hidden and tag not in {"html", "body", "head"} and is_hidden(element):
            if not _is_most(element, tree):
                drop(element)
            hidden += 1
        elif tag == "figcaption":
            _settle_caption(element)
        elif tag == "footer":  # of a quotation: whose words they are
            element.tag = "p"
        elif tag in {"math", "wbr"} or (tag == "time" and _in_sentence(element)):
            element.tag = "span"
    return hidden


@cache
def _doubtful() -> Callable[[HtmlElement], list[HtmlElement]]:
    """What finds the elements that cleaning has to look at, in the order of the page."""
    from lxml import etree

    found: Callable[[HtmlElement], list[HtmlElement]] = etree.XPath(
        "descendant-or-self::*[@hidden or @aria-hidden or @style]|.//del|.//s|.//strike|.//sup|.//figcaption|.//time"
        "|.//blockquote//footer"
        "|.//math|.//wbr|.//a[string-length(.) <= 12 and (contains(@href, '#') or @role or @class or @id or @*[2])]"
    )
    return found


def is_hidden(element: HtmlElement) -> bool:
    """Whether a reader does not see *element*: by attribute or by style.

    Words for screen readers alone are seen by those who use them, and stay.
    """
    attributes = element.attrib
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden", "").strip().lower() == "true":
        return True
    style = attributes.get("style", "")
    return bool(style) and (HIDDEN_STYLE.search(style) is not None or _same_colours(style))


def block_text(tree: HtmlElement, *, unseen: frozenset[str] = UNSEEN) -> str:
    """The words of *tree*: paragraphs apart by a blank line, list items and rows on lines of their own.

    >>> block_text(parse_html("<p>One\\n two<br>three</p><ul><li>a<li>b</ul><table><tr><td>1<td>2</table>"))
    'One two\\nthree\\n\\n- a\\n- b\\n\\n1 | 2'
    """
    from lxml import etree

    pieces: list[str] = []
    inside = 0  # lists open: blocks in them start lines, not paragraphs
    cells: list[bool] = []  # table cells open: True where one is small, and its words are one line's
    skipped: HtmlElement | None = None
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if skipped is not None:
            if element is skipped and event == "end":
                skipped = None
                pieces.append(element.tail or "")
            continue
        if not isinstance(tag, str) or tag in unseen:
            if event == "start":
                skipped = element
            continue
        starts = event == "start"
        if tag in CELLS:
            if starts:
                cells.append(not _is_long(element))
            small = cells[-1] if starts else cells.pop()
            pieces.append(("" if starts else CELL) if small else PARAGRAPH)
        elif cells and cells[-1]:
            pieces.append(" " if tag in BLOCKS or tag in ITEMS or tag in BREAKS or tag in ROWS else "")
        elif tag in LISTS:
            inside += 1 if starts else -1
            pieces.append(LINE if inside > (0 if not starts else 1) else PARAGRAPH)
        elif tag in ITEMS:
            pieces.append(LINE + "- " if starts else LINE)
        elif tag in ROWS:
            pieces.append(LINE)
        elif tag in BLOCKS:
            pieces.append((LINE if tag in {"dd", "dt"} else PARAGRAPH) if not inside else LINE)
        elif tag in BREAKS and starts:
            pieces.append(BREAK)
        pieces.append((element.text if starts else element.tail if element is not tree else "") or "")
    return tidy("".join(pieces))


def tidy(text: str) -> str:
    """Text with break marks, as paragraphs and lines without needless space; two line breaks begin a paragraph."""
    paragraphs = []
    text = ONE_BREAK.sub(LINE, TWO_BREAKS.sub(PARAGRAPH, text))
    for paragraph in text.split(PARAGRAPH):
        lines: list[str] = []
        for piece in paragraph.split(LINE):
            line = SPACES.sub(" ", piece).strip()
            if CELL in line:
                line = " | ".join(cell.strip() for cell in line.split(CELL) if cell.strip())
            if lines and lines[-1] == "-" and line:
                lines[-1] = f"- {line.removeprefix('- ')}"
            elif line:
                lines.append(line)
        if kept := [line for line in lines if line != "-"]:
            paragraphs.append("\n".join(kept))
    return "\n\n".join(paragraphs)


def html_words(markup: str) -> str:
    """The words of a piece of HTML, cleaned.

    >>> html_words("more than 40<sup><a href='#n1'>1</a></sup> teams, <del>30</del> <ins>35</ins> of 10<sup>6</sup>")
    'more than 40 teams, 35 of 10^6'
    """
    tree = parse_html(f"<div>{markup}</div>")
    if tree is None:
        return ""
    clean_tree(tree)
    return block_text(tree)


def _is_long(element: HtmlElement) -> bool:
    """Whether a cell holds more than a cell's words: old pages lay whole texts out in tables."""
    size = 0
    for piece in element.itertext():
        size += len(piece.strip())
        if size > LONG_CELL:
            return True
    return False


def text_length(element: HtmlElement) -> float:
    """How many characters *element* holds, its spaces evened out."""
    return _measure()(element)


@cache
def _measure() -> Callable[[HtmlElement], float]:
    from lxml import etree

    measure: Callable[[HtmlElement], float] = etree.XPath("string-length(normalize-space(.))")
    return measure


def drop(element: HtmlElement) -> None:
    """Take *element* out of its tree, its tail kept."""
    _replace(element, "")


def _replace(element: HtmlElement, words: str) -> None:
    parent = element.getparent()
    words += element.tail or ""
    previous = element.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + words
    else:
        parent.text = (parent.text or "") + words
    parent.remove(element)


def _settle_sup(element: HtmlElement) -> None:
    """A raised word is a note's mark (dropped), a power (written out) or an ending (kept)."""
    words = "".join(element.itertext()).strip()
    if _is_note(element) or any(_is_note(child) for child in element.iter("a")) or not words:
        drop(element)
        return
    before = _before(element)
    power = words.translate(MINUS)
    if re.fullmatch(r"[+-]?\d{1,3}", power):
        if BASE.search(before) or (UNIT.search(before) and power.lstrip("+-") in {"2", "3", "1"}):
            _replace(element, f"^{power}")
        else:
            drop(element)
    elif ORDINAL.match(words) or not NOTE_TEXT.match(words):
        element.tag = "span"
    else:
        drop(element)


def _is_note(element: HtmlElement) -> bool:
    """Whether *element* is the mark of a note: a link within the page to one, or said to be one."""
    words = "".join(element.itertext())
    if len(words) > 12 or not NOTE_TEXT.match(words):
        return False
    attributes = element.attrib
    if "noteref" in attributes.get("role", "") or "noteref" in attributes.get("epub:type", ""):
        return True
    href = attributes.get("href", "")
    if element.tag == "a" and "#" in href and (href.startswith("#") or NOTE.search(href)):
        return True
    return bool(NOTE.search(f"{attributes.get('class', '')} {attributes.get('id', '')}"))


def _before(element: HtmlElement) -> str:
    """The last characters before *element* in its block."""
    previous = element.getprevious()
    if previous is None:
        return (element.getparent().text or "")[-12:]
    return previous.tail[-12:] if previous.tail else "".join(previous.itertext())[-12:]


def _is_most(element: HtmlElement, tree: HtmlElement) -> bool:
    """Whether *element* holds three paragraphs or more, and most of all that *tree* has."""
    inside = sum(1 for _ in element.iter("p"))
    return inside >= 3 and 2 * inside > sum(1 for _ in tree.iter("p"))


def _in_sentence(element: HtmlElement) -> bool:
    """Whether *element* stands among the words of its parent, not only among other elements."""
    parent = element.getparent()
    own = [parent.text or "", *((child.tail or "") for child in parent)]
    return sum(len(piece.strip()) for piece in own) >= 30


def _settle_caption(element: HtmlElement) -> None:
    """Make a caption that says something a paragraph; a mere credit stays with its picture."""
    for credit in element.xpath(".//*[contains(@class, 'redit') or contains(@class, 'opyright')]"):
        if credit.getparent() is not None:
            drop(credit)
    words = "".join(element.itertext())
    if len(words.split()) >= 5 and not CREDIT.search(words):
        element.tag = "p"
        for part in element.iter():
            part.attrib.clear()
        if (figure := next(element.iterancestors("figure"), None)) is not None:
            figure.tag = "div"


def _same_colours(style: str) -> bool:
    found = {name.lower().removesuffix("-color"): value.strip().lower() for name, value in COLOURS.findall(style)}
    return "color" in found and "background" in found and _colour(found["color"]) == _colour(found["background"])


def _colour(value: str) -> str:
    value = {"white": "#ffffff", "#fff": "#ffffff", "black": "#000000", "#000": "#000000"}.get(value, value)
    return value.replace(" ", "")
