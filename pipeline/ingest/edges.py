"""Lines at the edges of a main text that are about the page and no part of the post: title, byline, day, shares."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Set
from functools import cache
from pathlib import Path

from pipeline.ingest.dates import parse_day

HEAD, TAIL = 8, 6  # paragraphs at the beginning, and at the end, that are looked at
MOST_WORDS = 16  # of a line about the page
FEW_WORDS = 12  # of a line above the title that says where in the site the page is
SENTENCE_END = re.compile(r"[.!?…。！？؟]['”\"»)]*\Z")
SHORT_DAY = 7  # words: a longer line with a day in it says more than the day


def trim_edges(text: str, *, titles: Collection[str] = (), names: Collection[str] = ()) -> str:
    """*text* without its title, byline, day and the like above it, and without notes of rights and shares below it.

    *titles* are what the page calls itself, *names* its authors. A text that is nothing else stays as it is.

    >>> trim_edges("Who came\\n\\nBy Ana Diaz\\n\\n4 May 2021\\n\\nForty teams.\\n\\n© 2021", titles=["Who came"])
    'Forty teams.'
    """
    paragraphs = text.split("\n\n")
    own = {_plain(title) for title in titles if title}
    called = {_plain(name) for name in names}
    first = _begins(paragraphs, own, called)
    last = len(paragraphs)
    while last > max(first, len(paragraphs) - TAIL) and _is_about(paragraphs[last - 1], called, "below"):
        last -= 1
    kept = [one for one in paragraphs[first:last] if not _words("anywhere").fullmatch(one.strip())]
    return "\n\n".join(kept) or text


def _begins(paragraphs: list[str], own: Set[str], called: Collection[str]) -> int:
    """The number of the first paragraph that is one of the post."""
    place = 0
    while place < min(HEAD, len(paragraphs) - 1):
        if _plain(paragraphs[place]) in own or _is_about(paragraphs[place], called, "above"):
            place += 1
            continue
        ahead = [_plain(one) for one in paragraphs[place + 1 : min(HEAD, place + 4)]]
        short = len(paragraphs[place].split()) <= FEW_WORDS and not SENTENCE_END.search(paragraphs[place])
        if short and not own.isdisjoint(ahead):
            place += 1 + next(n for n, one in enumerate(ahead) if one in own)
            continue
        break
    return place


def _is_about(paragraph: str, called: Collection[str], where: str) -> bool:
    """Whether each line of *paragraph* is one about the page."""
    lines = [line.removeprefix("- ").strip() for line in paragraph.split("\n")]
    return all(_is_line_about(line, called, where) for line in lines)


def _is_line_about(line: str, called: Collection[str], where: str) -> bool:
    if where == "below":
        return _words("below").match(line) is not None and len(line) < 400
    if _plain(line) in called:
        return True
    if len(line.split()) > MOST_WORDS or len(line) > 200 or SENTENCE_END.search(line):
        return False
    return _words("above").fullmatch(line) is not None or (
        len(line.split()) <= SHORT_DAY and parse_day(line) is not None
    )


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold().strip(" .")


@cache
def _words(where: str) -> re.Pattern[str]:
    patterns = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))[where]
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE)
