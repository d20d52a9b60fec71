"""Whom the post says it heard a figure from: by name, never the post itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.extract.discourse import paragraph_start, within
from pipeline.extract.figure import Figure
from pipeline.extract.interviews import interviewee_at
from pipeline.extract.lexicon import any_of, words
from pipeline.extract.relations import subject_of
from pipeline.extract.sourcing import FINDINGS, SHOWS, cited_source, named_source
from pipeline.extract.spoken import in_full, last_person, said_aside, speaker_of
from pipeline.records import Claim, Entity, Label

if TYPE_CHECKING:
    from spacy.tokens import Token

SOURCES = {Label.PERSON, Label.ORG, Label.WORK}
ACCORDING = re.compile(r"(?i)\baccording to (?:the |an? |its |their |his |her )?")
THEM = re.compile(r"\b[Aa]ccording to (?:him|her)\b")
VOICE = re.compile(  # a body or office without a name, after "according to"
    r"(?:(?:the|its|their|his|her) )?"
    rf"(?P<voice>(?:[a-zà-þ-]+[’']s? |[a-zà-þ-]+ ){{0,3}}?{any_of('reporting', 'voices')}s?)"
    r"(?= (?:of|for|in|at|and)\b|[^\w’' ]| (?!\w))"
)
OWN_FIGURES = re.compile(
    rf"\b[Tt]he (?P<voice>(?:[a-zà-þ-]+ ){{0,2}}?{any_of('reporting', 'voices')})[’']s? "
    rf"(?:[\w-]+ ){{0,3}}{FINDINGS} {SHOWS}\b"
)
TAGGED = re.compile(  # "…, the audit office said in a report."
    rf", (?:the|its|their) (?P<voice>(?:[a-z-]+ ){{0,3}}?{any_of('reporting', 'voices')}) "
    r"(?:said|says|confirmed|announced|reported|concludes|concluded|warned|estimates|estimated)\b"
    r"(?! (?:that|it|they)\b)"
)
ASIDE = re.compile(r"(?:\b(?:which|who|whom)|[;,] (?:and|but|while|whereas)),? $")
HALF = re.compile(r"-[A-ZÀ-Þ][\w’']+")
FIELD = re.compile(r" (?:of|for) (?:the )?[A-ZÀ-Þ][\w’'-]+(?:,? (?:(?:and|of|for|the) )*[A-ZÀ-Þ][\w’'-]+)*")
NAME = re.compile(r"[A-Z][\w’'.&-]*(?:\s+(?:(?:of|for|the|and|to)\s+)*[A-Z0-9][\w’'.&-]*)*")
SIGNED = re.compile(r"[–—-]\s*(?P<name>[A-Z][\w’'.&-]*(?:\s+(?:of|for|the|and|[A-Z][\w’'.&-]*))*)\s*\)?\.?$")
SIGNATURE = re.compile(r"[”\"]\s*\n\s*\n?\s*[–—-]{1,3}\s*(?P<name>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'.-]+){1,3})")
SIGNED_WITH_TITLE = re.compile(
    r"\s*[–—-]{1,2}\s*(?P<name>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'.-]+){1,3}), [A-Za-z][^\n]{3,80}(?:\n|$)"
)
CLOSING = re.compile(r"[”\"]")
PUBLISHES = re.compile(
    r"(?i)\b(?:released|published|issued|conducted|ran|posted|carried out|commissioned)\s+"
    r"(?:an?|its|their|the|his|her)\s+"
    r"(?:[\w’'-]+\s+){0,4}?(?:reports?|surveys?|study|studies|research|papers?|articles?|polls?|analysis|census|review)\b"
    r"(?:\s+by\s+(?P<name>[A-Z][\w’'.-]+(?:\s+[A-Z][\w’'.-]+)*))?"
)
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


def source_of(figure: Figure, text: str, entities: Sequence[Entity], claims: Sequence[Claim]) -> tuple[int, int] | None:
    """Where the name of the figure's source stands in *text*, if the post names one."""
    start, end = figure.sentence.start, figure.sentence.end
    near = [e for e in within(entities, start, end) if e.end <= end]
    entities = within(entities, start - REACH, end + FAR)
    found = (
        _according(text, figure, near)
        or _according_to_them(text, figure, entities)
        or _reporter(figure, near, entities, _source_before(text, figure, claims))
        or _named(text, figure, near)
        or _own_figures(text, figure)
        or _tagged(text, figure)
        or cited_source(text, figure.quantity.end, figure.sentence.end)
        or _by_report(text, figure, entities)
        or speaker_of(text, figure.quantity.start, entities)
        or said_aside(text, start, end, entities)
        or _signed(text, figure)
        or interviewee_at(text, figure.quantity.start, entities)
        or _interviewee(text, figure, entities)
        or _introduced(text, figure, entities)
        or _repeated(figure, claims)
    )
    return _whole_name(text, in_full(text, found, entities)) if found is not None else None


def _according_to_them(text: str, figure: Figure, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """Who is meant by ``according to him``."""
    found = THEM.search(text, figure.sentence.start, figure.sentence.end)
    return last_person(entities, found.start()) if found is not None else None


def _own_figures(text: str, figure: Figure) -> tuple[int, int] | None:
    """A body without a name whose figures say so: ``the ministry’s own figures show``."""
    found = OWN_FIGURES.search(text, figure.sentence.start, figure.quantity.start)
    return found.span("voice") if found is not None else None


def _whole_name(text: str, name: tuple[int, int]) -> tuple[int, int]:
    """*name* with what was cut off it: the second half of a surname, the field of a ministry."""
    start, end = name
    more = HALF.match(text, end)
    if more is None and text[start:end].split()[-1:] and text[start:end].split()[-1] in words("reporting", "offices"):
        more = FIELD.match(text, end)
    return start, more.end() if more is not None else end


def _according(text: str, figure: Figure, near: Sequence[Entity]) -> tuple[int, int] | None:
    for found in ACCORDING.finditer(text, figure.sentence.start, figure.sentence.end):
        if _only_aside(text, figure, found):
            continue
        close = [e for e in near if found.end() <= e.start < found.end() + 60 and e.label in SOURCES]
        name = NAME.match(text, found.end(), figure.sentence.end)
        if close and (name is None or close[0].start != name.start() or close[0].end > name.end()):
            if VOICE.match(text, found.end(), close[0].start) is None:
                return close[0].start, close[0].end
        elif name:
            return name.start(), name.end() - (text[name.end() - 1] == "." and name.end() == figure.sentence.end)
        voice = VOICE.match(text, found.end(), figure.sentence.end)
        if voice is not None:
            return voice.span("voice")
    return None


def _only_aside(text: str, figure: Figure, found: re.Match[str]) -> bool:
    """Whether *found* tells the source of something else: of a later clause, or of what the figure is a part of."""
    after = found.start() >= figure.quantity.end
    if after and ASIDE.search(text, figure.quantity.end, found.start()) is not None:
        return True
    return (
        not after
        and re.search(r"\b(?:that|which|who)\b[^,;:]*$", text[found.end() : figure.quantity.start]) is not None
    )


def _tagged(text: str, figure: Figure) -> tuple[int, int] | None:
    """A body without a name that the end of the sentence lets speak: ``…, the audit office said``."""
    found = TAGGED.search(text, figure.quantity.end, figure.sentence.end)
    if found is None or ";" in text[figure.quantity.end : found.start()]:
        return None
    return found.span("voice")


def _source_before(text: str, figure: Figure, claims: Sequence[Claim]) -> tuple[int, int] | None:
    """The source of the last figure before, if that stands in the same paragraph."""
    if not claims or claims[-1].start < paragraph_start(text, figure.sentence.start, far=FAR):
        return None
    return claims[-1].spans.get("attributed_to")


def _reporter(
    figure: Figure, near: Sequence[Entity], people: Sequence[Entity], before: tuple[int, int] | None
) -> tuple[int, int] | None:
    """The subject of the verb that reports the clause with the figure: ``Capgemini found that…``.

    "It" and "they" are whoever is the source *before* in the paragraph.
    """
    token = figure.noun or figure.top
    for verb in token.ancestors:
        lemma = verb.lemma_.lower()
        if lemma not in words("reporting", "verbs") | words("reporting", "telling"):
            continue
        deps = {"ccomp", "dobj"} if lemma in words("reporting", "reckoning") else {"ccomp"}
        reported = [
            c
            for c in verb.children
            if c.dep_ in deps or (lemma == "speak" and c.lower_ == "of") or (lemma == "put" and c.lower_ == "at")
        ]
        if not any(c.i == token.i or c.is_ancestor(token) for c in reported):
            continue
        if _known_already(figure, reported):
            return None
        if token.i < verb.i and ";" in verb.doc[token.i : verb.i].text:
            return None
        subject, _ = subject_of(verb)
        if subject is not None and any(c.dep_ == "aux" and c.i < subject.i for c in verb.children):
            return None  # "will she say how many?"
        if subject is not None and subject.lower_ in {"he", "she"}:
            return last_person(people, figure.place(subject))
        if subject is not None and subject.lower_ in {"it", "they"}:
            return before
        if subject is None or subject.pos_ == "PRON":
            return None
        named = _name_in(subject, figure, near)
        return named or (_voice(subject, figure) if any(c.dep_ == "ccomp" for c in reported) else None)
    return None


def _known_already(figure: Figure, reported: Sequence[Token]) -> bool:
    """Whether what is reported is a stance on things known before: ``the council said it accepts all nine``."""
    doc, start = figure.span.doc, figure.span.start
    known = start > 0 and doc[start - 1].lower_ in {"all", "the", "these", "those"}
    return known and any(verb.lemma_.lower() in words("reporting", "stances") for verb in reported)


def _voice(subject: Token, figure: Figure) -> tuple[int, int] | None:
    """A body or office that speaks without a name: ``the auditors found``, ``the operators’ association says``."""
    lemma = subject.lemma_.lower()
    paper = lemma in {"audit", "evaluation"} or (
        lemma == "study" and any(t.dep_ == "compound" for t in subject.children)
    )
    if paper:
        first = min((t for t in subject.children if t.dep_ == "compound"), key=lambda t: t.i, default=subject)
        return figure.place(first), figure.place(subject) + len(subject)
    general = lemma == "general" and any(t.lower_ in words("reporting", "voices") for t in subject.children)
    if lemma not in words("reporting", "voices") and lemma.removesuffix("-general") == lemma and not general:
        return None
    marks = [t for t in subject.children if t.dep_ in {"det", "poss"}]
    if not marks or any(t.lower_ in {"our", "my", "no", "every", "each", "any", "a", "an", "some"} for t in marks):
        return None
    first = subject
    for child in subject.children:
        if child.dep_ in {"compound", "amod"} and child.left_edge.i < first.i:
            first = child.left_edge
        if child.dep_ == "poss" and child.pos_ not in {"PRON", "DET"}:
            first = min((t for t in child.subtree if t.dep_ != "det"), key=lambda t: t.i)
            break
    return figure.place(first), figure.place(subject) + len(subject)


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
    beside = [t for t in subject.children if t.dep_ == "appos"]
    for other in beside if subject.lemma_.lower() in words("reporting", "voices") else []:
        low, high = figure.place(other.doc[other.left_edge.i]), figure.place(other) + len(other)
        people = [e for e in near if e.label is Label.PERSON and low <= e.start and e.end <= high]
        if people:
            return people[0].start, people[0].end
    names = [e for e in near if left <= e.start and e.end <= right and e.label in SOURCES]
    if names:
        return names[-1].start, names[-1].end
    proper = [t for t in subject.doc[subject.left_edge.i : subject.i + 1] if t.pos_ == "PROPN"]
    if proper and not (subject.pos_ == "NOUN" and proper[-1].dep_ == "pobj"):  # "rules in force since January say"
        return proper[0].idx + figure.offset, proper[-1].idx + len(proper[-1]) + figure.offset
    return None


def _quoted(text: str, figure: Figure) -> bool:
    """Whether the figure stands inside quotation marks of its paragraph."""
    start = paragraph_start(text, figure.quantity.start, far=FAR)
    before = text[start : figure.quantity.start]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _end_of_quotation(text: str, place: int) -> int:
    """Where the quotation around *place* is closed, or *place* if that is far."""
    found = CLOSING.search(text, place, place + SIGNED_WITHIN)
    return found.end() if found is not None else place


def _signed(text: str, figure: Figure) -> tuple[int, int] | None:
    """The name after the dash that ends the paragraph, or that begins the one after a quotation."""
    if _quoted(text, figure):
        after = SIGNATURE.search(text, figure.quantity.end, figure.quantity.end + 1500)
        if after is not None:
            return after.span("name")
        titled = SIGNED_WITH_TITLE.match(text, _end_of_quotation(text, figure.quantity.end))
        if titled is not None:
            return titled.span("name")
    end = figure.quantity.end
    stop = text.find("\n\n", end, end + SIGNED_WITHIN)
    if stop < 0 and len(text) - end > SIGNED_WITHIN:
        return None
    stop = stop if stop >= 0 else len(text)
    found = SIGNED.search(text[figure.quantity.end : stop].rstrip())
    if found is None or len(found["name"].split()) < 2:
        return None
    return figure.quantity.end + found.start("name"), figure.quantity.end + found.end("name")


def _repeated(figure: Figure, claims: Sequence[Claim]) -> tuple[int, int] | None:
    """The source of the same figure when it is spoken of again."""
    quantity = figure.quantity
    for claim in reversed(claims[-3:]):
        if claim.value == quantity.value >= TELLING and claim.kind is quantity.kind and "attributed_to" in claim.spans:
            return claim.spans["attributed_to"]
    return None
