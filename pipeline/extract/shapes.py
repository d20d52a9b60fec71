"""Names that their shape alone gives away: laws, ministries, universities, offices of their holders, sites."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pipeline.extract.gazetteer import stands_alone
from pipeline.extract.mentions import Mention
from pipeline.extract.name_words import words_of
from pipeline.records import Label

CAP = r"(?:[A-Z][\w’'&-]*|[0-9]+[A-Z][\w-]*)"
SMALL = r"(?:of|the|and|for|in|on|to|&)"
NAME = rf"{CAP}(?:,?[ ]{SMALL}(?:[ ]{SMALL})?[ ]{CAP}|[ ]{CAP})*"
SITE = (
    r"(?<![\w@/.:-])(?:[A-Za-z0-9-]+\.)+(?:gov|mil|org|com|net|edu|io|int|eu|gc\.ca|gov\.[a-z]{2}|[a-z]{2}\.gov|gouv\.fr|[a-z]{2})"
    r"(?![\w@/-]|\.\w)"
)
SHAPES: tuple[tuple[Label, re.Pattern[str]], ...] = (
    (Label.PRODUCT, re.compile(SITE)),
    (
        Label.PROGRAM,
        re.compile(rf"\b{CAP}(?:[ ]{CAP}|[ ](?:and|of|for|to|in)[ ]{CAP}){{0,12}}[ ]Act(?:[ ]of[ ]\d{{4}})?\b"),
    ),
    (Label.PROGRAM, re.compile(rf"\b{CAP}(?:[ ]{CAP}){{0,3}}[ ]101\b")),
    (Label.PROGRAM, re.compile(r"\bExecutive Order(?: No\.?)? \d{4,5}\b")),
    (Label.PROGRAM, re.compile(r"\bSection \d{2,4}(?:\([a-z]\))?")),
    (Label.PROGRAM, re.compile(r"\bSustainable Development Goal \d{1,2}\b")),
    (Label.PROGRAM, re.compile(r"\b(?:Budget 20\d\d|20\d\d(?:[-–]\d\d)? Budget)\b")),
    (
        Label.ORG,
        re.compile(
            rf"\b(?:U\.S\. |US )?(?:Department|Dept\.|Ministry|Office|Bureau|Secretariat)[ ]of[ ](?:the[ ])?{NAME}"
        ),
    ),
    (Label.ORG, re.compile(rf"\b(?:Government|University)[ ]of[ ]{CAP}(?:[ ]{CAP})*")),
    (Label.ORG, re.compile(rf"\b{CAP}(?:[ ]{CAP}){{0,6}}[ ]University\b")),
    (Label.PRODUCT, re.compile(rf"\bGOV\.UK[ ](?:{CAP}(?:[ ]{CAP})*|(?=x))")),
)
HOLDERS = (
    r"(?:Advocate|Assessor|Attorney|Auditor|Chancellor|Clerk|Commissioner|Comptroller|Controller|Defender|General|Governor"
    r"|Mayor|Minister|Ombudsman|Premier|President|Registrar|Sheriff|Treasurer)"
)
OFFICE = re.compile(
    rf"\b(?:{CAP}[ ]){{0,3}}{HOLDERS}['’]s[ ](?:{CAP}[ ])?(?:Bureau|Department|Office|Unit)\b"
    rf"(?:[ ](?:of|for)[ ]{CAP}(?:[ ]{CAP})*)?"
)
MINISTRY = re.compile(
    rf"\b(?:Department|Ministry|Secretariat)[ ](?:of|for)[ ](?:the[ ])?(?P<matters>{CAP}(?:[ ]{CAP})*"
    rf"(?:,[ ]{CAP}(?:[ ]{CAP})*)+,?[ ](?:and|&)[ ](?:the[ ])?{CAP}(?:[ ]{CAP})*)"
)
AT = re.compile(r"[\[(]\s?at\s?[\])]\s?$")  # an e-mail address that hides from robots
PARTS = re.compile(r",? (?:and|&) (?:the )?|, ")


def shaped(text: str) -> Iterator[Mention]:
    """Yield what its shape alone shows to be a name: laws, ministries, universities, sites named by their address.

    >>> [mention.label.value for mention in shaped("The Privacy Act binds SAM.gov, says the Ministry of Health.")]
    ['PRODUCT', 'PROGRAM', 'ORG']
    """
    for label, pattern in SHAPES:
        for found in pattern.finditer(text):
            start, end = found.span()
            if stands_alone(text, start, end) and not AT.search(text[max(0, start - 6) : start]):
                yield Mention(start, end, label, "pattern")


def whole_bodies(text: str, known: Callable[[str], bool]) -> Iterator[Mention]:
    """Yield the bodies whose names hold a possessive or a list, which models cut; *known* tells other bodies.

    >>> text = "The Ministry of Roads, Rail and the Sea asked the Lord Mayor's Office, the Department of Sums, NASA."
    >>> [text[m.start:m.end] for m in whole_bodies(text, lambda name: False)]
    ["Lord Mayor's Office", 'Ministry of Roads, Rail and the Sea']
    """
    for found in OFFICE.finditer(text):
        start = found.start() + (4 if found[0].startswith("The ") else 0)
        yield Mention(start, found.end(), Label.ORG, "pattern")
    for found in MINISTRY.finditer(text):
        others = PARTS.split(found["matters"])[1:]
        if not any(part.isupper() or known(part) or part.split()[-1] in words_of("heads") for part in others):
            yield Mention(found.start(), found.end(), Label.ORG, "pattern")
