"""The words of subjects and measures as stems and classes, so that two phrasings of one thing are alike."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

WORDS = Path(__file__).with_name("words.toml")
TOKEN = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
NONE: frozenset[str] = frozenset()
NOTHING = frozenset({""})
MANY = 500_000  # words whose concepts are kept
IRREGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman", "staff": "staff", "data": "data"}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The rows of ``words.toml``, stemmed."""

    stop: frozenset[str]
    stop_stems: frozenset[str]
    writers: frozenset[str]
    pointing: frozenset[str]
    generic: frozenset[str]
    formats: frozenset[str]
    enumerated: frozenset[str]
    people: frozenset[str]
    classes: dict[str, str]
    opposites: dict[str, frozenset[int]]

    def enumerates(self, unit: str) -> bool:
        """Whether a count of *unit* only says how many points a text has."""
        return bool(unit.strip()) and stem(unit.split()[-1]) in self.enumerated


@cache
def lexicon() -> Lexicon:
    """The data file, read once."""
    rows = tomllib.loads(WORDS.read_text("utf-8"))
    classes = {stem(word): stem(row.split()[0]) for row in rows["same"] for word in row.split()}
    opposites: dict[str, set[int]] = {}
    for number, row in enumerate(rows["opposites"]):
        for word in row.split():
            name = stem(word)
            opposites.setdefault(classes.get(name, name), set()).add(number)

    def stems(name: str) -> frozenset[str]:
        return frozenset(stem(word) for word in rows[name].split())

    return Lexicon(
        stop=frozenset(rows["stop"].split()),
        stop_stems=stems("stop"),
        writers=frozenset(rows["writers"].split()),
        pointing=frozenset(rows["pointing"].split()),
        generic=frozenset(classes.get(word, word) for word in stems("generic")) | stems("formats"),
        formats=stems("formats"),
        enumerated=stems("enumerated"),
        people=frozenset(classes.get(word, word) for word in stems("people")),
        classes=classes,
        opposites={word: frozenset(rows) for word, rows in opposites.items()},
    )


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """*word* without the endings of number and tense; rough, but the same for all forms of most words.

    >>> [stem(word) for word in ("Citizens", "registered", "agencies", "services", "people", "training")]
    ['citizen', 'register', 'agency', 'servic', 'person', 'train']
    """
    word = word.lower().replace("’", "'")
    word = re.sub(r"'s?$", "", word)
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            if word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word


def words(text: str | None) -> list[str]:
    """The words of *text* as they are written, without those that carry no content.

    >>> words("more than 40 of the digital teams")
    ['40', 'digital', 'teams']
    """
    stop = lexicon().stop
    return [word for word in TOKEN.findall(text or "") if word.lower() not in stop]


def concepts(text: str | None) -> frozenset[str]:
    """The stems of *text*'s words, each as the name of its class; numbers are left out.

    >>> sorted(concepts("national departments with people")) == sorted(concepts("the national agency's person"))
    True
    """
    if not text:
        return NONE
    return frozenset(map(_CONCEPTS.__getitem__, TOKEN.findall(text.lower()))) - NOTHING


class _Concepts(dict[str, str]):
    """The concept of each word met so far; empty for a word that carries no content, or a number."""

    def __missing__(self, word: str) -> str:
        found = "" if word in lexicon().stop or word[0].isdigit() else concept(word)
        if len(self) < MANY:
            self[word] = found
        return found


_CONCEPTS = _Concepts()


@lru_cache(maxsize=200_000)
def concept(word: str) -> str:
    """The name of the class of *word*, or its stem."""
    root = stem(word)
    return lexicon().classes.get(root, root)


def names(text: str | None, *, opening: bool = True) -> frozenset[str]:
    """The stems of the words in *text* that begin with a capital or hold a digit.

    The first word of a sentence, which *opening* says that *text* begins with, is none for its capital alone.

    >>> sorted(names("The grants of Tasmania and 18F")), sorted(names("Countries")), sorted(names("Water Act"))
    (['18f', 'tasmania'], [], ['act', 'water'])
    """
    found = TOKEN.findall(text or "")
    return (
        frozenset(
            stem(word)
            for place, word in enumerate(found)
            if (word[0].isupper() and (place or not opening or not word[1:].islower() or _capital(found[1:2])))
            or (word[0].isdigit() and not word.replace(".", "").isdigit())
        )
        - lexicon().stop_stems
    )


def _capital(words: list[str]) -> bool:
    return bool(words) and words[0][0].isupper()


def contrasts(found: frozenset[str]) -> frozenset[int]:
    """The numbers of the rows of words that exclude one another to which words of *found* belong."""
    rows = lexicon().opposites
    return frozenset().union(*(rows[word] for word in found & rows.keys()))


def opposed(some: frozenset[str], others: frozenset[str]) -> tuple[str, str] | None:
    """A word out of each that exclude one another, if there are such."""
    rows = lexicon().opposites
    for one in sorted(word for word in some if word in rows):
        for other in sorted(word for word in others if word in rows):
            if one != other and rows[one] & rows[other]:
                return one, other
    return None
