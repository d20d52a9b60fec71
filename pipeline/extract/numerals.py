"""The numbers in a text, in digits or in words, as exact decimals with their offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.extract.digits import read_digits
from pipeline.extract.number import Form, Lookalike, Number
from pipeline.extract.number_grammar import number_grammar
from pipeline.extract.number_words import read_words

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_AGAIN = re.compile(r"\s?\((\d[\d,]*|[a-z]+(?:[- ][a-z]+){0,3})\)(?=\s[^\W\d_])")


def find_numbers(text: str) -> Iterator[Number | Lookalike]:
    """Yield the numbers in *text*, in reading order, and what only looks like one with the reason.

    >>> [str(n.value) for n in find_numbers("a dozen of twenty-one thousand, or 1.5bn")]
    ['12', '21000', '1500000000.0']
    """
    grammar = number_grammar()
    pos = 0
    while match := grammar.start.search(text, pos):
        start = match.start()
        found = read_digits(text, start) if match.group()[0] not in _LETTERS else read_words(text, start)
        if found is None:
            pos = match.end()
        else:
            if isinstance(found, Number) and text.startswith((" (", "("), found.end):
                found = _said_again(text, found)
            yield found
            pos = found.end


def _said_again(text: str, number: Number) -> Number:
    """*number* with itself in brackets behind it, as contracts have it: "thirty (30) days"."""
    again = _AGAIN.match(text, number.end)
    if again is None or number.form not in (Form.WORDS, Form.DIGITS) or number.letter:
        return number
    if again[1][0].isdigit():
        same = number.form is Form.WORDS and Decimal(again[1].replace(",", "")) == number.value
    else:
        other = read_words(text, again.start(1)) if number_grammar().start.match(text, again.start(1)) else None
        same = isinstance(other, Number) and other.end == again.end(1) and other.value == number.value
    return number._replace(end=again.end()) if same else number
