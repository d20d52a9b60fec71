"""What is known of countries: their currencies (CLDR, by Babel) and how many people live there (countryinfo)."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

NOW = 2025  # fixed, so that a run tomorrow says the same


@cache
def currencies_of(country: str, year: int | None = None) -> frozenset[str]:
    """The ISO 4217 codes of the money that is tender in *country* (ISO 3166-1), in *year* or, without one, now.

    >>> sorted(currencies_of("US")), sorted(currencies_of("EE", 2005))
    (['USD'], ['EEK'])
    """
    from babel.numbers import get_territory_currencies

    return frozenset(get_territory_currencies(country, date(year or NOW, 7, 1), tender=True))


@cache
def inhabitants(country: str) -> int | None:
    """About how many people live in *country* (ISO 3166-1); the figures are some years old.

    >>> inhabitants("EE") > 1_000_000, inhabitants("ZZ")
    (True, None)
    """
    from countryinfo import CountryInfo, CountryNotFoundError

    try:
        return CountryInfo(country).population() or None
    except CountryNotFoundError:
        return None


@cache
def country_name(country: str) -> str:
    """The English name of *country*.

    >>> country_name("GB")
    'United Kingdom'
    """
    return str(_english().territories.get(country, country))


@cache
def currency_name(code: str) -> str:
    """The English name of a currency, for several units of it.

    >>> currency_name("GBP")
    'British pounds'
    """
    from babel.numbers import get_currency_name

    return str(get_currency_name(code, count=2, locale="en"))


@cache
def _english() -> Locale:
    import babel

    return babel.Locale("en")
