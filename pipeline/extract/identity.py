"""The id of a claim: the same figure in the same sentence of a post keeps it for ever."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from pipeline.records import digest


def claim_ids(post: str, quotes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield an id for each ``(sentence, quote)`` of *post*, given in reading order.

    Neither offsets nor the reading of the figure take part, only the post's id, the words of
    the sentence and of the quote, and how often the same pair was met before. So an edit
    elsewhere in the post, or a better extractor, leaves the id as it is.

    >>> first, second = claim_ids("p", [("5 cats met 5 dogs.", "5"), ("5 cats met 5 dogs.", "5")])
    >>> first == next(claim_ids("p", [("5  cats met 5 dogs.", "5")])), first == second
    (True, False)
    """
    met: Counter[tuple[str, str]] = Counter()
    for sentence, quote in quotes:
        key = (plain(sentence), plain(quote))
        yield digest("claim", post, *key, str(met[key]))
        met[key] += 1


def plain(text: str) -> str:
    """*text* as far as identity goes: compatible characters as one, no case, single spaces.

    >>> plain("Over\\u00a0 47")
    'over 47'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
