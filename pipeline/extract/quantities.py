"""The quantities in a text, found without a model: value, unit, bound and exact span of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.extract.amounts import Amount, read_amount
from pipeline.extract.bounds import BoundWords, bound_after, bound_before, is_topic, means_during
from pipeline.extract.compounds import compound
from pipeline.extract.false_friends import why_no_count, word_before
from pipeline.extract.lexicon import any_of, words
from pipeline.extract.nouns import counted_noun, lemma_of
from pipeline.extract.number import Form, Lookalike, Number
from pipeline.extract.numerals import find_numbers
from pipeline.extract.ordinals import why_no_rank
from pipeline.extract.quantity import Quantity
from pipeline.extract.ranges import Range, changed, join
from pipeline.extract.ratios import Ratio, fraction, multiple, pair_ratio, times_after
from pipeline.records import Bound, Kind

LEAST_ODD = 10  # "40 odd" is about 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A stretch with a number in it: the quantity that it states, or the reason why it states none."""

    start: int
    end: int
    quantity: Quantity | None = None
    reason: str | None = None


def find_quantities(text: str) -> list[Quantity]:
    """The quantities in *text*, in reading order; none overlaps another.

    >>> [(q.quote, str(q.value), q.unit) for q in find_quantities("Over 40 teams spent €5-10 million in 2018.")]
    [('Over 40', '40', 'team'), ('€5-10 million', '5000000', 'EUR')]
    """
    return [figure.quantity for figure in read_figures(text) if figure.quantity is not None]


def read_figures(text: str) -> Iterator[Figure]:
    """Yield every number in *text*: as a quantity, or with the reason why it is none."""
    numbers = list(find_numbers(text))
    index = 0
    floor = 0  # where the last quantity ended
    last: str | None = None  # why the number before was none
    ended = 0  # where it ended
    while index < len(numbers):
        number = numbers[index]
        if number.start < floor:
            index += 1
            continue
        if isinstance(number, Lookalike):
            figure, used = Figure(start=number.start, end=number.end, reason=number.reason), 1
        else:
            following = numbers[index + 1] if index + 1 < len(numbers) else None
            near = last if number.start - ended < 7 else None
            figure, used = _read(text, number, following if isinstance(following, Number) else None, near, floor)
        last, ended = figure.reason, figure.end
        if figure.quantity is not None:
            floor = figure.quantity.end
        yield figure
        index += used


def _read(text: str, number: Number, following: Number | None, last: str | None, floor: int) -> tuple[Figure, int]:
    """The figure that begins with *number*, and how many numbers it took."""
    if number.form is Form.ORDINAL:
        return _rank(text, number), 1
    if following is not None and (ratio := pair_ratio(text, number, following)) is not None:
        return _ratio(text, number, ratio, floor), 2
    if (ratio := multiple(text, number)) is not None:
        return _ratio(text, number, ratio, floor), 1
    if number.form is Form.ARTICLE and read_amount(text, number).kind is None:
        return Figure(start=number.start, end=number.end, reason="article"), 1
    if (named := _numbered_rank(text, number)) is not None:
        return named, 1
    if number.form is Form.MULTIPLE:
        return Figure(start=number.start, end=number.end, reason="no multiple"), 1
    amount = read_amount(text, number, floor=floor)
    if following is not None and following.form is not Form.ORDINAL and _may_join(text, amount.end, following.start):
        dash = amount.signed and following.start - amount.end < 4
        second = read_amount(text, following, of_money=dash, floor=amount.end)
        joined = join(text, amount, second)
        if joined is not None:
            joined = joined if joined.start >= floor else replace(joined, start=joined.low.start)
            figure = _range(text, joined, last, floor)
            if figure is not None:
                return figure, 2
        if joined is None and (lent := changed(text, amount, second)) is not None:
            return _single(text, lent, last, floor), 1
        whole = compound(text, amount, second)
        if whole is not None:
            return _single(text, whole, last, floor), 2
    if amount.kind is None and (ratio := fraction(text, number)) is not None:
        return _ratio(text, number, ratio, floor), 1
    return _single(text, amount, last, floor), 1


def _may_join(text: str, end: int, start: int) -> bool:
    """Whether the words between two numbers may make one quantity of them."""
    if start - end >= 30:
        return False
    return not text[end:start].strip(" ,") or _JOINT.search(text, end, start) is not None


_JOINT = re.compile(r"[-–—‐‑−~]|(?<![^\W_])(?:to|or|and|through|thru|until)(?![^\W_])")


def _rank(text: str, number: Number) -> Figure:
    reason = why_no_rank(text, number)
    if reason is not None:
        return Figure(start=number.start, end=number.end, reason=reason)
    quantity = Quantity(
        start=number.start,
        end=number.end,
        quote=text[number.start : number.end],
        kind=Kind.RANK,
        value=number.value,
        unit="rank",
        number=(number.start, number.end),
    )
    return Figure(start=number.start, end=number.end, quantity=quantity)


_NUMBER_ONE = re.compile(
    rf"(?<![^\W_]){any_of('contexts', 'before_number_one')}(?: the)? (?P<name>[Nn]umber |[Nn]o\. ?|#)$"
)
_NUMBER_ONE_OF = re.compile(rf" {any_of('contexts', 'after_number_one')}(?![^\W_])")


def _numbered_rank(text: str, number: Number) -> Figure | None:
    """The rank of "number 1 in the world"; "number 10" alone is a name."""
    found = _NUMBER_ONE.search(text, max(0, number.start - 28), number.start)
    if found is None or number.value > 100 or _NUMBER_ONE_OF.match(text, number.end) is None:
        return None
    start = found.start("name")
    return _figure(
        text, start=start, end=number.end, bound=None, kind=Kind.RANK, value=number.value, unit="rank",
        number=(number.start, number.end),
    )  # fmt: skip


def _ratio(text: str, number: Number, ratio: Ratio, floor: int) -> Figure:
    bound = _bound(text, ratio.start, ratio.end, None, floor)
    return _figure(
        text, start=ratio.start, end=ratio.end, bound=bound, kind=Kind.RATIO, value=ratio.value, unit="ratio",
        number=(number.start, number.end),
    )  # fmt: skip


def _single(text: str, amount: Amount, last: str | None, floor: int) -> Figure:
    bound = _bound(text, amount.start, amount.end, amount, floor)
    age = _age(text, amount, bound)
    if age is not None:
        amount = age
        bound = _bound(text, amount.start, amount.end, amount, floor)
    unit = amount.unit
    if amount.kind is None:
        number_end = bound.end if bound is not None and bound.end > amount.end else amount.end
        one = amount.value == 1
        noun = counted_noun(text, number_end, one=one)
        if noun is None and (shared := _SHARED.match(text, amount.end)) is not None:
            noun = counted_noun(text, shared.end())
        hyphen = _HYPHEN.match(text, amount.end) if number_end == amount.end else None
        reason = why_no_count(text, amount, noun, bounded=bound is not None, last_reason=last)
        if reason is not None:
            return Figure(start=amount.start, end=amount.end, reason=reason)
        unit = noun.lemma if noun is not None else None
        if hyphen is not None:
            unit = _of_compound(lemma_of(hyphen[1]))
    elif (reason := _no_measure(text, amount, bound, last)) is not None:
        return Figure(start=amount.start, end=amount.end, reason=reason)
    return _figure(
        text, start=amount.start, end=amount.end, bound=bound, kind=amount.kind or Kind.COUNT, value=amount.value,
        unit=unit, number=(amount.number.start, amount.number_end), candidates=amount.candidates, flags=amount.flags,
    )  # fmt: skip


_SHARED = re.compile(r"(?: and| or| to|,) (?:over |about |nearly |around |almost )?\d[\d,.]*(?= [^\W\d_])")
_HYPHEN = re.compile(r"[-‐‑]([^\W\d_]+)")


def _of_compound(word: str) -> str:
    return {"tiered": "tier", "phased": "phase", "pronged": "prong", "staged": "stage", "storied": "storey"}.get(
        word, word
    )


def _range(text: str, joined: Range, last: str | None, floor: int) -> Figure | None:
    low, high = joined.low, joined.high
    kind, unit = high.kind, high.unit
    bound = _bound(text, joined.start, joined.end, high, floor)
    if kind is None and (times := times_after(text, joined.end)) is not None:
        return _figure(
            text, start=joined.start, end=times, bound=bound, kind=Kind.RATIO, value=low.value, value_max=high.value,
            unit="ratio", number=(low.number.start, high.number_end),
        )  # fmt: skip
    if kind is None and high.value < 130 and _AGE_BEFORE.search(text, max(0, joined.start - 9), joined.start):
        kind, unit = Kind.DURATION, "year"
    if kind is None:
        noun = counted_noun(text, joined.end)
        whole = high._replace(
            start=low.start, number=low.number._replace(grouped=low.number.grouped or high.number.grouped)
        )
        reason = why_no_count(text, whole, noun, bounded=bound is not None, last_reason=last)
        if reason is not None:
            return Figure(start=low.start, end=high.end, reason=reason)
        unit = noun.lemma if noun is not None else None
    elif (reason := _no_measure(text, low, bound, last)) is not None:
        return Figure(start=low.start, end=high.end, reason=reason)
    candidates = tuple(code for code in low.candidates if code in high.candidates)
    return _figure(
        text, start=joined.start, end=joined.end, bound=bound, kind=kind or Kind.COUNT, value=low.value,
        value_max=high.value, unit=unit, number=(low.number.start, high.number_end), candidates=candidates,
    )  # fmt: skip


def _bound(text: str, start: int, end: int, amount: Amount | None, floor: int) -> BoundWords | None:
    """The bound said behind or before the stretch, if its words are about it."""
    after = bound_after(text, end)
    if after is None and amount is not None and amount.number_end < end and not amount.money:
        after = bound_after(text, amount.number_end)
    if after is not None and after.phrase == "odd" and amount is not None and amount.value < LEAST_ODD:
        after = None  # "one odd letter"
    if (
        after is not None
        and after.phrase in ("odd", "and more", "minimum", "maximum", "max", "plus")
        and not _closes(text, after.end)
    ):
        after = None
    age = _AGE_BEFORE.search(text, max(0, start - 9), start) if amount is not None and amount.unit == "year" else None
    before = bound_before(text, start if age is None else age.start())
    if before is not None and (before.start < floor or is_topic(text, before)):
        before = None
    lasting = (
        amount is not None
        and amount.kind is Kind.DURATION
        and amount.number.form is not Form.ARTICLE
        and not _is_age_span(text, amount)
    )
    if before is not None and lasting and means_during(text, before, end):
        before = None
    if before is not None and before.phrase == "some" and amount is not None and amount.value < 2:
        before = None
    if after is None and amount is not None and "+" in text[amount.number.start : amount.number_end]:
        after = BoundWords(bound=Bound.AT_LEAST, start=end, end=end, inside=True, phrase="+")
    if after is not None and before is not None and before.inside and after.inside and after.bound is not before.bound:
        return replace(after, phrase=CONFLICT)
    return after if after is not None else before


CONFLICT = "conflicting-bound"


def _is_age_span(text: str, amount: Amount) -> bool:
    return amount.end == amount.number_end or text[amount.start : amount.end].rstrip("s").endswith("old")


def _closes(text: str, end: int) -> bool:
    return re.match(r"\s*(?:[.,;:!?)]|$|[a-z])", text[end : end + 3]) is not None


_AGE_BEFORE = re.compile(r"(?<![^\W_])(?:age|aged|ages|age of|ages of)\s$", re.IGNORECASE)
_IS_AGE = re.compile(
    r"(?<![^\W_])(?:(?:[Hh]e|[Ss]he|I|[Ww]ho) (?:was|is|am|turned|turns)(?: only| just)?"
    r"|(?:celebrat\w+|is|are|was) turning) $"
)
_AGE_CLOSES = re.compile(r"\s*(?:[.,;)]|$|(?:and|when|last|this|next|today|yesterday|in) )")
_NAME_AGE = re.compile(r"[A-Z][^\W\d_]+ [A-Z][^\W\d_]+, $")


def _age(text: str, amount: Amount, bound: BoundWords | None) -> Amount | None:
    """*amount* as an age, where the words around a bare number make it one."""
    if amount.kind is not None or amount.scale != 1 or not 0 < amount.base < 130 or amount.base != int(amount.base):
        return None
    start = bound.start if bound is not None and bound.start < amount.start else amount.start
    year = amount._replace(kind=Kind.DURATION, unit="year")
    window = text[max(0, start - 28) : start]
    if _AGE_BEFORE.search(window):
        return year
    after = bound.phrase if bound is not None else ""
    if after in ("and older", "or older", "or younger", "and younger", "older than", "younger than"):
        return year
    closes = _AGE_CLOSES.match(text, amount.end) is not None
    if bound is not None:
        word, _ = word_before(text, start)
        if word.lower() in words("contexts", "age_subjects") and (
            bound.start < amount.start or after in ("and over", "or over", "and under", "and above")
        ):
            return year
        return None
    if closes and _IS_AGE.search(window):
        return year
    if amount.base > 15 and _NAME_AGE.search(window) and text[amount.end : amount.end + 1] in (",", "."):
        return year
    return None


def _no_measure(text: str, amount: Amount, bound: BoundWords | None, last: str | None) -> str | None:
    """Why a number with a unit still states no quantity."""
    start, end = amount.start, amount.end
    before = text[start - 1 : start]
    if amount.money and amount.signed and bound is None:
        follower = re.compile(r" ([^\W\d_]+)").match(text, end)
        if follower is not None and follower[1] in words("contexts", "denominations"):
            return "denomination"
    if amount.unit == "percent" and _CONFIDENCE.match(text, end) is not None:
        return "level of a test"
    if amount.unit == "kelvin" and amount.glued_unit and amount.base in _RESOLUTIONS:
        return "resolution of a screen"
    if before.isalnum() and amount.number.digits and not amount.signed:
        return "code"
    if amount.kind is Kind.MEASURE and amount.glued_unit and end == amount.number_end + 1 and text[end - 1] in "ABCF":
        word, _ = word_before(text, start)  # "Room 14B", "flight BA 117B"
        if bound is None and (word[:1].isupper() or word.lower() in words("contexts", "references")):
            return "name"
    if before in ("-", "‐", "‑") and start > 1 and text[start - 2].isalpha() and not amount.signed:
        return "code"
    if amount.number.form is Form.WORDS and amount.number.value == 1 and amount.kind is Kind.DURATION and bound is None:
        word, _ = word_before(text, start)
        if (
            not amount.glued_unit
            and amount.unit == "day"
            and text[end - 3 : end].lower() == "day"
            and word.lower() not in ("in", "within", "for", "per", "takes", "took", "just", "only", "under", "a", "the")
        ):
            return "narrative"
    return None


_CONFIDENCE = re.compile(r" (?:CI|confidence (?:interval|level|limit))(?![^\W_])")
_RESOLUTIONS = (2, 4, 5, 8, 12, 16)  # "4K video"

MIXED = "mixed-script"


def _is_mixed(number: str) -> bool:
    """Whether the digits of *number* come from more than one script."""
    return not number.isascii() and len({ord(char) - int(char) for char in number if char.isdecimal()}) > 1


def _plain(value: Decimal) -> Decimal:
    """*value* without needless zeros: 1600000000 and not 1600000000.0."""
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def _figure(
    text: str,
    *,
    start: int,
    end: int,
    bound: BoundWords | None,
    kind: Kind,
    value: Decimal,
    unit: str | None,
    number: tuple[int, int],
    value_max: Decimal | None = None,
    candidates: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
) -> Figure:
    if bound is not None and bound.inside:
        start, end = min(start, bound.start), max(end, bound.end)
    said = Bound.EXACT if bound is None else bound.bound
    if bound is not None and bound.phrase == CONFLICT:
        flags = (*flags, CONFLICT)
    if value_max is not None:
        said = Bound.RANGE
    if _is_mixed(text[number[0] : number[1]]):
        flags = (*flags, MIXED)
    value, value_max = _plain(value), None if value_max is None else _plain(value_max)
    quantity = Quantity(
        start=start, end=end, quote=text[start:end], kind=kind, value=value, value_max=value_max, unit=unit, bound=said,
        number=number, candidates=candidates, flags=flags,
    )  # fmt: skip
    return Figure(start=start, end=end, quantity=quantity)
