"""People in a text: who says their own name, who stands after an office, and names that a model cuts short."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.extract.mentions import Mention
from pipeline.extract.name_bounds import ROYAL, TITLES
from pipeline.extract.name_labels import STARTS
from pipeline.extract.name_words import no_names, words_of
from pipeline.records import Label

BEARER = re.compile(
    rf"(?:(?P<body>[A-Z][\w&’'.]*(?: [\w&’'.]+)*?) )?{TITLES} (?P<person>[A-Z][\w’'.-]+(?: [A-Z][\w’'.-]+){{1,3}})"
)
MY_NAME = re.compile(r"\b[Mm]y name(?:[’']s| is) (?P<name>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2})")
FIRST = re.compile(r"(?P<first>[A-Z][a-zà-ÿ]+) $")
LAST = re.compile(r" (?P<last>[A-Z][a-zà-ÿ]+)(?=[.,;:)]|['’]s\b)")
PORTFOLIO = re.compile(
    r"(?:Minister|Ministry|Secretary|Secretariat) (?:of|for) (?:the )?[A-Z][\w-]*(?: [A-Z][\w-]*)*"
    r"(?:, [A-Z][\w-]*(?: [A-Z][\w-]*)*)*,? and [A-Z][\w-]*(?: [A-Z][\w-]*)*"
)


def office_bearer(text: str, mention: Mention) -> list[Mention]:
    """*mention*, or the body and the person that "Acme Board Administrator Ana Sá Reis" names.

    >>> text = "Acme Board Administrator Ana Sá"
    >>> [(text[m.start:m.end], m.label.value) for m in office_bearer(text, Mention(0, 31, Label.PROGRAM, ""))]
    [('Acme Board', 'ORG'), ('Ana Sá', 'PERSON')]
    """
    parts = BEARER.fullmatch(text, mention.start, mention.end)
    if parts is None or mention.label in (Label.WORK, Label.GPE) or ROYAL.match(text, mention.start):
        return [mention]
    person = replace(mention, start=parts.start("person"), label=Label.PERSON)
    return [replace(mention, end=parts.end("body"), label=Label.ORG), person] if parts["body"] else [person]


def introducing(text: str) -> Iterator[Mention]:
    """Yield the persons who say their own name.

    >>> [mention.label.value for mention in introducing("My name is Ana Sá and I write.")]
    ['PERSON']
    """
    for found in MY_NAME.finditer(text):
        yield Mention(found.start("name"), found.end("name"), Label.PERSON, "pattern")


def whole_names(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """*mentions*, persons of one name made whole by the name before it, those of two by the one that ends a clause.

    >>> text = "We met Olu Precious Moyo, and Ana Sá Small."
    >>> found = [Mention(20, 24, Label.PERSON, ""), Mention(30, 36, Label.PERSON, "")]
    >>> [text[m.start:m.end] for m in whole_names(text, found)]
    ['Precious Moyo', 'Ana Sá Small']
    """
    plain = frozenset(re.findall(r"\b[a-z]+\b", text))
    whole: list[Mention] = []
    for at, mention in enumerate(mentions):
        start, end = mention.start, mention.end
        lower = mentions[at - 1].end if at else 0
        upper = mentions[at + 1].start if at + 1 < len(mentions) else len(text)
        size = len(text[start:end].split())
        if mention.label is Label.PERSON and size == 1 and (first := FIRST.search(text, lower, start)):
            opens = STARTS.search(text, max(0, first.start() - 6), first.start()) is not None
            if not opens and _is_name(first["first"], plain):
                start = first.start()
        elif mention.label is Label.PERSON and size == 2 and (last := LAST.match(text, end, upper)):
            end = last.end() if _is_name(last["last"], plain) else end
        whole.append(replace(mention, start=start, end=end))
    return whole


def _is_name(word: str, plain: frozenset[str]) -> bool:
    """Whether *word* may be part of a person's name: no title, craft or common word of the text."""
    known = word in no_names() or word in words_of("heads") or re.fullmatch(TITLES, word)
    return not known and word.lower() not in plain


def without_portfolios(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """*mentions* without the matters that a minister is for: "Minister of Farms, Digital Society and Media".

    >>> text = "the Minister of Farms, Roads and Media in Peru"
    >>> without_portfolios(text, [Mention(23, 28, Label.ORG, "")])
    []
    """
    told = [found.span() for found in PORTFOLIO.finditer(text) if not found[0].startswith(("Ministry", "Secretariat"))]
    return [mention for mention in mentions if not any(start <= mention.start < end for start, end in told)]
