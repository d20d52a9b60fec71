"""Quantities: what is found, what is not, and what no text can make them do."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.quantities import find_quantities, read_stretches
from pipeline.extract.quantity import Quantity
from pipeline.records import Bound, Kind

CASES = Path(__file__).parent / "cases" / "quantities.jsonl"


def cases() -> list[Any]:
    """The rows as parameters; a row with a "gap" is expected to fail."""
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    gap = pytest.mark.xfail(strict=True)
    return [pytest.param(row, id=row["id"], marks=[gap] if "gap" in row else []) for row in rows]


def shown(quantity: Quantity) -> list[Any]:
    """*quantity* as a row of the cases writes it."""
    unit = quantity.unit or (quantity.candidates[0] if quantity.candidates else None)
    return [quantity.quote, quantity.kind.value, quantity.value, quantity.value_max, unit, quantity.bound.value]


@pytest.mark.parametrize("case", cases())
def test_quantities_are_found_as_written(case: dict[str, Any]) -> None:
    """Every quantity of the sentence is found once, in order, in all its fields, and nothing else."""
    wanted = [
        [quote, kind, Decimal(value), None if value_max is None else Decimal(value_max), unit, bound]
        for quote, kind, value, value_max, unit, bound in case["quantities"]
    ]
    assert [shown(quantity) for quantity in find_quantities(case["text"])] == wanted


def test_a_third_of_the_rows_find_nothing_and_ids_are_their_own() -> None:
    """The rows are many, their ids differ, and false friends are a good third of them."""
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 400
    assert len({row["id"] for row in rows}) == len(rows)
    assert sum(not row["quantities"] for row in rows) * 3 >= len(rows)


PIECES = st.sampled_from(
    [
        "5",
        "10",
        "1,000",
        "2.5",
        "1/2",
        "½",
        "twenty",
        "one",
        "half",
        "a",
        "dozen",
        "million",
        "bn",
        "k",
        "m",
        "%",
        "$",
        "£",
        "€",
        "US$",
        "kr",
        "-",
        "–",
        "to",
        "and",
        "or",
        "between",
        "from",
        "over",
        "up",
        "to",
        "+",
        "first",
        "4th",
        "tripled",
        "times",
        "years",
        "-year-old",
        "people",
        "of",
        "the",
        "(",
        ")",
        "[",
        "]",
        ".",
        ",",
        ";",
        "\n",
        "\xa0",
        "\u202f",
        "\u200f",
        "\u202e",
        "�",
        "\x00",
        "́",
        "🎉",
        "👩\u200d🚀",
        "５",
        "١٢",
        "2018",
        "June",
        "10:30",
        "#5",
        "18F",
        "Covid-19",
        "§5",
        "http://a.b/5",
        "x",
        "=",
        "24/7",
        "1-2-3",
        "in",
        "out",
        "about",
        "a",
        "year",
    ]
)
TEXTS = st.one_of(
    st.text(alphabet=st.characters(), max_size=80),
    st.lists(PIECES, max_size=24).map(" ".join),
    st.lists(PIECES, max_size=24).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_no_text_breaks_the_laws(text: str) -> None:
    """Offsets give back the words, spans are in order and apart, and every value comes from its own words."""
    end = 0
    for quantity in find_quantities(text):
        assert text[quantity.start : quantity.end] == quantity.quote
        assert quantity.quote == quantity.quote.strip()
        assert end <= quantity.start < quantity.end
        first, last = quantity.number
        assert quantity.start <= first < last <= quantity.end
        assert quantity.value.is_finite()
        assert quantity.value_max is None or quantity.value_max > quantity.value
        assert (quantity.bound is Bound.RANGE) == (quantity.value_max is not None)
        end = quantity.end


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        alphabet=st.characters(exclude_categories=["Nd", "Nl", "No"], exclude_characters="aehtoxfnswqzAEHTOXFNSWQZ")
    )
)
def test_a_figure_is_never_invented(text: str) -> None:
    """Without a digit and without the letters that every number word needs, nothing is found."""
    assert find_quantities(text) == []


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 10**12), st.sampled_from(["", "\0", "🎉 ", "\u202e", "ä\u0301 ", "\ud800 "]))
def test_a_figure_among_odd_characters_keeps_its_place_and_value(number: int, before: str) -> None:
    """Odd characters before a figure move neither its offsets nor its value."""
    text = f"{before}they paid ${number:,} there"
    (quantity,) = find_quantities(text)
    assert quantity.value == number
    assert text[quantity.start : quantity.end] == f"${number:,}"


@pytest.mark.parametrize(
    "text",
    [
        "1234567890" * 20_000,
        "1," * 50_000,
        "," * 100_000,
        "a1" * 60_000,
        "(" * 50_000 + "5" + ")" * 50_000,
        "1 " * 60_000,
        "one " * 30_000,
        "twenty-" * 20_000,
        "1-" * 60_000,
        "1." * 60_000,
        "A1-" * 40_000,
        "million " * 15_000,
        "half a " * 15_000,
        " " * 100_000 + "5",
        "5" + " " * 100_000,
        "1" + "a" * 100_000,
        "5\u0301" * 10_000,
    ],
    ids=lambda text: f"{text[:8]!r}",
)
def test_an_odd_text_is_read_to_its_end(text: str) -> None:
    """However long and odd a text is, it is read, and every figure stands in it; the bench times it."""
    assert all(text[found.start : found.end] == found.quote for found in find_quantities(text))


def test_a_reason_is_given_for_every_number_that_is_no_quantity() -> None:
    """A reviewer can ask why a number was left out."""
    figures = list(read_stretches("In June 2018, see section 508: one of 3 teams left."))
    assert [(figure.reason, figure.quantity and figure.quantity.quote) for figure in figures] == [
        ("date", None),
        ("reference", None),
        ("pronoun", None),
        (None, "3"),
    ]


def test_a_bare_sign_keeps_its_candidates() -> None:
    """A "$" may be many currencies, a prefix settles it."""
    bare, prefixed = find_quantities("$5 and NZ$5")
    assert bare.kind is prefixed.kind is Kind.MONEY
    assert bare.unit is None
    assert {"USD", "AUD", "CAD"} <= set(bare.candidates)
    assert prefixed.unit == "NZD"
