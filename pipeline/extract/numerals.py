"""The numbers in a text, in digits or in words, as exact decimals with their offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from pipeline.extract.bounds import bound_before, means_during
from pipeline.extract.lookalikes import end_of_lookalike
from pipeline.extract.number_grammar import FRACTION_SIGNS, SPACES, number_grammar
from pipeline.extract.units import unit_after

LONGEST = 30  # digits; what is longer is a serial number, a hash or noise


class Form(StrEnum):
    """How a number is written."""

    DIGITS = "digits"
    WORDS = "words"
    ORDINAL = "ordinal"
    FRACTION = "fraction"
    MULTIPLE = "multiple"
    ARTICLE = "article"  # "a year": one only where a bound or "and a half" makes it a number


class Number(NamedTuple):
    """A number in a text: ``value`` is ``base`` times ``scale``."""

    start: int
    end: int
    base: Decimal
    form: Form
    scale: Decimal = Decimal(1)
    letter: str = ""  # a letter glued to the digits that may be a scale or a unit ("5m")
    grouped: bool = False  # with thousands separators
    digits: bool = False  # the first character is a digit

    @property
    def value(self) -> Decimal:
        """The number itself."""
        return self.base * self.scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """A stretch with digits that is a date, a time, a version or a code, and no number."""

    start: int
    end: int
    reason: str


def find_numbers(text: str) -> Iterator[Number | Lookalike]:
    """Yield the numbers in *text*, in reading order, and what only looks like one with the reason.

    >>> [str(n.value) for n in find_numbers("a dozen of twenty-one thousand, or 1.5bn")]
    ['12', '21000', '1500000000.0']
    """
    grammar = number_grammar()
    pos = 0
    while match := grammar.start.search(text, pos):
        start = match.start()
        found: Number | Lookalike | None
        found = _digits(text, start) if match.group()[0] not in _LETTERS else _words(text, start)
        if found is None:
            pos = match.end()
        else:
            if isinstance(found, Number) and text.startswith((" (", "("), found.end):
                found = _said_again(text, found)
            yield found
            pos = found.end


_AGAIN = re.compile(r"\s?\((\d[\d,]*|[a-z]+(?:[- ][a-z]+){0,3})\)(?=\s[^\W\d_])")


def _said_again(text: str, number: Number) -> Number:
    """*number* with itself in brackets behind it, as contracts have it: "thirty (30) days"."""
    again = _AGAIN.match(text, number.end)
    if again is None or number.form not in (Form.WORDS, Form.DIGITS) or number.letter:
        return number
    if again[1][0].isdigit():
        same = number.form is Form.WORDS and Decimal(again[1].replace(",", "")) == number.value
    else:
        other = _words(text, again.start(1)) if number_grammar().start.match(text, again.start(1)) else None
        same = isinstance(other, Number) and other.end == again.end(1) and other.value == number.value
    return number._replace(end=again.end()) if same else number


_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_PLAIN = re.compile(
    rf"(?P<grouped>\d{{1,3}}(?:(?P<sep>[,'’{SPACES}])\d{{3}}(?:(?P=sep)\d{{3}})*)(?!\d)(?:\.\d+)?"
    r"|\d{1,2}(?:,\d\d)+,\d{3}(?!\d)(?:\.\d+)?)"
    r"|(?P<dotted>\d{1,3}(?:\.\d{3}){2,}(?![\d.]\d)(?:,\d{1,2}(?!\d))?|\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d))"
    r"|(?P<plain>\d+(?:\.\d+)?(?:[eE][-+−]?\d{1,2}(?![\w.]))?)"
)
_FRACTION = re.compile(rf"(?:(\d{{1,3}})[{SPACES}-]?)?(?:(\d{{1,3}})[/⁄](\d{{1,4}})(?![\d/.])|([{FRACTION_SIGNS}]))")
_ORDINAL_END = re.compile(r"(?:st|nd|rd|th|ST|ND|RD|TH)(?![^\W_])")
_CLOCKED = re.compile(r"(\d{1,3}):([0-5]\d)(?=\s?(?:min(?:ute)?s?|hours?|hrs?)(?![^\W_]))")
_POWER = re.compile(r"\s?[×xX·]\s?10(?:\^?([-−+]?\d{1,2})(?![\d.,]\d)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
_COMMA_DECIMAL = re.compile(r"(\d+),(\d{1,2})(?![\d,])")
_AND_HALF = re.compile(
    r"[ -]and[ -](?:an?|one)[ -](half|quarter|third)(?![^\W_])|[ -]and[ -](three)[ -]quarters(?![^\W_])"
)
_WORD = re.compile(r"[^\W\d_]+")
_ARTICLE = re.compile(r"(?<![^\W_])an?[ -]$", re.IGNORECASE)


def _digits(text: str, start: int) -> Number | Lookalike | None:
    code = _end_of_code(text, start)
    if code is not None:
        return Lookalike(start=start, end=code, reason="code")
    row = _ROW.match(text, start)
    if row is not None:
        return Lookalike(start=start, end=row.end(), reason="row of numbers")
    lookalike = end_of_lookalike(text, start)
    if lookalike is not None:
        return Lookalike(start=start, end=lookalike[0], reason=lookalike[1])
    clocked = _CLOCKED.match(text, start)
    if clocked is not None:
        base = round(int(clocked[1]) + Decimal(clocked[2]) / 60, 4)
        return Number(start=start, end=clocked.end(), base=base, form=Form.DIGITS, digits=True)
    fraction = _FRACTION.match(text, start)
    if fraction is not None:
        return _digit_fraction(text, fraction)
    plain = _PLAIN.match(text, start)
    if plain is None:
        return None
    if plain.end() - start > LONGEST:
        return Lookalike(start=start, end=plain.end(), reason="too long for a quantity")
    comma = _COMMA_DECIMAL.match(text, start)
    end = plain.end()
    if comma is not None and plain["plain"] is not None and _is_decimal_comma(text, comma):
        base, end = Decimal(f"{comma[1]}.{comma[2]}"), comma.end()
    elif plain["dotted"] is not None:
        base = Decimal(plain["dotted"].replace(".", "").replace(",", "."))
    elif plain["grouped"] is not None:
        base = Decimal(re.sub(rf"[,'’{SPACES}]", "", plain["grouped"]))
    else:
        base = Decimal(plain["plain"].replace("−", "-"))
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
    return _scaled(text, number)


_ROW = re.compile(rf"\d[\d.]{{0,11}}(?:[,;|\t{SPACES}]{{1,3}}\d[\d.]{{0,11}}){{9,}}(?!,?\d)")
_RUN = re.compile(r"\w+(?:-\w+)*")
_CODE_BEFORE = re.compile(r"(?<![^\s(\[“\"'‘~<>≤≥-])(?<!\w-)[A-Za-z]{1,3}[$.]?$")


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


def _digit_fraction(text: str, match: re.Match[str]) -> Number | Lookalike | None:
    whole, over, under, sign = match.groups()
    if sign:
        value = Decimal(str(round(unicodedata.numeric(sign), 6)))
    elif Decimal(under) == 0 or (not whole and Decimal(over) >= Decimal(under)):
        return Lookalike(start=match.start(), end=match.end(), reason="slash")
    else:
        value = _quotient(int(over), int(under))
    value += Decimal(whole or 0)
    form = Form.DIGITS if whole else Form.FRACTION
    return _scaled(text, Number(start=match.start(), end=match.end(), base=value, form=form, digits=True))


def _quotient(over: int, under: int) -> Decimal:
    return round(Decimal(over) / Decimal(under), 6).normalize() if over % under else Decimal(over // under)


def _scaled(text: str, number: Number) -> Number:
    """*number* with the scale words that follow it, a half, or the letter that may be a scale."""
    grammar = number_grammar()
    half = _AND_HALF.match(text, number.end)
    if half is not None:
        part = Decimal("0.75") if half[2] else _quotient(1, grammar.denominators[half[1].lower()])
        number = number._replace(base=number.base + part, end=half.end(), form=Form.DIGITS)
    scale = number.scale
    while found := grammar.scale.match(text, number.end):
        scale *= grammar.scales[found[1].lower()]
        number = number._replace(end=found.end(), scale=scale, form=Form.DIGITS)
        if scale > 10**18:
            break
    if scale == 1 and number.digits:
        letter = grammar.letter.match(text, number.end)
        if letter is not None:
            return number._replace(letter=letter.group())
    return number


def _words(text: str, start: int) -> Number | Lookalike | None:
    grammar = number_grammar()
    first = _WORD.match(text, start)
    if first is None:
        return None
    word, end = first.group().lower(), first.end()
    if word in ("a", "an"):
        return _article(text, start, end)
    if word in grammar.multiples:
        return Number(start=start, end=end, base=grammar.multiples[word], form=Form.MULTIPLE)
    if word == "half":
        return _half(text, start)
    if word in grammar.ordinals and grammar.ordinals[word] > 2:
        share = _ARTICLE.search(text, max(0, start - 3), start)
        if share is not None and (_OF.match(text, end) or says_share(text, share.start())):
            base = _quotient(1, grammar.ordinals[word])
            return Number(start=share.start(), end=end, base=base, form=Form.FRACTION)
    if word in grammar.ordinals:
        return Number(start=start, end=end, base=Decimal(grammar.ordinals[word]), form=Form.ORDINAL)
    row = grammar.row.match(text, start)
    if row is not None:
        return Lookalike(start=start, end=row.end(), reason="row of numbers")
    article = _ARTICLE.search(text, max(0, start - 3), start)
    if word == "quarter":
        if article is None:
            return None
        return _scaled_of(text, Number(start=article.start(), end=end, base=Decimal("0.25"), form=Form.FRACTION))
    if word in grammar.scales:
        if article is None:
            return None
        number = Number(
            start=article.start(), end=end, base=Decimal(1), scale=Decimal(grammar.scales[word]), form=Form.WORDS
        )
        return _compose(text, number, [("one", False), (word, False)])
    number = Number(start=start, end=end, base=Decimal(0), form=Form.WORDS)
    return _compose(text, number, [(word, False)])


def _article(text: str, start: int, end: int) -> Number | None:
    """The one of "about a year", the one and a half of "a year and a half"; a plain article is no number."""
    half = _UNIT_AND_HALF.match(text, end)
    if half is not None:
        base = Decimal("1.75") if half[2] else 1 + _quotient(1, number_grammar().denominators[half[1].lower()])
        return Number(start=start, end=end, base=base, form=Form.ARTICLE)
    bound = bound_before(text, start)
    if bound is None or not bound.inside or bound.phrase in ("as long as", "as much as", "some", "close to"):
        return None
    if means_during(text, bound) and _SINCE_THEN.match(text, end) is None:
        return None
    return Number(start=start, end=end, base=Decimal(1), form=Form.ARTICLE)


_SINCE_THEN = re.compile(r" [^\W\d_]+ (?:ago|later|now|old|earlier|of)(?![^\W_])")
_BY = re.compile(
    r"(?<![^\W_])(?:by|than|nearly|almost|about|over|around|under|roughly|least|of (?:which|whom|them),?)"
    r"(?: about| around| over| nearly)? $"
)


def says_share(text: str, start: int) -> bool:
    """Whether the words before "a third" make it a share: "fell by a third", "of which a third"."""
    return _BY.search(text, max(0, start - 20), start) is not None


_OF = re.compile(r" of(?![^\W_])")
_UNIT_AND_HALF = re.compile(r" [^\W\d_]+ and (?:an? (half|quarter|third)|(three)[ -]quarters)(?![^\W_])")


def _half(text: str, start: int) -> Number:
    """The number that "half" begins, "half a million" or "half an hour", or the bare word."""
    grammar = number_grammar()
    found = grammar.half_of.match(text, start)
    before = _ARTICLE.search(text, max(0, start - 3), start)
    if found is not None and found[1]:
        begin = before.start() if before and "a" not in found.group()[5:7].split() else start
        scale = Decimal(grammar.scales[found[1].lower()])
        return _scaled(text, Number(start=begin, end=found.end(), base=Decimal("0.5"), scale=scale, form=Form.WORDS))
    end = start + 4
    if before is not None and _OF.match(text, end):
        return Number(start=before.start(), end=end, base=Decimal("0.5"), form=Form.FRACTION)
    if found is not None and unit_after(text, found.end() - 1) is not None:
        return Number(start=start, end=found.end() - 1, base=Decimal("0.5"), form=Form.WORDS)
    if text[end : end + 1] == "-" and unit_after(text, end) is not None:
        return Number(start=start, end=end, base=Decimal("0.5"), form=Form.WORDS)
    return Number(start=start, end=end, base=Decimal("0.5"), form=Form.FRACTION)


def _compose(text: str, number: Number, said: list[tuple[str, bool]]) -> Number:
    """*number* read on over the number words that go on from what was *said*."""
    grammar = number_grammar()
    total, current, smallest = Decimal(0), Decimal(0), Decimal(10) ** 30
    last = ""
    end = number.end
    ordinal = False
    pending = list(said)
    while True:
        if pending:
            word, _ = pending.pop(0)
        else:
            found = grammar.word.match(text, end)
            if found is None:
                break
            word = found[2].lower()
            if not _goes_on(word, last, current, joined=bool(found[1]), smallest=smallest):
                break
            end = found.end()
        if word in grammar.units:
            current += grammar.units[word]
            last = "unit" if 0 < grammar.units[word] < 10 else "teen"
        elif word in grammar.tens:
            current += grammar.tens[word]
            last = "tens"
        elif word in grammar.ordinals:
            current += grammar.ordinals[word]
            ordinal = True
            break
        elif grammar.scales[word] in (12, 100):
            current *= grammar.scales[word]
            last = "hundred"
        else:
            total += current * grammar.scales[word]
            smallest = Decimal(grammar.scales[word])
            current = Decimal(0)
            last = "scale"
    value = total + current
    number = number._replace(end=end, base=value, scale=Decimal(1), form=Form.ORDINAL if ordinal else Form.WORDS)
    if ordinal:
        return number
    fold = grammar.fold.match(text, end)
    if fold is not None:
        return number._replace(end=fold.end(), form=Form.MULTIPLE)
    denominator = grammar.denominator.match(text, end)
    if denominator is not None and last in ("unit", "teen") and _is_fraction(denominator[1].lower(), value):
        under = grammar.denominators[denominator[1].lower()]
        fraction = number._replace(end=denominator.end(), base=_quotient(int(value), under), form=Form.FRACTION)
        return _scaled_of(text, fraction)
    point = _POINT.match(text, end)
    if point is not None and value == current:
        digits = "".join(str(grammar.units.get(word, 0)) for word in point[1].lower().split())
        return _scaled(text, number._replace(end=point.end(), base=value + Decimal(f"0.{digits}")))._replace(
            form=Form.WORDS
        )
    if last == "scale":
        scale = smallest
        number = number._replace(base=value / scale, scale=scale)
    elif last == "hundred" and value % 100 == 0:
        number = number._replace(base=value / 100, scale=Decimal(100))
    if _AND_HALF.match(text, end):
        return _scaled(text, number)._replace(form=Form.WORDS)
    return number


_POINT = re.compile(
    r" point((?: (?:zero|oh|one|two|three|four|five|six|seven|eight|nine)){1,9})(?![^\W_])", re.IGNORECASE
)
_OF_A = re.compile(r" of an? (?=million|billion|trillion)")


def _scaled_of(text: str, fraction: Number) -> Number:
    """*fraction*, or the number that it makes with a scale: "three quarters of a million"."""
    of = _OF_A.match(text, fraction.end)
    if of is None:
        return fraction
    scaled = _scaled(text, fraction._replace(end=of.end()))
    return scaled._replace(form=Form.WORDS)


def _is_fraction(word: str, over: Decimal) -> bool:
    """Whether *word* can be the denominator: "two thirds", "one third", but not "two third parties"."""
    if over == 0:
        return False
    plural = word.endswith("s") and word != "halves"
    return (plural or word == "halves") if over != 1 else not word.endswith("s")


def _goes_on(word: str, last: str, current: Decimal, *, joined: bool, smallest: Decimal) -> bool:
    grammar = number_grammar()
    if joined and last not in ("hundred", "scale"):
        return False
    if word in grammar.units:
        small = 0 < grammar.units[word] < 10
        return (last == "tens" and small and not joined) or last in ("hundred", "scale")
    if word in grammar.tens:
        return last in ("hundred", "scale")
    if word in grammar.ordinals:
        value = grammar.ordinals[word]
        return (last == "tens" and 0 < value < 10 and not joined) or (last in ("hundred", "scale") and joined)
    if joined:
        return False
    value = grammar.scales[word]
    if value in (12, 100):
        return last in ("unit", "teen", "tens") and (value == 12 or current < 100)
    return bool(current) and value < smallest
