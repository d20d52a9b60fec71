"""A figure as the search for its subject and measure sees it: its kind, its noun, its clause, how words stand to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.extract.discourse import Discourse
from pipeline.extract.figure import Figure
from pipeline.extract.lexicon import table, words
from pipeline.extract.relations import place_of, relations_of, subject_of
from pipeline.extract.sorts import sorts_of
from pipeline.records import Kind

if TYPE_CHECKING:
    from spacy.tokens import Token

FIRST_PERSON = {"we", "our", "us", "ours"}
THIRD_PERSON = {
    "it", "its", "they", "their", "them", "he", "she", "his", "her", "him", "this", "these", "that", "those"
}  # fmt: skip
NUMBER = re.compile(r"[$£€]?\d[\d.,]*(?:[kmb]n?|tn|%|\+)?")
GROUPS = {
    Kind.COUNT: "count",
    Kind.RANK: "rank",
    Kind.MONEY: "money",
    Kind.PERCENT: "share",
    Kind.RATIO: "share",
    Kind.DURATION: "extent",
    Kind.MEASURE: "extent",
}


class View:
    """What is the same for all candidates for a figure's roles."""

    def __init__(self, figure: Figure, discourse: Discourse) -> None:
        self.figure, self.discourse = figure, discourse
        self.phrases: Sequence[Any] | None = None  # those of the sentence, once they are found
        self.group = GROUPS[figure.quantity.kind]
        noun, verb = figure.noun, figure.clause
        place = place_of(figure)
        self.own = own_sort(noun)
        if self.own == "person" and figure.quantity.kind is Kind.COUNT:
            place += "-people"
        self.subject = sort_of(subject_of(verb)[0] if verb is not None else None)
        self.verb = verb.lemma_.lower() if verb is not None else ""
        self.action = verb_sort(self.verb)
        self.relations = relations_of(figure)
        published = discourse.published_near(figure.quantity.start)
        near = published is not None and published[0] < figure.quantity.start
        self.publisher = "nowhere" if published is None else "before" if near else "later"
        self.context: tuple[str, ...] = (f"kind={self.group}", f"place={place}", f"subject={self.subject}")
        if noun is None:
            self.context = (*self.context, "no noun")
        self.near = (*self.context[:2], f"own={self.own}", f"action={self.action}")

    def crossed(self, name: str) -> set[str]:
        """A feature by itself, and crossed with the figure's kind, its place and the sort of its subject."""
        return {name, *(f"{name}|{context}" for context in self.context)}

    def related(self, token: Token, sorts: tuple[str, ...]) -> set[str]:
        """How *token*, which is of *sorts*, stands to the figure, crossed with what the figure is like."""
        features: set[str] = set()
        for relation in self.relations.get(token.i) or {"unrelated"}:
            features |= self.crossed(relation)
            features |= {f"{relation}|own={self.own}", f"{relation}|action={self.action}"}
            features |= {f"{relation}|sort={sort}" for sort in sorts}
        for sort in sorts:
            features |= {f"sort={sort}", *(f"sort={sort}|{near}" for near in self.near)}
        return features

    def sorts(self, token: Token, start: int, end: int) -> tuple[str, ...]:
        """The sorts of the phrase ``text[start:end]`` that *token* heads: of its name, or else of its noun."""
        coarse = sort_of(token)
        if coarse not in {"name", "noun"}:
            return (coarse,)
        if coarse == "noun":
            return sorts_of(token.lemma_.lower())
        return (self.discourse.label(start, end) or "name",)


def own_sort(noun: Token | None) -> str:
    """The sort of the *noun* that a figure counts or measures out."""
    if noun is None:
        return "none"
    return "name" if noun.pos_ == "PROPN" else sorts_of(noun.lemma_.lower())[0]


@cache
def verb_sort(lemma: str) -> str:
    """The sort of action that the verb *lemma* is, for the parts that others play in it."""
    return next((sort for sort, verbs in table("roles")["verbs"].items() if lemma in verbs.split()), "other")


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


def can_be(token: Token) -> bool:
    """Whether *token* can head a subject or measure: a pronoun of the first person, or a noun that says something."""
    if token.pos_ == "PRON":
        return token.lower_ in FIRST_PERSON | {"i", "me"}
    if token.like_num or NUMBER.fullmatch(token.lower_) or not any(map(str.isalpha, token.text.strip("'’s"))):
        return False
    return token.lower_ not in THIRD_PERSON


def is_time(token: Token) -> bool:
    """Whether *token* names a time, which may be measured out but does nothing."""
    return token.lemma_.lower() in words("roles", "times")
