"""What a figure in a text says by itself, before anybody asks whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.records import Bound, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A quantity expression; ``text[start:end] == quote``, its value fully scaled."""

    start: int
    end: int
    quote: str
    kind: Kind
    value: Decimal
    value_max: Decimal | None = None
    unit: str | None = None  # None: a bare currency sign, or a noun that only a parse can tell
    bound: Bound = Bound.EXACT
    number: tuple[int, int]  # where the digits or number words stand, without bound and unit
    candidates: tuple[str, ...] = ()  # ISO 4217 codes that a bare sign or name may mean
    flags: tuple[str, ...] = ()
    elided: bool = False  # the noun that it counts is left out: "seven publish nothing"
