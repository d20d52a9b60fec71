"""A number as it stands in a text: its value, how it is written, and what only looks like one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from pipeline.extract.number_grammar import number_grammar


class Form(StrEnum):
    """How a number is written."""

    DIGITS = "digits"
    WORDS = "words"
    ORDINAL = "ordinal"
    FRACTION = "fraction"
    MULTIPLE = "multiple"
    ARTICLE = "article"  # "a year": one only where a bound or "and a half" makes it a number


class Number(NamedTuple):
    """A number in a text: ``value`` is ``base`` times ``scale``."""

    start: int
    end: int
    base: Decimal
    form: Form
    scale: Decimal = Decimal(1)
    letter: str = ""  # a letter glued to the digits that may be a scale or a unit ("5m")
    grouped: bool = False  # with thousands separators
    digits: bool = False  # the first character is a digit

    @property
    def value(self) -> Decimal:
        """The number itself."""
        return self.base * self.scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """A stretch with digits that is a date, a time, a version or a code, and no number."""

    start: int
    end: int
    reason: str


AND_HALF = re.compile(
    r"[ -]and[ -](?:an?|one)[ -](half|quarter|third)(?![^\W_])|[ -]and[ -](three)[ -]quarters(?![^\W_])"
)
_NAME_AHEAD = re.compile(r" [A-Z][a-z]")
LARGEST = Decimal(10) ** 18  # beyond a quintillion a further scale word is noise


def quotient(over: int, under: int) -> Decimal:
    """The fraction to six places, the precision in which ratios are kept.

    >>> quotient(2, 3), quotient(6, 3)
    (Decimal('0.666667'), Decimal('2'))
    """
    return round(Decimal(over) / Decimal(under), 6).normalize() if over % under else Decimal(over // under)


def scaled(text: str, number: Number) -> Number:
    """*number* with the scale words that follow it, a half, or the letter that may be a scale."""
    grammar = number_grammar()
    half = AND_HALF.match(text, number.end)
    if half is not None:
        part = Decimal("0.75") if half[2] else quotient(1, grammar.denominators[half[1].lower()])
        number = number._replace(base=number.base + part, end=half.end(), form=Form.DIGITS)
    scale = number.scale
    while found := grammar.scale.match(text, number.end):
        if (
            found[1].istitle()
            and _NAME_AHEAD.match(text, found.end())
            and found[1].lower() not in ("million", "billion", "mio", "mrd")
        ):
            break  # "18 Mill Lane"
        scale *= grammar.scales[found[1].lower()]
        number = number._replace(end=found.end(), scale=scale, form=Form.DIGITS)
        if scale > LARGEST:
            break
    if scale == 1 and number.digits:
        letter = grammar.letter.match(text, number.end)
        if letter is not None:
            return number._replace(letter=letter.group())
    return number
