"""Who answers in an interview: the turns of a text that is written as questions and answers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.extract.spoken import in_full
from pipeline.records import Entity, Label

LONGEST_QUESTION = 300  # characters of a line that only asks
INTRODUCTION = 1500  # characters before the first question that introduce whoever answers it
LINE = re.compile(r"[^\n]+")
NAME = r"[A-ZÀ-Þ][\w’'.-]*"
HONORIFIC = r"(?:Mr|Ms|Mrs|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Baroness|Senator|Minister|Councillor|Cllr|Hon)\.?"
OFFICE = r"(?:Minister|Chair|President|Speaker|Mayor|Premier|Director|Commissioner|Secretary|Chancellor|Governor)"
LABEL = re.compile(
    rf"\W{{0,4}}(?:{HONORIFIC}[^\S\n]+|The[^\S\n]+(?={OFFICE}[:*( ]))?(?P<name>{NAME}(?:[^\S\n]+{NAME}){{0,4}})"
    r"(?:,[^\S\n]*\d\d|(?:[^\S\n]*\([^()\n]{2,60}\)){1,2})?\**:\**\s+(?=\S)"
)
ASKER, ANSWERER = {"q", "question"}, {"a", "answer"}
BOLD = re.compile(r"\s*(\*\*|__)(?!\s)[^\n]+?\1\s*$")
HEADING = re.compile(r"\s*#{1,6}\s")
QUOTED = re.compile(r"\s*[“\"]")
ASKS = re.compile(r"\?[\"”*_)\s]*$")
MYSELF = re.compile(r"\b(?:I|I[’'](?:m|ve|d|ll)|my|me|My|we|We|our|us)\b")
OF_READERS = re.compile(r"\b(?:I|I[’'](?:m|ve|d|ll)|my)\b")
TITLED = rf"\b{HONORIFIC} (?:{NAME} )?"
QUOTED_TURN = re.compile(rf"(?m)^{NAME}(?: {NAME})?(?:, \d\d[^\n:]{{0,80}})?: [“\"]")
ABOUT_THE_TEXT = re.compile(r"(?i)\b(?:this|the) (?:interview|conversation|transcript)\b")
CUE = re.compile(
    r"(?i)\binterview|\bconversation\b|\bspoke (?:with|to)\b|\btalk(?:ed|s|ing)? (?:with|to)\b|\bsat down with\b"
    r"|\b(?:met|caught|asked|visited|rang|called) (?:up with )?(?:him|her|them)\b|\bq ?& ?a\b"
    r"|\bquestions (?:for|to)\b|\bchat"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person answers: ``text[start:end]``; *name* is where its label names them, if it has one."""

    start: int
    end: int
    name: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Interview:
    """The turns of a text, in order, and where its first question stands."""

    turns: tuple[Turn, ...]
    first: int


def interviewee_at(text: str, place: int, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """Where the person is named who answers at *place* of *text*, if that is part of an interview.

    *entities* are those of the text, in reading order.
    """
    talk = interview_of(text)
    if talk is None:
        return None
    turn = _turn_at(talk.turns, place)
    if turn is None:
        return None
    if turn.name is not None:
        return in_full(text, turn.name, entities) if _person(text, turn.name, entities) else None
    return _introduced(text, talk, entities)


def _turn_at(turns: Sequence[Turn], place: int) -> Turn | None:
    found = bisect_right(turns, place, key=lambda turn: turn.start) - 1
    return turns[found] if found >= 0 and place < turns[found].end else None


@lru_cache(maxsize=8)
def interview_of(text: str) -> Interview | None:
    """The turns of *text*, or none if it does not ask and answer."""
    lines = [line.span() for line in LINE.finditer(text)]
    asking = [_asks(text, *line) for line in lines]
    bold = any(asks and BOLD.match(text, *line) for asks, line in zip(asking, lines, strict=True))
    turns: list[Turn] = []
    questions: list[tuple[int, int]] = []
    speaker: tuple[int, int] | None = None
    answering = False
    for (start, end), asks in zip(lines, asking, strict=True):
        label = LABEL.match(text, start, end)
        named = label.span("name") if label is not None else None
        called = label["name"].casefold() if label is not None else ""
        if asks or called in ASKER or (bold and BOLD.match(text, start, end)):
            questions.append((start, end))
            answering = True
        elif HEADING.match(text, start, end) or ABOUT_THE_TEXT.search(text, start, end):
            answering = False
        elif label is not None and called not in ANSWERER:
            quoted = QUOTED.match(text, label.end(), end) is not None
            turns.append(Turn(label.end(), end, named))
            answering = not quoted
            speaker = named if not quoted else speaker
        elif answering and (questions or speaker is not None):
            turns.append(Turn(start, end, speaker))
    if not turns:
        return None
    first = questions[0][0] if questions else turns[0].start
    return Interview(tuple(turns), first)


def _asks(text: str, start: int, end: int) -> bool:
    return end - start <= LONGEST_QUESTION and ASKS.search(text, start, end) is not None


def _person(text: str, name: tuple[int, int], entities: Sequence[Entity]) -> bool:
    """Whether the label at *name* is a person's: found as one, part of one's name, or titled as one in the text."""
    label = text[slice(*name)]
    if re.fullmatch(OFFICE, label) and text[: name[0]].endswith("The "):
        return True
    for entity in entities:
        if entity.label is Label.PERSON and (entity.quote == label or label in entity.quote.split()):
            return True
    if len(QUOTED_TURN.findall(text)) > 1:
        return True
    return re.search(TITLED + re.escape(label) + r"(?!\w)", text) is not None


def _introduced(text: str, talk: Interview, entities: Sequence[Entity]) -> tuple[int, int] | None:
    """The person whom the text introduces before its first question, and who then speaks of themselves."""
    unnamed = [turn for turn in talk.turns if turn.name is None]
    if not any(MYSELF.search(text, turn.start, turn.end) for turn in unnamed):
        return None
    asked = _questions(text, talk)
    if len(asked) < 2 or any(OF_READERS.search(text, *span) for span in asked):
        return None  # readers' own questions: how do I apply?
    begin = max(0, talk.first - INTRODUCTION)
    people = [e for e in entities if e.label is Label.PERSON and " " in e.quote and begin <= e.start < talk.first]
    if not people:
        return None
    alone = len({e.quote for e in people}) == 1
    speaks = any(OF_READERS.search(text, turn.start, turn.end) for turn in unnamed)
    if CUE.search(text, begin, talk.first) or (alone and speaks):
        return people[0].start, people[0].end
    return None


def _questions(text: str, talk: Interview) -> list[tuple[int, int]]:
    return [s for line in LINE.finditer(text, talk.first) if _asks(text, *(s := line.span()))]
