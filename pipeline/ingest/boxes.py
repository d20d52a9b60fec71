"""Parts of a page that an extractor misjudges, settled in the tree before the main text is looked for.

They are figures in boxes among the paragraphs, texts laid out in tables, and calls to subscribe amid a text.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ingest.amid import AMID
from pipeline.ingest.trees import BLOCKS, UNSEEN, drop, text_length

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LONG_CELL = 600  # characters: a cell with more is a part of the page and no cell
MOST_WORDS, FEWEST_SENTENCE = 120, 8  # of a box
PROSE = 60  # characters: a paragraph with as many is one of the text
CALL_WORDS = 80
MENUS = frozenset({"nav", "aside", "footer", "header"})
MANY_LINKS, MOSTLY = 10, 0.8
NO_BOX = frozenset(
    {"pre", "code", "form", "input", "button", "select", "iframe", "ul", "ol", "table", "nav", "aside", "p", "h1", "h2"}
)
SENTENCE_END = re.compile(r"[.!?…]['”\")]?\s*\Z")


def settle_boxes(tree: HtmlElement) -> None:
    """Make paragraphs of boxes that stand among the text's own, take layout tables apart, drop calls to subscribe."""
    for element in list(tree.iter("table", "div", "section", "aside")):
        if element.getparent() is None:
            continue
        if element.tag == "table":
            if _is_layout(element):
                _take_apart(element)
        elif _is_call(element):
            drop(element)
        elif element.tag == "div" and _is_box(element) and _among_paragraphs(element):
            _settle_box(element)
    for heading in tree.iter("h2", "h3", "h4", "h5", "h6", "summary"):
        for button in heading.iter("button"):  # that unfolds an answer
            button.tag = "span"


def lighten(tree: HtmlElement) -> None:
    """Take out what no extractor takes for text and what costs them most: scripts, drawings, long lists of links."""
    for element in list(
        tree.iter("script", "style", "svg", "noscript", "template", "nav", "aside", "footer", "header")
    ):
        if element.getparent() is None:
            continue
        if element.tag not in MENUS or (
            len(links := element.findall(".//a")) >= MANY_LINKS and _linked(element, links) > MOSTLY
        ):
            drop(element)


def _is_layout(table: HtmlElement) -> bool:
    """Whether a table only places the parts of a page: a cell is as long as a text, and none is a heading."""
    if next(table.iter("th"), None) is not None:
        return False
    cells = [cell for cell in table.iter("td") if next(cell.iterancestors("table"), None) is table]
    return any(_length(cell) > LONG_CELL for cell in cells)


def _take_apart(table: HtmlElement) -> None:
    """Make blocks of the cells of *table*, but for those that hold nothing but links."""
    for part in list(table.iter("td", "tr", "tbody", "thead", "tfoot")):
        if next(part.iterancestors("table"), None) is not table:
            continue
        if part.tag == "td" and len(links := part.findall(".//a")) >= 5 and _linked(part, links) > 0.7:
            drop(part)
    for part in list(table.iter("td", "tr", "tbody", "thead", "tfoot")):
        if next(part.iterancestors("table"), None) is table:
            part.tag = "div"
    table.tag = "div"


def _is_call(element: HtmlElement) -> bool:
    """Whether *element* only asks the reader to subscribe, sign up or give."""
    words = f"{element.get('class', '')} {element.get('id', '')}"
    return bool(words.strip()) and _calls().search(words) is not None and _length(element, most=800) < 8 * CALL_WORDS


def _is_box(element: HtmlElement) -> bool:
    """Whether *element* is a small box of words of its own: no links, no controls, a figure or a whole sentence."""
    if any(child.tag in NO_BOX for child in element.iterdescendants() if isinstance(child.tag, str)):
        return False
    words = f"{element.get('class', '')} {element.get('id', '')}"
    if _no_text().search(words) or next(element.iter("a"), None) is not None:
        return False
    text = " ".join(_pieces(element))
    count = len(text.split())
    if not 2 <= count <= MOST_WORDS:
        return False
    figure = any(character.isdigit() for character in text)
    return figure or (count >= FEWEST_SENTENCE and SENTENCE_END.search(text) is not None)


def _among_paragraphs(element: HtmlElement) -> bool:
    """Whether paragraphs of some length stand before and behind *element*, beside it or beside what holds it alone."""
    place = element
    for _ in range(2):
        if AMID in place.attrib:
            return True
        before = any(one.tag == "p" and _length(one, most=PROSE) >= PROSE for one in place.itersiblings(preceding=True))
        if before and any(one.tag == "p" and _length(one, most=PROSE) >= PROSE for one in place.itersiblings()):
            return True
        parent = place.getparent()
        if parent is None or parent.tag != "div":
            return False
        place = parent
    return False


def _settle_box(element: HtmlElement) -> None:
    """Make paragraphs of the innermost blocks of *element*, the words of neighbouring spans kept apart."""
    blocks = [one for one in element.iter() if isinstance(one.tag, str) and (one.tag in BLOCKS or one is element)]
    for block in blocks:
        if any(child.tag in BLOCKS for child in block.iterdescendants() if isinstance(child.tag, str)):
            continue
        for child in block:
            if isinstance(child.tag, str) and not child.tail and child.getnext() is not None:
                child.tail = " "
        if "".join(block.itertext()).strip():
            block.tag = "p"


def _pieces(element: HtmlElement) -> list[str]:
    return [
        piece.strip()
        for part in element.iter()
        if isinstance(part.tag, str) and part.tag not in UNSEEN
        for piece in (part.text or "", (part.tail or "") if part is not element else "")
        if piece.strip()
    ]


def _length(element: HtmlElement, *, most: int = LONG_CELL) -> int:
    """How many characters *element* shows, counted to *most* and a little more."""
    size = 0
    for part in element.iter():
        if isinstance(part.tag, str) and part.tag not in UNSEEN:
            size += len((part.text or "").strip())
        size += len((part.tail or "").strip()) if part is not element else 0
        if size > most:
            break
    return size


def _linked(element: HtmlElement, links: list[HtmlElement]) -> float:
    """The share of the words of *element* that are those of *links*."""
    whole = text_length(element)
    return sum(map(text_length, links)) / whole if whole else 0.0


@cache
def _calls() -> re.Pattern[str]:
    return re.compile("|".join(_table()["calls"]), re.IGNORECASE)


@cache
def _no_text() -> re.Pattern[str]:
    return re.compile("|".join(_table()["no_text"]), re.IGNORECASE)


def _table() -> dict[str, list[str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
