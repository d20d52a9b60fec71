"""Labels with a number behind them: "Closed issues: 348", "Median age: 28"."""

from __future__ import annotations

import re

from pipeline.extract.lexicon import words
from pipeline.extract.nouns import is_plural, lemma_of
from pipeline.extract.quantity import Quantity
from pipeline.extract.units import unit_table
from pipeline.records import Kind

NEAR = 400  # characters to the figure before, within which a list's line may go on counting what that one counts
_LABEL = re.compile(r"(?:^|\n|[.;] )[ \t>*•\-–]*([^\n:.!?;]{3,70}):[* ]+(?:about |around |over |nearly |some )?$")
_AGE = re.compile(r"(?i)(?<![^\W_])age(?: at [^:]*| of [^:]*)?$")
_POPULATION = re.compile(r"(?i)(?<![^\W_])population(?: \(.*\))?$")
_PLAIN_WORD = re.compile(r"[^\W\d_]+")
_LINE_BEFORE = re.compile(r"[^\n]{0,80}\n\s{0,4}(?:[-*•–][ \t]+)?$")
_TOTAL = re.compile(r"(?i)(?:the )?(?:total|number of|sum|average|median|mean|all in all|altogether|in all)(?![^\W_])")


def label_unit(text: str, start: int, earlier: Quantity | None) -> tuple[Kind, str | None] | None:
    """What the number at *start* counts by the label before it, "Closed issues: 348"; none without such a label.

    The unit is unknown in a list whose line before named it: "Trees: 40 downloads", "Parking: 30".
    """
    found = _LABEL.search(text, max(0, start - 90), start)
    if found is None:
        return None
    label = found[1].strip(" *_")
    if _AGE.search(label):
        return Kind.DURATION, "year"
    if _POPULATION.search(label):
        return Kind.COUNT, "person"
    listed = earlier is not None and _is_line_above(text, earlier, found.start(1))
    if listed and earlier is not None and (earlier.unit is None or _named_behind(text, earlier)):
        return Kind.COUNT, None
    things = next(
        (word for word in _PLAIN_WORD.findall(label) if is_plural(word) and word.lower() not in _stops()), None
    )
    if things is not None:
        lemma = lemma_of(things)
        unit = unit_table().get(lemma)
        return (unit.kind, unit.name) if unit is not None and unit.kind is Kind.DURATION else (Kind.COUNT, lemma)
    return (Kind.COUNT, None) if listed or _TOTAL.match(label) else None


def _is_line_above(text: str, earlier: Quantity, start: int) -> bool:
    """Whether *earlier* is the count of the labelled line right above the one that begins at *start*."""
    return (
        earlier.kind is Kind.COUNT
        and start - earlier.end < NEAR
        and _LINE_BEFORE.search(text, earlier.start, start) is not None
        and _LABEL.search(text, max(0, earlier.start - 90), earlier.start) is not None
    )


def _named_behind(text: str, earlier: Quantity) -> bool:
    """Whether the thing that *earlier* counts stands behind its number, not in the label before it."""
    behind = _PLAIN_WORD.search(text, earlier.end, earlier.end + 40)
    return behind is not None and lemma_of(behind[0]) == earlier.unit


def _stops() -> frozenset[str]:
    return words("contexts", "stops") | words("contexts", "elided_verbs")
