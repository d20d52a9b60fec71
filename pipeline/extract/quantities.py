"""The quantities in a text, found without a model: value, unit, bound and exact span of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from pipeline.extract.ages import AGE_BEFORE, AGES_RANGE, OLDEST, age_band, as_age
from pipeline.extract.amounts import Amount, read_amount
from pipeline.extract.bare_number import BareNumber
from pipeline.extract.bounds import BoundWords
from pipeline.extract.code_lines import in_backticks, in_code
from pipeline.extract.compounds import compound
from pipeline.extract.dimensions import dimension
from pipeline.extract.elided import is_elided, unit_lent
from pipeline.extract.false_friends import why_no_count
from pipeline.extract.lexicon import any_of
from pipeline.extract.no_measure import why_no_measure
from pipeline.extract.nouns import Noun, counted_noun, lemma_of
from pipeline.extract.number import Form, Lookalike, Number
from pipeline.extract.numerals import find_numbers
from pipeline.extract.ordinals import why_no_rank
from pipeline.extract.quantity import Quantity
from pipeline.extract.ranges import Range, changed, join
from pipeline.extract.ratios import Ratio, fraction, multiple, pair_ratio, times_after
from pipeline.extract.said_bounds import CONFLICT, bound_behind, bound_of
from pipeline.extract.scripts import MIXED, is_mixed
from pipeline.records import Bound, Kind

NEAR = 7  # characters from one number to the next, within which the first may tell what the second is
JOINABLE = 30  # characters between two numbers that may make one quantity
_JOINT = re.compile(r"[-–—‐‑−~]|(?<![^\W_])(?:to|or|and|through|thru|until)(?![^\W_])")
_NUMBER_ONE = re.compile(
    rf"(?<![^\W_]){any_of('contexts', 'before_number_one')}(?: the)? (?P<name>[Nn]umber |[Nn]o\. ?|#)$"
)
_NUMBER_ONE_OF = re.compile(rf" {any_of('contexts', 'after_number_one')}(?![^\W_])")
_SHARED = re.compile(r"(?: and| or| to|,) (?:over |about |nearly |around |almost )?\d(?:[\d,.]*\d)?(?= [^\W\d_])")
_HYPHEN = re.compile(r"[-‐‑]([^\W\d_]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
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
    return [stretch.quantity for stretch in read_stretches(text) if stretch.quantity is not None]


def read_stretches(text: str) -> Iterator[Stretch]:
    """Yield every number in *text*: as a quantity, or with the reason why it is none."""
    numbers = list(find_numbers(text))
    index = 0
    floor = 0  # where the last quantity ended
    last: str | None = None  # why the number before was none
    ended = 0  # where it ended
    earlier: Quantity | None = None
    while index < len(numbers):
        number = numbers[index]
        if number.start < floor:
            index += 1
            continue
        if isinstance(number, Lookalike):
            stretch, used = Stretch(start=number.start, end=number.end, reason=number.reason), 1
        elif in_backticks(text, number.start, number.end):
            stretch, used = Stretch(start=number.start, end=number.end, reason="code"), 1
        else:
            following = numbers[index + 1] if index + 1 < len(numbers) else None
            near = last if number.start - ended < NEAR else None
            stretch, used = _read(
                text, number, following if isinstance(following, Number) else None, _Past(near, floor, earlier)
            )
        if (found := stretch.quantity) is not None and in_code(text, found.start, found.end):
            stretch = Stretch(start=found.start, end=found.end, reason="code")
        last, ended = stretch.reason, stretch.end
        if stretch.quantity is not None:
            floor, earlier = stretch.quantity.end, stretch.quantity
        yield stretch
        index += used


class _Past(NamedTuple):
    """What was read before a number."""

    last: str | None  # why the number right before it was no quantity
    floor: int  # where the last quantity ended
    earlier: Quantity | None  # the last quantity


def _read(text: str, number: Number, following: Number | None, past: _Past) -> tuple[Stretch, int]:
    """The stretch that begins with *number*, and how many numbers it took."""
    floor = past.floor
    if number.form is Form.ORDINAL:
        return _rank(text, number, past.earlier), 1
    if following is not None and (ratio := pair_ratio(text, number, following)) is not None:
        return _ratio(text, number, ratio, floor), 2
    if (ratio := multiple(text, number)) is not None:
        return _ratio(text, number, ratio, floor), 1
    if number.form is Form.ARTICLE and read_amount(text, number).kind is None:
        return Stretch(start=number.start, end=number.end, reason="article"), 1
    if (band := age_band(text, number)) is not None:
        return _stated(
            text, start=band.start, end=band.end, bound=band, kind=Kind.DURATION, value=number.value, unit="year",
            number=(number.start, number.end),
        ), 1  # fmt: skip
    if (named := _numbered_rank(text, number)) is not None:
        return named, 1
    if number.form is Form.MULTIPLE:
        return Stretch(start=number.start, end=number.end, reason="no multiple"), 1
    amount = dimension(text, read_amount(text, number, floor=floor))
    if following is not None and (both := _together(text, amount, following, past)) is not None:
        return both
    if amount.kind is None and (ratio := fraction(text, number)) is not None:
        return _ratio(text, number, ratio, floor), 1
    return _single(text, amount, past), 1


def _together(text: str, amount: Amount, following: Number, past: _Past) -> tuple[Stretch, int] | None:
    """The stretch of *amount* and the number after it, where they are a range, a change, or parts of one amount."""
    if following.form is Form.ORDINAL or not _may_join(text, amount.end, following.start):
        return None
    dash = amount.signed and following.start - amount.end < 4
    second = read_amount(text, following, of_money=dash, floor=amount.end)
    joined = join(text, amount, second)
    if joined is not None:
        joined = joined if joined.start >= past.floor else replace(joined, start=joined.low.start)
        return _range(text, joined, past), 2
    if (lent := changed(text, amount, second)) is not None:
        return _single(text, lent, past), 1
    whole = compound(text, amount, second)
    return None if whole is None else (_single(text, whole, past), 2)


def _may_join(text: str, end: int, start: int) -> bool:
    """Whether the words between two numbers may make one quantity of them."""
    if start - end >= JOINABLE:
        return False
    return not text[end:start].strip(" ,") or _JOINT.search(text, end, start) is not None


def _rank(text: str, number: Number, earlier: Quantity | None) -> Stretch:
    reason = why_no_rank(text, number, earlier)
    if reason is not None:
        return Stretch(start=number.start, end=number.end, reason=reason)
    quantity = Quantity(
        start=number.start,
        end=number.end,
        quote=text[number.start : number.end],
        kind=Kind.RANK,
        value=number.value,
        unit="rank",
        number=(number.start, number.end),
    )
    return Stretch(start=number.start, end=number.end, quantity=quantity)


def _numbered_rank(text: str, number: Number) -> Stretch | None:
    """The rank of "number 1 in the world"; "number 10" alone is a name."""
    found = _NUMBER_ONE.search(text, max(0, number.start - 28), number.start)
    if found is None or number.value > 100 or _NUMBER_ONE_OF.match(text, number.end) is None:
        return None
    start = found.start("name")
    return _stated(
        text, start=start, end=number.end, bound=None, kind=Kind.RANK, value=number.value, unit="rank",
        number=(number.start, number.end),
    )  # fmt: skip


def _ratio(text: str, number: Number, ratio: Ratio, floor: int) -> Stretch:
    bound = bound_of(text, ratio.start, ratio.end, None, floor)
    return _stated(
        text, start=ratio.start, end=ratio.end, bound=bound, kind=Kind.RATIO, value=ratio.value, unit="ratio",
        number=(number.start, number.end),
    )  # fmt: skip


def _single(text: str, amount: Amount, past: _Past) -> Stretch:
    floor = past.floor
    bound = bound_of(text, amount.start, amount.end, amount, floor)
    age = as_age(text, amount, bound)
    if age is not None:
        amount = age
        bound = bound_of(text, amount.start, amount.end, amount, floor)
    unit, kind, elided = amount.unit, amount.kind, False
    candidates = amount.candidates
    if amount.kind is None:
        number_end = bound.end if bound is not None and bound.end > amount.end else amount.end
        one = amount.value == 1
        noun = counted_noun(text, number_end, one=one)
        if noun is None and (shared := _SHARED.match(text, amount.end)) is not None:
            noun = counted_noun(text, shared.end())
        hyphen = _HYPHEN.match(text, amount.end) if number_end == amount.end else None
        bare = _bare(text, amount, noun, bound, past)
        if (reason := why_no_count(bare)) is not None:
            return Stretch(start=amount.start, end=amount.end, reason=reason)
        elided = bare.elided
        unit = bare.noun.lemma if bare.noun is not None else None
        if bound is None and bare.noun is not None:
            bound = bound_behind(text, bare.noun.end)
        if elided and (lent := unit_lent(text, amount, past.earlier)) is not None:
            kind, unit, candidates = lent
        if hyphen is not None:
            unit = _of_compound(lemma_of(hyphen[1]))
    elif (reason := why_no_measure(text, amount, bound)) is not None:
        return Stretch(start=amount.start, end=amount.end, reason=reason)
    return _stated(
        text, start=amount.start, end=amount.end, bound=bound, kind=kind or Kind.COUNT, value=amount.value,
        unit=unit, number=(amount.number.start, amount.number_end), candidates=candidates, flags=amount.flags,
        elided=elided,
    )  # fmt: skip


def _bare(
    text: str, amount: Amount, noun: Noun | None, bound: BoundWords | None, past: _Past, *, elided: bool | None = None
) -> BareNumber:
    """The bare *amount* with the *noun* that it counts; with none, where what it counts is left out."""
    if elided is None:
        elided = is_elided(text, amount, noun, past.earlier)
    return BareNumber(
        text=text,
        amount=amount,
        noun=None if elided else noun,
        bounded=bound is not None,
        last=past.last,
        earlier=past.earlier,
        elided=elided,
    )


def _of_compound(word: str) -> str:
    return {"tiered": "tier", "phased": "phase", "pronged": "prong", "staged": "stage", "storied": "storey"}.get(
        word, word
    )


def _range(text: str, joined: Range, past: _Past) -> Stretch:
    floor = past.floor
    low, high = joined.low, joined.high
    kind, unit, elided = high.kind, high.unit, False
    bound = bound_of(text, joined.start, joined.end, high, floor)
    if kind is None and (times := times_after(text, joined.end)) is not None:
        return _stated(
            text, start=joined.start, end=times, bound=bound, kind=Kind.RATIO, value=low.value, value_max=high.value,
            unit="ratio", number=(low.number.start, high.number_end),
        )  # fmt: skip
    if kind is None and high.value < OLDEST and _of_ages(text, joined.start):
        kind, unit = Kind.DURATION, "year"
    if kind is None:
        noun = counted_noun(text, joined.end)
        base = high.number.base if low.value == 1 or low.number.base == 1 else low.number.base
        number = low.number._replace(base=base, grouped=low.number.grouped or high.number.grouped)
        whole = high._replace(start=low.start, number=number)
        bare = _bare(text, whole, noun, bound, past, elided=is_elided(text, high, noun, past.earlier))
        if (reason := why_no_count(bare)) is not None:
            return Stretch(start=low.start, end=high.end, reason=reason)
        elided = bare.elided
        unit = bare.noun.lemma if bare.noun is not None else None
    elif (reason := why_no_measure(text, low, bound)) is not None:
        return Stretch(start=low.start, end=high.end, reason=reason)
    candidates = tuple(code for code in low.candidates if code in high.candidates)
    return _stated(
        text, start=joined.start, end=joined.end, bound=bound, kind=kind or Kind.COUNT, value=low.value,
        value_max=high.value, unit=unit, number=(low.number.start, high.number_end), candidates=candidates,
        elided=elided,
    )  # fmt: skip


def _of_ages(text: str, start: int) -> bool:
    """Whether what begins at *start* tells ages: "aged 15 to 68", "their ages ranged from 15 to 68"."""
    if AGE_BEFORE.search(text, max(0, start - 9), start):
        return True
    return AGES_RANGE.search(text, max(0, start - 50), start) is not None


def _plain(value: Decimal) -> Decimal:
    """*value* without needless zeros: 1600000000 and not 1600000000.0."""
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def _stated(
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
    elided: bool = False,
) -> Stretch:
    if bound is not None and bound.inside:
        start, end = min(start, bound.start), max(end, bound.end)
    said = Bound.EXACT if bound is None else bound.bound
    if bound is not None and bound.phrase == CONFLICT:
        flags = (*flags, CONFLICT)
    if value_max is not None:
        said = Bound.RANGE
    if is_mixed(text[number[0] : number[1]]):
        flags = (*flags, MIXED)
    value, value_max = _plain(value), None if value_max is None else _plain(value_max)
    quantity = Quantity(
        start=start, end=end, quote=text[start:end], kind=kind, value=value, value_max=value_max, unit=unit, bound=said,
        number=number, candidates=candidates, flags=flags, elided=elided,
    )  # fmt: skip
    return Stretch(start=start, end=end, quantity=quantity)
