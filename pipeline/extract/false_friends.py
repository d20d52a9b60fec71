"""Bare numbers that state no quantity: years, names, references, list numbering, "one" as a pronoun."""

from __future__ import annotations

import re
from functools import cache

from pipeline.extract.amounts import Amount
from pipeline.extract.lexicon import alternation, any_of, words
from pipeline.extract.nouns import Noun
from pipeline.extract.number import Form

_JOINS = frozenset(" \u00a0-‐‑–")
_OPENING = "(“‘\"'[{*_—–-/:;,."
_WORD_AFTER = re.compile(r"[ \u00a0]([^\W\d_]+)")
_LINE_BEFORE = re.compile(r"(?:^|\n)[ \t>*•\-–—(\[]*$")
_NUMBERING = re.compile(r"[.):](?=\s|$)|\.?\s*[-–—:](?=\s)|\s*(?:\n|$)|\]|[.)](?=[A-Z])")
_CAPITALISED = re.compile(r"[A-Z]")
_AND_COUNT = re.compile(
    r"(?: [^\W\d_]+){1,4}(?: and|,|,? or)(?: \w+){0,2} "
    r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|one)(?![^\W_])"
)
_HYPHEN = re.compile(r"[-‐‑]([^\W\d_]+)")


def why_no_count(text: str, amount: Amount, noun: Noun | None, *, bounded: bool, last_reason: str | None) -> str | None:
    """Why a number without a unit is no count; None where it is one."""
    for rule in _RULES:
        reason = rule(text, amount, noun, bounded, last_reason)
        if reason is not None:
            return None if reason == "count" else reason
    return None


def word_before(text: str, start: int) -> tuple[str, str]:
    """The word before *start* as written, and what joins it to the number (a space, a hyphen or nothing)."""
    before = text[max(0, start - 28) : start].rstrip('(“"#')
    if not before:
        return "", ""
    join = before[-1] if before[-1] in _JOINS else ""
    parts = before[: len(before) - len(join)].split()
    if not parts or (join and before[-2:-1].isspace()):
        return "", ""
    word = parts[-1].lstrip(_OPENING)
    if not word or not (word[-1].isalpha() or (word[-1] == "." and word[-2:-1].isalpha())):
        return "", ""
    return word, join


def _is_all(text: str, amount: Amount) -> bool:
    """Whether the text holds nothing but the number."""
    return amount.start < 4 and len(text) - amount.end < 4 and text.strip() == text[amount.start : amount.end]


def _glued(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
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
    if after[:1] in ("-", "‐", "‑", "–") and after[1:2].isdigit():
        return "code"
    return None


def _numbering(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
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
    if _NUMBERING.match(text, amount.end) and not _is_all(text, amount):
        return "numbering"
    return None


_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


def _padded(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    quote = text[amount.number.start : amount.number.start + 2]
    return "code" if amount.number.digits and len(quote) == 2 and quote[0] == "0" and quote[1].isdigit() else None


def _reference(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    word, join = word_before(text, amount.number.start)
    low = word.lower().rstrip(".")
    if (last == "reference" and low in ("and", "to", "or", "through", "&")) or (
        last == "reference" and not word and text[amount.start - 2 : amount.start] == ", "
    ):
        return "reference"
    if word == "Year" and join:
        return "reference"
    if low not in words("contexts", "references") or join not in (" ", "\u00a0", "-") or bounded:
        return None
    if amount.number.scale > 1 or amount.number.grouped:
        return None
    if noun is not None and noun.plural:
        if word.endswith("s"):
            return None  # "in stages two teams…"
        begin = max(0, amount.number.start - len(word) - 1)
        if low in _PERIODS and _WHICH.search(text, max(0, begin - 15), begin):
            return None  # "last week 312 civil servants…"
    if noun is not None and noun.plural and low in words("contexts", "reference_verbs"):
        return None if _is_verb(text, amount.number.start, word) else "reference"
    return "reference"


_PERIODS = frozenset({"week", "month", "day", "year", "season", "round", "phase"})
_WHICH = re.compile(
    r"(?<![^\W_])(?:last|this|next|that|each|every|per|a|the (?:same|past|previous|following|first|last|next)) ?$",
    re.IGNORECASE,
)


def _is_verb(text: str, start: int, word: str) -> bool:
    """Whether *word*, right before *start*, is a verb there: "to train 900 clerks", "They order 40 desks"."""
    at = start - len(word) - 1
    before = _LAST_WORD.search(text, max(0, at - 24), max(0, at))
    if before is None:  # it begins a sentence or a list item, as an order does
        return word[:1].isupper()
    if word[:1].isupper():
        return False
    previous = before[1].lower()
    return previous in words("contexts", "before_verbs") or (
        previous.endswith("s")
        and previous not in words("contexts", "stops")
        and not previous.endswith(("ss", "’s", "'s"))
    )


_LAST_WORD = re.compile(r"([^\W\d_][\w’']*),? $")


def _year(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    number = amount.number
    if not number.digits or number.grouped or number.scale > 1 or number.letter or not 1000 <= number.base <= 2100:
        return None
    if number.base != int(number.base) or number.end - number.start != 4:
        return None
    word, _ = word_before(text, amount.start)
    low = word.lower()
    if bounded:
        since = _SINCE.search(text, max(0, amount.start - 20), amount.start) is not None
        return "year" if since and (noun is None or not noun.plural) and number.base >= 1900 else None
    likely = number.base >= 1900 or (number.base >= 1500 and low in words("contexts", "year_before"))
    if not likely:
        return None if noun is not None else ("year" if low in ("in", "since", "of", "by", "until", "from") else None)
    if noun is None or not noun.plural:
        return "year"
    if low in words("contexts", "year_before") and not (
        low in ("of", "to", "for", "and", "or", "between", "per", "as") and number.base % 100 == 0
    ):
        return "year"
    if word[:1].isupper() or not word:
        return "year"
    return None if number.base % 50 == 0 or low in ("with", "has", "have", "had", "reached", "trained") else "year"


_SINCE = re.compile(
    r"(?<![^\W_])(?:since|until|till|from|before|after|by|in) "
    r"(?:at least|at most|around|about|roughly|approximately|circa|early|late) $"
)


def _address(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    if not amount.number.digits or bounded:
        return None
    return "address" if _address_pattern().match(text, amount.end) is not None else None


@cache
def _address_pattern() -> re.Pattern[str]:
    streets = alternation(sorted(word.capitalize() for word in words("contexts", "streets")))
    return re.compile(rf"[a-z]?(?:[ ,]+[A-Z][\w.'’]*){{1,3}}? {streets}(?![^\W_])")


def _hyphenated(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    found = _HYPHEN.match(text, amount.end)
    if found is not None and amount.value == 1 and not amount.number.digits:
        return "part of a compound"
    if found is None or bounded:
        return None
    word = found[1].lower()
    if word in words("contexts", "hyphenated") or word.rstrip("s") in words("contexts", "hyphenated"):
        return None if amount.value != 1 else "part of a compound"
    if amount.number.digits and amount.value > 12 and amount.number.form is Form.DIGITS:
        return None
    return "part of a compound"


def _name(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    """A number behind a capitalised word is part of its name, unless a counted noun follows."""
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
    if plural and (first or word.isupper()):
        return None
    follower = _WORD_AFTER.match(text, amount.end)
    if (
        plural
        and follower is not None
        and follower[1][0].islower()
        and follower[1].lower() not in words("contexts", "stops")
    ):
        return None
    return "name"


def _name_in_words(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    """A capital inside a sentence makes a number word part of a name: "Pool Three", "the Big Four"."""
    if amount.number.digits or bounded or not text[amount.start].isupper():
        return None
    before = text[max(0, amount.start - 3) : amount.start].rstrip(" \u00a0“\"‘'(*_#")
    follower = _WORD_AFTER.match(text, amount.end)
    capital = follower is not None and follower[1][0].isupper()
    if before and before[-1] not in ".!?:;•*-–—|\n":
        return "name"
    if capital and noun is not None and _FIRM.search(text, noun.start, noun.start + 40) is not None:
        return "name"
    return None


_FIRM = re.compile(r"[^\n.]*\b(?:LLC|Inc|Ltd|LLP|Corp|GmbH|PLC|Limited)\b")


def _title(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    """A title counts nothing: "Top 20 Women in …"."""
    word, _ = word_before(text, amount.start)
    if word.lower() in ("top", "fortune", "group", "level") and amount.number.digits:
        follower = _WORD_AFTER.match(text, amount.end)
        if word[:1].isupper() and (follower is None or follower[1][:1].isupper()):
            return "name"
    return None


def _one(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    number = amount.number
    if number.value != 1 or number.digits or number.scale > 1:
        return None
    if bounded:
        return None if noun is not None else "pronoun"
    word, _ = word_before(text, amount.start)
    if (
        noun is not None
        and text.startswith(" of the ", amount.end)
        and _ONLY.search(text, max(0, amount.start - 30), amount.start)
    ):
        return "count"
    if noun is None or text.startswith((" of ", " another", "-"), amount.end):
        return "pronoun"
    if word.lower() in words("contexts", "one_before"):
        return "count"
    if _TOGETHER.search(text, max(0, amount.start - 70), amount.start) and noun.lemma not in words(
        "contexts", "one_idioms"
    ):
        return "count"
    if _AND_COUNT.match(text, amount.end) and last is None:
        return "count"
    return "pronoun or article"


_TOGETHER = re.compile(
    r"(?<![^\W_])(?:together|combin\w{0,4}|merg\w{0,4}|consolidat\w{0,4}|unif\w{0,4})(?![^\W_])"
    r"[^.;\n]{0,50} (?:in|into|as|under) $",
    re.IGNORECASE,
)
_ONLY = re.compile(r"(?<![^\W_])only (?:[^\W\d_]+ ){0,2}$", re.IGNORECASE)


def _vague(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    if amount.number.form is Form.FRACTION:
        return "fraction of nothing"
    if amount.number.value == 0 and (noun is None or not noun.plural):
        return "zero as an adjective"
    if amount.number.value == 1 and _ONE_OR_MORE.match(text, amount.end):
        return "vague"
    return None


_ONE_OR_MORE = re.compile(r" or (?:more|two|several)(?![^\W_])")


def _not_plural(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    """More than one of something needs a plural, or a number that is plainly a quantity."""
    number = amount.number
    if noun is None or noun.plural or bounded or amount.value <= 1 or number.grouped or number.scale > 1:
        return None
    if text[amount.end : amount.end + 1] in ("-", "‐", "‑"):
        return None
    if text[noun.start : noun.start + 1].isupper() and noun.end - noun.start > 2 and amount.value < 1000:
        return None
    return "nothing counted"


_LISTED = re.compile(r", \d+(?:,| or | and )")
_GROUP_OF = re.compile(rf"(?<![^\W_]){any_of('contexts', 'groups')} of $")


def _no_noun(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    number = amount.number
    if noun is not None or bounded or number.grouped or number.scale > 1:
        return None
    word, _ = word_before(text, amount.start)
    low = word.lower()
    if _is_all(text, amount):
        return None
    after = text[amount.end : amount.end + 4]
    if low in ("a", "an") or _LISTED.match(text, amount.end) or last == "nothing counted":
        return "nothing counted"
    if after.startswith(" of "):
        return "pronoun" if not number.digits and low == "the" else None
    if low in (
        "other",
        "reached",
        "total",
        "totalling",
        "totaling",
        "remaining",
        "are",
        "were",
        "was",
        "is",
        "these",
        "those",
        "all",
    ):
        return None
    if low == "of" and _GROUP_OF.search(text, max(0, amount.start - 16), amount.start) is not None:
        return None
    follower = _WORD_AFTER.match(text, amount.end)
    if text.startswith((" in total", " in all", " altogether"), amount.end):
        return None
    if follower is not None and follower[1].lower() in words("contexts", "elided_after"):
        return None
    return "nothing counted"


def _rate(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    """What a rate is counted against, "12 deaths per 100,000 people", and a test's level, "p < 0.05"."""
    start = amount.number.start
    if _PER.search(text, max(0, start - 20), start) is not None:
        return "rate"
    return "level of a test" if _LEVEL.search(text, max(0, start - 5), start) is not None else None


_PER = re.compile(r"(?<![^\W_])(?:per|for every)\s(?:about |roughly )?$")
_LEVEL = re.compile(r"(?<![^\W_])[pP]\s?[<>=≤≥]\s?$")


def _citation(text: str, amount: Amount, noun: Noun | None, bounded: bool, last: str | None) -> str | None:
    """The title of a code of laws: "18 U.S.C. 1343"."""
    return "reference" if _CODE_OF_LAWS.match(text, amount.end) is not None else None


_CODE_OF_LAWS = re.compile(r" (?:U\.\s?S\.\s?C|C\.\s?F\.\s?R|U\.\s?S\.(?= \d)|USC|CFR|F\.\s?(?:2d|3d|Supp))(?![^\W_])")


_RULES = (
    _rate, _citation, _glued, _padded, _numbering, _reference, _year, _address, _hyphenated, _title, _name,
    _name_in_words, _one, _vague, _not_plural, _no_noun,
)  # fmt: skip
