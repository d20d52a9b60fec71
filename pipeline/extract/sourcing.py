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
OWNED_COUNT = re.compile(r"[’']s? own (?:estimates?|count|account|reckoning|figures|calculations?|admission)\b")
AS = re.compile(r"(?:^|[\s“\"(])[Aa]s (?:the )?$")
PUTS_IT = re.compile(r" (?:puts? it|has it|says|said|notes|noted|explains|explained)\b")
SHOWN = re.compile(rf"\b{SHOWS}\b")
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
