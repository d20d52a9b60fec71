"""Numbers whose noun is left out: "Seven publish nothing", "up from 171", "the others 1.9"."""

from __future__ import annotations

import re

from pipeline.extract.amounts import Amount
from pipeline.extract.bare_number import CHANGING, CLOSES
from pipeline.extract.hours import is_hour
from pipeline.extract.labels import label_unit
from pipeline.extract.lexicon import any_of, words
from pipeline.extract.nouns import Noun
from pipeline.extract.number import Form
from pipeline.extract.number_grammar import number_grammar
from pipeline.extract.quantity import Quantity
from pipeline.records import Kind

NEAR = 400  # characters to the figure before, within which a number may go on counting what that one counts
LENT = 160  # within which it may take over that figure's unit: "from five days to two"
_SMALL = 3  # "the two", "those three" are pronouns

_OPENING = re.compile(
    r"(?:^|[.!?:;,(–—…]['”\"’)*]*\s+|\n[\s>]*(?:[-*•–][ \t]+)?|[“\"‘(]"
    r"|(?<![^\W_])(?:and|but|while|whereas|because|so|though|although|that|which|or|if|where|when|now|still)\s+)$"
)
_WORD_BEFORE = re.compile(r"([^\W\d_]+(?:['’][^\W\d_]+)?)(?: about| over| nearly| around| some)? $")
_COMPARED = re.compile(
    r"(?<![^\W_])(?:(?:up|down) from|compared (?:to|with)|opposed to|instead of|rather than|other than|as against"
    r"|than(?: the)?|population(?: of)?"
    r"|votes? to|of (?:whom|which|these|them|those),?(?: only| just)?|the others|another|before:"
    r"|(?:now|then|today):) $",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?<![^\W_])an? (?:[a-z]+ )?[a-z]+ of (?:about |some |around )?$")  # "a unit of 18"
_BECOMES = re.compile(
    r"(?:(?<![^\W_])(?:to be|there (?:are|were|was|is)|were|start with|settle for|try for|manage with"
    r"|(?:think|dream)(?:ing|t)? of)"
    r"|['’]s|['’]re| was| is) (?:already |still |now )?$"
)
_FROM_TO = re.compile(r"(?<![^\W_])(?:from|to) $")
_FROM_AHEAD = re.compile(r"(?<![^\W_])from [^.!?\n]{1,40} to $")
_FOLLOWER = re.compile(r"[ \u00a0]([^\W\d_]+(?:['’][^\W\d_]+)?)")
_COMPOUND = re.compile(  # nouns whose first half looks like a verb
    r" (?:(?:start|close) [a-z]+s|use cases?"
    r"|work (?:permits|orders|hours|days|packages|streams|placements|stations|sites|groups|items|visas)"
    r"|lead (?:agencies|authors|partners|councils|organi[sz]ations|investigators)|cost (?:centres|centers|estimates)"
    r"|pay (?:grades|points|bands|slips|cheques)|report cards|run rates|share options|offer letters)(?![^\W_])"
)
_BEGINS = re.compile(
    r" (?:start|open|begin|close|join|follow|retire|expire|depart)s? (?:in|on|at|from|by|this|next)(?![^\W_])"
)
_FURTHER = re.compile(r"(?<![^\W_])(?:a further|an additional|another) $", re.IGNORECASE)
_OF_THEM = re.compile(r" of (?:them|these|those|us|you|which|whom|the (?:\d|[a-z]+(?:-[a-z]+)?[ .,;:]))")
_PER = re.compile(
    r" (?:a|an|per|each|every) (?:second|minute|hour|day|week|month|year|quarter|night|piece|head)(?![^\W_])"
)
_OF_ONE = re.compile(rf"(?<![^\W_])(?:an? )?{any_of('contexts', 'groups')} of $")
_ONECLOSES = re.compile(r"\s*(?:[.,;:!?)]|$|\n)| (?!of|or|hundred|kind|type|size|sort)[a-z]+(?![^\W_])")
_IDIOM = re.compile(
    r"(?<![^\W_])(?:high|hang|top|number|figure|square|plan|all|by|chapter|back to|cloud|route) $", re.IGNORECASE
)
_FIRST = re.compile(r"(?<![^\W_])the (?:first|last|next|other|top|remaining) $", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?]['”\"’)]?\s|\n\s*\n")


def is_elided(text: str, amount: Amount, noun: Noun | None, earlier: Quantity | None) -> bool:
    """Whether the bare *amount* counts things that are named elsewhere; *noun* is what seems to follow it.

    *earlier* is the figure before it in the text, if there is one.
    """
    if amount.value == 1 and is_group_of_one(text, amount.start, amount.end):
        return True
    if amount.value <= 1 or (noun is not None and noun.plural) or amount.number.form is Form.FRACTION:
        return False
    if text[amount.end : amount.end + 1] in ("-", "‐", "‑", "!") or _IDIOM.search(
        text, max(0, amount.start - 12), amount.start
    ):
        return False
    if amount.number.digits:
        return _digits(text, amount, noun, earlier)
    return _in_words(text, amount, noun)


def is_group_of_one(text: str, start: int, end: int) -> bool:
    """Whether the number from *start* to *end* is the size of a group: "a household of one"."""
    return _OF_ONE.search(text, max(0, start - 40), start) is not None and _ONECLOSES.match(text, end) is not None


def _in_words(text: str, amount: Amount, noun: Noun | None) -> bool:
    """A number word stands for things of some kind nearly always, unless it is an hour or a pronoun."""
    start, end = amount.start, amount.end
    if is_hour(text, amount) or number_grammar().word.match(text, end) is not None:
        return False
    before = _WORD_BEFORE.search(text, max(0, start - 30), start)
    word = before[1].lower() if before else ""
    if CLOSES.match(text, end) or _says_verb(text, end) or _OF_THEM.match(text, end) or _PER.match(text, end):
        if word in ("the", "these", "those", "between", "a", "an") and amount.value <= _SMALL:
            return _FIRST.search(text, max(0, start - 20), start) is not None
        return word not in ("a", "an")
    if word in ("a", "an", "the", "these", "those"):
        return word not in ("a", "an") and amount.value > _SMALL and noun is None
    follower = _FOLLOWER.match(text, end)
    if follower is None or follower[1][0].isupper():
        return False
    if _COMPARED.search(text, max(0, start - 24), start):
        return True
    return noun is None or (noun.start == end + 1 and opens(text, start))  # "Three close at noon"


def _digits(text: str, amount: Amount, noun: Noun | None, earlier: Quantity | None) -> bool:
    """Digits may be a name or a code as well, so words beside them must tell."""
    start, end = amount.start, amount.end
    closes = CLOSES.match(text, end) is not None
    if text[start - 1 : start] == "\n" and not closes:
        return False
    follower = _FOLLOWER.match(text, end)
    lower = follower is not None and follower[1][0].islower()
    verb = _says_verb(text, end)
    if not (closes or verb or _PER.match(text, end) or _OF_THEM.match(text, end) or (lower and noun is None)):
        return False
    if closes and label_unit(text, start, earlier) is not None:
        return True
    noun = None if closes else noun  # what stands behind a comma is not counted
    if verb and _FURTHER.search(text, max(0, start - 15), start):
        return True
    if noun is not None or verb:
        near = _near(text, earlier, start) is not None
        return verb and (opens(text, start) or near)
    if _COMPARED.search(text, max(0, start - 24), start):
        return True
    if amount.base != int(amount.base) and (_near(text, earlier, start) is None or amount.end - start > 5):
        return False
    if _SIZE.search(text, max(0, start - 40), start) or _BECOMES.search(text, max(0, start - 20), start):
        return True
    if _FROM_TO.search(text, max(0, start - 6), start):
        window = text[max(0, start - 90) : start]
        return CHANGING.search(window) is not None or (_near(text, earlier, start) is not None and closes)
    before = _WORD_BEFORE.search(text, max(0, start - 30), start)
    word = before[1].lower() if before else ""
    if is_verb(word) or word in words("contexts", "elided_before"):
        return True
    if word in ("others", "rest", "those", "these", "all", "other", "remaining", "further", "additional"):
        return True
    if _OF_THEM.match(text, end) or _PER.match(text, end):
        return word not in ("the",)
    if word in ("for", "in", "at", "by", "with", "on", "of", "under"):
        return closes and earlier is not None and _same_sentence(text, earlier, start)
    if (
        closes
        and text[start - 2 : start] == ", "
        and earlier is not None
        and earlier.kind is Kind.COUNT
        and amount.base > 2
    ):
        return _same_sentence(text, earlier, start)
    return opens(text, start) and lower and _near(text, earlier, start) is not None and amount.base == int(amount.base)


def opens(text: str, start: int) -> bool:
    """Whether a clause, a list's item or a quotation begins at *start*."""
    return _OPENING.search(text, max(0, start - 12), start) is not None


def is_verb(word: str) -> bool:
    """Whether *word*, lower case, is a verb in a past form, or one of those that often stand beside a bare number."""
    return (len(word) > 4 and word.endswith("ed")) or word in words("contexts", "elided_verbs")


def _says_verb(text: str, end: int) -> bool:
    """Whether the word behind *end* is the verb, or an adverb before it, of what the number does."""
    found = _FOLLOWER.match(text, end)
    if found is None or not found[1][0].islower():
        return False
    word = found[1].lower()
    if _COMPOUND.match(text, end) is not None:
        return False
    if _BEGINS.match(text, end) is not None:
        return True
    return is_verb(word) or word in words("contexts", "elided_after") or word in words("contexts", "elided_adverbs")


def _near(text: str, earlier: Quantity | None, start: int) -> Quantity | None:
    """*earlier*, if it stands near enough that its noun may be meant again."""
    if earlier is None or start - earlier.end > NEAR or earlier.kind in (Kind.RANK, Kind.RATIO):
        return None
    return earlier


def _same_sentence(text: str, earlier: Quantity, start: int) -> bool:
    return start - earlier.end < NEAR and _SENTENCE.search(text, earlier.end, start) is None


def lent_by(text: str, amount: Amount, earlier: Quantity | None) -> Quantity | None:
    """The figure before whose unit *amount*, whose noun is left out, takes over: "from five days to two"."""
    if earlier is None or earlier.kind not in (Kind.DURATION, Kind.PERCENT, Kind.MONEY, Kind.MEASURE):
        return None
    start = amount.start
    if (
        start - earlier.end > LENT
        or "\n" in text[earlier.end : start]
        or (opens(text, start) and _says_verb(text, amount.end))
    ):
        return None
    if earlier.kind is Kind.PERCENT and amount.value > 100:
        return None
    if _FURTHER.search(text, max(0, start - 15), start) and _says_verb(text, amount.end):
        return None  # "$5m each; another 11 are waiting"
    compared = _COMPARED.search(text, max(0, start - 24), start) or _FROM_TO.search(text, max(0, start - 6), start)
    if compared is not None and _same_sentence(text, earlier, start):
        return earlier
    if earlier.kind is not Kind.DURATION:
        return None
    before = _WORD_BEFORE.search(text, max(0, start - 30), start)
    word = before[1].lower() if before else ""
    return earlier if word in words("contexts", "lasting") else None


def unit_lent(text: str, amount: Amount, earlier: Quantity | None) -> tuple[Kind, str | None, tuple[str, ...]] | None:
    """The kind, the unit and the currencies that a label or the figure before lend to a number without a noun."""
    label = label_unit(text, amount.start, earlier)
    if label is not None:
        return (*label, ())
    lender = lent_by(text, amount, earlier)
    return None if lender is None else (lender.kind, lender.unit, lender.candidates)
