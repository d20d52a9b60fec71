"""What a name looks like in running text: where it begins and ends, and which shapes give its label away.

Everything here works on strings and offsets, needs no model, and states a convention of the annotation guidelines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.extract.gazetteer import stands_alone
from pipeline.records import Label


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text, before it is known which thing it stands for."""

    start: int
    end: int
    label: Label
    source: str


TITLES = (
    r"(?:Dr|Mr|Mrs|Ms|Mx|Prof|Sen|Rep|Gov|Hon|Sir|Dame|Lord|Lady|Professor|Senator|(?:Vice )?President|Premier|Mayor"
    r"|Governor|Judge|(?:Prime |Deputy |Assistant )?Minister|Secretary|Administrator|Commissioner|Director|Ambassador"
    r"|Justice|Chancellor|General|Colonel|Captain|Major|Sergeant|Lieutenant|Queen|King|Prince|Princess)"
)
LEADING = re.compile(r"[\s\"'“”‘’(\[*_#:;,\-–—•]+|(?:the|a|an|our|your|this|its|their)\s+", re.IGNORECASE)
TITLE = re.compile(rf"{TITLES}\.?\s+(?=[A-Z])")
TRAILING = re.compile(r"(?:[\s\"“”‘(\[*_:;,!?\-–—•…]+|['’]s?)$")
ROYAL = re.compile(r"(?:Queen|King|Prince|Princess|Pope|Saint)\s")
BRACKETED = re.compile(r"^(?P<long>[^()]+?)\s+\((?P<short>[^()]{2,15})\)$")
TIED = re.compile(r"\s+(?:and|&)\s+")

CAP = r"(?:[A-Z][\w’'&-]*|[0-9]+[A-Z][\w-]*)"
SMALL = r"(?:of|the|and|for|in|on|to|&)"
NAME = rf"{CAP}(?:,?[ ]{SMALL}(?:[ ]{SMALL})?[ ]{CAP}|[ ]{CAP})*"
SITE = (
    r"(?<![\w@/.:-])(?:[A-Za-z0-9-]+\.)+(?:gov|mil|org|com|net|edu|io|int|eu|gc\.ca|gov\.[a-z]{2}|[a-z]{2}\.gov|gouv\.fr|[a-z]{2})"
    r"(?![\w@/-]|\.\w)"
)
SHAPES: tuple[tuple[Label, re.Pattern[str]], ...] = (
    (Label.PRODUCT, re.compile(SITE)),
    (Label.PROGRAM, re.compile(rf"\b{CAP}(?:[ ]{CAP}|[ ](?:and|of|for|to|in)[ ]{CAP})*[ ]Act(?:[ ]of[ ]\d{{4}})?\b")),
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
    (Label.ORG, re.compile(rf"\b{CAP}(?:[ ]{CAP})*[ ]University\b")),
    (Label.PRODUCT, re.compile(rf"\bGOV\.UK[ ](?:{CAP}(?:[ ]{CAP})*|(?=x))")),
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
    if mention.label is Label.PERSON and not ROYAL.match(text, start, end):
        while title := TITLE.match(text, start, end):
            start = title.end()
    while start < end and (tail := TRAILING.search(text[start:end])):
        end = start + tail.start()
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
    if start >= end or not any(letter.isalpha() for letter in text[start:end]) or not stands_alone(text, start, end):
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


def shaped(text: str) -> Iterator[Mention]:
    """Yield what its shape alone shows to be a name: laws, ministries, universities, sites named by their address.

    >>> [mention.label.value for mention in shaped("The Privacy Act binds SAM.gov, says the Ministry of Health.")]
    ['PRODUCT', 'PROGRAM', 'ORG']
    """
    for label, pattern in SHAPES:
        for found in pattern.finditer(text):
            if stands_alone(text, found.start(), found.end()):
                yield Mention(found.start(), found.end(), label, "pattern")


def without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """Those of *mentions* that overlap none before them, in reading order: the first to come wins."""
    kept: list[Mention] = []
    for mention in mentions:
        if not any(mention.start < other.end and other.start < mention.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)


def repeated(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Yield every place where a name that was found somewhere in the post stands, by its commonest label there.

    >>> [(m.start, m.label.value) for m in repeated("Diia is live. Try Diia.", [Mention(0, 4, Label.PRODUCT, "")])]
    [(0, 'PRODUCT'), (18, 'PRODUCT')]
    """
    votes: dict[str, Counter[Label]] = {}
    for mention in mentions:
        votes.setdefault(text[mention.start : mention.end], Counter())[mention.label] += 1
    names = [name for name in votes if telling(name, text)]
    if not names:
        return
    either = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    for found in re.finditer(rf"(?<![\w@#/.-])(?:{either})(?![\w@/-]|\.\w)", text):
        label = votes[found.group()].most_common(1)[0][0]
        yield Mention(found.start(), found.end(), label, "repeated")


def telling(name: str, text: str) -> bool:
    """Whether *name* stands for the same thing wherever *text* has it: a plain word must never stand in lower case."""
    if len(name) < 3 or name.islower():
        return False
    if " " in name or any(letter.isupper() or letter.isdigit() for letter in name[1:]):
        return True
    return not re.search(rf"\b{re.escape(name.lower())}\b", text)


def introduced(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, str, str]]:
    """Yield each acronym that brackets introduce, as a mention with the long form's label, and both forms.

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
