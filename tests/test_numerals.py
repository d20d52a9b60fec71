"""Numbers in digits and in words: exact values, and what only looks like one."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.lexicon import table
from pipeline.extract.number import Form, Lookalike, Number
from pipeline.extract.numerals import find_numbers

CASES = Path(__file__).parent / "cases" / "numerals.jsonl"
ROWS = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", ROWS, ids=lambda row: row["id"])
def test_a_number_has_its_value(case: dict[str, Any]) -> None:
    """A whole text that is one number is read as one, with its exact value."""
    found = [number for number in find_numbers(case["text"]) if isinstance(number, Number)]
    if case["value"] is None:
        assert [number.value for number in found if number.form is not Form.ORDINAL] == []
        return
    (number,) = found
    assert number.value == Decimal(case["value"])
    assert (number.start, number.end) == (0, len(case["text"]))


NAMES = table("numbers")
ONES: list[str] = list(NAMES["units"])
TENS: list[str] = [word for word in NAMES["tens"] if word != "fourty"]


def spelled(number: int) -> str:
    """*number* in English words."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10 - 2] + (f"-{ONES[number % 10]}" if number % 10 else "")
    for scale, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            rest = number % scale
            joint = " and " if 0 < rest < 100 else " "
            return f"{spelled(number // scale)} {name}" + (joint + spelled(rest) if rest else "")
    raise AssertionError(number)


@given(st.integers(0, 10**12 - 1))
def test_a_spelled_number_gives_the_number_back(number: int) -> None:
    """Any whole number below a trillion survives being written in words."""
    (found,) = find_numbers(spelled(number))
    assert isinstance(found, Number)
    assert found.value == number


@given(st.integers(0, 10**15), st.sampled_from([",", "\u00a0", "\u202f", "'"]))
def test_a_grouped_number_gives_the_number_back(number: int, separator: str) -> None:
    """Any whole number survives its thousands being set apart."""
    (found,) = find_numbers(f"{number:,}".replace(",", separator))
    assert isinstance(found, Number)
    assert found.value == number


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12 June 2018", "date"),
        ("2018-06-12", "date"),
        ("2018–19", "year"),
        ("1990s", "decade"),
        ("9:30", "time"),
        ("5 p.m.", "time"),
        ("555-123-4567", "telephone"),
        ("10.0.2.1", "code"),
        ("640x480", "size"),
        ("1" * 40, "too long for a quantity"),
    ],
)
def test_a_lookalike_says_what_it_is(text: str, reason: str) -> None:
    """What is no number is told apart, in one piece."""
    (found,) = find_numbers(text)
    assert isinstance(found, Lookalike)
    assert (found.start, found.end, found.reason) == (0, len(text), reason)
