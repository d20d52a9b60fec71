"""Acronyms that brackets introduce: for a name, or for a term that names nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.extract.mentions import Mention
from pipeline.extract.name_labels import STARTS

SPELT_OUT = re.compile(r"(?<![\w-])(?P<long>(?:[\w-]+ ){1,6}[a-z][\w-]*) \((?P<short>[A-Za-z]*[A-Z][\w-]{1,7})\)")


def terms(text: str) -> frozenset[str]:
    """The abbreviations that *text* introduces for words in lower case: they stand for a term and name nothing.

    >>> sorted(terms("A blanket purchase agreement (BPA) with the Office of Tests (OT), by user experience (UX)."))
    ['BPA', 'UX']
    """
    return frozenset(found["short"] for found in SPELT_OUT.finditer(text) if _spelt(text, found))


def _spelt(text: str, found: re.Match[str]) -> bool:
    """Whether the words spell the letters, none with a capital but one that opens a sentence."""
    letters = found["short"].rstrip("s").casefold()
    words = list(re.finditer(r"[^\W_]+", found["long"]))[-len(letters) :]
    if len(words) < len(letters) or any(word[0][0].isupper() for word in words[1:]):
        return False
    at = found.start("long") + words[0].start()
    opens = STARTS.search(text, max(0, at - 6), at) is not None
    return (opens or words[0][0].islower()) and all(
        letter in word[0][:2].casefold() for letter, word in zip(letters, words, strict=True)
    )


def introduced(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, str, str]]:
    """Yield each acronym that brackets introduce, as a mention with the long form's label, and both forms.

    >>> from pipeline.records import Label
    >>> text = "The Digital Academy (DA) is open."
    >>> [(text[m.start:m.end], long) for m, long, _ in introduced(text, [Mention(4, 19, Label.ORG, "")])]
    [('DA', 'Digital Academy')]
    """
    for mention in mentions:
        after = re.compile(
            r"\s*\(\s*[\"'“‘]?(?:or |the |aka )?(?P<short>[A-Z0-9][\w&./-]{1,11}s?)[\"'”’]?\s*[,;)]"
        ).match(text, mention.end)
        long = text[mention.start : mention.end]
        if after and abbreviates(after["short"], long):
            yield replace(mention, start=after.start("short"), end=after.end("short")), long, after["short"]


def abbreviates(short: str, long: str) -> bool:
    """Whether *short* can be the acronym of *long*: its letters start words of it, in order.

    >>> abbreviates("OGP", "Open Government Partnership"), abbreviates("DTA", "Open Government Partnership")
    (True, False)
    """
    letters = [letter for letter in short.rstrip("s").casefold() if letter.isalnum()]
    words = re.findall(r"[^\W_]+", long.casefold())
    if len(letters) < 2 or len(words) < 2:
        return False
    initials = "".join(word[0] for word in words)
    at = 0
    hits = 0
    for letter in letters:
        where = initials.find(letter, at)
        if where >= 0:
            hits, at = hits + 1, where + 1
    return letters[0] in initials and hits >= max(2, len(letters) - 1)
