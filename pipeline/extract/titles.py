"""Titles of books, reports and posts, by the setting that gives them away: quotation marks, lists of posts, labels.

The word beside a name tells much of what it is, too: "our podcast …", "the … app".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.extract.naming import Mention
from pipeline.records import Label

QUOTED = re.compile(r"[“\"](?P<title>[A-Z0-9][^“”\"\n]{3,110}?)[.,!?]?[”\"]")
SLANTED = re.compile(r"(?<![\w*_])(?P<mark>[*_])(?P<title>[A-Z0-9][^*_\n]{3,110}?)[.,!?]?(?P=mark)(?![\w*_])")
CUE = re.compile(
    r"\b(?:books?|papers?|reports?|posts?|blogs?|articles?|talks?|presentation|titled|called|entitled|episode|guide|series|essay"
    r"|study|film|column|chapter|speech|keynote|read|memo|published|wrote)\b",
    re.IGNORECASE,
)
CALLED = re.compile(
    r"\b(?:called|titled|entitled|(?:session|talk):|(?:posts?|paper|article|book|report|essay|podcast):?)[ ,]*$",
    re.IGNORECASE,
)
MARKED = re.compile(
    r"^\[(?:Report|Paper|Book|Video|Podcast|Article|Slides|Blog|Post)\] (?P<title>[^\n]{4,120})$", re.MULTILINE
)
READING = re.compile(
    r"^[^\n]*\b(?:read|reading|posts?|blogs?|articles?|write[- ]?ups?|interested in|see also|coverage|in the news)\b"
    r"[^\n]*:[ ]*$",
    re.IGNORECASE | re.MULTILINE,
)
ENTRY = re.compile(  # "2019 - A title", "The Paper (editorial): A title - 31 March"
    r"\s*\n(?:[*•-] )?(?:\d{4}|[A-Z][\w .&’']{1,30}(?: \([a-z]+\))?)(?: [-–] |: )"
    r"(?P<title>[A-Z“\"'][^\n]{8,140}?)(?: [-–] \d{1,2} \w+(?: \d{4})?)?(?=\n|$)"
)
WORK_BEFORE = re.compile(
    r"\b(?:podcast|newsletter|book|e-?book|handbook|guide|report|paper|essay|article|post|film),? [\"“‘*_]*$"
)
WORK_AFTER = re.compile(r"[\"”’*_]* (?:podcast|newsletter)\b")
PRODUCT_AFTER = re.compile(r"[\"”’*_]* (?:app|dashboard|platform|software|tool)\b")
UNTITLED = frozenset(
    {
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "of",
        "on",
        "or",
        "our",
        "the",
        "to",
        "with",
        "your",
    }
)


def titled(text: str) -> Iterator[Mention]:
    """Yield the titles that their setting gives away: quoted after a word such as "book", or in a list of posts.

    >>> text = 'She wrote the book "Plain Words at Work" in a "Digital First" mood.'
    >>> [text[m.start:m.end] for m in titled(text)]
    ['Plain Words at Work']
    >>> text = "You can read our earlier posts:\\n\\n2018 - How teams learn\\n\\n2019 - What budgets do\\n\\nThe end."
    >>> [text[m.start:m.end] for m in titled(text)]
    ['How teams learn', 'What budgets do']
    """
    for found in (*QUOTED.finditer(text), *SLANTED.finditer(text), *MARKED.finditer(text)):
        title = found["title"]
        before = re.split(r"[“”\"]", text[max(0, found.start() - 40) : found.start()])[-1]
        big = [word for word in re.findall(r"[\w’'&-]+", title) if word.lower() not in UNTITLED]
        capitals = len(title.split()) > 1 and bool(big) and not any(word[0].islower() for word in big)
        if (
            found.re is MARKED
            or (capitals and CUE.search(before))
            or (CALLED.search(before) and len(title.split()) > 3)
        ):
            start = found.start("title") + (4 if found.re is not MARKED and title.startswith("The ") else 0)
            yield Mention(start, found.end("title"), Label.WORK, "pattern")
    for opening in READING.finditer(text):
        at = opening.end()
        while entry := ENTRY.match(text, at):
            yield Mention(entry.start("title"), entry.end("title"), Label.WORK, "pattern")
            at = entry.end()


def by_setting(text: str, mention: Mention) -> Mention:
    """*mention* with the label that the word beside it gives a thing that is no person, body, place or event.

    >>> text = "Our podcast Plain Sums has a Night Bus app."
    >>> [by_setting(text, Mention(a, b, Label.PROGRAM, "")).label.value for a, b in ((12, 22), (29, 38))]
    ['WORK', 'PRODUCT']
    """
    if mention.label not in (Label.PROGRAM, Label.PRODUCT, Label.WORK):
        return mention
    several = " " in text[mention.start : mention.end]
    if several and WORK_BEFORE.search(text, max(0, mention.start - 20), mention.start):
        return replace(mention, label=Label.WORK)
    if PRODUCT_AFTER.match(text, mention.end):
        return replace(mention, label=Label.PRODUCT)
    return replace(mention, label=Label.WORK) if WORK_AFTER.match(text, mention.end) else mention
