"""Hours of the day without a clock's signs: "until five", "from nine to four", "half past two"."""

from __future__ import annotations

import re

from pipeline.extract.amounts import Amount
from pipeline.extract.bare_number import CHANGING, CLOSES

LATEST = 12  # of the hours that words name
_AFTER = re.compile(
    r" (?:o['’]clock|sharp|noon|[ap]\.?m\b|in the (?:morning|afternoon|evening)|at night|tonight"
    r"|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?<![^\W_])(?:half[ -]past|past|until|till|by|before|after|since|(?:starts?|begins?|opens?|closes?"
    r"|meet|meets|ends?) at|quarter to|around at)[ ]$",
    re.IGNORECASE,
)
_TO_HOUR = re.compile(r" to (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight)[.,;!?)]")
_FROM_HOUR = re.compile(r"(?<![^\W_])from (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) to $")
_PAST = re.compile(r"(?:half|quarter|ten|five|twenty) past $", re.IGNORECASE)
_BREAK = re.compile(r"(?:^|[.!?“\"] ?)Take five$")


def is_hour(text: str, amount: Amount) -> bool:
    """Whether *amount*, which has no noun, is an hour of the day, or a break: "until five", "half past two"."""
    if amount.value > LATEST:
        return False
    start, end = amount.start, amount.end
    if _AFTER.match(text, end) is not None or _BREAK.search(text, max(0, start - 8), end) is not None:
        return True
    if _PAST.search(text, max(0, start - 13), start) is not None:
        return True
    to = _TO_HOUR.match(text, end) or _FROM_HOUR.search(text, max(0, start - 20), start)
    if to is not None and CHANGING.search(text[max(0, start - 90) : start]) is None:
        return True
    return (
        _BEFORE.search(text, max(0, amount.start - 16), amount.start) is not None
        and CLOSES.match(text, amount.end) is not None
    )
