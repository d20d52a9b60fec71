"""A number with what is written onto it: currency, percent sign or unit, scale letter, minus."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from pipeline.extract.currencies import CurrencyWords, currency_after, currency_before
from pipeline.extract.lexicon import any_of, table
from pipeline.extract.nouns import counted_noun
from pipeline.extract.number import Form, Number
from pipeline.extract.units import is_long, unit_after
from pipeline.records import Kind


class Amount(NamedTuple):
    """A number and its unit; ``start`` and ``end`` take in the sign, the unit and a scale letter."""

    number: Number
    start: int
    end: int
    number_end: int  # with scale word or letter
    base: Decimal
    scale: Decimal
    kind: Kind | None = None  # None: a bare number
    unit: str | None = None
    factor: Decimal = Decimal(1)
    candidates: tuple[str, ...] = ()
    signed: bool = False  # the currency stands before the number
    glued_unit: bool = False
    flags: tuple[str, ...] = ()

    @property
    def value(self) -> Decimal:
        """The amount in its unit, fully scaled."""
        return self.base * self.scale * self.factor

    @property
    def money(self) -> bool:
        """Whether it is money."""
        return self.kind is Kind.MONEY


_MINUS = re.compile(r"(?:(?<![^\s(\[=:])[-−–]|(?<![^\W_])(?:[Mm]inus|[Nn]egative)[ -])$")
_WEIGHT = re.compile(
    r"weigh|weight|heav|lift|lost|lose|gain|load|pressure|bag |sack|beef|meat|flour|cargo|freight", re.IGNORECASE
)
_AGE_WORDS = re.compile(
    r"(?:[ -\u2010]?years?[ -](?:olds?|of age)|[-‐]olds?| olds?(?! [^\W\d_])| of age|[- ](?:years?|yrs?)[- ]?olds?)"
    r"(?![^\W_])"  # "three old houses" says no age
)
_OLD = re.compile(r"[ -](?:olds?|of age)(?![^\W_])")
_BETWEEN = re.compile(
    r"(?:\+|[- ]odd|[- ]plus| or so| or more| and more|-ish|ish)[ -](?=[^\W\d_])"
    rf"|[ -]({any_of('contexts', 'unit_adjectives')}|or more|and a half)[ -](?=[^\W\d_])"
)
_AND_PART = re.compile(
    r" and (?:an? (half|quarter|third)|three[ -]quarters)(?![^\W_])(?! (?:of|million|billion|dozen|hundred))"
)
_GLUE = " \u00a0\u202f\u2009"


def read_amount(text: str, number: Number, *, of_money: bool = False, floor: int = 0) -> Amount:
    """*number* with the currency or unit that is written before or behind it.

    *of_money*: it is the upper end of a range of money, whose sign stands before the lower end;
    *floor*: where the quantity before it ended.
    """
    before = currency_before(text, number.start) if number.digits else None
    amount = Amount(
        number=number,
        start=number.start,
        end=number.end,
        number_end=number.end,
        base=number.base,
        scale=number.scale,
    )
    if (
        before is not None
        and before.start >= floor
        and (not before.careful or _looks_like_money(number, text[before.start : number.start]))
    ):
        return _with_minus(text, _money_before(text, amount, before), floor)
    amount = _with_letter(text, amount, money=of_money)
    after = currency_after(text, amount.number_end)
    if after is not None and _is_money_after(text, amount, after):
        return _with_minus(text, _money_after(amount, after), floor)
    return _with_minus(text, _measured(text, amount), floor)


def _looks_like_money(number: Number, sign: str) -> bool:
    """Whether *number* is so large or so written that *sign*, also an ordinary letter or word, is a currency's."""
    if sign.strip() in ("K", "N", "P", "Q"):  # "P2.5" and "Q4" are codes
        return number.scale > 1 or number.grouped or (sign.strip() != "Q" and number.letter in ("m", "M", "b", "B"))
    return number.scale > 1 or number.grouped or bool(number.letter) or number.base != int(number.base)


def _money_before(text: str, amount: Amount, before: CurrencyWords) -> Amount:
    amount = _with_letter(text, amount, money=True)
    end = amount.end
    candidates = before.candidates
    after = currency_after(text, amount.number_end)
    if after is not None and not after.minor and set(after.candidates) & set(candidates):
        end = after.end
        candidates = tuple(code for code in after.candidates if code in candidates) or candidates
    return amount._replace(
        start=before.start, end=end, kind=Kind.MONEY, candidates=candidates, signed=True, unit=_sole(candidates)
    )


def _money_after(amount: Amount, after: CurrencyWords) -> Amount:
    return amount._replace(
        end=after.end,
        kind=Kind.MONEY,
        candidates=after.candidates,
        unit=_sole(after.candidates),
        factor=Decimal("0.01") if after.minor else Decimal(1),
    )


def _sole(candidates: tuple[str, ...]) -> str | None:
    return candidates[0] if len(candidates) == 1 else None


def _is_money_after(text: str, amount: Amount, after: CurrencyWords) -> bool:
    word = text[after.start : after.end].lower()
    if word in ("pound", "pounds") and amount.scale < 1000:
        around = text[max(0, amount.start - 60) : after.end + 25]
        if text.startswith((" of ", " heavier", " lighter"), after.end) or _WEIGHT.search(around):
            return False
    if not after.careful:
        return True
    return amount.scale >= 1000 or amount.number.grouped


def _with_letter(text: str, amount: Amount, *, money: bool) -> Amount:
    """*amount* with the letter behind it read as a scale, where that is what it is."""
    letter = amount.number.letter
    if not letter:
        return amount
    bare = letter.strip(_GLUE)
    end = amount.number_end + len(letter)
    if not money and not _is_scale(text, amount, letter, end):
        return amount
    if money and letter != bare and bare in ("t", "T", "k", "K"):
        return amount
    scale = Decimal(table("numbers")["letters"][bare])
    return amount._replace(scale=scale, end=end, number_end=end)


def _is_scale(text: str, amount: Amount, letter: str, end: int) -> bool:
    """Whether a letter behind a number without a currency before it is a scale and no unit."""
    if letter[0] in _GLUE:
        after = currency_after(text, end)
        return after is not None and after.start <= end + 1 and letter[1:] in ("m", "M", "bn", "b", "B", "k", "K")
    if letter == "k":
        return True
    if letter == "K":
        return amount.base not in (2, 4, 8) or currency_after(text, end) is not None
    if letter in ("t", "T", "mm", "MM"):
        return currency_after(text, end) is not None
    if currency_after(text, end) is not None:
        return True
    if letter == "m" and is_long(text, end):
        return False
    noun = counted_noun(text, end)
    return noun is not None and noun.plural and text[end : end + 1] in _GLUE + "+-"


def _measured(text: str, amount: Amount) -> Amount:
    """*amount* with its percent sign or unit, if any."""
    if amount.number.form in (Form.ORDINAL, Form.MULTIPLE):
        return amount
    found = unit_after(text, amount.number_end)
    if found is not None and amount.number.form is Form.ARTICLE:
        half = _AND_PART.match(text, found.end)
        end = found.end if half is None else half.end()
        return amount._replace(end=end, kind=found.unit.kind, unit=found.unit.name, factor=found.unit.factor)
    if found is None:
        between = _BETWEEN.match(text, amount.number_end)
        found = None if between is None else unit_after(text, between.end() - 1)
        if found is not None and (found.unit.symbol or (found.unit.kind is not Kind.DURATION and between[1])):  # type: ignore[index]
            found = None
    if found is None:
        old = _AGE_WORDS.match(text, amount.number_end)
        return amount if old is None else amount._replace(end=old.end(), kind=Kind.DURATION, unit="year")
    end = found.end
    unit = found.unit
    if unit.kind is Kind.DURATION and unit.name in ("year", "month", "week", "day"):
        old = _OLD.match(text, end)
        if old is not None:
            end = old.end()
    if half := _AND_PART.match(text, end):
        share = {"half": "0.5", "quarter": "0.25", "third": "0.333333"}[half[1]] if half[1] else "0.75"
        amount, end = amount._replace(base=amount.base + Decimal(share)), half.end()
    return amount._replace(
        end=end,
        kind=unit.kind,
        unit=unit.name,
        factor=unit.factor,
        glued_unit=found.start == amount.number_end or text[found.start - 1] in "-‐‑",
    )


def _with_minus(text: str, amount: Amount, floor: int) -> Amount:
    """*amount* with the minus sign or word before it, unless that is a dash or a list's bullet."""
    before = text[max(0, amount.start - 5) : amount.start]
    if amount.kind is None or not before or (before[-1] not in "-−–" and before[:-1].lower() not in ("inus", "tive")):
        return amount
    found = _MINUS.search(text, max(floor, amount.start - 10), amount.start)
    if found is None:
        return amount
    sign = found.group() in "-−–"
    signed = amount.money or amount.kind is Kind.PERCENT or (amount.unit or "").startswith("degree")
    if found.group() == "–" or (sign and not signed and text[found.start() - 1 : found.start()] in ("\n", "")):
        return amount
    return amount._replace(start=found.start(), base=-amount.base)
