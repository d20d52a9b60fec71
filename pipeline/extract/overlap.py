"""How far two phrases say the same: the share of words that they have in common."""

from __future__ import annotations

import re
from collections import Counter

ARTICLES = {"a", "an", "the"}
WORD = re.compile(r"[\w.&-]*\w")


def bag_of(phrase: str) -> Counter[str]:
    """The words of *phrase* with how often it has them, case, articles and possessive endings aside."""
    words = WORD.findall(phrase.casefold().replace("’s", "").replace("'s", ""))
    return Counter(word for word in words if word not in ARTICLES) or Counter(words)


def overlap(ours: Counter[str], theirs: Counter[str]) -> bool:
    """Whether two phrases, as ``bag_of`` gives them, share half of the words of each.

    >>> overlap(bag_of("the digital teams of Peru"), bag_of("digital teams"))
    True
    """
    if not ours or not theirs:
        return not ours and not theirs
    return 2 * (ours & theirs).total() >= max(ours.total(), theirs.total())
