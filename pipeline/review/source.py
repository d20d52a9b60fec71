"""The source as published text: paragraphs with the evidence, its sentence and other claims marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from pipeline.records import passages_of
from pipeline.review.words import visible


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of the text that the page marks; ``href`` is for other claims only."""

    start: int
    end: int
    name: str  # evidence, sentence or other
    href: str = ""
    title: str = ""


def marked_text(text: str, marks: Sequence[Marked]) -> Markup:
    """*text* as paragraphs of HTML, with *marks*; ``data-start`` gives each paragraph's offset in code points."""
    made = Markup()
    for passage in passages_of(text):
        if not passage.text.strip():
            continue
        inside = [mark for mark in marks if mark.start < passage.end and mark.end > passage.start]
        body = Markup().join(_pieces(text, passage.start, passage.end, inside))
        made += Markup('<p id="p{}" data-start="{}">{}</p>\n').format(passage.index, passage.start, body)
    return made


def _pieces(text: str, start: int, end: int, marks: Sequence[Marked]) -> Iterator[Markup]:
    cuts = sorted({start, end} | {place for m in marks for place in (m.start, m.end) if start < place < end})
    for first, last in pairwise(cuts):
        over = {mark.name: mark for mark in marks if mark.start <= first and mark.end >= last}
        said = visible(text[first:last])
        sentence = " in-sentence" if "sentence" in over else ""
        if "evidence" in over:
            lead = Markup(' id="evidence"') if over["evidence"].start == first else Markup()
            yield Markup('<mark class="evidence"{}>{}</mark>').format(lead, said)
        elif "other" in over:
            other = over["other"]
            yield Markup('<a class="other{}" tabindex="-1" href="{}" title="{}">{}</a>').format(
                sentence, other.href, other.title, said
            )
        elif sentence:
            yield Markup('<span class="in-sentence">{}</span>').format(said)
        else:
            yield said


def marked_sentence(sentence: str, start: int, end: int) -> Markup:
    """*sentence* as HTML with its characters from *start* to *end* marked as the evidence."""
    start, end = max(start, 0), min(end, len(sentence))
    if start >= end:
        return escape(sentence)
    return Markup('{}<mark class="evidence">{}</mark>{}').format(
        visible(sentence[:start]), visible(sentence[start:end]), visible(sentence[end:])
    )


def text_fragment(url: str | None, quote: str) -> str | None:
    """The post's address with a fragment that makes a browser scroll to *quote*; None for no web address."""
    from urllib.parse import quote as escaped

    if not url or not url.lower().startswith(("http://", "https://")):
        return None
    return f"{url.partition('#')[0]}#:~:text={escaped(quote, safe='').replace('-', '%2D')}"
