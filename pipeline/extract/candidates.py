"""The phrases that may be a figure's subject or measure, each with what speaks for and against it.

What speaks for a phrase is a set of named features; ``rank.py`` weighs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.extract import phrases
from pipeline.extract.figure import Figure
from pipeline.extract.lexicon import words
from pipeline.extract.relations import SUBJECTS, place_of, relations_of, subject_of
from pipeline.records import Claim, Entity, Kind, Label, Post

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

FIRST_PERSON = {"we", "our", "us", "ours"}
THIRD_PERSON = {
    "it",
    "its",
    "they",
    "their",
    "them",
    "he",
    "she",
    "his",
    "her",
    "him",
    "this",
    "these",
    "that",
    "those",
}
BODIES = {Label.ORG, Label.PROGRAM, Label.PRODUCT, Label.EVENT, Label.GPE}
GROUPS = {
    Kind.COUNT: "count",
    Kind.RANK: "rank",
    Kind.MONEY: "money",
    Kind.PERCENT: "share",
    Kind.RATIO: "share",
    Kind.DURATION: "extent",
    Kind.MEASURE: "extent",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase ``text[start:end]`` with its features; start equals end for "none is stated"."""

    start: int
    end: int
    features: tuple[str, ...]


@dataclass(slots=True)
class Discourse:
    """What the post has said before a figure: its names, its publisher's name, the claims so far.

    ``before`` holds the parsed sentence that precedes the sentence starting at the key, with
    the offset of its text.
    """

    post: Post
    entities: Sequence[Entity]
    before: Mapping[int, tuple[Doc, int]] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    publisher: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        self.publisher = tuple(mentions_of(self.post.publisher, self.post.text))

    def label(self, start: int, end: int) -> str:
        """The label of the entity that shares words with ``text[start:end]``, or nothing."""
        return next((e.label.value for e in self.entities if e.start < end and start < e.end), "")


def mentions_of(name: str | None, text: str) -> Iterator[tuple[int, int]]:
    """Where *text* names the body called *name*, in full or by its initials."""
    if not name:
        return
    forms = [name]
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    if len(initials) > 1:
        forms.append(initials)
    pattern = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    for found in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text):
        yield found.span()


def candidates_of(figure: Figure, discourse: Discourse, role: str) -> list[Candidate]:
    """Every phrase that may fill *role* for *figure*, the absent one first."""
    view = _View(figure, discourse, role)
    found: dict[tuple[int, int], set[str]] = {}
    for start, end, features in (*_in_sentence(view), *_from_before(view)):
        found.setdefault((start, end), set()).update(features)
    return [
        Candidate(0, 0, tuple(sorted(view.crossed("none")))),
        *(Candidate(start, end, tuple(sorted(features))) for (start, end), features in found.items()),
    ]


LEADS = {"our", "its", "their", "my", "his", "this", "these", "that", "those", "your"}


class _View:
    """What is the same for all candidates of a figure's role."""

    def __init__(self, figure: Figure, discourse: Discourse, role: str) -> None:
        self.figure, self.discourse, self.role = figure, discourse, role
        self.group = GROUPS[figure.quantity.kind]
        place = place_of(figure)
        unit = (figure.quantity.unit or "").split()[-1:]
        if unit and unit[0] in words("roles", "people") and figure.quantity.kind is Kind.COUNT:
            place += "-people"
        verb = figure.clause
        subject = subject_of(verb)[0] if verb is not None else None
        self.context: tuple[str, ...] = (f"kind={self.group}", f"place={place}", f"subject={sort_of(subject)}")
        self.relations = relations_of(figure)
        self.verb = verb.lemma_.lower() if verb is not None else ""
        if figure.noun is None:
            self.context = (*self.context, "no noun")

    def crossed(self, name: str) -> set[str]:
        """A feature by itself, and crossed with the figure's kind, its place and the sort of its subject."""
        return {name, *(f"{name}|{context}" for context in self.context)}


def sort_of(token: Token | None) -> str:
    """A coarse sort of the noun or pronoun that *token* is."""
    if token is None:
        return "none"
    word = token.lower_
    if word in FIRST_PERSON:
        return "we"
    if word in THIRD_PERSON:
        return "it"
    if word in {"i", "my", "me"}:
        return "i"
    if token.pos_ == "PRON":
        return "pronoun"
    return "name" if token.pos_ == "PROPN" else "noun"


def _in_sentence(view: _View) -> Iterator[tuple[int, int, set[str]]]:
    figure, doc = view.figure, view.figure.span.doc
    span = figure.span
    nouns = [token for token in phrases.heads(doc) if not span.start <= token.i < span.end and _can_be(token)]
    split = sum(token.i < span.start for token in nouns)
    for place, token in enumerate(nouns):
        for extent in phrases.extents(token, after=span.end):
            if extent.start < span.end and span.start < extent.end:
                continue
            yield (*_place(extent, figure), _nearness(place - split) | _shape(view, token, extent))
    yield from _names_within(view)
    for clause in phrases.clauses(doc):
        if clause.start < span.end and span.start < clause.end:
            continue
        features = {f"clause|{name}" for name in clause.names}
        for relation in view.relations.get(clause.head, set()) or {"unrelated"}:
            features |= view.crossed(f"clause-{relation}")
        yield (*_place(clause, figure), features)


def _names_within(view: _View) -> Iterator[tuple[int, int, set[str]]]:
    """The names in the sentence, each as a whole."""
    figure, doc = view.figure, view.figure.span.doc
    for e in view.discourse.entities:
        if figure.sentence.start <= e.start and e.end <= figure.sentence.end and e.label in BODIES:
            if e.start < figure.quantity.end and figure.quantity.start < e.end:
                continue
            span = doc.char_span(e.start - figure.offset, e.end - figure.offset, alignment_mode="expand")
            if span is None or not len(span):
                continue
            features = {"name within", "after" if e.start > figure.quantity.start else "before"}
            for relation in view.relations.get(span.root.i, set()) or {"unrelated"}:
                features |= view.crossed(relation)
            yield e.start, e.end, features


def _can_be(token: Token) -> bool:
    """Whether *token* can head a subject or measure: a pronoun of the first person, or a noun that says something."""
    if token.pos_ == "PRON":
        return token.lower_ in FIRST_PERSON | {"i", "me"}
    if token.like_num or NUMBER.fullmatch(token.lower_) or not any(map(str.isalpha, token.text.strip("'’s"))):
        return False
    return token.lemma_.lower() not in words("roles", "times") and token.lower_ not in THIRD_PERSON


def _nearness(rank: int) -> set[str]:
    side = "after" if rank >= 0 else "before"
    steps = rank if rank >= 0 else -rank - 1
    return {side, f"{side}{min(steps, 3)}"}


def _shape(view: _View, token: Token, extent: phrases.Extent) -> set[str]:
    relations = view.relations.get(token.i, set()) or {"unrelated"}
    features: set[str] = set()
    sort = sort_of(token)
    start, end = _place(extent, view.figure)
    label = view.discourse.label(start, end)
    for relation in relations:
        features |= view.crossed(relation)
    features |= {f"sort={sort}", f"sort={sort}|{view.context[0]}", f"label={label}"}
    if any(t.dep_ == "nummod" for t in token.children):
        features |= {"is counted", f"is counted|{view.context[0]}"}
    lead = token.doc[extent.start - 1].lower_ if extent.start else ""
    first = token.doc[extent.start].lower_
    features.add(f"lead={lead if lead in ('the', 'a', 'an') else first if first in LEADS else ''}")
    if view.verb:
        features |= {f"{relation}|verb={view.verb}" for relation in relations}
    features |= {f"extent={name}" for name in extent.names}
    if "own" in relations:
        features |= {f"own|{name}" for name in extent.names}
        features |= {f"own|{name}|{view.group}" for name in extent.names}
    if extent.end - extent.start > 8:
        features.add("long")
    if token.lemma_.lower() in words("roles", "people"):
        features |= view.crossed("people")
    if token.lemma_.lower() in words("roles", "empty"):
        features.add("empty")
    if any(t.like_num for t in token.doc[extent.start : extent.end]):
        features.add("holds a number")
    if any(s <= start and end <= e for s, e in view.discourse.publisher):
        features.add("publisher")
    return features


def _place(extent: phrases.Extent, figure: Figure) -> tuple[int, int]:
    doc = figure.span.doc
    last = doc[extent.end - 1]
    return doc[extent.start].idx + figure.offset, last.idx + len(last) + figure.offset


def _from_before(view: _View) -> Iterator[tuple[int, int, set[str]]]:
    """Phrases from outside the sentence: earlier claims' roles, names, the publisher, a list's lead."""
    figure, discourse = view.figure, view.discourse
    text, here = discourse.post.text, figure.sentence.start
    for back, claim in enumerate(reversed(discourse.claims[-2:])):
        if view.role not in claim.spans:
            continue
        near = claim.sentence_start == here
        paragraph = "\n\n" not in text[claim.start : figure.quantity.start]
        where = "sentence" if near else "paragraph" if paragraph else "far"
        alike = "alike" if claim.kind is figure.quantity.kind else "unlike"
        yield (*claim.spans[view.role], view.crossed(f"earlier{back}-{where}") | {f"earlier-{where}-{alike}"})
    if view.role == "measure":
        return
    if discourse.publisher:
        earlier = [mention for mention in discourse.publisher if mention[0] < figure.quantity.start]
        owned = any("owner" in names and figure.span.doc[i].lower_ == "our" for i, names in view.relations.items())
        name = "publisher-our" if owned else "publisher-before"
        yield (*(earlier or discourse.publisher)[-1 if earlier else 0], view.crossed(name))
    yield from _names_before(view)
    yield from _lead(view)
    yield from _sentence_before(view)


def _sentence_before(view: _View) -> Iterator[tuple[int, int, set[str]]]:
    """The subject and the other phrases of the sentence before, for a pronoun to mean."""
    before = view.discourse.before.get(view.figure.sentence.start)
    if before is None:
        return
    doc, offset = before
    order = 0
    for token in phrases.heads(doc):
        if not _can_be(token):
            continue
        main = token.dep_ in SUBJECTS and token.head.dep_ == "ROOT"
        name = "antecedent-subject" if main else "antecedent-object" if token.dep_ == "dobj" else "antecedent"
        for extent in phrases.extents(token):
            last = doc[extent.end - 1]
            features = (
                view.crossed(name) | {f"antecedent-{name}" for name in extent.names} | {f"antecedent{min(order, 3)}"}
            )
            features.add(f"antecedent-sort={sort_of(token)}")
            yield doc[extent.start].idx + offset, last.idx + len(last) + offset, features
        order += 1


def _names_before(view: _View) -> Iterator[tuple[int, int, set[str]]]:
    discourse, here = view.discourse, view.figure.sentence.start
    text = discourse.post.text
    paragraph = text.rfind("\n\n", 0, here) + 1
    before = [e for e in discourse.entities if e.end <= here and e.label in BODIES]
    for back, entity in enumerate(reversed(before[-2:])):
        where = "paragraph" if entity.start >= paragraph else "far"
        yield entity.start, entity.end, view.crossed(f"name-{where}") | {f"name{back}"}
    first = next((e for e in before if e.start >= paragraph), None)
    if first is not None:
        yield first.start, first.end, view.crossed("first name of paragraph")
    title = (discourse.post.title or "").casefold()
    named = [e for e in discourse.entities if e.quote.casefold() in title and e.label in BODIES]
    if named:
        yield named[0].start, named[0].end, view.crossed("name in title")


NUMBER = re.compile(r"[$£€]?\d[\d.,]*(?:[kmb]n?|tn|%|\+)?")
LEAD = re.compile(r"([^\n]{3,80}):\s*$")


def _lead(view: _View) -> Iterator[tuple[int, int, set[str]]]:
    """The words before a list's colon, for a figure in one of its items."""
    text, here = view.discourse.post.text, view.figure.sentence.start
    lines = text[max(0, here - 2000) : here].rstrip().split("\n\n")
    end = len(text[:here].rstrip())
    for line in reversed(lines[-6:]):
        start = end - len(line)
        found = LEAD.match(line)
        if found:
            phrase = found.group(1)
            lead = re.match(r"(?i)(?:an?|the)\s+", phrase)
            yield start + (lead.end() if lead else 0), start + len(phrase), view.crossed("lead of list")
            return
        end = start - 2
