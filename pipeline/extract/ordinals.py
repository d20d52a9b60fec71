"""Ordinals that state an order or an edition, told from "first, we…" and "third parties"."""

from __future__ import annotations

import re

from pipeline.extract.lexicon import words
from pipeline.extract.number import Number

_BEFORE = re.compile(r"([^\W\d_]+(?:['’]s?)?|[^\W\d_]+[-‐‑]|['’”\"]s?|[^\s\w])(\s*)$")
_NEXT = re.compile(r"([ \u00a0]|[-‐‑])([^\W_]+(?:['’][^\W\d_]+)?)")
_LIST = re.compile(r",? ?(?:or |and )?(?:second|third|fourth|fifth|sixth|\d+(?:nd|rd|th))(?![^\W_])")
_AND_FINAL = re.compile(r" and (?:final|last|only|so far|to date|most|largest|biggest|best|perhaps|probably|foremost) ")
_TO = re.compile(r" (?:to|in|of|among)(?![^\W_])")
_KIND = re.compile(r" of (?:its|their|many|several|what)(?![^\W_])")
_ENDS = re.compile(r"\s*(?:[.,;:!?)–—]|- |$|\n)")


LISTED = 6  # who gives an order to his text seldom goes further


def why_no_rank(text: str, number: Number) -> str | None:
    """Why the ordinal *number* states no rank; None where it does."""
    start, end = number.start, number.end
    before = _BEFORE.search(text, max(0, start - 24), start)
    last = before[1].lower() if before else ""
    following = _NEXT.match(text, end)
    word = following[2].lower() if following else ""
    if last.endswith(("-", "‐", "‑")) and before is not None and not before[2]:
        return "part of a compound"
    if following and following[1] not in (" ", "\u00a0") and word not in words("contexts", "rank_adverbs"):
        return "part of a compound"
    possessive = last.endswith(("'s", "’s", "s'", "s’")) or last in words("contexts", "determiners") - {
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
    }
    determined = possessive or last in words("contexts", "determiners")
    if last == "very":
        determined = True
    if (word in words("contexts", "months") and word not in ("may", "march")) or (
        word == "of" and number.digits and _month_of(text, end)
    ):
        return "date"
    if last in words("contexts", "months"):
        return "date"
    if last in words("contexts", "rank_verbs") and (
        following is None
        or word in ("in", "among", "of", "out", "overall", "or", "for", "on", "globally", "worldwide", "place")
        or _ENDS.match(text, end)
    ):
        return None
    if word == "time" and following is not None and number.value > 1 and determined:
        return None
    if word == "time" and following is not None:
        if last == "the" and re.search(r"for the (?:very )?$", text[max(0, start - 14) : start], re.IGNORECASE):
            return None
        return "discourse"
    if _ENDS.match(text, end) and _LIST.match(text, end):
        return "list of ordinals"
    if _ENDS.match(text, end):
        return None if possessive and last != "your" else "no noun that it orders"
    if word[:1].isdigit():
        return "no noun that it orders"
    if word in words("contexts", "rank_if_told") and (possessive or last in ("a", "another") or number.value > LISTED):
        return None
    if word in words("contexts", "no_rank") or (word.endswith("ly") and not possessive):
        return "discourse"
    if word == "and":
        final = _AND_FINAL.match(text, end)
        noun = _NEXT.match(text, final.end() - 1) if final else None
        if final is None or not determined or (noun and noun[2].lower() in words("contexts", "no_rank")):
            return "no noun that it orders"
        return None
    if word == "to" or word == "ever":
        return None if determined else "discourse"
    if _TO.match(text, end):
        ordered = word in ("in", "among") or (word == "of" and _KIND.match(text, end) is not None)
        return None if determined and ordered else "no noun that it orders"
    if not determined:
        return None if number.digits and word and _titled(text, end) else "no article before it"
    if word in words("contexts", "stops") or not word:
        return "no noun that it orders"
    return None


def _month_of(text: str, end: int) -> bool:
    found = re.compile(r" of ([^\W\d_]+)").match(text, end)
    return found is not None and found[1].lower() in words("contexts", "months")


def _titled(text: str, end: int) -> bool:
    found = re.compile(r" [A-Z][a-z]+").match(text, end)
    return found is not None
