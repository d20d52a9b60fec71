"""What a stated value rules out: bounds, rounding and ranges, so that figures can be held side by side."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from pipeline.records import Bound, Kind

ABOUT = 0.15  # how far from the word "about" a figure may lie and still be meant
LOOSE = 0.25  # and how far before the two cannot both be right
WIDE = 1.5  # nobody says "over 100" of more than this many times 100
ROUNDED = 0.05  # the most that rounding takes or adds
FRACTION = 0.02  # "two thirds" may be 65 or 68 percent
DAYS = {
    "second": 1 / 86400,
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "fortnight": 14.0,
    "month": 30.4375,
    "quarter": 91.3125,
    "year": 365.25,
    "decade": 3652.5,
    "century": 36525.0,
}


class Fit(Enum):
    """How two values stand to each other, times apart."""

    EQUAL = "equal"
    AGREE = "agree"
    APART = "apart"  # both may be right, but they do not say the same
    CLASH = "clash"


@dataclass(frozen=True, slots=True)
class Value:
    """A stated value: what it rules in (``low`` to ``high``), and what its writer means (``core``)."""

    stated: float
    low: float
    high: float
    core_low: float
    core_high: float
    bound: Bound
    upper: float | None = None  # the stated upper end of a range


@lru_cache(maxsize=100_000)
def value_of(
    value: Decimal,
    top: Decimal | None = None,
    bound: Bound = Bound.EXACT,
    *,
    kind: Kind = Kind.COUNT,
    factor: float = 1.0,
) -> Value:
    """A stated *value*, times *factor*, with what *bound* and rounding leave open; *top* is the end of a range.

    An exact figure is as exact as its last digit that is not zero, within a twentieth: "1.6b" may be 1.58 billion.
    """
    stated, slack = float(value), FRACTION if kind is Kind.RATIO and 0 < value < 1 else rounding(value)
    if bound is Bound.RANGE and top is not None:
        low, high = sorted((stated, float(top)))
        above = rounding(top)
        edges = (low - slack, high + above, low - slack, high + above)
    elif bound is Bound.AT_LEAST:
        edges = (stated - slack, float("inf"), stated - slack, max(stated * WIDE, stated + 1))
    elif bound is Bound.AT_MOST:
        edges = (float("-inf"), stated + slack, stated / WIDE, stated + slack)
    elif bound is Bound.ABOUT:
        near, far = max(abs(stated) * ABOUT, slack), max(abs(stated) * LOOSE, slack)
        edges = (stated - far, stated + far, stated - near, stated + near)
    else:
        edges = (stated - slack, stated + slack, stated - slack, stated + slack)
    low, high, core_low, core_high = (edge * factor for edge in edges)
    upper = float(top) * factor if top is not None else None
    return Value(stated * factor, low, high, core_low, core_high, bound, upper)


def rounding(value: Decimal) -> float:
    """How far the true value may lie from *value* if its last digit that is not zero was rounded.

    >>> rounding(Decimal(1600000000)), rounding(Decimal(47)), rounding(Decimal("77.5"))
    (50000000.0, 0.5, 0.05)
    """
    if not value or not value.is_finite():
        return 0.0
    exponent = int(value.normalize().as_tuple().exponent)
    return min(0.5 * 10.0**exponent, ROUNDED * abs(float(value)))


def fit(one: Value, other: Value) -> Fit:
    """How two values stand to each other.

    >>> def said(value, bound="exact"):
    ...     return value_of(Decimal(value), bound=Bound(bound))
    >>> [fit(said(40, "at_least"), said(47)).value, fit(said(25, "about"), said(24)).value]
    ['agree', 'agree']
    >>> [fit(said(100), said(47)).value, fit(said(1600000000), said(1580000000)).value]
    ['clash', 'agree']
    """
    if one.upper == other.upper and abs(one.stated - other.stated) <= 1e-9 * abs(one.stated):
        return Fit.EQUAL if one.bound is other.bound else Fit.AGREE
    if one.high <= other.low or other.high <= one.low:
        return Fit.CLASH
    if one.bound is other.bound and one.bound in (Bound.AT_LEAST, Bound.AT_MOST):
        low, high = sorted((abs(one.stated), abs(other.stated)))
        return Fit.AGREE if high - low <= ROUNDED * high else Fit.APART
    if one.core_high < other.core_low or other.core_high < one.core_low:
        return Fit.APART
    return Fit.AGREE
