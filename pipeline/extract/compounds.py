"""Two numbers that state one amount: feet and inches, hours and minutes, pounds and pence."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.extract.amounts import Amount
from pipeline.extract.nouns import counted_noun
from pipeline.extract.number import Form

_SECONDS = re.compile(r" s(?![^\W_])")
_PARTS = {
    ("foot", "inch"): 12,
    ("hour", "minute"): 60,
    ("minute", "second"): 60,
    ("pound", "ounce"): 16,
    ("degree", "minute"): 60,
}


def compound(text: str, first: Amount, second: Amount) -> Amount | None:
    """Two measures that are one, or none: 5' 4", 5ft 10, 1 hour 30 minutes, two pounds fifty."""
    parts = _PARTS.get((first.unit or "", second.unit or ""))
    if parts is None and first.unit == "hour" and first.glued_unit and text[second.number_end : second.end] == "m":
        parts = 60  # "2h 30m"
    if first.unit == "minute" and second.kind is None and _SECONDS.match(text, second.end) is not None:
        parts = 60  # "4 min 20 s"
        second = second._replace(end=second.end + 2)
    if parts is None and second.kind is None and _bare_part(text, first, second):
        parts = 100 if first.money else 12
    if (
        first.money
        and second.money
        and second.factor != 1
        and first.factor == 1
        and set(first.candidates) & set(second.candidates)
    ):
        parts = 100
    if (
        parts is None
        or text[first.end : second.start] not in (" ", "", ", ", " and ")
        or second.base * second.scale >= parts
    ):
        return None
    value = first.value + (second.value if first.money and second.money else second.value / parts)
    return first._replace(end=second.end, base=round(value, 4).normalize(), scale=Decimal(1), factor=Decimal(1))


def _bare_part(text: str, first: Amount, second: Amount) -> bool:
    """Whether a bare number is the inches or pence of what stands right before it: "5ft 10", "five pounds fifty"."""
    if second.base != int(second.base) or second.scale != 1 or second.number.grouped or second.number.letter:
        return False
    if counted_noun(text, second.end) is not None or text[second.end : second.end + 1] in ("-", "/", "%", "°"):
        return False
    if first.money:
        return not first.signed and second.number.form is Form.WORDS is first.number.form and second.base >= 10
    return first.unit == "foot" and first.base == int(first.base) and 2 < first.base < 9
