"""Numbers in digits: grouped, with a decimal point or comma, as a fraction, a power, an ordinal or a time's length."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from pipeline.extract.lookalikes import end_of_lookalike
from pipeline.extract.number import Form, Lookalike, Number, quotient, scaled
from pipeline.extract.number_grammar import FRACTION_SIGNS, SPACES, number_grammar

LONGEST = 30  # digits; what is longer is a serial number, a hash or noise

_PLAIN = re.compile(
    rf"(?P<spaced>\d{{1,3}}(?:[{SPACES}'’]\d{{3}})+,\d{{1,2}}(?![\d,]))"
    rf"|(?P<grouped>\d{{1,3}}(?:(?P<sep>[,'’{SPACES}])\d{{3}}(?:(?P=sep)\d{{3}})*)(?!\d)(?:\.\d+)?"
    r"|\d{1,2}(?:,\d\d)+,\d{3}(?!\d)(?:\.\d+)?)"
    r"|(?P<dotted>\d{1,3}(?:\.\d{3}){2,}(?![\d.]\d)(?:,\d{1,2}(?!\d))?|\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d))"
    r"|(?P<plain>\d+(?:\.\d+)?(?:[eE][-+−]?\d{1,2}(?![\w.]))?)"
)
_FRACTION = re.compile(
    rf"(?:(\d{{1,3}})(?:[{SPACES}-]|(?=[{FRACTION_SIGNS}])))?(?:(\d{{1,3}})[/⁄](\d{{1,4}})(?![\d/.])|([{FRACTION_SIGNS}]))"
)
_ORDINAL_END = re.compile(r"(?:st|nd|rd|th|ST|ND|RD|TH)(?![^\W_])")
_CLOCKED = re.compile(r"(\d{1,3}):([0-5]\d)(?=\s?(?:min(?:ute)?s?|hours?|hrs?)(?![^\W_]))")
_HOUR = re.compile(r"(?:[01]?\d|2[0-4]):[0-5]\d(?=\s?h)")  # "at 11:30 hrs"
_AT = re.compile(r"(?<![^\W_])(?:at|from|till|until|by|before|after|to|[-–]) ?$", re.IGNORECASE)
_POWER = re.compile(r"\s?[×xX·]\s?10(?:\^?([-−+]?\d{1,2})(?![\d.,]\d)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
_COMMA_DECIMAL = re.compile(r"(\d+),(\d{1,2})(?![\d,])")
_ZEROS = re.compile(r"[1-9]\d{0,2}\.000(?= (?!per ?cent|kilo|mega|met|gram|lit)[^\W\d_]{4,})")  # "11.000 communes"
_ROW = re.compile(rf"\d[\d.]{{0,11}}(?:[,;|\t{SPACES}]{{1,3}}\d[\d.]{{0,11}}){{9,}}(?!,?\d)")
_RUN = re.compile(r"\w+(?:-\w+)*")
_CODE_BEFORE = re.compile(r"(?<![^\s(\[“\"'‘~<>≤≥-])(?<!\w-)[A-Za-z]{1,3}[$.]?$")


def read_digits(text: str, start: int) -> Number | Lookalike | None:
    """The number whose digits begin at *start*, or what only looks like one; none where nothing can be read.

    >>> str(read_digits("1,5 million", 0).value)
    '1500000.0'
    """
    return _no_number(text, start) or _clocked(text, start) or _fraction(text, start) or _plain(text, start)


def _no_number(text: str, start: int) -> Lookalike | None:
    """The code, date, telephone number or row of numbers that the digit stands in."""
    code = _end_of_code(text, start)
    if code is not None:
        return Lookalike(start=start, end=code, reason="code")
    row = _ROW.match(text, start)
    if row is not None:
        return Lookalike(start=start, end=row.end(), reason="row of numbers")
    hour = _HOUR.match(text, start)
    if hour is not None and _AT.search(text, max(0, start - 8), start) is not None:
        return Lookalike(start=start, end=hour.end(), reason="time")
    lookalike = end_of_lookalike(text, start)
    if lookalike is not None:
        return Lookalike(start=start, end=lookalike[0], reason=lookalike[1])
    return None


def _clocked(text: str, start: int) -> Number | None:
    """A length of time written as on a clock: "2:30 hours" are two and a half."""
    clocked = _CLOCKED.match(text, start)
    if clocked is None:
        return None
    base = round(int(clocked[1]) + Decimal(clocked[2]) / 60, 4)
    return Number(start=start, end=clocked.end(), base=base, form=Form.DIGITS, digits=True)


def _plain(text: str, start: int) -> Number | Lookalike | None:
    """A number that is no fraction, with its power, its ordinal's ending or its scale word."""
    plain = _PLAIN.match(text, start)
    if plain is None:
        return None
    if plain.end() - start > LONGEST:
        return Lookalike(start=start, end=plain.end(), reason="too long for a quantity")
    base, end = _valued(text, plain)
    number = Number(start=start, end=end, base=base, form=Form.DIGITS, grouped=plain["plain"] is None, digits=True)
    pointed = text[start - 1 : start] == "." and not text[max(0, start - 2) : start - 1].isalnum()
    if pointed and (plain["plain"] or "").isdecimal():
        number = number._replace(start=start - 1, base=Decimal(f"0.{plain['plain']}"))
    power = _POWER.match(text, end)
    if power is not None:
        exponent = int((power[1] or power[2]).translate(_SUPERSCRIPTS))
        return number._replace(end=power.end(), base=base * Decimal(10) ** exponent)
    ordinal = _ORDINAL_END.match(text, end)
    if ordinal is not None and base == int(base):
        return number._replace(end=ordinal.end(), form=Form.ORDINAL)
    return scaled(text, number)


def _valued(text: str, plain: re.Match[str]) -> tuple[Decimal, int]:
    """What the digits say, and where they end: a comma may part thousands or decimals."""
    comma = _COMMA_DECIMAL.match(text, plain.start())
    if comma is not None and plain["plain"] is not None and _is_decimal_comma(text, comma):
        return Decimal(f"{comma[1]}.{comma[2]}"), comma.end()
    if plain["spaced"] is not None:
        return Decimal(re.sub(rf"[’'{SPACES}]", "", plain["spaced"]).replace(",", ".")), plain.end()
    if plain["dotted"] is not None:
        return Decimal(plain["dotted"].replace(".", "").replace(",", ".")), plain.end()
    if _ZEROS.match(text, plain.start()) is not None:
        return Decimal(plain["plain"].replace(".", "")), plain.end()
    if plain["grouped"] is not None:
        return Decimal(re.sub(rf"[,'’{SPACES}]", "", plain["grouped"])), plain.end()
    return Decimal(plain["plain"].replace("−", "-")), plain.end()


def _end_of_code(text: str, start: int) -> int | None:
    """The end of the code or name that the digit stands in, letters and digits in one: not "EUR10"."""
    before = text[start - 1 : start]
    if not before.isalpha() and before != "_":
        return None
    if _CODE_BEFORE.search(text, max(0, start - 6), start):
        return None
    run = _RUN.match(text, start)
    return run.end() if run else None


def _is_decimal_comma(text: str, match: re.Match[str]) -> bool:
    """Whether the comma in "1,5 million" or "€1,50" parts whole from fraction."""
    if text[match.start() - 1 : match.start()] in tuple("€£$¥"):
        return True
    if number_grammar().scale.match(text, match.end()) is not None:
        return True
    return text[match.end() : match.end() + 2].lstrip(SPACES)[:1] in ("%", "€")


def _fraction(text: str, start: int) -> Number | Lookalike | None:
    """A fraction in digits or as one sign, with the whole before it: "2 1/2", "½"."""
    match = _FRACTION.match(text, start)
    if match is None:
        return None
    whole, over, under, sign = match.groups()
    if sign:
        value = Decimal(str(round(unicodedata.numeric(sign), 6)))
    elif Decimal(under) == 0 or (not whole and Decimal(over) >= Decimal(under)):
        return Lookalike(start=match.start(), end=match.end(), reason="slash")
    else:
        value = quotient(int(over), int(under))
    value += Decimal(whole or 0)
    form = Form.DIGITS if whole else Form.FRACTION
    return scaled(text, Number(start=match.start(), end=match.end(), base=value, form=form, digits=True))
