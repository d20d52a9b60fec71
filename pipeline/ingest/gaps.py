"""Paragraphs that an extractor left out though they go on a text that it took.

They were lost to a tag that was closed too early, to a box that was opened too late, or to a name that misled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ingest.amid import PROSE, is_apart, prose_length
from pipeline.ingest.characters import clean_text
from pipeline.ingest.trees import UNSEEN, block_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_PARAGRAPHS = 2_000  # of pages with more, nothing is filled in


def fill_gaps(text: str, tree: HtmlElement) -> str:
    """*text*, the main text of *tree*, with the long paragraphs that stand directly before or behind its own."""
    from lxml import etree

    flow: list[HtmlElement | None] = []  # long paragraphs in order; None where something else stands between
    inside: HtmlElement | None = None
    skipped: HtmlElement | None = None
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "end":
            inside = None if element is inside else inside
            skipped = None if element is skipped else skipped
            words = element.tail
        elif inside is not None or skipped is not None:
            continue
        elif not isinstance(element.tag, str) or element.tag in UNSEEN:
            skipped, words = element, None
        elif element.tag == "p" and prose_length(element) >= PROSE and not is_apart(element):
            flow.append(element)
            inside, words = element, None
            if len(flow) > MOST_PARAGRAPHS:
                return text
        else:
            words = element.text
        if inside is None and skipped is None and (words or "").strip() and flow and flow[-1] is not None:
            flow.append(None)
    return _filled(text, flow)


def _filled(text: str, flow: list[HtmlElement | None]) -> str:
    """*text* with those of *flow* that it lacks and whose neighbour it has."""
    paragraphs = text.split("\n\n")
    places = {one: place for place, one in enumerate(paragraphs)}
    whole = " ".join(text.split())
    said = [None if one is None else clean_text(block_text(one)) for one in flow]
    has = [one is not None and " ".join(one.split()) in whole for one in said]
    if all(kept or one is None for kept, one in zip(has, said, strict=True)):
        return text
    before: dict[int, list[str]] = {}
    after: dict[int, list[str]] = {}
    for place, words in enumerate(said):
        if words is None or has[place]:
            continue
        last = _next_kept(said, has, place, -1)
        if last is not None and said[last] in places and _together(flow[last], flow[place]):
            after.setdefault(places[said[last] or ""], []).append(words)
            continue
        following = _next_kept(said, has, place, 1)
        if following is not None and said[following] in places:
            before.setdefault(places[said[following] or ""], []).append(words)
    made = []
    for place, paragraph in enumerate(paragraphs):
        made += [*before.get(place, ()), paragraph, *after.get(place, ())]
    return "\n\n".join(made)


def _together(one: HtmlElement | None, other: HtmlElement | None) -> bool:
    """Whether two paragraphs stand in the same part of the page: behind a text, other parts begin."""
    return one is not None and other is not None and one.getparent() is other.getparent()


def _next_kept(said: list[str | None], has: list[bool], place: int, step: int) -> int | None:
    """The next paragraph in a direction that the text has, with nothing but lost ones on the way."""
    place += step
    while 0 <= place < len(said) and said[place] is not None:
        if has[place]:
            return place
        place += step
    return None
