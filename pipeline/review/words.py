"""A claim in words: what the card, the table and the live region say about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from markupsafe import Markup, escape

from pipeline.compare.plurals import plural_of
from pipeline.ledger.queue.outlook import Outlook
from pipeline.ledger.standing.verdicts import FIELD_VERDICTS
from pipeline.records import Bound, Claim, Kind, Modality

SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
BOUNDS = {
    Bound.EXACT: "",
    Bound.ABOUT: "about ",
    Bound.AT_LEAST: "at least ",
    Bound.AT_MOST: "at most ",
    Bound.RANGE: "",
}
REASONS = {
    "not-a-claim": "not a claim",
    "wrong-value": "wrong value",
    "wrong-field": "wrong field",
    "wrong-attribution": "wrong attribution",
    "duplicate": "duplicate",
    "off-topic": "not about a convening",
}
GONE = "gone"  # the reason that only a claim may have whose words are no longer in its post
STATUSES = {
    "proposed": "to check",
    "accepted": "accepted",
    "corrected": "corrected",
    "rejected": "rejected",
    "flagged": "flagged",
    "disputed": "disputed",
    "added": "added",
    "stale": "stale",
}
VERDICTS = {
    "accept": "accepted",
    "correct": "corrected",
    "reject": "rejected",
    "flag": "flagged",
    "note": "noted",
    "skip": "skipped",
    "add": "added",
    "read": "read to the end",
    "undo": "took back",
    "adjudicate": "adjudicated",
}
FINDINGS = {
    "duplicate": "Same figure",
    "agreement": "Agrees",
    "update": "Updated by",
    "contradiction": "Contradicts",
    "doubt": "Odd",
}
FIELD_NAMES = {
    "value": "Value",
    "value_max": "Upper end",
    "unit": "Unit",
    "kind": "Kind",
    "bound": "Bound",
    "subject": "Who (subject)",
    "measure": "What (measure)",
    "predicate": "Did what",
    "when": "When",
    "period": "Over how long",
    "modality": "Certainty",
    "attributed_to": "Who says so",
    "theme": "Theme",
    "quote": "Words",
    "start": "Start of the words",
    "end": "End of the words",
    "sentence": "Sentence",
}
EXACT = 28  # the digits that a division keeps
ENOUGH = 0.05  # the most that may be wrong, at worst, where a reviewer may stop
HIDDEN = frozenset("\u00ad\u061c\u180e\ufeff") | {
    chr(code)
    for first, last in ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F))
    for code in range(first, last + 1)
}


def plain(value: Decimal) -> str:
    """*value* in digits, with thousands kept apart.

    >>> plain(Decimal("1.6E+9"))
    '1,600,000,000'
    """
    return trimmed(f"{value:,f}")


def trimmed(digits: str) -> str:
    """*digits* without zeros that say nothing; no digit is ever rounded away, however many there are.

    >>> trimmed("1,200.50"), trimmed("30.000"), trimmed("123456789012345678901234567890")
    ('1,200.5', '30', '123456789012345678901234567890')
    """
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def short(value: Decimal) -> str:
    """*value* as a person would say it, never rounded.

    >>> short(Decimal(1600000000)), short(Decimal("0.25")), short(Decimal(1234567))
    ('1.6 billion', '0.25', '1,234,567')
    """
    for scale, word in SCALES if len(value.as_tuple().digits) < EXACT else ():
        if abs(value) >= scale:
            scaled = (value / scale).normalize()
            exponent = scaled.as_tuple().exponent
            if isinstance(exponent, int) and exponent >= -3 and len(scaled.as_tuple().digits) <= 6:
                return f"{scaled:,f} {word}"
            break
    return plain(value)


def amount(claim: Claim) -> str:
    """The quantity of *claim* with its bound and unit."""
    if claim.value_max is not None and claim.bound is Bound.RANGE:
        said = f"{short(claim.value)} to {short(claim.value_max)}"
    else:
        said = short(claim.value)
    bound, unit = BOUNDS[claim.bound], claim.unit or ""
    match claim.kind:
        case Kind.MONEY:
            return f"{bound}{unit or 'unknown currency'} {said}"
        case Kind.PERCENT:
            return f"{bound}{said}\u202f%"
        case Kind.RANK:
            return f"number {said}"
        case Kind.RATIO:
            return f"{bound}{said} (ratio)"
        case _:
            return f"{bound}{said} {unit if claim.value == 1 else plural_of(unit)}".rstrip()


def headline(claim: Claim) -> str:
    """*claim* in words: whose, how much, of what, when, and how sure the post is."""
    parts = [f"{claim.subject}: {amount(claim)}" if claim.subject else amount(claim)]
    if claim.measure:
        parts[0] = with_measure(parts[0], claim.measure)
    if claim.when:
        parts.append(claim.when)
    if claim.period:
        parts.append(f"over {period(claim.period)}")
    if claim.modality is not Modality.ACTUAL:
        parts.append(str(claim.modality))
    return ", ".join(parts)


def with_measure(said: str, measure: str) -> str:
    """The amount *said* with what it measures, whose words are not said twice.

    >>> with_measure("40 million citizens", "citizens registered"), with_measure("12 countries", "countries")
    ('40 million citizens registered', '12 countries')
    >>> with_measure("AUD 5 million", "repairs")
    'AUD 5 million, repairs'
    """
    if measure.casefold() in said.casefold():
        return said
    noun, blank, rest = measure.partition(" ")
    if blank and said.casefold().endswith(f" {noun.casefold()}"):
        return f"{said} {rest}"
    return f"{said}, {measure}"


def period(iso: str) -> str:
    """An ISO 8601 duration in words, where it is a simple one.

    >>> period("P3Y"), period("P1M"), period("P1Y6M")
    ('3 years', '1 month', 'P1Y6M')
    """
    unit = {"Y": "year", "M": "month", "W": "week", "D": "day"}.get(iso[-1:])
    number = iso[1:-1]
    if not iso.startswith("P") or unit is None or not number.isdecimal():
        return iso
    return f"{number} {unit}{'' if number == '1' else 's'}"


def moment(iso: str) -> str:
    """A moment of UTC as a person writes it.

    >>> moment("2026-11-22T12:32:17+00:00")
    '22 Nov 2026 12:32 UTC'
    """
    return datetime.fromisoformat(iso).astimezone(UTC).strftime("%d %b %Y %H:%M UTC")


def flag_words(flag: str) -> str:
    """A flag as a phrase: ``mixed-script`` is "mixed script"."""
    return flag.replace("-", " ").replace("_", " ")


def field_value(name: str, value: object) -> str:
    """A field's value as the card shows it."""
    if value is None or value == "":
        return "none stated"
    if name in ("value", "value_max"):
        return plain(Decimal(str(value)))
    if name == "period":
        return period(str(value))
    return str(value).replace("_", " ") if name in ("bound", "modality", "kind") else str(value)


def visible(text: object) -> Markup:
    """*text* as HTML in which characters that nobody can see, or that turn the reading order, are shown by name."""
    text = str(text)
    if not any(char in HIDDEN for char in text):
        return escape(text)
    made = Markup()
    for char in text:
        if char in HIDDEN:
            name = unicodedata.name(char, "unnamed").lower()
            made += Markup('<span class="hidden-char" title="{}" data-code="U+{:04X}">{}</span>').format(
                name, ord(char), char
            )
        else:
            made += escape(char)
    return made


def reason(name: str | None) -> str:
    """Why a claim was rejected, in words; empty for no reason that is known.

    >>> reason("gone"), reason("off-topic"), reason(None)
    ('no longer in the post', 'not about a convening', '')
    """
    return "no longer in the post" if name == GONE else REASONS.get(name or "", "")


def changes_in_words(changes: Mapping[str, object]) -> str:
    """A correction as a phrase: "value 5, unit EUR"."""
    shown = [
        f"{FIELD_NAMES.get(name, name).lower()} {field_value(name, value)}"
        for name, value in changes.items()
        if name in FIELD_NAMES and name not in ("start", "end")
    ]
    marks = changes.get(FIELD_VERDICTS)
    if isinstance(marks, Mapping):
        wrong = [FIELD_NAMES.get(str(name), str(name)).lower() for name, mark in marks.items() if mark == "wrong"]
        shown += [f"wrong {', '.join(wrong)}"] if wrong else []
    return ", ".join(shown)


def company(names: Sequence[str], own: str) -> str:
    """Who else has a claim open, for its card; empty where nobody has.

    >>> company(["ada", "grace"], "ada")
    'Also open before grace and in another tab of yours.'
    """
    told = [name for name in names if name != own][:5]
    places = [f"before {' and '.join(told)}"] if told else []
    places += ["in another tab of yours"] if own in names else []
    return f"Also open {' and '.join(places)}." if places else ""


def percent(share: float) -> str:
    """A share as a percentage, to one digit where it is small.

    >>> percent(0.0333), percent(0.25)
    ('3.3 %', '25 %')
    """
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def advice(outlook: Outlook) -> str:
    """What the last random cards say of the rest, and whether to go on."""
    said = f"Last {outlook.drawn} random cards: {outlook.changed} had to be changed"
    said += f" ({percent(outlook.low)} to {percent(outlook.high)} of all, with 95 % confidence). "
    if outlook.left:
        said += f"Of the {outlook.left:,} left about {outlook.wrong(outlook.share):,} would have to be"
        said += f" ({outlook.wrong(outlook.low):,} to {outlook.wrong(outlook.high):,})."
    if outlook.high <= ENOUGH:
        said += " A good place to stop."
    return said.rstrip()
