"""What looks like a number and is none: dates, clock times, telephone numbers, versions, codes, links."""

from __future__ import annotations

import re

# the lengths by which two numbers with "×" between them are known for what they are
LENGTHS = r"(?:feet|foot|ft|inch(?:es)?|cm|mm|k?m|(?:kilo|centi|milli)?met(?:re|er)s?|yards?|yds?|miles?)"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
    r"|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER)"
)
_DAY_END = r"(?:st|nd|rd|th)?"
_DASH = r"[-–—‐‑−]"
_YEAR = r"(?:1[5-9]|20|21)\d\d"
_TO = rf"\s?(?:{_DASH}|to|and|&|,|or|until|through)\s?"

# Read at the first digit, the first that fits wins; each is anchored and looks a bounded way ahead.
_AHEAD = (
    (
        "date",
        re.compile(
            rf"\d{{1,2}}{_DAY_END}(?:{_TO}\d{{1,2}}{_DAY_END}){{0,3}}\s?(?:of\s)?{_MONTH}(?![^\W_])\.?(?:,?\s{_YEAR}(?!\d))?"
        ),
    ),
    (
        "date",
        re.compile(rf"{_YEAR}[-/.]\d\d?[-/.]\d\d?(?:T[\d:.]+Z?)?(?!\d)|\d\d?[-/.]\d\d?[-/.](?:{_YEAR}|\d\d)(?![\d.])"),
    ),
    ("year", re.compile(rf"{_YEAR}\s?(?:{_DASH}|/)\s?(?:{_YEAR}|\d\d?)(?![\d,.%]*\d|[^\W\d_]|%)")),
    ("date", re.compile(r"9/11(?![\d/.]|\s?(?:of|%))")),
    ("name", re.compile(r"7[0-9]7(?:s| M(?:ax|AX)|-[2-9]00)(?![^\W_])")),  # aeroplanes
    ("name", re.compile(r"24/7(?:/365)?(?![\d/])")),
    ("name", re.compile(r"\d{1,2}-(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve)(?![^\W_])")),
    (
        "coordinates",
        re.compile(
            r"\d{1,3}(?:\.\d+)?\s?°\s?(?:\d{1,2}(?:\.\d+)?\s?['′’]\s?(?:\d{1,2}(?:\.\d+)?\s?[\"″”]\s?)?)?[NSEW](?![^\W_])"
        ),
    ),
    ("decade", re.compile(r"\d{1,3}0['’]?s(?![^\W_])")),
    (
        "time",
        re.compile(
            rf"\d{{1,2}}(?:[:.]\d\d)?(?:\s?(?:{_DASH}|to)\s?\d{{1,2}}(?:[:.]\d\d)?)?\s?"
            r"(?:[aApP]\.?[mM](?![^\W_])\.?|o['’]clock|noon(?![^\W_])|midnight|hrs (?:UTC|GMT))"
        ),
    ),
    (
        "time",
        re.compile(
            rf"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?![\d:]|\s?(?:min|hour|hr|ratio))(?:\s?(?:{_DASH}|to)\s?\d{{1,2}}:\d\d)?"
        ),
    ),
    (
        "telephone",
        re.compile(
            r"(?:\d[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?!\d)"
            r"|\d{1,2}-\d{3}-[A-Z\d]{3,4}-?[A-Z\d]{2,4}"
            r"|(?:1[38]00|0\d{2,4})[ -]\d{3,4}[ -]\d{3,4}(?![\d,])"
            r"|0\d{9,10}(?!\d)|\d{3}-\d{4}(?![\d-])|0[1-9]\d{0,3}(?: \d{2,4}){2,4}(?!\d)"
        ),
    ),
    ("code", re.compile(r"\d+(?:\.\d+){2,}(?!\d{3})(?:[-+.]?\w+)*|\d+(?:[:/-]\d+){2,}")),
    (
        "size",
        re.compile(
            r"\d+\s?[x×]\s?\d+(?:\s?[x×]\s?\d+)?(?![^\W_]|[⁻⁰¹²³^−-]|\.\d|\s?[x×]"
            rf"|[\s-]?{LENGTHS}(?![^\W_]))"
        ),
    ),
)
_PLAINLY_A_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?%?(?= (?!and|noon|midnight|hrs|until|through)[a-z]{3,})")
_VERSION_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?!\.?\d)")
_MONTH_BEFORE = re.compile(rf"(?<![^\W_])(?:{_MONTH}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.)\s(?:the\s)?$")
_MONTH_DAY = re.compile(
    rf"\d{{1,2}}{_DAY_END}(?![\d%]|[.,]\d|\s?(?:percent|per cent|million|billion))"
    rf"(?:\s?(?:{_DASH}|to|and|&|through)\s?(?:{_MONTH}\s)?\d{{1,2}}{_DAY_END}(?![\d%]|[.,]\d))?"
    rf"(?:,?\s{_YEAR}(?![\d]|,\d))?|{_YEAR}(?!\d)"
)
_WEEKDAY_BEFORE = re.compile(r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,?\s(?:the\s)?$")
_DAY = re.compile(rf"\d{{1,2}}{_DAY_END}(?![\d%]|[.,]\d)")
_LINK = re.compile(
    r"://|www\.|@|^#(?!\d+$)|^[\\/]|[\w-]+\.(?:com|org|net|gov|edu|io|uk|au|ca|html?|pdf|docx?|xlsx?|png|jpe?g|csv|txt|md)\b"
    r"|[\\=&?_~][^\W\d]|[^\W\d](?:[\\=&_~]|\?(?!$))|[^\W\d]\w*/\w+/|/\w+/\w*[^\W\d]"
)
_AGE_BAND = re.compile(r"(?<![^\W_])(?:[Uu]nder|[Oo]ver)[-‐‑ ]$")  # "the over-60s"
_RATIO_BEFORE = re.compile(r"(?<![^\W_])[Rr]atio(?: of| is| was)? $")
_TOKEN = re.compile(r"[^\s<>\"”“()\[\],;|]+")
_TOKEN_END = re.compile(r"[\s<>\"”“()\[\],;|]")
_NO_TOKEN_BEFORE = frozenset(' \n\t\r\u00a0\u202f\u2009<>"”“()[],;|$£€')
_PLAIN_TOKEN = re.compile(r"[\d.,%]+(?![^\s<>\"”“()\[\],;|])")
_LONGEST_LINK = 120


def end_of_lookalike(text: str, start: int) -> tuple[int, str] | None:
    """Where the thing ends that only looks like a number at *start*, and what it is; None for a number.

    >>> end_of_lookalike("2018-06-12 was the day", 0)
    (10, 'date')
    >>> end_of_lookalike("12 teams", 0)
    """
    before = text[max(0, start - 24) : start]
    link = _end_of_link(text, start, before)
    if link is not None:
        return link, "link"
    if before and before[-1] in " \u00a0":
        if _MONTH_BEFORE.search(before) and (found := _MONTH_DAY.match(text, start)):
            return found.end(), "date"
        if _WEEKDAY_BEFORE.search(before) and (found := _DAY.match(text, start)):
            return found.end(), "date"
    if _PLAINLY_A_NUMBER.match(text, start):
        return None
    for reason, pattern in _AHEAD:
        found = pattern.match(text, start)
        if found is not None and not _is_number_after_all(text, start, reason, found):
            return found.end(), reason
    return None


def _is_number_after_all(text: str, start: int, reason: str, found: re.Match[str]) -> bool:
    if reason == "code":
        return _VERSION_GROUPS.match(text, start) is not None and text[start - 1 : start] in ("", " ", "€", "$", "£")
    if reason == "decade":
        return _AGE_BAND.search(text, max(0, start - 6), start) is not None and found.end() - start < 5
    if reason == "time" and _RATIO_BEFORE.search(text, max(0, start - 12), start):
        return True
    if reason == "time" and found.group()[-1].isdigit():
        return text[start - 1 : start] in ("$", "£", "€")
    return reason == "telephone" and text[start - 1 : start] in ("$", "£", "€")


def _end_of_link(text: str, start: int, before: str) -> int | None:
    """The end of the link, address, handle, file name or path that the digit at *start* stands in."""
    if not before or before[-1] in _NO_TOKEN_BEFORE:
        left = start
        if _PLAIN_TOKEN.match(text, start):
            return None
    else:
        left = max(0, start - _LONGEST_LINK)
        for found in _TOKEN_END.finditer(text, left, start):
            left = found.end()
    token = _TOKEN.match(text, left, start + _LONGEST_LINK)
    if token is None or not _LINK.search(token.group()):
        return None
    return token.end()
