"""When a claim holds: the time that it states, else its post's date, each at its own precision."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache

WHEN = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
WEEK = re.compile(r"(\d{4})-W(\d{2})")
YEAR = re.compile(r"\b(?:FY\s?)?((?:19|20)\d\d)(?:[-–/](\d{4}|\d{2}))?\b")


class Order(Enum):
    """How the times of two claims stand to each other."""

    SAME = "same"
    LATER = "later"  # the second after the first
    EARLIER = "earlier"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Time:
    """From the first day to the last; ``own`` if the claim says so itself, not only its post's date."""

    first: date
    last: date
    own: bool = False

    @property
    def years(self) -> float:
        """How long it is, in years."""
        return ((self.last - self.first).days + 1) / 365.25

    def __str__(self) -> str:
        if self.first == self.last:
            return self.first.isoformat()
        if (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31):
            return str(self.first.year) if self.first.year == self.last.year else f"{self.first.year}–{self.last.year}"
        if self.first.day == 1 and (self.first.year, self.first.month) == (self.last.year, self.last.month):
            return f"{self.first.year}-{self.first.month:02d}"
        return f"{self.first.isoformat()} to {self.last.isoformat()}"


@lru_cache(maxsize=100_000)
def time_of(when: str | None, posted: date | None) -> Time | None:
    """The time that *when* (ISO 8601) states, else the day of the post, else ``None``.

    >>> str(time_of("2021-W24", None))
    '2021-06-14 to 2021-06-20'
    >>> str(time_of("2021-06", None)), str(time_of(None, date(2021, 6, 17))), str(time_of("2010/2014", None))
    ('2021-06', '2021-06-17', '2010–2014')
    """
    if when:
        start, _, end = when.partition("/")
        first, last = _days(start), _days(end or start)
        if first and last and first[0] <= last[1]:
            return Time(first[0], last[1], own=True)
    return Time(posted, posted) if posted else None


def _days(text: str) -> tuple[date, date] | None:
    within = WEEK.fullmatch(text)
    if within:
        return _week(int(within[1]), int(within[2]))
    found = WHEN.match(text)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        assert year is not None
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except (ValueError, IndexError):
        return None


def _week(year: int, week: int) -> tuple[date, date] | None:
    try:
        return date.fromisocalendar(year, week, 1), date.fromisocalendar(year, week, 7)
    except ValueError:
        return None


def year_in(text: str) -> str | None:
    """The one year, or span of years, that *text* names.

    >>> year_in("GovHack 2015"), year_in("the budget for 2018-19"), year_in("from 2015 and 2016"), year_in("Fund")
    ('2015', '2018/2019', None, None)
    """
    found = set(YEAR.findall(text))
    if len(found) != 1:
        return None
    first, last = found.pop()
    if not last:
        return str(first)
    last = first[: 4 - len(last)] + last
    return f"{first}/{last}" if first < last <= str(int(first) + 10) else str(first)


def order(one: Time | None, other: Time | None, *, same_post: bool) -> Order:
    """How *other* lies to *one*.

    Times that overlap are the same, unless both last for years and are not alike.
    """
    if one is None or other is None:
        if not same_post:
            return Order.UNKNOWN
        # In a post without a date, what states no time holds now, after what is dated in it.
        return Order.SAME if one is other else Order.EARLIER if one is None else Order.LATER
    if one.last < other.first:
        return Order.LATER
    if other.last < one.first:
        return Order.EARLIER
    longer, shorter = max(one.years, other.years), min(one.years, other.years)
    if longer > 1.1 and shorter < 0.8 * longer:
        return Order.UNKNOWN
    return Order.SAME
