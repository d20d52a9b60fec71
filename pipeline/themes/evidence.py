"""What speaks for each theme in each passage: likeness to its description, its keywords, the words around.

The evidence is the same for any theme, however new: it needs a description and no labels. Likeness
is measured against how like the theme quite other texts are, so that themes compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.themes.context import InContext
from pipeline.themes.encoders import Encoder, Vectors, unit_rows
from pipeline.themes.guided import GuidedTheme
from pipeline.themes.words import WORD, is_telling, stems

Floats = NDArray[np.float64]
BACKGROUND = Path(__file__).with_name("background.txt")
LONGEST = 5  # words of a keyword that is looked for
FEWEST_OTHERS = 60  # texts of other themes, below which everyday sentences join the background


@cache
def everyday_sentences() -> tuple[str, ...]:
    """Sentences about anything and nothing, against which a lonely theme is measured."""
    return tuple(BACKGROUND.read_text(encoding="utf-8").splitlines())


@dataclass(frozen=True, slots=True)
class Prompted:
    """The themes as the encoder sees them: a unit vector each, its examples, and the usual likeness of others."""

    themes: tuple[GuidedTheme, ...]
    vectors: Vectors
    examples: tuple[Vectors, ...]
    usual: Floats
    spread: Floats
    keywords: Phrases
    exclusions: Phrases
    names: tuple[frozenset[str], ...]  # the telling stems of each theme's name

    def likeness(self, rows: Vectors) -> Floats:
        """How like each theme each row is, in standard deviations above the usual; rows of zeros give 0."""
        raw = (rows @ self.vectors.T - self.usual) / self.spread
        return np.where(np.any(rows, axis=1)[:, None], raw, 0.0).astype(np.float64)

    def named_in(self, words: Sequence[str]) -> list[bool]:
        """Which themes are named whole in a heading of these stems."""
        there = frozenset(words)
        return [bool(name) and name <= there for name in self.names]


def prompted(themes: Sequence[GuidedTheme], encoder: Encoder) -> Prompted:
    """The *themes* made ready for comparing."""
    texts = [text for theme in themes for text in (*theme.prompts, *theme.examples)] + list(everyday_sentences())
    rows = dict(zip(texts, encoder.encode(texts), strict=True))
    vectors = np.zeros((len(themes), encoder.size), dtype=np.float32)
    examples = []
    for place, theme in enumerate(themes):
        own = np.array([rows[text] for text in theme.examples], dtype=np.float32).reshape(-1, encoder.size)
        prompt = unit_rows(np.mean([rows[text] for text in theme.prompts], axis=0, keepdims=True))
        vectors[place] = unit_rows(prompt + own.mean(axis=0, keepdims=True))[0] if len(own) else prompt[0]
        examples.append(own)
    usual, spread = np.zeros(len(themes)), np.ones(len(themes))
    everyday = np.array([rows[text] for text in everyday_sentences()], dtype=np.float32)
    for place in range(len(themes)):
        others = [own for other, own in enumerate(examples) if other != place and len(own)]
        if sum(map(len, others)) < FEWEST_OTHERS:
            others.append(everyday)
        likeness = np.vstack(others) @ vectors[place]
        usual[place], spread[place] = likeness.mean(), max(float(likeness.std()), 0.02)
    return Prompted(
        tuple(themes),
        vectors,
        tuple(examples),
        usual,
        spread,
        Phrases([theme.keywords for theme in themes]),
        Phrases([theme.exclusions for theme in themes]),
        tuple(frozenset(filter(is_telling, stems(theme.name))) for theme in themes),
    )


class Phrases:
    """The keywords of all themes, found in a text by their stems in one pass."""

    def __init__(self, words: Sequence[Sequence[str]]) -> None:
        self.themes = len(words)
        self._by_first: dict[str, list[tuple[list[str], int, int, str]]] = {}
        for theme, own in enumerate(words):
            keys = {tuple(stems(word)): (place, word) for place, word in enumerate(own)}
            for key, (place, word) in keys.items():
                if 0 < len(key) <= LONGEST:
                    self._by_first.setdefault(key[0], []).append((list(key), theme, place, word))

    def found_in(self, words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The keywords of each theme that a text of these stems has, in the theme's order."""
        found: list[dict[int, str]] = [{} for _ in range(self.themes)]
        for place, word in enumerate(words):
            for key, theme, order, written in self._by_first.get(word, ()):
                if len(key) == 1 or words[place : place + len(key)] == key:
                    found[theme][order] = written
        return tuple(tuple(own[order] for order in sorted(own)) if own else () for own in found)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the themes in the passages of one post; all arrays are passages × themes."""

    rows: Vectors  # passages × the encoder's numbers
    likeness: Floats
    words: Floats
    heading: Floats
    title: Floats
    post_likeness: Floats
    post_words: Floats
    heading_words: Floats
    title_words: Floats
    excluded: NDArray[np.bool_]
    named: NDArray[np.bool_]  # the heading has all words of the theme's name
    hits: tuple[tuple[tuple[str, ...], ...], ...]  # passage → theme → keywords found
    stems: tuple[tuple[str, ...], ...]  # of the telling words of each passage and its heading


def evidence_of(passages: Sequence[InContext], themes: Prompted, encoder: Encoder) -> Evidence:
    """The evidence for *passages*, which are all the passages with words of one post."""
    texts = [passage.text for passage in passages]
    headings = [passage.heading for passage in passages]
    title = passages[0].title if passages else ""
    distinct = list(dict.fromkeys((*texts, *headings, title)))
    vectors = dict(zip(distinct, encoder.encode(distinct), strict=True))
    rows, heading_rows = (np.array([vectors[text] for text in each], dtype=np.float32) for each in (texts, headings))
    title_rows = vectors[title][None]
    found = [stems(text) for text in texts]
    hits = tuple(themes.keywords.found_in(words) for words in found)
    words = _weights(hits, len(themes.themes))
    cut = {text: stems(text) for text in {*headings, title}}
    above = {text: themes.keywords.found_in(words) for text, words in cut.items()}
    excluded = np.array([[bool(out) for out in themes.exclusions.found_in(words)] for words in found])
    likeness = themes.likeness(rows)
    return Evidence(
        rows,
        likeness,
        words,
        themes.likeness(heading_rows),
        np.repeat(themes.likeness(title_rows), len(texts), axis=0),
        np.repeat(likeness.mean(axis=0, keepdims=True), len(texts), axis=0),
        np.repeat(words.mean(axis=0, keepdims=True), len(texts), axis=0),
        _weights([above[heading] for heading in headings], len(themes.themes)),
        _weights([above[title]] * len(texts), len(themes.themes)),
        excluded.reshape(likeness.shape),
        np.array([themes.named_in(cut[heading]) for heading in headings], dtype=np.bool_).reshape(likeness.shape),
        hits,
        tuple(tuple(filter(is_telling, (*own, *cut[heading]))) for own, heading in zip(found, headings, strict=True)),
    )


def _weights(hits: Sequence[tuple[tuple[str, ...], ...]], themes: int) -> Floats:
    return np.array([[_weight(keywords) for keywords in row] for row in hits], dtype=np.float64).reshape(-1, themes)


def _weight(keywords: Sequence[str]) -> float:
    """How much the keywords of a theme say together: the first most, a phrase more than a word."""
    return 2 * sqrt(sum(map(_worth, keywords))) if keywords else 0.0


@cache
def _worth(keyword: str) -> float:
    return 1.0 if len(WORD.findall(keyword)) > 1 else 0.6
