"""Bare numbers that count nothing: years, "one" as a pronoun, compounds, rates, what has no noun behind it."""

from __future__ import annotations

import re

from pipeline.extract.bare_number import WORD_AFTER, BareNumber, word_before
from pipeline.extract.elided import is_group_of_one
from pipeline.extract.lexicon import any_of, words
from pipeline.extract.number import Form
from pipeline.records import Kind

COUNT = "count"  # what a rule answers that is sure of a count, so that no further one is asked
_AND_COUNT = re.compile(
    r"(?: [^\W\d_]+){1,4}(?: and|,|,? or)(?: \w+){0,2} "
    r"(?:\d+(?!,\s)|two|three|four|five|six|seven|eight|nine|ten|one)(?![^\W_])"
)
_HYPHEN = re.compile(r"[-‐‑]([^\W\d_]+)")
_SINCE = re.compile(
    r"(?<![^\W_])(?:since|until|till|from|before|after|by|in) "
    r"(?:at least|at most|around|about|roughly|approximately|circa|early|late) $"
)
_TOGETHER = re.compile(
    r"(?<![^\W_])(?:together|combin\w{0,4}|merg\w{0,4}|consolidat\w{0,4}|unif\w{0,4})(?![^\W_])"
    r"[^.;\n]{0,50} (?:in|into|as|under) $",
    re.IGNORECASE,
)
_ONLY = re.compile(r"(?<![^\W_])only (?:[^\W\d_]+ ){0,2}$", re.IGNORECASE)
_IS_ONLY = re.compile(r"(?<![^\W_])(?:is|are|was|were|be|been|['’]s) only $|['’]s only $")
_ONE_OR_MORE = re.compile(r" or (?:more|two|several)(?![^\W_])")
_LISTED = re.compile(r", \d+(?:,| or | and )")
_GROUP_OF = re.compile(rf"(?<![^\W_]){any_of('contexts', 'groups')} of $")
_PER = re.compile(r"(?<![^\W_])(?:per|for every)\s(?:about |roughly )?$")
_LEVEL = re.compile(r"(?<![^\W_])[pP]\s?[<>=≤≥]\s?$")


_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")
_CAPITAL_AHEAD = re.compile(r"(?: [-–—])? [A-Z“\"‘]")
_AT = re.compile(r"(?<![^\W_])(?:at|from|until|till|by|since|before|after) $", re.IGNORECASE)
_STOPS = re.compile(r"[.,;:)]|\s*$|\n| (?:to|until|on|in|and|sharp)(?![^\W_])")


_PAIR = 2  # "the two" are known already
_BESIDE = 60  # characters to the count before, within which "one" may be tallied beside it
_ONE_INSTEAD = re.compile(
    r"(?: [^\W\d_]+){1,4} (?:instead of|rather than|not) (?:\d|two|three|four|five|six"
    r"|seven|eight|nine|ten|a dozen|several)"
    r"|(?: [^\W\d_]+){1,4},(?: [^\W\d_]+){0,2} one [^\W\d_]+"
)
_OVER = re.compile(r"[.!?](?:\s|$)|\n\s*\n|(?<![^\W_])(?:which|that|because|so|but|if|when)(?![^\W_])")
_COMMA = re.compile(r", (?:and )?(?:just |only )?$")
_OF_WHOM = re.compile(r"of (?:whom|which|these|them),? (?:just |only )?$")
_LISTED_ONE = re.compile(r"^(?:[ -][^\W\d_]+){1,5}(?:,| and|, and| plus)(?: by| in| from| to| with| for)? $")
_LISTED_DEED = re.compile(r" [a-z]+(?: [a-z]+){0,2},(?: and| but)? ")
_LINE_ONE = re.compile(r"^[^\n]*\n[ \t]*[-*•–][ \t]+$")


def rate(bare: BareNumber) -> str | None:
    """What a rate is counted against, "12 deaths per 100,000 people", and a test's level, "p < 0.05"."""
    text, amount = bare.text, bare.amount
    start = amount.number.start
    if _PER.search(text, max(0, start - 20), start) is not None:
        return "rate"
    return "level of a test" if _LEVEL.search(text, max(0, start - 5), start) is not None else None


def clock(bare: BareNumber) -> str | None:
    """A time of day with a full stop: "8.05 Welcome", "at 7.02"."""
    text, amount = bare.text, bare.amount
    start, end = amount.number.start, amount.number.end
    if not amount.number.digits or end - start > 5 or bare.bounded or _CLOCK.fullmatch(text, start, end) is None:
        return None
    if text[end - 3 : end] == ".00" and (
        bare.noun is None or not bare.noun.plural or not text[bare.noun.start].islower()
    ):
        return "time"
    if text[max(0, start - 1) : start] in ("", "\n"):
        return "time" if _CAPITAL_AHEAD.match(text, end) is not None else None
    return "time" if _AT.search(text, max(0, start - 8), start) and _STOPS.match(text, end) else None


def year(bare: BareNumber) -> str | None:
    """A year of four digits; "over 1,900" is none, nor "2000 people"."""
    text, amount, noun, bounded = bare.text, bare.amount, bare.noun, bare.bounded
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


def hyphenated(bare: BareNumber) -> str | None:
    """The number of a compound that counts nothing: "one-sided", "five-point"."""
    text, amount, bounded = bare.text, bare.amount, bare.bounded
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


def one(bare: BareNumber) -> str | None:
    """The word "one" as a pronoun or article; what is counted beside other counts, or made one, is a count."""
    text, amount, noun, bounded, last = bare.text, bare.amount, bare.noun, bare.bounded, bare.last
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
        and not _IS_ONLY.search(text, max(0, amount.start - 16), amount.start)
    ):
        return COUNT
    if _tallies(bare):
        return COUNT
    if noun is None or text.startswith((" of ", " another", "-"), amount.end):
        return "pronoun"
    if word.lower() in words("contexts", "one_before"):
        return COUNT
    if _TOGETHER.search(text, max(0, amount.start - 70), amount.start) and noun.lemma not in words(
        "contexts", "one_idioms"
    ):
        return COUNT
    if _AND_COUNT.match(text, amount.end) and last is None:
        return COUNT
    return "pronoun or article"


def _tallies(bare: BareNumber) -> bool:
    """Whether "one" is counted beside other counts: "two clerks and one nurse", "one form instead of five"."""
    text, start, end, noun = bare.text, bare.amount.start, bare.amount.end, bare.noun
    if noun is not None and noun.lemma in words("contexts", "one_idioms"):
        return False
    if noun is not None and _ONE_INSTEAD.match(text, end) and not text.startswith((" of ", "-"), end):
        return True
    if is_group_of_one(text, start, end):
        return True
    earlier = bare.earlier
    if earlier is None or earlier.kind is not Kind.COUNT or start - earlier.end > _BESIDE:
        return False
    between = text[earlier.end : start]
    if noun is None and earlier.elided and _LISTED_DEED.fullmatch(between) is not None:
        return True  # "Ten agreed, one partly agreed"
    if _OVER.search(between):
        return False
    if noun is None or text.startswith(" of ", end):
        named = earlier.value > 1 and text.startswith((" of them", " of these", " of those"), end)
        return (named and _COMMA.search(between) is not None) or _OF_WHOM.search(between) is not None
    return _LISTED_ONE.search(between) is not None or _LINE_ONE.search(between) is not None


def vague(bare: BareNumber) -> str | None:
    """A fraction of nothing, a zero that is an adjective, "one or more"."""
    text, amount, noun = bare.text, bare.amount, bare.noun
    if amount.number.form is Form.FRACTION:
        return "fraction of nothing"
    if amount.number.value == 0 and (noun is None or not noun.plural):
        return "zero as an adjective"
    if amount.number.value == 1 and _ONE_OR_MORE.match(text, amount.end):
        return "vague"
    return None


def not_plural(bare: BareNumber) -> str | None:
    """More than one of something needs a plural, or a number that is plainly a quantity."""
    text, amount, noun, bounded = bare.text, bare.amount, bare.noun, bare.bounded
    number = amount.number
    if noun is None or noun.plural or bounded or amount.value <= 1 or number.grouped or number.scale > 1:
        return None
    if text[amount.end : amount.end + 1] in ("-", "‐", "‑"):
        return None
    if text[noun.start : noun.start + 1].isupper() and noun.end - noun.start > 2 and amount.value < 1000:
        return None
    return "nothing counted"


def no_noun(bare: BareNumber) -> str | None:
    """A number that nothing is said to be counted by."""
    text, amount, noun, bounded, last = bare.text, bare.amount, bare.noun, bare.bounded, bare.last
    number = amount.number
    if noun is not None or bounded or number.grouped or number.scale > 1:
        return None
    word, _ = word_before(text, amount.start)
    low = word.lower()
    if bare.alone:
        return None
    after = text[amount.end : amount.end + 4]
    if low == "the" and not number.digits and amount.value <= _PAIR and not bare.elided:
        return "pronoun"
    if bare.elided and last != "nothing counted" and not _LISTED.match(text, amount.end):
        return None
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
    follower = WORD_AFTER.match(text, amount.end)
    if text.startswith((" in total", " in all", " altogether"), amount.end):
        return None
    if follower is not None and follower[1].lower() in words("contexts", "elided_after"):
        return None
    return "nothing counted"
