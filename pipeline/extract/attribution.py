"""Whom the post says it heard a figure from: by name, never the post itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.extract.figure import Figure
from pipeline.extract.lexicon import words
from pipeline.extract.relations import SUBJECTS, subject_of
from pipeline.records import Claim, Entity, Label

if TYPE_CHECKING:
    from spacy.tokens import Token

SOURCES = {Label.PERSON, Label.ORG, Label.WORK}
ACCORDING = re.compile(r"(?i)\baccording to (?:the |an? )?")
NAME = re.compile(r"[A-Z][\w’'.&-]*(?:\s+(?:(?:of|for|the|and|to)\s+)*[A-Z0-9][\w’'.&-]*)*")
SIGNED = re.compile(r"[–—-]\s*(?P<name>[A-Z][\w’'.&-]*(?:\s+(?:of|for|the|and|[A-Z][\w’'.&-]*))*)\s*\)?\.?$")
SIGNATURE = re.compile(r"[”\"]\s*\n\s*\n?\s*[–—-]{1,3}\s*(?P<name>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'.-]+){1,3})")
SAID = re.compile(r"[,?!.][”\"]\s*(?:said|says|explained|explains|added|adds|notes|noted)\b|\b(?:said|says),?\s*[“\"]")
TELLING = 20  # a smaller figure that comes again need not be the same figure
SPEAKER = re.compile(r"\s*\**(?P<name>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,3})\**:\s")


def source_of(figure: Figure, text: str, entities: Sequence[Entity], claims: Sequence[Claim]) -> tuple[int, int] | None:
    """Where the name of the figure's source stands in *text*, if the post names one."""
    start, end = figure.sentence.start, figure.sentence.end
    near = [e for e in entities if start <= e.start and e.end <= end]
    return (
        _according(text, figure, near)
        or _reporter(figure, near)
        or _said(text, figure, near)
        or _signed(text, figure)
        or _speaker(text, figure, entities)
        or _repeated(figure, claims)
    )


def _according(text: str, figure: Figure, near: Sequence[Entity]) -> tuple[int, int] | None:
    for found in ACCORDING.finditer(text, figure.sentence.start, figure.sentence.end):
        close = [e for e in near if found.end() <= e.start < found.end() + 60 and e.label in SOURCES]
        name = NAME.match(text, found.end(), figure.sentence.end)
        if close and (name is None or close[0].start != name.start() or close[0].end > name.end()):
            return close[0].start, close[0].end
        if name:
            return name.start(), name.end() - (text[name.end() - 1] == "." and name.end() == figure.sentence.end)
    return None


def _reporter(figure: Figure, near: Sequence[Entity]) -> tuple[int, int] | None:
    """The subject of the verb that reports the clause with the figure: ``Capgemini found that…``."""
    token = figure.noun or figure.top
    for verb in token.ancestors:
        if verb.lemma_.lower() not in words("reporting", "verbs"):
            continue
        reported = [c for c in verb.children if c.dep_ == "ccomp"]
        if not any(c.i == token.i or c.is_ancestor(token) for c in reported):
            continue
        subject, _ = subject_of(verb)
        if subject is None or subject.pos_ == "PRON":
            return None
        return _name_in(subject, figure, near)
    return None


def _name_in(subject: Token, figure: Figure, near: Sequence[Entity]) -> tuple[int, int] | None:
    left, right = subject.left_edge.idx + figure.offset, subject.idx + len(subject) + figure.offset
    names = [e for e in near if left <= e.start and e.end <= right and e.label in SOURCES]
    if names:
        return names[-1].start, names[-1].end
    proper = [t for t in subject.doc[subject.left_edge.i : subject.i + 1] if t.pos_ == "PROPN"]
    if proper:
        return proper[0].idx + figure.offset, proper[-1].idx + len(proper[-1]) + figure.offset
    return None


def _said(text: str, figure: Figure, near: Sequence[Entity]) -> tuple[int, int] | None:
    """The person who said the quotation that the figure stands in."""
    start, end = figure.sentence.start, figure.sentence.end
    if not _quoted(text, figure):
        return None
    if not SAID.search(text, start, min(len(text), end + 40)):
        return None
    people = [e for e in near if e.label is Label.PERSON]
    if people:
        return people[0].start, people[0].end
    for token in figure.span.doc:
        if token.lemma_.lower() in words("reporting", "verbs"):
            for child in token.children:
                if child.dep_ in SUBJECTS and child.pos_ == "PROPN":
                    return _name_in(child, figure, near)
    return None


def _quoted(text: str, figure: Figure) -> bool:
    """Whether the figure stands inside quotation marks of its paragraph."""
    start = text.rfind("\n\n", 0, figure.quantity.start) + 1
    before = text[start : figure.quantity.start]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _signed(text: str, figure: Figure) -> tuple[int, int] | None:
    """The name after the dash that ends the paragraph, or that begins the one after a quotation."""
    if _quoted(text, figure):
        after = SIGNATURE.search(text, figure.quantity.end, figure.quantity.end + 1500)
        if after is not None:
            return after.span("name")
    stop = text.find("\n\n", figure.quantity.end)
    stop = stop if stop >= 0 else len(text)
    if stop - figure.quantity.end > 400:
        return None
    found = SIGNED.search(text[figure.quantity.end : stop].rstrip())
    if found is None or len(found["name"].split()) < 2:
        return None
    return figure.quantity.end + found.start("name"), figure.quantity.end + found.end("name")


def _speaker(text: str, figure: Figure, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """The person whose name and a colon begin the paragraph, as in an interview; the full name where it was given."""
    start = text.rfind("\n\n", 0, figure.quantity.start) + 2 if "\n\n" in text[: figure.quantity.start] else 0
    found = SPEAKER.match(text, start)
    if found is None:
        return None
    name = found["name"]
    full = [e for e in entities if e.label is Label.PERSON and name in e.quote.split()]
    if full:
        longest = max(full, key=lambda e: (len(e.quote), -e.start))
        return longest.start, longest.end
    people = [e for e in entities if e.label is Label.PERSON and e.quote == name]
    return (start + found.start("name"), start + found.end("name")) if people else None


def _repeated(figure: Figure, claims: Sequence[Claim]) -> tuple[int, int] | None:
    """The source of the same figure when it is spoken of again."""
    quantity = figure.quantity
    for claim in reversed(claims[-3:]):
        if claim.value == quantity.value >= TELLING and claim.kind is quantity.kind and "attributed_to" in claim.spans:
            return claim.spans["attributed_to"]
    return None
