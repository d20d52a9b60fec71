"""Which bound the words before or behind a figure say of it, if they are about it at all."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extract.ages import AGE_BEFORE, is_age
from pipeline.extract.amounts import Amount
from pipeline.extract.bounds import (
    BoundWords,
    about_alone,
    bound_after,
    bound_before,
    happens_over,
    is_topic,
    means_during,
)
from pipeline.extract.number import Form
from pipeline.records import Bound, Kind

LEAST_ODD = 10  # "40 odd" is about 40
CONFLICT = "conflicting-bound"
_CLOSING = ("odd", "and more", "minimum", "maximum", "max", "plus")  # said of the figure only where a phrase ends


def bound_of(text: str, start: int, end: int, amount: Amount | None, floor: int) -> BoundWords | None:
    """The bound said of the stretch from *start* to *end*; none where nothing bounds it.

    *amount* is the stretch's, if it is one; *floor* is where the quantity before it ended. Where its two sides say
    different bounds, the phrase is ``CONFLICT``.
    """
    after = _after(text, end, amount)
    before = _before(text, start, end, amount, floor)
    if after is None and amount is not None and "+" in text[amount.number.start : amount.number_end]:
        after = BoundWords(bound=Bound.AT_LEAST, start=end, end=end, inside=True, phrase="+")
    if after is not None and before is not None and before.inside and after.inside and after.bound is not before.bound:
        return replace(after, phrase=CONFLICT)
    return after if after is not None else before


_BEHIND = re.compile(
    r" (?P<phrase>or (?:more|fewer|less|so)|and (?:more|counting)|at (?:the )?(?:least|most)|(?:max|min)(?:imum)?)"
    r"(?= *(?:[.,;:!?)\n]|$))"
)
_BEHIND_SAYS = {"more": "at_least", "counting": "at_least", "least": "at_least", "so": "about", "min": "at_least"}


def bound_behind(text: str, end: int) -> BoundWords | None:
    """The bound said behind the counted noun that ends at *end*, outside of the span: "5 people or more"."""
    found = _BEHIND.match(text, end)
    if found is None:
        return None
    last = found["phrase"].split()[-1].removesuffix("imum")
    bound = Bound(_BEHIND_SAYS.get(last, "at_most"))
    return BoundWords(bound=bound, start=found.start("phrase"), end=found.end(), inside=False, phrase=found["phrase"])


def _after(text: str, end: int, amount: Amount | None) -> BoundWords | None:
    after = bound_after(text, end)
    if after is None and amount is not None and amount.number_end < end and not amount.money:
        after = bound_after(text, amount.number_end)
    if after is None:
        return None
    if after.phrase == "odd" and amount is not None and amount.value < LEAST_ODD:
        return None  # "one odd letter"
    return None if after.phrase in _CLOSING and not _closes(text, after.end) else after


def _before(text: str, start: int, end: int, amount: Amount | None, floor: int) -> BoundWords | None:
    age = AGE_BEFORE.search(text, max(0, start - 9), start) if amount is not None and amount.unit == "year" else None
    before = bound_before(text, start if age is None else age.start())
    if before is None or before.start < floor or is_topic(text, before):
        return None
    if amount is not None and amount.kind is None and happens_over(text, before, end):
        return None
    before = about_alone(text, before)
    if amount is not None and amount.value < 2 and before.phrase == "some":
        return None
    return None if _lasts(text, amount) and means_during(text, before, end) else before


def _lasts(text: str, amount: Amount | None) -> bool:
    """Whether *amount* is a length of time in which something went on, so that "over" may mean during it."""
    return (
        amount is not None
        and amount.kind is Kind.DURATION
        and amount.number.form is not Form.ARTICLE
        and not is_age(text, amount)
    )


def _closes(text: str, end: int) -> bool:
    return re.match(r"\s*(?:[.,;:!?)]|$|[a-z])", text[end : end + 3]) is not None
