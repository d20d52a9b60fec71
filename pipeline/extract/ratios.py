"""Fractions, multiples and "one in five": numbers that say how much of, or how many times, something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.extract.elided import is_verb, opens
from pipeline.extract.lexicon import any_of
from pipeline.extract.number import Form, Number
from pipeline.extract.number_words import says_share

_IN = re.compile(r"(?: |-)(?:in every|in|out of every|of every|out of)(?: |-)|/")
_RATIO_BEFORE = re.compile(r"(?<![^\W_])[Rr]atio(?: of| is| was)? $")
_TO_ONE = re.compile(r"(?: to |:|-to-)")
_TIMES = re.compile(
    rf"[ ]?[xX×](?=[.,;:!?)]|\s*$|\s{any_of('contexts', 'after_x')}(?![^\W_]))"
    rf"|[ ]times(?= {any_of('contexts', 'after_times')}(?![^\W_])| an? (?:[a-z]+ ){{0,2}}[^\W\d_]+['’]s?(?![^\W_]))"
)
_OF = re.compile(r"(?: |-)(?:of|the|our|their|its|his|her|my|all|as|that|those|these)(?![^\W_])")
_SHARE_VERB = re.compile(
    r" (?:said|say|were|are|was|is|went|goes|go|came|come|remain|remains|remained|have|has|had|do|did"
    r"|use|used|report|reported|believe|agree|agreed|want|think|felt)(?![^\W_])"
)
_AFTER_DOUBLE = re.compile(rf" {any_of('contexts', 'after_double')}(?![^\W_])|[.,;:)?!]|\s*$|\s?\n")
_BEFORE_DOUBLE = re.compile(rf"(?<![^\W_])(?:{any_of('contexts', 'before_double')}|up to)\s$")
_DOUBLES = re.compile(r" (?:the |our |their |its |your |his |her )?[a-z]{3,}")
_NOUN_BEFORE = re.compile(r"(?<![^\W_])(?:the|a|in|of|at|mixed|men['’]s|women['’]s|tennis|and the) $")
_LAST_ONES = re.compile(r" (?:last|this|that) [^\W\d_]+['’]s(?![^\W_])")
_TWICE = re.compile(r" (?:as|the|that|what|its|their|our|this|those|more|over)(?![^\W_])")
_OTHER_HALF = re.compile(rf"(?<![^\W_]){any_of('contexts', 'no_half_after')}[ -]$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A ratio and the stretch that says it."""

    start: int
    end: int
    value: Decimal


def pair_ratio(text: str, first: Number, second: Number) -> Ratio | None:
    """The ratio that two numbers make: "one in five", "3 out of 100", "10 to 1"."""
    gap = text[first.end : second.start]
    if len(gap) > 14 or (first.letter and not gap) or first.form is Form.ORDINAL or second.form is Form.ORDINAL:
        return None
    if gap == ":" and second.value == 1 and first.value > 1 and second.end - second.start == 1:
        return Ratio(start=first.start, end=second.end, value=first.value)
    if gap == ":" and second.value > 0 and _is_proportion(text, first.start, second.end):
        return Ratio(start=first.start, end=second.end, value=_rounded(first.value / second.value))
    whole = first.value == int(first.value) and second.value == int(second.value)
    if not whole or first.value <= 0 or second.value <= 0:
        return None
    if gap != "/" and _IN.fullmatch(gap) and first.value < second.value and second.value not in range(1900, 2101):
        if gap.strip("- ") == "in" and first.value > 20:
            return None
        return Ratio(start=first.start, end=second.end, value=_rounded(first.value / second.value))
    if _TO_ONE.fullmatch(gap) and second.value == 1 and first.value > 1:
        return Ratio(start=first.start, end=second.end, value=first.value)
    return None


def _is_proportion(text: str, start: int, end: int) -> bool:
    """Whether two numbers with a colon are said to be a ratio: "a ratio of 4:3"."""
    return (
        text.startswith((" ratio", " split"), end) or _RATIO_BEFORE.search(text, max(0, start - 12), start) is not None
    )


def _rounded(value: Decimal) -> Decimal:
    return round(value, 6).normalize()


def multiple(text: str, number: Number) -> Ratio | None:
    """The multiple that *number* says alone: "tripled", "10x", "3 times more"."""
    if number.form is Form.MULTIPLE:
        word = text[number.start : number.end].lower()
        if not _is_multiple(text, number, word):
            return None
        return Ratio(start=number.start, end=number.end, value=number.value)
    times = _TIMES.match(text, number.end)
    fold = _FOLD.match(text, number.end)
    found = times or fold
    if found is None or number.form not in (Form.DIGITS, Form.WORDS):
        return None
    return Ratio(start=number.start, end=found.end(), value=number.value)


_FOLD = re.compile(r"[- ]?fold(?![^\W_])")


def times_after(text: str, end: int) -> int | None:
    """Where "x" or "times" ends behind a range of numbers: "two to three times higher"."""
    found = _TIMES.match(text, end) or _FOLD.match(text, end)
    return None if found is None else found.end()


def _is_multiple(text: str, number: Number, word: str) -> bool:
    if word in ("twice", "thrice"):
        return _TWICE.match(text, number.end) is not None
    if word.endswith("fold"):
        return True
    if text[number.end : number.end + 1] == "-" or text[number.start - 1 : number.start] == "-":
        return False
    if word in ("double", "triple", "treble", "quadruple", "quintuple", "halve", "doubles", "triples"):
        before = text[max(0, number.start - 14) : number.start]
        if word.endswith("s") and _DOUBLES.match(text, number.end) and not _NOUN_BEFORE.search(before):
            return True
        if word != "halve" and _LAST_ONES.match(text, number.end) is not None:
            return True
        return _AFTER_DOUBLE.match(text, number.end) is not None and (
            _BEFORE_DOUBLE.search(before) is not None
            or re.match(r" (?:the|that|what|its|their)\b", text[number.end : number.end + 8]) is not None
        )
    return not text.startswith(" down", number.end)


def fraction(text: str, number: Number) -> Ratio | None:
    """The share that a fraction says: "two thirds", "half of", "a quarter of"."""
    if number.form is not Form.FRACTION:
        return None
    word = text[number.start : number.end].lower()
    of = _OF.match(text, number.end)
    if word == "half":
        if text.startswith((" past ", " way"), number.end):
            return None
        if text[number.end : number.end + 1] == "-" or text[number.start - 1 : number.start] == "-":
            return None
        if _OTHER_HALF.search(text, max(0, number.start - 14), number.start):
            return None
        bounded = re.search(
            r"(?:which|whom|them|than|nearly|almost|about|over|under|least|around|roughly|just|approximately"
            r"|to|some|by|only|pays?|paid) $",
            text[max(0, number.start - 16) : number.start],
        )
        if of is None and bounded is None and _SHARE_VERB.match(text, number.end) is None:
            return None
    elif word.startswith(("a ", "an ")):
        if of is None and not says_share(text, number.start, number.end) and not _is_quarter(text, number):
            return None
    elif number.digits and of is None and not _nounish(text, number.end):
        return None
    return Ratio(start=number.start, end=number.end, value=round(number.value, 6).normalize())


def _is_quarter(text: str, number: Number) -> bool:
    """Whether "a quarter" opens a clause as the part that does something, and is no time: "A quarter gave up"."""
    follower = _WORD_AFTER.match(text, number.end)
    if not text[number.start : number.end].lower().endswith("quarter") or follower is None:
        return False
    return opens(text, number.start) and (
        (is_verb(follower[1]) and follower[1] not in ("ended", "passed", "closed", "opened", "began", "started"))
        or follower[1] in ("were", "are", "have", "had", "do", "with")
    )


_WORD_AFTER = re.compile(r" ([a-z]+)")


def _nounish(text: str, end: int) -> bool:
    return re.match(r"(?: [a-z]|-|[.,;)]|$)", text[end : end + 2]) is not None
