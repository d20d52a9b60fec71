"""Two numbers that make one range: "£5-10 million", "between 10 and 20", "two to four weeks"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.extract.amounts import Amount
from pipeline.extract.lexicon import any_of, words
from pipeline.extract.number import Form
from pipeline.records import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Two ends; ``start`` takes in "between"."""

    low: Amount
    high: Amount
    start: int
    end: int


_GAP = re.compile(
    r"(?P<dash>[ \u00a0\u2009\u202f]?[-–—‐‑−~][ \u00a0\u2009\u202f]?)"
    rf"|[ -]{{1,2}}(?P<word>to|through|thru|or|and|until)[ -](?:(?:{any_of('contexts', 'hedges')}|as many as) )?"
)
_BETWEEN = re.compile(r"(?<![^\W_])between (?:(?:about|around|roughly|approximately) )?$", re.IGNORECASE)
_FROM = re.compile(
    r"(?<![^\W_])from (?:(?:about|around|just|over|under|nearly|roughly|approximately|an average of|a low of) )?$",
    re.IGNORECASE,
)
_BY = re.compile(r"(?<![^\W_])by (?:about |around |nearly |some )?$")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?;]\s|\n")
_TIMES = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2629800, "year": 31557600}


def join(text: str, low: Amount, high: Amount) -> Range | None:
    """The range that *low* and *high* make with the words between them, or None."""
    if high.start - low.end > 24 or high.start < low.end:
        return None
    gap = _GAP.fullmatch(text, low.end, high.start)
    if gap is None or not _same_form(low, high):
        return None
    between = _BETWEEN.search(text, max(0, low.start - 32), low.start)
    word = gap["word"]
    if word == "and" and between is None:
        return None
    if _points(text, low) and not _points(text, high):
        return None  # "by half a percentage point to 4.75%"
    if word == "to" and low.kind is not None and _BY.search(text, max(0, low.start - 12), low.start):
        return None  # "by 50 basis points to 5.25%"
    low, high = reach_back(low, high)
    if not _same_unit(low, high):
        return None
    if low.value >= high.value:
        return None
    if word in ("to", "through", "until") and between is None and is_change(text, low):
        return None
    if word == "to" and low.signed and not high.money:
        return None
    if high.signed and (gap["dash"] or "").strip() == "—" and gap["dash"] != "—":
        return None  # columns of a table
    start = between.start() if between is not None else low.start
    if word == "to" and (found := _FROM.search(text, max(0, low.start - 28), low.start)):
        start = found.start()
    return Range(low=low, high=high, start=start, end=high.end)


def changed(text: str, low: Amount, high: Amount) -> Amount | None:
    """*low* with the unit that *high* lends it, where something went from one to the other: "from 5 to 7 percent"."""
    gap = _GAP.fullmatch(text, low.end, high.start) if 0 <= high.start - low.end <= 24 else None
    if gap is None or gap["word"] != "to" or low.kind is not None or high.kind is None or not is_change(text, low):
        return None
    return reach_back(low, high)[0]


def _points(text: str, amount: Amount) -> bool:
    return amount.kind is Kind.PERCENT and "point" in text[amount.start : amount.end]


def reach_back(low: Amount, high: Amount) -> tuple[Amount, Amount]:
    """The two with the scale, the currency and the unit that each lends to the other."""
    if (
        high.scale > 1
        and low.scale == 1
        and low.base < 1000
        and low.base < high.base
        and not (low.kind and not low.signed)
    ):
        low = low._replace(scale=high.scale)
    if low.money and low.signed and high.kind is None:
        high = high._replace(kind=low.kind, candidates=low.candidates, unit=low.unit)
    if low.kind is None and high.kind is not None and not high.signed:
        low = low._replace(kind=high.kind, unit=high.unit, factor=high.factor, candidates=high.candidates)
    return low, high


def _same_form(low: Amount, high: Amount) -> bool:
    forms = {low.number.form, high.number.form}
    return not forms & {Form.ORDINAL, Form.MULTIPLE}


def _same_unit(low: Amount, high: Amount) -> bool:
    if low.kind is not high.kind:
        return False
    if low.money:
        return low.candidates == high.candidates or bool(set(low.candidates) & set(high.candidates))
    return low.unit == high.unit


def is_change(text: str, low: Amount) -> bool:
    """Whether the words before say that something went from one to the other."""
    found = _FROM.search(text, max(0, low.start - 28), low.start)
    if found is None:
        return False
    before = text[max(0, found.start() - 90) : found.start()]
    ends = [end.end() for end in _SENTENCE_END.finditer(before)]
    said = [word.lower() for word in _WORD.findall(before[ends[-1] if ends else 0 :])]
    if said and said[-1] in words("contexts", "ranging"):
        return False
    if any(word in words("contexts", "change") for word in said):
        return True
    if not said:
        return False  # "From 5 to 7 percent of bids fail"
    return low.kind in (Kind.MONEY, Kind.PERCENT) and not any(word in words("contexts", "ranging") for word in said)
