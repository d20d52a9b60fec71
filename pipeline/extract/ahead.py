"""Whether a line of a post stands under words that say it is to come: an agenda, "What's next", "They must:"."""

from __future__ import annotations

import re

FAR = 1500  # characters above a list's item in which what leads it in is looked for
LONGEST_HEADING = 60
AROUND = 400  # characters around a sentence in which readers are invited
AGENDA = re.compile(
    r"[\W_]{0,6}(?:[01]?\d|2[0-3])[.:][0-5]\d(?:\s?(?:[ap]\.?m\.?|h))?(?:\s?[–—-]\s?\d{1,2}[.:]\d\d)?[\s:–—-]+[A-Z“\"]"
)
_ITEM = re.compile(r"[ \t]*(?:[-*•–▪◦+]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+\S")
_HEADING = re.compile(
    r"(?i)[\W_\d]*(?:draft |preliminary |our |the |your )?(?:agenda|programme|program|schedule|timetable|next steps?"
    r"|coming up|upcoming[\w ]*|looking ahead|(?:the )?road ?(?:map|ahead)"
    r"|(?:what|where)(?:['’]s| is| comes| happens| do we go)? next|plans?(?: for [\w ]+)?"
    r"|what(?:['’]s| is)? (?:ahead|coming|planned)|goals?|targets?|ambitions?|objectives"
    r"|what (?:you(?:['’]ll| will)? get|we offer|to expect|you can expect))[\W_]*"
)
_LEADS_IN = re.compile(
    r"(?i)\b(?:will|shall|plans?|planned|aims?|goals?|targets?|must|intends?|promis\w+|next|going to|have to|want to"
    r"|should|upcoming)\b"
)
_PAST = re.compile(r"(?i)\b(?:was|were|did|had|has|have|last|already|so far)\b")
_INVITES = re.compile(
    r"(?i)\b(?:register (?:by|now|here|at|on|before|early|via)|registration (?:opens|closes|is (?:now )?open|ends)"
    r"|sign up|rsvp|apply (?:by|now|before|here|until|via|online)|early[- ]bird"
    r"|applications? (?:open|opens|close|closes|are (?:now )?open|are invited|must)|deadline (?:for|is)"
    r"|tickets? (?:are|is|cost|go)|join us|takes? place (?:on|in|from)|will (?:take place|be held)|places are"
    r"|book (?:now|your|a))\b"
)
_ASKED = re.compile(r"(?i)\bwhat(?:['’]s| is| comes| happens)? next\?[\"”*_]*\s*$")


def stands_ahead(text: str, start: int) -> bool:
    """Whether the sentence that begins at *start* is part of what its heading, list or agenda says is to come.

    >>> text = "We will build:\\n\\n- 40 labs"
    >>> stands_ahead(text, text.index("- 40"))
    True
    """
    line = text.rfind("\n", 0, start) + 1
    if AGENDA.match(text, line) or _ASKED.search(text, max(line, start - 40), start):
        return True
    first, listed = line, _ITEM.match(text, line) is not None
    floor = max(0, line - FAR)
    while True:
        above = _line_above(text, first, floor)
        if above is None:
            return False
        if listed and _ITEM.match(text, above[0]):
            first = above[0]
            continue
        break
    lead = text[slice(*above)].strip()
    if listed and lead.endswith(":"):
        said = lead[max((lead.rfind(stop) for stop in (". ", "? ", "! ")), default=-1) + 1 :]
        return _LEADS_IN.search(said) is not None and _PAST.search(said) is None
    return len(lead) <= LONGEST_HEADING and _HEADING.fullmatch(lead) is not None


def invites(text: str, start: int, end: int) -> bool:
    """Whether the text around the sentence from *start* to *end* asks readers to come, to apply or to book."""
    low, high = max(0, start - AROUND), min(len(text), end + AROUND)
    return _INVITES.search(text, low, high) is not None


def _line_above(text: str, start: int, floor: int) -> tuple[int, int] | None:
    """The last line with words on it before *start*."""
    end = start
    while end > floor and text[end - 1].isspace():
        end -= 1
    if end <= floor:
        return None
    return text.rfind("\n", 0, end) + 1, end
