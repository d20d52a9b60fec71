"""Numbers in words: "twenty-one thousand", "two thirds", "half a million", the one of "about a year"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.extract.bounds import bound_before, means_during
from pipeline.extract.number import AND_HALF, Form, Lookalike, Number, quotient, scaled
from pipeline.extract.number_grammar import number_grammar
from pipeline.extract.units import unit_after

_WORD = re.compile(r"[^\W\d_]+")
_ARTICLE = re.compile(r"(?<![^\W_])an?[ -]$", re.IGNORECASE)
_SINCE_THEN = re.compile(r" [^\W\d_]+ (?:ago|later|now|old|earlier|of)(?![^\W_])")
_BY = re.compile(
    r"(?<![^\W_])(?:by|than|nearly|almost|about|over|around|under|roughly|least|of (?:which|whom|them),?)"
    r"(?: about| around| over| nearly)? $"
)
_OF = re.compile(r" of(?![^\W_])")
_UNIT_AND_HALF = re.compile(r" [^\W\d_]+ and (?:an? (half|quarter|third)|(three)[ -]quarters)(?![^\W_])")
_POINT = re.compile(
    r" point((?: (?:zero|oh|one|two|three|four|five|six|seven|eight|nine)){1,9})(?![^\W_])", re.IGNORECASE
)
_OF_PERIOD = re.compile(r"(?<![^\W_])(?:first|second|last|this|each|every|per|next|the) $")  # "the first half-year"
_BEFORE_THEN = re.compile(r" [^\W\d_]+ (?:before|earlier|ago)(?![^\W_])")
_MEASURED = re.compile(r"(?:%|(?<![^\W_])(?:per ?cent|points?|times|\d[\d,.]*(?: [a-z]+)?)) $")
_REMAINING = re.compile(r"(?<![^\W_])[Tt]he remaining $")
_AT = re.compile(r"(?<![^\W_])at $", re.IGNORECASE)  # "at one point five teams…"
_OF_A = re.compile(
    r" of an? (?=(?:million|billion|trillion|year|month|week|day|hour|minute|second|century"
    r"|mile|kilomet(?:re|er)|tonne)(?![^\W_]))"
)
_SHARES = re.compile(
    r" (?:less|more|fewer|lower|higher|cheaper|larger|smaller|faster|slower|longer|shorter)(?: than|[ .,;:]|$)"
    r"| (?:were|are|have|do|did|say|expect|want|use|remain|live|work|believe|know|think|need|come|report"
    r"|lack)(?![^\W_])"
)
_PART = re.compile(
    r"(?<![^\W_])(?:los(?:e|es|t|ing)|save[sd]?|sav(?:e|ing)|made up|makes? up|shed|cut|down"
    r"|up|or|to|only|just|another|remaining) $"
)
_PART_ENDS = re.compile(r"\s*(?:[.,;:!?)]|$|\n)")


def read_words(text: str, start: int) -> Number | Lookalike | None:
    """The number whose words begin at *start*, or before it with their article; none where the words say none.

    >>> str(read_words("three hundred and ten teams", 0).value)
    '310'
    """
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
    article = _ARTICLE.search(text, max(0, start - 3), start)
    if word in grammar.ordinals and _REMAINING.search(text, max(0, start - 14), start) and grammar.ordinals[word] > 2:
        return Number(start=start, end=end, base=quotient(1, grammar.ordinals[word]), form=Form.FRACTION)
    if word in grammar.ordinals:
        return _ordinal(text, word, start, end, article)
    row = grammar.row.match(text, start)
    if row is not None:
        return Lookalike(start=start, end=row.end(), reason="row of numbers")
    if word == "quarter":
        if article is None:
            return None
        return _scaled_of(text, Number(start=article.start(), end=end, base=Decimal("0.25"), form=Form.FRACTION))
    if word in grammar.scales:
        return None if article is None else _compose(text, article.start(), end, ["one", word])
    return _compose(text, start, end, [word])


def _ordinal(text: str, word: str, start: int, end: int, article: re.Match[str] | None) -> Number:
    """The ordinal "third", or the share that "a third of" is."""
    value = number_grammar().ordinals[word]
    if value > 2 and article is not None and (_OF.match(text, end) or says_share(text, article.start(), end)):
        return Number(start=article.start(), end=end, base=quotient(1, value), form=Form.FRACTION)
    return Number(start=start, end=end, base=Decimal(value), form=Form.ORDINAL)


def _article(text: str, start: int, end: int) -> Number | None:
    """The one of "about a year", the one and a half of "a year and a half"; a plain article is no number."""
    half = _UNIT_AND_HALF.match(text, end)
    if half is not None:
        base = Decimal("1.75") if half[2] else 1 + quotient(1, number_grammar().denominators[half[1].lower()])
        return Number(start=start, end=end, base=base, form=Form.ARTICLE)
    bound = bound_before(text, start)
    if bound is not None and _compares(text, bound.start, bound.phrase, end):
        return None
    if bound is None or not bound.inside or bound.phrase in ("as long as", "as much as", "some", "close to"):
        return None
    if means_during(text, bound) and _SINCE_THEN.match(text, end) is None:
        return None
    return Number(start=start, end=end, base=Decimal(1), form=Form.ARTICLE)


def _compares(text: str, start: int, phrase: str, end: int) -> bool:
    """Whether "than a year" compares with what was: "4.3 per cent more than a year earlier"."""
    if not phrase.endswith(" than") or _BEFORE_THEN.match(text, end) is None:
        return False
    return phrase not in ("more than", "less than") or _MEASURED.search(text, max(0, start - 24), start) is not None


def says_share(text: str, start: int, end: int) -> bool:
    """Whether the words around "a third" make it a share: "fell by a third", "a fifth less", "a third were women"."""
    if _SHARES.match(text, end) is not None:
        return True
    if _PART_ENDS.match(text, end) is not None and _PART.search(text, max(0, start - 14), start) is not None:
        return True
    return _BY.search(text, max(0, start - 20), start) is not None


def _half(text: str, start: int) -> Number | Lookalike:
    """The number that "half" begins, "half a million" or "half an hour", or the bare word."""
    grammar = number_grammar()
    found = grammar.half_of.match(text, start)
    before = _ARTICLE.search(text, max(0, start - 3), start)
    if found is not None and found[1]:
        begin = before.start() if before and "a" not in found.group()[5:7].split() else start
        scale = Decimal(grammar.scales[found[1].lower()])
        return scaled(text, Number(start=begin, end=found.end(), base=Decimal("0.5"), scale=scale, form=Form.WORDS))
    end = start + 4
    if before is not None and _OF.match(text, end):
        return Number(start=before.start(), end=end, base=Decimal("0.5"), form=Form.FRACTION)
    if _OF_PERIOD.search(text, max(0, start - 10), start) is not None and text[end : end + 1] == "-":
        return Lookalike(start=start, end=end, reason="part of a year")
    if found is not None and unit_after(text, found.end() - 1) is not None:
        return Number(start=start, end=found.end() - 1, base=Decimal("0.5"), form=Form.WORDS)
    if text[end : end + 1] == "-" and unit_after(text, end) is not None:
        return Number(start=start, end=end, base=Decimal("0.5"), form=Form.WORDS)
    return Number(start=start, end=end, base=Decimal("0.5"), form=Form.FRACTION)


@dataclass(slots=True)
class _Sum:
    """Number words as they are added up: what stands fast, and what a scale may still multiply."""

    total: Decimal = Decimal(0)
    current: Decimal = Decimal(0)
    smallest: Decimal = Decimal(10) ** 30  # the last scale: the next is smaller
    last: str = ""  # unit, teen, tens, hundred, scale or ordinal

    @property
    def value(self) -> Decimal:
        """What all words so far say."""
        return self.total + self.current

    def goes_on(self, word: str, *, joined: bool) -> bool:
        """Whether *word*, behind "and" if *joined*, belongs to the number begun: "forty two", not "four five"."""
        grammar, last = number_grammar(), self.last
        if last == "ordinal" or (joined and last not in ("hundred", "scale")):
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
            return last in ("unit", "teen", "tens") and (value == 12 or self.current < 100)
        return bool(self.current) and value < self.smallest

    def add(self, word: str) -> None:
        """Take *word* into the sum."""
        grammar = number_grammar()
        if word in grammar.units:
            self.current += grammar.units[word]
            self.last = "unit" if 0 < grammar.units[word] < 10 else "teen"
        elif word in grammar.tens:
            self.current += grammar.tens[word]
            self.last = "tens"
        elif word in grammar.ordinals:
            self.current += grammar.ordinals[word]
            self.last = "ordinal"
        elif grammar.scales[word] in (12, 100):
            self.current *= grammar.scales[word]
            self.last = "hundred"
        else:
            self.smallest = Decimal(grammar.scales[word])
            self.total += self.current * self.smallest
            self.current = Decimal(0)
            self.last = "scale"


def _compose(text: str, start: int, end: int, said: Sequence[str]) -> Number:
    """The number that begins at *start* with the words *said*, read on from *end* over those that go on from them."""
    grammar = number_grammar()
    made = _Sum()
    for word in said:
        made.add(word)
    while (found := grammar.word.match(text, end)) and made.goes_on(found[2].lower(), joined=bool(found[1])):
        made.add(found[2].lower())
        end = found.end()
    number = Number(start=start, end=end, base=made.value, form=Form.ORDINAL if made.last == "ordinal" else Form.WORDS)
    return number if made.last == "ordinal" else _completed(text, number, made)


def _completed(text: str, number: Number, made: _Sum) -> Number:
    """*number* with what may follow its words: "-fold", a denominator, "point five", "and a half"."""
    grammar, value = number_grammar(), made.value
    fold = grammar.fold.match(text, number.end)
    if fold is not None:
        return number._replace(end=fold.end(), form=Form.MULTIPLE)
    denominator = grammar.denominator.match(text, number.end)
    if denominator is not None and made.last in ("unit", "teen") and _is_fraction(denominator[1].lower(), value):
        under = grammar.denominators[denominator[1].lower()]
        fraction = number._replace(end=denominator.end(), base=quotient(int(value), under), form=Form.FRACTION)
        return _scaled_of(text, fraction)
    point = _POINT.match(text, number.end)
    if point is not None and value == made.current and not _AT.search(text, max(0, number.start - 3), number.start):
        digits = "".join(str(grammar.units.get(word, 0)) for word in point[1].lower().split())
        pointed = number._replace(end=point.end(), base=value + Decimal(f"0.{digits}"))
        return scaled(text, pointed)._replace(form=Form.WORDS)
    if made.last == "scale":
        number = number._replace(base=value / made.smallest, scale=made.smallest)
    elif made.last == "hundred" and value % 100 == 0:
        number = number._replace(base=value / 100, scale=Decimal(100))
    return scaled(text, number)._replace(form=Form.WORDS) if AND_HALF.match(text, number.end) else number


def _scaled_of(text: str, fraction: Number) -> Number:
    """*fraction*, or the number that it makes with a scale: "three quarters of a million"."""
    of = _OF_A.match(text, fraction.end)
    if of is None:
        return fraction
    return scaled(text, fraction._replace(end=of.end()))._replace(form=Form.WORDS)


def _is_fraction(word: str, over: Decimal) -> bool:
    """Whether *word* can be the denominator: "two thirds", "one third", but not "two third parties"."""
    if over == 0:
        return False
    plural = word.endswith("s") and word != "halves"
    return (plural or word == "halves") if over != 1 else not word.endswith("s")
