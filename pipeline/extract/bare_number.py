"""A number without a unit, with all that tells whether it counts something."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.extract.amounts import Amount
from pipeline.extract.lexicon import any_of
from pipeline.extract.nouns import Noun
from pipeline.extract.quantity import Quantity

_JOINS = frozenset(" \u00a0-‐‑–")
_OPENING = "(“‘\"'[{*_—–-/:;,."
WORD_AFTER = re.compile(r"[ \u00a0]([^\W\d_]+)")
# a word of change before the number, as in "rose from five to seven"
CHANGING = re.compile(rf"(?<![^\W_]){any_of('contexts', 'change')}(?![^\W_])[^.!?\n]{{0,60}}$", re.IGNORECASE)
# what ends a phrase right behind it
CLOSES = re.compile(r"\s*(?:[.,;:!?)\]”\"’]|$|\n|[–—])(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class BareNumber:
    """A number without a unit, the noun that it may count, and what stands around it."""

    text: str
    amount: Amount
    noun: Noun | None
    bounded: bool  # whether words around it say a bound: "over 40"
    last: str | None  # why the number right before it was none
    earlier: Quantity | None = None  # the quantity before it in the text
    elided: bool = False  # whether it counts things that are named elsewhere

    @property
    def alone(self) -> bool:
        """Whether the text holds nothing but the number."""
        text, start, end = self.text, self.amount.start, self.amount.end
        return start < 4 and len(text) - end < 4 and text.strip() == text[start:end]


def word_before(text: str, start: int) -> tuple[str, str]:
    """The word before *start* as written, and what joins it to the number (a space, a hyphen or nothing)."""
    before = text[max(0, start - 28) : start].rstrip('(“"#')
    if not before or before.rstrip(" \u00a0\t").endswith("\n"):
        return "", ""
    join = before[-1] if before[-1] in _JOINS else ""
    parts = before[: len(before) - len(join)].split()
    if not parts or (join and before[-2:-1].isspace()):
        return "", ""
    word = parts[-1].lstrip(_OPENING)
    if not word or not (word[-1].isalpha() or (word[-1] == "." and word[-2:-1].isalpha())):
        return "", ""
    return word, join
