"""Ordinals that state an order or an edition, told from "first, we…" and "third parties"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.extract.lexicon import words
from pipeline.extract.nouns import lemma_of
from pipeline.extract.number import Number
from pipeline.extract.quantity import Quantity
from pipeline.records import Kind

_BEFORE = re.compile(r"([^\W\d_]+(?:['’]s?)?|[^\W\d_]+[-‐‑]|['’”\"]s?|[^\s\w])(\s*)$")
_NEXT = re.compile(r"([ \u00a0]|[-‐‑])([^\W_]+(?:['’][^\W\d_]+)?)")
_LIST = re.compile(r",? ?(?:or |and )?(?:second|third|fourth|fifth|sixth|\d+(?:nd|rd|th))(?![^\W_])")
_AND_FINAL = re.compile(r" and (?:final|last|only|so far|to date|most|largest|biggest|best|perhaps|probably|foremost) ")
_TO = re.compile(r" (?:to|in|of|among)(?![^\W_])")
_KIND = re.compile(r" of (?:its|their|many|several|what)(?![^\W_])")
_ENDS = re.compile(r"\s*(?:[.,;:!?)–—]|- |$|\n)")
_FOR_THE = re.compile(r"for the (?:very )?$", re.IGNORECASE)
_OF_MONTH = re.compile(r" of ([^\W\d_]+)")
_NAMED = re.compile(r"(?<![^\W_])[A-Z][\w’'-]+ the $")
_PLACES = ("place", "prize", "position")
_TITLED = re.compile(r" [A-Z][a-z]+")
_HYPHENS = ("-", "‐", "‑")
_ARTICLES = frozenset({"a", "an", "the", "this", "that", "these", "those"})  # determiners that name no owner
_SPHERES = ("in", "among", "of", "out", "overall", "or", "for", "on", "globally", "worldwide", "place")
_TO_ORDINAL = re.compile(r" (?:place )?to (?:\d+(?:st|nd|rd|th)|[a-z]+(?:st|nd|rd|th))(?![^\W_])")
_FROM_ORDINAL = re.compile(r"from (?:\d+(?:st|nd|rd|th)|[a-z]+(?:st|nd|rd|th)) (?:place )?to $")
_IS = re.compile(r"(?:(?<![^\W_])(?:is|was|are|were|be|been|being|now|still|only)|n['’]t be) $")
_CAME = re.compile(r"(?<![^\W_])(?:[Ss]?[Hh]e|I|[Ww]e|[Tt]hey|[A-Z][\w’'-]+) (?:is|was|were|are) $")
_SPHERE = re.compile(
    r" (?:in|among|out of|of) (?!line\b|place\b|the (?:line|row|queue)\b)(?:the |our |its |a |any|all |this |[A-Z])"
    r"|(?: overall| worldwide| nationally)(?![^\W_])"
)
_NO_SPHERE = re.compile(r" of all(?![^\W_])")
_IS_THE = re.compile(r"(?:(?<![^\W_])(?:is|was|be|been|become|became)|['’]s) the (?:very )?$")
_RELATIVE = re.compile(
    r" (?:[a-z]+ )?[a-z]+ (?:that|in which|which|who|to|anyone|anybody|without|since"
    r"|of its kind)(?![^\W_])|,? (?:without|since)(?![^\W_])"
)
_ON_THE = re.compile(r"(?<![^\W_])(?:on|by|from) the $", re.IGNORECASE)
_LISTING = re.compile(r"(?:one|two|first|second|third|fourth)[,;:] (?:and )?the $", re.IGNORECASE)
_ORDERS = re.compile(r" (?:is|are|concerns|relates|asks|says|means|has|involves|requires)(?![^\W_])|:")
_DOES = re.compile(
    r" (?:was|were|will|would|could|can|may|might|came|comes|went|took|had|has|followed|follows"
    r"|is (?:planned|expected|due)|at|from|it)(?![^\W_])"
)
NEAR = 300  # characters to what was counted before, within which an ordinal may stand for one of them
LISTED = 6  # who gives an order to his text seldom goes further


@dataclass(frozen=True, slots=True)
class _Setting:
    """An ordinal with the words beside it, in lower case; empty where there are none."""

    text: str
    number: Number
    last: str  # the word or sign before it
    word: str  # the word after it
    glued_before: bool
    glued_after: bool
    possessive: bool  # somebody owns what is ordered: "its", "the city's"
    determined: bool  # an article or owner stands before it

    @property
    def closes(self) -> bool:
        """Whether a phrase ends with the ordinal."""
        return _ENDS.match(self.text, self.number.end) is not None


def why_no_rank(text: str, number: Number, earlier: Quantity | None = None) -> str | None:
    """Why the ordinal *number* states no rank; None where it does.

    >>> from pipeline.extract.numerals import find_numbers
    >>> [why_no_rank(text, *find_numbers(text)) for text in ("its third round", "first, we met")]
    [None, 'no noun that it orders']
    """
    setting = _setting(text, number)
    if _stands_for_noun(setting, earlier):
        return None
    for rule in (
        _compound,
        _date,
        _every,
        _moved,
        _placed,
        _predicate,
        _day,
        _occasion,
        _closing,
        _idiom,
        _joined,
        _ordering,
    ):
        answer = rule(setting)
        if answer is not None:
            return None if answer == RANK else answer
    return None


def _stands_for_noun(one: _Setting, earlier: Quantity | None) -> bool:
    """Whether an ordinal stands for one of those that were counted or ordered before: "The fifth, on titles, …"."""
    text, start, end = one.text, one.number.start, one.number.end
    if one.last != "the" or earlier is None or start - earlier.end > NEAR or one.glued_after:
        return False
    if (
        earlier.kind not in (Kind.COUNT, Kind.RANK)
        or _LIST.match(text, end)
        or _LISTING.search(text, max(0, start - 20), start)
    ):
        return False
    if earlier.kind is Kind.RANK and earlier.value == one.number.value:
        return False
    if one.number.value <= 2 and (
        one.closes or _ORDERS.match(text, end) or earlier.unit in words("contexts", "no_rank")
    ):
        return False
    singular = lemma_of(earlier.unit.split()[-1]) if earlier.unit else ""
    if singular and singular in words("contexts", "no_rank") and singular not in words("contexts", "rank_if_told"):
        return False  # "three reasons … the third"
    return one.closes or _DOES.match(text, end) is not None


def _every(one: _Setting) -> str | None:
    """A rhythm is no rank: "every second week"."""
    return "rhythm" if one.last in ("every", "each") and one.number.value > 1 else None


def _moved(one: _Setting) -> str | None:
    """The ranks of "fell from 14th to 22nd" and "in second place"."""
    text, start, end = one.text, one.number.start, one.number.end
    if one.last == "from" and _TO_ORDINAL.match(text, end):
        return RANK
    if one.last == "to" and _FROM_ORDINAL.search(text, max(0, start - 24), start):
        return RANK
    return RANK if one.word in _PLACES and one.last in words("contexts", "placing") else None


def _predicate(one: _Setting) -> str | None:
    """The rank of "it is the first class in which …", "was 19th in our ranking"."""
    text, start, end = one.text, one.number.start, one.number.end
    before = text[max(0, start - 20) : start]
    if _IS.search(before) and _SPHERE.match(text, end) is not None and not _NO_SPHERE.match(text, end):
        return RANK
    if _CAME.search(before) and one.closes and one.number.value > 1 and not _LIST.match(text, end):
        return RANK
    if _IS_THE.search(before) is None or one.word in (
        "thing",
        "things",
        "step",
        "question",
        "reason",
        "point",
        "principle",
    ):
        return None
    return RANK if _RELATIVE.match(text, end) is not None else None


def _day(one: _Setting) -> str | None:
    """The rank of "on the third day"; "the first day" of anything is its begin."""
    if one.word not in ("day", "evening", "night") or one.last != "the":
        return None
    return RANK if _ON_THE.search(one.text, max(0, one.number.start - 8), one.number.start) else None


RANK = "rank"  # what a rule answers that is sure of a rank, so that no further one is asked


def _setting(text: str, number: Number) -> _Setting:
    before = _BEFORE.search(text, max(0, number.start - 24), number.start)
    following = _NEXT.match(text, number.end)
    last = before[1].lower() if before else ""
    determiners = words("contexts", "determiners")
    possessive = last.endswith(("'s", "’s", "s'", "s’")) or last in determiners - _ARTICLES
    return _Setting(
        text=text,
        number=number,
        last=last,
        word=following[2].lower() if following else "",
        glued_before=last.endswith(_HYPHENS) and before is not None and not before[2],
        glued_after=following is not None and following[1] not in (" ", "\u00a0"),
        possessive=possessive,
        determined=possessive or last in determiners or last == "very",
    )


def _compound(one: _Setting) -> str | None:
    """A hyphen makes it part of a word: "third-party"; not "second-largest". A capital ends a ruler's name."""
    loose = one.word in words("contexts", "rank_adverbs")
    if one.glued_before or (one.glued_after and not loose):
        return "part of a compound"
    text, start = one.text, one.number.start
    named = text[start].isupper() and _NAMED.search(text, max(0, start - 30), start) is not None
    return "name" if named and not _TITLED.match(text, one.number.end) else None  # "Henry the Eighth"


def _date(one: _Setting) -> str | None:
    months = words("contexts", "months")
    if (one.word in months and one.word not in ("may", "march")) or one.last in months:
        return "date"
    of = _OF_MONTH.match(one.text, one.number.end) if one.word == "of" and one.number.digits else None
    return "date" if of is not None and of[1].lower() in months else None


def _placed(one: _Setting) -> str | None:
    """The rank of "came third" and "ranked 2nd in Europe"."""
    ends = not one.word or one.word in _SPHERES or one.closes
    return RANK if one.last in words("contexts", "rank_verbs") and ends else None


def _occasion(one: _Setting) -> str | None:
    """The rank of "the third time", the mere words of "for the first time"."""
    if one.word != "time":
        return None
    if one.number.value > 1 and one.determined:
        return RANK
    start = one.number.start
    again = one.last == "the" and _FOR_THE.search(one.text[max(0, start - 14) : start]) is not None
    return RANK if again else "discourse"


def _closing(one: _Setting) -> str | None:
    """What ends a phrase orders a text or a list, unless somebody owns it."""
    if one.closes and _LIST.match(one.text, one.number.end):
        return "list of ordinals"
    if one.closes:
        return RANK if one.possessive and one.last != "your" else "no noun that it orders"
    return "no noun that it orders" if one.word[:1].isdigit() else None


def _idiom(one: _Setting) -> str | None:
    """Words that make an ordinal a turn of speech: "the first thing", "second, fully …"."""
    told = one.possessive or one.last in ("a", "another") or one.number.value > LISTED
    if one.word in words("contexts", "rank_if_told") and told:
        return RANK
    if one.word in words("contexts", "no_rank") or (one.word.endswith("ly") and not one.possessive):
        return "discourse"
    return None


def _joined(one: _Setting) -> str | None:
    """What "and", "to", "ever", "in", "of" and "among" behind it make of it: "the first and only fund"."""
    text, end = one.text, one.number.end
    if one.word == "and":
        final = _AND_FINAL.match(text, end)
        noun = _NEXT.match(text, final.end() - 1) if final else None
        if final is None or not one.determined or (noun and noun[2].lower() in words("contexts", "no_rank")):
            return "no noun that it orders"
        return RANK
    if one.word in ("to", "ever"):
        return RANK if one.determined else "discourse"
    if _TO.match(text, end):
        ordered = one.word in ("in", "among") or (one.word == "of" and _KIND.match(text, end) is not None)
        return RANK if one.determined and ordered else "no noun that it orders"
    return None


def _ordering(one: _Setting) -> str | None:
    """The noun that it orders, with an article or owner before it, or a title in digits: "2nd Annual Forum"."""
    if not one.determined:
        titled = one.number.digits and one.word and _TITLED.match(one.text, one.number.end) is not None
        return RANK if titled else "no article before it"
    return "no noun that it orders" if one.word in words("contexts", "stops") or not one.word else RANK
