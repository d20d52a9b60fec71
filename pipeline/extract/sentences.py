"""Where the sentences of a text begin and end, told by rules alone.

No model is asked, so that a sentence, and with it a claim's id, is the same whichever
pipeline reads the post. Blank lines, list items and headings end a sentence; a full stop
after an abbreviation or an initial does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from pipeline.extract.lexicon import read_data

LONGEST = 800  # characters that a parser reads at once; a longer sentence is cut at a space
UNBROKEN = 200  # a longer run without a space is no word, and would keep a tokenizer busy


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without the white space around it: ``text[start:end]``."""

    start: int
    end: int


BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
LINE_START = re.compile(r"\n(?=[^\S\n]*(?:[-*+•·‣▪◦–—>#]|\(?\d{1,3}[.)]\s|\(?[a-zA-Z][.)]\s|\|))")
STOP = re.compile(  # a run of marks or spaces is looked at once, not from each place in it
    r"(?<![.!?…。！？])[.!?…。！？]++[\"'”’»)\]*_]*+\s++|(?<=[:;])\s+(?=[*•▪◦‣]\s)|\s{1,40}(?=[•▪◦‣]\s)"
)
BEGINS = re.compile(r"[\"'“‘«(\[*_¿¡#]*(?:[^\W\d_a-z]|\d|[^\w\s])")
LAST_WORD = re.compile(r"[^\s(\[“\"'‘]+$")
GOES_ON = re.compile(
    r"(?:\b[A-Z]\.[A-Z]\.|,|\b(?:a|an|and|at|by|for|from|in|into|its|of|on|or|our|the|their|to|with))\s*$"
)  # no sentence ends here, however short the line
INITIALS = re.compile(r"(?:[^\W\d_]\.)+|[^\W\d_]\.?")


def sentences_of(text: str) -> list[Sentence]:
    """The sentences of *text*, in order; together they hold everything but white space.

    >>> text = "Dr. Wu leads 5 teams. They met in the U.S. in May.\\n\\n- 3 of them won"
    >>> [text[s.start : s.end] for s in sentences_of(text)]
    ['Dr. Wu leads 5 teams.', 'They met in the U.S. in May.', '- 3 of them won']
    """
    return [piece for start, end in _blocks(text) for piece in _split(text, start, end)]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """The paragraphs, list items and headings of *text*."""
    start = 0
    for blank in BLANK_LINE.finditer(text):
        yield from _lines(text, start, blank.start())
        start = blank.end()
    yield from _lines(text, start, len(text))


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a paragraph that a line end closes: list items, headings and short lines."""
    if text.find("\n", start, end) < 0:
        yield start, end
        return
    breaks = {match.start() for match in LINE_START.finditer(text, start, end)}
    lines = text[start:end].split("\n")
    widest = max(map(len, lines))
    place = start
    for line in lines[:-1]:
        place += len(line)
        heading = line.lstrip().startswith("#")
        short = len(line) < 0.6 * widest and BEGINS.match(text, place + 1) and not GOES_ON.search(line[-40:])
        if heading or short or line.rstrip()[-1:] == ":":
            breaks.add(place)
        place += 1
    cuts = [start, *sorted(breaks), end]
    yield from pairwise(cuts)


def _split(text: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentences of one block, none longer than a parser can read."""
    place = start
    for stop in STOP.finditer(text, start, end):
        if stop.end() < end and _closes(text, stop, place, end):
            yield from _cut(text, place, stop.end())
            place = stop.end()
    yield from _cut(text, place, end)


def _closes(text: str, stop: re.Match[str], start: int, end: int) -> bool:
    """Whether the mark at *stop* ends the sentence that began at *start*."""
    mark = stop.group().strip()
    if not mark:
        return True  # a bullet begins
    if not BEGINS.match(text, stop.end(), end):
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    word = LAST_WORD.search(text, max(start, stop.start() - 30), stop.start())
    if word is None:
        return True
    stem = word.group().casefold()
    following = re.compile(r"[\w’']*").match(text, stop.end(), end)
    if stem in abbreviations() and not mark[1:]:
        return False
    if stem.isdigit() and word.start() <= start + 1 and len(stem) <= 3:
        return False  # the number of a list item
    if INITIALS.fullmatch(word.group()) and not stem.isdigit():
        if len(stem) == 1:
            return stem == "i"
        return following is not None and following.group() in starters()
    return True


def _cut(text: str, start: int, end: int) -> Iterator[Sentence]:
    """The span without its white space, in pieces of at most ``LONGEST`` characters."""
    while start < end:
        stop = end
        if end - start > LONGEST:
            space = max(text.rfind(" ", start + LONGEST // 2, start + LONGEST), text.rfind(";", start, start + LONGEST))
            stop = space + 1 if space > start else start + LONGEST
        left, right = start, stop
        while left < right and text[left].isspace():
            left += 1
        while right > left and text[right - 1].isspace():
            right -= 1
        if left < right:
            yield Sentence(left, right)
        start = stop


@cache
def abbreviations() -> frozenset[str]:
    """The words, lower case and without their last stop, after which a stop ends no sentence."""
    return frozenset(_rows("abbreviations.txt"))


@cache
def starters() -> frozenset[str]:
    """The words that begin a new sentence after initials: "in the U.S. They met"."""
    return frozenset(row.capitalize() for row in _rows("starters.txt"))


def _rows(name: str) -> Iterator[str]:
    lines = read_data(name).splitlines()
    return (line.strip() for line in lines if line.strip() and not line.startswith("#"))


def legible(text: str) -> str:
    """*text* with the same offsets, but nothing that a tokenizer chokes on.

    Lone surrogates and NULs give way to one harmless character each, and a run without
    white space is broken every ``UNBROKEN`` characters.

    >>> legible("a\\0b") == "a b", len(legible("7" * 9000).split())
    (True, 45)
    """
    if not text.isascii():
        text = SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return LONG_RUN.sub(_break, text.replace("\0", " "))


SURROGATE = re.compile("[\ud800-\udfff]")
LONG_RUN = re.compile(rf"\S{{{2 * UNBROKEN},}}")


def _break(run: re.Match[str]) -> str:
    found = run.group()
    return " ".join(found[at : at + UNBROKEN - 1] for at in range(0, len(found), UNBROKEN)).ljust(len(found))
