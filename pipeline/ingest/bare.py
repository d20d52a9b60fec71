"""Words that stand in no paragraph: between line breaks, or bare between other blocks, as old pages write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ingest.trees import BLOCKS, CELLS, ITEMS, LISTS, ROWS, UNSEEN

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HOLDERS = ("div", "td", "section", "article", "main", "body", "center")
FEWEST = 80  # characters of bare words that make it worth while
APART = (
    BLOCKS | LISTS | ITEMS | ROWS | CELLS | {"table", "tbody", "iframe", "script", "style", "noscript", "ins", "form"}
)


def wrap_bare(tree: HtmlElement) -> None:
    """Make paragraphs of the bare words in *tree*, one for all between two blocks or two line breaks."""
    for holder in list(tree.iter(*HOLDERS)):
        bare = len((holder.text or "").strip()) + sum(len((child.tail or "").strip()) for child in holder)
        if bare >= FEWEST and _is_mixed(holder):
            _wrap(holder)


def _is_mixed(holder: HtmlElement) -> bool:
    """Whether *holder* has blocks beside its bare words, or parts them by empty lines."""
    last_break = False
    for child in holder:
        if not isinstance(child.tag, str) or child.tag in UNSEEN:
            continue
        if _is_block(child) or (child.tag == "br" and last_break):
            return True
        last_break = child.tag == "br" and not (child.tail or "").strip()
    return False


def _wrap(holder: HtmlElement) -> None:
    """Put the words of *holder* that stand in no block into paragraphs."""
    children = list(holder)
    lead, holder.text = holder.text, None
    for child in children:
        holder.remove(child)
    paragraph = holder.makeelement("p")
    paragraph.text = lead

    def end() -> None:
        nonlocal paragraph
        if "".join(paragraph.itertext()).strip():
            holder.append(paragraph)
        else:  # pictures and the like
            for one in list(paragraph):
                holder.append(one)
        paragraph = holder.makeelement("p")

    for place, child in enumerate(children):
        tail, child.tail = child.tail, None
        if isinstance(child.tag, str) and _is_block(child):
            end()
            holder.append(child)
            paragraph.text = tail
        elif child.tag == "br" and _goes_on_with_break(children, place, tail):
            end()
            paragraph.text = tail
        elif child.tag == "br" and not len(paragraph) and not (paragraph.text or "").strip():
            paragraph.text = tail
        else:
            child.tail = tail
            paragraph.append(child)
    end()


def _goes_on_with_break(children: list[HtmlElement], place: int, tail: str | None) -> bool:
    """Whether the next thing after a line break is another one."""
    return not (tail or "").strip() and place + 1 < len(children) and children[place + 1].tag == "br"


def _is_block(element: HtmlElement) -> bool:
    return element.tag in APART or any(
        child.tag in APART for child in element.iterdescendants() if isinstance(child.tag, str)
    )
