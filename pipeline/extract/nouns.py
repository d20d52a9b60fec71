"""The noun that a number counts, guessed from the words that follow it, and its dictionary form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from pipeline.extract.lexicon import table, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """The head of the noun phrase behind a number: its lemma and where it stands."""

    lemma: str
    start: int
    end: int
    plural: bool


_WORD = re.compile(
    r"([ \u00a0]|, |[-/’']|\u2010)?"
    r"(\(?(?:\d{1,4}-)?[^\W\d_]+(?:-?\d{1,3}(?= [a-z]{4,}s(?![^\W_])))?(?:['’][^\W\d_]+|\.[^\W\d_]\.)?)"
)
_OF_THE = re.compile(
    r" of (?:all )?(?:(?:the|our|these|those|its|their|his|her|my|your)"
    r"(?: \d[\d,.]*(?: million| billion| thousand)?| (?:two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|twenty|thirty|forty|fifty"
    r"|hundred))?|\d[\d,.]*)(?= )"
)
_STOP_AS_ADJECTIVE = re.compile(r" (?:(?:old|such|working|far|off)(?= [a-z])|use(?= cases))")
_DETERMINED = re.compile(r" (?:the|a|an|its|their|our)(?![^\W_])")
_PIECES = re.compile(r" [Nn]os\.?(?= [a-z]{3,})")  # "40 nos. chairs" are 40 chairs
_PARTICLES = frozenset({"ins", "ups", "outs", "offs", "ons", "downs", "overs", "throughs", "bys", "backs"})
_MOST_WORDS = 9
_POSSESSIVE = re.compile(r"['’]s?$")
_ADVERB = re.compile(r"[a-z]+ly$")


def counted_noun(text: str, end: int, *, one: bool = False) -> Noun | None:
    """The noun counted by the number that ends at *end*; *one*: whether it stands in the singular.

    >>> counted_noun("220 public servants across", 3).lemma
    'public servant'
    """
    pieces = _PIECES.match(text, end)
    if pieces is not None:
        end = pieces.end()
    of = _OF_THE.match(text, end)
    if of is not None:
        end, one = of.end(), False
    run, head = _run(text, end, one=one)
    if not run and not one and (stop := _STOP_AS_ADJECTIVE.match(text, end)) is not None:
        run, head = _run(text, stop.end(), one=one)
        if head is None:
            return None
    if not run:
        return None
    if one and len(run) == 1 and run[0].word.endswith("ing") and _DETERMINED.match(text, run[0].end):
        return None
    if head is None:
        if not one and len(run) > 4:
            return None
        named = not one and len(run) > 1 and run[0].word[:1].isupper() and not run[1].word[:1].isupper()
        head = 0 if named else len(run) - 1
        while one and head and _says_deed(run[head].word):
            head -= 1
    noun = run[head]
    if _ADVERB.fullmatch(noun.word) is not None and noun.word not in ("family", "supply", "ally", "assembly", "reply"):
        return None
    lemma, start = lemma_of(noun.word), noun.start
    if head and noun.word.lower() in _PARTICLES and text[noun.start - 1] in "-‐‑":
        lemma = f"{run[head - 1].word.lower()}-{noun.word.lower()[:-1]}"
    if head and lemma in words("contexts", "compound_heads"):
        lemma, start = f"{run[head - 1].word.lower()} {lemma}", run[head - 1].start
    return Noun(lemma=lemma, start=start, end=noun.end, plural=is_plural(noun.word))


def _says_deed(word: str) -> bool:
    """Whether *word*, last of a run, is the verb behind a noun: "one waiter stayed"."""
    return word.endswith("ed") or word in words("contexts", "elided_verbs")


class _Word(NamedTuple):
    """A word without its possessive ending, and where it stands."""

    word: str
    start: int
    end: int


def _run(text: str, end: int, *, one: bool) -> tuple[list[_Word], int | None]:
    """The words from *end* on that may make the noun phrase, and which of them is its plural head, if one is."""
    run: list[_Word] = []
    head: int | None = None
    pos = end
    for _ in range(_MOST_WORDS):
        found = _WORD.match(text, pos)
        if found is None or (found[1] is None and pos != end) or found[2].startswith("("):
            break
        word, glue = found[2], found[1] or ""
        if run and word[-1].isdigit():
            break  # "two P1 incidents", but not "the H.264 codec and MP3 files"
        if word.lower() in words("contexts", "stops") and not (run and _ADVERB.fullmatch(run[-1].word)):
            if word.lower() in ("and", "or") and head is None and run and not one:
                pos = found.end()
                continue
            break
        if (glue == ", " and (head is not None or one)) or glue in ("'", "’"):
            break
        if head is not None and not is_plural(word):
            break
        bare = _POSSESSIVE.sub("", word)
        run.append(_Word(bare, found.start(2), found.start(2) + len(bare)))
        if is_plural(bare) and bare == word:
            head = len(run) - 1
        pos = found.end()
    return run, head


@cache
def _not_plural() -> frozenset[str]:
    return frozenset(table("nouns")["not_plural"]["words"].split())


@cache
def _plural() -> frozenset[str]:
    return frozenset(table("nouns")["plural"]["words"].split()) | frozenset(table("nouns")["irregular"])


def is_plural(word: str) -> bool:
    """Whether *word* looks like a plural noun.

    >>> is_plural("cities"), is_plural("access"), is_plural("people")
    (True, False, True)
    """
    low = word.lower()
    if low in _plural():
        return True
    return (
        len(low) > 2 and low.endswith("s") and not low.endswith(("ss", "us", "is", "ous")) and low not in _not_plural()
    )


def lemma_of(word: str) -> str:
    """The singular of *word*, in lower case.

    >>> [lemma_of(word) for word in ("agencies", "boxes", "Businesses", "websites", "children")]
    ['agency', 'box', 'business', 'website', 'child']
    """
    low = word.lower()
    irregular = table("nouns")["irregular"]
    if low in irregular:
        return str(irregular[low])
    if not is_plural(low):
        return low
    if not low.endswith("s"):
        return low
    if low.endswith("ies") and len(low) > 4:
        return low[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "zzes")) and low not in ("caches", "axes", "aches", "headaches"):
        return low[:-2]
    return low[:-1]
