"""What the words around a name say of it: "cities such as …", a list of places, "a start-up called", a dateline.

Works on strings and offsets; the words that tell a label stand in ``names.toml``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from pipeline.extract.mentions import Mention
from pipeline.extract.name_labels import STARTS
from pipeline.extract.name_words import words_of
from pipeline.records import Label

THINGS = frozenset({Label.ORG, Label.PRODUCT, Label.PROGRAM, Label.EVENT, Label.WORK})
LINKED = re.compile(r"(?:,? (?:and|or|&) |, ?)(?:the )?")
BETWEEN = re.compile(r"(?:,? (?:and|or|&) |, |\.?\s*\n\s*(?:[*•-] )?)(?:the )?")
BEFORE_PLACE = re.compile(r"\b(?:across|around|from|in|near|outside|throughout|to|visited|visit) $")
DATELINE = re.compile(r"^(?P<place>[A-Z]{4,}(?: [A-Z]{2,}){0,2})(?=, | [–—-] | \(|: )", re.MULTILINE)
NAMED = re.compile(r"\b[A-Z][\w’-]+(?: [A-Z][\w’-]+){0,4}(?=, (?:an?|the|its|their|our|one) )")
SPOKEN = re.compile(
    r"\b(?:(?:keynote|panel|presented|spoke|speak|speaking|talks?|workshop) at|attend(?:ed|ing)?|hosting"
    r"|[Jj]oin us (?:at|for)) $"
)
USED = re.compile(
    r"\b(?:appl(?:y|ied)|book(?:ed)?|enrol(?:led)?|file[ds]?|log(?:ged)? in|paid|pay|register(?:ed)?|renew(?:ed)?|sent"
    r"|sign(?:ed)? (?:in|up)|submit(?:ted)?)(?: [a-z]+){0,3} (?:on|through|via|with) $",
    re.IGNORECASE,
)
STRUCK = re.compile(r" (?:bombing|breach|bushfires|data breach|earthquake|fire|floods|shooting|tsunami|water crisis)\b")
AWAY = re.compile(
    r"\b(?:[Aa]cross|[Ff]rom|[Ii]n|[Nn]ear|[Tt]hroughout|[Tt]o) (?P<place>[A-Z][a-zà-ÿ]{3,}(?: [A-Z][a-zà-ÿ]+){0,2})"
    r"(?![\w’'-]|\.\w| [A-Z])"
)

type Known = Callable[[str], float]  # how prominent a place of that name is; 0 where none is known


@cache
def _such_as() -> re.Pattern[str]:
    nouns = "|".join(sorted(words_of("company"), key=len, reverse=True))
    listed = rf"\b(?P<noun>{nouns}),? \(?(?:such as|like|including|e\.g\.,?|namely) (?:the )?$"
    return re.compile(rf"{listed}|\b(?:cit(?:y|ies)|count(?:y|ies)|provinces?|regions?|states?|towns?|villages?) of $")


def after_noun(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """*mentions*, those relabelled that a list introduces with its noun.

    >>> text = "It works with tools such as Plume and Inkwell."
    >>> [m.label.value for m in after_noun(text, [Mention(28, 33, Label.ORG, ""), Mention(38, 45, Label.ORG, "")])]
    ['PRODUCT', 'PRODUCT']
    """
    told: list[Mention] = []
    label: Label | None = None
    last = -1
    for mention in mentions:
        if label is None or not LINKED.fullmatch(text[last : mention.start]):
            found = _such_as().search(text, max(0, mention.start - 40), mention.start)
            label = words_of("company").get(found["noun"] or "", Label.GPE) if found else None
        takes = label is not None and (mention.label in THINGS and label is not Label.PERSON)
        told.append(replace(mention, label=label, source="pattern") if takes and label else mention)
        last = mention.end
    return told


@cache
def _apposed() -> tuple[re.Pattern[str], re.Pattern[str]]:
    nouns = "|".join(sorted(words_of("apposed"), key=len, reverse=True))
    before = rf"\b(?P<noun>{nouns})(?P<called>,? (?:called|named|known as)|,)? [\"“*_]?$"
    after = (
        rf"[\"”*_]?, (?:an?|the|its|their|our|one of \w+) (?:[\w’'-]+ ){{0,3}}?(?P<noun>{nouns})"
        r"(?=[,.;:)]| (?:by|for|from|in|of|on|that|which|to|with)\b)"
    )
    return re.compile(before), re.compile(after)


def beside_noun(text: str, mention: Mention) -> Mention:
    """*mention* with the label of the noun beside it: "a start-up called Brim", "Small Sums, a paper on budgets".

    >>> text = "a startup called Brim wrote Small Sums, a paper on budgets"
    >>> [beside_noun(text, Mention(a, b, Label.PRODUCT, "")).label.value for a, b in ((17, 21), (28, 38))]
    ['ORG', 'WORK']
    """
    if mention.label not in THINGS:
        return mention
    before, after = _apposed()
    if found := after.match(text, mention.end):
        label = words_of("apposed")[found["noun"]]
        return replace(mention, label=label, source="pattern")
    found = before.search(text, max(0, mention.start - 30), mention.start)
    if found is None or (mention.label is Label.ORG and not found["called"]):
        return mention
    label = words_of("apposed")[found["noun"]]
    if label is Label.WORK and " " not in text[mention.start : mention.end]:
        return mention
    return replace(mention, label=label, source="pattern")


def in_use(text: str, mention: Mention) -> Mention:
    """*mention* with the label of what people do with it: they apply through a service and speak at an event.

    >>> text = "Pay with QuickFee, then speak at Plumeria."
    >>> [in_use(text, Mention(a, b, Label.ORG, "")).label.value for a, b in ((9, 17), (33, 41))]
    ['PRODUCT', 'EVENT']
    """
    quote = text[mention.start : mention.end]
    before = text[max(0, mention.start - 50) : mention.start]
    if mention.label is Label.PERSON or quote.isupper() or quote.split()[-1] in words_of("heads"):
        return mention
    if SPOKEN.search(before) and mention.label is not Label.WORK:
        return replace(mention, label=Label.EVENT, source="pattern")
    joined = any(letter.isupper() for letter in quote[1:])
    if joined and USED.search(before) and mention.label in THINGS:
        return replace(mention, label=Label.PRODUCT, source="pattern")
    return mention


def explained(text: str) -> Iterator[Mention]:
    """Yield the names that a noun in apposition gives away: "Parkday, an app from here"; none that opens a sentence.

    >>> [(text[m.start:m.end], m.label.value) for text in ["so Parkday, an app, won"] for m in explained(text)]
    [('Parkday', 'PRODUCT')]
    """
    _, after = _apposed()
    for found in NAMED.finditer(text):
        noun = after.match(text, found.end())
        if noun and not STARTS.search(text, max(0, found.start() - 6), found.start()):
            yield Mention(found.start(), found.end(), words_of("apposed")[noun["noun"]], "pattern")


def of_places(text: str, mention: Mention, known: Known, named: Callable[[str], bool]) -> list[Mention]:
    """*mention*, or the place and the thing of "Japan's Digital Agency" where both are *known* and *named*.

    >>> text = "Peru's Data Office"
    >>> found = of_places(text, Mention(0, 18, Label.ORG, ""), lambda name: 3.0, lambda name: True)
    >>> [(text[m.start:m.end], m.label.value) for m in found]
    [('Peru', 'GPE'), ('Data Office', 'ORG')]
    """
    parts = re.match(r"(?P<place>[A-Z][^\n]*?)['’]s (?P<thing>[A-Z][^\n]*)", text[mention.start : mention.end])
    if mention.label is Label.WORK or not parts or not known(parts["place"]) or not named(parts["thing"]):
        return [mention]
    place = Mention(mention.start, mention.start + parts.end("place"), Label.GPE, mention.source)
    return [place, replace(mention, start=mention.start + parts.start("thing"))]


def as_places(text: str, mentions: Sequence[Mention], known: Known) -> list[Mention]:
    """*mentions*, those made places that are known ones and stand where places do: after "in", or among places.

    >>> text = "From Peru and Quito"
    >>> found = [Mention(5, 9, Label.GPE, ""), Mention(14, 19, Label.PERSON, "")]
    >>> [m.label.value for m in as_places(text, found, lambda name: float(name == "Quito"))]
    ['GPE', 'GPE']
    """
    told = list(mentions)
    for at, mention in enumerate(told):
        quote = text[mention.start : mention.end]
        rank = known(quote)
        if mention.label is Label.GPE or not rank or quote.split()[0] in words_of("starts"):
            continue
        beside = any(
            0 <= other < len(told) and told[other].label is Label.GPE and _listed(text, told, min(at, other))
            for other in (at - 1, at + 1)
        )
        if (
            beside
            or (rank >= 2 and mention.label is not Label.PERSON)
            or BEFORE_PLACE.search(text, max(0, mention.start - 12), mention.start)
        ):
            told[at] = replace(mention, label=Label.GPE)
    return told


def _listed(text: str, mentions: Sequence[Mention], at: int) -> bool:
    return LINKED.fullmatch(text[mentions[at].end : mentions[at + 1].start]) is not None


def alike(text: str, mentions: Sequence[Mention], known: Known) -> list[Mention]:
    """*mentions*, with one label throughout each list of three or more: "Acme, Brim and Coil", or one a line.

    >>> text = "Acme, Brim and Coil"
    >>> found = [Mention(0, 4, Label.ORG, ""), Mention(6, 10, Label.PRODUCT, ""), Mention(15, 19, Label.ORG, "")]
    >>> [m.label.value for m in alike(text, found, lambda name: 0.0)]
    ['ORG', 'ORG', 'ORG']
    """
    told: list[Mention] = []
    at = 0
    while at < len(mentions):
        end = at + 1
        while end < len(mentions) and BETWEEN.fullmatch(text[mentions[end - 1].end : mentions[end].start]):
            end += 1
        group = mentions[at:end]
        common, votes = Counter(mention.label for mention in group).most_common(1)[0]
        firm = len(group) > 2 and 3 * votes >= 2 * len(group) and common not in (Label.GPE, Label.WORK)
        told += [
            replace(mention, label=common) if firm and _may_be(text, mention, common, known) else mention
            for mention in group
        ]
        at = end
    return told


def _may_be(text: str, mention: Mention, label: Label, known: Known) -> bool:
    """Whether *mention* may take the *label* of its list: things change among themselves, single words into persons."""
    quote = text[mention.start : mention.end]
    if mention.source != "pattern" and mention.label is Label.GPE and label is Label.PERSON:
        return not known(quote)
    if mention.source == "pattern" or mention.label not in THINGS:
        return False
    if words_of("heads").get(quote.split()[-1]) is mention.label:
        return False
    return label in THINGS or (label is Label.PERSON and re.fullmatch(r"[A-Z][a-zà-ÿ]+", quote) is not None)


def datelines(text: str, known: Known) -> Iterator[Mention]:
    """Yield the places in capitals that open a report.

    >>> text = "QUITO, 3 May. It rained."
    >>> [text[m.start:m.end] for m in datelines(text, lambda name: float(name == "Quito"))]
    ['QUITO']
    """
    for found in DATELINE.finditer(text):
        if known(found["place"].title()):
            yield Mention(found.start("place"), found.end("place"), Label.GPE, "pattern")


def away(text: str, known: Known) -> Iterator[Mention]:
    """Yield the larger places that words such as "in" and "from" give away.

    >>> text = "She came from Lima."
    >>> [text[m.start:m.end] for m in away(text, lambda name: 2.0 * (name == "Lima"))]
    ['Lima']
    """
    plain = frozenset(re.findall(r"\b[a-zà-ÿ]+\b", text))
    for found in AWAY.finditer(text):
        if known(found["place"]) >= 1 and not plain.issuperset(found["place"].lower().split()):
            yield Mention(found.start("place"), found.end("place"), Label.GPE, "pattern")


def grown(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """*mentions*, those made longer that the next word ends: "Ghana Card", "Freedom of Information Act 2000".

    >>> text = "a Peru Card"
    >>> [(text[m.start:m.end], m.label.value) for m in grown(text, [Mention(2, 6, Label.GPE, "")])]
    [('Peru Card', 'PRODUCT')]
    """
    longer: list[Mention] = []
    for at, mention in enumerate(mentions):
        limit = mentions[at + 1].start if at + 1 < len(mentions) else len(text)
        end, label = mention.end, mention.label
        if (struck := STRUCK.match(text, end)) and label is not Label.PERSON:
            end, label = struck.end(), Label.EVENT
        after = re.compile(r" (?P<head>[A-Z][\w]+)\b(?! of\b|[’'-]\w)").match(text, end)
        if after and after.end() <= limit and (told := words_of("heads").get(after["head"])):
            end, label = after.end(), told
        if text[mention.start : end].endswith(" Act") and (year := re.compile(r",? (?:of )?\d{4}\b").match(text, end)):
            end, label = year.end(), Label.PROGRAM
        longer.append(replace(mention, end=end, label=label))
    return longer
