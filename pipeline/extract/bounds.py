"""The words around a number that say how it limits the true one: "more than", "up to", "or so"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.extract.lexicon import alternation, any_of, cased, rows
from pipeline.records import Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundWords:
    """A bound and the words that say it; ``inside`` is whether they belong to the quantity's span."""

    bound: Bound
    start: int
    end: int
    inside: bool
    phrase: str


_SIGNS = {
    "~": Bound.ABOUT, "≈": Bound.ABOUT, "∼": Bound.ABOUT, "±": Bound.ABOUT, "≃": Bound.ABOUT,
    ">": Bound.AT_LEAST, "≥": Bound.AT_LEAST, "⩾": Bound.AT_LEAST,
    "<": Bound.AT_MOST, "≤": Bound.AT_MOST, "⩽": Bound.AT_MOST,
}  # fmt: skip
_WINDOW = 44
_SIGN = re.compile(r"(?<![-=<>])[~≈∼±≃>≥⩾<≤⩽]=?[ \u00a0]?$")
_LAST_WORD = re.compile(r"[^\w’'.]")
_ABOUT_AS_TOPIC = re.compile(
    r"(?:talk|talks|talked|talking|think|thinking|thought|learn|learned|learnt|learning|write|writes|writing|wrote|written"
    r"|speak|speaks|spoke|speaking|hear|heard|hearing|know|knows|knew|known|read|reading|ask|asks|asked|asking|post|posts"
    r"|article|book|story|stories|question|questions|information|details|think|care|cares|worry|all|chat|tell|told|discussion)"
    r" $",
    re.IGNORECASE,
)
_AROUND_AS_CENTRE = re.compile(rf"{any_of('contexts', 'centred_around')} $")
_LASTING = re.compile(
    r"(?:for|has|have|had|with|of|than|spent|in|took|takes|take|after|is|are|was|were|be|been|lasted|lasts|saved|saves"
    r"|now|by|already|nearly|well|just|ago|within|saving|worth|need|needs|needed|waited|wait|spend|spends)\s$",
    re.IGNORECASE,
)


@cache
def _before() -> tuple[re.Pattern[str], frozenset[str], dict[str, tuple[Bound, bool]]]:
    table = {phrase: (Bound(bound), inside == "yes") for phrase, bound, inside in rows("bounds")}
    ends = frozenset(phrase.rsplit(None, 1)[-1].rsplit("’", 1)[-1] for phrase in table)
    reading = alternation(phrase[::-1].replace(" ", "\0") for phrase in table).replace("\0", r"\s+")
    return re.compile(rf"\s+(?:(?:na|a)\s)?({reading})(?![^\W_])", re.IGNORECASE), ends, table


@cache
def _after() -> tuple[re.Pattern[str], dict[str, tuple[Bound, bool]]]:
    table = {phrase: (Bound(bound), inside == "yes") for phrase, bound, inside in rows("bounds_after")}
    # "3 years and up to £5" is no "3 years and up": the words belong to the next figure.
    return re.compile(rf"({alternation(cased(table))})(?![^\W_]|-|\s+to\b)"), table


def bound_before(text: str, start: int) -> BoundWords | None:
    """The bound said right before *start*, the longest phrase that fits.

    >>> bound_before("no fewer than 40 teams", 14).bound.value
    'at_least'
    """
    if start == 0:
        return None
    before = text[max(0, start - _WINDOW) : start]
    if before[-1] in "~≈∼±≃>≥⩾<≤⩽=" or (len(before) > 1 and before[-2] in "~≈∼±≃>≥⩾<≤⩽="):
        sign = _SIGN.search(before)
        if sign is not None:
            begin = start - len(before) + sign.start()
            return BoundWords(bound=_SIGNS[sign[0][0]], start=begin, end=start, inside=True, phrase=sign[0].strip())
    pattern, ends, table = _before()
    parts = before.split()[-2:]
    if not parts or not before[-1].isspace():
        return None
    last = parts[-1].lower()
    if last in ("a", "an", "the") and len(parts) == 2:
        last = parts[0].lower()
    if last not in ends and _LAST_WORD.split(last)[-1] not in ends and not last.endswith(("n’t", "n't")):
        return None
    found = pattern.match(before[::-1])
    if found is None:
        return None
    phrase = " ".join(found[1][::-1].lower().split())
    if phrase == "top" and not re.search(
        r"(?:to|will|may|could|would|might|can|should|must) $", before[: -found.end(1)]
    ):
        return None
    bound, inside = table[phrase]
    return BoundWords(bound=bound, start=start - found.end(1), end=start, inside=inside, phrase=phrase)


def bound_after(text: str, end: int) -> BoundWords | None:
    """The bound said right behind *end*: "15+", "55 and older", "40-odd"."""
    if end >= len(text) or text[end] not in " -+i\u00a0":
        return None
    pattern, table = _after()
    found = pattern.match(text, end)
    if found is None:
        return None
    bound, inside = table[found[1].lower()]
    return BoundWords(bound=bound, start=end, end=found.end(), inside=inside, phrase=found[1].strip().lower())


_RISING = re.compile(
    r"(?:go|goes|going|gone|went|scal\w+|mov\w+|gr[eo]w\w*|rise|risen|rose|climb\w*|jump\w*|ramp\w*|brought|shot) $",
    re.IGNORECASE,
)


_SPREAD = re.compile(
    r"(?<![^\W_])(?:spread|spreads|spreading|distributed|scattered|split|divided"
    r"|strewn|stretched|dispersed|presides?|rule[sd]?) $",
    re.IGNORECASE,
)
_STANDING = re.compile(
    r"(?<![^\W_])(?:stand|stands|stood|standing|hold|holds|held|live|lives|lived|measure"
    r"|measures|own|add|adds|added|come|comes|came) $",
    re.IGNORECASE,
)
_OCCASIONS = re.compile(
    rf" {any_of('contexts', 'occasions')}(?![^\W_])",
)
_BE = re.compile(r"(?<!there)(?<!There) (?:was|were|is|are|be|been|being) $")
_SUBJECTS = re.compile(r" (?:[a-z]+ )?(?:subjects|topics|things|themes|issues|questions|matters|problems)(?![^\W_])")


def about_alone(text: str, words: BoundWords) -> BoundWords:
    """*words* without an "up to" that belongs to the verb before it: "stand up to about 60"."""
    if not words.phrase.startswith("up to ") or not (
        _STANDING.search(text, max(0, words.start - 12), words.start)
        or _RISING.search(text, max(0, words.start - 12), words.start)
    ):
        return words
    start = words.start + text[words.start : words.end].rindex(words.phrase.rsplit(" ", 1)[-1])
    return BoundWords(bound=Bound.ABOUT, start=start, end=words.end, inside=True, phrase=words.phrase[6:])


def is_topic(text: str, words: BoundWords) -> bool:
    """Whether the words bound nothing: "a post about 3 teams", "it has gone up to 3 million"."""
    if words.phrase == "up to":
        before = max(0, words.start - 12)
        return (_RISING.search(text, before, words.start) or _STANDING.search(text, before, words.start)) is not None
    if words.phrase == "over" and _SPREAD.search(text, max(0, words.start - 14), words.start) is not None:
        return True
    if words.phrase == "around":
        return _AROUND_AS_CENTRE.search(text, max(0, words.start - 16), words.start) is not None
    return words.phrase == "about" and _ABOUT_AS_TOPIC.search(text, max(0, words.start - 16), words.start) is not None


def happens_over(text: str, words: BoundWords, end: int) -> bool:
    """Whether "over" or "about" before a count ending at *end* bounds nothing: "over three weekends"."""
    if words.phrase == "over":
        return (
            _OCCASIONS.match(text, end) is not None
            and _LASTING.search(text, max(0, words.start - 10), words.start) is None
        )
    if words.phrase != "about":
        return False
    return (
        _SUBJECTS.match(text, end) is not None and _BE.search(text, max(0, words.start - 14), words.start) is not None
    )


_LONGER = re.compile(r" (?:of|ago|old|earlier|later)(?![^\W_])")


def means_during(text: str, words: BoundWords, end: int | None = None) -> bool:
    """Whether "over" before a time means during it ("$1.6b over 3 years") and not longer; *end* is the time's."""
    if end is not None and _LONGER.match(text, end):
        return False
    return words.phrase == "over" and _LASTING.search(text, max(0, words.start - 10), words.start) is None
