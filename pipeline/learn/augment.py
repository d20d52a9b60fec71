"""Other names in the same sentences: more text to learn from, made of what is annotated.

The names come from the gazetteer, the table of places and patterns in a data file; a seed decides, nothing else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from pipeline.extract.gazetteer import Gazetteer
from pipeline.extract.places import Places
from pipeline.records import Label

Spans = list[tuple[int, int, str]]
FIELD = re.compile(r"\{(\w+)\}")
ACRONYM = re.compile(r"[A-Z][A-Za-z&]{1,5}")
LETTERS = "ABCDEFGHIJLMNOPRSTU"


@dataclass(frozen=True, slots=True)
class Augmenter:
    """Swaps names in annotated texts for others of their label; :meth:`swapped` gives the new text and spans."""

    words: dict[str, list[str]]
    patterns: dict[str, list[str]]
    known: dict[str, list[str]]
    fixed: re.Pattern[str]
    random: Random
    rate: float

    def swapped(self, text: str, spans: Sequence[tuple[int, int, str]]) -> tuple[str, Spans]:
        """*text* with about *rate* of its names changed, each to the same everywhere, and where they stand now."""
        chosen: dict[tuple[str, str], str] = {}
        parts: list[str] = []
        moved: Spans = []
        at = length = 0
        for start, end, label in sorted(spans):
            quote = text[start:end]
            if (quote, label) not in chosen:
                chosen[quote, label] = self._other(quote, label) if self.random.random() < self.rate else quote
            parts += [text[at:start], chosen[quote, label]]
            length += start - at
            moved.append((length, length + len(parts[-1]), label))
            length, at = length + len(parts[-1]), end
        return "".join([*parts, text[at:]]), moved

    def _other(self, quote: str, label: str) -> str:
        pick = self.random.choice
        if self.fixed.search(quote):
            return quote
        if label == Label.PERSON:
            first, last = pick(self.words["first"]), pick(self.words["last"])
            return f"{first} {last}" if " " in quote else pick([first, last])
        if label == Label.GPE:
            return quote if " of " in quote else self._filled("{place}")
        if label in (Label.ORG, Label.PROGRAM) and ACRONYM.fullmatch(quote) and quote.isupper():
            return "".join(pick(LETTERS) for _ in range(pick([2, 3, 3, 3, 4, 4])))
        if self.random.random() < 0.5:
            return pick(self.known[label])
        return self._filled(pick(self.patterns[label]))

    def _filled(self, pattern: str) -> str:
        fill: Callable[[re.Match[str]], str] = lambda field: self.random.choice(self.words[field[1]])  # noqa: E731
        return FIELD.sub(fill, pattern)


def augmenter(path: Path, names: Gazetteer, places: Places, *, rate: float, seed: int) -> Augmenter:
    """The augmenter with the word lists and patterns of *path*, the names of *names* and the places of *places*."""
    data = tomllib.loads(path.read_text("utf-8"))
    words: dict[str, list[str]] = {key: value.split("|") for key, value in data["words"].items()}
    words["country"] = [place.name for place in places.countries()]
    words["city"] = [place.name for place in places.rows if place.kind == "city" and place.population > 300_000]
    states = [place.name for place in places.rows if place.kind == "subdivision" and place.prominence == 2.0]
    words["place"] = [*words["country"] * 8, *words["city"], *states]
    words["year"] = [str(year) for year in range(1990, 2025)]
    words["number"] = [str(number) for number in range(101, 999)]
    known: dict[str, list[str]] = {label.value: [] for label in Label}
    for row in names.rows:
        known[row.label.value] += row.names
    return Augmenter(words, data["patterns"], known, re.compile(data["fixed"]), Random(seed), rate)  # noqa: S311
