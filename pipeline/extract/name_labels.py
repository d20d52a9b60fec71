"""What the words of a name tell of its label, and which words name nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.extract.mentions import Mention
from pipeline.extract.name_words import no_names, words_of
from pipeline.records import Label

STREET = re.compile(r"\b(?:Street|Road|Lane|Avenue|Boulevard|Drive|Highway|Terrace|St|Ave|Blvd|Rd)\b(?: [NS][EW]\b)?$")
YEAR = re.compile(r"[ -](?:19|20)\d\d$")
PLAIN = re.compile(r"[A-Z][a-z]+")
STARTS = re.compile(r"(?:^|[.!?:\n*•][\"”’)]?\s*|\n\s*[-–]\s*|\d[:.]\d\d\s)$")
POST_OF = re.compile(
    r"(?:(?:Prime |Deputy |Assistant )?Minister|Secretary|Director|Commissioner|Lecturer|Professor|Head|Chair|Fellow)"
    r"(?: General)? (?:of|for|in) "
)
NUMBERED = re.compile(
    r"(?:Appendix|Chapter|Criteria|Criterion|Day|Figure|Issue|Item|Iteration|Lesson|Level|Part|Phase|Principle|Question"
    r"|Pools?|Release|Round|Sprint|Stage|Standard|Step|Table|Tier|Tip|Version|Week)"
    r" #?(?:\d+(?:\.\d+)*|One|Two|Three|Four|Five|Six|I{1,3}|IV|V)"
)
CLOCK = re.compile(r"\b\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\b|^mid-|^\W*\d[\d:.,]*\W*$", re.IGNORECASE)
TAIL = re.compile(r"(?<=[a-z)]) (?P<word>[a-z]{4,})$")
TOLD = 3  # how many guesses of the model a label counts for that the words beside a name tell
LIBRARY = re.compile(r"\w\.(?:js|io|py)$")
NATIONS = re.compile(r"[A-Z]\w+(?:an|ch|ek|ese|i|ish|ss)(?: federal)? government")


def relabelled(text: str, mention: Mention) -> Mention | None:
    """*mention* with the label that its first or last word gives away; ``None`` where the words name nothing.

    >>> text = "the Rural Broadband Program and a Scrum Master"
    >>> relabelled(text, Mention(4, 27, Label.ORG, "")).label.value
    'PROGRAM'
    >>> relabelled(text, Mention(34, 46, Label.ORG, ""))
    """
    quote = text[mention.start : mention.end]
    heads, nothing = words_of("heads"), no_names()
    if any(sort.fullmatch(quote) for sort in (NATIONS, NUMBERED)) or POST_OF.match(quote) or quote in heads:
        return None
    if CLOCK.search(quote) and mention.label is not Label.WORK:
        return None
    tail = TAIL.search(quote) if mention.label in (Label.ORG, Label.PROGRAM, Label.EVENT) else None
    if tail and tail["word"] not in heads and tail["word"] not in words_of("after"):
        return relabelled(text, replace(mention, end=mention.start + tail.start()))
    if LIBRARY.search(quote):
        return replace(mention, label=Label.PRODUCT)
    if opens_sentence(text, mention) or _is_sentence(text, mention):
        return None
    if quote in nothing or STREET.search(quote) or not any(letter.isupper() for letter in quote):
        return None if quote in nothing or STREET.search(quote) or len(quote) < 3 else mention
    words = YEAR.sub("", quote).split()
    if len(words) < 2 or (mention.label is Label.WORK and len(words) > 5):
        return mention
    starts = [words_of("starts").get(one) if two in ("of", "for", "on") else None for one, two in pairwise(words)]
    label = starts[0]
    if label is None and (words[-1] == "Policy" or words[-1] not in heads):
        label = next((each for each in starts if each), None)
    return replace(mention, label=label or heads.get(words[-1], mention.label))


def opens_sentence(text: str, mention: Mention) -> bool:
    """Whether *mention* is one plain word whose capital is only that of a sentence's first word.

    >>> opens_sentence("Drilling is hard. We like drilling.", Mention(0, 8, Label.PRODUCT, ""))
    True
    >>> opens_sentence("Diia is easy. We like Diia.", Mention(0, 4, Label.PRODUCT, ""))
    False
    """
    quote = text[mention.start : mention.end]
    if mention.label not in (Label.PRODUCT, Label.PROGRAM, Label.WORK, Label.EVENT) or not PLAIN.fullmatch(quote):
        return False
    inside = re.compile(rf"(?:[^\W\d]|[,;’']) {quote}\b")
    return bool(STARTS.search(text, max(0, mention.start - 6), mention.start)) and not inside.search(text)


def _is_sentence(text: str, mention: Mention) -> bool:
    """Whether *mention* is a whole sentence in lower case, such as "Apply by the end of May" before its full stop."""
    words = text[mention.start : mention.end].split()
    return (
        len(words) > 4
        and mention.label is not Label.WORK
        and text[mention.end : mention.end + 1] in tuple(".!?")
        and STARTS.search(text, max(0, mention.start - 6), mention.start) is not None
        and sum(word[0].isupper() for word in words[:-1]) == 1
    )


def agreed(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """*mentions* with one label for one name: the one that most of its mentions have, told ones counting thrice.

    >>> [m.label.value for m in agreed("A A A", [Mention(0, 1, Label.ORG, ""), Mention(2, 3, Label.WORK, ""),
    ...                                          Mention(4, 5, Label.WORK, "")])]
    ['WORK', 'WORK', 'WORK']
    """
    votes: dict[str, Counter[Label]] = {}
    for mention in mentions:
        weight = TOLD if mention.source == "pattern" else 1
        votes.setdefault(text[mention.start : mention.end], Counter())[mention.label] += weight
    return [
        replace(mention, label=votes[text[mention.start : mention.end]].most_common(1)[0][0]) for mention in mentions
    ]
