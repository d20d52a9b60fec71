"""Days as posts write them. What is ambiguous or impossible is no date; the raw words are kept beside it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = date(1990, 1, 1)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv enero ene janeiro januar jänner gennaio",
            "february feb février fevrier févr febrero fevereiro fev februar febbraio",
            "march mar mars marzo março marco märz maerz",
            "april apr avril avr abril abr aprile",
            "may mai mayo maio maggio mei",
            "june jun juin junio junho juni giugno",
            "july jul juillet juil julio julho juli luglio",
            "august aug août aout agosto ago augustus",
            "september sep sept septembre septiembre setembro set settembre",
            "october oct octobre octubre outubro out oktober okt ottobre",
            "november nov novembre noviembre novembro",
            "december dec décembre decembre déc diciembre dic dezembro dez dezember dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:$|[T\s].*)", re.DOTALL)
YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:$|[T\s,].*)", re.DOTALL)
SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})(?:$|T\d.*)")
YEAR_LAST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4})(?:$|[T\s,].*)", re.DOTALL)
DAY_FIRST = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|er|º|o|\.)?(?:\s+of|\s+de)?[\s-]+([^\W\d]+)\.?(?:\s+de)?,?[\s-]+(\d{4})\b"
)
MONTH_FIRST = re.compile(r"(?:[^\W\d]+\.?,?\s+)?([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
CHINESE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
IN_PATH = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/_-])")
IN_NAME = re.compile(r"^((?:19|20)\d{2})-(\d{2})-(\d{2})(?=[-_. ])")


def parse_day(words: str | None, *, today: date | None = None) -> date | None:
    """The day that *words* state, or None where they state none or could mean two.

    >>> parse_day("2016/6/29 15:07:41"), parse_day("Thu, 4 May 2017 19:40:17")
    (datetime.date(2016, 6, 29), datetime.date(2017, 5, 4))
    >>> parse_day("03/05/2022") is None, parse_day("May 3rd, 2022")
    (True, datetime.date(2022, 5, 3))
    """
    if not words or len(words) > 200:
        return None
    found = _read(words.strip())
    if found is None or found < EARLIEST or (today and found > today + timedelta(days=1)):
        return None
    return found


def day_in_url(url: str) -> date | None:
    """The day in an address's path, as blogs write it.

    >>> day_in_url("https://a.gov/blog/2016/12/15/title/")
    datetime.date(2016, 12, 15)
    """
    match = IN_PATH.search(url)
    return _day(*match.groups()) if match else None


def day_in_name(name: str) -> date | None:
    """The day that a file's name begins with.

    >>> day_in_name("2016-12-15-principles.md")
    datetime.date(2016, 12, 15)
    """
    match = IN_NAME.match(name)
    return _day(*match.groups()) if match else None


def _read(words: str) -> date | None:
    for pattern in (ISO, YEAR_FIRST, SOLID, CHINESE):
        if match := pattern.match(words):
            return _day(*match.groups())
    if match := YEAR_LAST.match(words):
        first, sign, second, year = match.groups()
        if sign == "." or int(first) > 12 or first == second:  # dots are day first everywhere
            return _day(year, second, first)
        return _day(year, first, second) if int(second) > 12 else None
    if (match := DAY_FIRST.match(words)) and (month := MONTHS.get(match[2].lower())):
        return _day(match[3], month, match[1])
    if (match := MONTH_FIRST.match(words)) and (month := MONTHS.get(match[1].lower())):
        return _day(match[3], month, match[2])
    try:
        return parsedate_to_datetime(words).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
