"""Where a name that was found once stands again in its post."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from pipeline.extract.mentions import Mention
from pipeline.records import Label


def repeated(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Yield every place where a name that was found somewhere in the post stands, by its commonest label there.

    >>> [(m.start, m.label.value) for m in repeated("Diia is live. Try Diia.", [Mention(0, 4, Label.PRODUCT, "")])]
    [(0, 'PRODUCT'), (18, 'PRODUCT')]
    """
    votes: dict[str, Counter[Label]] = {}
    for mention in mentions:
        votes.setdefault(text[mention.start : mention.end], Counter())[mention.label] += 1
    words = frozenset(re.findall(r"\w+", text))
    for name in sorted(votes, key=len, reverse=True):
        if telling(name, words):
            label = votes[name].most_common(1)[0][0]
            yield from (Mention(start, start + len(name), label, "repeated") for start in _places_of(name, text))


def _places_of(name: str, text: str) -> Iterator[int]:
    """Where *name* stands in *text* as a word or words of its own."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        before, after = text[start - 1 : start], text[end : end + 2]
        if not (before.isalnum() or (before in "@#/._-" and before)) and not (
            after[:1].isalnum() or (after[:1] in "@/-_" and after) or (after[:1] == "." and after[1:].isalnum())
        ):
            yield start
        start = text.find(name, end)


def telling(name: str, words: Collection[str]) -> bool:
    """Whether *name* means the same thing wherever it is written so: a plain word must not stand in lower case too."""
    if len(name) < 3 or name.islower():
        return False
    return " " in name or any(letter.isupper() or letter.isdigit() for letter in name[1:]) or name.lower() not in words
