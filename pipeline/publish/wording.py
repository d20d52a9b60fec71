"""How the report puts a claim's fields into words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.compare.plurals import plural_of
from pipeline.publish.figures import short

type Fields = Mapping[str, Any]

BOUNDS = {"about": "about ", "at_least": "at least ", "at_most": "at most "}
BOUND_SIGNS = {"about": "≈ ", "at_least": "≥ ", "at_most": "≤ "}  # where words have no room
KINDS = {
    "money": "sums of money",
    "percent": "percentages",
    "ratio": "ratios",
    "count": "counts",
    "duration": "durations",
    "measure": "measures",
    "rank": "ranks",
}
LABELS = {
    "PERSON": "People",
    "ORG": "Bodies",
    "GPE": "Places",
    "EVENT": "Events",
    "PROGRAM": "Programmes and funds",
    "PRODUCT": "Products and services",
    "WORK": "Works",
}
STATUSES = {
    "proposed": "not reviewed",
    "accepted": "accepted",
    "corrected": "corrected",
    "rejected": "rejected",
    "flagged": "flagged",
    "disputed": "disputed",
    "added": "added by a reviewer",
    "stale": "no longer found",
}
MODALITIES = {"planned": "planned", "conditional": "on a condition", "negated": "denied"}
SIGNS = {"percent": " %"}


def said(claim: Fields) -> str:
    """The figure as it was read: bound, value and unit.

    >>> from decimal import Decimal
    >>> said({"value": Decimal("1.6e9"), "value_max": None, "unit": "AUD", "kind": "money", "bound": "at_least"})
    'at least AUD 1.6 billion'
    """
    figure = short(claim["value"])
    if claim["value_max"] is not None:
        figure += f" to {short(claim['value_max'])}"
    bound = BOUNDS.get(claim["bound"], "")
    unit = claim["unit"]
    if claim["kind"] == "money":
        return f"{bound}{unit or 'currency not known,'} {figure}"
    if claim["kind"] == "rank":
        return f"rank {figure}"
    if unit is None or claim["kind"] == "ratio":
        return bound + figure
    one = claim["value"] == 1 and claim["value_max"] is None
    return f"{bound}{figure}{SIGNS.get(unit, ' ' + (unit if one else plural_of(unit)))}"


def of_what(claim: Fields) -> str:
    """Whose figure it is and what it measures, as far as is known.

    >>> of_what({"subject": "Fund", "measure": "grants"}), of_what({"subject": "state", "measure": "State"})
    ('Fund: grants', 'state')
    """
    subject, measure = claim["subject"], claim["measure"]
    same = subject and measure and subject.casefold() == measure.casefold()
    return ": ".join(part for part in (subject, None if same else measure) if part)


def year_of(claim: Fields) -> str:
    """The year that the claim is about: its own, or else its post's."""
    if claim["when"]:
        return str(claim["when"])[:4]
    day: date | None = claim["date"]
    return str(day.year) if day else ""


def country(code: str) -> str:
    """The English name of the country *code*, or the code itself.

    >>> country("NZ"), country("ZZZ")
    ('New Zealand', 'ZZZ')
    """
    from babel import Locale

    return str(Locale("en").territories.get(code.upper(), code))


def day(value: date | None) -> str:
    """A day in words, such as 17 June 2021."""
    return f"{value.day} {value:%B} {value.year}" if value else "no date"


def listed(parts: list[str]) -> str:
    """*parts* with commas, and an "and" before the last.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
