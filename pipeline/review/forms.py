"""What a browser sends, read into our own types: only known names, only values that mean something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from pipeline.errors import PipelineError
from pipeline.ledger.queue.filters import Wanted
from pipeline.ledger.standing.verdicts import Status
from pipeline.records import Bound, Claim, Kind, Modality
from pipeline.review import words

LONGEST = 500
FLAGS = ("flagged", "mine", "draw")
NUMBERS = ("least", "most")
TEXTS = ("status", "kind", "unit", "post", "theme", "year", "publisher", "subject", "words")
CORRECTABLE = (
    "value",
    "value_max",
    "unit",
    "kind",
    "bound",
    "subject",
    "measure",
    "attributed_to",
    "when",
    "period",
    "modality",
    "predicate",
)
CORRECTION = frozenset((*CORRECTABLE, "start", "end", "theme"))  # all that a correction can say
CHOICES = {"kind": Kind, "bound": Bound, "modality": Modality}


class BadInputError(PipelineError):
    """What was typed or sent cannot be understood; the message says which part and why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name, self.reason = name, reason


def wanted_from(query: Sequence[tuple[str, str]], *, beside: Sequence[str] = ()) -> Wanted:
    """The filters of a query string; names in *beside* are somebody else's. Raises ``BadInputError``."""
    given: dict[str, Any] = {}
    for name, value in query:
        if name in beside:
            continue
        if name in given:
            raise BadInputError(name, "is given twice")
        value = value.strip()
        if not value:
            continue
        if len(value) > LONGEST:
            raise BadInputError(name, f"is longer than {LONGEST} characters")
        if name in FLAGS:
            given[name] = value in ("1", "on", "true")
        elif name in NUMBERS:
            given[name] = float(number(name, value))
        elif name in TEXTS:
            given[name] = value
        else:
            raise BadInputError(name, "is no filter")
    _known("status", given.get("status"), Status)
    _known("kind", given.get("kind"), Kind)
    if not str(given.get("year", "2000")).isdecimal():
        raise BadInputError("year", "is a year in digits, such as 2021")
    return Wanted(**given)


def wanted_of(form: Mapping[str, str]) -> Wanted:
    """The filters that a form carries along."""
    return wanted_from([(k[2:], v) for k, v in form.items() if k.startswith("f-")])


def _known(name: str, value: object, choices: Any) -> None:
    if value is not None and value not in set(choices):
        raise BadInputError(name, f"is one of {', '.join(choices)}")


def query_of(wanted: Wanted) -> dict[str, str]:
    """*wanted* as the query that means it."""
    made = {}
    for name in (*TEXTS, *NUMBERS, *FLAGS):
        value = getattr(wanted, name)
        if value not in (None, False):
            made[name] = "1" if value is True else f"{value:g}" if isinstance(value, float) else str(value)
    return made


def number(name: str, text: str) -> Decimal:
    """The number that *text* is, with or without separators of thousands. Raises ``BadInputError``.

    >>> number("value", "1,600,000.5")
    Decimal('1600000.5')
    """
    try:
        value = Decimal(text.replace(",", "").replace("\u202f", "").replace(" ", ""))
    except InvalidOperation as error:
        raise BadInputError(name, f"{text[:40]!r} is not a number; write digits, such as 1600000") from error
    if not value.is_finite() or abs(value.adjusted()) > 30:
        raise BadInputError(name, "is too large a number")
    return value


def changes_from(form: Mapping[str, str], claim: Claim, text: str) -> dict[str, object]:
    """The fields of *claim* that *form* changes, with their new values. Raises ``BadInputError``."""
    changes: dict[str, object] = {}
    for name in CORRECTABLE:
        if name not in form:
            continue
        typed, old = form[name].strip(), getattr(claim, name)
        if len(typed) > LONGEST:
            raise BadInputError(name, f"is longer than {LONGEST} characters")
        if name in ("value", "value_max"):
            new = number(name, typed) if typed else None
            if name == "value" and new is None:
                raise BadInputError(name, "cannot be empty; reject the claim instead if there is no figure")
            if new != old:
                changes[name] = None if new is None else words.trimmed(f"{new:f}")
        elif name in CHOICES:
            _known(name, typed, CHOICES[name])
            if typed != old:
                changes[name] = typed
        elif (typed or None) != (old or None):
            changes[name] = typed or None
    changes |= _place(form, claim, text)
    agree(changes, claim)
    return changes


def _place(form: Mapping[str, str], claim: Claim, text: str) -> dict[str, object]:
    if not form.get("start") or not form.get("end"):
        return {}
    try:
        start, end = int(form["start"]), int(form["end"])
    except ValueError as error:
        raise BadInputError("start", "the place of the words is two whole numbers") from error
    if (start, end) == (claim.start, claim.end):
        return {}
    if not 0 <= start < end <= len(text) or end - start > LONGEST:
        raise BadInputError("start", "the words must lie inside the post, and be few")
    return {"start": start, "end": end, "quote": text[start:end]}


def agree(changes: Mapping[str, object], claim: Claim) -> None:
    """Raise ``BadInputError`` where *claim* with *changes* would contradict itself."""
    value = Decimal(str(changes.get("value", claim.value)))
    upper = changes.get("value_max", claim.value_max)
    bound = changes.get("bound", claim.bound)
    if bound == Bound.RANGE and upper is None:
        raise BadInputError("value_max", "a range needs its upper end")
    if upper is not None and Decimal(str(upper)) < value:
        raise BadInputError("value_max", "the upper end is below the value")


def words_agree(quote: str, value: Decimal, read: Sequence[Any]) -> None:
    """Raise ``BadInputError`` where the *quote*, of which *read* are the quantities, says another *value*."""
    if not read:
        raise BadInputError("the words", f"“{quote[:80]}” hold no figure; move their start or end, or tick the box")
    if value not in {amount for quantity in read for amount in (quantity.value, quantity.value_max)}:
        said = ", ".join(f"“{quantity.quote}” is {words.trimmed(format(quantity.value, 'f'))}" for quantity in read[:3])
        raise BadInputError(
            "value", f"{words.trimmed(format(value, 'f'))} is not what the words say: {said}. Mend one, or tick the box"
        )
