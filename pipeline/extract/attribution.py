"""Whom the post says it heard a figure from: by name, never the post itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.extract.discourse import paragraph_start, within
from pipeline.extract.figure import Figure
from pipeline.extract.lexicon import words
from pipeline.extract.relations import SUBJECTS, subject_of
from pipeline.extract.sourcing import named_source
from pipeline.records import Claim, Entity, Label

if TYPE_CHECKING:
    from spacy.tokens import Token

SOURCES = {Label.PERSON, Label.ORG, Label.WORK}
ACCORDING = re.compile(r"(?i)\baccording to (?:the |an? )?")
NAME = re.compile(r"[A-Z][\w’'.&-]*(?:\s+(?:(?:of|for|the|and|to)\s+)*[A-Z0-9][\w’'.&-]*)*")
SIGNED = re.compile(r"[–—-]\s*(?P<name>[A-Z][\w’'.&-]*(?:\s+(?:of|for|the|and|[A-Z][\w’'.&-]*))*)\s*\)?\.?$")
SIGNATURE = re.compile(r"[”\"]\s*\n\s*\n?\s*[–—-]{1,3}\s*(?P<name>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'.-]+){1,3})")
SAID = re.compile(r"[,?!.][”\"]\s*(?:said|says|explained|explains|added|adds|notes|noted)\b|\b(?:said|says),?\s*[“\"]")
PUBLISHES = re.compile(
    r"(?i)\b(?:released|published|issued|conducted|ran|posted|carried out|commissioned)\s+"
    r"(?:an?|its|their|the|his|her)\s+"
    r"(?:[\w’'-]+\s+){0,4}?(?:reports?|surveys?|study|studies|research|papers?|articles?|polls?|analysis|census|review)\b"
    r"(?:\s+by\s+(?P<name>[A-Z][\w’'.-]+(?:\s+[A-Z][\w’'.-]+)*))?"
)
TELLS = (
    r"(?:said|says|told|tells|explained|explains|added|adds|notes|noted|wrote|writes|"
    r"recalls|recalled|argues|argued|remarked)"
)
TAG = re.compile(rf"\b{TELLS}\b")
PRONOUN_TAG = re.compile(rf"(?i)\b(?:he|she)\s+{TELLS}\b|\b{TELLS}\s+(?:he|she)\b")
INTERVIEW = re.compile(r"(?i)\binterview(?:ed|s|ing)?\b")
POINTS_BACK = {
    "it",
    "they",
    "he",
    "she",
    "report",
    "study",
    "survey",
    "research",
    "paper",
    "article",
    "poll",
    "analysis",
}
FIRST_PERSON = re.compile(r"(?i)\b(?:we|our|us)\b")
FAR = 2000  # characters of a paragraph that are looked over
REACH = 20_000  # characters before a figure that names are looked for in
SIGNED_WITHIN = 800  # characters between a figure and the name under it
TELLING = 20  # a smaller figure that comes again need not be the same figure
SPEAKER = re.compile(r"\s*\**(?P<name>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){0,3})\**:\s")


def source_of(figure: Figure, text: str, entities: Sequence[Entity], claims: Sequence[Claim]) -> tuple[int, int] | None:
    """Where the name of the figure's source stands in *text*, if the post names one."""
    start, end = figure.sentence.start, figure.sentence.end
    near = [e for e in within(entities, start, end) if e.end <= end]
    entities = within(entities, start - REACH, end + FAR)
    return (
        _according(text, figure, near)
        or _reporter(figure, near)
        or _named(text, figure, near)
        or _by_report(text, figure, entities)
        or _said(text, figure, near)
        or _tagged(text, figure, entities)
        or _signed(text, figure)
        or _speaker(text, figure, entities)
        or _interviewee(text, figure, entities)
        or _introduced(text, figure, entities)
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
        deps = {"ccomp", "dobj"} if verb.lemma_.lower() in words("reporting", "reckoning") else {"ccomp"}
        reported = [c for c in verb.children if c.dep_ in deps]
        if not any(c.i == token.i or c.is_ancestor(token) for c in reported):
            continue
        subject, _ = subject_of(verb)
        if subject is None or subject.pos_ == "PRON":
            return None
        return _name_in(subject, figure, near)
    return None


def _named(text: str, figure: Figure, near: Sequence[Entity]) -> tuple[int, int] | None:
    found = named_source(text, (figure.sentence.start, figure.sentence.end), figure.quantity.start, near)
    return (found.start, found.end) if found is not None else None


def _by_report(text: str, figure: Figure, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """Who made the report that the clause's subject points at: ``a study by Pew shows``, ``the survey found``."""
    token = figure.noun or figure.top
    for verb in token.ancestors:
        if verb.lemma_.lower() not in words("reporting", "verbs"):
            continue
        if not any(c.dep_ == "ccomp" and (c.i == token.i or c.is_ancestor(token)) for c in verb.children):
            continue
        subject, _ = subject_of(verb)
        if subject is None or subject.lemma_.lower() not in POINTS_BACK:
            return None
        start, end = figure.place(subject), figure.place(subject.doc[subject.right_edge.i])
        inside = [e for e in entities if start < e.start <= end and e.label in {Label.ORG, Label.PERSON}]
        if inside and any(t.lower_ in {"by", "from", "of"} for t in subject.children):
            return inside[0].start, inside[0].end
        return _publisher(text, paragraph_start(text, figure.sentence.start, far=FAR), figure.sentence.start, entities)
    return None


def _publisher(text: str, start: int, end: int, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """The last body or person in ``text[start:end]`` that is said to have published or surveyed something."""
    name = None
    for found in PUBLISHES.finditer(text, start, end):
        if found["name"]:
            name = found.span("name")
            continue
        sentence = max(text.rfind(mark, start, found.start()) for mark in (". ", "\n"))
        before = [e for e in entities if max(sentence, start) <= e.start and e.end <= found.start()]
        bodies = [e for e in before if e.label in {Label.ORG, Label.PERSON}]
        if bodies:
            name = bodies[-1].start, bodies[-1].end
    return name


def _introduced(text: str, figure: Figure, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """Whose findings a paragraph is that a colon introduces, where that one or the one before it names them."""
    paragraphs = _paragraphs_before(text, figure.sentence.start, 3)
    if len(paragraphs) < 2 or FIRST_PERSON.search(text, figure.sentence.start, figure.sentence.end):
        return None
    introducing = next((p for p in paragraphs[1:2] if text[slice(*p)].rstrip().endswith(":")), None)
    if introducing is None:
        return None
    return _publisher(text, paragraphs[-1][0], introducing[1], entities)


def _paragraphs_before(text: str, place: int, count: int) -> list[tuple[int, int]]:
    """The paragraph around *place* and those before it, the nearest first, *count* at most."""
    found: list[tuple[int, int]] = []
    end = place
    while len(found) < count and end > 0:
        start = text.rfind("\n\n", max(0, end - FAR), end)
        if start < 0:
            found.append((max(0, end - FAR), end))
            break
        found.append((start + 2, end))
        end = start
    return found


def _tagged(text: str, figure: Figure, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """Who is said, right after or before the quotation around the figure, to have spoken it."""
    around = _quotation(text, figure)
    if around is None:
        return None
    start, end = around
    for low, high in ((end, min(len(text), end + 60)), (max(0, start - 80), start)):
        line = text.find("\n", low, high) if low == end else -1
        high = line if line >= 0 else high
        low = max(low, text.rfind("\n", low, high) + 1) if high == start else low
        tag = TAG.search(text, low, high)
        if tag is None:
            continue
        people = [e for e in entities if e.label is Label.PERSON and low <= e.start and e.end <= high + 30]
        if people:
            nearest = min(people, key=lambda e: abs(e.start - tag.start()))
            return nearest.start, nearest.end
        if PRONOUN_TAG.search(text, low, high):
            earlier = [e for e in entities if e.label is Label.PERSON and start - FAR < e.start < start]
            return (earlier[-1].start, earlier[-1].end) if earlier else None
    return None


def _quotation(text: str, figure: Figure) -> tuple[int, int] | None:
    """Where the quotation around the figure opens and closes in its paragraph."""
    if not _quoted(text, figure):
        return None
    place = figure.quantity.start
    start = max(text.rfind("“", max(0, place - FAR), place), text.rfind('"', max(0, place - FAR), place))
    ends = [e for mark in '”"' if (e := text.find(mark, figure.quantity.end, figure.quantity.end + FAR)) >= 0]
    return (start, min(ends) + 1) if start >= 0 and ends else None


def _interviewee(text: str, figure: Figure, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """The person interviewed, where the figure's paragraph answers a question that stands above it."""
    paragraphs = _paragraphs_before(text, figure.quantity.start, 4)
    asked = any(
        end - start < 200 and text[start:end].rstrip().endswith("?") and "\n" not in text[start:end].strip()
        for start, end in paragraphs[1:]
    )
    if not asked:
        return None
    if figure.span.doc.text.rstrip().endswith("?"):
        return None
    for found in INTERVIEW.finditer(text, max(0, figure.quantity.start - REACH), figure.quantity.start):
        low, high = found.start() - 150, found.end() + 150
        people = [e for e in entities if e.label is Label.PERSON and low <= e.start and e.end <= high]
        full = [e for e in people if " " in e.quote]
        if full:
            nearest = min(full, key=lambda e: abs(e.start - found.end()))
            return nearest.start, nearest.end
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
    start = paragraph_start(text, figure.quantity.start, far=FAR)
    before = text[start : figure.quantity.start]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _signed(text: str, figure: Figure) -> tuple[int, int] | None:
    """The name after the dash that ends the paragraph, or that begins the one after a quotation."""
    if _quoted(text, figure):
        after = SIGNATURE.search(text, figure.quantity.end, figure.quantity.end + 1500)
        if after is not None:
            return after.span("name")
    end = figure.quantity.end
    stop = text.find("\n\n", end, end + SIGNED_WITHIN)
    if stop < 0 and len(text) - end > SIGNED_WITHIN:
        return None
    stop = stop if stop >= 0 else len(text)
    found = SIGNED.search(text[figure.quantity.end : stop].rstrip())
    if found is None or len(found["name"].split()) < 2:
        return None
    return figure.quantity.end + found.start("name"), figure.quantity.end + found.end("name")


def _speaker(text: str, figure: Figure, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """The person whose name and a colon begin the paragraph, as in an interview; the full name where it was given."""
    start = paragraph_start(text, figure.quantity.start, far=FAR)
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
