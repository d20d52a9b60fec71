"""The phrases by which a sentence names where a figure comes from: ``data from X show``, ``(source: X)``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.records import Entity, Label

BODIES = {Label.ORG, Label.PERSON}
FINDINGS = (
    r"(?:data|figures?|statistics|research|surveys?|study|studies|reports?|analys[ei]s|polls?|papers?|estimates?"
    r"|numbers|findings|index|census|review)"
)
SHOWS = (
    r"(?:shows?|showed|finds?|found|says?|said|suggests?|suggested|indicates?|indicated|reports?|reported|reveals?"
    r"|revealed|estimates?|estimated|puts?|notes?|noted|predicts?|predicted|states?|stated|concludes?|concluded"
    r"|claims?|claimed|forecasts?|argues?|argued|believes?|warns?|warned|highlights?|highlighted)"
)
FOUND_BY = re.compile(rf"(?i)\b{FINDINGS},?(?: \w+){{0,3}}? (?:from|by) (?:the |an? )?$")
CITED = re.compile(r"(?:(?:^|[,;(“\"] ?)(?:[Pp]er|[Cc]iting)|\b[Ss]ources?:) (?:the )?$")
OWN_FINDINGS = re.compile(rf"(?i)[’']s?(?: [\w-]+){{0,4}} {FINDINGS}\b")
TELLS_THAT = re.compile(rf",? (?:\w+ly )?{SHOWS} that\b")
OWN_COUNT = re.compile(r"\b[Bb]y (?:the )?$")
OWNED_COUNT = re.compile(r"[’']s? (?:own )?(?:estimates?|count|account|reckoning|figures|calculations?|admission)\b")
AS = re.compile(r"(?:^|[\s“\"(])[Aa]s (?:the )?$")
PUTS_IT = re.compile(r" (?:puts? it|has it|says|said|notes|noted|explains|explained)\b")
SHOWN = re.compile(rf"\b{SHOWS}\b")
NAME = r"[A-Z][\w’'.&-]*(?:\s+(?:(?:of|for|the|and)\s+)*[A-Z0-9][\w’'.&-]*)*"
CITED_AT_END = re.compile(
    rf"[^.;()\n]{{0,80}}\((?:[Ss]ources?: ?(?:the )?(?P<source>{NAME})(?=[,;)])|(?P<dated>{NAME}),? (?:19|20)\d\d\))"
)
IN_FINDINGS = re.compile(r"(?i)\bin (?:an?|the|its|last year[’']s|this year[’']s) (?:recent |new |latest |\d{4} )?$")
BY_FINDINGS = re.compile(rf"(?i)\bin (?:an?|the) (?:[a-z]+ )?{FINDINGS} (?:by|from) (?:the )?$")
ITS_FINDINGS = re.compile(rf"(?: \w+){{0,2}} {FINDINGS}(?=,| of )")
LEAD = 60  # characters before a name that its introduction may take


def named_source(text: str, sentence: tuple[int, int], figure: int, near: Sequence[Entity]) -> Entity | None:
    """The body or person among *near* that the words around its name make the source of the figure at *figure*.

    *sentence* is where the figure's sentence begins and ends.
    """
    for entity in near:
        if entity.label not in BODIES:
            continue
        lead = text[max(sentence[0], entity.start - LEAD) : entity.start]
        if CITED.search(lead):
            return entity
        if OWN_COUNT.search(lead) and OWNED_COUNT.match(text, entity.end, sentence[1]):
            return entity
        if BY_FINDINGS.search(lead) or (IN_FINDINGS.search(lead) and ITS_FINDINGS.match(text, entity.end, sentence[1])):
            return entity
        if entity.end > figure:
            continue
        if FOUND_BY.search(lead) and SHOWN.search(text, entity.end, figure):
            return entity
        if TELLS_THAT.match(text, entity.end, figure) or (AS.search(lead) and PUTS_IT.match(text, entity.end, figure)):
            return entity
        owned = OWN_FINDINGS.match(text, entity.end, figure)
        if owned is not None and SHOWN.search(text, owned.end(), figure):
            return entity
    return None


def cited_source(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the name in brackets stands that is cited right behind a figure: ``60% of firms (Eurostat, 2023)``.

    *start* is where the figure ends, *end* where its sentence does.
    """
    found = CITED_AT_END.match(text, start, end)
    if found is None:
        return None
    return found.span("source") if found["source"] else found.span("dated")
