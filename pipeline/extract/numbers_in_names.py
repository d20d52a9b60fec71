"""Bare numbers that are part of a name or code: references, addresses, list numbering, "Pool Three"."""

from __future__ import annotations

import re
from functools import cache

from pipeline.extract.bare_number import WORD_AFTER, BareNumber, word_before
from pipeline.extract.lexicon import alternation, words
from pipeline.extract.nouns import lemma_of

_LINE_BEFORE = re.compile(r"(?:^|\n)[ \t>*•\-–—(\[]*$")
_NUMBERING = re.compile(r"[.):](?=\s|$)|\.?\s*[-–—:](?=\s)|\s*(?:\n|$)|\]|[.)](?=[A-Z])")
_CAPITALISED = re.compile(r"[A-Z]")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_PERIODS = frozenset({"week", "month", "day", "year", "season", "round", "phase"})
_CLOCK_FIRST = re.compile(
    r"(?:^|\n)[ \t*\-–•]*\d{1,2}[:.]\d\d(?:\s?[-–]\s?\d{1,2}[:.]\d\d)?(?:\s?[ap]\.?m\.?)?[*: ]* $"
)
_NUMBERS = re.compile(r"(?<![^\W_])(?:which|that|team|it|who|now|already) numbers $")
_NO_ORDERS = frozenset(
    {"grade", "stage", "form", "trial", "title", "iron", "model", "code", "page"}
)  # "Grade 5 pupils"
_MEETS = re.compile(r" (?:meets|runs|starts|begins|covers|ends|opens|requires|includes)(?![^\W_])")
_SHORT = frozenset(
    {"p", "pp", "no", "nos", "nr", "sec", "fig", "v", "vol", "art", "ch", "ref", "apt", "iss"}
)  # written with a full stop
_WHICH = re.compile(
    r"(?<![^\W_])(?:last|this|next|that|each|every|per|a|the (?:same|past|previous|following|first|last|next)) ?$",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"([^\W\d_][\w’']*),? $")
_FIRM = re.compile(r"[^\n.]*\b(?:LLC|Inc|Ltd|LLP|Corp|GmbH|PLC|Limited)\b")
_CODE_OF_LAWS = re.compile(r" (?:U\.\s?S\.\s?C|C\.\s?F\.\s?R|U\.\s?S\.(?= \d)|USC|CFR|F\.\s?(?:2d|3d|Supp))(?![^\W_])")


def citation(bare: BareNumber) -> str | None:
    """The title of a code of laws: "18 U.S.C. 1343"."""
    text, amount = bare.text, bare.amount
    return "reference" if _CODE_OF_LAWS.match(text, amount.end) is not None else None


def glued(bare: BareNumber) -> str | None:
    """A number that signs or letters touch, as in codes, paths and ratios."""
    text, amount = bare.text, bare.amount
    before = text[amount.start - 1 : amount.start]
    after = text[amount.end : amount.end + 2]
    if (
        before in ("#", "@", "_", "/", "\\", "&", "=", "’", "'", "§", "№", "+", "*") and amount.start
    ) or before.isalpha():
        return "code"
    if before in ("-", "‐", "‑") and amount.start > 1 and not text[amount.start - 2].isspace():
        return "code"
    if after[:1] in ("_", "/", "\\", "=", "@") or (amount.number.digits and after[:1].isalpha()):
        return "code"
    if after[:1] in _INVISIBLE or before in _INVISIBLE:
        return "invisible character in the number"
    if after[:1] == ":" and after[1:2].isdigit():
        return "time or ratio"
    if before == ":" and text[max(0, amount.start - 2)].isdigit():
        return "verse"  # "Genesis 1:1"
    if after[:1] in ("-", "‐", "‑", "–") and after[1:2].isdigit():
        return "code"
    return None


def padded(bare: BareNumber) -> str | None:
    """A number that begins with a zero is a code: "007"."""
    text, amount = bare.text, bare.amount
    quote = text[amount.number.start : amount.number.start + 2]
    return "code" if amount.number.digits and len(quote) == 2 and quote[0] == "0" and quote[1].isdigit() else None


def numbering(bare: BareNumber) -> str | None:
    """The number of a list's item, or one alone in brackets."""
    text, amount = bare.text, bare.amount
    if not amount.number.digits or amount.base != int(amount.base) or amount.scale != 1 or amount.number.grouped:
        return None
    after = text[amount.end : amount.end + 1]
    before = text[amount.start - 1 : amount.start]
    if before in ("(", "[") and after in (")", "]"):
        return "numbering"
    if (
        after in (")", "]")
        and amount.value < 100
        and before in (" ", "\n", "")
        and "(" not in text[max(0, amount.start - 80) : amount.start]
    ):
        return "numbering"
    if _LINE_BEFORE.search(text, max(0, amount.start - 6), amount.start) is None:
        return None
    if amount.start - 6 > 0 and "\n" not in text[amount.start - 6 : amount.start]:
        return None
    if _NUMBERING.match(text, amount.end) and not bare.alone:
        return "numbering"
    return None


def reference(bare: BareNumber) -> str | None:
    """What refers to something by number: "section 508", "Year 9"; not "to order 40 desks"."""
    text, amount, noun, bounded, last = bare.text, bare.amount, bare.noun, bare.bounded, bare.last
    word, join = word_before(text, amount.number.start)
    low = word.lower().rstrip(".")
    if (last == "reference" and low in ("and", "to", "or", "through", "&")) or (
        last == "reference"
        and not word
        and text[amount.start - 2 : amount.start] == ", "
        and not amount.number.grouped
        and not (noun is not None and noun.plural and noun.start == amount.end + 1)
    ):
        return "reference"
    if word == "Year" and join:
        return "reference"
    if word.endswith(".") and (low not in _SHORT or not amount.number.digits):
        return None  # "Who came? Two questions. Ten people…"
    if noun is not None and noun.lemma == "time" and noun.start - amount.end < 3:
        return None  # "asks the same question three times"
    if _NUMBERS.search(text, max(0, amount.number.start - 24), amount.number.start):
        return None
    if low not in words("contexts", "references") or join not in (" ", "\u00a0", "-") or bounded:
        return None
    if amount.number.scale > 1 or amount.number.grouped:
        return None
    if bare.elided and low in _PERIODS and _follows_which(text, amount.number.start - len(word) - 1):
        return None  # "last week 73 of us…"
    if noun is not None and noun.plural:
        if word.endswith("s"):
            return None  # "in stages two teams…"
        if low in _PERIODS and _follows_which(text, amount.number.start - len(word) - 1):
            return None  # "last week 312 civil servants…"
    if noun is not None and noun.plural and low in words("contexts", "reference_verbs"):
        return None if _is_verb(text, amount.number.start, word) else "reference"
    return "reference"


def _follows_which(text: str, begin: int) -> bool:
    """Whether the word at *begin* is a time that is told apart by the word before it: "last week"."""
    return _WHICH.search(text, max(0, begin - 15), max(0, begin)) is not None


def _is_verb(text: str, start: int, word: str) -> bool:
    """Whether *word*, right before *start*, is a verb there: "to train 900 clerks", "They order 40 desks"."""
    at = start - len(word) - 1
    before = _LAST_WORD.search(text, max(0, at - 24), max(0, at))
    if before is None:  # it begins a sentence or a list item, as an order does
        return word[:1].isupper() and word.lower() not in _NO_ORDERS
    if word[:1].isupper():
        return False
    previous = before[1].lower()
    return previous in words("contexts", "before_verbs") or (
        previous.endswith("s")
        and previous not in words("contexts", "stops")
        and not previous.endswith(("ss", "’s", "'s"))
    )


def address(bare: BareNumber) -> str | None:
    """A number before the name of a street."""
    text, amount, bounded = bare.text, bare.amount, bare.bounded
    if not amount.number.digits or bounded:
        return None
    return "address" if address_pattern().match(text, amount.end) is not None else None


@cache
def address_pattern() -> re.Pattern[str]:
    """What follows a house's number: its letter and the name of a street."""
    streets = alternation(sorted(word.capitalize() for word in words("contexts", "streets")))
    return re.compile(rf"[a-zA-Z]?(?:[ ,]+[A-Z][\w.'’]*){{1,3}}? {streets}(?![^\W_])")


def title(bare: BareNumber) -> str | None:
    """A title counts nothing: "Top 20 Women in …"."""
    text, amount = bare.text, bare.amount
    word, _ = word_before(text, amount.start)
    if word.lower() in ("top", "fortune", "group", "level") and amount.number.digits:
        follower = WORD_AFTER.match(text, amount.end)
        if word[:1].isupper() and (follower is None or follower[1][:1].isupper()):
            return "name"
    return None


def name(bare: BareNumber) -> str | None:
    """A number behind a capitalised word is part of its name, unless a counted noun follows."""
    text, amount, noun, bounded = bare.text, bare.amount, bare.noun, bare.bounded
    number = amount.number
    if bounded or number.grouped or amount.scale > 1 or not number.digits:
        return None
    word, _ = word_before(text, amount.start)
    if not word or not _CAPITALISED.match(word) or word.lower() in words("contexts", "stops") or word.endswith("."):
        return None
    if word.lower() in words("contexts", "year_before") or word.lower().endswith(("ly", "ing", "ed")):
        return None
    before = text[max(0, amount.start - len(word) - 3) : amount.start - len(word) - 1].strip()
    first = not before or before[-1] in ".!?:;•*-–—|\n"
    plural = noun is not None and noun.plural and text[noun.start].islower()
    if plural and first and word.isupper() and len(word) > 2 and _MEETS.match(text, amount.end):
        return "name"
    if plural and noun is not None and noun.start == amount.end + 1 and noun.lemma in _deeds():
        return "name"  # "Error 404 appears"
    if plural and (first or word.isupper()):
        return None
    follower = WORD_AFTER.match(text, amount.end)
    if (
        plural
        and follower is not None
        and follower[1][0].islower()
        and follower[1].lower() not in words("contexts", "stops")
    ):
        return None
    return "name"


@cache
def _deeds() -> frozenset[str]:
    """What is left of "appears" and the like when they are taken for plurals."""
    return frozenset(lemma_of(word) for word in words("contexts", "third_person"))


def name_in_words(bare: BareNumber) -> str | None:
    """A capital inside a sentence makes a number word part of a name: "Pool Three", "the Big Four"."""
    text, amount, noun, bounded = bare.text, bare.amount, bare.noun, bare.bounded
    if amount.number.digits or bounded or not text[amount.start].isupper():
        return None
    before = text[max(0, amount.start - 3) : amount.start].rstrip(" \u00a0“\"‘'(*_#")
    if before[-1:].isdigit() and _CLOCK_FIRST.search(text, max(0, amount.start - 16), amount.start):
        before = ""
    follower = WORD_AFTER.match(text, amount.end)
    capital = follower is not None and follower[1][0].isupper()
    if before and before[-1] not in ".!?:;•*-–—|\n":
        return "name"
    if capital and noun is not None and _FIRM.search(text, noun.start, noun.start + 40) is not None:
        return "name"
    return None
