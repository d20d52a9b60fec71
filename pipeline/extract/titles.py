"""Titles of books, reports and posts, by the setting that gives them away: quotation marks, lists of posts, labels.

The word beside a name tells much of what it is, too: "our podcast …", "the … app".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from pipeline.extract.mentions import Mention
from pipeline.extract.name_words import words_of
from pipeline.records import Label

QUOTED = re.compile(r"[“\"](?P<title>[A-Z0-9][^“”\"\n]{3,110}?)[.,!?]?[”\"]")
SLANTED = re.compile(r"(?<![\w*_])(?P<mark>[*_])(?P<title>[A-Z0-9][^*_\n]{3,110}?)[.,!?]?(?P=mark)(?![\w*_])")
CUE = re.compile(
    r"\b(?:books?|papers?|reports?|posts?|blogs?|articles?|talks?|presentation|titled|called|entitled|episode|guide|series|essay"
    r"|study|film|column|chapter|speech|keynote|read|memo|published|wrote)\b",
    re.IGNORECASE,
)
CALLED = re.compile(
    r"\b(?:called|titled|entitled|(?:session|talk):"
    r"|(?:posts?|paper|article|book|column|essay|piece|podcast|report|write-?up):?)[ ,]*$",
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
AFTER = re.compile(r"[\"”’*_]*(?: \([A-Z]\w+\))? (?P<noun>[a-z]+)\b(?!-)")
READ_ON = re.compile(  # 'Read more from us: "…", "…" and '
    r"\b(?:[Rr]ead|[Rr]eading|posts?|articles?|essays|reports?)\b[^\n:\"“]*: *"
    r"(?:[“\"][^”\"\n]{3,110}[”\"](?:,|, and| and|;)? *)*$"
)
CITED = re.compile(  # "its report Waiting Rooms of the City", "a guide called Plain Sums for Busy People"
    r"\b(?:books?|e-?book|chapter|essay|guide|handbook|manual|novel|paper|playbook|podcast|report|study|white paper)"
    r"(?:,| called| titled| entitled)? (?:[Tt]he )?(?P<title>[A-Z][\w’'-]*"
    r"(?:(?:: | (?:(?:a|an|and|as|at|by|for|from|in|into|of|on|the|to|with|without) ){0,3})[A-Z0-9][\w’'-]*){1,11})"
)
FROM = re.compile(r" (?:at|by|for|from|in|of|on|to) (?:the )?")
BREAKS = re.compile(r"[.!?][\"”’)]?\s|\n")
NEAR = 60  # how far a word such as "report" may stand from the title that it speaks of, in characters
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
            or (
                found.re is QUOTED and " " in title and READ_ON.search(text, max(0, found.start() - 400), found.start())
            )
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
    if mention.label not in (Label.PROGRAM, Label.PRODUCT, Label.WORK, Label.EVENT):
        return mention
    several = " " in text[mention.start : mention.end]
    if several and WORK_BEFORE.search(text, max(0, mention.start - 20), mention.start):
        return replace(mention, label=Label.WORK, source="pattern")
    after = AFTER.match(text, mention.end)
    label = words_of("after").get(after["noun"]) if after else None
    return replace(mention, label=label, source="pattern") if label else mention


def cited(text: str, known: Callable[[str], bool]) -> Iterator[Mention]:
    """Yield the titles without quotation marks that follow the word for what they are; *known* tells other names.

    >>> text = "The findings are in its report Waiting Rooms of the City from Acme Labs. We read the guide twice."
    >>> [text[m.start:m.end] for m in cited(text, lambda name: name == "Acme Labs")]
    ['Waiting Rooms of the City']
    """
    for found in CITED.finditer(text):
        title = found["title"]
        ends = (at.start() for at in FROM.finditer(title) if known(title[at.end() :]))
        end = found.start("title") + min([*ends, len(title)])
        if " " in text[found.start("title") : end] and not known(text[found.start("title") : end]):
            yield Mention(found.start("title"), end, Label.WORK, "pattern")


def supported(text: str, mention: Mention) -> bool:
    """Whether something beside the model says that *mention* is a title: marks, a word for it, or its own last word.

    >>> text = "Code is Python and Java. We wrote Plain Sums."
    >>> [supported(text, Mention(a, b, Label.WORK, "")) for a, b in ((0, 23), (34, 44))]
    [False, True]
    """
    quote = text[mention.start : mention.end]
    last = re.sub(r"[ -](?:19|20)\d\d$|\W+$", "", quote).split()[-1:]
    if last and words_of("heads").get(last[0].removesuffix("s")) is Label.WORK:
        return True
    if text[mention.start - 1 : mention.start] in tuple("“\"‘'*_[") and text[mention.end : mention.end + 1] != " ":
        return True
    before = BREAKS.split(text[max(0, mention.start - NEAR) : mention.start])[-1]
    after = BREAKS.split(text[mention.end : mention.end + NEAR // 2])[0]
    return CUE.search(before) is not None or CUE.search(after) is not None
