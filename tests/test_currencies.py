"""Currencies: every one of CLDR by code and name, signs by what they may mean, bare signs by the evidence."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from pipeline.extract.currencies import currencies_of, current_codes
from pipeline.extract.currency_choice import resolve_currency
from pipeline.extract.lexicon import table
from pipeline.extract.quantities import find_quantities
from pipeline.records import Kind

CASES = Path(__file__).parent / "cases" / "currencies.jsonl"
ROWS = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
ENGLISH = Locale("en")


@pytest.mark.parametrize("case", ROWS, ids=lambda row: row["id"])
def test_a_bare_sign_is_decided_by_the_nearest_evidence(case: dict[str, Any]) -> None:
    """The subject decides before the sentence, the sentence before the post, the post before its country."""
    said = case["said"]
    text = f"They paid 9,000 {said}." if said.isalpha() and said not in ("kr", "Rs") else f"They paid {said} 9,000."
    (quantity,) = find_quantities(text)
    resolved = resolve_currency(quantity.candidates, **case["evidence"])
    assert [resolved.code, resolved.evidence, list(resolved.flags)] == [
        case["code"],
        case["decided_by"],
        case["flags"],
    ]
    assert resolved.candidates[0] == resolved.code
    assert set(resolved.candidates) == set(quantity.candidates)


def test_nothing_said_is_nothing_decided() -> None:
    """Without candidates there is no currency, and a flag says so."""
    resolved = resolve_currency((), country="GB")
    assert (resolved.code, resolved.evidence, resolved.flags) == (None, "none", ("ambiguous-currency",))


@pytest.mark.parametrize("code", sorted(current_codes()))
def test_every_currency_in_use_is_found_by_its_code(code: str) -> None:
    """The code stands before or behind the sum."""
    for text in (f"It cost {code} 2.5 million.", f"It cost 2.5 million {code}."):
        (quantity,) = find_quantities(text)
        assert (quantity.kind, quantity.unit, quantity.value) == (Kind.MONEY, code, Decimal(2_500_000))


@pytest.mark.parametrize("code", sorted(current_codes() - {"ZWG"}))
def test_every_currency_in_use_is_found_by_its_names(code: str) -> None:
    """In the singular and in the plural, as CLDR names it."""
    plural = ENGLISH.currencies[code] if code == "XXX" else _name(code)
    (quantity,) = find_quantities(f"It cost 3 million {plural} then.")
    assert quantity.kind is Kind.MONEY
    assert code in quantity.candidates
    assert quantity.quote == f"3 million {plural}"


def _name(code: str) -> str:
    from babel.numbers import get_currency_name

    return str(get_currency_name(code, count=3, locale="en")).split(" (")[0]


def test_the_table_of_signs_has_no_gaps() -> None:
    """Every code in the table is a currency, and no candidate is listed twice."""
    data = table("currencies")
    known = set(ENGLISH.currencies) | {"BTC", "ZWG", "SLE", "XCG"}
    for part in ("signs", "names", "minor"):
        for said, codes in data[part].items():
            listed = codes.split()
            assert listed, said
            assert set(listed) <= known, said
            assert len(set(listed)) == len(listed), said


def test_a_part_of_a_country_has_its_money() -> None:
    """A state's or province's code stands for its country."""
    assert currencies_of("AU-NSW") == ("AUD",)
    assert currencies_of("xx") == ()


@pytest.mark.parametrize("text", ["ALL 50 states agreed.", "The TOP 10 sites won.", "They won 5 of them.", "A SEK 5"])
def test_codes_that_are_words_need_a_sum(text: str) -> None:
    """Nobody pays in Albanian money where "ALL 50" agreed."""
    assert not [quantity for quantity in find_quantities(text) if quantity.kind is Kind.MONEY]
