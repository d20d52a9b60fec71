"""The time that a figure is of: dates in its sentence, resolved against the post's date, and how long it ran."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from pipeline.extract.quantity import Quantity
from pipeline.records import Kind

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if n} | {
    name.lower(): n for n, name in enumerate(calendar.month_abbr) if n
}
MONTH = "|".join(sorted((*MONTHS, "sept"), key=len, reverse=True))
MONTHS |= {"sept": 9}
DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
YEAR = r"(?P<year>(?:19|20)\d\d)"
DATES = [
    re.compile(rf"(?i)\b(?P<month>{MONTH})\.?\s+{DAY}(?!\d)(?:,?\s+{YEAR}\b)?"),
    re.compile(rf"(?i)\b{DAY}\s+(?:of\s+)?(?P<month>{MONTH})\b\.?(?:,?\s+{YEAR}\b)?"),
    re.compile(rf"\b{YEAR}-(?P<month>[01]\d)-(?P<day>[0-3]\d)\b"),
    re.compile(rf"(?i)\b(?P<month>{MONTH})\.?,?\s+(?:of\s+)?{YEAR}\b"),
    re.compile(
        rf"(?i)\b(?:in|since|by|until|from|during|last|this|next|early|mid|late)[ -](?P<month>{MONTH})\b(?!\s+\d)"
    ),
    re.compile(rf"(?i)(?:\bq(?P<quarter>[1-4])\s+(?:of\s+)?{YEAR}\b)"),
    re.compile(rf"(?<![\d.,$£€-]){YEAR}\s*[-–/]\s*(?P<second>\d\d(?:\d\d)?)(?![\d-])"),
    re.compile(rf"(?<![\d.,$£€-]){YEAR}(?![\d,-]\d|[%\w])"),
]
RELATIVE = re.compile(
    r"(?i)\b(?P<which>this|last|next|previous|coming)\s+(?P<unit>year|month|week|quarter)\b|\b(?P<day>today|yesterday|tomorrow)\b"
)
SINCE = re.compile(r"(?i)\b(?:since|starting in|starting from)\s+$")
UNTIL = re.compile(r"(?i)\b(?:by|until|before)\s+(?:the\s+end\s+of\s+)?(?:\w+\s+)?$")
OVER = re.compile(
    r"(?i)\b(?:over|for|in|within|during|across|throughout|every|per)\s+(?:the\s+|a\s+|its\s+)?(?:\w+\s+){0,2}$"
)
ASIDE = re.compile(r"\s[-–—]{1,3}\s|;\s")  # what follows is another clause
EVERY = re.compile(
    r"(?i)(?:\s*(?:\w+\s+){0,3}(?:an?|per|each|every)\s+|\s?/\s?)(?P<unit>year|month|week|day|hour|quarter|annum)\b"
)
YEARLY = re.compile(r"(?i)\b(?P<unit>annual|yearly|monthly|weekly|daily|hourly|quarterly)(?:ly)?\b")
UNITS = {
    "year": "P{}Y",
    "month": "P{}M",
    "week": "P{}W",
    "day": "P{}D",
    "hour": "PT{}H",
    "minute": "PT{}M",
    "second": "PT{}S",
}
RATES = {
    "annum": "P1Y", "annual": "P1Y", "yearly": "P1Y", "quarter": "P3M", "quarterly": "P3M", "monthly": "P1M",
    "weekly": "P1W", "daily": "P1D", "hourly": "PT1H",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Time:
    """A time as ISO 8601 with the words that say it; ``first`` is its first day, if it has one."""

    iso: str
    start: int
    end: int
    first: date | None = None


def times_in(text: str, start: int, end: int, posted: date | None) -> list[Time]:
    """The times that ``text[start:end]`` names, in order; relative ones need the day the post was *posted*.

    >>> [t.iso for t in times_in("In June 2018 and last year", 0, 26, date(2021, 6, 17))]
    ['2018-06', '2020']
    """
    found: list[Time] = []
    for pattern in DATES:
        for match in pattern.finditer(text, start, end):
            if any(t.start < match.end() and match.start() < t.end for t in found):
                continue
            time = _dated(match, posted)
            if time is not None:
                found.append(_bounded(time, text, posted))
    for match in RELATIVE.finditer(text, start, end):
        time = _relative(match, posted)
        if time is not None and not any(t.start < match.end() and match.start() < t.end for t in found):
            found.append(time)
    return sorted(found, key=lambda t: t.start)


def when_of(quantity: Quantity, times: Sequence[Time], text: str) -> Time | None:
    """The time nearest to *quantity*: the last one named before it, or one named right after in the same clause."""
    every = sorted(times, key=lambda t: t.start)
    after = [t for t in every if t.start >= quantity.end][:1]
    before = [t for t in every if t.end <= quantity.start]
    if after and ASIDE.search(text, quantity.end, after[0].start):
        after = []
    if before and after:
        gap = quantity.start - before[-1].end
        return after[0] if after[0].start - quantity.end < gap / 2 else before[-1]
    return before[-1] if before else after[0] if after else None


def apart(times: Sequence[Time], quantities: Sequence[Quantity]) -> list[Time]:
    """Those of *times* that share no word with *quantities*: "over 2000" is no year there."""
    return [t for t in times if not any(q.start < t.end and t.start < q.end for q in quantities)]


def ago_of(quantities: Sequence[Quantity], text: str, posted: date | None) -> Iterator[Time]:
    """Yield the times that durations with "ago" or "later" behind them come to: "2 years ago"."""
    for quantity in quantities:
        if posted is None or quantity.kind is not Kind.DURATION or not text.startswith(" ago", quantity.end):
            continue
        if quantity.unit in {"year", "month", "week", "day"} and quantity.value == int(quantity.value) < 10_000:
            day = _back(posted, quantity.unit, int(quantity.value))
            if day is not None:
                iso = {"year": f"{day.year:04}", "month": f"{day:%Y-%m}"}.get(quantity.unit, day.isoformat())
                yield Time(iso, quantity.start, quantity.end + 4, day)


def period_of(quantity: Quantity, text: str, others: Sequence[Quantity], sentence: tuple[int, int]) -> Time | None:
    """How long the thing counted took, or how often it comes: "over 3 years" is P3Y, "a month" P1M."""
    if quantity.kind in {Kind.DURATION, Kind.RANK}:
        return None
    rate = EVERY.match(text, quantity.end, min(sentence[1], quantity.end + 60))
    rate = rate or YEARLY.search(text, quantity.end, min(sentence[1], quantity.end + 14))
    if rate is not None:
        unit = rate["unit"].lower()
        return Time(RATES.get(unit) or UNITS[unit].format(1), rate.start("unit"), rate.end("unit"))
    for other in others:
        close = quantity.end <= other.start <= quantity.end + 60 and other.start < sentence[1]
        if other.kind is Kind.DURATION and close and OVER.search(text, max(sentence[0], other.start - 30), other.start):
            return Time(_duration(other.value, other.unit), other.start, other.end) if other.unit in UNITS else None
    return None


def _duration(value: Decimal, unit: str) -> str:
    number = format(value.normalize(), "f")
    return UNITS[unit].format(number)


def _dated(match: re.Match[str], posted: date | None) -> Time | None:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    month = None
    if parts.get("month"):
        name = parts["month"].lower()
        month = int(name) if name.isdigit() else MONTHS[name]
    if year is None and posted is not None and month is not None:
        year = posted.year - (1 if month > posted.month + 3 else 0)
    if year is None:
        return None
    try:
        if parts.get("day") and month:
            day = date(year, month, int(parts["day"]))
            return Time(day.isoformat(), match.start(), match.end(), day)
        if month:
            return Time(f"{year}-{month:02}", match.start(), match.end(), date(year, month, 1))
        if parts.get("quarter"):
            first = 3 * int(parts["quarter"]) - 2
            return Time(f"{year}-{first:02}/{year}-{first + 2:02}", match.start(), match.end(), date(year, first, 1))
        if parts.get("second"):
            second = int(parts["second"][-2:]) + year // 100 * 100
            if len(parts["second"]) == 4:
                second = int(parts["second"])
            if not 0 < second - year <= 20:
                return None
            return Time(f"{year}/{second}", match.start(), match.end(), date(year, 1, 1))
        return Time(str(year), match.start(), match.end(), date(year, 1, 1))
    except ValueError:
        return None


def _bounded(time: Time, text: str, posted: date | None) -> Time:
    """*time* as the beginning or end of a stretch where "since" or "by" says so."""
    before = text[max(0, time.start - 24) : time.start]
    if SINCE.search(before):
        return Time(f"{time.iso}/{posted.isoformat() if posted else '..'}", time.start, time.end, time.first)
    if UNTIL.search(before) and posted is not None and time.first is not None and time.first > posted:
        return Time(f"{posted.isoformat()}/{time.iso}", time.start, time.end, time.first)
    return time


def _relative(match: re.Match[str], posted: date | None) -> Time | None:
    if posted is None:
        return None
    if match["day"]:
        day = posted + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[match["day"].lower()])
        return Time(day.isoformat(), *match.span(), day)
    step = {"this": 0, "last": -1, "previous": -1, "next": 1, "coming": 1}[match["which"].lower()]
    unit = match["unit"].lower()
    if unit == "year":
        return Time(f"{posted.year + step:04}", *match.span(), date(posted.year + step, 1, 1))
    if unit == "week":
        day = posted - timedelta(days=posted.weekday()) + timedelta(weeks=step)
        year, week, _ = day.isocalendar()
        return Time(f"{year}-W{week:02}", *match.span(), day)
    months = posted.year * 12 + posted.month - 1
    if unit == "month":
        year, month = divmod(months + step, 12)
        return Time(f"{year}-{month + 1:02}", *match.span(), date(year, month + 1, 1))
    year, quarter = divmod(months // 3 + step, 4)
    first = 3 * quarter + 1
    return Time(f"{year}-{first:02}/{year}-{first + 2:02}", *match.span(), date(year, first, 1))


def _back(day: date, unit: str, count: int) -> date | None:
    try:
        if unit == "year":
            return day.replace(year=day.year - count, day=min(day.day, 28))
        if unit == "month":
            year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
            return date(year, month + 1, min(day.day, 28))
        return day - timedelta(days=count * (7 if unit == "week" else 1))
    except (ValueError, OverflowError):
        return None
