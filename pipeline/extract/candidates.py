"""The phrases that may be a figure's subject or measure, each with what speaks for and against it.

What speaks for a phrase is a set of named features; ``ranker.py`` weighs them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.extract import phrases
from pipeline.extract.carried import carried
from pipeline.extract.discourse import BODIES, LONGEST_NAME
from pipeline.extract.figure import Figure, noun_ahead
from pipeline.extract.lexicon import words
from pipeline.extract.view import View, can_be, is_time, sort_of
from pipeline.records import Kind

if TYPE_CHECKING:
    from spacy.tokens import Token

LEADS = {"our", "its", "their", "my", "his", "this", "these", "that", "those", "your"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase ``text[start:end]`` with its features; start equals end for "none is stated"."""

    start: int
    end: int
    features: tuple[str, ...]


def candidates_of(view: View, role: str) -> list[Candidate]:
    """Every phrase that may fill *role* for the figure of *view*, the absent one first.

    A length of time that stands beside no noun measures nothing but time, so nothing else can be its measure.
    """
    none = view.crossed("none") | {f"none|{near}" for near in view.near} | {f"none|publisher={view.publisher}"}
    found: dict[tuple[int, int], set[str]] = {}
    if role == "subject" or view.figure.quantity.kind is not Kind.DURATION or view.figure.noun is not None:
        for phrase in _in_sentence(view):
            if role == "measure" or not phrase.time:
                found.setdefault((phrase.start, phrase.end), set()).update(phrase.features)
        for start, end, features in carried(view, role):
            found.setdefault((start, end), set()).update(features)
    return [
        Candidate(0, 0, tuple(none)),
        *(Candidate(start, end, tuple(features)) for (start, end), features in found.items()),
    ]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase of the figure's sentence; ``time`` tells that it is one, and so no subject."""

    start: int
    end: int
    features: set[str]
    time: bool = False


def _in_sentence(view: View) -> Sequence[_Phrase]:
    """The phrases of the figure's sentence, found once for both roles."""
    if view.phrases is None:
        view.phrases = [*_nouns(view), *_names_within(view), *_clauses(view)]
    return view.phrases


def _nouns(view: View) -> Iterator[_Phrase]:
    figure, doc = view.figure, view.figure.span.doc
    span = figure.span
    nouns = [t for t in phrases.heads(doc) if not span.start <= t.i < span.end and _can_be(view, t)]
    ahead = next(noun_ahead(figure), None)
    if ahead is not None and _can_be(view, ahead) and all(token.i != ahead.i for token in nouns):
        nouns = sorted([*nouns, ahead], key=lambda token: token.i)
    split = sum(token.i < span.start for token in nouns)
    for place, token in enumerate(nouns):
        first: set[str] | None = None
        for extent in phrases.extents(token, after=span.end):
            if extent.start < span.end and span.start < extent.end:
                continue
            start, end = _place(extent, figure)
            if first is None:
                first = _headed(view, token, extent) | _nearness(place - split)
                if ahead is not None and token.i == ahead.i:
                    first |= view.crossed("ahead")
            yield _Phrase(start, end, first | _shape(view, token, extent), is_time(token))


def _can_be(view: View, token: Token) -> bool:
    return can_be(token) and (not is_time(token) or "own" in view.relations.get(token.i, ()))


def _clauses(view: View) -> Iterator[_Phrase]:
    doc, span = view.figure.span.doc, view.figure.span
    for clause in phrases.clauses(doc):
        if clause.start < span.end and span.start < clause.end:
            continue
        features = {f"clause|{clause.last}", f"clause|{clause.last}|{view.context[0]}"}
        for relation in view.relations.get(clause.head) or {"unrelated"}:
            features |= view.crossed(f"clause-{relation}")
        if clause.start == span.end or (clause.start == span.end + 1 and doc[span.end].lower_ in {"to", "of"}):
            features |= view.crossed("clause right after")
        yield _Phrase(*_place(clause, view.figure), features)


def _names_within(view: View) -> Iterator[_Phrase]:
    """The names in the sentence, each as a whole."""
    figure, doc = view.figure, view.figure.span.doc
    for e in view.discourse.within(figure.sentence.start, figure.sentence.end):
        if e.label not in BODIES or e.end > figure.sentence.end:
            continue
        if e.start < figure.quantity.end and figure.quantity.start < e.end:
            continue
        span = doc.char_span(e.start - figure.offset, e.end - figure.offset, alignment_mode="expand")
        if span is None or not len(span):
            continue
        features = {"name within", "after" if e.start > figure.quantity.start else "before"}
        features |= view.crossed(f"named {view.discourse.standing(e.start, e.end)}")
        yield _Phrase(e.start, e.end, features | view.related(span.root, (e.label.value,)))


def _nearness(rank: int) -> set[str]:
    side = "after" if rank >= 0 else "before"
    steps = rank if rank >= 0 else -rank - 1
    return {side, f"{side}{min(steps, 3)}"}


def _headed(view: View, token: Token, extent: phrases.Extent) -> set[str]:
    """What holds of a phrase by its head, wherever it ends."""
    features = view.related(token, view.sorts(token, *_place(extent, view.figure)))
    coarse = sort_of(token)
    features |= {f"coarse={coarse}", f"coarse={coarse}|{view.context[0]}"}
    if coarse == "we":
        features |= {f"we|publisher={view.publisher}", f"we|publisher={view.publisher}|{view.context[0]}"}
    if any(t.dep_ == "nummod" for t in token.children):
        features |= {"is counted", f"is counted|{view.context[0]}"}
    lead = token.doc[extent.start - 1].lower_ if extent.start else ""
    first = token.doc[extent.start].lower_
    features.add(f"lead={lead if lead in ('the', 'a', 'an') else first if first in LEADS else ''}")
    if view.verb:
        features |= {f"{relation}|verb={view.verb}" for relation in view.relations.get(token.i, ())}
    if token.lemma_.lower() in words("roles", "empty"):
        features.add("empty")
    return features


def _shape(view: View, token: Token, extent: phrases.Extent) -> set[str]:
    """What holds of a phrase by where it ends."""
    relations = view.relations.get(token.i) or {"unrelated"}
    length = extent.end - extent.start
    size = length if length < 6 else 6 if length < 9 else 9
    side = "own" if "own" in relations else "subject" if relations & {"subject0", "subject1"} else "else"
    features = {f"last={extent.last}", f"size={size}", f"{side}|last={extent.last}", f"{side}|size={size}"}
    features |= {f"{side}|following={extent.following}", f"{side}|last={extent.last}|{view.group}"}
    if any(t.like_num for t in token.doc[extent.start : extent.end]):
        features.add("holds a number")
    start, end = _place(extent, view.figure)
    if view.discourse.publishes(start, end):
        features.add("publisher")
    names = [e for e in view.discourse.within(start - LONGEST_NAME, end) if start < e.end]
    if any(e.start < start or end < e.end for e in names):
        features.add("cuts a name")
    elif any((e.start, e.end) == (start, end) for e in names):
        features.add("is a name")
    elif names:
        features.add("holds a name")
    return features


def _place(extent: phrases.Extent, figure: Figure) -> tuple[int, int]:
    start, end = phrases.place_of(figure.span.doc, extent.start, extent.end, beside=figure.span)
    return start + figure.offset, end + figure.offset
