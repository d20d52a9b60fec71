"""What a cell of a spreadsheet can hold: how long a text, how exact a number, which days."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

LETTERS = 32_767  # of a cell, in units of UTF-16
CUT = " … [cut]"
PRECISE = 15  # digits that a spreadsheet keeps; a longer figure is text
POWERS = 300  # of ten, that a spreadsheet's number reaches up and down
FIRST_DAY = datetime(1899, 12, 30)  # number 0 for a spreadsheet, from March 1900 on
MARCH_1900 = 60  # spreadsheets hold 1900 for a leap year, so days before its March are text


def surely_fits(text: str) -> bool:
    """Whether *text* is short enough whatever its letters are."""
    return len(text) <= LETTERS // 2


def cut(text: str) -> str:
    """*text*, no longer than a cell may be."""
    if not surely_fits(text) and len(text.encode("utf-16-le", "replace")) // 2 > LETTERS:
        kept = text.encode("utf-16-le", "replace")[: 2 * (LETTERS - len(CUT))]
        return kept.decode("utf-16-le", "ignore") + CUT
    return text


def too_long(value: Decimal) -> bool:
    """Whether a spreadsheet's number would lose digits of *value*.

    >>> [too_long(Decimal(value)) for value in ("1600000000", "0.1", "12345678901234567", "1E+420")]
    [False, False, True, True]
    """
    if abs(value.adjusted()) >= POWERS:
        return bool(value)
    return len(str(value)) > PRECISE and Decimal(repr(float(value))) != value


def dated(value: date) -> bool:
    """Whether a spreadsheet has a number for the day *value*."""
    return value.toordinal() - FIRST_DAY.toordinal() > MARCH_1900
