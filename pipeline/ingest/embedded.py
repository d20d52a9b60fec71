"""The text of a page that a script makes, as the page holds it for programs: in JSON-LD or in the script's data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

from pipeline.ingest.characters import clean_text, count_words
from pipeline.ingest.page_fields import article_body
from pipeline.ingest.trees import html_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LARGEST = 5_000_000  # characters of a script that is looked into
DEEPEST = 60
FEWEST_WORDS = 8  # of a string that is prose
DOMINANT = 0.6  # share of the prose: a part with as much of it holds the text
STATE = re.compile(r"(?:window|self|globalThis)?\.?_{0,2}[A-Za-z_$][\w$.]*_{0,2}\s*=\s*(?=[\[{])")
MARKUP = re.compile(r"</?(?:p|div|h[1-6]|li|ul|ol|br|span|section|blockquote|strong|em|a)\b[^>]{0,500}>", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?…:。！？؟]['”\")]?(?:\s|\Z)")
NOT_TEXT = re.compile(
    r"(?:description|excerpt|summary|seo|meta|og|alt|caption|title|headline|license|legal|cookie|consent|config|css|style|svg|url|href|src|query|error|message|label)",
    re.IGNORECASE,
)
TEXT_KEYS = ("text", "value", "content")


def stated_body(tree: HtmlElement) -> str:
    """The post's text as the page's JSON-LD has it; empty where it has none."""
    found = article_body(tree)
    if not found:
        return ""
    if MARKUP.search(found):
        return clean_text(html_words(found))
    lines = (" ".join(line.split()) for line in unescape(found).splitlines())
    return clean_text("\n\n".join(line for line in lines if line))


def state_text(tree: HtmlElement) -> str:
    """The longest text in the data that the page's scripts start from; empty where there is none."""
    best = ""
    for script in tree.iter("script"):
        words = script.text or ""
        if not 200 < len(words) <= LARGEST or "ld+json" in script.get("type", ""):
            continue
        for value in _values(words, script.get("type", "")):
            text = clean_text("\n\n".join(_prose(_densest(value))))
            if count_words(text) > count_words(best):
                best = text
    return best


def _values(words: str, kind: str) -> Iterator[object]:
    """The data in a script: all of it, or what is assigned to a name."""
    if "json" in kind:
        starts = [len(words) - len(words.lstrip())]
    else:
        starts = [match.end() for match in STATE.finditer(words[:20_000])][:5]
    for start in starts:
        try:
            yield json.JSONDecoder(strict=False).raw_decode(words, start)[0]
        except (ValueError, RecursionError):  # no JSON but a program's words
            continue


def _densest(value: object) -> object:
    """The innermost part of *value* that holds most of its prose."""
    for _ in range(DEEPEST):
        if isinstance(value, list):
            bearing = [one for one in value if _size(one)]
            if len(bearing) != 1:
                return value
            value = bearing[0]
        elif isinstance(value, dict):
            sizes = {key: _size(one) for key, one in value.items() if not NOT_TEXT.fullmatch(str(key))}
            best = max(sizes, key=lambda key: sizes[key], default=None)
            if best is None or not sizes[best] or sizes[best] < DOMINANT * sum(sizes.values()):
                return value
            value = value[best]
        else:
            return value
    return value


def _size(value: object) -> int:
    return sum(map(count_words, _prose(value)))


def _prose(value: object, depth: int = 0) -> Iterator[str]:
    """The paragraphs of prose in *value*, in its order."""
    if depth > DEEPEST:
        return
    if isinstance(value, str):
        if MARKUP.search(value):
            value = html_words(value[:LARGEST])
        if _is_prose(value):
            yield value.strip()
    elif isinstance(value, list):
        if joined := _joined(value):
            if _is_prose(joined):
                yield joined
            return
        for one in value:
            yield from _prose(one, depth + 1)
    elif isinstance(value, dict):
        for key, one in value.items():
            if not NOT_TEXT.fullmatch(str(key)):
                yield from _prose(one, depth + 1)


def _joined(pieces: list[object]) -> str:
    """The words of a paragraph that is kept in pieces, one for each change of its looks; empty for another list."""
    found = [_piece(piece) for piece in pieces]
    prose = [words for words in found if words and _is_prose(words)]
    if None in found or (len(prose) > 1 and all(map(_ends, prose))):
        return ""  # paragraphs, and no pieces of one
    return "".join(words or "" for words in found).strip()


def _piece(piece: object) -> str | None:
    """The words of a piece of a paragraph, None for what is none."""
    if not isinstance(piece, dict):
        return None
    words = next((piece[key] for key in TEXT_KEYS if isinstance(piece.get(key), str)), None)
    holds = any(isinstance(one, list) and one and isinstance(one[0], dict) for one in piece.values())
    return None if words is None or holds or MARKUP.search(words) else words


def _ends(words: str) -> bool:
    return SENTENCE.search(words.rstrip()[-2:]) is not None


def _is_prose(words: str) -> bool:
    return count_words(words) >= FEWEST_WORDS and SENTENCE.search(words) is not None and "{" not in words[:200]
