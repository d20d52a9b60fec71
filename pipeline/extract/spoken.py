"""Who speaks the quotation that a figure stands in: from the words after it, before it, and around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.extract.lexicon import any_of
from pipeline.records import Entity, Label

FAR = 2000  # characters of a paragraph that are looked over
AFTER = 120  # characters after a quotation in which its speaker is named
QUOTE = re.compile(r"“[^“”]{1,1500}(?:”|$)|\"[^\"]{1,1500}(?:\"|$)")  # the last may go on in the next paragraph
OPENS = re.compile(r"\s*[“\"]")
ROLE = re.compile(
    rf"(?:^|[.!?]\s)(?:The|Its|Their) (?P<name>(?:[a-z-]+[’']s? |[a-z-]+ ){{0,3}}?{any_of('reporting', 'voices')}):$"
)
SPEAKS = any_of("reporting", "speaking")
TAG = re.compile(rf"\b{SPEAKS}\b")
PRONOUN = re.compile(r"(?i)\b(?:he|she)\b")
PRONOUN_TAG = re.compile(rf"(?i)\b(?:he|she)\s+(?:\w+ly\s+)?{SPEAKS}\b|\b{SPEAKS}\s+(?:he|she)\b")
NAME = r"[A-ZÀ-Þ][\w’'-]+(?:\s+[A-ZÀ-Þ][\w’'.-]*)*"
NAMED_AFTER = re.compile(rf"\W*{SPEAKS}\s+(?P<name>{NAME})")
NAMED_FIRST = re.compile(rf"\W*(?P<name>{NAME})(?:,[^,\n“\"]{{2,60}},)?\s+(?:\w+ly\s+)?{SPEAKS}\b")
AGED = re.compile(rf"(?P<name>{NAME}), \d\d\b")
UTTERED = re.compile(r"[.!?…,—–][”\"]$")
SAID_ASIDE = re.compile(rf",[”\"]? (?:(?P<name>{NAME})|[Hh]e|[Ss]he) (?:\w+ly )?{SPEAKS}(?=[,.;])")
BESIDE = 60  # characters between a speaker's name and the verb that says that they speak
PARAGRAPHS = 4  # that one quotation may go on over
MYSELF = re.compile(r"\b(?:I|I[’'](?:m|ve|d|ll)|my|me|My|we|We|our|Our|us)\b")
LEADS_IN = re.compile(r"(?i)(?::|\bfollowing\.|\bthis way\.)\s*$")
STOP = re.compile(r"[.!?…][”\"’')]*\s+(?=[A-ZÀ-Þ“\"])")


def speaker_of(text: str, place: int, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """Where the person is named who speaks the quotation around *place*, or none if nobody is said to speak it.

    *entities* are those of the text near *place*, in reading order. Where nobody is named in a paragraph that is a
    quotation, it goes on with the one before it.
    """
    return _speaker(text, place, entities, PARAGRAPHS)


def said_aside(text: str, start: int, end: int, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """Where the person is named who is said to speak amid ``text[start:end]``: ``Repairs, he added, cost €2m``."""
    found = SAID_ASIDE.search(text, start, end)
    if found is None:
        return None
    if found["name"]:
        return found.span("name")
    return last_person(entities, found.start())


def _speaker(text: str, place: int, entities: Sequence[Entity], left: int) -> tuple[int, int] | None:
    start = text.rfind("\n\n", max(0, place - FAR), place)
    start = start + 2 if start >= 0 else max(0, place - FAR)
    end = text.find("\n\n", place, place + FAR)
    end = end if end >= 0 else min(len(text), place + FAR)
    quotes = _quotations(text[start:end])
    inside = next((n for n, (low, high) in enumerate(quotes) if low <= place - start < high), None)
    if inside is None:
        return None
    spans = [(low + start, high + start) for low, high in quotes]
    for n in range(inside, -1, -1):  # a quotation that nobody is named for goes on with the one before it
        after = min(end, spans[n + 1][0]) if n + 1 < len(spans) else end
        before = spans[n - 1][1] if n else start
        if n != inside and not UTTERED.search(text[slice(*spans[n])]):
            return None
        found = _after(text, spans[n][1], after, entities) or _before(text, before, spans[n][0], entities)
        if found is not None:
            return in_full(text, found, entities)
    found = _unnamed(text, start, spans[0], spans[inside], entities)
    if found is None and left and inside == 0 and _goes_on(text, start, spans, end):
        above = text.rfind("\n\n", max(0, start - FAR), start - 2)
        last = _last_quotation(text, above + 2 if above >= 0 else max(0, start - FAR), start - 2)
        return _speaker(text, last, entities, left - 1) if last is not None else None
    return found


def _goes_on(text: str, start: int, spans: Sequence[tuple[int, int]], end: int) -> bool:
    """Whether the paragraph from *start* to *end* is nothing but a quotation."""
    return start > 1 and OPENS.match(text, start) is not None and not text[spans[0][1] : end].strip()


def _last_quotation(text: str, start: int, end: int) -> int | None:
    """A place inside of the last quotation of a paragraph, if the paragraph is little else."""
    quotes = _quotations(text[start:end])
    if not quotes:
        return None
    low, high = quotes[-1]
    return start + low + 1 if end - start - high < AFTER else None


@lru_cache(maxsize=64)
def _quotations(paragraph: str) -> tuple[tuple[int, int], ...]:
    return tuple(found.span() for found in QUOTE.finditer(paragraph))


def _after(text: str, start: int, end: int, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """Whom the words right after a quotation name: ``… he said``, ``… said Wu, who leads it``."""
    end = min(end, start + AFTER)
    stop = STOP.search(text, start, end)
    end = stop.start() + 1 if stop is not None else end
    tag = TAG.search(text, start, end)
    if tag is None:
        return None
    people = _people(entities, start, end)
    if people:
        nearest = min(people, key=lambda e: min(abs(e.start - tag.end()), abs(tag.start() - e.end)))
        return nearest.start, nearest.end
    if PRONOUN_TAG.search(text, start, end):
        return last_person(entities, start)
    named = NAMED_AFTER.match(text, start, end) or NAMED_FIRST.match(text, start, end)
    return named.span("name") if named is not None else None


def _before(text: str, start: int, end: int, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """Whom the words right before a quotation name: ``Wu disagreed: …``, ``she adds, …``."""
    lead = text[start:end].rstrip()
    if not lead.endswith((":", ",")):
        return None
    begin = start
    for stop in STOP.finditer(text, start, end):
        begin = stop.end()
    if lead.endswith(",") and not TAG.search(text, begin, end):
        return None
    people = _people(entities, begin, end)
    if people:
        return people[0].start, people[0].end
    role = ROLE.search(text[begin:end].rstrip()) if lead.endswith(":") else None
    if role is not None:
        return begin + role.start("name"), begin + role.end("name")
    aged = AGED.match(text, begin, end)
    if aged is not None and lead.endswith(":"):
        return aged.span("name")
    return last_person(entities, begin) if PRONOUN.search(text, begin, end) else None


def _unnamed(
    text: str, start: int, first: tuple[int, int], quote: tuple[int, int], entities: Sequence[Entity]
) -> tuple[int, int] | None:
    """Who speaks where no word says so: the one person of the paragraph so far, or of the one that leads in."""
    words = text[slice(*quote)]
    if len(words.split()) < 4 or not UTTERED.search(words):
        return None
    told = _teller(text, start, first[0], entities)
    if told is not None:
        return told
    if not MYSELF.search(words):
        return None
    people = _people(entities, start, first[0])
    if len({e.quote for e in people}) == 1:
        return people[-1].start, people[-1].end
    if people:
        return None
    if PRONOUN.search(text, start, first[0]):
        return last_person(entities, start)
    if text[start : first[0]].strip():
        return None
    above = text.rfind("\n\n", max(0, start - FAR), max(0, start - 2))
    lead = above + 2 if above >= 0 else max(0, start - FAR)
    if LEADS_IN.search(text, lead, start):
        people = _people(entities, lead, start)
        return (people[-1].start, people[-1].end) if people else None
    return None


def _teller(text: str, start: int, end: int, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """Who is said to say something in the sentence that ends at *end*: ``Wu says it is fast. “On some days …”``."""
    begin = start
    while end > begin and text[end - 1].isspace():
        end -= 1
    for stop in STOP.finditer(text, start, end):
        begin = stop.end()
    tag = TAG.search(text, begin, end)
    if tag is None or text[end - 1] not in ".!?":
        return None
    if PRONOUN_TAG.search(text, begin, end):
        return last_person(entities, begin)
    near = [e for e in entities if e.label in {Label.PERSON, Label.ORG} and begin <= e.start and e.end <= end]
    before = [e for e in near if e.end <= tag.start() <= e.end + BESIDE and "." not in text[e.end : tag.start()]]
    after = [e for e in near if tag.end() < e.start <= tag.end() + BESIDE and e.label is Label.PERSON]
    found = before[-1:] or after[:1]
    return (found[0].start, found[0].end) if found else None


def _people(entities: Sequence[Entity], start: int, end: int) -> list[Entity]:
    return [e for e in entities if e.label is Label.PERSON and start <= e.start and e.end <= end]


def last_person(entities: Sequence[Entity], place: int) -> tuple[int, int] | None:
    """Where the last person is named within ``FAR`` characters before *place*."""
    earlier = _people(entities, place - FAR, place)
    return (earlier[-1].start, earlier[-1].end) if earlier else None


def in_full(text: str, name: tuple[int, int], entities: Sequence[Entity]) -> tuple[int, int]:
    """Where the first name at *name* stands with its surname, if it does; any other name is left as it is."""
    first = text[slice(*name)]
    if " " in first:
        return name
    full = [e for e in entities if e.label is Label.PERSON and e.quote.startswith(first + " ")]
    return (full[0].start, full[0].end) if full else name
