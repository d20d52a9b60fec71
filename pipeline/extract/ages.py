"""Ages: a bare number that the words around it make years of somebody's life."""

from __future__ import annotations

import re

from pipeline.extract.amounts import Amount
from pipeline.extract.bare_number import word_before
from pipeline.extract.bounds import BoundWords
from pipeline.extract.lexicon import words
from pipeline.records import Kind

AGE_BEFORE = re.compile(r"(?<![^\W_])(?:age|aged|ages|age of|ages of)\s$", re.IGNORECASE)
_IS_AGE = re.compile(
    r"(?<![^\W_])(?:(?:[Hh]e|[Ss]he|I|[Ww]ho) (?:was|is|am|turned|turns)(?: only| just)?"
    r"|(?:celebrat\w+|is|are|was) turning) $"
)
_AGE_CLOSES = re.compile(r"\s*(?:[.,;)]|$|(?:and|when|last|this|next|today|yesterday|in) )")
_NAME_AGE = re.compile(r"[A-Z][^\W\d_]+ [A-Z][^\W\d_]+, $")
OLDEST = 130  # years


def as_age(text: str, amount: Amount, bound: BoundWords | None) -> Amount | None:
    """*amount* as an age, where the words around a bare number make it one."""
    if amount.kind is not None or amount.scale != 1 or not 0 < amount.base < OLDEST or amount.base != int(amount.base):
        return None
    start = bound.start if bound is not None and bound.start < amount.start else amount.start
    year = amount._replace(kind=Kind.DURATION, unit="year")
    window = text[max(0, start - 28) : start]
    if AGE_BEFORE.search(window):
        return year
    after = bound.phrase if bound is not None else ""
    if after in ("and older", "or older", "or younger", "and younger", "older than", "younger than"):
        return year
    closes = _AGE_CLOSES.match(text, amount.end) is not None
    if bound is not None:
        word, _ = word_before(text, start)
        if word.lower() in words("contexts", "age_subjects") and (
            bound.start < amount.start or after in ("and over", "or over", "and under", "and above")
        ):
            return year
        return None
    if closes and _IS_AGE.search(window):
        return year
    if amount.base > 15 and _NAME_AGE.search(window) and text[amount.end : amount.end + 1] in (",", "."):
        return year
    return None


def is_age(text: str, amount: Amount) -> bool:
    """Whether *amount*, in years, is an age and no length of time: "years old", or a number without its unit."""
    return amount.end == amount.number_end or text[amount.start : amount.end].rstrip("s").endswith("old")
