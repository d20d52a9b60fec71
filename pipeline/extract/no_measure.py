"""Numbers with a unit that state no quantity all the same: a banknote, a level of a test, a room, "one day"."""

from __future__ import annotations

import re

from pipeline.extract.amounts import Amount
from pipeline.extract.bare_number import word_before
from pipeline.extract.bounds import BoundWords
from pipeline.extract.lexicon import words
from pipeline.extract.number import Form
from pipeline.extract.numbers_in_names import address_pattern
from pipeline.records import Kind

_CONFIDENCE = re.compile(r" (?:CI|confidence (?:interval|level|limit))(?![^\W_])")
_RESOLUTIONS = (2, 4, 5, 8, 12, 16)  # "4K video"
_FOLLOWER = re.compile(r" ([^\W\d_]+)")
_LASTING = (
    "in",
    "within",
    "for",
    "per",
    "takes",
    "took",
    "take",
    "need",
    "needs",
    "budget",
    "allow",
    "spent",
    "lasts",
    "lasted",
    "just",
    "only",
    "under",
    "a",
    "the",
)  # before "one day"


def why_no_measure(text: str, amount: Amount, bound: BoundWords | None) -> str | None:
    """Why a number with a unit still states no quantity; None where it states one."""
    if amount.money and amount.signed and bound is None:
        follower = _FOLLOWER.match(text, amount.end)
        if follower is not None and follower[1] in words("contexts", "denominations"):
            return "denomination"
    if amount.money and text.startswith(" question", amount.end) and amount.value in (64_000, 1_000_000):
        return "idiom"
    if amount.unit == "percent" and _CONFIDENCE.match(text, amount.end) is not None:
        return "level of a test"
    if amount.unit == "kelvin" and amount.glued_unit and amount.base in _RESOLUTIONS:
        return "resolution of a screen"
    if _is_code(text, amount):
        return "code"
    if bound is None and _is_lettered(text, amount):
        return "name"
    if _is_code(text, amount, hyphened=True):
        return "code"
    if bound is None and _is_some_day(text, amount):
        return "narrative"
    return None


def _is_code(text: str, amount: Amount, *, hyphened: bool = False) -> bool:
    """Whether a letter touches the number, or with *hyphened* a word and its hyphen: "COVID-19"."""
    start, before = amount.start, text[amount.start - 1 : amount.start]
    if amount.signed:
        return False
    if hyphened:
        return before in ("-", "‐", "‑") and start > 1 and text[start - 2].isalpha()
    return before.isalnum() and amount.number.digits


def _is_lettered(text: str, amount: Amount) -> bool:
    """Whether a number with one letter names a thing: "Room 14B", "flight BA 117B"."""
    end = amount.end
    if amount.kind is not Kind.MEASURE or not amount.glued_unit:
        return False
    if end != amount.number_end + 1 or text[end - 1] not in "ABCF":
        return False
    if address_pattern().match(text, amount.number_end) is not None:
        return True  # "221B Baker Street"
    word, _ = word_before(text, amount.start)
    return word[:1].isupper() or word.lower() in words("contexts", "references")


def _is_some_day(text: str, amount: Amount) -> bool:
    """Whether "one day" begins a story and measures nothing."""
    if amount.number.form is not Form.WORDS or amount.number.value != 1 or amount.kind is not Kind.DURATION:
        return False
    if amount.glued_unit or amount.unit != "day" or text[amount.end - 3 : amount.end].lower() != "day":
        return False
    word, _ = word_before(text, amount.start)
    return word.lower() not in _LASTING
