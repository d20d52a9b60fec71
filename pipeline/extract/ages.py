"""Ages: a bare number that the words around it make years of somebody's life."""

from __future__ import annotations

import re

from pipeline.extract.amounts import Amount
from pipeline.extract.bare_number import word_before
from pipeline.extract.bounds import BoundWords
from pipeline.extract.lexicon import words
from pipeline.extract.number import Number
from pipeline.extract.sorts import sorts_of
from pipeline.records import Bound, Kind

AGE_BEFORE = re.compile(r"(?<![^\W_])(?:age|aged|ages|age of|ages of)\s$", re.IGNORECASE)
_AGE_IS = re.compile(
    r"(?<![^\W_])(?:[Mm]edian|[Aa]verage|[Mm]ean|[Hh]is|[Hh]er|[Tt]he|[Tt]heir) age (?:is|was|at \w+ (?:is|was)) $"
)
_BORN = re.compile(
    r"(?:^|[\s“\"(])(?:[Hh]e|[Ss]he|I)"
    r"(?:['’](?:s|m)|(?:['’]d| had)? (?:just )?turned|['’]ll (?:be|turn)| (?:is|was|am))"
    r" (?:only |just |now |already |then |still )?$"
)
_IS_ONLY = re.compile(r"(?<![^\W_])([a-z]+) (?:is|was) (?:only |just |now )?$")
_TURNED = re.compile(r"(?<![^\W_])(?:turned|turns|turning) (?:only |just )?$")
_THEN = re.compile(r", (?:then|now|only|aged|just|still) (?:only |just )?$")
_AT_AGE = re.compile(r" (?:he|she|I|they|his|her)(?![^\W_])")
_AT = re.compile(r"(?:^|[\s“\"])[Aa]t (?:only |just )?$")
_SURNAME_AGE = re.compile(
    r"(?:^|[\n.!?:;*“\"]\s?\*{0,2})[A-Z][^\W\d_]+(?:[-‐][A-Z][^\W\d_]+)?, $|[A-Z][^\W\d_]+[-‐][A-Z][^\W\d_]+, $"
)
_PERSON_AGE = re.compile(r"(?<![^\W_])(?:[Aa]n?|[Oo]ne|[Tt]he|[Aa]nother) (?:[^\W\d_]+ ){0,3}?([a-z]+), $")
_OF_AGE = re.compile(r"(?<![^\W_])an? (?:[a-z]+ ){0,2}([a-z]+) of $")
_IS_AGE = re.compile(
    r"(?<![^\W_])(?:(?:[Hh]e|[Ss]he|I|[Ww]ho) (?:was|is|am|turned|turns)(?: only| just)?"
    r"|(?:celebrat\w+|is|are|was) turning) $"
)
_AGE_CLOSES = re.compile(r"\s*(?:[.,;)]|$|(?:and|when|last|this|next|today|yesterday|in) )")
_NAME_AGE = re.compile(r"[A-Z][^\W\d_]+ [A-Z][^\W\d_]+, $")
_YOU_ARE = re.compile(r"(?<![^\W_])(?:you|they|he|she|who|anyone|everyone|those)(?:['’]re| are| is|['’]s)? $")
_MUST_BE = re.compile(r"(?<![^\W_])(?:I|you|who|they|he|she)(?: have to| must| need to| should| had to| can)? be $")
_THEY_WERE = re.compile(r"(?<![^\W_])(?:of (?:them|whom)|who|they|people|adults) (?:are|were) $")
_YOUNGEST = re.compile(r"(?<![^\W_])(?:youngest|oldest|eldest)(?: [a-z]+)?,?(?: is| was)?(?: just| only| now)? $")
AGES_RANGE = re.compile(r"(?<![^\W_])(?:[Aa]ges?|[Aa]ged)(?![^\W_])[^.!?\n]{0,30} (?:rang\w+|var\w+|were|are|was|is) $")
_BAND = re.compile(r"(?<![^\W_])(?P<side>[Uu]nder|[Oo]ver)[-‐‑ ]$")
_BAND_ENDS = re.compile(r"['’]?s(?![^\W_])")
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
    before = text[max(0, amount.start - 40) : amount.start]
    if _AGE_IS.search(before) or _stands_as_age(text, amount, before):
        return year
    closes = _AGE_CLOSES.match(text, amount.end) is not None
    if after in ("or over", "and over", "or under", "and under", "or above") and _YOU_ARE.search(window):
        return year
    if amount.base > 9 and (closes or text[amount.end : amount.end + 1] == "?") and _MUST_BE.search(window):
        return year
    if closes and bound is not None and amount.base > 15 and _THEY_WERE.search(text, max(0, start - 28), start):
        return year
    if closes and _YOUNGEST.search(window):
        return year
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


def age_band(text: str, number: Number) -> BoundWords | None:
    """The words that make *number* the edge of a group of ages, with its bound: "over-65s", "the under 16s"."""
    if not number.digits or not 0 < number.value < OLDEST or _BAND_ENDS.match(text, number.end) is None:
        return None
    found = _BAND.search(text, max(0, number.start - 6), number.start)
    ends = _BAND_ENDS.match(text, number.end)
    if found is None or ends is None:
        return None
    bound = Bound.AT_MOST if found["side"].lower() == "under" else Bound.AT_LEAST
    return BoundWords(bound=bound, start=found.start(), end=ends.end(), inside=True, phrase=found["side"].lower())


def _stands_as_age(text: str, amount: Amount, before: str) -> bool:
    """Whether a number is an age by its place: "She's 47,", "the minister, then 34,", "At 26 he was"."""
    ends = text[amount.end : amount.end + 1] in (",", ".", ";", ":", ")", "!", "?", "") or text[amount.end] == "\n"
    closes = ends or _AGE_CLOSES.match(text, amount.end) is not None
    if closes and (_BORN.search(before) or (_THEN.search(before) and ends)):
        return True
    if closes and (person := _IS_ONLY.search(before)) is not None and "person" in sorts_of(person[1]):
        return True
    if _TURNED.search(before) and (closes or text.startswith((" last ", " this ", " on "), amount.end)):
        return True
    if amount.value >= 5 and _AT.search(before) and _AT_AGE.match(text, amount.end):
        return True
    if not amount.number.digits or not ends or not 9 < amount.base < 105:
        return ends and (person := _OF_AGE.search(before)) is not None and person[1] in words("contexts", "aged")
    if _SURNAME_AGE.search(before) and amount.base > 15 and text[amount.end : amount.end + 2] in (", ", ": ", ":\n"):
        return _LISTS_ON.match(text, amount.end) is None
    person = _PERSON_AGE.search(before) or _OF_AGE.search(before)
    if person is None:
        return False
    return person[1] in words("contexts", "aged") or (
        text[amount.end] == "," and person[1] not in words("contexts", "parents") and "person" in sorts_of(person[1])
    )


_LISTS_ON = re.compile(r", (?:\d|and \d)")


def is_age(text: str, amount: Amount) -> bool:
    """Whether *amount*, in years, is an age and no length of time: "years old", or a number without its unit."""
    return amount.end == amount.number_end or text[amount.start : amount.end].rstrip("s").endswith("old")
