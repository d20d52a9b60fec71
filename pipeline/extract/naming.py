"""What a name looks like in running text: where it begins and ends, and which shapes give its label away.

Everything here works on strings and offsets, needs no model, and states a convention of the annotation guidelines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.extract.gazetteer import stands_alone
from pipeline.extract.name_words import no_names, words_of
from pipeline.records import Label


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text, before it is known which thing it stands for."""

    start: int
    end: int
    label: Label
    source: str


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
STREET = re.compile(r"\b(?:Street|Road|Lane|Avenue|Boulevard|Drive|Highway|Terrace|St|Ave|Blvd|Rd)\b(?: [NS][EW]\b)?$")
POSTCODE = re.compile(r"(?:,? [A-Z]{2})? (?:\d{4,5}|[A-Z]{1,2}\d[A-Z0-9]?(?: \d[A-Z]{2})?)$")
YEAR = re.compile(r"[ -](?:19|20)\d\d$")
PLAIN = re.compile(r"[A-Z][a-z]+")
STARTS = re.compile(r"(?:^|[.!?:\n*•][\"”’)]?\s*|\n\s*[-–]\s*|\d[:.]\d\d\s)$")
ADDRESS = re.compile(r"@|://|^www\.")
ROYAL = re.compile(r"(?:Queen|King|Prince|Princess|Pope|Saint)\s")
BRACKETED = re.compile(r"^(?P<long>[^()]+?)\s+\((?P<short>[^()]{2,15})\)$")
GOES_ON = re.compile(r" \([A-Z][\w.-]{1,11}\)(?: -)? (?:[A-Z][\w’'-]* ){0,3}(?P<last>[A-Z]\w+)\b")
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
JOB = re.compile(r"(?<=\w) (?:Deputy |Acting )?(?:CIO|CTO|CEO|CDO|CFO|COO|CISO)s?$")
SPELT_OUT = re.compile(r"(?<![\w-])(?P<long>(?:[\w-]+ ){1,6}[a-z][\w-]*) \((?P<short>[A-Za-z]*[A-Z][\w-]{1,7})\)")
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


def repeated(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Yield every place where a name that was found somewhere in the post stands, by its commonest label there.

    >>> [(m.start, m.label.value) for m in repeated("Diia is live. Try Diia.", [Mention(0, 4, Label.PRODUCT, "")])]
    [(0, 'PRODUCT'), (18, 'PRODUCT')]
    """
    votes: dict[str, Counter[Label]] = {}
    for mention in mentions:
        votes.setdefault(text[mention.start : mention.end], Counter())[mention.label] += 1
    words = frozenset(re.findall(r"\w+", text))
    for name in sorted(votes, key=len, reverse=True):
        if telling(name, words):
            label = votes[name].most_common(1)[0][0]
            yield from (Mention(start, start + len(name), label, "repeated") for start in _places_of(name, text))


def _places_of(name: str, text: str) -> Iterator[int]:
    """Where *name* stands in *text* as a word or words of its own."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        before, after = text[start - 1 : start], text[end : end + 2]
        if not (before.isalnum() or (before in "@#/._-" and before)) and not (
            after[:1].isalnum() or (after[:1] in "@/-_" and after) or (after[:1] == "." and after[1:].isalnum())
        ):
            yield start
        start = text.find(name, end)


def telling(name: str, words: Collection[str]) -> bool:
    """Whether *name* means the same thing wherever it is written so: a plain word must not stand in lower case too."""
    if len(name) < 3 or name.islower():
        return False
    return " " in name or any(letter.isupper() or letter.isdigit() for letter in name[1:]) or name.lower() not in words


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
