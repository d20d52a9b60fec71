"""Where a name begins and ends in running text, by the conventions of the annotation guidelines.

Works on strings and offsets, and needs no model.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.extract.gazetteer import stands_alone
from pipeline.extract.mentions import Mention
from pipeline.extract.name_words import words_of
from pipeline.records import Label

TITLES = (
    r"(?:C[A-Z]O|Secy|Chief \w+(?: \w+)? Officer|Dr|Mr|Mrs|Ms|Mx|Prof|Sen|Rep|Gov|Hon|Sir|Dame|Lord|Lady|Professor"
    r"|Senator|(?:Vice )?President|Premier|Mayor|Governor|Judge|(?:Prime |Deputy |Assistant )?Minister|Secretary"
    r"|Administrator|Commissioner|Director|Ambassador|Justice|Chancellor|General|Colonel|Captain|Major|Sergeant|Lieutenant"
    r"|Queen|King|Prince|Princess)"
)
LEADING = re.compile(
    r"\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\.?)?\s+|(?:download|read|see|view|watch)\s+the\s+|[\s\"'“”‘’(\[*_#:;,\-–—•]+|(?:the|a|an|our|your|this|its|their)\s+",
    re.IGNORECASE,
)
TITLE = re.compile(rf"{TITLES}\.?\s+(?=[A-Z])")
TRAILING = re.compile(
    r"(?:[\s\"“”‘(\[*_:;,!?®™©\-–—•…]+|['’]s?|\s(?:a|an|and|as|at|by|for|from|in|is|of|on|or|our|the|to|with|MVP|POC))$"
)
ASKING = re.compile(r"(?:About|Announcing|How|Introducing|Meet|What|When|Where|Who|Why):?\s+(?=[A-Z])")
POSTCODE = re.compile(r"(?:,? [A-Z]{2})? (?:\d{4,5}|[A-Z]{1,2}\d[A-Z0-9]?(?: \d[A-Z]{2})?)$")
ADDRESS = re.compile(r"@|://|^www\.")
ROYAL = re.compile(r"(?:Queen|King|Prince|Princess|Pope|Saint)\s")
BRACKETED = re.compile(r"^(?P<long>[^()]+?)\s+\((?P<short>[^()]{2,15})\)$")
GOES_ON = re.compile(r" \([A-Z][\w.-]{1,11}\)(?: -)? (?:[A-Z][\w’'-]* ){0,3}(?P<last>[A-Z]\w+)\b")
JOB = re.compile(r"(?<=\w) (?:Deputy |Acting )?(?:CIO|CTO|CEO|CDO|CFO|COO|CISO)s?$")


def joined(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """*mentions* with neighbours made one where nothing but a space parts them: two halves of one name.

    >>> [(m.start, m.end, m.label.value) for m in joined("Acme Labs LLC", [Mention(0, 4, Label.PERSON, ""),
    ...                                                                    Mention(5, 13, Label.ORG, "")])]
    [(0, 13, 'ORG')]
    """
    whole: list[Mention] = []
    for mention in mentions:
        if whole and text[whole[-1].end : mention.start] == " " and whole[-1].label is not Label.GPE:
            whole[-1] = replace(mention, start=whole[-1].start)
        else:
            whole.append(mention)
    return whole


def around_brackets(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """*mentions*, those made longer whose name goes on after an acronym in brackets.

    >>> text = "the Open Data Forum (ODF) Summit"
    >>> [text[m.start:m.end] for m in around_brackets(text, [Mention(4, 19, Label.ORG, "")])]
    ['Open Data Forum (ODF) Summit']
    """
    heads = {"Service": Label.ORG, **words_of("heads")}
    longer: list[Mention] = []
    for mention in mentions:
        after = GOES_ON.match(text, mention.end)
        if after and (label := heads.get(after["last"])):
            longer.append(replace(mention, end=after.end(), label=label))
    return without_overlaps([*longer, *mentions])


def split_at_and(text: str, mention: Mention, known: Sequence[Mention]) -> list[Mention]:
    """*mention*, or both names where "and" parts it from one of the *known* ones.

    >>> text = "School of Government and Acme Labs"
    >>> [(m.start, m.end) for m in split_at_and(text, Mention(0, 34, Label.ORG, ""), [Mention(25, 34, Label.ORG, "")])]
    [(0, 20), (25, 34)]
    """
    for name in known:
        if name.end == mention.end and text[mention.start : name.start].endswith((" and ", " & ")):
            first = text[mention.start : name.start].rstrip("&adn ")
            return [replace(mention, end=mention.start + len(first)), name]
        if name.start == mention.start and text[name.end : mention.end].startswith((" and ", " & ")):
            if _goes_on(text[name.start : name.end], text[name.end : mention.end]):
                continue
            rest = text[name.end : mention.end].lstrip("&adn ")
            return [name, replace(mention, start=mention.end - len(rest))] if rest[:1].isupper() else [mention]
    heads = words_of("heads")
    both = re.fullmatch(
        r"(?P<first>.+ (?P<head>\w+)) (?:and|&) (?:the )?(?P<other>[A-Z]\w+)", text[mention.start : mention.end]
    )
    if both and heads.get(both["head"]) is Label.ORG and both["other"] not in heads and mention.label is not Label.WORK:
        body = replace(mention, end=mention.start + both.end("first"), label=Label.ORG)
        return [body, replace(mention, start=mention.start + both.start("other"), label=Label.ORG)]
    return [mention]


def _goes_on(first: str, rest: str) -> bool:
    """Whether "Department of Farms" goes on with "and Water": it tells its matters, and the rest names no body."""
    words = first.split()
    heads, starts = words_of("heads"), words_of("starts")
    return (len(words) > 2 and words[0] in starts and words[1] in ("of", "for") and len(rest.split()) > 1) and not any(
        word in heads or word in starts for word in rest.split()
    )


def trimmed(text: str, mention: Mention) -> Mention | None:
    """*mention* with the boundaries of the guidelines: no article, quotation marks, title or possessive.

    >>> text = "met Dr. Ana Sá of the GDS's team"
    >>> [text[m.start:m.end] for m in (trimmed(text, Mention(4, 14, Label.PERSON, "")),
    ...                                trimmed(text, Mention(18, 27, Label.ORG, ""))) if m]
    ['Ana Sá', 'GDS']
    """
    start, end = mention.start, mention.end
    if (cut := text.find("\n\n", start, end)) >= 0:
        end = cut
    while (lead := LEADING.match(text, start, end)) and lead.end() > start:
        start = lead.end()
    if mention.label is not Label.WORK and (asks := ASKING.match(text, start, end)):
        start = asks.end()
    if (
        text[end : end + 1] == "-" and text[end + 1 : end + 2].islower()
    ):  # "18F micro-purchase": not to cut a word in two
        end = max(text.rfind(" ", start, end), start)
    if mention.label is Label.PERSON and not ROYAL.match(text, start, end):
        while title := TITLE.match(text, start, end):
            start = title.end()
    while start < end and (tail := TRAILING.search(text[start:end]) or JOB.search(text[start:end])):
        end = start + tail.start()
    if mention.label in (Label.GPE, Label.ORG, Label.PERSON) and (code := POSTCODE.search(text[start:end])):
        end = start + code.start()
        mention = replace(mention, label=Label.GPE)
    quote = text[start:end]
    if quote.endswith(")") and "(" not in quote:
        end -= 1
    elif "(" in quote and ")" not in quote:
        if text[end : end + 1] == ")":
            end += 1
        else:
            end = start + len(quote[: quote.index("(")].rstrip())
    if quote.endswith(".") and not re.search(r"(?:\b\w\.|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|St|Dept))\.?$", quote[:-1] + "."):
        end -= 1
    if start >= end or not any(letter.isalpha() for letter in text[start:end]) or ADDRESS.search(text[start:end]):
        return None
    if not stands_alone(text, start, end):
        return None
    return replace(mention, start=start, end=end)


def parted(text: str, mention: Mention) -> Iterator[Mention]:
    """*mention*, or the two that "Full Name (ABBR)" is.

    >>> [(m.start, m.end) for m in parted("Digital Service (DS)", Mention(0, 20, Label.ORG, ""))]
    [(0, 15), (17, 19)]
    """
    if found := BRACKETED.match(text[mention.start : mention.end]):
        for name in ("long", "short"):
            yield replace(mention, start=mention.start + found.start(name), end=mention.start + found.end(name))
    else:
        yield mention


def without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """Those of *mentions* that overlap none before them, in reading order: the first to come wins."""
    kept: list[Mention] = []
    starts: list[int] = []
    for mention in mentions:
        at = bisect_right(starts, mention.start)
        if (at and kept[at - 1].end > mention.start) or (at < len(kept) and kept[at].start < mention.end):
            continue
        starts.insert(at, mention.start)
        kept.insert(at, mention)
    return kept
